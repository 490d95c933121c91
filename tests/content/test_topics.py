"""Topics: followed by choice, or given by an organisation or a group; the tab of the feed that is about them."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import advocacy
from advocacy.content.assignments import my_topics
from advocacy.content.models import PostTopic
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


def mine(app, person):
    with app.app_context():
        return my_topics(db.session.get_one(Person, person.id))


def about(app, post, topic):
    with app.app_context():
        db.session.add(PostTopic(post_id=post.id, topic_id=topic.id))
        db.session.commit()


def test_a_person_follows_and_leaves(app, visit, world, root):
    one, two = world.topic(root, "Health"), world.topic(root, "Energy")
    person = world.person(root)
    me = visit(person)
    assert me.post("/topics", {"topics": [one.id, two.id]}).status_code == 303
    assert mine(app, person) == {one.id, two.id}
    assert me.post("/topics", {"topics": [two.id]}).status_code == 303
    checked = page(me.get("/topics")).css("input[name=topics][checked]")
    assert [node.attributes["value"] for node in checked] == [str(two.id)]
    assert me.post("/topics", {}).status_code == 303
    assert mine(app, person) == set()
    foreign = world.topic(world.organisation())
    assert me.post("/topics", {"topics": [foreign.id]}).status_code == 422
    assert page(me.get("/settings")).css_first("a[href='/topics']") is not None


def test_what_an_organisation_chose_is_followed_by_everybody_there(app, visit, world, root):
    body = world.organisation("Hills", root)
    topic, chosen = world.topic(root, "Health"), world.topic(root, "Energy")
    inside, outside = world.person(body), world.person(root)
    editor = world.person(body, Role.EDITOR)
    me = visit(editor)
    assert me.post(f"/studio/topics/{topic.id}", {"bodies": [body.id]}).status_code == 303
    assert (mine(app, inside), mine(app, outside)) == ({topic.id}, set())
    seen = visit(inside)
    assert "Chosen by your organisation" in words(seen.get("/topics"))
    assert page(seen.get("/topics")).css_first(f"input[value='{topic.id}'][name=topics]") is None
    assert seen.post("/topics", {"topics": [chosen.id]}).status_code == 303
    assert mine(app, inside) == {topic.id, chosen.id}
    assert me.post(f"/studio/topics/{topic.id}", {}).status_code == 303
    assert mine(app, inside) == {chosen.id}


def test_giving_a_topic_keeps_to_what_is_the_editors(app, visit, world, root):
    body, other = world.organisation("Hills", root), world.organisation("Coast", root)
    topic, group = world.topic(root), world.group(root)
    head, local = world.person(root, Role.EDITOR), world.person(body, Role.EDITOR)
    assert (
        visit(head).post(f"/studio/topics/{topic.id}", {"bodies": [other.id], "groups": [group.id]}).status_code == 303
    )
    me = visit(local)
    assert me.post(f"/studio/topics/{topic.id}", {"bodies": [other.id]}).status_code == 422
    assert me.post(f"/studio/topics/{topic.id}", {"bodies": [body.id], "groups": [group.id]}).status_code == 303
    assert [mine(app, world.person(one)) for one in (body, other)] == [{topic.id}, {topic.id}]
    foreign = world.topic(world.organisation())
    assert me.get(f"/studio/topics/{foreign.id}").status_code == 404
    assert visit(world.person(root)).get(f"/studio/topics/{topic.id}").status_code == 403


def test_my_topics_is_a_tab_of_the_feed(app, visit, world, root):
    followed, given, other = (world.topic(root) for _ in range(3))
    group_topic = world.topic(root)
    person = world.person(root)
    group = world.group(root, person)
    editor = visit(world.person(root, Role.EDITOR))
    editor.post(f"/studio/topics/{given.id}", {"bodies": [root.id]})
    editor.post(f"/studio/topics/{group_topic.id}", {"groups": [group.id]})
    me = visit(person)
    me.post("/topics", {"topics": [followed.id]})
    for title, topic in (("One", followed), ("Two", given), ("Three", other), ("Four", group_topic)):
        about(app, world.post(root, title), topic)
    about(app, world.post(root, "Elsewhere", audience=world.organisation("Hills", root)), followed)
    world.post(root, "About nothing")
    titles = [node.text() for node in page(me.get("/?tab=topics")).css("article h2")]
    assert titles == ["Four", "Two", "One"]
    assert page(me.get("/?tab=topics")).css_first("a[href='/topics']") is not None
    assert "Nothing on your topics" in words(visit(world.person(world.organisation())).get("/?tab=topics"))


def test_french_has_one_word_for_topics():
    catalogue = Path(advocacy.__file__).parent / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    with catalogue.open("rb") as file:
        said = [
            words for one in read_po(file) for words in ([one.string] if isinstance(one.string, str) else one.string)
        ]
    assert [words for words in said if "thème" in words.casefold()] == []
