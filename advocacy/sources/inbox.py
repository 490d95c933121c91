"""The inbox: what sources and pasted addresses brought, until an editor takes it or lets it go."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from advocacy.addresses import FetchRefused
from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.cursor import Cursor
from advocacy.content.drafts import LONGEST_ALT, LONGEST_DRAFT_TITLE, LONGEST_SUMMARY
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.i18n import LANGUAGES
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sources.links import canonical_link
from advocacy.sources.models import Item, ItemState, Sighting
from advocacy.sources.reading import PageRead
from advocacy.sources.reasons import said
from advocacy.sources.rules import suggest

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some items, newest first, and where the next page begins."""

    items: Sequence[Item]
    next_cursor: Cursor | None


def new_items(
    actor: Person, *, source_id: int | None = None, before: Cursor | None = None, limit: int = PAGE
) -> InboxPage:
    """What is new for the bodies where `actor` is editor, or of one source of theirs."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    query = select(Item).where(Item.organisation_id.in_(bodies), Item.state == ItemState.NEW)
    if source_id is not None:
        query = query.where(Item.source_id == source_id)
    if before is not None:
        query = query.where(tuple_(Item.found_at, Item.id) < tuple_(before.at, before.id))
    query = query.order_by(Item.found_at.desc(), Item.id.desc()).limit(limit + 1)
    query = query.options(
        joinedload(Item.source), joinedload(Item.rule), selectinload(Item.sightings).joinedload(Sighting.source)
    )
    rows = db.session.scalars(query).all()
    last = Cursor(rows[limit - 1].found_at, rows[limit - 1].id) if len(rows) > limit else None
    return InboxPage(rows[:limit], last)


def get_item(actor: Person, item_id: int, *, locked: bool = False) -> Item:
    """The item, for an editor of its organisation. Raises NotFound for one of another programme, Forbidden for
    others.
    """
    query = select(Item).where(Item.id == item_id)
    if locked:
        query = query.with_for_update(of=Item).execution_options(populate_existing=True)
    item = db.session.scalar(query) if item_id <= LARGEST_ID else None
    if item is None:
        raise NotFound
    people.require(actor, Role.EDITOR, item.organisation)
    return item


def take(actor: Person, item_id: int, page: PageRead | None) -> Post:
    """A draft made of an item and of what its page said (None when the page could not be read). Taken before, it is the
    draft of then.
    """
    item = get_item(actor, item_id, locked=True)
    if item.post is not None:
        return item.post
    return make_post(actor, item, page)


def take_page(actor: Person, organisation: Organisation, page: PageRead) -> Post:
    """A draft made of a page whose address was pasted. A page that the organisation has already leads to its draft."""
    people.require(actor, Role.EDITOR, organisation)
    db.session.execute(
        select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True)
    )
    known = find_by_link(organisation, page.preview.url)
    if known is not None:
        return take(actor, known.id, page)
    preview = page.preview
    item = Item(
        organisation_id=organisation.id,
        guid=hashlib.sha256(preview.url.encode()).hexdigest(),
        link=preview.url,
        title=preview.title,
        summary=preview.description,
        image_url=preview.image_url,
        language=preview.language,
        published_at=preview.published_at,
        found_at=utcnow(),
    )
    item.organisation = organisation
    db.session.add(item)
    return make_post(actor, item, page)


def find_by_link(organisation: Organisation, url: str) -> Item | None:
    """The organisation's item of this address, one with a draft first; None where there is none."""
    try:
        link = canonical_link(url)
    except FetchRefused as error:
        raise Invalid(said(error.reason)) from error
    query = select(Item).where(Item.organisation_id == organisation.id, func.md5(Item.link) == func.md5(link))
    return db.session.scalar(query.order_by(Item.post_id.is_(None), Item.id).limit(1))


def dismiss(actor: Person, item_id: int) -> None:
    """Let the item go. Raises Conflict for one that was taken."""
    item = get_item(actor, item_id, locked=True)
    if item.state == ItemState.TAKEN:
        raise Conflict
    item.state = ItemState.DISMISSED.value
    db.session.flush()


def restore(actor: Person, item_id: int) -> None:
    """Put an item that was let go back into the inbox; any other stays as it is."""
    item = get_item(actor, item_id, locked=True)
    if item.state == ItemState.DISMISSED:
        item.state = ItemState.NEW.value
    db.session.flush()


def make_post(actor: Person, item: Item, page: PageRead | None, *, rule_name: str | None = None) -> Post:
    """A draft of the item in the name of `actor`, with what its rule suggests; `rule_name` when a rule makes it by
    itself.
    """
    values: dict[str, Any] = {
        "title": clean_line(item.title, LONGEST_DRAFT_TITLE),
        "summary": clean_line(item.summary, LONGEST_SUMMARY),
        "link": item.link,
        "link_title": item.title,
        "language": _language(actor, item, page),
        "rule_name": rule_name,
    }
    if page is not None:
        values["link_title"] = page.preview.title or item.title
        values["link_description"] = page.preview.description
        values["image"] = page.image
        described = page.preview.image_alt if page.preview.image_url else item.image_alt
        values["image_alt"] = clean_line(described, LONGEST_ALT) if page.image else ""
    post = content.draft(actor, item.organisation, **values)
    if item.rule is not None:
        suggest(actor, post, item.rule)
    item.post, item.state, item.image = post, ItemState.TAKEN.value, post.image
    db.session.flush()
    return post


def _language(actor: Person, item: Item, page: PageRead | None) -> str:
    """Ours that the rule says, that the page or the item is in, else the editor's."""
    if item.rule is not None and item.rule.set_language in LANGUAGES:
        return item.rule.set_language
    named = ((page.preview.language if page else None) or item.language or "").partition("-")[0].lower()
    return named if named in LANGUAGES else actor.language
