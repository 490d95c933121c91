"""Writes what the editors of a programme have: posts with their pictures and wordings, a source, a full inbox."""

import io
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from advocacy.content.models import Dismissal, Post, PostAudience, PostState, SavedPost, Wording
from advocacy.db import db
from advocacy.demo.motifs import draw
from advocacy.demo.places import Places
from advocacy.demo.plan import Plan
from advocacy.demo.programmes import PlannedPost
from advocacy.images import ImageStore
from advocacy.people.models import Person
from advocacy.sources.feeds import parse_feed
from advocacy.sources.models import Item, ItemState, Source

_FEEDS: Final = Path(__file__).parent.parent.parent / "static" / "demo"
_STILL_TO_COME: Final = 2
_DECIDED: Final = 4


def draw_covers(plans: Iterable[Plan], store: ImageStore) -> dict[str, str]:
    """The key of each cover that a post has, drawn and stored."""
    covers = sorted({post.cover for plan in plans for post in plan.programme.posts if post.cover})
    keys = {}
    for cover in covers:
        encoded = io.BytesIO()
        draw(cover).picture().save(encoded, "PNG", compress_level=1)
        keys[cover] = store.put(encoded.getvalue()).key
    return keys


def write_posts(plan: Plan, places: Places, people: list[Person], pictures: dict[str, str]) -> list[Post]:
    """Add the posts to the session, in the plan's order, with their ids and those of their wordings."""
    pairs = zip(plan.people, people, strict=True)
    editors = {planned.body: person for planned, person in pairs if planned.role == "editor"}
    rows = [_post(plan, planned, places, editors, pictures) for planned in plan.programme.posts]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _post(
    plan: Plan, planned: PlannedPost, places: Places, editors: dict[str, Person], pictures: dict[str, str]
) -> Post:
    audience = places.of_group[planned.group] if planned.group else places.of_body[planned.body or ""]
    written_at = min(planned.publish_at or plan.now, plan.now) - timedelta(hours=5)
    row = Post(
        organisation_id=places.bodies[planned.body or ""].id,
        author_id=editors.get(planned.body or "", editors[""]).id,
        state=planned.state.value,
        title=planned.title,
        summary=planned.summary,
        language=plan.programme.language,
        link=planned.link,
        link_title=planned.link_title,
        link_description=planned.summary,
        image=pictures[planned.cover] if planned.cover else None,
        image_alt=planned.alt,
        publish_at=planned.publish_at,
        expires_at=planned.expires_at,
        created_at=written_at,
        updated_at=written_at + timedelta(hours=4),
    )
    row.wordings = [
        Wording(position=place, network=words.network, language=words.language, text=words.text)
        for place, words in enumerate(planned.words)
    ]
    row.topics = [places.topics[key] for key in planned.topics]
    out_at = planned.publish_at if planned.state is PostState.PUBLISHED else None
    row.audiences = [PostAudience(audience_id=audience.id, publish_at=out_at)]
    return row


def write_shelves(plan: Plan, people: list[Person], posts: list[Post]) -> None:
    """What people kept for later, and what they do not want to see again."""
    rng = plan.rng("shelves")
    open_ones = [
        row for row, planned in zip(posts, plan.programme.posts, strict=True)
        if planned.is_out(plan.now) and not planned.body and not planned.group
    ]  # fmt: skip
    saved: list[dict[str, Any]] = []
    dismissed: list[dict[str, Any]] = []
    for planned, person in zip(plan.people, people, strict=True):
        kept = 2 if planned.hero else rng.choice((0, 0, 0, 1, 2)) if planned.connected else 0
        chosen = rng.sample(open_ones[1:], kept + (0 if planned.hero else rng.choice((0, 0, 1))) if kept else 0)
        for place, post in enumerate(chosen):
            shelf = saved if place < kept else dismissed
            shelf.append(
                {"person_id": person.id, "post_id": post.id, "created_at": plan.now - timedelta(hours=place + 1)}
            )
    db.session.execute(insert(SavedPost), saved)
    db.session.execute(insert(Dismissal), dismissed)


def write_inbox(plan: Plan, places: Places, posts: list[Post], public_url: str) -> None:
    """The programme's feed, which the instance itself serves, and what it brought; its newest are still to come."""
    name = plan.programme.facts["feed"]
    url = f"{public_url}/static/demo/demo/{name}"
    feed = parse_feed((_FEEDS / name).read_bytes(), "application/rss+xml", url, now=plan.now)
    source = Source(
        organisation_id=places.root.id,
        url=url,
        title=feed.title,
        language=plan.programme.language,
        next_read_at=plan.now,
        last_read_at=plan.now - timedelta(minutes=30),
        last_item_at=plan.now - timedelta(minutes=30),
        created_at=plan.now - timedelta(days=60),
    )
    db.session.add(source)
    db.session.flush()
    drafts = [post for post in posts if post.state == PostState.DRAFT.value]
    known = feed.entries[_STILL_TO_COME:]
    for place, entry in enumerate(reversed(known)):
        found_at = plan.now - timedelta(minutes=30) - timedelta(hours=9) * (len(known) - 1 - place)
        taken = place < len(drafts)
        state = ItemState.TAKEN if taken else ItemState.DISMISSED if place < _DECIDED else ItemState.NEW
        row = Item(
            organisation_id=places.root.id,
            source_id=source.id,
            guid=entry.guid,
            link=entry.link,
            title=entry.title,
            summary=entry.summary,
            language=plan.programme.language,
            found_at=found_at,
            created_at=found_at,
            state=state.value,
            post_id=drafts[place].id if taken else None,
        )
        db.session.add(row)
    db.session.flush()
