"""/rest/posts: everything the real network refuses is refused, and what it takes stands on the page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import requests

from advocacy.networks.sandbox import Sandbox
from tests.sandbox.application import Member, admin, new_member

Serve = Callable[..., Sandbox]


def standing(sandbox: Sandbox, urn: str) -> dict[str, Any]:
    return next(post for post in admin(sandbox, "GET", "/posts") if post["urn"] == urn)


def test_a_post_gets_its_id_in_a_header(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted("Hello #world", content=ada.link("https://brand.example/a", description="D"))
    assert urn.startswith("urn:li:share:7")
    post = standing(sandbox, urn)
    assert post["author"] == ada.urn
    assert (post["commentary"], post["source"], post["title"]) == ("Hello #world", "https://brand.example/a", "A title")
    assert post["deleted_at"] is None
    assert post["cut"] is False
    page = requests.get(f"{sandbox.url}/feed/update/{urn}/", timeout=10).text
    assert '<strong class="hashtag">#world</strong>' in page
    assert "https://brand.example/a" in page


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": None}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "2026-08"}, 400, "INVALID_VERSION"),
        ({"LinkedIn-Version": "202613"}, 400, "INVALID_VERSION"),
        ({"LinkedIn-Version": "202508"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "203001"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": None}, 400, "INVALID_RESTLI_PROTOCOL_VERSION"),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400, "INVALID_RESTLI_PROTOCOL_VERSION"),
        ({"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"Content-Type": None}, 201, None),
        ({"Authorization": None}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"Authorization": "Basic abc"}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"Authorization": "Bearer AQXnever"}, 401, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_headers_are_checked(ada: Member, headers: dict[str, str | None], status: int, code: str | None) -> None:
    answer = ada.call("POST", "/rest/posts", json=ada.body(), headers=headers)
    assert answer.status_code == status, answer.text
    if code:
        assert (answer.json()["code"], answer.json()["status"]) == (code, status)
    if status == 426:
        assert answer.json()["message"] == f"Requested version {headers['LinkedIn-Version']}01 is not active"


WRONG_BODIES: list[tuple[dict[str, Any], str, str]] = [
    ({"author": "782bbtaQ"}, "INVALID_URN_ID", "author"),
    ({"author": "urn:li:organization:12"}, "INVALID_URN_TYPE", "author"),
    ({"visibility": "PRIVATE"}, "INVALID_VALUE_FOR_FIELD", "visibility"),
    ({"visibility": None}, "MISSING_FIELD", "visibility"),
    ({"lifecycleState": "DRAFT"}, "INVALID_VALUE_FOR_FIELD", "lifecycleState"),
    ({"isReshareDisabledByAuthor": "false"}, "INVALID_VALUE_FOR_FIELD", "isReshareDisabledByAuthor"),
    ({"commentary": 7}, "INVALID_VALUE_FOR_FIELD", "commentary"),
    ({"commentary": "x" * 3001}, "FIELD_LENGTH_TOO_LONG", "commentary"),
    ({"commentary": " "}, "INVALID_VALUE_FOR_FIELD", "commentary"),
    ({"colour": "red"}, "UNPERMITTED_FIELD", "colour"),
    ({"distribution": {}}, "MISSING_FIELD", "distribution/feedDistribution"),
    ({"distribution": "MAIN_FEED"}, "INVALID_VALUE_FOR_FIELD", "distribution"),
    (
        {"distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [{}]}},
        "INVALID_VALUE_FOR_FIELD",
        "distribution/targetEntities",
    ),
    ({"content": {}}, "INVALID_VALUE_FOR_FIELD", "content"),
    ({"content": {"video": {}}}, "UNPERMITTED_FIELD", "content/video"),
    ({"content": {"article": {"source": "https://a.example"}}}, "MISSING_FIELD", "content/article/title"),
    ({"content": {"article": {"title": "T"}}}, "MISSING_FIELD", "content/article/source"),
    ({"content": {"article": {"source": "/a", "title": "T"}}}, "INVALID_VALUE_FOR_FIELD", "content/article/source"),
    (
        {"content": {"article": {"source": "javascript:alert(1)", "title": "T"}}},
        "INVALID_VALUE_FOR_FIELD",
        "content/article/source",
    ),
    (
        {"content": {"article": {"source": "https://a.example", "title": "T", "thumbnail": "C4"}}},
        "INVALID_URN_ID",
        "content/article/thumbnail",
    ),
    ({"content": {"media": {"id": "urn:li:person:C5"}}}, "INVALID_URN_TYPE", "content/media/id"),
    ({"content": {"media": {"id": "urn:li:document:C5"}}}, "MISSING_FIELD", "content/media/title"),
    ({"content": {"media": {"id": "urn:li:video:C5", "altText": "x"}}}, "UNPERMITTED_FIELD", "content/media/altText"),
    (
        {"content": {"media": {"id": "urn:li:image:C4", "altText": "x" * 4087}}},
        "FIELD_LENGTH_TOO_LONG",
        "content/media/altText",
    ),
    (
        {"content": {"multiImage": {"images": [{"id": "urn:li:image:C4"}]}}},
        "INVALID_VALUE_FOR_FIELD",
        "content/multiImage/images",
    ),
    ({"reshareContext": {"parent": "urn:li:person:a"}}, "INVALID_URN_TYPE", "reshareContext/parent"),
]


@pytest.mark.parametrize(("changed", "code", "field"), WRONG_BODIES)
def test_a_wrong_body_is_refused_by_its_field(
    sandbox: Sandbox, ada: Member, changed: dict[str, Any], code: str, field: str
) -> None:
    answer = ada.call("POST", "/rest/posts", json=ada.body() | changed)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errorDetails"]["inputErrors"][0]["input"]["inputPath"]["fieldPath"] == field
    assert admin(sandbox, "GET", "/posts") == []


@pytest.mark.parametrize("sent", [b"", b"[]", b"{", b'"x"'])
def test_a_body_that_is_no_object_is_refused(ada: Member, sent: bytes) -> None:
    assert ada.call("POST", "/rest/posts", data=sent).status_code == 400


def test_nobody_posts_for_somebody_else(sandbox: Sandbox, ada: Member) -> None:
    ben = new_member(sandbox, "Ben Ortiz")
    refused = ada.call("POST", "/rest/posts", json=ben.body())
    assert (refused.status_code, refused.json()["code"], refused.json()["serviceErrorCode"]) == (
        403,
        "ACCESS_DENIED",
        100,
    )
    urn = quote(ben.posted(), safe="")
    assert ada.call("DELETE", f"/rest/posts/{urn}").status_code == 403


def test_posting_needs_its_scope(sandbox: Sandbox) -> None:
    reader = new_member(sandbox, scope="openid profile")
    refused = reader.post()
    assert refused.status_code == 403
    assert refused.json()["message"].startswith("Not enough permissions to access: posts.CREATE")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("We grew (a lot)", "We grew "),
        ("We grew \\(a lot\\)", "We grew (a lot)"),
        ("Mail me @ home", "Mail me "),
        ("snake_case", "snake"),
        ("#one and \\#two, C\\#", "#one and #two, C#"),
        ("a {hashtag|\\#|b} c", "a #b c"),
        ("thanks @[Ada Lind](urn:li:person:abc)", "thanks Ada Lind"),
        ("a # b", "a "),
        ("back\\slash", "back"),
    ],
)
def test_an_unescaped_character_cuts_the_text_without_a_word(
    sandbox: Sandbox, ada: Member, sent: str, shown: str
) -> None:
    post = standing(sandbox, ada.posted(sent, content=ada.link("https://a.example/")))
    assert (post["commentary"], post["commentary_raw"]) == (shown, sent)
    assert post["cut"] is (len(shown) < len(sent) and shown == sent[: len(shown)])


def test_the_same_text_and_link_is_a_duplicate_for_some_minutes(sandbox: Sandbox, ada: Member) -> None:
    link = ada.link("https://a.example/1")
    urn = ada.posted("Hello  you", content=link)
    refused = ada.post("hello you ", content=link)
    assert refused.status_code == 422
    assert refused.json()["message"].endswith(f"Content is a duplicate of {urn}")
    assert refused.json()["errorDetailType"] == "com.linkedin.common.error.BadRequest"
    errors = refused.json()["errorDetails"]["inputErrors"]
    assert errors == [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    ada.posted("Hello you", content=ada.link("https://a.example/2"))
    new_member(sandbox, "Ben Ortiz").posted("Hello you", content=link)
    ada.call("DELETE", f"/rest/posts/{quote(urn, safe='')}")
    assert ada.post("Hello you", content=link).status_code == 422, "a deleted post still casts its shadow"
    sandbox.advance(601)
    ada.posted("Hello you", content=link)
    assert len(admin(sandbox, "GET", f"/posts?member={ada.sub}")) == 3


def test_an_own_post_is_deleted_more_than_once(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted()
    for _ in range(2):
        answer = ada.call("DELETE", f"/rest/posts/{quote(urn, safe='')}")
        assert (answer.status_code, answer.content) == (204, b"")
    assert standing(sandbox, urn)["deleted_at"]
    assert requests.get(f"{sandbox.url}/feed/update/{urn}/", timeout=10).status_code == 404
    assert ada.call("DELETE", "/rest/posts/urn%3Ali%3Aperson%3Aa").status_code == 400


def test_only_the_text_of_a_post_can_be_changed(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted()
    path = f"/rest/posts/{quote(urn, safe='')}"
    partial: dict[str, str | None] = {"X-RestLi-Method": "PARTIAL_UPDATE"}
    patch = {"patch": {"$set": {"commentary": "Better \\(now\\)"}}}
    assert ada.call("POST", path, json=patch).status_code == 400, "without the method header"
    assert ada.call("POST", path, json=patch, headers=partial).status_code == 204
    assert standing(sandbox, urn)["commentary"] == "Better (now)"
    other = {"patch": {"$set": {"visibility": "CONNECTIONS"}}}
    assert ada.call("POST", path, json=other, headers=partial).status_code == 400
    ada.call("DELETE", path)
    assert ada.call("POST", path, json=patch, headers=partial).status_code == 404


def test_posts_cannot_be_read(ada: Member) -> None:
    urn = quote(ada.posted(), safe="")
    assert ada.call("GET", f"/rest/posts/{urn}").status_code == 403
    assert ada.call("GET", "/rest/posts?q=author").status_code == 403


def test_a_reshare_stands_on_its_parent(sandbox: Sandbox, ada: Member) -> None:
    parent = ada.posted("First")
    urn = ada.posted("", reshareContext={"parent": parent})
    assert standing(sandbox, urn)["parent"] == parent
    closed = ada.posted("Closed", isReshareDisabledByAuthor=True)
    assert ada.post("", reshareContext={"parent": closed}).status_code == 400
    assert ada.post("", reshareContext={"parent": "urn:li:share:1"}).status_code == 404
    both = ada.post("x", reshareContext={"parent": parent}, content=ada.link("https://a.example"))
    assert both.status_code == 400


def test_the_daily_limits_end_at_midnight(serve: Serve) -> None:
    sandbox = serve(daily_member_limit=2, daily_app_limit=3)
    ada, ben = new_member(sandbox), new_member(sandbox, "Ben Ortiz")
    ada.posted("1")
    ada.posted("2")
    refused = ada.post("3")
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert "Resource level throttle APPLICATION_AND_MEMBER DAY limit" in refused.json()["message"]
    ben.posted("1")
    assert "throttle APPLICATION DAY limit" in ben.post("2").json()["message"]
    sandbox.advance(86_400)
    ada.posted("3")
    ben.posted("2")


def test_programs_get_json_for_every_mistake(ada: Member) -> None:
    assert ada.call("GET", "/rest/nothing").json()["code"] == "RESOURCE_NOT_FOUND"
    assert ada.call("PATCH", "/rest/posts").json()["status"] == 405
