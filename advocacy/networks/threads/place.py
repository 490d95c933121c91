"""Where Threads answers, and as which app Relais speaks there: one of its own, apart from the family's other apps."""

from advocacy.networks.meta.graph import Api
from config.settings import Settings


def api_of(settings: Settings) -> Api:
    """The API, of the version that the operator chose."""
    return Api(settings, f"{settings.threads_api_url}/{settings.threads_version}", settings.threads_client_id or "")


def secret_of(settings: Settings) -> str:
    """The app's secret; empty without one."""
    secret = settings.threads_client_secret
    return secret.get_secret_value() if secret else ""
