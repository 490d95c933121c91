"""Videos: announced with their size, put in parts without a token, finished by their ETags, processed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from advocacy.networks.sandbox import Sandbox
from tests.networks.contract.samples import mp4
from tests.sandbox.application import Member, admin, new_member

PART = 4 * 1024 * 1024


def announce(member: Member, size: int, **more: Any) -> requests.Response:
    wanted = {"owner": member.urn, "fileSizeBytes": size, "uploadCaptions": False, "uploadThumbnail": False, **more}
    return member.call("POST", "/rest/videos?action=initializeUpload", json={"initializeUploadRequest": wanted})


def put(member: Member, part: dict[str, Any], content: bytes, **headers: str | None) -> requests.Response:
    path, plain = urlsplit(part["uploadUrl"]).path, {"Authorization": None, "Content-Type": "application/octet-stream"}
    return member.call(
        "PUT", path, data=content[part["firstByte"] : part["lastByte"] + 1], headers={**plain, **headers}
    )


def finish(member: Member, value: dict[str, Any], etags: list[str], **more: Any) -> requests.Response:
    wanted = {"video": value["video"], "uploadToken": value["uploadToken"], "uploadedPartIds": etags, **more}
    return member.call("POST", "/rest/videos?action=finalizeUpload", json={"finalizeUploadRequest": wanted})


def uploaded(member: Member, content: bytes) -> str:
    value = announce(member, len(content)).json()["value"]
    etags = [put(member, part, content).headers["ETag"] for part in value["uploadInstructions"]]
    assert finish(member, value, etags).status_code == 200
    return str(value["video"])


def state(member: Member, urn: str) -> dict[str, Any]:
    answer = member.call("GET", f"/rest/videos/{urn}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_video_in_a_post(sandbox: Sandbox, ada: Member) -> None:
    urn = uploaded(ada, mp4())
    assert state(ada, urn) == {"id": urn, "owner": ada.urn, "status": "AVAILABLE"}
    ada.posted("A film", content={"media": {"id": urn, "title": "Film"}})
    ada.posted("Another", content={"media": {"id": urn}})
    assert [post["video"] for post in admin(sandbox, "GET", "/posts")] == ["Film", ""]


def test_a_large_one_goes_in_parts_and_each_may_be_put_again(ada: Member) -> None:
    content = mp4(size=2 * PART + 5)
    value = announce(ada, len(content)).json()["value"]
    parts = value["uploadInstructions"]
    assert [(part["firstByte"], part["lastByte"]) for part in parts] == [
        (0, PART - 1),
        (PART, 2 * PART - 1),
        (2 * PART, 2 * PART + 4),
    ]
    etags = [put(ada, part, content).headers["ETag"] for part in parts]
    assert put(ada, parts[0], content).headers["ETag"] == etags[0]
    assert finish(ada, value, etags[::-1]).json()["code"] == "INVALID_VALUE_FOR_FIELD"
    assert finish(ada, value, etags[:2]).json()["code"] == "INVALID_VALUE_FOR_FIELD"
    assert finish(ada, value, etags, uploadToken="other").json()["code"] == "INVALID_VALUE_FOR_FIELD"
    assert finish(ada, value, etags).status_code == 200
    assert finish(ada, value, etags).json()["code"] == "ALREADY_UPLOADED"


def test_it_is_processed_for_a_while(serve: Callable[..., Sandbox]) -> None:
    slow = serve(processing_seconds=60)
    member = new_member(slow)
    waiting = announce(member, 80_000).json()["value"]["video"]
    assert state(member, waiting)["status"] == "WAITING_UPLOAD"
    urn = uploaded(member, mp4())
    assert state(member, urn)["status"] == "PROCESSING"
    assert member.post("Early", content={"media": {"id": urn}}).json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    slow.advance(61)
    assert state(member, urn)["status"] == "AVAILABLE"


@pytest.mark.parametrize("content", [mp4(seconds=2), mp4(seconds=1801), b"x" * 80_000])
def test_what_cannot_be_processed_says_why(ada: Member, content: bytes) -> None:
    urn = uploaded(ada, content)
    assert state(ada, urn)["status"] == "PROCESSING_FAILED"
    assert state(ada, urn)["processingFailureReason"]
    assert ada.post("Film", content={"media": {"id": urn}}).json()["code"] == "MEDIA_ASSET_PROCESSING_FAILED"


@pytest.mark.parametrize("size", [74_999, 500 * 1024 * 1024 + 1, "80000", True])
def test_sizes_that_are_not_taken(ada: Member, size: Any) -> None:
    assert announce(ada, size).json()["code"] == "INVALID_VALUE_FOR_FIELD"


def test_what_is_wrong_with_an_announcement(ada: Member, sandbox: Sandbox) -> None:
    assert announce(ada, 80_000, uploadCaptions=True).json()["code"] == "INVALID_VALUE_FOR_FIELD"
    assert announce(ada, 80_000, colour="red").json()["code"] == "UNPERMITTED_FIELD"
    assert announce(ada, 80_000, owner=new_member(sandbox, "Bo").urn).status_code == 403
    assert ada.call("POST", "/rest/videos?action=other", json={}).json()["code"] == "INVALID_ACTION"
    assert announce(new_member(sandbox, "C", "openid"), 80_000).status_code == 403


def test_what_is_wrong_with_a_part(ada: Member, sandbox: Sandbox) -> None:
    content = mp4()
    [part] = announce(ada, len(content)).json()["value"]["uploadInstructions"]
    assert put(ada, part, content, Authorization=f"Bearer {ada.token}").json()["code"] == "UNEXPECTED_AUTHORIZATION"
    assert put(ada, part, content[:-1]).json()["code"] == "INVALID_PART_SIZE"
    assert put(ada, part, content, **{"Content-Type": "video/mp4"}).status_code == 415
    assert put(ada, {**part, "uploadUrl": part["uploadUrl"] + "9"}, content).status_code == 404
    sandbox.advance(3601)
    assert put(ada, part, content).json()["code"] == "EXPIRED_UPLOAD_URL"


def test_somebody_elses_video_is_nobodys_business(ada: Member, sandbox: Sandbox) -> None:
    urn, bo = uploaded(ada, mp4()), new_member(sandbox, "Bo")
    assert bo.call("GET", f"/rest/videos/{urn}").status_code == 403
    assert bo.post("Mine?", content={"media": {"id": urn}}).status_code == 403
    assert ada.call("GET", "/rest/videos/urn:li:video:gone").status_code == 404
