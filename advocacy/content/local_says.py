"""Bodies that were offered a post say whether their people see it. Until one does, its people don't.

The caller holds the post (`service.get_editable(…, locked=True)` or a lock of its own), so that nobody publishes it
or withdraws it meanwhile. Who may say so is the caller's to know.
"""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from advocacy.content.aims import Aim, audiences_in
from advocacy.content.models import LocalSay, Post, PostAudience, PostState
from advocacy.db import db
from advocacy.people.models import Organisation


def ask(post: Post, organisation_ids: Iterable[int]) -> None:
    """Have the people of these bodies not see the post before their body says so; what one said already stands."""
    rows = [{"post_id": post.id, "organisation_id": one, "shown": None} for one in sorted(organisation_ids)]
    if rows:
        db.session.execute(insert(LocalSay).on_conflict_do_nothing(), rows)


def let_in(post: Post, organisation: Organisation) -> None:
    """Have the people of the body, and of all below it that say nothing else, see the post while it is live."""
    _say(post, organisation, shown=True)
    [audience] = audiences_in(Aim(frozenset({organisation.id})))
    moment = post.publish_at if post.state == PostState.PUBLISHED else None
    row = {"post_id": post.id, "audience_id": audience.id, "publish_at": moment, "chosen": False}
    db.session.execute(insert(PostAudience).values(row).on_conflict_do_nothing())
    db.session.expire(post, ["audiences"])


def keep_out(post: Post, organisation: Organisation) -> None:
    """Have the people of the body not see the post, whatever else would bring it to them."""
    _say(post, organisation, shown=False)
    [audience] = audiences_in(Aim(frozenset({organisation.id})))
    taken_on = delete(PostAudience).where(PostAudience.post_id == post.id, PostAudience.audience_id == audience.id)
    db.session.execute(taken_on.where(PostAudience.chosen.is_(False)), execution_options={"synchronize_session": False})
    db.session.expire(post, ["audiences"])


def _say(post: Post, organisation: Organisation, *, shown: bool) -> None:
    row = insert(LocalSay).values(post_id=post.id, organisation_id=organisation.id, shown=shown)
    db.session.execute(row.on_conflict_do_update(index_elements=["post_id", "organisation_id"], set_={"shown": shown}))
