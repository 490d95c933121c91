"""The pages of approvers, editors and admins."""

from datetime import timedelta

import pytest

from advocacy.approval.models import ApprovalChain
from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role
from tests.statements import statements
from tests.visitor import page, words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_renders(desk, visit, language):
    chain_id = desk.chain()
    post = desk.world.post(desk.root, "A claim", state="draft")
    desk.submit(post)
    live = desk.world.post(desk.root)
    admin = desk.world.person(desk.root, Role.ADMIN, language=language)
    me = visit(admin, language)
    paths = [
        "/approvals", f"/approvals/{post.id}", f"/studio/posts/{post.id}/approval", f"/studio/posts/{post.id}/record",
        f"/studio/posts/{live.id}/approval", f"/studio/posts/{live.id}/record", f"/studio/posts/{live.id}/recall",
        "/admin/approval", "/admin/approval/chains/new", f"/admin/approval/chains/{chain_id}", "/admin/compliance",
        f"/admin/organisations/{desk.root.id}", "/admin/organisations", "/shares/recalled",
    ]  # fmt: skip
    for path in paths:
        answer = me.get(path)
        assert answer.status_code == 200, (path, answer.text[:2000])
        assert page(answer).css_first("html").attributes["lang"] == language
        assert len(page(answer).css("h1")) == 1, path
        ids = [node.attributes["id"] for node in page(answer).css("[id]")]
        assert len(ids) == len(set(ids)), (path, ids)


def test_an_approver_reads_and_says_yes_by_the_page(desk, visit):
    desk.chain()
    post = desk.world.post(desk.root, "A claim", state="draft", wordings=("One way", "Another"), countries=["FR"])
    desk.submit(post)
    me = visit(desk.approvers[0])
    assert "A claim" in words(me.get("/approvals"))
    assert page(me.get("/")).css_first('.rail a[href="/approvals"] .count').text() == "1"
    read = words(me.get(f"/approvals/{post.id}"))
    for said in ("One way", "Another", "Aubrelle", "FR", "Approve", "Send back"):
        assert said in read
    refused = me.post(f"/approvals/{post.id}", {"answer": "send_back", "note": ""})
    assert refused.status_code == 422
    assert "what should change" in words(refused)
    assert me.post(f"/approvals/{post.id}", {"answer": "approve"}).status_code == 303
    assert "Nothing waits for you" in words(me.get("/approvals"))
    assert me.post(f"/approvals/{post.id}", {"answer": "approve"}).status_code == 409


def test_who_is_not_asked_does_not_see_it(desk, visit):
    desk.chain()
    post = desk.world.post(desk.root, "A secret claim", state="draft")
    desk.submit(post)
    stranger = desk.world.person(desk.world.organisation("Elsewhere"), Role.ADMIN)
    employee = desk.world.person(desk.root)
    bystander = desk.world.person(desk.root, Role.APPROVER)
    for person in (stranger, employee, bystander):
        answer = visit(person).get(f"/approvals/{post.id}")
        assert answer.status_code == 404
        assert "secret" not in answer.text
    assert visit(employee).get("/approvals").status_code == 403
    for path in ("/admin/approval", "/admin/compliance"):
        assert visit(desk.editor).get(path).status_code == 403
    assert visit(desk.approvers[0]).get(f"/studio/posts/{post.id}/approval").status_code == 403


def test_an_editor_puts_forward_restricts_and_reminds(app, desk, visit):
    desk.chain()
    post = desk.world.post(desk.root, "A claim", state="draft")
    me, path = visit(desk.editor), f"/studio/posts/{post.id}/approval"
    saved = {"act": "restrict", "locked": "y", "countries": "fr, BE", "roles": ["editor"]}
    assert me.post(path, saved).status_code == 303
    with app.app_context():
        found = db.session.get_one(Post, post.id)
        assert (found.locked, found.countries, found.roles) == (True, ["BE", "FR"], ["editor"])
    assert me.post(path, {**saved, "countries": "France"}).status_code == 422
    assert me.post(path, {"act": "submit"}).status_code == 303
    assert "Under way" in words(me.get(path))
    assert me.post(path, {"act": "remind"}).status_code == 303
    assert me.post(path, {"act": "remind"}).status_code == 409
    assert me.post(path, {"act": "send_back", "note": "Not yet"}).status_code == 303
    assert desk.state(post) == "draft"


def test_an_admin_makes_changes_and_retires_a_chain(app, desk, visit):
    me = visit(desk.admin)
    someone = str(desk.approvers[0].id)
    typed = {
        "name": "Legal", "countries": "FR", "steps-0-name": "Legal", "steps-0-rule": "any", "steps-0-people": someone,
        "steps-0-days": "2", "steps-1-name": "", "steps-1-rule": "any", "steps-1-days": "2",
    }  # fmt: skip
    assert me.post("/admin/approval/chains/new", {**typed, "name": ""}).status_code == 422
    assert me.post("/admin/approval/chains/new", typed).status_code == 303
    with app.app_context():
        [chain] = db.session.query(ApprovalChain).all()
        first = chain.id
        assert (chain.countries, len(chain.steps)) == (["FR"], 1)
    assert me.post(f"/admin/approval/chains/{first}", {**typed, "steps-0-rule": "all"}).status_code == 303
    assert me.post(f"/admin/approval/chains/{first}", typed).status_code == 409
    with app.app_context():
        second = db.session.query(ApprovalChain).filter_by(retired_at=None).one()
        second_id = second.id
        assert (second.version, second.steps[0]["rule"]) == (2, "all")
    assert me.post(f"/admin/approval/chains/{second_id}", {"act": "retire"}).status_code == 303
    assert "None yet" in words(me.get("/admin/approval"))


CHAIN = {"name": "Legal", "steps-0-rule": "any", "steps-0-days": "2", "steps-1-rule": "any", "steps-1-days": "2"}


def test_the_first_step_is_not_called_optional(desk, visit):
    shown = page(visit(desk.admin).get("/admin/approval/chains/new"))
    first, second, third = shown.css("fieldset[id^='steps-'].card")
    assert "(optional)" not in first.text()
    assert "required" in first.css_first("#steps-0-name").attributes
    assert [step.text().count("(optional)") for step in (second, third)] == [1, 1]
    assert "required" not in second.css_first("#steps-1-name").attributes


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "steps-0-name", "Step 1 is needed: give it a name"),
        ({"steps-0-people": "ME"}, "steps-0-name", "Step 1 has no name"),
        ({"steps-0-name": "Law"}, "steps-0-people", "at least one person for the step “Law”"),
        (
            {"steps-0-name": "Law", "steps-0-people": "ME", "steps-2-name": "Brand"},
            "steps-2-people",
            "at least one person for the step “Brand”",
        ),
        (
            {"steps-0-name": "Law", "steps-0-people": "ME", "steps-0-days": "none"},
            "steps-0-days",
            "1 to 30 working days",
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_missing_of_a_step_is_said_beside_it(desk, visit, language, typed, field, sentence):
    admin = desk.world.person(desk.root, Role.ADMIN, language=language)
    sent = {**CHAIN, **{name: str(admin.id) if value == "ME" else value for name, value in typed.items()}}
    answer = visit(admin, language).post("/admin/approval/chains/new", sent)
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.css_first(f'#errors a[href="#{field}"]') is not None
    said = shown.css_first(f"#{field}-error").text(strip=True)
    assert said and (language == "fr" or sentence in said)


def test_an_admin_makes_rules_by_the_page(desk, visit):
    me = visit(desk.admin)
    rule = {"act": "rule", "organisation": desk.root.id, "kind": "regex", "pattern": "(a+)+$", "level": "block"}
    assert me.post("/admin/compliance", rule).status_code == 422
    assert me.post("/admin/compliance", {**rule, "kind": "words", "pattern": "miracle"}).status_code == 303
    added = {"act": "disclosure", "organisation": desk.root.id, "network": "", "country": "fr", "text": "#Salarié"}
    assert me.post("/admin/compliance", added).status_code == 303
    assert me.post("/admin/compliance", added).status_code == 409
    shown = words(me.get("/admin/compliance"))
    assert "miracle" in shown
    assert "#Salarié" in shown
    assert me.post("/admin/compliance", {"act": "drop_rule", "id": 1}).status_code == 303


def test_a_stand_in_is_named_by_the_page(desk, visit):
    me = visit(desk.approvers[0])
    today = utcnow().date()
    typed = {
        "stand_in": desk.approvers[1].id, "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    assert me.post("/approvals", {**typed, "last_day": "2001-01-01"}).status_code == 422
    assert me.post("/approvals", typed).status_code == 303
    assert "Léo C." in words(me.get("/approvals"))
    assert visit(desk.approvers[1]).post("/approvals/stand-ins/1/end").status_code == 404
    assert me.post("/approvals/stand-ins/1/end").status_code == 303


def test_what_waits_takes_a_bounded_number_of_queries(app, desk, visit):
    desk.chain()
    me = visit(desk.approvers[0])

    def asked():
        with statements(app) as sent:
            assert me.get("/approvals").status_code == 200
        return len(sent)

    for _number in range(2):
        desk.submit(desk.world.post(desk.root, state="draft"))
    few = asked()
    for _number in range(8):
        desk.submit(desk.world.post(desk.root, state="draft"))
    assert asked() <= few + 1
