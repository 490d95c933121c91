"""What is kept with a grant beside its tokens: the member's server, and for a consent the key that the tokens are
bound to. It is sealed as one JSON text.
"""

import json
from dataclasses import asdict, dataclass

from advocacy.networks.base import Credentials, Reconnect
from advocacy.sealing import Secret


@dataclass(frozen=True)
class Kept:
    """`server` is where the member's posts live; the rest is empty for a password."""

    server: str
    issuer: str = ""
    token_url: str = ""
    revoke_url: str = ""
    client_id: str = ""
    kid: str = ""
    """Which of the operator's keys Relais signed with; empty for a public client."""
    jwk: str = ""
    """The private key of this consent, as JSON."""
    since: float = 0.0
    """When consent was given, in seconds since 1970."""

    def __repr__(self) -> str:
        return f"Kept({self.server})"

    @property
    def by_consent(self) -> bool:
        """Whether the tokens are bound to a key."""
        return bool(self.jwk)

    def sealed(self) -> Secret:
        """As it goes into a row."""
        return Secret(json.dumps(asdict(self)))


def kept_with(credentials: Credentials) -> Kept:
    """What is kept with these credentials. Raises Reconnect where it is missing or unreadable."""
    try:
        return Kept(**json.loads(credentials.key.reveal() if credentials.key else ""))
    except (ValueError, TypeError):
        raise Reconnect("token") from None
