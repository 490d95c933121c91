"""What LinkedIn's two consents have in common: each is for one app, which shows itself the same way."""

from collections.abc import Callable, Mapping

from advocacy.networks.base import ClientApp, Credentials, Departure, Grant, Rejected
from advocacy.networks.defaults import Defaults
from advocacy.networks.linkedin import oauth, posts
from advocacy.networks.linkedin.apps import App
from advocacy.networks.linkedin.identity import Identity
from config.settings import Settings


class OfOneApp(Defaults):
    """See `base.Adapter` for what each method promises."""

    def __init__(self, settings: Settings, find_app: Callable[[Settings], App | None], whose: Identity) -> None:
        super().__init__(settings)
        self._find_app, self._whose = find_app, whose

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent."""
        return Departure(oauth.consent_url(self._settings, self._app, redirect_uri, state))

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer; nothing needs to be kept meanwhile."""
        return oauth.exchange(self._settings, self._app, redirect_uri, answer, self._whose)

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh grant where the app receives refresh tokens."""
        return oauth.renew(self._settings, self._app, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """End the grant at LinkedIn."""
        oauth.revoke(self._settings, self._app, credentials)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where a member sees that post, whichever app asks."""
        return posts.permalink(self._settings, external_id)

    @property
    def _app(self) -> App:
        app = self._find_app(self._settings)
        if app is None:
            raise Rejected("not_set_up")
        return app
