"""The share panel and my shares, by their forms."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.sharing.models import Share
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, page, words


def panel(scene: Scene, visitor: Visitor, **data: object) -> dict[str, object]:
    """The panel's fields as the page gives them, changed by `data`."""
    html = visitor.get(f"/posts/{scene.post.id}/share").text
    submission = re.search(r'name="submission"[^>]*value="([^"]+)"', html)
    assert submission
    return {
        "submission": submission.group(1),
        "account": [scene.account.id],
        "text": "My own words.",
        "language": "en",
        "when": "now",
        "at": "",
        **data,
    }


def shares(scene: Scene) -> list[Share]:
    with scene.app.app_context():
        found = list(db.session.scalars(select(Share).order_by(Share.id)))
        db.session.expunge_all()
        return found


def test_pressed_once_or_twice_it_is_one_share(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    fields = panel(scene, visitor)
    for _press in range(2):
        answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
        assert answer.status_code == 303
        assert answer.location.endswith(f"/shares/done/{fields['submission']}")
    [share] = shares(scene)
    assert (share.state, share.text, share.person_id) == ("scheduled", "My own words.", scene.person.id)
    assert f"utm_content=adv-{share.code}" in (share.link or "")
    assert "On its way" in words(visitor.get(answer.location))


def test_the_same_content_twice_on_its_way_is_refused_and_nothing_typed_is_lost(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(scene.person)
    visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor))
    answer = visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, text="Other words entirely"))
    assert answer.status_code == 422
    assert "already on its way" in words(answer)
    assert "Other words entirely" in answer.text
    assert len(shares(scene)) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"account": []}, "Choose at least one account."),
        ({"text": "x" * 3001}, "characters too many for LinkedIn"),
        ({"text": "x" * 50_000}, "far too long"),
        ({"text": "bell \x07"}, "can’t be shown"),
        ({"when": "at", "at": ""}, "Choose the date and the time."),
        ({"when": "at", "at": "2001-01-01T08:00"}, "This moment has passed."),
        ({"when": "at", "at": "2999-01-01T08:00"}, "90 days at most"),
        ({"when": "at", "at": "tomorrow"}, "Not a valid"),
        ({"when": "soon"}, "Not a valid choice"),
    ],
)
def test_what_can_not_go_is_said_and_kept(
    scene: Scene, visit: Callable[..., Visitor], change: dict[str, object], sentence: str
) -> None:
    visitor = visit(scene.person)
    fields = panel(scene, visitor, **change)
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    area = page(answer).css_first("textarea#text")
    assert area is not None
    assert area.text().strip() == str(fields["text"]).strip()
    assert shares(scene) == []


def test_every_network_that_has_no_room_is_named_at_once(
    scene: Scene, visit: Callable[..., Visitor], set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_MASTODON_ENABLED="1")
    elsewhere = scene.world.account(scene.person, "mastodon", host="social.example", scopes=["write:statuses"])
    visitor = visit(scene.person)
    fields = panel(scene, visitor, account=[scene.account.id, elsewhere.id], text="x" * 4_200)
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 422
    for network, least in (("LinkedIn", 1_200), ("Mastodon", 3_700)):
        found = re.search(rf"([\d,]+) characters too many for {network}\.", words(answer))
        assert found, network
        assert int(found[1].replace(",", "")) >= least
    assert shares(scene) == []


def test_after_the_content_expires_is_too_late(scene: Scene, visit: Callable[..., Visitor]) -> None:
    post = scene.world.post(scene.root, "Short", expires_at=utcnow() + timedelta(hours=3))
    visitor = visit(scene.person)
    at = (utcnow() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = visitor.post(f"/posts/{post.id}/share", panel(scene, visitor, when="at", at=at))
    assert answer.status_code == 422
    assert "expires before that moment" in words(answer)


def test_another_persons_account_is_refused(scene: Scene, visit: Callable[..., Visitor]) -> None:
    other = scene.world.account(scene.world.person(scene.root))
    visitor = visit(scene.person)
    answer = visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, account=[other.id]))
    assert answer.status_code == 404
    assert shares(scene) == []


def test_another_programmes_post_is_not_there(scene: Scene, visit: Callable[..., Visitor]) -> None:
    foreign = scene.world.post(scene.world.organisation("Elsewhere"))
    assert visit(scene.person).get(f"/posts/{foreign.id}/share").status_code == 404


def test_a_broken_account_can_not_be_chosen(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    fields = panel(scene, visitor)
    with scene.app.app_context():
        db.session.get_one(Account, scene.account.id).state = "reconnect"
        db.session.commit()
    assert "needs to be connected again" in words(visitor.get(f"/posts/{scene.post.id}/share"))
    assert visitor.post(f"/posts/{scene.post.id}/share", fields).status_code == 422


def test_later_then_changed_then_taken_back(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person, "fr")
    at = (utcnow() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, when="at", at=at))
    [share] = shares(scene)
    assert share.wanted_at > utcnow() + timedelta(days=1)
    answer = visitor.post(f"/shares/{share.id}", {"text": "Changed words", "when": "at", "at": at})
    assert answer.status_code == 303
    assert scene.now(share.id).text == "Changed words"
    answer = visitor.post(f"/shares/{share.id}", {"text": "y" * 4000, "when": "at", "at": at})
    assert answer.status_code == 422
    assert "y" * 4000 in answer.text
    assert scene.now(share.id).text == "Changed words"
    assert visitor.post(f"/shares/{share.id}/cancel").status_code == 303
    assert scene.now(share.id).state == "cancelled"
    assert visitor.post(f"/shares/{share.id}/cancel").status_code == 409
    assert visitor.post(f"/shares/{share.id}", {"text": "Too late", "when": "now"}).status_code == 409


@pytest.mark.parametrize("action", ["", "/cancel", "/settle", "/again", "/remove"])
def test_a_colleagues_share_is_not_there(scene: Scene, visit: Callable[..., Visitor], action: str) -> None:
    share_id = scene.share()
    colleague = visit(scene.world.person(scene.root))
    assert (
        colleague.post(f"/shares/{share_id}{action}", {"online": "yes", "text": "x", "when": "now"}).status_code == 404
    )
    assert scene.now(share_id).state == "scheduled"


@pytest.mark.parametrize("action", ["settle", "again", "remove"])
def test_actions_out_of_order_are_refused(scene: Scene, visit: Callable[..., Visitor], action: str) -> None:
    share_id = scene.share()
    assert visit(scene.person).post(f"/shares/{share_id}/{action}", {"online": "yes"}).status_code == 409


def test_made_up_submissions_are_not_found(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    assert visitor.get("/shares/done/nonsense").status_code == 404
    assert visitor.get(f"/shares/done/{uuid4()}").status_code == 404


def test_pages_of_my_shares_have_no_gaps(scene: Scene, visit: Callable[..., Visitor]) -> None:
    for number in range(45):
        scene.share(f"Words {number}", post=scene.world.post(scene.root, f"Title number {number}."))
    visitor, seen, path = visit(scene.person), [], "/shares"
    while path:
        answer = visitor.get(path)
        seen += re.findall(r"Title number (\d+)\.</a>", answer.text)
        following = page(answer).css_first("a[rel=next]")
        path = (following.attributes["href"] or "") if following else ""
    assert seen == [str(number) for number in reversed(range(45))]


def test_the_words_that_colleagues_used_are_counted(scene: Scene, visit: Callable[..., Visitor]) -> None:
    with scene.app.app_context():
        wording = scene.post.wordings[0]
        for _colleague in range(3):
            person = scene.world.person(scene.root)
            db.session.add(
                Share(
                    code=uuid4().hex[:9], person_id=person.id, post_id=scene.post.id, network="linkedin", submission=uuid4(),
                    text=wording.text, language="en", alike=100, wording_id=wording.id, state="published",
                    wanted_at=utcnow(), due_at=utcnow(), published_at=utcnow(), announced_at=func.now(),
                )
            )  # fmt: skip
        db.session.commit()
    assert "3 colleagues have posted them." in words(visit(scene.person).get(f"/posts/{scene.post.id}/share"))


def test_french_pages(scene: Scene, visit: Callable[..., Visitor]) -> None:
    french = scene.world.person(scene.root, language="fr")
    visitor = visit(french, "fr")
    assert "Rien ne part avant que vous appuyiez" in words(visitor.get(f"/posts/{scene.post.id}/share"))
    assert "Rien de partagé pour l’instant" in words(visitor.get("/shares"))


def test_a_post_without_words_is_asked_about(visit: Callable[..., Visitor], scene: Scene) -> None:
    visitor, address = visit(scene.person), f"/posts/{scene.post.id}/share"
    fields = {"account": str(scene.account.id), "text": " ", "language": "en", "when": "now"}
    asked = visitor.post(address, fields)
    assert asked.status_code == 422 and "no words of yours" in asked.text
    assert visitor.post(address, {**fields, "sure": "1"}).status_code == 303
