"""Whether a token that LinkedIn just refused is really at its end.

A token just given out may be called revoked for some seconds, and one that merely ended is sometimes called revoked
too: before a person is asked to connect again, LinkedIn is asked what the token's state is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from advocacy.clock import utcnow
from advocacy.networks.failures import Reconnect, TryLater
from advocacy.networks.linkedin.apps import App
from advocacy.networks.linkedin.oauth import find_status
from advocacy.networks.values import Credentials
from config.settings import Settings

DOUBTFUL = ("revoked", "token")
SETTLES = timedelta(minutes=2)


@contextmanager
def certain(settings: Settings, app: App, credentials: Credentials) -> Iterator[None]:
    """Calls whose refusal of the token is checked. Raises Reconnect with the true reason; TryLater for a live token."""
    try:
        yield
    except Reconnect as refusal:
        if refusal.reason not in DOUBTFUL:
            raise
        status = find_status(settings, app, credentials.access_token)
        if status == "active":
            raise TryLater("token_unsettled", utcnow() + SETTLES, refusal.detail) from None
        raise Reconnect(status or refusal.reason, refusal.detail) from None
