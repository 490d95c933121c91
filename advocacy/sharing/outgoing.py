"""A share as it leaves: the person's words with what is asked for, the short link, its post's pictures and file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from advocacy.approval.disclosure import disclosures_of
from advocacy.content.attachments import MIMETYPES, path_of
from advocacy.content.crops import Cut, crop_for, cut_for
from advocacy.content.models import Attachment, AttachmentKind, Post
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.media import get_image_store
from advocacy.media_links import file_address, picture_address
from advocacy.networks.base import Capabilities, File, Outgoing, Picture
from advocacy.people.models import Person
from advocacy.sharing.links import short_url
from advocacy.sharing.models import Share
from advocacy.sharing.showing import KINDS, takes
from advocacy.sharing.words import with_disclosure


@dataclass
class Known:
    """What shares of a batch have in common, so that it is read once."""

    attachments: dict[int, Attachment]
    """By post; a post that is not there has none."""
    disclosures: dict[int, dict[str | None, str]] = field(default_factory=dict)
    """By body of the person."""

    def disclosure(self, person: Person, network: str) -> str | None:
        """What the person's shares on this network end with."""
        found = self.disclosures.get(person.organisation_id)
        if found is None:
            found = self.disclosures[person.organisation_id] = disclosures_of(person)
        return found.get(network, found.get(None))


def known_of(shares: Sequence[Share], disclosures: dict[int, dict[str | None, str]] | None = None) -> Known:
    """What these shares have in common; `disclosures` are those read a moment ago, and are added to."""
    posts = {share.post_id for share in shares}
    attached = db.session.scalars(select(Attachment).where(Attachment.post_id.in_(posts)))
    found = {attachment.post_id: attachment for attachment in attached}
    return Known(found, {} if disclosures is None else disclosures)


def outgoing_of(share: Share, network: Capabilities, known: Known | None = None) -> Outgoing:
    """What goes out for the share: detached from the database, its pictures read only when they are asked for."""
    post, known = share.post, known or known_of([share])
    link = short_url(share.code) if share.link else None
    return Outgoing(
        key=share.code,
        text=with_disclosure(share.text, known.disclosure(share.person, share.network)),
        language=share.language,
        made_at=share.created_at,
        reshare_of=share.reshare_of,
        link=link,
        link_title=post.link_title or post.title,
        link_description=post.link_description or post.summary,
        pictures=() if share.reshare_of else _pictures(post, link, network),
        file=None if share.reshare_of else _file(known.attachments.get(post.id), post, network),
    )


def _pictures(post: Post, link: str | None, network: Capabilities) -> tuple[Picture, ...]:
    if post.image is None:
        return ()
    shape = network.card_shape if link else network.picture_shape
    cut, address = cut_for(post, network.name, shape, has_link=link is not None), ""
    if network.fetches_media:
        own = cut_for(post, network.name, shape, has_link=False)
        as_cut = (own.ratio, own.focus, own.zoom) if own is not None else None
        address = picture_address(post.image, _focus(post), network.picture_shapes, as_cut)
    return (Picture(_loader(post.image, cut), post.image_alt, address),)


def _loader(key: str, cut: Cut | None) -> Callable[[], bytes]:
    if cut is not None:
        return partial(crop_for, key, cut.ratio, cut.focus, cut.zoom)
    return partial(get_image_store().jpeg, key)


def _focus(post: Post) -> tuple[int, int] | None:
    return (post.focus_x, post.focus_y) if post.focus_x is not None and post.focus_y is not None else None


def _file(attachment: Attachment | None, post: Post, network: Capabilities) -> File | None:
    """The post's video or document, where the network takes it."""
    if attachment is None or not takes(network, attachment):
        return None
    kind = KINDS[attachment.kind]
    try:
        path = path_of(attachment)
    except NotFound:
        return None
    mimetype = MIMETYPES[AttachmentKind(attachment.kind)]
    address = file_address(attachment.key, mimetype) if network.fetches_media else ""
    return File(kind, path, attachment.name, mimetype, attachment.bytes, attachment.seconds, post.image_alt, address)
