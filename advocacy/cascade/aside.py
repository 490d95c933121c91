"""What the page of a post says of offers: the way to offer it, or of which post it is a body's own version."""

from flask import url_for
from flask_babel import gettext as _

from advocacy.cascade.copies import content_of, part_label, parts_changed
from advocacy.cascade.replies import find_reply_of
from advocacy.cascade.service import find_offer, has_bodies_below
from advocacy.content.asides import Aside, Link, Notice
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post


def aside_of(post: Post) -> Aside:
    """Links and notices for the composer."""
    return Aside(tuple(_links(post)), tuple(_notices(post)))


def _links(post: Post) -> list[Link]:
    if not has_bodies_below(post.organisation):
        return []
    offer = find_offer(post)
    if offer is not None:
        return [Link(url_for("cascade.show", offer_id=offer.id), _("Offered to organisations"), "building-community")]
    if standing_of(post) in (Standing.EXPIRED, Standing.WITHDRAWN):
        return []
    return [Link(url_for("cascade.offer", post_id=post.id), _("Offer to organisations"), "building-community")]


def _notices(post: Post) -> list[Notice]:
    reply = find_reply_of(post)
    if reply is None:
        return []
    original = reply.offer.post
    page, parts = url_for("cascade.reply", reply_id=reply.id), parts_changed(reply.seen, content_of(original))
    whose = _("Your own version of a post of %(name)s.", name=original.organisation.name)
    if "withdrawn" in parts:
        text = _("This version stays as it is until you decide.")
        link = Link(page, _("Decide"), "eye")
        return [Notice("bad", "alert-triangle", _("The original was withdrawn"), text, link)]
    if parts:
        text = ", ".join(part_label(part) for part in parts)
        link = Link(page, _("See what changed"), "eye")
        return [Notice("warn", "refresh", _("The original has changed since"), text, link)]
    return [Notice("", "copy", whose, "", Link(page, _("The original"), "eye"))]
