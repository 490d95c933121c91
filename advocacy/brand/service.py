"""What readers find in the brand space: sections, pages in their language, files; only what is meant for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import ColumnElement, func, select, true

from advocacy.brand.markdown import render, words_of
from advocacy.brand.models import BrandAudience, BrandFile, BrandPage, Section
from advocacy.brand.search import asked, folded
from advocacy.content.feed import audiences_of, visible_post
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.people.organisations import LARGEST_ID

MOST_FOUND: Final = 30
LONGEST_GLIMPSE: Final = 160


@dataclass(frozen=True, slots=True)
class Told:
    """A page in one language; `language` may be another than was asked for, where it is written in one only."""

    page: BrandPage
    language: str
    title: str
    source: str

    @property
    def body(self) -> Markup:
        """The body as HTML that is safe to show."""
        return render(self.source)

    @property
    def glimpse(self) -> str:
        """How the body begins, on one line."""
        return clean_line(words_of(self.source[:2000]), LONGEST_GLIMPSE)


def told(page: BrandPage, language: str) -> Told:
    """The page in `language`, else in the other one."""
    texts = {"fr": (page.title_fr, page.body_fr), "en": (page.title_en, page.body_en)}
    order = [language, *(other for other in texts if other != language)]
    chosen = next((one for one in order if all(texts[one])), next((one for one in order if texts[one][0]), language))
    return Told(page, chosen, *texts[chosen])


def sections_for(person: Person, language: str) -> list[tuple[Section, list[Told]]]:
    """The sections that have something for the person, each with its pages in their order."""
    query = select(BrandPage).where(_meant_for(person)).order_by(BrandPage.position, BrandPage.id)
    return in_sections([told(page, language) for page in db.session.scalars(query)])


def in_sections(pages: Sequence[Told]) -> list[tuple[Section, list[Told]]]:
    """Pages by section, in the order of the sections; empty ones left out."""
    found = [(section, [one for one in pages if one.page.section == section]) for section in Section]
    return [(section, these) for section, these in found if these]


def look_for(person: Person, words: str, language: str) -> list[Told]:
    """Pages for the person that hold these words, in either language and whatever the accents, the nearest first."""
    if not folded(words).strip():
        return []
    wanted = asked(words)
    query = select(BrandPage).where(_meant_for(person), BrandPage.search.op("@@")(wanted))
    query = query.order_by(func.ts_rank(BrandPage.search, wanted).desc(), BrandPage.id).limit(MOST_FOUND)
    return [told(page, language) for page in db.session.scalars(query)]


def get_page(person: Person, page_id: int) -> BrandPage:
    """A page for this person: published and meant for them, or theirs to edit. Raises NotFound."""
    page = find_page(page_id)
    if page is None or not (people.may(person, Role.EDITOR, page.organisation) or _may_read(person, page)):
        raise NotFound
    return page


def find_page(page_id: int) -> BrandPage | None:
    """The page of this id, for whoever asks next whether it may be seen."""
    return db.session.get(BrandPage, page_id) if 0 < page_id <= LARGEST_ID else None


def files_of(page: BrandPage) -> list[BrandFile]:
    """The files of a page, in the order they came."""
    return list(db.session.scalars(select(BrandFile).where(BrandFile.page_id == page.id).order_by(BrandFile.id)))


def get_file(person: Person, file_id: int) -> BrandFile:
    """A file, for whoever may read its page. Raises NotFound."""
    file = db.session.get(BrandFile, file_id) if 0 < file_id <= LARGEST_ID else None
    if file is None:
        raise NotFound
    get_page(person, file.page_id)
    return file


def find_post_to_share(person: Person, page: BrandPage) -> int | None:
    """The id of the live post by which the person may share the page; None where there is none for them."""
    if not page.shareable or page.post_id is None:
        return None
    try:
        return visible_post(person, page.post_id).id
    except NotFound:
        return None


def _may_read(person: Person, page: BrandPage) -> bool:
    mine = set(audiences_of(person))
    return page.published_at is not None and any(row.audience_id in mine for row in page.audiences)


def _meant_for(person: Person) -> ColumnElement[bool]:
    mine = audiences_of(person)
    if not mine:
        return ~true()
    reached = select(BrandAudience.page_id).where(BrandAudience.audience_id.in_(mine))
    return BrandPage.published_at.is_not(None) & BrandPage.id.in_(reached)
