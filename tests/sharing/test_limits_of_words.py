"""Locked words, words a rule knows, and what shares end with by network and country."""

from advocacy.approval.models import ComplianceRule, DisclosureRule
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Organisation
from advocacy.sharing.tasks import deliver_due
from tests.sharing.test_panel import panel, shares
from tests.visitor import page, words


def save(scene, *rows):
    with scene.app.app_context():
        db.session.add_all(rows)
        db.session.commit()


def lock(scene):
    with scene.app.app_context():
        db.session.get_one(Post, scene.post.id).locked = True
        db.session.commit()


def test_locked_words_are_shared_as_they_are_or_not_at_all(scene, visit):
    lock(scene)
    me = visit(scene.person)
    shown = page(me.get(f"/posts/{scene.post.id}/share"))
    assert "readonly" in shown.css_first("#text").attributes
    assert shown.css_first("#text").text().strip() == "A suggested wording."
    refused = me.post(f"/posts/{scene.post.id}/share", panel(scene, me, text="A suggested wording, bettered."))
    assert refused.status_code == 422
    assert "stay as it is" in words(refused)
    assert me.post(f"/posts/{scene.post.id}/share", panel(scene, me, text="A suggested wording.")).status_code == 303
    [share] = shares(scene)
    assert me.post(f"/shares/{share.id}", {"text": "Other", "when": "now"}).status_code in (409, 422)


def test_blocked_words_are_shown_and_stay_here(scene, visit):
    save(
        scene,
        ComplianceRule(
            organisation_id=scene.root.id, kind="words", pattern="miracle", level="block", note="Ask Legal."
        ),
    )
    me = visit(scene.person)
    refused = me.post(f"/posts/{scene.post.id}/share", panel(scene, me, text="A Miracle, really"))
    assert refused.status_code == 422
    assert "“Miracle” (your text): please say it otherwise. Ask Legal." in words(refused)
    assert "A Miracle, really" in refused.text
    assert shares(scene) == []


def test_a_warning_is_said_once_and_the_person_decides(scene, visit):
    save(scene, ComplianceRule(organisation_id=scene.root.id, kind="words", pattern="best", level="warn", note=""))
    me = visit(scene.person)
    asked = me.post(f"/posts/{scene.post.id}/share", panel(scene, me, text="The best day"))
    assert asked.status_code == 422
    assert "“best” (your text): is this what you want to say?" in words(asked)
    again = me.post(f"/posts/{scene.post.id}/share", panel(scene, me, text="The best day", sure="1"))
    assert again.status_code == 303
    assert len(shares(scene)) == 1


def test_what_is_added_depends_on_country_and_network(scene, visit):
    with scene.app.app_context():
        db.session.get_one(Organisation, scene.root.id).country = "FR"
        db.session.commit()
    save(
        scene, DisclosureRule(organisation_id=scene.root.id, network="linkedin", country="FR", text="Je travaille ici.")
    )
    me = visit(scene.person)
    assert "Je travaille ici." in words(me.get(f"/posts/{scene.post.id}/share"))
    scene.share("My words")
    with scene.app.app_context():
        deliver_due()
    [online] = scene.online()
    assert "Je travaille ici." in str(online)
    assert "EquipeAubrelle" not in str(online)
