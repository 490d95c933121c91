"""A call with a member's token at one of the family's APIs: rests when told to, brings an answer that is a success."""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from advocacy.networks.meta import usage
from advocacy.networks.meta.answers import failure_of
from advocacy.networks.wire import Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings

# Its debug lines hold addresses, and the family's token endpoints want tokens and secrets in them.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@dataclass(frozen=True)
class Api:
    """One API as one app of the operator's sees it."""

    settings: Settings = field(repr=False)
    base: str
    """With the version."""
    app: str
    """The app's id: usage is counted by it."""
    secret: Secret | None = None
    """The app's secret, where each call has to prove that it comes from the app."""

    def call(
        self,
        method: str,
        path: str,
        asked: Asked,
        token: Secret,
        account: str,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The answer of a success. Raises the failure that any other stands for."""
        answer = self.send(method, path, asked, token, account, fields, files)
        if not 200 <= answer.status < 300 or "error" in answer.body:
            raise failure_of(answer, asked)
        return answer

    def send(
        self,
        method: str,
        path: str,
        asked: Asked,
        token: Secret,
        account: str,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The answer, whatever it says. Raises TryLater while the app or account has to rest, or without one."""
        usage.check(self._place, account, asked.key)
        sent = {**(fields or {}), **self._proof(token)}
        options: dict[str, Any] = {"data": sent} if method == "POST" else {"params": sent}
        if files:
            options["files"] = files
        with Calls(self.settings, token) as calls:
            answer = calls.send(method, f"{self.base}/{path}", asked, **options)
        usage.note(self._place, account, answer.headers)
        return answer

    @property
    def _place(self) -> str:
        return f"{self.base} {self.app}"

    def _proof(self, token: Secret) -> dict[str, str]:
        if self.secret is None:
            return {}
        key = self.secret.reveal().encode()
        return {"appsecret_proof": hmac.new(key, token.reveal().encode(), sha256).hexdigest()}


def objects_in(answer: Answer, name: str = "data") -> list[dict[str, Any]] | None:
    """The objects that an answer lists; None where it lists nothing."""
    listed = answer.body.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else None
