"""The stand-in is strict: it says no where the network says no."""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from advocacy.networks.base import Credentials
from advocacy.networks.bluesky.kept import kept_with
from tests.networks.bluesky.conftest import Sky

KEY = "3n2xb6ysjt2hi"
RECORD = {"$type": "app.bsky.feed.post", "text": "é 👩‍🚀", "createdAt": "2026-09-01T08:00:00.000Z"}
CREATE = "/xrpc/com.atproto.repo.createRecord"
TAG = {"$type": "app.bsky.richtext.facet#tag", "tag": "x"}
BLOB = {"$type": "blob", "ref": {"$link": "bafkreinowhere"}, "mimeType": "image/jpeg", "size": 3}
IMAGE = {"image": BLOB, "alt": ""}


def create(sky: Sky, ada: Credentials, **changed: Any) -> requests.Response:
    body = {"repo": ada.external_id, "collection": "app.bsky.feed.post", "rkey": KEY, "record": RECORD, **changed}
    headers = {"Authorization": f"Bearer {ada.access_token.reveal()}"}
    return requests.post(sky.url + CREATE, json=body, headers=headers, timeout=5)


def at(start: int, end: int) -> dict[str, Any]:
    return {"facets": [{"index": {"byteStart": start, "byteEnd": end}, "features": [TAG]}]}


def test_a_plain_record_is_taken_once(sky: Sky, ada: Credentials) -> None:
    assert create(sky, ada).status_code == 200
    again = create(sky, ada)
    assert (again.status_code, again.json()["error"]) == (500, "InternalServerError")


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "a" * 301},
        {"text": "👩‍👩‍👧‍👧" * 150},
        {"text": 5},
        {"createdAt": "yesterday"},
        {"createdAt": "2026-09-01"},
        {"createdAt": "2026-13-01T08:00:00Z"},
        {"langs": ["en", "fr", "de", "it"]},
        {"langs": ["English!"]},
        {"$type": "app.bsky.feed.like"},
        {"more": True},
        at(0, 1),
        at(1, 2),
        at(3, 5),
        at(0, 0),
        at(2, 1),
        at(0, 99),
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": []}]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [{**TAG, "tag": "#x"}]}]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [{**TAG, "tag": "x" * 65}]}]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [{"$type": "x#link", "url": "https://x"}]}]},
        {"embed": {"$type": "app.bsky.embed.images", "images": [IMAGE] * 5}},
        {"embed": {"$type": "app.bsky.embed.images", "images": [{"image": BLOB}]}},
        {"embed": {"$type": "app.bsky.embed.images", "images": [IMAGE]}},
        {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://x.example"}}},
        {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": "https://x.example", "cid": "b"}}},
        {"embed": {"$type": "app.bsky.embed.unknown"}},
    ],
)
def test_a_record_that_is_none(sky: Sky, ada: Credentials, changed: dict[str, Any]) -> None:
    answer = create(sky, ada, record={**RECORD, **changed})
    assert (answer.status_code, sky.posts()) == (400, [])


@pytest.mark.parametrize(
    "changed", [{"rkey": "x"}, {"rkey": "z" * 13}, {"collection": "x.y.z"}, {"repo": "did:plc:nobody"}, {"extra": 1}]
)
def test_a_place_that_is_none(sky: Sky, ada: Credentials, changed: dict[str, Any]) -> None:
    assert create(sky, ada, **changed).status_code == 400


def test_nobody_writes_elsewhere_or_shows_what_others_uploaded(sky: Sky, ada: Credentials) -> None:
    bo = sky.member("Bo")
    assert create(sky, ada, repo=bo.external_id).status_code == 401
    headers = {"Authorization": f"Bearer {bo.access_token.reveal()}", "Content-Type": "image/jpeg"}
    address = f"{sky.url}/xrpc/com.atproto.repo.uploadBlob"
    blob = requests.post(address, data=b"\xff\xd8\xff", headers=headers, timeout=5).json()["blob"]
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    assert create(sky, ada, record={**RECORD, "embed": embed}).json()["error"] == "BlobNotFound"
    assert create(sky, bo, repo=bo.external_id, record={**RECORD, "embed": embed}).status_code == 200


def test_points_run_out(sky: Sky, ada: Credentials) -> None:
    sky.standin.state.more["points"] = {ada.external_id: [(sky.standin.clock.now(), 4998)]}
    answer = create(sky, ada)
    assert (answer.status_code, answer.headers["RateLimit-Policy"]) == (429, "5000;w=3600")
    assert float(answer.headers["RateLimit-Reset"]) > sky.standin.clock.now() + 3500


def proof(credentials: Credentials, sky: Sky, nonce: str | None, key: ECKey | None = None, **changed: Any) -> str:
    """A proof for the create, with something changed."""
    digest = sha256(credentials.access_token.reveal().encode()).digest()
    claims = {
        "jti": secrets.token_urlsafe(24),
        "htm": "POST",
        "htu": sky.url + CREATE,
        "iat": int(time.time()),
        "nonce": nonce,
        "ath": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        **changed,
    }
    signing = key or ECKey.import_key(json.loads(kept_with(credentials).jwk))
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": signing.as_dict(private=False)}
    return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, signing)


@pytest.fixture
def try_proof(sky: Sky) -> Callable[..., requests.Response]:
    ada = sky.consented()

    def tried(scheme: str = "DPoP", proofs: str | None = None, **changed: Any) -> requests.Response:
        nonce = changed.pop("nonce", sky.standin.proofs.nonce("resource"))
        headers = {"Authorization": f"{scheme} {ada.access_token.reveal()}"}
        headers["DPoP"] = proofs or proof(ada, sky, nonce, **changed)
        body = {"repo": ada.external_id, "collection": "app.bsky.feed.post", "rkey": KEY, "record": RECORD}
        return requests.post(sky.url + CREATE, json=body, headers=headers, timeout=5)

    tried.member = ada  # type: ignore[attr-defined]
    return tried


def test_a_sound_proof_works_once(sky: Sky, try_proof: Any) -> None:
    sound = proof(try_proof.member, sky, sky.standin.proofs.nonce("resource"))
    assert try_proof(proofs=sound).status_code == 200
    assert try_proof(proofs=sound).json()["error"] == "invalid_dpop_proof"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"htm": "GET"}, "invalid_dpop_proof"),
        ({"htu": "https://elsewhere.example/xrpc/x"}, "invalid_dpop_proof"),
        ({"iat": 1_600_000_000}, "invalid_dpop_proof"),
        ({"ath": None}, "invalid_dpop_proof"),
        ({"ath": "x"}, "invalid_dpop_proof"),
        ({"jti": None}, "invalid_dpop_proof"),
        ({"nonce": None}, "use_dpop_nonce"),
        ({"nonce": "old"}, "use_dpop_nonce"),
    ],
)
def test_a_proof_that_does_not_hold(try_proof: Any, changed: dict[str, Any], error: str) -> None:
    answer = try_proof(**changed)
    assert (answer.status_code, answer.json()["error"]) == (401, error)
    assert answer.headers["DPoP-Nonce"]


def test_the_nonce_of_the_other_side_another_key_and_another_scheme(sky: Sky, try_proof: Any) -> None:
    assert try_proof(nonce=sky.standin.proofs.nonce("authorization")).json()["error"] == "use_dpop_nonce"
    foreign = proof(
        try_proof.member, sky, sky.standin.proofs.nonce("resource"), ECKey.generate_key("P-256", auto_kid=False)
    )
    assert try_proof(proofs=foreign).json()["error"] == "invalid_token"
    assert try_proof(scheme="Bearer").json()["error"] == "InvalidToken"
    assert sky.posts() == []


def test_a_request_for_consent_has_to_be_announced(sky: Sky) -> None:
    answer = requests.get(f"{sky.url}/oauth/authorize", params={"client_id": "http://localhost"}, timeout=5)
    assert answer.json()["error"] == "invalid_request"
    answer = requests.post(f"{sky.url}/oauth/par", data={"client_id": "http://localhost"}, timeout=5)
    assert answer.json()["error"] == "invalid_dpop_proof"
