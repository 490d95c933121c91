import io

import pytest
from PIL import Image

from advocacy.people.models import Role
from tests.visitor import PASSWORD, page, words

NEW = "four quiet herons fishing"
PROFILE = {"section": "profile", "name": "Inès Belkacem", "job": "Conseillère santé", "languages": ["fr"]}
DISPLAY = {"section": "display", "language": "fr", "time_zone": "Indian/Reunion", "theme": "dark"}


def picture(size=(640, 400), kind="PNG"):
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return data.getvalue()


@pytest.fixture
def ines(world):
    return world.person(world.organisation("Aubrelle"), name="Inès B.", time_zone="Europe/Paris")


def test_the_profile_is_changed(ines, visit, again):
    visitor = visit(ines)
    assert visitor.post("/settings", PROFILE).headers["Location"] == "/settings#profile"
    now = again(ines)
    assert (now.name, now.job, now.languages) == ("Inès Belkacem", "Conseillère santé", ["fr"])
    assert "Your profile is saved." in words(visitor.get("/settings"))


def test_the_pages_follow_the_display_at_once(ines, visit, again):
    visitor = visit(ines)
    answer = visitor.post("/settings", DISPLAY, follow_redirects=True)
    html = page(answer).css_first("html")
    assert (html.attributes["lang"], html.attributes["data-theme"]) == ("fr", "dark")
    assert again(ines).time_zone == "Indian/Reunion"
    assert page(answer).css_first("#time_zone option[selected]").attributes["value"] == "Indian/Reunion"


def test_the_language_of_the_shell_is_the_persons_own(ines, visit, again):
    visitor = visit(ines)
    visitor.post("/language", {"language": "fr", "next": "/settings"})
    assert again(ines).language == "fr"
    assert page(visitor.get("/settings")).css_first("html").attributes["lang"] == "fr"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({**PROFILE, "name": ""}, "Please fill this in."),
        ({**PROFILE, "name": "x" * 81}, "At most 80 characters."),
        ({**PROFILE, "name": "a\x07b"}, "can’t be seen"),
        ({**PROFILE, "name": "a\0b"}, "can’t be seen"),
        ({**PROFILE, "name": "abc\u202edef"}, "can’t be seen"),
        ({**PROFILE, "job": "j" * 100_000}, "At most 80 characters."),
        ({**PROFILE, "job": "line\nbreak"}, "can’t be seen"),
        ({**PROFILE, "languages": ["de"]}, "Please choose at least one language."),
        ({**PROFILE, "languages": []}, "Please fill this in."),
        ({**DISPLAY, "time_zone": "Mars/Olympus"}, "Please choose a time zone from the list."),
        ({**DISPLAY, "time_zone": "../../etc/passwd"}, "Please choose a time zone from the list."),
        ({**DISPLAY, "time_zone": "Europe/Paris\0"}, "Please choose a time zone from the list."),
        ({**DISPLAY, "language": "de"}, "Please choose one of these."),
        ({**DISPLAY, "theme": "<script>"}, "Please choose one of these."),
        ({"section": "display"}, "Please fill this in."),
        ({"section": "board", "board_name": "boss", "alias": ""}, "Please choose one of these."),
        ({"section": "board", "board_name": "alias", "alias": ""}, "From 3 to 24 characters."),
        ({"section": "board", "board_name": "alias", "alias": "x" * 25}, "From 3 to 24 characters."),
        ({"section": "board", "board_name": "alias", "alias": "- . -"}, "From 3 to 24 characters."),
        (
            {"section": "board", "board_name": "alias", "alias": "<b>Sun</b>"},
            "Letters, digits, spaces and hyphens only.",
        ),
        ({"section": "access", "current": PASSWORD, "password": "short"}, "At least 12 characters"),
        ({"section": "access", "current": "not it", "password": NEW}, "This is not your current password."),
        ({"section": "access", "current": "", "password": NEW}, "Please fill this in."),
        ({"section": "picture"}, "Please choose a picture first."),
    ],
)
def test_what_can_not_be_used_is_said_beside_it_and_nothing_is_kept(ines, visit, again, sent, said):
    answer = visit(ines).post("/settings", sent)
    assert answer.status_code == 422
    section = page(answer).css_first(f"#{sent['section']}")
    assert said.casefold() in section.css_first("#errors").text().casefold()
    now = again(ines)
    for name in (
        "name",
        "job",
        "languages",
        "time_zone",
        "language",
        "theme",
        "board_name",
        "alias",
        "epoch",
        "photo",
    ):
        assert getattr(now, name) == getattr(ines, name)


def test_what_was_typed_stays_on_the_page_and_is_harmless(ines, visit):
    answer = visit(ines).post("/settings", {**PROFILE, "name": "\x07<script>alert(1)</script>", "job": "Typed & kept"})
    assert page(answer).css_first("#job").attributes["value"] == "Typed & kept"
    assert "<script>alert(1)" not in answer.text
    assert page(answer).css_first("#alias") is not None


def test_html_in_a_name_is_text(ines, visit):
    visitor = visit(ines)
    answer = visitor.post("/settings", {**PROFILE, "name": "<b>Inès</b>"}, follow_redirects=True)
    assert "<b>Inès</b>" not in answer.text
    assert "&lt;b&gt;Inès&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("section", ["", "nothing", "profile; drop", "\0"])
def test_a_section_there_is_none_of(ines, visit, section):
    assert visit(ines).post("/settings", {"section": section}).status_code == 400


def test_a_photo_is_made_anew_and_can_be_removed(ines, visit, again):
    visitor = visit(ines)
    answer = visitor.post("/settings", {"section": "picture", "photo": (io.BytesIO(picture()), "me.png")})
    assert answer.status_code == 302
    key = again(ines).photo
    with visitor.get(f"/media/{key}") as shown:
        assert shown.mimetype == "image/webp"
        width, height = Image.open(io.BytesIO(shown.data)).size
    assert width == height <= 320
    assert visitor.post("/settings", {"section": "picture", "remove": "1"}).status_code == 302
    assert again(ines).photo is None


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a",
        b"\x00" * 5000,
        b"%PDF-1.7",
        picture()[:200],
    ],
)
def test_what_is_no_picture_is_refused(ines, visit, again, data):
    answer = visit(ines).post("/settings", {"section": "picture", "photo": (io.BytesIO(data), "me.png")})
    assert answer.status_code == 422
    assert "This is not a picture we can read." in words(answer)
    assert again(ines).photo is None


def test_a_heavy_picture_is_refused(ines, visit):
    visitor = visit(ines)
    for size, status, said in [(10_000_001, 422, "at most 10 MB"), (13_000_000, 413, "too large to send")]:
        fields = f'--x\r\nContent-Disposition: form-data; name="section"\r\n\r\npicture\r\n--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{visitor.token}\r\n'
        head = (
            '--x\r\nContent-Disposition: form-data; name="photo"; filename="me.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        )
        body = (fields + head).encode() + b"\xff" * size + b"\r\n--x--\r\n"
        answer = visitor.client.post("/settings", data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == status
        assert said in words(answer)


def test_a_pen_name_is_nobody_elses_in_any_spelling(ines, visit, world, again):
    world.person(world.organisation(parent=ines.organisation), name="Zoé Été")
    hugo = world.person(ines.organisation, name="Hugo P.")
    visitor = visit(ines)
    assert (
        visitor.post("/settings", {"section": "board", "board_name": "alias", "alias": "Étoile du Nord"}).status_code
        == 302
    )
    assert (again(ines).board_name, again(ines).alias) == ("alias", "Étoile du Nord")
    other = visit(hugo)
    for taken in ("etoile du nord", "ÉTOILE-DU-NORD", "zoe ete", "Zoé.Été", "Ines B"):
        answer = other.post("/settings", {"section": "board", "board_name": "alias", "alias": taken})
        assert "Somebody here already goes by that name." in words(answer), taken
        assert page(answer).css_first("#alias").attributes["value"] == taken
    assert "This is your own name" in words(
        other.post("/settings", {"section": "board", "board_name": "alias", "alias": "hugo p"})
    )


def test_another_programme_may_have_the_same_pen_name(ines, visit, world):
    sent = {"section": "board", "board_name": "alias", "alias": "Tournesol"}
    assert visit(ines).post("/settings", sent).status_code == 302
    assert visit(world.person(world.organisation("Vélonne"))).post("/settings", sent).status_code == 302
    assert visit(ines).post("/settings", sent).status_code == 302


def test_leaving_the_boards_keeps_the_pen_name_for_later(ines, visit, again):
    visitor = visit(ines)
    visitor.post("/settings", {"section": "board", "board_name": "alias", "alias": "Tournesol"})
    assert visitor.post("/settings", {"section": "board", "board_name": "hidden", "alias": ""}).status_code == 302
    assert (again(ines).board_name, again(ines).alias) == ("hidden", "Tournesol")


def test_a_new_password_ends_the_other_sessions_and_not_this_one(ines, visit):
    here, there = visit(ines), visit(ines)
    answer = here.post("/settings", {"section": "access", "current": PASSWORD, "password": NEW})
    assert answer.headers["Location"] == "/settings#access"
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 302
    assert visit().sign_in(ines, NEW)


def test_the_current_password_can_not_be_guessed_here_either(ines, visit):
    visitor = visit(ines)
    for _ in range(5):
        visitor.post("/settings", {"section": "access", "current": "guess", "password": NEW})
    answer = visitor.post("/settings", {"section": "access", "current": PASSWORD, "password": NEW})
    assert "Too many tries" in words(answer)


def test_the_page_names_its_fields_for_password_programs(ines, visit):
    form = page(visit(ines).get("/settings"))
    assert form.css_first("#current").attributes["autocomplete"] == "current-password"
    assert form.css_first("input#password").attributes["autocomplete"] == "new-password"
    assert len({node.attributes["id"] for node in form.css("[id]")}) == len(form.css("[id]"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_the_slice_speaks_both_languages(world, visit, language):
    admin = world.person(world.organisation("Aubrelle"), Role.ADMIN, language=language)
    visitor = visit(admin)
    for path in (
        "/settings",
        "/admin/people",
        "/admin/people/invite",
        f"/admin/people/{admin.id}",
        "/admin/organisations",
        "/admin/groups",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert page(answer).css_first("html").attributes["lang"] == language
    for path in ("/sign-in", "/forgot", "/reset/x"):
        assert page(visit(language=language).get(path)).css_first("html").attributes["lang"] == language
