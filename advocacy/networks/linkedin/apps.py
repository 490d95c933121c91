"""Relais as LinkedIn knows it: the app that posts, and a second one for figures where LinkedIn granted that apart."""

from dataclasses import dataclass

from advocacy.sealing import Secret
from config.settings import Settings


@dataclass(frozen=True)
class App:
    """An app of LinkedIn's developer portal; `scopes` are asked for whole, in this order."""

    client_id: str
    secret: Secret
    scopes: tuple[str, ...]

    def form(self, **more: str) -> dict[str, str]:
        """A form with the app's own credentials, which LinkedIn wants in the body."""
        return {"client_id": self.client_id, "client_secret": self.secret.reveal(), **more}


def posting_app(settings: Settings) -> App | None:
    """The app that posts; None where the operator set none up."""
    if not settings.linkedin_client_id or not settings.linkedin_client_secret:
        return None
    secret = Secret(settings.linkedin_client_secret.get_secret_value())
    return App(settings.linkedin_client_id, secret, tuple(settings.linkedin_scopes.split()))


def analytics_app(settings: Settings) -> App | None:
    """The app for figures; None where there is none apart."""
    if not settings.linkedin_analytics_client_id or not settings.linkedin_analytics_client_secret:
        return None
    secret = Secret(settings.linkedin_analytics_client_secret.get_secret_value())
    return App(settings.linkedin_analytics_client_id, secret, tuple(settings.linkedin_analytics_scopes.split()))
