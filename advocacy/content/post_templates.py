"""Posts to begin from: words, captions, topics and tags; never dates, pictures or audiences of another time."""

from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from advocacy.content.models import Post, PostTemplate
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID

LONGEST_NAME: Final = 80
MOST: Final = 100


def templates_for(actor: Person) -> list[PostTemplate]:
    """The templates of the bodies where `actor` is editor, and of those above them, by name."""
    bodies = people.organisations_where(actor, Role.EDITOR)
    above = {one for body in bodies for one in body.lineage}
    query = select(PostTemplate).where(PostTemplate.organisation_id.in_(above))
    return list(db.session.scalars(query.order_by(PostTemplate.name, PostTemplate.id).limit(MOST)))


def get_template(actor: Person, template_id: int) -> PostTemplate:
    """A template that `actor` may begin from. Raises NotFound."""
    found = db.session.get(PostTemplate, template_id) if 0 < template_id <= LARGEST_ID else None
    bodies = people.organisations_where(actor, Role.EDITOR)
    if found is None or not any(found.organisation_id in body.lineage for body in bodies):
        raise NotFound
    return found


def save_as_template(actor: Person, post: Post, name: str) -> PostTemplate:
    """Make a template of the post as it is saved. Raises Invalid for a name that is empty or too long, Conflict for
    one that is taken.
    """
    organisation: Organisation = post.organisation
    people.require(actor, Role.EDITOR, organisation)
    clean = clean_line(name, 1000)
    if not 0 < len(clean) <= LONGEST_NAME:
        raise Invalid(_("Give the template a name of 80 characters at most."))
    row = PostTemplate(organisation_id=organisation.id, author_id=actor.id, name=clean, body=_body_of(post))
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(_("There is a template of that name already.")) from error
    return row


def delete_template(actor: Person, template_id: int) -> None:
    """Remove it; posts that began from it stay as they are. Raises NotFound, Forbidden for editors further down."""
    found = get_template(actor, template_id)
    people.require(actor, Role.EDITOR, found.organisation)
    db.session.delete(found)
    db.session.flush()


def _body_of(post: Post) -> dict[str, Any]:
    """What the composer's form is filled with; see `composing`."""
    lines = [{"text": one.text, "language": one.language, "network": one.network or ""} for one in post.wordings]
    return {
        "title": post.title,
        "summary": post.summary,
        "language": post.language,
        "link": post.link or "",
        "topics": [topic.id for topic in post.topics],
        "wordings": lines,
        "utm_campaign": post.utm_campaign,
        "featured": post.featured,
    }
