"""A network's own page, opened with a person's words and a tracked link. What they do there never counts."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from advocacy.approval.disclosure import disclosure_for
from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.networks.intents import Intent
from advocacy.people.models import Person
from advocacy.sharing import links
from advocacy.sharing.limits_of_words import check_words
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.service import TEXT_LIMIT
from advocacy.sharing.words import nearest, with_disclosure


def open_page(person: Person, post: Post, submission: UUID, intent: Intent, text: str, language: str) -> Share:
    """The share whose link the page gets; pressed twice, it is the same. Raises Invalid for words that may not go."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_LIMIT:
        raise Invalid(_("This text is far too long."), field="text")
    if not post.link:
        raise Invalid(_("This content has no link: copy the text and post it yourself."), field="text")
    if text:
        check_words(person, post, intent.network or intent.name, text)
    code, now = links.new_code(), utcnow()
    wording_id, alike = nearest(text, [(wording.id, wording.text) for wording in post.wordings])
    made = insert(Share).values(
        code=code,
        person_id=person.id,
        post_id=post.id,
        network=intent.name,
        submission=submission,
        text=text,
        language=language,
        alike=alike,
        wording_id=wording_id,
        link=links.destination(post, intent, code),
        state=ShareState.OPENED.value,
        wanted_at=now,
        due_at=now,
        created_at=now,
    )
    db.session.execute(made.on_conflict_do_nothing())
    theirs = select(Share).where(
        Share.submission == submission, Share.network == intent.name, Share.person_id == person.id
    )
    return db.session.scalars(theirs.order_by(Share.id)).one()


def text_of(share: Share, intent: Intent) -> str:
    """The words as they are to stand there, with what is asked for."""
    return with_disclosure(share.text, disclosure_for(share.person, intent.network or intent.name))
