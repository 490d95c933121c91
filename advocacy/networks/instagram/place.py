"""Where Instagram answers, and as which app Relais speaks there."""

from advocacy.networks.meta.graph import Api
from config.settings import Settings


def api_of(settings: Settings) -> Api:
    """The API, of the version that the operator chose."""
    base = f"{settings.instagram_api_url}/{settings.instagram_version}"
    return Api(settings, base, settings.instagram_client_id or "")


def secret_of(settings: Settings) -> str:
    """The app's secret; empty without one."""
    secret = settings.instagram_client_secret
    return secret.get_secret_value() if secret else ""
