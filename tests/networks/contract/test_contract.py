"""What every adapter does alike: each kind of post that its capabilities offer, as it then stands on the network."""

from pathlib import Path

import pytest

from advocacy.networks.base import Credentials, Kind, Outgoing, Published
from tests.networks.contract.networks import broken, can, does, needs, takes
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.contract.stage import Stage, Standing, picture_of

LINK = "https://relais.test/s/x7Kq2"
TEXTS = {
    "joined-emoji": "👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🇫🇷 1️⃣ a first day",
    "combining": "Zoe\u0301 and nai\u0308ve, Vie\u0302\u0323t Nam, ก็, हिन्दी",
    "right-to-left": "שלום עולם – مرحبا بالعالم, left again",
    "lines": "First line\nsecond line\n\nafter a gap",
    "reserved": "a\\b|c{d}e@f[g](h)<i>j*k_l~m & \"q\" 'p' % + = ? / # ; :",
    "tags": "A #step and #étape, C# and #1, (#bracketed)",
    "spaces": "thin\u202fspace, no\u00a0break, « quoted »",
    "astral": "𝒜 𠜎 🜁 letters beyond the first plane",
}


def only(stage: Stage) -> Standing:
    """The one post that stands."""
    [standing] = stage.standing()
    return standing


def published(stage: Stage, member: Credentials, outgoing: Outgoing) -> Standing:
    """Publish; what stands then, after the checks that hold for every kind."""
    answer = stage.publish(member, outgoing)
    standing = next(one for one in stage.standing() if one.id == answer.external_id)
    assert standing.text == stage.says(outgoing)
    assert isinstance(answer, Published)
    assert answer.url == stage.adapter.permalink(answer.external_id, member)
    assert answer.url.startswith(("http://", "https://"))
    return standing


@needs(takes(Kind.TEXT))
def test_text_alone(stage: Stage, member: Credentials) -> None:
    assert published(stage, member, stage.outgoing("Words of my own.")) == only(stage)
    assert (only(stage).link, only(stage).alts, only(stage).video, only(stage).document) == (None, (), None, None)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_writing_arrives_as_typed(stage: Stage, member: Credentials, text: str) -> None:
    published(stage, member, stage.outgoing(text))


@needs(takes(Kind.LINK))
def test_a_link(stage: Stage, member: Credentials) -> None:
    outgoing = stage.outgoing("Read this.", link=LINK, link_title="A title", link_description="What it is about")
    standing = published(stage, member, outgoing)
    assert stage.adapter.capabilities.link_in_text or standing.link == LINK


@needs(takes(Kind.LINK))
def test_a_link_with_a_picture_for_its_card(stage: Stage, member: Credentials) -> None:
    outgoing = stage.outgoing("Read this.", link=LINK, link_title="A title", pictures=(picture_of(jpeg()),))
    standing = published(stage, member, outgoing)
    assert standing.link == LINK or LINK in standing.text


@needs(takes(Kind.PICTURE))
def test_a_picture_with_its_description(stage: Stage, member: Credentials) -> None:
    described = picture_of(jpeg(), "A door, half open – « été » 🚪")
    standing = published(stage, member, stage.outgoing("Come in.", pictures=(described,)))
    assert standing.alts == (described.alt,)


@needs(takes(Kind.PICTURE))
def test_a_picture_without_description(stage: Stage, member: Credentials) -> None:
    assert published(stage, member, stage.outgoing("Look.", pictures=(picture_of(jpeg(), ""),))).alts == ("",)


@needs(takes(Kind.PICTURE))
def test_the_longest_description(stage: Stage, member: Credentials) -> None:
    longest = stage.adapter.capabilities.longest_alt
    described = picture_of(jpeg(), "d" * (longest + 50))
    [alt] = published(stage, member, stage.outgoing("Look.", pictures=(described,))).alts
    assert alt
    assert len(alt) <= longest
    assert described.alt.startswith(alt[:-1])


@needs(takes(Kind.PICTURES))
def test_several_pictures_in_their_order(stage: Stage, member: Credentials) -> None:
    count = min(stage.adapter.capabilities.most_pictures, 4)
    colours = ("#005e66", "#d9480f", "#2b8a3e", "#862e9c")[:count]
    pictures = tuple(picture_of(jpeg(colour), f"Square {colour}") for colour in colours)
    standing = published(stage, member, stage.outgoing("Some squares.", pictures=pictures))
    assert standing.alts == tuple(picture.alt for picture in pictures)


@needs(takes(Kind.VIDEO))
def test_a_video(stage: Stage, member: Credentials, tmp_path: Path) -> None:
    standing = published(stage, member, stage.outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path)))
    assert standing.video is not None
    assert standing.alts == ()


@needs(takes(Kind.DOCUMENT))
def test_a_document(stage: Stage, member: Credentials, tmp_path: Path) -> None:
    document = file_of(Kind.DOCUMENT, tmp_path, "Our year in pictures")
    assert published(stage, member, stage.outgoing("To leaf through.", file=document)).document


@needs(takes(Kind.RESHARE))
def test_a_post_passed_on(stage: Stage, member: Credentials) -> None:
    address, original = stage.original()
    assert stage.adapter.reshareable(address) == original
    standing = published(stage, member, stage.outgoing("Our news.", reshare_of=original))
    assert standing.reshare_of == original


def test_an_address_of_something_else_cannot_be_passed_on(stage: Stage) -> None:
    for address in ("", "https://relais.test/", "https://example.com/feed/update/1", "not an address", "urn:li:x:1"):
        assert stage.adapter.reshareable(address) is None


def test_what_is_published_may_be_allowed(stage: Stage, member: Credentials) -> None:
    assert "publish" in stage.adapter.allows(member.scopes)
    capabilities = stage.adapter.capabilities
    assert ("measure" in stage.adapter.allows(member.scopes)) == bool(capabilities.figures)


def test_settings_and_limits_are_said_in_words_of_ours(stage: Stage, member: Credentials) -> None:
    limits = stage.adapter.limits(member)
    known = {"max_length", "most_pictures", "largest_picture", "largest_video", "longest_alt"}
    assert all(limits[name] > 0 for name in known & limits.keys())


@needs(can("can_remove"), does("remove"))
def test_removing_twice_is_removing(stage: Stage, member: Credentials) -> None:
    kept = stage.publish(member, stage.outgoing("This one stays.", key="5tay5tay"))
    gone = stage.publish(member, stage.outgoing("This one goes.", key="g0e5g0e5"))
    stage.adapter.remove(member, gone.external_id)
    stage.adapter.remove(member, gone.external_id)
    assert [one.id for one in stage.standing()] == [kept.external_id]


@needs(broken, can("figures"))
def test_a_new_post_has_measured_zeros_and_nothing_for_what_is_never_told(stage: Stage, member: Credentials) -> None:
    post = stage.publish(member, stage.outgoing("Nobody has seen this yet."))
    figures = stage.adapter.measure(member, post.external_id)
    given = stage.adapter.capabilities.figures
    assert {name for name, value in figures.values.items() if value is not None} == given
    assert {value for value in figures.values.values() if value is not None} == {0}
    assert figures.source
