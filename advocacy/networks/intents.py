"""Pages of networks that a person posts on by hand: opened with a link, and a text where they take one.

Nothing comes back from them. That one was opened is known; that something was posted is not, and is never counted.
Addresses as each network documents them, or as widely used share buttons have them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from advocacy.networks.base import Capabilities


@dataclass(frozen=True)
class Intent:
    """One such page, with what screens say of it (as of `Capabilities`, where both are listed together)."""

    name: str
    label: str
    icon: str
    utm_source: str
    address: Callable[[str, str, str, str], str]
    """From text, link, title and server to the address that is opened."""
    takes_text: bool = True
    """Whether the text arrives; else the person copies it."""
    needs_server: bool = False
    network: str = ""
    """The network whose rules hold for what is posted there, where Relais knows that network otherwise."""
    rewards_allowed: bool = False
    can_remove: bool = False
    figures: frozenset[str] = frozenset()


def _q(text: str) -> str:
    return quote(text, safe="")


def _both(text: str, link: str) -> str:
    return "\n\n".join(filter(None, [text, link]))


def _mail(text: str, link: str, title: str, _server: str) -> str:
    body = _both(text, link).replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:?subject={_q(title)}&body={_q(body)}"


INTENTS: tuple[Intent, ...] = (
    Intent(
        "open-linkedin",
        "LinkedIn",
        "brand-linkedin",
        "linkedin",
        lambda _text, link, _title, _server: f"https://www.linkedin.com/sharing/share-offsite/?url={_q(link)}",
        takes_text=False,
        network="linkedin",
    ),
    Intent(
        "open-x",
        "X",
        "brand-x",
        "x",
        lambda text, link, _title, _server: f"https://x.com/intent/tweet?text={_q(text)}&url={_q(link)}",
        network="x",
    ),
    Intent(
        "open-facebook",
        "Facebook",
        "brand-facebook",
        "facebook",
        lambda _text, link, _title, _server: f"https://www.facebook.com/sharer/sharer.php?u={_q(link)}",
        takes_text=False,
    ),
    Intent(
        "open-whatsapp",
        "WhatsApp",
        "brand-whatsapp",
        "whatsapp",
        lambda text, link, _title, _server: f"https://wa.me/?text={_q(_both(text, link))}",
    ),
    Intent(
        "open-teams",
        "Teams",
        "brand-teams",
        "teams",
        lambda text, link, _title, _server: f"https://teams.microsoft.com/share?href={_q(link)}&msgText={_q(text)}",
    ),
    Intent(
        "open-bluesky",
        "Bluesky",
        "brand-bluesky",
        "bluesky",
        lambda text, link, _title, _server: f"https://bsky.app/intent/compose?text={_q(_both(text, link))}",
        network="bluesky",
    ),
    Intent(
        "open-threads",
        "Threads",
        "brand-threads",
        "threads",
        lambda text, link, _title, _server: f"https://www.threads.com/intent/post?text={_q(text)}&url={_q(link)}",
        network="threads",
    ),
    Intent(
        "open-mastodon",
        "Mastodon",
        "brand-mastodon",
        "mastodon",
        lambda text, link, _title, server: f"https://{server}/share?text={_q(_both(text, link))}",
        needs_server=True,
        network="mastodon",
    ),
    Intent(
        "open-telegram",
        "Telegram",
        "brand-telegram",
        "telegram",
        lambda text, link, _title, _server: f"https://t.me/share/url?url={_q(link)}&text={_q(text)}",
    ),
    Intent(
        "open-reddit",
        "Reddit",
        "brand-reddit",
        "reddit",
        lambda _text, link, title, _server: f"https://www.reddit.com/submit?url={_q(link)}&title={_q(title)}",
        takes_text=False,
    ),
    Intent("open-email", "E-mail", "mail", "email", _mail),
    Intent("open-device", "", "share-3", "share", lambda _text, link, _title, _server: link),
)
"""In the order they are shown. The last one is the device's own share sheet: the page opens it, no address does."""

DEVICE = "open-device"

Shown = Capabilities | Intent


def find_intent(name: str) -> Intent | None:
    """The page of that name."""
    return next((intent for intent in INTENTS if intent.name == name), None)
