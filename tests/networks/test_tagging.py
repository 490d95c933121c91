"""Links get their tags and lose nothing."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.networks.tagging import tag_link

TAGS = {"source": "linkedin", "campaign": "Été à deux", "content": "adv-x7"}
WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=8)
PAIRS = st.lists(st.tuples(WORD.filter(bool), WORD), max_size=4)


@pytest.mark.parametrize(
    ("link", "tagged"),
    [
        (
            "https://a.example",
            "https://a.example?utm_source=linkedin&utm_medium=social&utm_campaign=ete%20a%20deux&utm_content=adv-x7",
        ),
        (
            "https://a.example/p?b=%20c&a#top",
            "https://a.example/p?b=%20c&a&utm_source=linkedin&utm_medium=social&utm_campaign=ete%20a%20deux&utm_content=adv-x7#top",
        ),
        (
            "https://a.example/?utm_source=mail&UTM_Campaign=x",
            "https://a.example/?utm_source=mail&UTM_Campaign=x&utm_medium=social&utm_content=adv-x7",
        ),
        ("https://[broken", "https://[broken"),
    ],
)
def test_tags_stand_between_query_and_fragment(link: str, tagged: str) -> None:
    assert tag_link(link, **TAGS) == tagged


@given(PAIRS, WORD)
def test_the_rest_of_the_link_stays_and_tagging_twice_changes_nothing(
    pairs: list[tuple[str, str]], fragment: str
) -> None:
    link = (
        "https://a.example/p"
        + "?" * bool(pairs)
        + "&".join(f"{k}={v}" for k, v in pairs)
        + "#" * bool(fragment)
        + fragment
    )
    tagged = tag_link(link, **TAGS)
    assert parse_qsl(urlsplit(tagged).query, keep_blank_values=True)[: len(pairs)] == pairs
    assert urlsplit(tagged).fragment == fragment
    assert tag_link(tagged, **TAGS) == tagged


@given(st.text(), st.text(), st.text())
def test_values_are_plain_ascii_without_capitals(source: str, campaign: str, content: str) -> None:
    tagged = tag_link("https://a.example/", source=source, campaign=campaign, content=content)
    assert tagged.isascii()
    assert all(value == value.lower() and "+" not in tagged for _, value in parse_qsl(urlsplit(tagged).query))


def test_an_empty_value_makes_no_tag() -> None:
    assert "utm_campaign" not in tag_link("https://a.example/", source="linkedin", campaign=" ", content="x")
