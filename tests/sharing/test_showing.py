"""What each network will show, by its capabilities: files taken or left, links, pictures, posts passed on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from advocacy.content.models import Attachment, Post
from advocacy.db import db
from advocacy.networks.base import Capabilities, FileLimits, Kind
from advocacy.networks.defaults import Defaults
from advocacy.networks.models import Account
from advocacy.sharing import tasks
from advocacy.sharing.showing import Shape, length_of_link, length_there, showing_on, takes
from config.settings import get_settings
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, page, words

PLAIN = Capabilities(
    name="plain",
    label="Plain",
    icon="world",
    max_length=500,
    count_rule="graphemes-link23",
    rewards_allowed=False,
    figures=frozenset(),
    can_remove=False,
    utm_source="plain",
)
IN_TEXT = replace(PLAIN, link_in_text=True)
RICH = replace(
    PLAIN,
    kinds=frozenset(Kind),
    video=FileLimits(1000, shortest=3, longest=60),
    document=FileLimits(1000, pages=10),
)
PICTURES_ONLY = replace(PLAIN, kinds=frozenset({Kind.PICTURE, Kind.VIDEO}), needs_picture=True, video=FileLimits(1000))
LINKED, PICTURED = Post(link="https://a.example/", image=None), Post(link=None, image="key")
BOTH, BARE = Post(link="https://a.example/", image="key"), Post(link=None, image=None)


def film(**values: Any) -> Attachment:
    return Attachment(**{"kind": "video", "bytes": 900, "seconds": 30, "name": "film.mp4", **values})


def deck(**values: Any) -> Attachment:
    return Attachment(**{"kind": "document", "bytes": 900, "pages": 3, "name": "deck.pdf", **values})


@pytest.mark.parametrize(
    ("network", "post", "attachment", "shape"),
    [
        (PLAIN, LINKED, None, Shape.CARD),
        (PLAIN, BOTH, None, Shape.CARD),
        (PLAIN, PICTURED, None, Shape.PICTURE),
        (PLAIN, BARE, None, Shape.TEXT),
        (IN_TEXT, BOTH, None, Shape.LINK),
        (IN_TEXT, PICTURED, None, Shape.PICTURE),
        (RICH, BOTH, film(), Shape.VIDEO),
        (RICH, BARE, deck(), Shape.DOCUMENT),
        (PICTURES_ONLY, BOTH, None, Shape.PICTURE),
        (PICTURES_ONLY, LINKED, film(), Shape.VIDEO),
    ],
)
def test_what_stands_with_the_words(
    network: Capabilities, post: Post, attachment: Attachment | None, shape: Shape
) -> None:
    showing = showing_on(network, post, attachment)
    assert (showing.shape, showing.left_out, showing.lacks_picture) == (shape, None, False)
    assert showing.link_follows == (attachment is not None and post.link is not None)


@pytest.mark.parametrize("attachment", [film(), deck()])
def test_a_file_that_is_not_taken_leaves_the_card(attachment: Attachment) -> None:
    showing = showing_on(PLAIN, LINKED, attachment)
    assert (showing.shape, showing.left_out) == (Shape.CARD, Kind(attachment.kind))


@pytest.mark.parametrize("post", [LINKED, BARE])
def test_where_a_picture_is_needed(post: Post) -> None:
    assert showing_on(PICTURES_ONLY, post, None).lacks_picture
    assert showing_on(PICTURES_ONLY, post, deck()).lacks_picture


@pytest.mark.parametrize(
    "attachment",
    [film(bytes=1001), film(seconds=2), film(seconds=61), deck(bytes=1001), deck(pages=11)],
)
def test_limits_of_files(attachment: Attachment) -> None:
    assert takes(RICH, film()) and takes(RICH, deck())
    assert not takes(RICH, attachment)


@pytest.mark.parametrize(("said", "wanted"), [({}, 25), ({"link_length": 23}, 25), ({"link_length": 40}, 42)])
def test_a_link_counts_as_the_server_says(environment: dict[str, str], said: dict[str, int], wanted: int) -> None:
    adapter: Any = Defaults(get_settings())
    adapter.capabilities = IN_TEXT
    account = Account(limits=said)
    assert length_of_link(adapter, account, linked=True) == wanted
    assert length_there(adapter, account, "abc", linked=True) == 3 + wanted
    assert length_there(adapter, account, "abc", linked=False) == 3
    adapter.capabilities = PLAIN
    assert length_of_link(adapter, account, linked=True) == 0


@pytest.fixture
def about_a_post(scene: Scene) -> Post:
    """Content whose link is a post that stands on the network already."""
    share = scene.share("What the company says.")
    with scene.app.app_context():
        tasks.deliver_due()
    url = scene.now(share).external_url
    assert url
    return scene.world.post(scene.root, "Our post", link=url)


def press(scene: Scene, visitor: Visitor, post: Post, **more: Any) -> dict[str, Any]:
    """Share it with these fields: the newest post of the network."""
    fields = {"submission": str(uuid4()), "account": [scene.account.id], "text": "My view.", "language": "en"}
    answer = visitor.post(f"/posts/{post.id}/share", {**fields, "when": "now", **more})
    assert answer.status_code == 303, words(answer)
    with scene.app.app_context():
        tasks.deliver_due()
    return max(scene.online(), key=lambda each: each["created_at"])


def test_a_post_of_the_network_is_passed_on(scene: Scene, visit: Callable[..., Visitor], about_a_post: Post) -> None:
    visitor = visit(scene.person)
    panel = page(visitor.get(f"/posts/{about_a_post.id}/share"))
    box = panel.css_first("input[name=pass_on]")
    assert box is not None and "checked" in box.attributes
    [original] = scene.online()
    made = press(scene, visitor, about_a_post, pass_on=[scene.account.id])
    assert (made["parent"], made["source"]) == (original["urn"], None)
    assert made["commentary"].startswith("My view.") and "/s/" not in made["commentary"]


def test_it_can_be_linked_to_instead(scene: Scene, visit: Callable[..., Visitor], about_a_post: Post) -> None:
    made = press(scene, visit(scene.person), about_a_post)
    assert made["parent"] is None and "/s/" in made["source"]


def test_nothing_else_can_be_passed_on(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    assert page(visitor.get(f"/posts/{scene.post.id}/share")).css_first("input[name=pass_on]") is None
    made = press(scene, visitor, scene.post, pass_on=[scene.account.id])
    assert made["parent"] is None and made["source"]


def test_the_panel_says_what_goes(scene: Scene, visit: Callable[..., Visitor]) -> None:
    with scene.app.app_context():
        db.session.add(Attachment(post_id=scene.post.id, kind="video", key="k", name="f.mp4", bytes=2, seconds=1))
        db.session.commit()
    shown = words(visit(scene.person).get(f"/posts/{scene.post.id}/share"))
    assert "Your words with a card of the link. LinkedIn does not take this video." in shown
    with scene.app.app_context():
        db.session.get_one(Attachment, scene.post.id).seconds = 30
        db.session.commit()
    shown = words(visit(scene.person).get(f"/posts/{scene.post.id}/share"))
    assert "Your words with the video. The link follows the text where it fits." in shown
