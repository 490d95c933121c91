"""Links, mentions and hashtags by places in the UTF-8 bytes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.networks.bluesky.facets import facets_of, mentioned

DIDS = {"ada.test": "did:plc:" + "a" * 24, "bo-b.example.com": "did:plc:" + "b" * 24}
WORDS = [
    "#news",
    "#1",
    "#Été",
    "@ada.test",
    "@nobody.test",
    "@bo-b.example.com",
    "https://x.example/é?a=1#b",
    "👩‍🚀",
    "é",
    "\u202f",
    "(",
    ")",
    ".",
    ",",
    "@",
    "#",
    "a@ada.test",
]


def shown(text: str) -> list[tuple[str, str]]:
    """Each facet's text and what it is."""
    data = text.encode()
    return [
        (data[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode(), value_of(each))
        for each in facets_of(text, DIDS)
    ]


def value_of(facet: dict[str, Any]) -> str:
    [feature] = facet["features"]
    return str(feature.get("uri") or feature.get("tag") or feature["did"])


texts = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=20).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=2)), max_size=20).map("".join),
)


@given(texts)
def test_places_lead_back_to_the_very_text(text: str) -> None:
    end, data = 0, text.encode()
    for facet in facets_of(text, DIDS):
        index, [feature] = facet["index"], facet["features"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(data), "in order, none inside another"
        end = index["byteEnd"]
        piece = data[index["byteStart"] : end].decode()  # fails where a character is cut
        if feature["$type"].endswith("#link"):
            assert piece == feature["uri"]
        elif feature["$type"].endswith("#tag"):
            assert piece[1:] == feature["tag"]
            assert piece[0] in "#＃"
        else:
            assert DIDS[piece.removeprefix("@").lower()] == feature["did"]


@given(texts)
def test_who_is_mentioned_is_looked_up_and_nobody_else(text: str) -> None:
    linked = {did for _piece, did in shown(text) if did.startswith("did:")}
    assert linked == {DIDS[handle] for handle in mentioned(text) if handle in DIDS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://x.example/a.", [("https://x.example/a", "https://x.example/a")]),
        ("(https://x.example/a)", [("https://x.example/a", "https://x.example/a")]),
        ("👩‍🚀 #news", [("#news", "news")]),
        ("#Été!", [("#Été", "Été")]),
        ("«#mot»", [("#mot", "mot")]),
        ("#1 C# a#b", []),
        ("#2026goals", [("#2026goals", "2026goals")]),
        ("#हिन्दी", [("#हिन्दी", "हिन्दी")]),
        ("@ada.test, hello", [("@ada.test", DIDS["ada.test"])]),
        ("Thanks @Ada.test.", [("@Ada.test", DIDS["ada.test"])]),
        ("mail@ada.test @nobody.test @ada", []),
        (
            "https://x.example/@ada.test#news",
            [("https://x.example/@ada.test#news", "https://x.example/@ada.test#news")],
        ),
        ("#" + "a" * 65, []),
    ],
)
def test_what_people_mean(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text) == expected
