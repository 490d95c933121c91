"""The closed set of what can go wrong at a network."""

from datetime import datetime


class NetworkFailure(Exception):
    """A network did not do what was asked. `reason` is a machine word, `detail` the network's own words, cut short."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail[:500]


class TryLater(NetworkFailure):
    """Certainly not done, and worth another try at `after` (aware UTC).

    `scope` says for whom it holds: this account, everything this app does there, or the network's server as such.
    """

    def __init__(self, reason: str, after: datetime, detail: str = "", scope: str = "account") -> None:
        super().__init__(reason, detail)
        self.after, self.scope = after, scope


class Reconnect(NetworkFailure):
    """Certainly not done: the grant is gone, or does not cover this; only the person can mend it."""


class Rejected(NetworkFailure):
    """Certainly not done, and would not be by trying again."""


class Duplicate(Rejected):
    """Refused because the same thing is already there, as `external_id`."""

    def __init__(self, external_id: str, detail: str = "") -> None:
        super().__init__("duplicate", detail)
        self.external_id = external_id


class Unconfirmed(NetworkFailure):
    """May have been done: the request was sent and no answer tells. Never to be sent again by itself."""


class Unsettled(NetworkFailure):
    """The network can't say what became of a call."""


class UnknownApp(NetworkFailure):
    """The server no longer knows the app that was registered with it: register anew, then start again."""


class ConsentRefused(NetworkFailure):
    """The person said no on the network's own page."""


class BadCallback(NetworkFailure):
    """What came back, or was entered, can't become a grant (made up, replayed, expired, wrong password, no server)."""
