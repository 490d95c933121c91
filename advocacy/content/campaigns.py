"""Campaigns of a programme: who may make them, which a post may serve, who is told of them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from advocacy.clock import local_day, utcnow
from advocacy.content.drafts import Flaw
from advocacy.content.models import Campaign, Post, TargetKind
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID

LONGEST_NAME: Final = 80
LONGEST_AIM: Final = 1000
LONGEST_HASHTAG: Final = 60
LONGEST_SLUG: Final = 40
LARGEST_TARGET: Final = 10_000_000
MOST_POSTS: Final = 100
_HASHTAG = re.compile(r"#\w+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A campaign as typed. Without a slug it takes one from its name; without a target kind it has no target."""

    name: str
    starts_on: date
    ends_on: date | None = None
    aim: str = ""
    hashtag: str = ""
    slug: str = ""
    target_kind: str | None = None
    target_number: int | None = None


class CampaignFlaws(Invalid):
    """A campaign can't be as it is; `flaws` says what to change, and where."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(flaws[0].sentence)
        self.flaws = flaws


def slug_of(name: str) -> str:
    """What a name becomes in an address: lower-case ASCII letters, digits and hyphens, at most LONGEST_SLUG."""
    spelled = name.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def tidy_hashtag(typed: str) -> str:
    """A hashtag with its #, or empty for none. Raises ValueError for what networks don't take as one."""
    found = unicodedata.normalize("NFC", typed.strip())
    if not found:
        return ""
    found = found if found.startswith("#") else f"#{found}"
    if len(found) > LONGEST_HASHTAG or not _HASHTAG.fullmatch(found) or not any(map(str.isalpha, found)):
        raise ValueError(typed)
    return found


def campaigns_of(root_id: int) -> list[Campaign]:
    """Every campaign of a programme, those that begin last first."""
    query = select(Campaign).where(Campaign.root_id == root_id)
    return list(db.session.scalars(query.order_by(Campaign.starts_on.desc(), Campaign.id.desc())))


def campaigns_open_to(body: Organisation) -> list[Campaign]:
    """The campaigns that posts of a body may serve: its own and those of the bodies above it."""
    query = select(Campaign).where(Campaign.organisation_id.in_(body.lineage))
    return list(db.session.scalars(query.order_by(Campaign.starts_on.desc(), Campaign.id.desc())))


def serve(post: Post, campaign_id: int | None) -> None:
    """Have the post serve a campaign, or none. What it served already may stay; raises NotFound for one that is not
    open to its organisation."""
    if campaign_id == post.campaign_id:
        return
    if campaign_id is not None and campaign_id not in {one.id for one in campaigns_open_to(post.organisation)}:
        raise NotFound(_("This campaign is not open to this post."))
    post.campaign_id = campaign_id


def campaigns_where(actor: Person) -> list[tuple[Campaign, int]]:
    """The campaigns of the bodies where `actor` is editor, each with how many posts serve it."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    posts = select(func.count()).where(Post.campaign_id == Campaign.id).correlate(Campaign).scalar_subquery()
    query = select(Campaign, posts).where(Campaign.organisation_id.in_(bodies))
    rows = db.session.execute(query.order_by(Campaign.starts_on.desc(), Campaign.id.desc()))
    return [(row[0], row[1]) for row in rows]


def get_campaign(person: Person, campaign_id: int) -> Campaign:
    """The campaign, for who may know of it: editors there, and everybody of the programme from its first day.
    Raises NotFound."""
    campaign = _find(campaign_id)
    if campaign is None:
        raise NotFound
    known = campaign.root_id == person.organisation.root_id and has_begun(campaign)
    if not known and not people.may(person, Role.EDITOR, campaign.organisation):
        raise NotFound
    return campaign


def has_begun(campaign: Campaign) -> bool:
    """Whether its first day has come, on the calendar of its organisation."""
    return campaign.starts_on <= local_day(utcnow(), campaign.organisation.time_zone)


def get_campaign_to_edit(actor: Person, campaign_id: int) -> Campaign:
    """The campaign, for an editor of its organisation. Raises NotFound or Forbidden."""
    campaign = _find(campaign_id)
    if campaign is None:
        raise NotFound
    people.require(actor, Role.EDITOR, campaign.organisation)
    return campaign


def posts_of(campaign: Campaign) -> list[Post]:
    """The posts that serve a campaign, last changed first, MOST_POSTS at most. For editors: drafts are among them."""
    query = select(Post).where(Post.campaign_id == campaign.id).order_by(Post.updated_at.desc(), Post.id.desc())
    options = (lazyload(Post.wordings), lazyload(Post.audiences), joinedload(Post.author))
    return list(db.session.scalars(query.options(*options).limit(MOST_POSTS)))


def start_campaign(actor: Person, organisation: Organisation, typed: CampaignDraft) -> Campaign:
    """A new campaign of an organisation where `actor` is editor. Raises CampaignFlaws."""
    people.require(actor, Role.EDITOR, organisation)
    campaign = Campaign(root_id=organisation.root_id, organisation=organisation)
    _put(campaign, typed)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def edit_campaign(actor: Person, campaign: Campaign, version: int, typed: CampaignDraft) -> None:
    """Have the campaign be as typed. Raises Conflict when it is not at `version` any more, CampaignFlaws."""
    people.require(actor, Role.EDITOR, campaign.organisation)
    if campaign.version != version:
        raise Conflict(
            _(
                "Somebody else saved this campaign meanwhile. What you typed is kept here; save again to put it in"
                " place of theirs."
            )
        )
    _put(campaign, typed)
    db.session.flush()


def _find(campaign_id: int) -> Campaign | None:
    return db.session.get(Campaign, campaign_id) if 0 < campaign_id <= LARGEST_ID else None


def _put(campaign: Campaign, typed: CampaignDraft) -> None:
    slug = typed.slug or slug_of(typed.name)
    with db.session.no_autoflush:
        if flaws := _flaws(campaign, typed, slug):
            raise CampaignFlaws(flaws)
    campaign.name, campaign.aim, campaign.slug = typed.name, typed.aim, slug
    campaign.hashtag = tidy_hashtag(typed.hashtag)
    campaign.starts_on, campaign.ends_on = typed.starts_on, typed.ends_on
    campaign.target_kind, campaign.target_number = typed.target_kind, typed.target_number


def _flaws(campaign: Campaign, typed: CampaignDraft, slug: str) -> list[Flaw]:
    kind, goal = typed.target_kind, typed.target_number
    checks: tuple[tuple[str, bool, Any], ...] = (
        ("name", 0 < len(typed.name) <= LONGEST_NAME, _l("A campaign has a name of 80 characters at most.")),
        ("aim", len(typed.aim) <= LONGEST_AIM, _l("1,000 characters at most.")),
        (
            "ends_on",
            typed.ends_on is None or typed.ends_on >= typed.starts_on,
            _l("It would be over before it begins."),
        ),
        (
            "hashtag",
            _is_hashtag(typed.hashtag),
            _l("A hashtag is one word of letters and digits: #LightHeart."),
        ),
        (
            "slug",
            len(slug) <= LONGEST_SLUG and _SLUG.fullmatch(slug) is not None,
            _l("Only small letters without accents, digits and hyphens, 40 at most: light-heart."),
        ),
        ("slug", not _is_taken(campaign, slug), _l("Another campaign of your programme has this one already.")),
        ("target_kind", kind is None or kind in list(TargetKind), _l("Choose one of these.")),
        (
            "target_number",
            (kind is None) == (goal is None) and (goal is None or 0 < goal <= LARGEST_TARGET),
            _l("A target needs both: what is counted, and how many, between 1 and 10 million."),
        ),
    )
    return [Flaw(name, sentence) for name, fine, sentence in checks if not fine]


def _in_order(typed: CampaignDraft) -> bool:
    return typed.ends_on is None or typed.ends_on >= typed.starts_on


def _is_hashtag(typed: str) -> bool:
    try:
        tidy_hashtag(typed)
    except ValueError:
        return False
    return True


def _is_taken(campaign: Campaign, slug: str) -> bool:
    query = select(Campaign.id).where(Campaign.root_id == campaign.root_id, Campaign.slug == slug)
    if campaign.id is not None:
        query = query.where(Campaign.id != campaign.id)
    return db.session.scalar(query.limit(1)) is not None
