"""Which networks this instance offers: those whose keys the operator set."""

from advocacy.errors import NotFound
from advocacy.networks import bluesky, facebook, instagram, linkedin, mastodon, threads, x
from advocacy.networks.base import Adapter
from advocacy.networks.intents import INTENTS, Intent, Shown, find_intent
from config.settings import get_settings

OFFERS = (
    linkedin.offer,
    x.offer,
    bluesky.offer,
    mastodon.offer,
    threads.offer,
    facebook.offer,
    instagram.offer,
)
TELLING_FIGURES = (linkedin.offer_analytics,)


def offered() -> list[Adapter]:
    """Every network that people may connect here, in the order they are shown."""
    settings = get_settings()
    return [adapter for offer in OFFERS if (adapter := offer(settings)) is not None]


def telling_figures() -> list[Adapter]:
    """Networks on which nothing is published: there, people may allow the figures of another's posts by a consent
    apart. They are not among those `offered`.
    """
    settings = get_settings()
    return [adapter for offer in TELLING_FIGURES if (adapter := offer(settings)) is not None]


def telling_figures_of(network: str) -> list[Adapter]:
    """Those that tell the figures of posts on this network."""
    return [adapter for adapter in telling_figures() if adapter.capabilities.figures_for == network]


def find_adapter(name: str) -> Adapter | None:
    """The network of that name, or None where it is not offered (any more)."""
    known = (*offered(), *telling_figures())
    return next((adapter for adapter in known if adapter.capabilities.name == name), None)


def get_adapter(name: str) -> Adapter:
    """The network of that name. Raises NotFound."""
    adapter = find_adapter(name)
    if adapter is None:
        raise NotFound
    return adapter


def offered_intents() -> list[Intent]:
    """The pages of networks that people may open here to post by hand, in the order they are shown."""
    wanted = get_settings().intents
    return [intent for intent in INTENTS if intent.name.removeprefix("open-") in wanted]


def get_intent(name: str) -> Intent:
    """The page of that name. Raises NotFound where it is not offered."""
    intent = find_intent(name)
    if intent is None or intent not in offered_intents():
        raise NotFound
    return intent


def shown() -> dict[str, Shown]:
    """Everything that a share may be on, by name, with what screens say of it."""
    known: dict[str, Shown] = {intent.name: intent for intent in INTENTS}
    return known | {adapter.capabilities.name: adapter.capabilities for adapter in offered()}
