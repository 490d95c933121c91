"""The second application, for figures: its own consent, its own tokens, its own idea of who a person is."""

from pathlib import Path
from typing import Any

import pytest
import requests

from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.networks.sandbox.state import Store
from tests.sandbox.application import SECRETS, Member, admin, consent, exchange

SECOND = {"client_id": "sandbox-analytics", "client_secret": "sandbox-analytics-secret"}
SCOPE = "r_basicprofile r_member_postAnalytics"


def second(sandbox: Sandbox, member: Member) -> tuple[Member, dict[str, Any]]:
    """The same member with a token of the second application; the whole token answer."""
    body = {"member": member.sub, "scope": SCOPE, "client_id": SECOND["client_id"]}
    given = admin(sandbox, "POST", "/tokens", body)
    return Member(sandbox, member.sub, given["access_token"]), given


def ask(sandbox: Sandbox, path: str, **form: str) -> requests.Response:
    return requests.post(f"{sandbox.url}/oauth/v2/{path}", data=form, timeout=10)


def test_a_consent_of_its_own(sandbox: Sandbox, ada: Member, browser: requests.Session) -> None:
    asked = {"client_id": SECOND["client_id"], "scope": SCOPE}
    code = consent(sandbox, browser, name="Bea", **asked)["code"]
    assert exchange(sandbox, code).status_code == 400, "the code is the second application's"
    code = consent(sandbox, browser, name="Bea", **asked)["code"]
    given = exchange(sandbox, code, **SECOND).json()
    assert given["scope"] == SCOPE.replace(" ", ",")


def test_each_application_has_its_own_scopes(sandbox: Sandbox, browser: requests.Session) -> None:
    for wrong in (
        {"client_id": SECOND["client_id"], "scope": "openid"},
        {"client_id": "sandbox", "scope": "r_basicprofile"},
    ):
        page = browser.get(
            f"{sandbox.url}/oauth/v2/authorization",
            params={"response_type": "code", "state": "s", "redirect_uri": "http://127.0.0.1:9/", **wrong},
            allow_redirects=False,
            timeout=10,
        )
        assert "error=unauthorized_scope_error" in page.headers["Location"]


def test_a_person_has_another_id_there(sandbox: Sandbox, ada: Member) -> None:
    there, _ = second(sandbox, ada)
    me = there.call("GET", "/rest/me").json()
    assert (me["localizedFirstName"], me["localizedLastName"], me["vanityName"]) == ("Ada", "Lind", "ada-lind")
    assert me["id"] != ada.sub
    assert me["id"] == there.call("GET", "/rest/me").json()["id"]
    assert there.call("GET", "/v2/userinfo").status_code == 403
    assert ada.call("GET", "/rest/me").status_code == 403
    assert ada.call("GET", "/v2/userinfo").json()["sub"] == ada.sub


def test_figures_of_a_post_of_the_first(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted("Hello")
    sandbox.advance(10)
    there, _ = second(sandbox, ada)
    assert there.count(urn, "IMPRESSION") == 0
    assert there.post("From the second").status_code == 403


def test_tokens_belong_to_their_application(sandbox: Sandbox, ada: Member) -> None:
    there, given = second(sandbox, ada)
    refresh = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert ask(sandbox, "accessToken", **refresh, **SECRETS).status_code == 400
    assert ask(sandbox, "accessToken", **refresh, **SECOND).status_code == 200
    assert ask(sandbox, "introspectToken", token=there.token, **SECRETS).status_code == 400
    assert ask(sandbox, "introspectToken", token=there.token, **SECOND).json()["client_id"] == SECOND["client_id"]
    assert ask(sandbox, "revoke", token=there.token, **SECRETS).status_code == 200
    assert there.call("GET", "/rest/me").status_code == 200, "another application cannot end it"
    assert ask(sandbox, "revoke", token=there.token, **SECOND).status_code == 200
    assert there.call("GET", "/rest/me").json()["code"] == "REVOKED_ACCESS_TOKEN"
    assert ada.call("GET", "/v2/userinfo").status_code == 200


def test_other_scopes_end_only_the_same_applications_tokens(sandbox: Sandbox, browser: requests.Session) -> None:
    first = exchange(sandbox, consent(sandbox, browser, name="Bea")["code"]).json()["access_token"]
    code = consent(sandbox, browser, name="", client_id=SECOND["client_id"], scope=SCOPE)["code"]
    there = Member(sandbox, "", exchange(sandbox, code, **SECOND).json()["access_token"])
    assert Member(sandbox, "", first).call("GET", "/v2/userinfo").status_code == 200
    consent(sandbox, browser, name="", scope="openid profile")
    assert Member(sandbox, "", first).call("GET", "/v2/userinfo").json()["code"] == "REVOKED_ACCESS_TOKEN"
    assert there.call("GET", "/rest/me").status_code == 200


@pytest.mark.parametrize("secret", ["", "sandbox-secret"])
def test_the_secret_of_one_is_not_the_secret_of_the_other(sandbox: Sandbox, secret: str) -> None:
    answer = ask(sandbox, "revoke", token="x", client_id=SECOND["client_id"], client_secret=secret)
    assert answer.status_code in (400, 401)


def test_a_file_of_an_earlier_version_still_opens(tmp_path: Path) -> None:
    data = str(tmp_path / "old.sqlite3")
    store = Store(data)
    for table, column in (("codes", "client"), ("tokens", "client"), ("posts", "attached")):
        store.run(f"ALTER TABLE {table} DROP COLUMN {column}")
    store.close()
    with serve_in_thread(data=data) as sandbox:
        sub = admin(sandbox, "POST", "/members", {"name": "Ada"})["sub"]
        admin(sandbox, "POST", "/posts", {"member": sub, "commentary": "Hello"})
        assert [post["commentary"] for post in admin(sandbox, "GET", "/posts")] == ["Hello"]
