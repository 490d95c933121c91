"""The OAuth dance: what a member allows, what the application gets, and every way it is refused."""

from collections.abc import Callable

import pytest
import requests

from advocacy.networks.sandbox import Sandbox
from tests.sandbox.application import BACK, SECRETS, Member, admin, ask, came_back, consent, exchange

Serve = Callable[..., Sandbox]


def userinfo(sandbox: Sandbox, token: str) -> requests.Response:
    return requests.get(f"{sandbox.url}/v2/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def post_form(sandbox: Sandbox, path: str, **form: str) -> requests.Response:
    return requests.post(sandbox.url + path, data=form, timeout=10)


def test_a_member_who_allows_is_known_to_the_application(sandbox: Sandbox, browser: requests.Session) -> None:
    back = consent(sandbox, browser, name="Ada Lind")
    assert back["state"] == "s-1"
    tokens = exchange(sandbox, back["code"]).json()
    assert tokens["expires_in"] == 5_184_000
    assert tokens["scope"] == "email,openid,profile,w_member_social"
    assert tokens["token_type"] == "Bearer"
    assert tokens["refresh_token_expires_in"] == 31_536_000
    assert len(tokens["access_token"]) > 400
    claims = userinfo(sandbox, tokens["access_token"]).json()
    assert (claims["name"], claims["given_name"], claims["family_name"]) == ("Ada Lind", "Ada", "Lind")
    assert claims["email_verified"] is True
    picture = requests.get(claims["picture"], timeout=10)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")


def test_only_the_claims_that_were_granted_are_told(sandbox: Sandbox, browser: requests.Session) -> None:
    token = exchange(sandbox, consent(sandbox, browser, scope="openid")["code"]).json()["access_token"]
    assert userinfo(sandbox, token).json().keys() == {"sub"}
    token = exchange(sandbox, consent(sandbox, browser, scope="w_member_social")["code"]).json()["access_token"]
    assert userinfo(sandbox, token).status_code == 403


def test_the_member_is_remembered(sandbox: Sandbox, browser: requests.Session) -> None:
    first = exchange(sandbox, consent(sandbox, browser, name="Ada Lind")["code"]).json()
    second = exchange(sandbox, consent(sandbox, browser, name="")["code"]).json()
    subs = {userinfo(sandbox, tokens["access_token"]).json()["sub"] for tokens in (first, second)}
    assert len(subs) == 1, "the same scopes leave the first token alive, and the same member was chosen"


def test_a_member_who_cancels_sends_the_application_away(sandbox: Sandbox, browser: requests.Session) -> None:
    back = consent(sandbox, browser, decision="cancel")
    assert back["error"] == "user_cancelled_authorize"
    assert back["state"] == "s-1"
    assert back["error_description"]
    assert "code" not in back
    assert admin(sandbox, "GET", "/members") == []


def test_nobody_is_nobody(sandbox: Sandbox, browser: requests.Session) -> None:
    page = browser.get(f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox), timeout=10)
    form = page.text.split('name="form" value="')[1].split('"')[0]
    data = ask(sandbox) | {"form": form, "decision": "allow", "name": " "}
    assert browser.post(page.url.split("?")[0], data=data, allow_redirects=False, timeout=10).status_code == 422


def test_another_site_cannot_press_allow(sandbox: Sandbox, browser: requests.Session) -> None:
    data = ask(sandbox) | {"form": "guessed", "decision": "allow", "name": "Ada"}
    answer = browser.post(f"{sandbox.url}/oauth/v2/authorization", data=data, allow_redirects=False, timeout=10)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "other"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "/callback"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://[oops"},
        {"redirect_uri": BACK + "#part"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"state": None},
    ],
)
def test_an_unsound_request_is_not_sent_anywhere(sandbox: Sandbox, changed: dict[str, str | None]) -> None:
    answer = requests.get(
        f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox, **changed), allow_redirects=False, timeout=10
    )
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid r_member_social"}, "unauthorized_scope_error"),
        ({"scope": "openid,profile"}, "unauthorized_scope_error"),
        ({"scope": None}, "unauthorized_scope_error"),
    ],
)
def test_a_wrong_wish_is_sent_back(sandbox: Sandbox, changed: dict[str, str | None], error: str) -> None:
    answer = requests.get(
        f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox, **changed), allow_redirects=False, timeout=10
    )
    assert came_back(answer)["error"] == error


def test_registered_addresses_are_the_only_ones_but_for_their_query(serve: Serve, browser: requests.Session) -> None:
    sandbox = serve(redirect_uri=("https://relais.example/back",))
    for address, status in (
        ("https://relais.example/back?x=1", 200),
        ("https://relais.example/back/", 400),
        (BACK, 400),
    ):
        asked = ask(sandbox, redirect_uri=address)
        answer = browser.get(f"{sandbox.url}/oauth/v2/authorization", params=asked, timeout=10)
        assert answer.status_code == status, address


def test_a_query_in_the_redirect_address_is_kept(sandbox: Sandbox, browser: requests.Session) -> None:
    assert consent(sandbox, browser, redirect_uri=BACK + "?next=%2Fx")["next"] == "/x"


def test_a_code_works_once(sandbox: Sandbox, browser: requests.Session) -> None:
    code = consent(sandbox, browser)["code"]
    assert exchange(sandbox, code).status_code == 200
    again = exchange(sandbox, code)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_request")
    assert "authorization code not found" in again.json()["error_description"]


def test_a_code_expires(serve: Serve, browser: requests.Session) -> None:
    sandbox = serve(code_ttl=60)
    code = consent(sandbox, browser)["code"]
    sandbox.advance(61)
    late = exchange(sandbox, code)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"redirect_uri": BACK + "/"}, 400, "invalid_redirect_uri"),
        ({"code": "AQnever"}, 401, "invalid_request"),
        ({"code": None}, 400, "invalid_request"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_secret": None}, 400, "invalid_request"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
    ],
)
def test_the_token_endpoint_is_strict(
    sandbox: Sandbox, browser: requests.Session, changed: dict[str, str | None], status: int, error: str
) -> None:
    refused = exchange(sandbox, consent(sandbox, browser)["code"], **changed)
    assert (refused.status_code, refused.json()["error"]) == (status, error)


def test_credentials_belong_in_the_body(sandbox: Sandbox, browser: requests.Session) -> None:
    form = {"grant_type": "authorization_code", "code": consent(sandbox, browser)["code"], "redirect_uri": BACK}
    address = f"{sandbox.url}/oauth/v2/accessToken"
    basic = requests.post(address, data=form, auth=("sandbox", "sandbox-secret"), timeout=10)
    assert basic.status_code == 400
    assert '"client_id" is missing' in basic.json()["error_description"]
    assert requests.post(address, params=SECRETS, data=form, timeout=10).status_code == 400
    assert requests.post(address, json=form | SECRETS, timeout=10).status_code == 400


def test_another_set_of_scopes_ends_the_earlier_tokens(sandbox: Sandbox, browser: requests.Session) -> None:
    first = exchange(sandbox, consent(sandbox, browser)["code"]).json()
    other = consent(sandbox, browser, name="", scope="openid profile w_member_social")
    refused = userinfo(sandbox, first["access_token"])
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 65601)
    assert refused.json()["code"] == "REVOKED_ACCESS_TOKEN"
    assert userinfo(sandbox, exchange(sandbox, other["code"]).json()["access_token"]).status_code == 200


def test_a_token_expires_and_is_renewed_until_the_refresh_token_ends(serve: Serve, browser: requests.Session) -> None:
    sandbox = serve(access_ttl=100, refresh_ttl=250)
    tokens = exchange(sandbox, consent(sandbox, browser)["code"]).json()
    sandbox.advance(101)
    expired = userinfo(sandbox, tokens["access_token"])
    assert (expired.status_code, expired.json()["serviceErrorCode"]) == (401, 65602)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **SECRETS}
    renewed = post_form(sandbox, "/oauth/v2/accessToken", **form).json()
    assert userinfo(sandbox, renewed["access_token"]).status_code == 200
    assert 140 <= renewed["refresh_token_expires_in"] <= 149, "its end does not move"
    sandbox.advance(100)
    last = post_form(sandbox, "/oauth/v2/accessToken", **form).json()
    assert last["expires_in"] < 50, "an access token does not outlive the consent"
    sandbox.advance(50)
    over = post_form(sandbox, "/oauth/v2/accessToken", **form)
    assert (over.status_code, over.json()["error"]) == (400, "invalid_request")


def test_an_application_without_refresh_tokens_gets_none(serve: Serve, browser: requests.Session) -> None:
    sandbox = serve(refresh_tokens=False)
    tokens = exchange(sandbox, consent(sandbox, browser)["code"]).json()
    assert not {"refresh_token", "refresh_token_expires_in"} & tokens.keys()


def test_introspection_and_revocation(sandbox: Sandbox, browser: requests.Session) -> None:
    tokens = exchange(sandbox, consent(sandbox, browser)["code"]).json()
    form = {"token": tokens["access_token"], **SECRETS}
    told = post_form(sandbox, "/oauth/v2/introspectToken", **form).json()
    assert (told["active"], told["status"], told["auth_type"]) == (True, "active", "3L")
    assert told["expires_at"] - told["authorized_at"] == 5_184_000
    assert post_form(sandbox, "/oauth/v2/introspectToken", **form | {"client_secret": "x"}).status_code == 401
    assert post_form(sandbox, "/oauth/v2/introspectToken", **form | {"client_id": "x"}).status_code == 400
    assert post_form(sandbox, "/oauth/v2/introspectToken", **form | {"token": "x"}).status_code == 400
    assert post_form(sandbox, "/oauth/v2/revoke", **form | {"client_secret": "x"}).status_code == 401
    assert post_form(sandbox, "/oauth/v2/revoke", **form).status_code == 200
    assert post_form(sandbox, "/oauth/v2/introspectToken", **form).json()["status"] == "revoked"
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **SECRETS}
    assert post_form(sandbox, "/oauth/v2/accessToken", **refresh).status_code == 400


def test_tokens_can_be_ended_from_outside(sandbox: Sandbox, ada: Member) -> None:
    admin(sandbox, "POST", "/expire_tokens", {"member": ada.sub})
    assert userinfo(sandbox, ada.token).json()["serviceErrorCode"] == 65602
    admin(sandbox, "POST", "/revoke_tokens", {"member": ada.sub})
    assert userinfo(sandbox, ada.token).json()["serviceErrorCode"] == 65601
    assert userinfo(sandbox, "").json()["code"] == "EMPTY_ACCESS_TOKEN"
    assert userinfo(sandbox, "AQXnever").json()["serviceErrorCode"] == 65600


def test_no_secret_is_kept_or_logged(sandbox: Sandbox, browser: requests.Session) -> None:
    code = consent(sandbox, browser)["code"]
    token = exchange(sandbox, code).json()["access_token"]
    userinfo(sandbox, token)
    seen = str(admin(sandbox, "GET", "/requests"))
    assert "/v2/userinfo" in seen
    stored = "\n".join(sandbox.network.store.connection.iterdump())
    for secret in (code, token, "sandbox-secret"):
        assert secret not in seen
        assert secret not in stored
