"""What a network will show of a share, by its capabilities: said in the panel before, and true of what goes out."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from advocacy.content.models import Attachment, AttachmentKind, Post
from advocacy.errors import Invalid
from advocacy.networks.base import Adapter, Capabilities, Kind
from advocacy.networks.models import Account
from advocacy.sharing.links import CODE_LENGTH, short_url

KINDS = {AttachmentKind.VIDEO.value: Kind.VIDEO, AttachmentKind.DOCUMENT.value: Kind.DOCUMENT}


class Shape(StrEnum):
    """What stands with the words."""

    VIDEO = "video"
    DOCUMENT = "document"
    CARD = "card"
    LINK = "link"
    """The link in the text; whether a card is made of it is the network's affair."""
    PICTURE = "picture"
    TEXT = "text"


@dataclass(frozen=True)
class Showing:
    """What goes out with the words on one network."""

    shape: Shape
    left_out: Kind | None = None
    """The post's file, where the network does not take it."""
    link_follows: bool = False
    """Whether the link stands in the text because a file has the place of its card."""
    lacks_picture: bool = False
    """Whether nothing can go out, as the network wants a picture or video and there is none."""


def showing_on(network: Capabilities, post: Post, attachment: Attachment | None) -> Showing:
    """What this network will show of the post."""
    taken = attachment is not None and takes(network, attachment)
    kind = KINDS[attachment.kind] if attachment is not None else None
    if taken and kind is not None:
        return Showing(Shape(kind.value), link_follows=bool(post.link) and not network.link_in_text)
    lacking = network.needs_picture and post.image is None
    return Showing(_shape(network, post), left_out=kind, lacks_picture=lacking)


def takes(network: Capabilities, attachment: Attachment) -> bool:
    """Whether the network takes this very file."""
    kind = KINDS[attachment.kind]
    limits = network.video if kind is Kind.VIDEO else network.document
    if kind not in network.kinds or limits is None or attachment.bytes > limits.largest:
        return False
    if kind is Kind.DOCUMENT:
        return not limits.pages or (attachment.pages or 0) <= limits.pages
    return limits.shortest <= (attachment.seconds or 0) <= (limits.longest or float("inf"))


def length_there(adapter: Adapter, account: Account, text: str, *, linked: bool) -> int:
    """How long the words are for this account, with the link where it stands in the text."""
    link = short_url("0" * CODE_LENGTH) if linked else None
    return adapter.count(text, link) + _correction(adapter, account, link)


def length_of_link(adapter: Adapter, account: Account, *, linked: bool) -> int:
    """How much of that is the link's."""
    return length_there(adapter, account, "x", linked=linked) - adapter.count("x")


def _correction(adapter: Adapter, account: Account, link: str | None) -> int:
    """What a link counts at this account's own server, less what is usual."""
    said = account.limits.get("link_length")
    if link is None or said is None or not adapter.capabilities.link_in_text:
        return 0
    breaks = 2
    return int(said) - (adapter.count("x", link) - adapter.count("x") - breaks)


def _shape(network: Capabilities, post: Post) -> Shape:
    if post.link and network.link_in_text and Kind.LINK in network.kinds:
        return Shape.LINK
    if post.link and Kind.LINK in network.kinds:
        return Shape.CARD
    return Shape.PICTURE if post.image and Kind.PICTURE in network.kinds else Shape.TEXT


def reshareable(adapter: Adapter, post: Post) -> str | None:
    """The network's id of the post that this one is about, where it stands there and can be passed on."""
    able = post.link and Kind.RESHARE in adapter.capabilities.kinds
    return adapter.reshareable(post.link) if able and post.link else None


def check_showable(network: Capabilities, post: Post, attachment: Attachment | None) -> None:
    """Raises Invalid for a post with nothing that the network wants to see."""
    if showing_on(network, post, attachment).lacks_picture:
        raise Invalid(
            _(
                "%(network)s takes no post without a picture or video, and this content has none.",
                network=network.label,
            ),
            field="account",
        )
