"""Addresses that networks fetch pictures and files from: signed, for two hours, nothing else behind them."""

import hashlib
import io
import time
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from PIL import Image
from werkzeug.test import TestResponse

from advocacy import media_links
from advocacy.content.attachments import files_folder
from advocacy.media import get_image_store
from config.settings import get_settings
from tests.networks.contract.samples import jpeg, mp4


class Earlier(TimestampSigner):
    """Signs as it would have two hours and a second ago."""

    def get_timestamp(self) -> int:
        return int(time.time()) - int(media_links.LIFETIME.total_seconds()) - 1


def fetched(app: Flask, address: str, **options: str) -> TestResponse:
    """What somebody without any account gets."""
    assert address.startswith(f"{get_settings().public_url}/media/out/")
    return app.test_client().get(urlsplit(address).path, headers=options)


def size_of(answer: TestResponse) -> tuple[int, int]:
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.format == "JPEG"
        return picture.size


@pytest.fixture
def key(app: Flask, clean: None) -> str:
    return get_image_store().put(jpeg(width=1600, height=500)).key


def signed(signer: type[TimestampSigner], claims: list[object], salt: str = "relais.media.out") -> str:
    secret = get_settings().secret_key.get_secret_value()
    kwargs = {"digest_method": hashlib.sha256}
    token = URLSafeTimedSerializer(secret, salt=salt, signer=signer, signer_kwargs=kwargs).dumps(claims)
    return f"{get_settings().public_url}/media/out/{token}"


def test_a_picture_comes_as_jpeg_without_signing_in(app: Flask, key: str) -> None:
    answer = fetched(app, media_links.picture_address(key))
    assert (answer.status_code, answer.mimetype, size_of(answer)) == (200, "image/jpeg", (1440, 450))
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("shapes", "inside"), [((0.8, 1.91), (1.8, 1.91)), ((4.0, 5.0), (4.0, 4.1))])
def test_it_is_cut_to_what_the_network_takes(
    app: Flask, key: str, shapes: tuple[float, float], inside: tuple[float, float]
) -> None:
    width, height = size_of(fetched(app, media_links.picture_address(key, (0, 50), shapes)))
    assert inside[0] <= width / height <= inside[1]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(width=st.integers(60, 900), height=st.integers(60, 900), x=st.integers(0, 100), y=st.integers(0, 100))
def test_any_picture_ends_within_the_shapes(app: Flask, clean: None, width: int, height: int, x: int, y: int) -> None:
    stored = get_image_store().put(jpeg(width=width, height=height)).key
    cut = size_of(fetched(app, media_links.picture_address(stored, (x, y), (0.8, 1.91))))
    assert 0.79 <= cut[0] / cut[1] <= 1.93


def test_it_comes_as_somebody_cut_it(app: Flask, clean: None) -> None:
    """Blue, red in its last sixth; cut at the right end it is red."""
    whole = Image.new("RGB", (1200, 800), "blue")
    whole.paste("red", (1000, 0, 1200, 800))
    out = io.BytesIO()
    whole.save(out, "PNG")
    stored = get_image_store().put(out.getvalue()).key
    for focus, red in (((100, 50), True), ((0, 50), False)):
        answer = fetched(app, media_links.picture_address(stored, (50, 50), (0.8, 1.91), (1.0, focus, 200)))
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert picture.size == (400, 400)
            colour = picture.convert("RGB").getpixel((396, 200))
        assert isinstance(colour, tuple) and (colour[0] > 200) == red


@pytest.mark.parametrize("ratio", [0.5, 0.8, 1.91, 3.0])
@pytest.mark.parametrize("width", [333, 1200])
def test_a_cut_too_stays_within_the_shapes(app: Flask, clean: None, ratio: float, width: int) -> None:
    stored = get_image_store().put(jpeg(width=width, height=777)).key
    cut = size_of(fetched(app, media_links.picture_address(stored, None, (0.8, 1.91), (ratio, (50, 50), 130))))
    assert 0.8 <= cut[0] / cut[1] <= 1.91


def test_fetching_is_free_and_trying_is_not(app: Flask, key: str) -> None:
    address = media_links.picture_address(key)
    for _ in range(70):
        assert fetched(app, address).status_code == 200
    wrong = address[:-2] + ("AA" if address[-2:] != "AA" else "BB")
    tried = [fetched(app, wrong).status_code for _ in range(61)]
    assert (tried[:60], tried[60]) == ([404] * 60, 429)


def test_after_two_hours_it_is_gone(app: Flask, key: str) -> None:
    claims: list[object] = ["picture", key, [50, 50], None]
    assert fetched(app, signed(TimestampSigner, claims)).status_code == 200
    over = fetched(app, signed(Earlier, claims))
    assert over.status_code == 410
    assert over.headers["Cache-Control"] == "no-store"


def test_what_was_altered_is_unknown(app: Flask, key: str) -> None:
    address = media_links.picture_address(key)
    head, _, token = address.rpartition("/")
    other = media_links.picture_address("0" * 40).rpartition("/")[2]
    mixed = ".".join([other.split(".")[0], *token.split(".")[1:]])
    for wrong in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), mixed, "x", token + "x"):
        assert fetched(app, f"{head}/{wrong}").status_code == 404, wrong
    assert fetched(app, signed(TimestampSigner, ["picture", key, [50, 50], None], salt="another")).status_code == 404


def test_what_is_no_longer_stored_is_unknown(app: Flask, clean: None) -> None:
    assert fetched(app, media_links.picture_address("0" * 40)).status_code == 404
    assert fetched(app, media_links.file_address("0" * 64, "video/mp4")).status_code == 404


def test_a_file_as_it_is_also_in_part(app: Flask, clean: None) -> None:
    film = mp4()
    name = hashlib.sha256(film).hexdigest()
    (files_folder() / name[:2]).mkdir(exist_ok=True)
    (files_folder() / name[:2] / name).write_bytes(film)
    address = media_links.file_address(name, "video/mp4")
    whole = fetched(app, address)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "video/mp4", film)
    part = fetched(app, address, Range="bytes=4-7")
    assert (part.status_code, part.data) == (206, b"ftyp")
    for wrong in (media_links.file_address(name, "text/html"), media_links.file_address("../../secret", "video/mp4")):
        assert fetched(app, wrong).status_code == 404
    whole.close()
    part.close()


def test_nothing_is_listed(app: Flask, clean: None) -> None:
    assert app.test_client().get("/media/out/").status_code == 404
    assert app.test_client().get("/media/out").status_code == 404
