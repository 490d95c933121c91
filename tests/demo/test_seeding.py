"""The demo as it is written: once, whole, by the rules of the instance, with a sandbox network."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select, text

from advocacy.approval.models import ApprovalChain, ApprovalRound, ComplianceRule, DisclosureRule, PostRecord
from advocacy.brand.models import BrandFile, BrandPage, BrandVersion
from advocacy.clock import utcnow
from advocacy.content.feed import feed_for
from advocacy.content.models import Campaign, Post, PostVersion, Proposal, TopicAssignment
from advocacy.db import db
from advocacy.demo.command import seed_demo
from advocacy.demo.seeding import seed
from advocacy.media import get_image_store
from advocacy.networks.models import Account
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.people.models import Person, Role
from advocacy.people.passwords import check_password
from advocacy.people.sessions import find_by_email
from advocacy.recognition import service as recognition
from advocacy.recognition.models import PointEntry, Standing
from advocacy.sharing.models import Share, ShareState
from advocacy.sources.models import Item, ItemState, Rule, Source
from advocacy.tracking.models import Click, MeasurementPlan, ShareFigures
from config.demo import DEMO_SIGN_INS
from config.settings import get_settings
from tests.visitor import Visitor

COUNTED = (
    Person, Post, Share, Click, ShareFigures, PointEntry, Standing, Item, Account, Campaign, TopicAssignment, Proposal,
    PostVersion, BrandPage, BrandVersion, BrandFile, ApprovalChain, ApprovalRound, PostRecord, ComplianceRule,
    DisclosureRule, Rule,
)  # fmt: skip


@pytest.fixture
def sandbox(set_environment: Callable[..., None]) -> Iterator[Sandbox]:
    with serve_in_thread() as running:
        set_environment(
            RELAIS_LINKEDIN_OAUTH_URL=f"{running.url}/oauth/v2",
            RELAIS_LINKEDIN_API_URL=running.url,
            RELAIS_LINKEDIN_SITE_URL=running.url,
        )
        yield running


def counts() -> dict[str, Any]:
    return {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) for model in COUNTED}


def test_a_run_that_was_cut_off_leaves_nothing_and_the_next_one_is_whole(
    app: Flask, clean: None, sandbox: Sandbox, visit: Callable[..., Visitor]
) -> None:
    now = utcnow()
    with app.app_context():
        seed(now, get_settings(), print)
        cut_off = counts()
        db.session.rollback()
        assert set(counts().values()) == {0}
        seed(now, get_settings(), print)
        db.session.commit()
        first = counts()
        assert first == cut_off
        assert first["share"] > 700
        assert len(requests.get(f"{sandbox.url}/_sandbox/members", timeout=10).json()) == first["account"]
        assert_sums_agree(now)
        assert_accounts_work(sandbox)
        assert_editors_have_work()
    again = app.test_cli_runner().invoke(seed_demo, [], catch_exceptions=False)
    assert (again.exit_code, again.output.strip()) == (0, "The demo is already there.")
    with app.app_context():
        assert counts() == first
    for account in DEMO_SIGN_INS:
        person = type("Person", (), {"email": account.email})
        visit().sign_in(person, account.password)


def assert_sums_agree(now: datetime) -> None:
    assert recognition.rebuild_standings() == 0
    scores = dict(
        db.session.execute(
            select(Standing.member_id, Standing.score).where(Standing.kind == "person", Standing.period == "all")
        ).all()
    )
    earned = select(PointEntry.person_id, func.sum(PointEntry.points)).group_by(PointEntry.person_id)
    assert {person: points for person, points in db.session.execute(earned) if points} == scores
    wrong = text(
        "select count(*) from share_figures f where (humans, repeats, robots, previews) <> ("
        " select count(*) filter (where kind = 'human'), count(*) filter (where kind = 'repeat'),"
        " count(*) filter (where kind = 'robot'), count(*) filter (where kind = 'preview')"
        " from click c where c.share_id = f.share_id)"
    )
    assert db.session.scalar(wrong) == 0
    measured = text(
        "select count(*) from share_figures f join lateral (select value, measured_at from measurement m"
        " where m.share_id = f.share_id and metric = 'impressions' order by measured_at desc limit 1) m on true"
        " where f.impressions is distinct from m.value"
    )
    assert db.session.scalar(measured) == 0
    assert db.session.scalar(select(func.count()).where(MeasurementPlan.next_at <= now)) == 0


def assert_accounts_work(sandbox: Sandbox) -> None:
    ines = find_by_email("ines.b@aubrelle.example")
    assert ines is not None
    account = db.session.scalars(select(Account).where(Account.person_id == ines.id)).one()
    assert account.state == "connected" and account.access_token is not None
    token = account.access_token.reveal()
    answer = requests.get(f"{sandbox.url}/v2/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=10).json()
    assert answer["sub"] == account.external_id and answer["name"] == "Inès B."
    standing = {post["urn"] for post in requests.get(f"{sandbox.url}/_sandbox/posts", timeout=30).json()}
    shares = db.session.scalars(select(Share).where(Share.state == ShareState.PUBLISHED)).all()
    assert {share.external_id for share in shares} == standing
    assert not db.session.scalars(select(Share.id).where(Share.organisation_id.is_(None))).all(), (
        "the desk shows by body"
    )
    some = shares[0]
    assert some.external_url is not None and some.external_url.startswith(sandbox.url)
    assert requests.get(some.external_url, timeout=10).ok


def assert_editors_have_work() -> None:
    for address, language in (("maelle.t@aubrelle.example", "fr"), ("priya.s@northwick.example", "en")):
        editor = find_by_email(address)
        assert editor is not None and editor.holds(Role.EDITOR) and editor.language == language
        root = editor.organisation_id
        new = select(func.count()).where(Item.organisation_id == root, Item.state == ItemState.NEW)
        assert db.session.scalar(new) == 12
        source = db.session.scalars(select(Source).where(Source.organisation_id == root)).one()
        assert source.url.startswith(f"{get_settings().public_url}/static/") and source.failure is None
        page = feed_for(editor)
        assert len(page.posts) > 10
        assert all(post.image is None or get_image_store().path(post.image) for post in page.posts)


def test_the_password_of_the_demo_is_one_that_would_be_taken(ctx: Flask) -> None:
    for account in DEMO_SIGN_INS:
        check_password(Person(name=account.email.partition("@")[0], email=account.email), account.password)
