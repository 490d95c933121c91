"""A nation is the same each time, and its rows are what the services would have written."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.aims import Aim, aim_of
from advocacy.content.board import Filters, board_for, search
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post, PostAudience, PostState, PostWords, Proposal
from advocacy.content.reach import count_reach
from advocacy.content.search import words_found_by
from advocacy.db import db
from advocacy.groups.models import Membership
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.sessions import find_by_email
from advocacy.recognition import service as recognition
from advocacy.recognition.models import PointEntry
from advocacy.recognition.models import Standing as Place
from advocacy.scale.command import seed_scale
from advocacy.scale.plan import parted
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.events import Reader, ReadersCounted
from advocacy.tracking.models import Click, ClickKind, ShareFigures
from tests.emptying import empty
from tests.scale.conftest import NOW, SIZES

TABLES = [
    "organisation",
    "person",
    "role_grant",
    "membership",
    "audience",
    "topic_follow",
    "campaign",
    "post",
    "wording",
    "post_topic",
    "post_audience",
    "post_words",
    "proposal",
    "share",
    "share_figures",
    "click",
    "point_entry",
    "standing",
]


def digests(skip=("account", "role_grant")):
    found = {}
    for table in TABLES:
        rows = f"select md5(string_agg(r::text, '|' order by r::text)) from (select * from {table}) r"
        if table == "role_grant":
            rows = rows.replace("select *", "select person_id, organisation_id, role")
        if table in ("proposal", "point_entry"):
            rows = rows.replace("select *", "select person_id")
        found[table] = db.session.scalar(text(rows))
    return found


def test_the_same_plan_makes_the_same_rows_and_another_seed_does_not(app, settled, request):
    settled(now=NOW)
    with app.app_context():
        first = digests()
    empty(app)
    settled(now=NOW)
    with app.app_context():
        assert digests() == first
    empty(app)
    settled(now=NOW, seed=2)
    with app.app_context():
        assert digests()["post"] != first["post"]


def test_there_is_as_much_as_was_asked_for(app, settled):
    settled()
    with app.app_context():
        count = {model: db.session.scalar(select(func.count()).select_from(model)) for model in (Person, Post, Click)}
        assert list(count.values()) == [SIZES["people"], SIZES["posts"], SIZES["clicks"]]
        shares = db.session.scalar(select(func.count()).select_from(Share))
        assert 0.9 * SIZES["shares"] <= shares <= SIZES["shares"]
        states = set(db.session.scalars(select(Post.state).distinct()))
        assert states == {state.value for state in PostState}
        assert {standing_of(post) for post in db.session.scalars(select(Post))} == set(Standing)
        assert db.session.scalar(select(func.count()).select_from(Proposal)) > 0


def seen_by_the_rule(person):
    """What the person sees, said once more and plainly."""
    now, groups = utcnow(), select(Membership.group_id).where(Membership.person_id == person.id)
    groups = set(db.session.scalars(groups))
    found = []
    for post in db.session.scalars(select(Post)):
        aim = aim_of(post)
        mine = aim.organisation_ids & set(person.organisation.lineage) or aim.group_ids & groups
        if mine and standing_of(post, now) is Standing.LIVE:
            found.append(post)
    return found


def test_the_feed_shows_what_the_rule_says(app, settled):
    settled()
    with app.app_context():
        for number in random.Random(3).sample(range(1, SIZES["people"]), 4):
            person = db.session.get_one(Person, number)
            wanted = {post.id for post in seen_by_the_rule(person)}
            shown, before = [], None
            while True:
                page = content.feed_for(person, before=before, limit=50)
                shown += [post.id for post in page.posts]
                before = page.next_cursor
                if before is None:
                    break
            assert len(shown) == len(set(shown))
            assert set(shown) == wanted


def test_audiences_repeat_the_moment_of_what_is_published(app, settled):
    settled()
    with app.app_context():
        for row, post in db.session.execute(select(PostAudience, Post).join(Post, Post.id == PostAudience.post_id)):
            published = post.state == PostState.PUBLISHED
            assert row.publish_at == (post.publish_at if published else None)


def test_the_words_are_those_the_session_would_index(app, settled):
    settled()
    with app.app_context():
        for post in db.session.scalars(select(Post).limit(60)):
            kept = db.session.get_one(PostWords, post.id)
            texts = [wording.text for wording in post.wordings]
            assert (kept.title, kept.body) == words_found_by(post.title, post.summary, post.link_title, texts)


def test_the_board_counts_what_stands_there(app, settled):
    settled()
    with app.app_context():
        editor = find_by_email("editor@nation.example")
        counts = board_for(editor, Filters()).counts
        wanted = dict.fromkeys(Standing, 0)
        for post in db.session.scalars(select(Post)):
            wanted[standing_of(post)] += 1
        assert counts == wanted
        found = search(editor, Filters("équipe"))
        assert found
        assert all("equipe" in db.session.get_one(PostWords, post.id).body + post.title.lower() for post in found[:5])


def test_an_aim_reaches_as_many_as_there_are(app, settled):
    settled()
    with app.app_context():
        region = db.session.scalars(select(Organisation).where(func.cardinality(Organisation.lineage) == 2)).first()
        members = {
            row.person_id for row in db.session.scalars(select(Membership).where(Membership.group_id.in_((1, 7))))
        }
        here = [one for one in db.session.scalars(select(Person)) if one.is_active]
        inside = {one.id for one in here if region.id in one.organisation.lineage}
        active = {one.id for one in here}
        assert count_reach(1, Aim(frozenset({1}))) == len(active)
        assert count_reach(1, Aim(frozenset({region.id}))) == len(inside)
        assert count_reach(1, Aim(frozenset({region.id}), frozenset({1, 7}))) == len(inside | (members & active))
        assert count_reach(1, Aim(frozenset(), frozenset({1, 7}))) == len(members & active)


def test_points_are_what_the_rules_of_the_ledger_give(app, settled):
    settled()
    with app.app_context():
        lines = select(PointEntry.person_id, PointEntry.reason, PointEntry.subject, PointEntry.points, PointEntry.note)
        written = sorted(map(repr, db.session.execute(lines)))
        places = sorted(map(repr, db.session.execute(select(Place.kind, Place.period, Place.member_id, Place.score))))
        db.session.execute(text("truncate point_entry, standing"))
        out = (ShareState.PUBLISHED.value, ShareState.REMOVED.value)
        shares = db.session.scalars(select(Share).where(Share.state.in_(out)).order_by(Share.published_at, Share.id))
        for one in shares.all():
            recognition.award_share(
                SharePublished(
                    share_id=one.id, person_id=one.person_id, post_id=one.post_id, network=one.network, published_at=one.published_at,
                    alike=one.alike, rewards_allowed=True, settled_by_person=False,
                )
            )  # fmt: skip
        humans = select(Click).where(Click.kind == ClickKind.HUMAN.value).order_by(Click.at, Click.id)
        readers = tuple(Reader(click.id, click.share_id, click.at) for click in db.session.scalars(humans))
        recognition.award_readers(ReadersCounted(readers))
        assert sorted(map(repr, db.session.execute(lines))) == written
        assert recognition.rebuild_standings() == 0
        assert (
            sorted(map(repr, db.session.execute(select(Place.kind, Place.period, Place.member_id, Place.score))))
            == places
        )


def test_the_sums_of_a_share_are_its_clicks(app, settled):
    settled()
    with app.app_context():
        counted = dict(db.session.execute(select(Click.share_id, func.count()).group_by(Click.share_id)).all())
        figures = {row.share_id: row for row in db.session.scalars(select(ShareFigures))}
        assert {one: row.humans + row.repeats + row.robots + row.previews for one, row in figures.items()} == counted
        assert all(
            share.published_at >= share.post.publish_at
            for share in db.session.scalars(select(Share))
            if share.published_at
        )


def test_what_comes_after_gets_ids_of_its_own(app, settled):
    settled()
    with app.app_context():
        editor = db.session.get_one(Person, 1)
        assert editor.role_at(editor.organisation) is Role.EDITOR
        post = content.draft(editor, editor.organisation, title="One more")
        assert post.id == SIZES["posts"] + 1


def test_the_command_refuses_where_somebody_is(app, clean):
    runner = app.test_cli_runner()
    small = ["--people", "100", "--organisations", "3", "--groups", "3", "--posts", "20"]
    short = runner.invoke(seed_scale, [*small, "--password", "short"])
    assert short.exit_code == 2
    assert runner.invoke(seed_scale, ["--people", "100", "--organisations", "11"]).exit_code == 2
    done = runner.invoke(seed_scale, small)
    assert done.exit_code == 0, done.output
    assert "Sign in as editor@nation.example with the password " in done.output
    again = runner.invoke(seed_scale, small)
    assert (again.exit_code, "holds people already" in again.output) == (1, True)


def test_the_editor_can_sign_in(app, clean, visit):
    small = [
        "--people",
        "100",
        "--organisations",
        "3",
        "--groups",
        "3",
        "--posts",
        "60",
        "--now",
        "2026-11-01T10:00:00",
    ]
    told = app.test_cli_runner().invoke(seed_scale, [*small, "--password", "a nation of rivers"])
    assert "a nation of rivers" not in told.output
    me = visit()
    me.post("/sign-in", {"email": "editor@nation.example", "password": "a nation of rivers"})
    assert me.get("/studio").status_code == me.get("/").status_code == 200


@pytest.mark.parametrize("total", [0, 1, 7, 1000])
@given(weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_parts_add_up(total, weights):
    parts = parted(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    assert len(parts) == len(weights)


def test_history_is_not_ahead_of_now(app, settled):
    settled(now=NOW)
    with app.app_context():
        late = select(func.count()).select_from(Post).where((Post.updated_at > NOW) | (Post.created_at > NOW))
        assert db.session.scalar(late) == 0
        assert db.session.scalar(select(func.max(Click.at))) <= NOW + timedelta(seconds=1)
