"""Images in their steps: announced, put, processed, used."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import pytest
import requests
from PIL import Image

from advocacy.networks.sandbox import Sandbox
from tests.sandbox.application import Member, admin, new_member


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_an_image_goes_up_and_stands_in_a_post(sandbox: Sandbox, ada: Member, kind: str) -> None:
    announced = ada.initialize()
    assert announced.status_code == 200
    value = announced.json()["value"]
    assert value.keys() == {"uploadUrl", "uploadUrlExpiresAt", "image"}
    early = ada.post(content={"media": {"id": value["image"], "altText": "A"}})
    assert early.json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    put = ada.put(value["uploadUrl"], picture(kind))
    assert (put.status_code, put.content) == (201, b"")
    ada.posted(content={"media": {"id": value["image"], "altText": "A"}})
    shown = requests.get(f"{sandbox.url}/images/{value['image']}", timeout=10)
    assert (shown.content, shown.headers["Content-Type"]) == (picture(kind), f"image/{kind.lower()}")


def test_a_thumbnail_and_several_images(sandbox: Sandbox, ada: Member) -> None:
    one, two = ada.uploaded(picture()), ada.uploaded(picture())
    ada.posted("a", content=ada.link("https://a.example", thumbnail=one))
    ada.posted("b", content={"multiImage": {"images": [{"id": one, "altText": "1"}, {"id": two}]}})
    first, second = admin(sandbox, "GET", "/posts")
    assert first["thumbnail"] == one
    assert second["images"] == [one, two]


def test_processing_takes_its_time(serve: Callable[..., Sandbox]) -> None:
    sandbox = serve(processing_seconds=3600)
    ada = new_member(sandbox)
    content = {"media": {"id": ada.uploaded(picture())}}
    assert ada.post(content=content).json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    sandbox.advance(3600)
    ada.posted(content=content)


@pytest.mark.parametrize("content", [b"no image", picture("BMP"), picture()[:48], picture("PNG", (8000, 5000))])
def test_what_is_no_image_fails_in_processing(ada: Member, content: bytes) -> None:
    refused = ada.post(content={"media": {"id": ada.uploaded(content)}})
    assert (refused.status_code, refused.json()["code"]) == (400, "MEDIA_ASSET_PROCESSING_FAILED")


def test_an_image_serves_its_owner_only(sandbox: Sandbox, ada: Member) -> None:
    ben = new_member(sandbox, "Ben Ortiz")
    assert ada.initialize(owner=ben.urn).status_code == 403
    assert ben.post(content={"media": {"id": ada.uploaded(picture())}}).status_code == 403
    assert ada.post(content={"media": {"id": "urn:li:image:C4none"}}).json()["code"] == "INVALID_URN_ID"
    value = ada.initialize().json()["value"]
    assert ben.put(value["uploadUrl"], picture()).status_code == 404
    assert ada.put(value["uploadUrl"], picture(), Authorization=None).status_code == 401


def test_an_upload_address_works_once_and_for_an_hour(sandbox: Sandbox, ada: Member) -> None:
    first, late = (ada.initialize().json()["value"]["uploadUrl"] for _ in range(2))
    assert ada.put(first, b"").status_code == 400
    assert ada.put(first, picture()).status_code == 201
    assert ada.put(first, picture()).status_code == 400
    sandbox.advance(3601)
    assert ada.put(late, picture()).json()["code"] == "EXPIRED_UPLOAD_URL"


def test_the_state_of_an_image_cannot_be_read(ada: Member) -> None:
    assert ada.call("GET", f"/rest/images/{quote(ada.uploaded(picture()), safe='')}").status_code == 403


def test_the_announcement_is_strict(ada: Member) -> None:
    body = {"initializeUploadRequest": {"owner": ada.urn}}
    assert ada.call("POST", "/rest/images", json=body).status_code == 400
    assert ada.call("POST", "/rest/images?action=upload", json=body).status_code == 400
    assert ada.call("POST", "/rest/images?action=initializeUpload", json={}).status_code == 400
