"""The demo by its command, without a sandbox; and its studio: something of everything, in keeping with itself."""

from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from advocacy.approval import record
from advocacy.approval import service as approval
from advocacy.approval.disclosure import disclosures_of
from advocacy.approval.models import ComplianceRule
from advocacy.approval.rules import Where, findings_in
from advocacy.brand import editing, service
from advocacy.brand.files import get_file_store
from advocacy.brand.models import BrandPage
from advocacy.cascade.answers import all_answers
from advocacy.cascade.bodies import editors_of
from advocacy.cascade.copies import content_of, parts_changed
from advocacy.cascade.desk import changed_for
from advocacy.cascade.models import Offer
from advocacy.clock import local_day, utcnow
from advocacy.content import campaigns, versions
from advocacy.content.assignments import assigned_topics
from advocacy.content.gates import flaws_at_the_gates
from advocacy.content.models import Post, PostState, PostVersion, Proposal, Topic, TopicAssignment
from advocacy.content.proposals import count_waiting_for
from advocacy.db import db
from advocacy.demo.command import seed_demo
from advocacy.media import get_image_store
from advocacy.networks.models import Account
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.sessions import find_by_email
from advocacy.recognition.models import PointEntry
from advocacy.sharing.models import Share
from advocacy.sources.models import Item, Rule
from config.demo import DEMO_PASSWORD
from tests.visitor import Visitor

# Editor, employee, approver; the second to be asked after the approver.
PROGRAMMES = (
    ("maelle.t@aubrelle.example", "ines.b@aubrelle.example", "salome.v@aubrelle.example", "aicha.n@aubrelle.example"),
    ("priya.s@northwick.example", "daniel.k@northwick.example", "tess.g@northwick.example", "owen.h@northwick.example"),
)


def test_without_a_sandbox_the_history_is_there_and_the_studio_is_alive(
    app: Flask, clean: None, set_environment: Callable[..., None], visit: Callable[..., Visitor]
) -> None:
    set_environment(RELAIS_LINKEDIN_API_URL="http://127.0.0.1:9")
    result = app.test_cli_runner().invoke(seed_demo, [], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert_history_without_accounts(result.output)
    for addresses in PROGRAMMES:
        with app.app_context():
            editor, hero, approver, second = (known(address) for address in addresses)
            assert_campaigns(editor, hero)
            assert_topics_are_given(hero)
            assert_brand_space(hero, editor)
            assert_proposals(editor, hero)
            assert_approval(editor, approver, second)
            assert_history(editor)
            assert_inbox_is_sorted(editor)
            assert_offer(editor)
    assert_pages_open(app, visit)


def assert_history_without_accounts(said: str) -> None:
    assert "310 people" in said and "No sandbox network" in said and "0 connected accounts" in said
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0
    assert set(db.session.scalars(select(Share.state).distinct())) == {"published", "failed"}
    assert db.session.scalar(select(func.count()).select_from(PointEntry)) > 1000
    assert db.session.scalar(select(func.count()).where(Share.external_url.is_not(None))) == 0


def known(address: str) -> Person:
    found = find_by_email(address)
    assert found is not None
    return found


def assert_campaigns(editor: Person, hero: Person) -> None:
    today = local_day(utcnow(), editor.organisation.time_zone)
    found = campaigns.campaigns_of(editor.organisation_id)
    to_come, runs, over = sorted(found, key=lambda one: one.starts_on, reverse=True)
    assert to_come.starts_on > today
    assert runs.starts_on < today and runs.ends_on is not None and runs.ends_on > today
    assert over.ends_on is not None and over.ends_on < today
    for campaign, posts in ((runs, 6), (over, 2), (to_come, 1)):
        served = [post for post in campaigns.posts_of(campaign) if post.organisation_id == editor.organisation_id]
        assert len(served) >= posts and all(post.state == PostState.PUBLISHED for post in served)
        assert campaign.aim and campaign.hashtag.startswith("#") and campaign.target_number
        assert campaigns.slug_of(campaign.slug) == campaign.slug
        links = db.session.scalars(select(Share.link).join(Post).where(Post.campaign_id == campaign.id))
        assert all(link is not None and f"utm_campaign={campaign.slug}" in link for link in links)
    assert campaigns.get_campaign(hero, runs.id) is runs


def assert_topics_are_given(hero: Person) -> None:
    assert len(assigned_topics(hero)) == 1
    mine = Topic.organisation_id == hero.organisation.root_id
    given = db.session.scalars(select(TopicAssignment).join(Topic, Topic.id == TopicAssignment.topic_id).where(mine))
    assert sorted(one.audience.group_id is None for one in given) == [False, True]


def assert_brand_space(hero: Person, editor: Person) -> None:
    read = [told for _section, pages in service.sections_for(hero, hero.language) for told in pages]
    assert Counter(told.page.section for told in read) == {
        "manifesto": 1, "tone": 1, "editorial": 1, "visual": 1, "positions": 2,
    }  # fmt: skip
    assert all(told.language == hero.language and "<p>" in told.body for told in read)
    assert sum(page.published_at is None for page in editing.pages_where(editor)) == 1
    [shared] = [told.page for told in read if told.page.shareable]
    assert service.find_post_to_share(hero, shared) == shared.post_id
    tone = next(told for told in read if told.page.section == "tone")
    assert [one.number for one in editing.versions_of(tone.page)] == [2, 1] and "<table" in tone.body
    assert service.look_for(hero, tone.title, hero.language)[0].page is tone.page
    [file] = [file for told in read for file in service.files_of(told.page)]
    assert file.kind == "png" and file.size < 100_000 and get_file_store().path(file.digest)
    assert file.image is not None and get_image_store().path(file.image)


def assert_proposals(editor: Person, hero: Person) -> None:
    mine = Person.organisation_id.in_(one.id for one in bodies_of(editor))
    found = db.session.scalars(select(Proposal).join(Proposal.person).where(mine)).all()
    assert Counter(one.state for one in found) == {"waiting": 3, "returned": 1, "accepted": 1, "declined": 1}
    assert count_waiting_for(editor) == 3
    assert {one.state for one in found if one.person_id == hero.id} == {"waiting", "returned"}
    [accepted] = [one for one in found if one.state == "accepted"]
    assert accepted.post is not None and accepted.post.suggested_by == accepted.person.name
    assert accepted.decided_at is not None and accepted.post.publish_at is not None
    assert accepted.decided_at < accepted.post.publish_at
    earned = select(PointEntry.points).where(PointEntry.subject == f"proposal:{accepted.id}")
    assert db.session.scalars(earned).one() > 0
    assert all(one.read_at is None and one.sent_at < utcnow() for one in found)


def bodies_of(editor: Person) -> list[Organisation]:
    return people.organisations_where(editor, Role.EDITOR)


def assert_approval(editor: Person, approver: Person, second: Person) -> None:
    assert approver.role_at(editor.organisation) is Role.APPROVER
    [waiting] = approval.waiting_for(approver)
    assert waiting.post.state == PostState.REVIEW and approval.waiting_for(second) == []
    assert [step.asked_at is None for step in waiting.steps] == [False, True]
    assert flaws_at_the_gates(waiting.post, None)
    ours = select(Post).where(Post.organisation_id.in_(one.id for one in bodies_of(editor)))
    live = db.session.scalars(ours.where(Post.state == PostState.PUBLISHED)).unique().all()
    assert not [post.title for post in live if flaws_at_the_gates(post, post.publish_at)]
    approved = [post for post in live if approval.last_round_of(post)]
    assert len(approved) > 3 and not [fault for post in approved for fault in record.faults_of(post.id)]
    assert record.faults_of(waiting.post_id) == []
    [rule] = db.session.scalars(select(ComplianceRule).where(ComplianceRule.organisation_id == editor.organisation_id))
    assert rule.level == "warn" and rule.note
    assert findings_in(editor.organisation, [Where("title", "title", f"… {rule.pattern} …")])
    found = disclosures_of(editor)
    assert found["linkedin"] == found[None] == editor.organisation.disclosure
    approval.decide(approver, waiting.post, approve=True)
    assert [one.id for one in approval.waiting_for(second)] == [waiting.id]
    db.session.rollback()


def assert_offer(editor: Person) -> None:
    [offer] = db.session.scalars(select(Offer).where(Offer.organisation_id == editor.organisation_id))
    rows = {row.answer: row for row in all_answers(offer)}
    assert set(rows) == {"inherited", "adapted", "declined", None} and offer.note and offer.reply_by
    assert rows["declined"].reason and rows["declined"].answered_at > offer.offered_at
    adapted = rows["adapted"]
    assert parts_changed(adapted.seen, content_of(offer.post)) == ["summary"]
    assert adapted.adapted.title != offer.post.title
    people_who_answer = editors_of([row.organisation for row in rows.values()], offer.organisation)
    assert all(people_who_answer.values())
    assert changed_for(adapted.answered_by) == [adapted]


def assert_history(editor: Person) -> None:
    ours = select(Post.id).where(Post.organisation_id.in_(one.id for one in bodies_of(editor)))
    all_posts = set(db.session.scalars(ours))
    first = db.session.scalars(select(PostVersion).filter_by(number=1).where(PostVersion.post_id.in_(ours))).all()
    assert {one.post_id for one in first} == all_posts and {one.what for one in first} == {"edited"}
    for post in (db.session.get_one(Post, post_id) for post_id in all_posts):
        last = versions.find_last(post)
        assert last.snapshot == versions.snapshot_of(post) and last.version == post.version, post.title
        assert (post.state == "published") == (last.what == "published")
    more = select(PostVersion.post_id).where(PostVersion.post_id.in_(ours), PostVersion.number == 3)
    edited = db.session.scalars(more).all()
    assert len(edited) == 2
    for post in (db.session.get_one(Post, post_id) for post_id in edited):
        last, *before = versions.versions_of(post)
        assert [one.what for one in before] == ["edited", "edited"] and last.what == "published"
        assert last.snapshot == versions.snapshot_of(post) and last.version == post.version
        assert len({one.snapshot["title"] for one in (last, *before)}) == 3
        assert last.created_at > before[0].created_at > before[1].created_at


def assert_inbox_is_sorted(editor: Person) -> None:
    rules = db.session.scalars(select(Rule).where(Rule.organisation_id == editor.organisation_id)).all()
    assert {rule.action for rule in rules} == {"suggest", "dismiss"}
    for rule in rules:
        items = db.session.scalars(select(Item).where(Item.rule_id == rule.id)).all()
        assert items and all(item.matched for item in items)
        assert rule.action == "suggest" or {item.state for item in items} == {"dismissed"}


def assert_pages_open(app: Flask, visit: Callable[..., Visitor]) -> None:
    with app.app_context():
        post_id = db.session.scalars(select(func.min(PostVersion.post_id))).one()
        page_id = db.session.scalars(select(func.min(BrandPage.id))).one()
    pages = {
        "maelle.t@aubrelle.example": ("/studio", "/studio/proposals", f"/studio/posts/{post_id}/history"),
        "ines.b@aubrelle.example": ("/", "/proposals", "/brand", f"/brand/{page_id}"),
        "salome.v@aubrelle.example": ("/approvals",),
    }
    for address, paths in pages.items():
        visitor = visit()
        visitor.sign_in(type("Person", (), {"email": address}), DEMO_PASSWORD)
        for path in paths:
            assert visitor.get(path).status_code == 200, path
