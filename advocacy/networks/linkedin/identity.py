"""Whom a grant is for. A person's id is another one in each app: ids of two apps are never compared."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from advocacy.clock import utcnow
from advocacy.networks.failures import TryLater
from advocacy.networks.linkedin.rest import rest
from advocacy.networks.wire import SOON, Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings

log = structlog.get_logger(__name__)
Identity = Callable[[Settings, str], tuple[str, str]]


def by_userinfo(settings: Settings, token: str) -> tuple[str, str]:
    """Id and name, for an app with OpenID Connect. Raises TryLater: without an id there is nothing to keep."""
    with Calls(settings, Secret(token)) as calls:
        answer = calls.send("GET", f"{settings.linkedin_api_url}/v2/userinfo", Asked())
    return _read(answer, "sub", lambda body: body.get("name"))


def by_me(settings: Settings, token: str) -> tuple[str, str]:
    """Id and name, for an app without OpenID Connect. Raises TryLater, as above."""
    with Calls(settings, Secret(token)) as calls:
        answer = rest(calls, "GET", "me", Asked())
    return _read(answer, "id", lambda body: _joined(body.get("localizedFirstName"), body.get("localizedLastName")))


def _read(answer: Answer, key: str, name_in: Callable[[Mapping[str, Any]], object]) -> tuple[str, str]:
    found = str(answer.body.get(key) or "")
    if answer.status == 200 and re.fullmatch(r"[\w-]+", found, re.ASCII):
        return found, str(name_in(answer.body) or found)[:200]
    log.warning("linkedin_identity_refused", status=answer.status, detail=answer.detail)
    raise TryLater("no_identity", utcnow() + SOON, answer.detail)


def _joined(*names: object) -> str:
    return " ".join(name for name in names if isinstance(name, str) and name)
