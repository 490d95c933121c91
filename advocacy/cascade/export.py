"""Who did what with an offer, as a table to hand over."""

import csv
import io
from datetime import UTC

from advocacy.approval.export import safe_cell
from advocacy.cascade.models import OfferReply


def as_csv(replies: list[OfferReply], address: str) -> str:
    """The answers, one body a row, moments in UTC; `address` is where this instance is found."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(("body", "answer", "who", "at", "reason", "own_version", "knows_last_change"))
    for one in replies:
        link = f"{address}/studio/posts/{one.adapted_id}" if one.adapted_id else ""
        moment = one.answered_at.astimezone(UTC).isoformat(timespec="seconds") if one.answered_at else ""
        who = one.answered_by.name if one.answered_by else ""
        row = one.organisation.name, one.answer or "waiting", who, moment, one.reason, link, _knows(one)
        writer.writerow([safe_cell(value) for value in row])
    return told.getvalue()


def _knows(reply: OfferReply) -> str:
    if reply.seen_version is None:
        return ""
    return "yes" if reply.seen_version >= reply.offer.post.version else "no"
