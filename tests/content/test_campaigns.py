"""Campaigns: made and changed by editors, served by posts, named in their links and offered as a hashtag."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.clock import utcnow
from advocacy.content.campaigns import LONGEST_SLUG, slug_of, tidy_hashtag
from advocacy.content.models import Campaign, Post
from advocacy.db import db
from advocacy.networks.registry import get_adapter
from advocacy.people.models import Role
from advocacy.sharing.links import destination
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR)


@pytest.fixture
def campaign(app):
    """campaign(body, …) → the id of one that began yesterday."""

    def made(body, **values):
        with app.app_context():
            row = Campaign(
                **{
                    "root_id": body.root_id,
                    "organisation_id": body.id,
                    "name": "Light heart",
                    "slug": "light-heart",
                    "starts_on": utcnow().date() - timedelta(days=1),
                    **values,
                }
            )
            db.session.add(row)
            db.session.commit()
            return row.id

    return made


def typed(**values):
    fields = {"name": "Cœur léger", "aim": "Walk more.", "starts_on": "2026-11-01", "ends_on": "2026-12-01", **values}
    return {name: value for name, value in fields.items() if value is not None}


def stored(app, number):
    with app.app_context():
        return db.session.get_one(Campaign, number)


def test_a_campaign_is_made_and_changed(app, visit, root, editor):
    me = visit(editor)
    answer = me.post("/studio/campaigns/new", typed(hashtag="cœurléger", target_kind="shares", target_number="200"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio/campaigns/1")
    made = stored(app, 1)
    assert (made.slug, made.hashtag, made.target_kind, made.target_number) == (
        "coeur-leger",
        "#cœurléger",
        "shares",
        200,
    )
    assert "Cœur léger" in words(me.get("/studio/campaigns"))
    assert (
        me.post(
            "/studio/campaigns/1", typed(version=1, name="Light", slug="coeur-leger", target_kind="", target_number="")
        ).status_code
        == 303
    )
    assert (stored(app, 1).name, stored(app, 1).target_kind) == ("Light", None)
    answer = me.post("/studio/campaigns/1", typed(version=1, name="Other"))
    assert answer.status_code == 409
    assert page(answer).css_first("#name").attributes["value"] == "Other"
    assert page(answer).css_first("#version").attributes["value"] == "2"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 81}, "80 characters at most"),
        ({"name": "日本"}, "Only small letters without accents"),
        ({"starts_on": ""}, "Say when it begins."),
        ({"starts_on": "tomorrow"}, "Not a valid date value"),
        ({"ends_on": "2026-10-01"}, "It would be over before it begins."),
        ({"hashtag": "#two words"}, "A hashtag is one word"),
        ({"hashtag": "#2026"}, "A hashtag is one word"),
        ({"slug": "Été"}, "Only small letters without accents"),
        ({"slug": "taken"}, "Another campaign of your programme has this one already."),
        ({"target_kind": "shares"}, "A target needs both"),
        ({"target_number": "5"}, "A target needs both"),
        ({"target_kind": "shares", "target_number": "0"}, "A target needs both"),
        ({"target_kind": "shares", "target_number": "99999999999"}, "A target needs both"),
        ({"target_kind": "likes"}, "Not a valid choice"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(app, visit, root, editor, campaign, changed, sentence):
    campaign(root, slug="taken")
    answer = visit(editor).post("/studio/campaigns/new", typed(**changed))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert page(answer).css_first("#aim").text().strip() == "Walk more."
    with app.app_context():
        assert db.session.query(Campaign).count() == 1


def test_a_slug_is_one_in_its_programme_only(visit, world, root, editor, campaign):
    campaign(world.organisation("Foreign"), slug="coeur-leger")
    assert visit(editor).post("/studio/campaigns/new", typed()).status_code == 303


def test_only_editors_of_the_body_see_the_desk_of_a_campaign(visit, world, root, campaign):
    body = world.organisation("Hills", root)
    number = campaign(root)
    for person, status in (
        (world.person(root), 403),
        (world.person(body, Role.EDITOR), 403),
        (world.person(world.organisation(), Role.ADMIN), 404),
    ):
        me = visit(person)
        assert me.get(f"/studio/campaigns/{number}").status_code == status
        assert me.post(f"/studio/campaigns/{number}", typed(version=1)).status_code == status
    assert "Light heart" not in visit(world.person(body, Role.EDITOR)).get("/studio/campaigns").text


def compose(root, **values):
    return {"title": "T", "link": "https://a.example/", "language": "en", "bodies": root.id, "timing": "now", **values}


def test_a_post_serves_a_campaign_open_to_its_body(app, visit, world, root, editor, campaign):
    body = world.organisation("Hills", root)
    national, local = campaign(root), campaign(body, slug="local", name="Local")
    foreign = campaign(world.organisation(), slug="foreign")
    me = visit(world.person(body, Role.EDITOR))
    assert {node.attributes["value"] for node in page(me.get("/studio/posts/new")).css("#campaign option")} == {
        "0",
        str(national),
        str(local),
    }
    for wrong in (foreign, 999):
        assert me.post("/studio/posts/new", compose(body, campaign=wrong)).status_code == 422
    assert me.post("/studio/posts/new", compose(body, campaign=national)).status_code == 303
    with app.app_context():
        post = db.session.query(Post).one()
        assert post.campaign_id == national
        number, version = post.id, post.version
    assert me.post(f"/studio/posts/{number}", compose(body, campaign=0, version=version)).status_code == 303
    with app.app_context():
        assert db.session.get_one(Post, number).campaign_id is None
    chosen = visit(editor).get("/studio/posts/new")
    assert str(local) not in {node.attributes["value"] for node in page(chosen).css("#campaign option")}


def test_links_carry_the_campaign(app, world, root, campaign):
    number = campaign(root, slug="light-heart")
    served, own, plain = (
        world.post(root, "Été à deux", campaign_id=number, utm_campaign="mine"),
        world.post(root, "Été à deux", utm_campaign="mine"),
        world.post(root, "Été à deux"),
    )
    with app.app_context():
        network = get_adapter("linkedin").capabilities
        tags = [destination(db.session.get_one(Post, one.id), network, "x") for one in (served, own, plain)]
    assert [
        "utm_campaign=light-heart" in tags[0],
        "utm_campaign=mine" in tags[1],
        "utm_campaign=ete-a-deux" in tags[2],
    ] == [True] * 3


def test_the_hashtag_is_offered_and_not_forced(visit, world, root, campaign):
    post = world.post(root, campaign_id=campaign(root, hashtag="#LightHeart"))
    shown = page(visit(world.person(root)).get(f"/posts/{post.id}/share"))
    assert shown.css_first("[data-append]").attributes["data-append"] == "#LightHeart"
    assert "#LightHeart" not in shown.css_first("textarea[name=text]").text()
    assert (
        "hashtag"
        not in page(visit(world.person(root)).get(f"/posts/{world.post(root).id}/share"))
        .css_first("form")
        .text()
        .lower()
    )


@given(st.text(max_size=80))
def test_a_slug_is_plain_or_empty(name):
    slug = slug_of(name)
    assert len(slug) <= LONGEST_SLUG
    assert all(char in "abcdefghijklmnopqrstuvwxyz0123456789-" for char in slug)
    assert slug_of(slug) == slug


@given(st.text(max_size=70))
def test_a_hashtag_is_one_word_or_refused(typed_text):
    try:
        found = tidy_hashtag(typed_text)
    except ValueError:
        return
    assert found == "" or (found.startswith("#") and len(found.split()) == 1 and found.count("#") == 1)
    assert tidy_hashtag(found) == found
