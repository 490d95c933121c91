"""What editors do with the pages of the brand space: write, publish, take back, restore, attach, offer for sharing."""

from dataclasses import dataclass, field
from typing import IO, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from advocacy.brand import search
from advocacy.brand.files import BadFile, get_file_store
from advocacy.brand.models import BrandAudience, BrandFile, BrandPage, BrandVersion, Section
from advocacy.brand.service import find_page, told
from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.aims import Aim, audiences_in
from advocacy.content.drafts import LONGEST_DRAFT_TITLE, Flaw
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.images import BadImage
from advocacy.markup import clean_line
from advocacy.media import get_image_store
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role

LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 60_000
LONGEST_NAME: Final = 120
FURTHEST_POSITION: Final = 9999
MOST_FILES: Final = 50
LARGEST_PICTURE: Final = 25_000_000


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A page as typed. `bodies` are the organisations it is for, with all below them."""

    section: str
    title_fr: str = ""
    body_fr: str = ""
    title_en: str = ""
    body_en: str = ""
    position: int = 0
    shareable: bool = False
    bodies: frozenset[int] = field(default_factory=frozenset)


class PageFlaws(Invalid):
    """A page can't be as it is; `flaws` says what to change, and where."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(flaws[0].sentence)
        self.flaws = flaws


def pages_where(actor: Person) -> list[BrandPage]:
    """Every page of the bodies where `actor` is editor, drafts too, in the order of the space."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    query = select(BrandPage).where(BrandPage.organisation_id.in_(bodies))
    return list(db.session.scalars(query.order_by(BrandPage.position, BrandPage.id)))


def get_page_to_edit(actor: Person, page_id: int) -> BrandPage:
    """The page, for an editor of its organisation. Raises NotFound or Forbidden."""
    page = find_page(page_id)
    if page is None:
        raise NotFound
    people.require(actor, Role.EDITOR, page.organisation)
    return page


def open_bodies(actor: Person, owner: Organisation) -> list[Organisation]:
    """The organisations that `actor` may mean a page of `owner` for."""
    return [body for body in people.organisations_where(actor, Role.EDITOR) if body.root_id == owner.root_id]


def bodies_of(page: BrandPage) -> frozenset[int]:
    """Ids of the organisations a page is for."""
    found = (row.audience.organisation_id for row in page.audiences)
    return frozenset(one for one in found if one is not None)


def write_page(actor: Person, owner: Organisation, typed: PageDraft) -> BrandPage:
    """A new page, a draft at first. Raises PageFlaws, NotFound for an organisation that is not open to `actor`."""
    people.require(actor, Role.EDITOR, owner)
    page = BrandPage(root_id=owner.root_id, organisation=owner, updated_at=utcnow())
    _put(actor, page, typed)
    db.session.add(page)
    db.session.flush()
    _remember(actor, page)
    return page


def edit_page(actor: Person, page: BrandPage, version: int, typed: PageDraft, *, back: bool = False) -> None:
    """Have the page be as typed; `back`, for editors only from now on. Raises Conflict when it is not at `version` any
    more, PageFlaws for what can't be kept (a published page must stay readable), NotFound for an organisation that is
    not open to `actor`."""
    people.require(actor, Role.EDITOR, page.organisation)
    if page.version != version:
        raise Conflict(
            _(
                "Somebody else saved this page meanwhile. What you typed is kept here: compare it with theirs in the"
                " history, then save again to put yours in its place."
            )
        )
    with db.session.no_autoflush:
        _put(actor, page, typed)
    if back:
        page.published_at = None
    if page.published_at is not None:
        _require_readable(page)
    db.session.flush()
    _remember(actor, page)


def publish_page(actor: Person, page: BrandPage) -> None:
    """Have its audience read the page. Raises PageFlaws for what is missing."""
    people.require(actor, Role.EDITOR, page.organisation)
    _require_readable(page)
    page.published_at = page.published_at or utcnow()
    db.session.flush()


def versions_of(page: BrandPage) -> list[BrandVersion]:
    """What the page was after each save, newest first."""
    query = select(BrandVersion).where(BrandVersion.page_id == page.id)
    return list(db.session.scalars(query.order_by(BrandVersion.number.desc())))


def get_version(page: BrandPage, number: int) -> BrandVersion:
    """The page after one save. Raises NotFound."""
    wanted = select(BrandVersion).where(BrandVersion.page_id == page.id)
    found = db.session.scalar(wanted.where(BrandVersion.number == number)) if number < 2**31 else None
    if found is None:
        raise NotFound
    return found


def restore_version(actor: Person, page: BrandPage, number: int) -> None:
    """Have the page's words be what they were; this is one more version. Raises NotFound, PageFlaws."""
    old = get_version(page, number)
    typed = PageDraft(
        section=old.section,
        title_fr=old.title_fr,
        body_fr=old.body_fr,
        title_en=old.title_en,
        body_en=old.body_en,
        position=page.position,
        shareable=page.shareable,
        bodies=bodies_of(page),
    )
    edit_page(actor, page, page.version, typed)


def attach(actor: Person, page: BrandPage, name: str, stream: IO[bytes]) -> BrandFile:
    """Put a file on the page. Raises Invalid for one that is not taken."""
    people.require(actor, Role.EDITOR, page.organisation)
    clean = clean_line(name, LONGEST_NAME)
    if not clean:
        raise Invalid(_("Choose a file."))
    if (db.session.scalar(select(func.count()).where(BrandFile.page_id == page.id)) or 0) >= MOST_FILES:
        raise Invalid(_("A page holds 50 files at most."))
    try:
        stored = get_file_store().put(stream)
    except BadFile as error:
        raise Invalid(_said_of(error)) from error
    image = _shown(stored.digest, stored.size) if stored.kind in ("png", "jpg") else None
    file = BrandFile(page_id=page.id, name=clean, kind=stored.kind, digest=stored.digest, size=stored.size, image=image)
    db.session.add(file)
    db.session.flush()
    return file


def remove_file(actor: Person, page: BrandPage, file_id: int) -> None:
    """Take a file off the page; nobody can download it any more."""
    people.require(actor, Role.EDITOR, page.organisation)
    db.session.execute(delete(BrandFile).where(BrandFile.page_id == page.id, BrandFile.id == file_id))


def post_of(actor: Person, page: BrandPage, language: str) -> Post:
    """The post by which people share the page: a new draft with its words if there is none yet. Raises Invalid for a
    page that is not marked as shareable."""
    people.require(actor, Role.EDITOR, page.organisation)
    if not page.shareable:
        raise Invalid(_("Mark the page as one that may be shared, and save it, before you write its post."))
    if page.post is not None:
        return page.post
    words = told(page, language)
    post = content.draft(
        actor,
        page.organisation,
        title=clean_line(words.title, LONGEST_DRAFT_TITLE),
        summary=words.glimpse,
        language=words.language,
    )
    page.post = post
    db.session.flush()
    return post


def _put(actor: Person, page: BrandPage, typed: PageDraft) -> None:
    if flaws := _flaws(typed):
        raise PageFlaws(flaws)
    page.section, page.position, page.shareable = typed.section, typed.position, typed.shareable
    page.title_fr, page.body_fr = typed.title_fr, typed.body_fr
    page.title_en, page.body_en = typed.title_en, typed.body_en
    _aim_at(actor, page, typed.bodies)
    page.search = search.words_to_find(page)
    page.updated_at = utcnow()


def _aim_at(actor: Person, page: BrandPage, bodies: frozenset[int]) -> None:
    before = bodies_of(page)
    open_ids = {body.id for body in open_bodies(actor, page.organisation)}
    if not bodies <= open_ids | before:
        raise NotFound(_("One of these audiences is not open to you."))
    wanted = audiences_in(Aim(bodies | (before - open_ids)))
    kept = [row for row in page.audiences if row.audience in wanted]
    there = {row.audience for row in kept}
    page.audiences = kept + [BrandAudience(audience=one) for one in wanted if one not in there]


def _flaws(typed: PageDraft) -> list[Flaw]:
    checks: tuple[tuple[str, bool, Any], ...] = (
        ("section", typed.section in list(Section), _l("Choose one of the sections.")),
        ("title_fr", len(typed.title_fr) <= LONGEST_TITLE, _l("120 characters at most.")),
        ("title_en", len(typed.title_en) <= LONGEST_TITLE, _l("120 characters at most.")),
        ("title_fr", bool(typed.title_fr or typed.title_en), _l("Give it a title, in one language at least.")),
        ("body_fr", len(typed.body_fr) <= LONGEST_BODY, _l("60,000 characters at most.")),
        ("body_en", len(typed.body_en) <= LONGEST_BODY, _l("60,000 characters at most.")),
        ("position", 0 <= typed.position <= FURTHEST_POSITION, _l("A number between 0 and 9,999.")),
    )
    return [Flaw(name, sentence) for name, fine, sentence in checks if not fine]


def _require_readable(page: BrandPage) -> None:
    whole = (page.title_fr and page.body_fr) or (page.title_en and page.body_en)
    checks = (
        ("body_fr", bool(whole), _l("Write its title and its text, in one language at least.")),
        ("bodies", bool(page.audiences), _l("Choose whom it is for.")),
    )
    if flaws := [Flaw(name, sentence) for name, fine, sentence in checks if not fine]:
        raise PageFlaws(flaws)


def _remember(actor: Person, page: BrandPage) -> None:
    texts = {name: getattr(page, name) for name in ("section", "title_fr", "body_fr", "title_en", "body_en")}
    db.session.add(BrandVersion(page_id=page.id, number=page.version, author_id=actor.id, **texts))
    db.session.flush()


def _shown(digest: str, size: int) -> str | None:
    """Our own copy of a picture, to show; None for one that can't be drawn."""
    place = get_file_store().path(digest) if size <= LARGEST_PICTURE else None
    if place is None:
        return None
    try:
        return get_image_store().put(place.read_bytes()).key
    except BadImage:
        return None


def _said_of(error: BadFile) -> str:
    if error.reason == "too_large":
        return str(_("This file is too large: 50 MB at most."))
    if error.reason == "empty":
        return str(_("Choose a file."))
    return str(_("This kind of file is not taken. Send a PDF, a ZIP, a PNG or JPEG picture, or a font."))
