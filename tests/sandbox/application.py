"""An application that speaks to the sandbox as a product would, by plain HTTP."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from advocacy.networks.sandbox import Sandbox

EVERYTHING = "openid profile email w_member_social r_member_postAnalytics r_member_profileAnalytics"
BACK = "http://127.0.0.1:9/accounts/linkedin/callback"
SECRETS = {"client_id": "sandbox", "client_secret": "sandbox-secret"}


def admin(sandbox: Sandbox, method: str, path: str, body: Any = None, expect: int | None = None) -> Any:
    """Ask something of /_sandbox; the JSON answer, or None."""
    answer = requests.request(method, f"{sandbox.url}/_sandbox{path}", json=body, timeout=10)
    assert answer.ok if expect is None else answer.status_code == expect, answer.text
    return answer.json() if answer.content else None


def new_member(sandbox: Sandbox, name: str = "Ada Lind", scope: str = EVERYTHING, followers: int = 400) -> "Member":
    """A member with a token, without the dance."""
    sub = admin(sandbox, "POST", "/members", {"name": name, "followers": followers})["sub"]
    token = admin(sandbox, "POST", "/tokens", {"member": sub, "scope": scope})["access_token"]
    return Member(sandbox, sub, token)


@dataclass
class Member:
    """Calls of the versioned API in the name of one member."""

    sandbox: Sandbox
    sub: str
    token: str
    headers: dict[str, str | None] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return f"urn:li:person:{self.sub}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers: dict[str, str | None] = {
            "Authorization": f"Bearer {self.token}",
            "LinkedIn-Version": "202608",
            "X-Restli-Protocol-Version": "2.0.0",
            "Content-Type": "application/json",
        }
        headers |= self.headers | options.pop("headers", {})
        sent = {name: value for name, value in headers.items() if value is not None}
        return requests.request(method, self.sandbox.url + path, headers=sent, timeout=10, **options)

    def body(self, commentary: str = "Hello", **more: Any) -> dict[str, Any]:
        return {
            "author": self.urn,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
            **more,
        }

    def post(self, commentary: str = "Hello", **more: Any) -> requests.Response:
        return self.call("POST", "/rest/posts", json=self.body(commentary, **more))

    def posted(self, commentary: str = "Hello", **more: Any) -> str:
        answer = self.post(commentary, **more)
        assert (answer.status_code, answer.content) == (201, b""), answer.text
        return answer.headers["x-restli-id"]

    def link(self, source: str, **more: Any) -> dict[str, Any]:
        return {"article": {"source": source, "title": "A title", **more}}

    def initialize(self, owner: str | None = None) -> requests.Response:
        body = {"initializeUploadRequest": {"owner": owner or self.urn}}
        return self.call("POST", "/rest/images?action=initializeUpload", json=body)

    def put(self, url: str, content: bytes, **headers: str | None) -> requests.Response:
        return self.call("PUT", urlsplit(url).path, data=content, headers={"Content-Type": None, **headers})

    def uploaded(self, content: bytes) -> str:
        value = self.initialize().json()["value"]
        assert self.put(value["uploadUrl"], content).status_code == 201
        return str(value["image"])

    def figure(self, urn: str, query_type: str = "IMPRESSION", **headers: str) -> requests.Response:
        query = f"q=entity&entity=(share:{quote(urn, safe='')})&queryType={query_type}&aggregation=TOTAL"
        return self.call("GET", f"/rest/memberCreatorPostAnalytics?{query}", headers=headers)

    def count(self, urn: str, query_type: str) -> int:
        return int(self.figure(urn, query_type).json()["elements"][0]["count"])


def ask(sandbox: Sandbox, **changed: str | None) -> dict[str, str]:
    """The parameters of an authorization request; None leaves one out."""
    asked = {
        "response_type": "code",
        "client_id": "sandbox",
        "redirect_uri": BACK,
        "state": "s-1",
        "scope": "openid profile email w_member_social",
    }
    return {name: value for name, value in (asked | changed).items() if value is not None}


def consent(
    sandbox: Sandbox, browser: requests.Session, decision: str = "allow", name: str = "Ada Lind", **changed: str | None
) -> dict[str, str]:
    """Walk through the consent page; the parameters that came back to the application."""
    page = browser.get(f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox, **changed), timeout=10)
    assert page.status_code == 200, page.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    chosen = re.search(r'<option value="(\w+)" selected', page.text)
    form = hidden | {"name": name, "sub": chosen[1] if chosen else "", "decision": decision}
    answer = browser.post(f"{sandbox.url}/oauth/v2/authorization", data=form, allow_redirects=False, timeout=10)
    return came_back(answer)


def came_back(answer: requests.Response) -> dict[str, str]:
    """The parameters of a redirect to the application."""
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def exchange(sandbox: Sandbox, code: str, /, **changed: str | None) -> requests.Response:
    """Ask the token endpoint for tokens; None leaves a field out."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **SECRETS, **changed}
    form = {name: value for name, value in form.items() if value is not None}
    return requests.post(f"{sandbox.url}/oauth/v2/accessToken", data=form, timeout=10)
