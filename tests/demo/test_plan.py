"""The demo as it is planned: the same each time, in both languages, in keeping with itself, and about nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from advocacy.content.drafts import LONGEST_TITLE
from advocacy.content.models import PostState
from advocacy.content.topics import ICONS
from advocacy.demo.motifs import draw
from advocacy.demo.plan import Plan, plan_demo
from advocacy.sharing.models import ShareState
from advocacy.tracking.models import ClickKind

NOW = datetime(2027, 3, 30, 9, 17, tzinfo=UTC)
PEOPLE = {"aubrelle": 220, "northwick": 90}


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return plan_demo(NOW)


def test_the_same_moment_gives_the_same_demo(plans: list[Plan]) -> None:
    again = plan_demo(NOW)
    assert [(plan.people, plan.shares, plan.programme) for plan in again] == [
        (plan.people, plan.shares, plan.programme) for plan in plans
    ]


def test_another_day_gives_the_same_people(plans: list[Plan]) -> None:
    later = plan_demo(NOW + timedelta(days=11))
    names = [[(person.name, person.email, person.body) for person in plan.people] for plan in plans]
    assert [[(person.name, person.email, person.body) for person in plan.people] for plan in later] == names


def test_everybody_is_made_up(plans: list[Plan]) -> None:
    for plan in plans:
        assert len(plan.people) == PEOPLE[plan.programme.key]
        assert len({person.email for person in plan.people}) == len(plan.people)
        for person in plan.people:
            assert re.fullmatch(r"[^\W\d_]+ [A-Z]\.", person.name), person.name
            assert re.fullmatch(r"[a-z]+\.[a-z]@(aubrelle|northwick)\.example", person.email), person.email


def test_every_link_leads_nowhere_real(plans: list[Plan]) -> None:
    for plan in plans:
        for post in plan.programme.posts:
            assert post.link.startswith(f"https://{plan.programme.domain}/")
            assert not re.search(r"https?://|www\.", " ".join(words.text for words in post.words))


def test_posts_are_ready_to_be_published(plans: list[Plan]) -> None:
    for plan in plans:
        topics = {topic["key"] for topic in plan.programme.facts["topics"]}
        groups = {group["name"] for group in plan.programme.facts["groups"]}
        bodies = {body["name"] for body in plan.programme.facts["bodies"]}
        assert {topic["icon"] for topic in plan.programme.facts["topics"]} <= set(ICONS)
        for post in plan.programme.posts:
            assert len(post.title) <= LONGEST_TITLE, post.title
            assert set(post.topics) <= topics
            assert post.group in {None, *groups} and post.body in {None, *bodies}
            assert bool(post.cover) == bool(post.alt)
            assert post.cover is None or draw(post.cover)
            assert len({words.text for words in post.words}) == len(post.words)
            assert all(words.network in (None, "linkedin") and "!" not in words.text for words in post.words)


def test_there_is_a_post_of_every_kind_and_in_both_languages(plans: list[Plan]) -> None:
    for plan in plans:
        posts = plan.programme.posts
        assert {post.state for post in posts} == set(PostState)
        assert any(post.publish_at and post.publish_at > NOW for post in posts)
        assert any(post.expires_at and post.expires_at < NOW for post in posts)
        assert sum(post.is_out(NOW) for post in posts) > 15
        assert {words.language for post in posts for words in post.words} == {"fr", "en"}


def test_shares_happen_when_they_can(plans: list[Plan]) -> None:
    for plan in plans:
        for share in plan.shares:
            post, person = plan.programme.posts[share.post], plan.people[share.author]
            assert person.connected and person.joined_at is not None
            assert post.group is None or post.group in person.groups
            assert post.body in (None, person.body)
            assert (share.wanted_at > NOW) == (share.state is ShareState.SCHEDULED)
            assert share.wanted_at > NOW or post.is_out(share.wanted_at)
        pairs = [(share.author, share.post) for share in plan.shares]
        assert len(set(pairs)) == len(pairs)
        assert len({share.code for share in plan.shares}) == len(plan.shares)


def test_what_came_of_a_share_makes_sense(plans: list[Plan]) -> None:
    for share in (share for plan in plans for share in plan.shares):
        assert (share.result is not None) == (share.state is ShareState.PUBLISHED)
        if share.result is None:
            continue
        assert all(share.wanted_at < click.at < NOW for click in share.result.clicks)
        humans = {(click.visitor, click.at.date()) for click in share.result.clicks if click.kind is ClickKind.HUMAN}
        repeats = [click for click in share.result.clicks if click.kind is ClickKind.REPEAT]
        assert all((click.visitor, click.at.date()) in humans for click in repeats)
        told = [values["impressions"] for _at, values in share.result.asked if values["impressions"] is not None]
        assert [*told, share.result.standing["impressions"]] == sorted([*told, share.result.standing["impressions"]])
        assert share.result.standing["reach"] <= share.result.standing["impressions"]


def test_those_who_sign_in_to_share_have_something_to_see_and_to_do(plans: list[Plan]) -> None:
    for plan in plans:
        hero = next(place for place, person in enumerate(plan.people) if person.hero)
        mine = [share for share in plan.shares if share.author == hero]
        weeks = {share.wanted_at.isocalendar()[:2] for share in mine if share.state is ShareState.PUBLISHED}
        assert {share.state for share in mine} >= {ShareState.SCHEDULED, ShareState.FAILED, ShareState.UNCONFIRMED}
        assert len(weeks) >= 5
        assert all(share.post != 0 for share in mine)
        assert plan.programme.posts[0].is_out(NOW)
