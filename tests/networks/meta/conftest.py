"""Threads, Instagram and Facebook Pages over HTTP against their stand-ins, and a gallery that they fetch from."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from advocacy.networks.base import Credentials, Grant, Outgoing, Picture, Prepared
from advocacy.networks.facebook import Facebook
from advocacy.networks.instagram import Instagram
from advocacy.networks.meta import usage
from advocacy.networks.standins.facebook import Facebook as FacebookStandIn
from advocacy.networks.standins.instagram import Instagram as InstagramStandIn
from advocacy.networks.standins.meta.ground import Meta
from advocacy.networks.standins.threads import Threads as ThreadsStandIn
from advocacy.networks.threads import Threads
from tests.networks.conftest import outgoing, settings_of
from tests.networks.consenting import consent
from tests.networks.contract.gallery import Gallery
from tests.networks.contract.samples import jpeg

Serve = Callable[..., Any]
CALLBACK = "https://relais.test/accounts/here/callback"


def threads_at(url: str, **more: Any) -> Threads:
    keys = {"threads_client_id": ThreadsStandIn.client_id, "threads_client_secret": ThreadsStandIn.client_secret}
    places = {"threads_authorize_url": f"{url}/oauth/authorize", "threads_api_url": url, "threads_site_url": url}
    return Threads(settings_of(**{**keys, **places, **more}))


def instagram_at(url: str, **more: Any) -> Instagram:
    keys = {"instagram_client_id": InstagramStandIn.client_id, "instagram_client_secret": Meta.client_secret}
    places = {f"instagram_{name}_url": url for name in ("token", "api", "site")}
    return Instagram(settings_of(**{**keys, **places, "instagram_authorize_url": f"{url}/oauth/authorize", **more}))


def facebook_at(url: str, **more: Any) -> Facebook:
    keys = {"facebook_client_id": FacebookStandIn.client_id, "facebook_client_secret": Meta.client_secret}
    return Facebook(settings_of(**{**keys, "facebook_api_url": url, "facebook_site_url": url, **more}))


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    """No allowance is known to be used up."""
    usage.forget()
    yield
    usage.forget()


@pytest.fixture
def serve(start: Serve) -> Serve:
    return start


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    opened = Gallery()
    yield opened
    opened.stop()


def connected(adapter: Threads | Instagram | Facebook, **choice: str) -> Grant:
    departure = adapter.depart(CALLBACK, "a state")
    return adapter.arrive(CALLBACK, consent(departure.url, **{"name": "Ada Lark", **choice}), departure.keep)


def credentials_of(grant: Grant) -> Credentials:
    return Credentials(
        grant.external_id,
        grant.access_token,
        grant.scopes,
        refresh_token=grant.refresh_token,
        handle=grant.handle,
        key=grant.key,
    )


def shown(gallery: Gallery, *pictures: bytes, text: str = "Look at this.", **values: Any) -> Outgoing:
    """A share with pictures that can be fetched."""
    made = tuple(
        Picture(lambda data=data: data, f"Picture {number}") for number, data in enumerate(pictures or (jpeg(),))
    )
    return gallery.addressed(outgoing(text, pictures=made, **values))


def prepared(adapter: Any, standin: Meta, member: Credentials, share: Outgoing) -> Prepared:
    """As delivery does, with the stand-in's clock pushed on."""
    found: Prepared = adapter.prepare(member, share)
    while not found.complete:
        standin.clock.advance(5)
        found = adapter.prepare(member, share, found)
    return found
