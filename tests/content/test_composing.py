"""A post is written, published, moved and withdrawn; what is in the way is said, and nothing typed is lost."""

import io
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR, time_zone="America/Montreal")


@pytest.fixture
def me(visit, editor):
    return visit(editor)


def local(moment):
    return moment.astimezone(ZoneInfo("America/Montreal")).strftime("%Y-%m-%dT%H:%M")


def full(root, **values):
    fields = {
        "title": "Light heart",
        "link": "https://aubrelle.example/heart",
        "summary": "Two sentences.",
        "language": "fr",
        "wordings-0-text": "Une légende.\r\nDeux lignes.",
        "wordings-0-language": "fr",
        "wordings-0-network": "linkedin",
        "wordings-1-text": "  ",
        "wordings-1-language": "en",
        "wordings-1-network": "",
        "bodies": root.id,
        "timing": "now",
        "act": "save",
        **values,
    }
    return {name: value for name, value in fields.items() if value is not None}


def stored(app, number=None):
    with app.app_context():
        query = select(Post).order_by(Post.id)
        post = db.session.scalars(query if number is None else query.where(Post.id == number)).first()
        if post is None:
            return None
        for name in ("wordings", "topics", "audiences", "organisation"):
            getattr(post, name)
        db.session.expunge_all()
        return post


def post_count(app):
    with app.app_context():
        return len(db.session.scalars(select(Post.id)).all())


def png():
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "green").save(out, "PNG")
    return out.getvalue()


def test_from_nothing_to_the_feed_and_out_of_it(app, world, visit, root, me):
    reader = visit(world.person(root))
    answer = me.post("/studio/posts/new", full(root))
    assert answer.status_code == 303
    post = stored(app)
    path = f"/studio/posts/{post.id}"
    assert answer.headers["Location"] == path
    assert (post.state, post.title, post.link, post.language, post.publish_at) == (
        "draft",
        "Light heart",
        "https://aubrelle.example/heart",
        "fr",
        None,
    )
    assert [(one.text, one.network, one.language) for one in post.wordings] == [
        ("Une légende.\nDeux lignes.", "linkedin", "fr")
    ]
    assert reader.get(f"/posts/{post.id}").status_code == 404
    assert me.post(f"{path}/publish", full(root, version=post.version)).status_code == 303
    assert reader.get(f"/posts/{post.id}").status_code == 200
    live = stored(app)
    assert live.audiences[0].publish_at == live.publish_at
    assert live.wordings[0].id == post.wordings[0].id, "shares remember the wording they took"
    assert me.post(f"{path}/publish", full(root, version=live.version)).status_code == 303
    assert stored(app).publish_at == live.publish_at
    assert me.post(f"{path}/withdraw").status_code == 303
    assert reader.get(f"/posts/{post.id}").status_code == 404
    assert (stored(app).state, stored(app).audiences[0].publish_at) == ("withdrawn", None)
    assert me.post(f"{path}/withdraw").status_code == 409
    assert me.post(f"{path}/publish", full(root, version=stored(app).version)).status_code == 303
    assert reader.get(f"/posts/{post.id}").status_code == 200


def test_a_time_is_meant_in_the_authors_zone_and_may_be_moved(app, root, me):
    soon, later = utcnow() + timedelta(days=2), utcnow() + timedelta(days=4)
    me.post(
        "/studio/posts/new", full(root, act="publish", timing="later", publish_at=local(soon), expires_at=local(later))
    )
    post = stored(app)
    assert post.state == "published"
    assert post.publish_at == soon.replace(second=0, microsecond=0)
    assert post.expires_at == later.replace(second=0, microsecond=0)
    path = f"/studio/posts/{post.id}"
    assert page(me.get(path)).css_first("#publish_at").attributes["value"] == local(soon)
    moved = soon + timedelta(days=1)
    me.post(path, full(root, version=post.version, timing="later", publish_at=local(moved), expires_at=local(later)))
    post = stored(app)
    assert post.publish_at == post.audiences[0].publish_at == moved.replace(second=0, microsecond=0)
    me.post(f"{path}/withdraw")
    assert (stored(app).state, stored(app).audiences[0].publish_at) == ("draft", None)


def test_a_draft_may_be_unfinished_but_a_live_post_may_not(app, root, me):
    assert me.post("/studio/posts/new", {"act": "save", "language": "en", "timing": "now"}).status_code == 303
    number = stored(app).id
    answer = me.post(
        f"/studio/posts/{number}/publish", {"version": stored(app).version, "language": "en", "timing": "now"}
    )
    assert answer.status_code == 422
    for sentence in ("Give it a title.", "Add a link, or at least one suggested caption.", "Choose whom it is for."):
        assert sentence in words(answer)
    assert stored(app).state == "draft"
    me.post(f"/studio/posts/{number}/publish", full(root, version=stored(app).version))
    assert stored(app).state == "published"
    answer = me.post(f"/studio/posts/{number}", full(root, version=stored(app).version, title=""))
    assert answer.status_code == 422
    assert stored(app).title == "Light heart"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "x" * 71}, "Shorten the title to 70 characters."),
        ({"title": "x" * 201}, "200 characters at most"),
        ({"summary": "x" * 1001}, "1,000 characters at most"),
        ({"link": "javascript:alert(1)"}, "A link begins with"),
        ({"link": "https://aubrelle.example/" + "x" * 2000}, "A link begins with"),
        ({"wordings-0-text": "x" * 5001}, "5,000 characters at most"),
        ({"wordings-0-text": "x" * 1_500_000}, "5,000 characters at most"),
        (
            {
                f"wordings-{n}-{k}": v
                for n in range(21)
                for k, v in {"text": "x", "language": "fr", "network": ""}.items()
            },
            "20 captions at most",
        ),
        ({"wordings-0-language": "xx"}, "Not a valid choice"),
        ({"wordings-0-network": "myspace"}, "Not a valid choice"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"timing": "later", "publish_at": ""}, "Say when"),
        ({"timing": "later", "publish_at": "2020-01-01T10:00"}, "still to come"),
        ({"timing": "later", "publish_at": "0001-01-01T00:00"}, "this century"),
        ({"timing": "later", "publish_at": "9999-12-31T23:59"}, "this century"),
        ({"timing": "later", "publish_at": "tomorrow"}, "Not a valid datetime value"),
        ({"expires_at": "2020-01-01T10:00"}, "over before it begins"),
        (
            {"timing": "later", "publish_at": "2030-01-02T10:00", "expires_at": "2030-01-01T10:00"},
            "over before it begins",
        ),
        ({"bodies": "999999"}, "choice"),
        ({"groups": "999999"}, "choice"),
        ({"topics": "999999"}, "choice"),
        ({"topics": "x"}, "coerced"),
        ({"picture": (io.BytesIO(b"GIF89a nothing"), "x.gif")}, "This is no picture"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_stored(app, world, root, me, changed, sentence):
    world.topic(root)
    world.group(root)
    answer = me.post("/studio/posts/new", full(root, act="publish", **changed))
    assert answer.status_code == 422, answer.text[:500]
    assert sentence in words(answer)
    assert page(answer).css_first("#errors") is not None
    assert post_count(app) == 0
    if "summary" not in changed:
        assert page(answer).css_first("#summary").text().strip() == "Two sentences."


def test_ten_megabytes_are_refused(app, root, me):
    typed = full(root, **{"wordings-0-text": "x" * 10_000_000})
    assert me.post("/studio/posts/new", typed).status_code == 413
    answer = me.post("/studio/posts/new", {**typed, "picture": (io.BytesIO(png()), "a.png")})
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413
    assert "too large" in words(answer)
    assert post_count(app) == 0


def test_characters_that_no_text_holds_are_dropped(app, root, me):
    me.post("/studio/posts/new", full(root, title="A\x00B\x07\n C", summary="\x00"))
    assert (stored(app).title, stored(app).summary) == ("AB C", "")


def test_a_picture_is_kept_through_errors_and_needs_words(app, root, me):
    answer = me.post("/studio/posts/new", full(root, act="publish", picture=(io.BytesIO(png()), "a.png")))
    assert answer.status_code == 422
    assert "Describe the picture" in words(answer)
    key = page(answer).css_first("input[name=image]").attributes["value"]
    assert me.get(f"/media/{key}", buffered=True).status_code == 200
    assert (
        me.post("/studio/posts/new", full(root, act="publish", image=key, image_alt="A green field")).status_code == 303
    )
    assert (stored(app).image, stored(app).image_alt) == (key, "A green field")
    path = f"/studio/posts/{stored(app).id}"
    gone = me.post(
        path, full(root, act="remove_picture", image=key, image_alt="A green field", version=stored(app).version)
    )
    assert page(gone).css_first("input[name=image]").attributes["value"] == ""
    me.post(path, full(root, image="0" * 40, version=stored(app).version))
    assert stored(app).image is None, "a key that is none of ours is forgotten"


def test_one_more_caption_without_script(app, root, me):
    answer = me.post("/studio/posts/new", full(root, act="add"))
    assert answer.status_code == 200
    assert len(page(answer).css("textarea[name^=wordings]")) == 3
    assert page(answer).css_first("#title").attributes["value"] == "Light heart"
    assert post_count(app) == 0


def test_two_editors_and_nothing_lost(app, world, visit, root, me):
    me.post("/studio/posts/new", full(root))
    number, version = stored(app).id, stored(app).version
    other = visit(world.person(root, Role.EDITOR))
    assert other.post(f"/studio/posts/{number}", full(root, version=version, title="Theirs")).status_code == 303
    answer = me.post(f"/studio/posts/{number}", full(root, version=version, title="Mine", summary="My words"))
    assert answer.status_code == 409
    assert "Somebody else saved this post meanwhile" in words(answer)
    assert stored(app).title == "Theirs"
    form = page(answer).css_first("#merge")
    assert form.css_first("input[name=title]").attributes["value"] == "Mine"
    assert form.css_first("input[name=summary]").attributes["value"] == "My words"
    newer = form.css_first("input[name=version]").attributes["value"]
    chosen = {"seen": version, "choice-title": "mine", "choice-summary": "mine"}
    typed = full(root, version=newer, title="Mine", summary="My words", **chosen)
    assert me.post(f"/studio/posts/{number}/merge", typed).status_code == 303
    assert (stored(app).title, stored(app).summary) == ("Mine", "My words")


def test_audiences_are_at_or_below_where_one_is_editor(app, world, visit, root):
    branch, other = world.organisation("Branch", root), world.organisation("Elsewhere")
    below = world.organisation("Below", branch)
    group, foreign = world.group(root), world.group(other)
    mine = visit(world.person(branch, Role.EDITOR))
    for changed in ({"bodies": root.id}, {"bodies": other.id}, {"bodies": branch.id, "groups": foreign.id}):
        assert mine.post("/studio/posts/new", full(branch, act="publish", **changed)).status_code == 422
    assert (
        mine.post(
            "/studio/posts/new", full(branch, act="publish", bodies=[branch.id, below.id], groups=group.id)
        ).status_code
        == 303
    )
    post = stored(app)
    assert post.organisation_id == branch.id
    assert len(post.audiences) == 3


def test_an_audience_that_is_not_ones_own_to_change_stays(app, world, visit, root):
    branch = world.organisation("Branch", root)
    post = world.post(branch, audience=root)
    mine = visit(world.person(branch, Role.EDITOR))
    assert "Also for: Aubrelle" in words(mine.get(f"/studio/posts/{post.id}"))
    answer = mine.post(f"/studio/posts/{post.id}", full(branch, version=post.version))
    assert answer.status_code == 303
    kept = stored(app)
    assert len(kept.audiences) == 2
    assert {row.publish_at for row in kept.audiences} == {kept.publish_at}


def test_roles_and_foreign_ids_on_every_route(world, visit, root):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    mine, foreign, draft = world.post(root), world.post(other), world.post(root, state="draft")
    editor, below, employee = (
        visit(world.person(at, role)) for at, role in ((root, Role.EDITOR), (branch, Role.EDITOR), (root, None))
    )
    for visitor in (editor, below, employee):
        for number in (foreign.id, 10**6, 2**63, 2**80):
            assert visitor.get(f"/posts/{number}").status_code == 404
            assert visitor.get(f"/studio/posts/{number}").status_code == 404
            for path in (
                f"/studio/posts/{number}",
                f"/studio/posts/{number}/publish",
                f"/studio/posts/{number}/withdraw",
            ):
                assert visitor.post(path, full(root)).status_code == 404
            for act in ("save", "dismiss", "restore"):
                assert visitor.post(f"/posts/{number}/{act}").status_code == 404
    for visitor in (below, employee):
        assert visitor.get(f"/studio/posts/{draft.id}").status_code == 403
        for act in ("", "/publish", "/withdraw"):
            assert visitor.post(f"/studio/posts/{mine.id}{act}", full(root)).status_code == 403
        assert visitor.get("/studio/topics").status_code == 403
    assert employee.get("/studio").status_code == employee.get("/studio/posts/new").status_code == 403
    assert employee.post("/studio/posts/new", full(root)).status_code == 403
    assert employee.get(f"/posts/{draft.id}").status_code == editor.get(f"/posts/{draft.id}").status_code == 404
    for path in (f"/posts/{mine.id}", "/studio", "/studio/topics", "/studio/posts/new", f"/studio/posts/{mine.id}"):
        assert visit().get(path).status_code == 302


def test_an_hour_that_does_not_exist_moves_forward(app, world, visit, root):
    me = visit(world.person(root, Role.EDITOR, time_zone="Europe/Paris"))
    year = utcnow().year + 1
    last_sunday = max(day for day in (date(year, 3, n) for n in range(25, 32)) if day.weekday() == 6)
    me.post("/studio/posts/new", full(root, timing="later", publish_at=last_sunday.strftime("%Y-%m-%dT02:30")))
    assert stored(app).publish_at.strftime("%H:%M") == "01:30"
