import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.errors import Invalid
from advocacy.people.names import clean_email, clean_line, folded
from advocacy.people.pen_names import clean_pen_name


@given(st.text(max_size=40))
def test_a_pen_name_that_passes_is_short_readable_and_stable(app, written):
    with app.app_context():
        try:
            kept = clean_pen_name(written)
        except Invalid as refusal:
            assert str(refusal.sentence)
            return
        assert 3 <= len(kept) <= 24
        assert all(char.isalnum() or char in " -’'." for char in kept)
        assert kept == kept.strip()
        assert clean_pen_name(kept) == kept
        assert len(folded(kept)) >= 3


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=20))
def test_names_that_differ_in_case_or_marks_fold_to_the_same(name):
    assert folded(name.upper().lower()) == folded(name.upper().lower().casefold())
    assert folded(f" {name} ") == folded(f"{name}-") == folded(name)


@given(st.text(max_size=120))
def test_a_line_that_passes_is_one_tidy_line(app, written):
    with app.app_context():
        try:
            line = clean_line(written)
        except Invalid:
            return
        assert len(line) <= 80
        assert "\n" not in line
        assert "\0" not in line
        assert clean_line(line) == line


@pytest.mark.parametrize(
    "address", ["a@b.fr", "ines.b+relais@aubrelle.example", " INES@Aubrelle.Example ", "o'neil@a-b.co.uk"]
)
def test_addresses_people_have(app, address):
    with app.app_context():
        assert clean_email(address) == address.strip().lower()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "@b.fr",
        "a@",
        "a b@c.fr",
        "a@b..fr",
        ".a@b.fr",
        "a.@b.fr",
        "a@b.fr\nBcc: x@y.fr",
        "é@b.fr",
        "a@b.fr\0",
        f"{'a' * 65}@b.fr",
        f"a@{'b' * 300}.fr",
        "a@-b.fr",
        "a@b.1",
        "<a@b.fr>",
        "a@b.fr,c@d.fr",
    ],
)
def test_addresses_nobody_can_have(app, address):
    with app.app_context(), pytest.raises(Invalid):
        clean_email(address)
