"""Where Facebook answers, and as which app Relais speaks there: each call proves that it comes from the app."""

from advocacy.networks.meta.graph import Api
from advocacy.sealing import Secret
from config.settings import Settings


def api_of(settings: Settings) -> Api:
    """The API, of the version that the operator chose."""
    base, secret = f"{settings.facebook_api_url}/{settings.facebook_version}", secret_of(settings)
    return Api(settings, base, settings.facebook_client_id or "", Secret(secret) if secret else None)


def secret_of(settings: Settings) -> str:
    """The app's secret; empty without one."""
    secret = settings.facebook_client_secret
    return secret.get_secret_value() if secret else ""
