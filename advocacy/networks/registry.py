"""Which networks this instance offers: those whose keys the operator set."""

from advocacy.errors import NotFound
from advocacy.networks import linkedin
from advocacy.networks.base import Adapter
from config.settings import get_settings

OFFERS = (linkedin.offer,)


def offered() -> list[Adapter]:
    """Every network that people may connect here, in the order they are shown."""
    settings = get_settings()
    return [adapter for offer in OFFERS if (adapter := offer(settings)) is not None]


def find_adapter(name: str) -> Adapter | None:
    """The network of that name, or None where it is not offered (any more)."""
    return next((adapter for adapter in offered() if adapter.capabilities.name == name), None)


def get_adapter(name: str) -> Adapter:
    """The network of that name. Raises NotFound."""
    adapter = find_adapter(name)
    if adapter is None:
        raise NotFound
    return adapter
