"""LinkedIn's own Python client posts to the sandbox and reads from it: proof that the stand-in speaks the real format."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from linkedin_api.clients.auth.client import AuthClient
from linkedin_api.clients.restli.client import RestliClient
from requests.adapters import HTTPAdapter

from advocacy.networks.sandbox import Sandbox
from tests.networks.consenting import consent
from tests.sandbox.application import Member

VERSION = "202608"
CALLBACK = "http://127.0.0.1:9/accounts/linkedin/callback"


class Here(HTTPAdapter):
    """Carries what is meant for the network to the sandbox, and changes nothing else."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send it to the same path of the sandbox."""
        meant = urlsplit(request.url or "")
        request.url = f"{self.url}{meant.path}" + (f"?{meant.query}" if meant.query else "")
        return super().send(request, *args, **options)


def led_here(client: Any, sandbox: Sandbox) -> Any:
    for host in ("https://api.linkedin.com", "https://www.linkedin.com"):
        client.session.mount(host, Here(sandbox.url))
    return client


@pytest.fixture
def restli(sandbox: Sandbox) -> Iterator[RestliClient]:
    client = led_here(RestliClient(), sandbox)
    yield client
    client.session.close()


@pytest.fixture
def auth(sandbox: Sandbox) -> Iterator[AuthClient]:
    client = led_here(AuthClient("sandbox", "sandbox-secret", CALLBACK), sandbox)
    yield client
    client.session.close()


def post_of(member: Member, text: str, **more: Any) -> dict[str, Any]:
    return {
        "author": f"urn:li:person:{member.sub}",
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **more,
    }


def test_consent_exchange_introspection_and_renewal(sandbox: Sandbox, auth: AuthClient, restli: RestliClient) -> None:
    address = auth.generate_member_auth_url(scopes=["openid", "profile", "email", "w_member_social"], state="s-1")
    assert parse_qs(urlsplit(address).query)["state"] == ["s-1"]
    answer = consent(f"{sandbox.url}{urlsplit(address).path}?{urlsplit(address).query}", name="Ada Lark")
    assert answer["state"] == "s-1"
    token = auth.exchange_auth_code_for_access_token(answer["code"])
    assert token.status_code == 200
    assert token.expires_in == 5_184_000
    told = auth.introspect_access_token(token.access_token)
    assert told.active is True
    assert told.status == "active"
    assert auth.exchange_refresh_token_for_access_token(token.refresh_token).access_token
    who = restli.get(resource_path="/userinfo", access_token=token.access_token)
    assert who.entity["name"] == "Ada Lark"


def test_create_change_and_delete(sandbox: Sandbox, restli: RestliClient, ada: Member) -> None:
    made = restli.create(
        resource_path="/posts", entity=post_of(ada, "Hello"), access_token=ada.token, version_string=VERSION
    )
    assert made.status_code == 201
    urn = made.decoded_entity_id
    assert urn.startswith("urn:li:share:")
    changed = restli.partial_update(
        resource_path="/posts/{id}",
        path_keys={"id": urn},
        patch_set_object={"commentary": "Hello again"},
        access_token=ada.token,
        version_string=VERSION,
    )
    assert changed.status_code == 204
    standing = requests.get(f"{sandbox.url}/_sandbox/posts", timeout=10).json()
    assert [(post["urn"], post["commentary"]) for post in standing] == [(urn, "Hello again")]
    gone = restli.delete(
        resource_path="/posts/{id}", path_keys={"id": urn}, access_token=ada.token, version_string=VERSION
    )
    assert gone.status_code == 204
    assert requests.get(f"{sandbox.url}/_sandbox/posts", timeout=10).json()[0]["deleted_at"]


def test_a_picture_is_announced_and_shown(sandbox: Sandbox, restli: RestliClient, ada: Member) -> None:
    begun = restli.action(
        resource_path="/images",
        action_name="initializeUpload",
        action_params={"initializeUploadRequest": {"owner": f"urn:li:person:{ada.sub}"}},
        access_token=ada.token,
        version_string=VERSION,
    )
    assert begun.status_code == 200
    assert begun.value["image"].startswith("urn:li:image:")
    assert begun.value["uploadUrl"].startswith("http")


def test_figures_are_read(sandbox: Sandbox, restli: RestliClient, ada: Member) -> None:
    made = restli.create(
        resource_path="/posts", entity=post_of(ada, "Hello"), access_token=ada.token, version_string=VERSION
    )
    requests.post(f"{sandbox.url}/_sandbox/clock", json={"seconds": 3600}, timeout=10)
    for metric in ("IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE"):
        found = restli.finder(
            resource_path="/memberCreatorPostAnalytics",
            finder_name="entity",
            query_params={"entity": {"share": made.decoded_entity_id}, "queryType": metric, "aggregation": "TOTAL"},
            access_token=ada.token,
            version_string=VERSION,
        )
        assert found.status_code == 200, found.response.text
        assert [element["metricType"] for element in found.elements] in ([metric], [])


def test_refusals_are_read_as_such(restli: RestliClient, ada: Member) -> None:
    twice = [
        restli.create(
            resource_path="/posts", entity=post_of(ada, "Once"), access_token=ada.token, version_string=VERSION
        ).status_code
        for _ in range(2)
    ]
    assert twice == [201, 422]
    assert restli.get(resource_path="/userinfo", access_token="made-up").status_code == 401
