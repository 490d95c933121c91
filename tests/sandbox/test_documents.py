"""Documents: announced, put whole, processed, of use to their owner alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from advocacy.networks.sandbox import Sandbox
from tests.networks.contract.samples import pdf
from tests.sandbox.application import Member, admin, new_member

PDF = "application/pdf"


def announce(member: Member, body: Any = None) -> requests.Response:
    wanted = {"initializeUploadRequest": {"owner": member.urn}} if body is None else body
    return member.call("POST", "/rest/documents?action=initializeUpload", json=wanted)


def put(member: Member, value: dict[str, Any], content: bytes, mimetype: str = PDF, **headers: str | None) -> Any:
    path = urlsplit(value["uploadUrl"]).path
    return member.call("PUT", path, data=content, headers={"Content-Type": mimetype, **headers})


def uploaded(member: Member, content: bytes, mimetype: str = PDF) -> str:
    value = announce(member).json()["value"]
    assert put(member, value, content, mimetype).status_code == 201
    return str(value["document"])


def media(urn: str, **more: Any) -> dict[str, Any]:
    return {"content": {"media": {"id": urn, "title": "Our year", **more}}}


def test_a_document_in_a_post(sandbox: Sandbox, ada: Member) -> None:
    urn = uploaded(ada, pdf())
    ada.posted("To leaf through", **media(urn))
    [post] = admin(sandbox, "GET", "/posts")
    assert (post["document"], post["video"], post["images"]) == ("Our year", None, [])
    page = requests.get(f"{sandbox.url}/feed/update/{post['urn']}/", timeout=10).text
    assert "Our year" in page


@pytest.mark.parametrize(
    ("content", "mimetype"),
    [
        (b"\xd0\xcf\x11\xe0 word", "application/msword"),
        (b"PK\x03\x04 slides", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        (pdf(300), PDF),
    ],
)
def test_what_can_be_processed(ada: Member, content: bytes, mimetype: str) -> None:
    assert ada.posted("Look", **media(uploaded(ada, content, mimetype)))


@pytest.mark.parametrize("content", [b"%PDF-1.4 no pages", pdf(301), b"PK\x03\x04 no PDF"])
def test_what_cannot(ada: Member, content: bytes) -> None:
    answer = ada.post("Look", **media(uploaded(ada, content)))
    assert (answer.status_code, answer.json()["code"]) == (400, "MEDIA_ASSET_PROCESSING_FAILED")


def test_it_is_not_ready_at_once(serve: Callable[..., Sandbox]) -> None:
    slow = serve(processing_seconds=60)
    member = new_member(slow)
    urn = uploaded(member, pdf())
    assert member.post("Look", **media(urn)).json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    slow.advance(61)
    member.posted("Look", **media(urn))


def test_what_is_wrong_with_an_announcement(ada: Member, sandbox: Sandbox) -> None:
    bo = new_member(sandbox, "Bo")
    owner = {"initializeUploadRequest": {"owner": bo.urn}}
    assert announce(ada, owner).status_code == 403
    assert (
        announce(ada, {"initializeUploadRequest": {"owner": ada.urn, "size": 1}}).json()["code"] == "UNPERMITTED_FIELD"
    )
    assert announce(ada, {}).json()["code"] == "MISSING_FIELD"
    assert ada.call("POST", "/rest/documents?action=upload", json=owner).json()["code"] == "INVALID_ACTION"
    assert announce(new_member(sandbox, "C", "openid profile")).status_code == 403


def test_what_is_wrong_with_an_upload(ada: Member, sandbox: Sandbox) -> None:
    value = announce(ada).json()["value"]
    assert put(ada, value, pdf(), "image/jpeg").status_code == 415
    assert put(ada, value, b"").json()["code"] == "EMPTY_UPLOAD"
    assert put(ada, value, pdf(), Authorization=None).status_code == 401
    assert put(new_member(sandbox, "Bo"), value, pdf()).status_code == 404
    assert put(ada, value, pdf()).status_code == 201
    assert put(ada, value, pdf()).json()["code"] == "ALREADY_UPLOADED"
    late = announce(ada).json()["value"]
    sandbox.advance(3601)
    assert put(ada, late, pdf()).json()["code"] == "EXPIRED_UPLOAD_URL"


def test_whose_it_is_and_what_it_needs(ada: Member, sandbox: Sandbox) -> None:
    urn = uploaded(ada, pdf())
    assert new_member(sandbox, "Bo").post("Mine?", **media(urn)).status_code == 403
    assert ada.post("Look", content={"media": {"id": urn}}).json()["code"] == "MISSING_FIELD"
    assert ada.post("Look", **media(urn, altText="x")).json()["code"] == "UNPERMITTED_FIELD"
    assert ada.post("Look", **media("urn:li:document:gone")).json()["code"] == "INVALID_URN_ID"
    assert ada.call("GET", f"/rest/documents/{urn}").status_code == 403
