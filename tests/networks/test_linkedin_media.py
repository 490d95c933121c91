"""What a member's post may show, and whom it shows it to: several pictures, documents, videos, posts passed on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from advocacy.clock import utcnow
from advocacy.networks.base import Kind, Outgoing, Picture, Prepared, Reconnect, Rejected, TryLater, Unsettled
from advocacy.networks.linkedin import CAPABILITIES, LinkedIn
from advocacy.networks.sandbox import serve_in_thread
from config.settings import Settings
from tests.networks.conftest import Member, Outside, outgoing
from tests.networks.contract.samples import file_of, jpeg, mp4, pdf

UPLOADS = "/dms-uploads/*"


def film(folder: Path, **values: Any) -> Outgoing:
    content = values.pop("content", None)
    return outgoing("A film.", file=file_of(Kind.VIDEO, folder, content=content), link_title="Our film", **values)


def deck(folder: Path, **values: Any) -> Outgoing:
    content = values.pop("content", None)
    return outgoing("To leaf through.", file=file_of(Kind.DOCUMENT, folder, content=content), **values)


def asked_of(network: Outside, path: str) -> list[str]:
    return [each["method"] for each in network.requests() if each["path"].startswith(path)]


def test_everything_is_offered() -> None:
    assert CAPABILITIES.kinds == set(Kind)
    assert CAPABILITIES.budget == (150, 86_400)
    assert CAPABILITIES.most_pictures == 20


def test_twenty_pictures_and_no_more(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    pictures = tuple(Picture(lambda n=n: jpeg(f"#0000{n:02x}", 20, 20), f"Nr {n}") for n in range(23))
    share = outgoing("Many.", pictures=pictures)
    prepared = linkedin.prepare(ada.credentials, share)
    linkedin.publish(ada.credentials, share, prepared)
    [post] = network.posts(ada.sub)
    assert post["images"] == prepared.facts["images"]
    assert post["alts"] == [f"Nr {n}" for n in range(20)]


def test_a_card_has_one_picture(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    pictures = (Picture(jpeg), Picture(jpeg))
    share = outgoing("Read.", link="https://relais.test/s/x", pictures=pictures)
    linkedin.publish(ada.credentials, share, linkedin.prepare(ada.credentials, share))
    assert asked_of(network, "/rest/images") == ["POST"]
    assert network.posts(ada.sub)[0]["thumbnail"]


def test_a_picture_beyond_what_is_taken_is_made_smaller(
    make_settings: Callable[..., Settings], network: Outside, ada: Member
) -> None:
    linkedin = LinkedIn(make_settings(network_seconds=30))
    share = outgoing("Wide.", pictures=(Picture(lambda: jpeg("#123456", 8000, 5000)),))
    linkedin.publish(ada.credentials, share, linkedin.prepare(ada.credentials, share))
    assert len(network.posts(ada.sub)[0]["images"]) == 1


@pytest.mark.parametrize(("title", "shown"), [("Our year", "Our year"), ("", "deck"), ("T" * 500, "T" * 400)])
def test_a_document_has_a_title(
    linkedin: LinkedIn, network: Outside, ada: Member, tmp_path: Path, title: str, shown: str
) -> None:
    share = deck(tmp_path, link_title=title)
    prepared = linkedin.prepare(ada.credentials, share)
    assert prepared.complete
    linkedin.publish(ada.credentials, share, prepared)
    assert network.posts(ada.sub)[0]["document"] == shown


def test_a_link_beside_a_file_stands_in_the_text_where_it_fits(
    linkedin: LinkedIn, network: Outside, ada: Member, tmp_path: Path
) -> None:
    link = "https://relais.test/s/x"
    for text in ("Short.", "a" * 2990):
        share = outgoing(text, file=file_of(Kind.DOCUMENT, tmp_path), link=link)
        linkedin.publish(ada.credentials, share, linkedin.prepare(ada.credentials, share))
    assert [post["commentary"] for post in network.posts(ada.sub)] == [f"Short.\n\n{link}", "a" * 2990]


@pytest.mark.parametrize("content", [pdf(301), b"%PDF-1.4 nothing", b"not a document"])
def test_a_document_that_cannot_be_processed(linkedin: LinkedIn, ada: Member, tmp_path: Path, content: bytes) -> None:
    share = deck(tmp_path, content=content)
    with pytest.raises(TryLater, match="media_gone"):
        linkedin.publish(ada.credentials, share, linkedin.prepare(ada.credentials, share))


@pytest.mark.parametrize("share", [film, deck])
def test_a_file_that_was_not_uploaded(linkedin: LinkedIn, ada: Member, tmp_path: Path, share: Any) -> None:
    with pytest.raises(TryLater, match="media_gone"):
        linkedin.publish(ada.credentials, share(tmp_path), Prepared())


@pytest.mark.parametrize("kind", ["500", "429", "cut_before", "cut_after", "hang_before"])
@pytest.mark.parametrize("path", ["/rest/videos", UPLOADS])
def test_a_video_whose_upload_fails_is_tried_later(
    linkedin: LinkedIn, network: Outside, ada: Member, tmp_path: Path, path: str, kind: str
) -> None:
    network.fault(path, kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.prepare(ada.credentials, film(tmp_path))
    assert "video" in linkedin.prepare(ada.credentials, film(tmp_path)).facts


def test_a_video_goes_in_parts_and_is_waited_for(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    with serve_in_thread(processing_seconds=60) as slow:
        network = Outside(slow)
        member = network.member()
        settings = make_settings(
            linkedin_api_url=slow.url, linkedin_oauth_url=f"{slow.url}/oauth/v2", network_seconds=10
        )
        linkedin, share = LinkedIn(settings), film(tmp_path, content=mp4(size=9_000_000))
        prepared = linkedin.prepare(member.credentials, share)
        assert not prepared.complete
        assert asked_of(network, "/dms-uploads/videos") == ["PUT"] * 3
        waiting = linkedin.prepare(member.credentials, share, prepared)
        assert (waiting.complete, waiting.facts["video"]) == (False, prepared.facts["video"])
        with pytest.raises(TryLater, match="media_processing"):
            linkedin.publish(member.credentials, share, waiting)
        slow.advance(61)
        ready = linkedin.prepare(member.credentials, share, waiting)
        assert ready.complete
        linkedin.publish(member.credentials, share, ready)
        [post] = network.posts(member.sub)
        assert post["video"] == "Our film"
        assert asked_of(network, "/dms-uploads/videos") == ["PUT"] * 3


def test_between_two_questions_more_and_more_time_passes(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with serve_in_thread(processing_seconds=3600) as slow:
        member = Outside(slow).member()
        patient = LinkedIn(make_settings(linkedin_image_wait=20, linkedin_api_url=slow.url))
        prepared, waits = patient.prepare(member.credentials, film(tmp_path)), []
        for _ in range(20):
            assert prepared.ready_at is not None
            waits.append(round((prepared.ready_at - utcnow()).total_seconds()))
            prepared = patient.prepare(member.credentials, film(tmp_path), prepared)
    assert waits[:3] == [20, 40, 60]
    assert max(waits) == waits[-1] == 300


@pytest.mark.parametrize("content", [mp4(seconds=1), mp4(seconds=2000), b"no film" * 20_000])
def test_a_bad_video_is_refused_with_its_reason(
    linkedin: LinkedIn, ada: Member, tmp_path: Path, content: bytes
) -> None:
    prepared = linkedin.prepare(ada.credentials, film(tmp_path, content=content))
    with pytest.raises(Rejected, match="bad_video") as refused:
        linkedin.prepare(ada.credentials, film(tmp_path, content=content), prepared)
    assert "video" in refused.value.detail.lower()


def test_a_video_too_small_is_refused_at_once(linkedin: LinkedIn, ada: Member, tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        linkedin.prepare(ada.credentials, film(tmp_path, content=mp4(size=10_000)))


def test_a_video_that_is_gone_is_uploaded_anew(linkedin: LinkedIn, ada: Member, tmp_path: Path) -> None:
    gone = Prepared({"video": "urn:li:video:C5F10AQgone"}, complete=False)
    prepared = linkedin.prepare(ada.credentials, film(tmp_path), gone)
    assert prepared.facts != gone.facts
    assert not prepared.complete


def test_where_nobody_may_ask_the_wait_is_enough(
    linkedin: LinkedIn, network: Outside, ada: Member, tmp_path: Path
) -> None:
    prepared = linkedin.prepare(ada.credentials, film(tmp_path))
    network.fault("/rest/videos/*", "403")
    ready = linkedin.prepare(ada.credentials, film(tmp_path), prepared)
    assert ready.complete
    assert linkedin.publish(ada.credentials, film(tmp_path), ready)


URNS = ("urn:li:share:7300000000000000001", "urn:li:ugcPost:7300000000000000002")


@pytest.mark.parametrize("urn", URNS)
def test_what_can_be_passed_on(linkedin: LinkedIn, network: Outside, urn: str) -> None:
    kind, number = urn.split(":")[2:]
    for address in (
        urn,
        f" {urn}\n",
        f"https://www.linkedin.com/feed/update/{urn}/",
        f"https://www.linkedin.com/feed/update/{urn}?utm_source=share",
        f"https://linkedin.com/feed/update/{urn.replace(':', '%3A')}",
        f"https://www.linkedin.com/posts/acme_we-are-hiring-{kind}-{number}-x9Yz?utm_medium=member_desktop",
        linkedin.permalink(urn),
    ):
        assert linkedin.reshareable(address) == urn, address


@pytest.mark.parametrize(
    "address",
    [
        "urn:li:activity:7300000000000000003",
        "https://www.linkedin.com/feed/update/urn:li:activity:7300000000000000003/",
        "https://www.linkedin.com/posts/acme_we-are-hiring-activity-7300000000000000003-x9Yz",
        "https://www.linkedin.com.example/feed/update/urn:li:share:1/",
        "https://example.com/feed/update/urn:li:share:1/",
        "https://www.linkedin.com/in/ada/",
        "ftp://www.linkedin.com/feed/update/urn:li:share:1/",
        "https://[broken/feed/update/urn:li:share:1/",
    ],
)
def test_what_cannot_be_passed_on(linkedin: LinkedIn, address: str) -> None:
    assert linkedin.reshareable(address) is None


def test_a_post_is_passed_on_with_words_or_without(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    company = network.member("Acme")
    original = linkedin.publish(company.credentials, outgoing("News (good)."), Prepared())
    for text in ("Proud of this.", ""):
        share = outgoing(text, reshare_of=original.external_id, link="https://relais.test/s/x", image=jpeg())
        assert linkedin.prepare(ada.credentials, share) == Prepared()
        linkedin.publish(ada.credentials, share, Prepared())
    assert [(post["commentary"], post["parent"], post["source"]) for post in network.posts(ada.sub)] == [
        ("Proud of this.", original.external_id, None),
        ("", original.external_id, None),
    ]


def test_a_post_that_cannot_be_passed_on(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    company = network.member("Acme")
    original = linkedin.publish(company.credentials, outgoing("News."), Prepared()).external_id
    linkedin.remove(company.credentials, original)
    closed = closed_post(network, company)
    for urn in (original, closed, "urn:li:share:1"):
        with pytest.raises(Rejected, match="not_reshareable"):
            linkedin.publish(ada.credentials, outgoing("Look.", reshare_of=urn), Prepared())
    assert network.posts(ada.sub) == []


def closed_post(network: Outside, company: Member) -> str:
    """A post whose author allows no reshares."""
    body = {
        "author": f"urn:li:person:{company.sub}",
        "commentary": "For ourselves.",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": True,
    }
    headers = {
        "Authorization": f"Bearer {company.credentials.access_token.reveal()}",
        "LinkedIn-Version": "202608",
        "X-Restli-Protocol-Version": "2.0.0",
    }
    return requests.post(f"{network.url}/rest/posts", json=body, headers=headers, timeout=10).headers["x-restli-id"]


@pytest.mark.parametrize("visibility", ["PUBLIC", "CONNECTIONS", "LOGGED_IN"])
def test_the_operator_says_who_sees_posts(
    make_settings: Callable[..., Settings], network: Outside, ada: Member, visibility: str
) -> None:
    LinkedIn(make_settings(linkedin_visibility=visibility)).publish(ada.credentials, outgoing(), Prepared())
    assert network.posts(ada.sub)[0]["visibility"] == visibility


def test_a_token_just_given_out_may_be_refused_for_a_moment(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.fault("/rest/posts", "revoked_token")
    with pytest.raises(TryLater, match="token_unsettled"):
        linkedin.publish(ada.credentials, outgoing(), Prepared())
    linkedin.publish(ada.credentials, outgoing(), Prepared())


@pytest.mark.parametrize("kind", ["500", "cut_before", "malformed"])
def test_where_the_truth_cannot_be_asked_the_refusal_holds(
    linkedin: LinkedIn, network: Outside, ada: Member, kind: str
) -> None:
    network.ask("revoke_tokens", member=ada.sub)
    network.fault("/oauth/v2/introspectToken", kind)
    with pytest.raises(Reconnect, match="revoked"):
        linkedin.publish(ada.credentials, outgoing(), Prepared())


def test_what_became_of_a_post_cannot_be_asked(linkedin: LinkedIn, ada: Member) -> None:
    with pytest.raises(Unsettled):
        linkedin.settle(ada.credentials, outgoing(), Prepared())


@pytest.mark.parametrize(
    ("version", "concerned"), [("202608", False), ("202511", True), ("202603", False), ("202602", True)]
)
def test_a_version_near_its_end_is_told(make_settings: Callable[..., Settings], version: str, concerned: bool) -> None:
    now = utcnow().replace(year=2026, month=11, day=23)
    found = LinkedIn(make_settings(linkedin_version=version)).concerns(now)
    assert ("version_ends" in found) == concerned
    assert all(version in said for said in found.values())
