"""Posting in two steps: a container that nobody sees, worked on for a while, and the one call that makes it a post.

A container tells what became of it, so that a call without an answer can be settled by asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from advocacy.clock import utcnow
from advocacy.networks.base import (
    Credentials,
    NetworkFailure,
    Prepared,
    Rejected,
    TryLater,
    Unconfirmed,
    Unsettled,
)
from advocacy.networks.meta.answers import codes_of, failure_of, words_of
from advocacy.networks.meta.graph import Api
from advocacy.networks.wire import Answer, Asked, clean_detail, malformed

LIVES = timedelta(hours=23)
"""A little less than the network lets an unpublished container live."""
YOUNG = timedelta(minutes=2)
_FIRST_WAIT, _LONGEST_WAIT = 3, 300
_FINISHED, _PUBLISHED, _FAILED, _EXPIRED, _AT_WORK = "FINISHED", "PUBLISHED", "ERROR", "EXPIRED", "IN_PROGRESS"
_NOT_ROUND_YET = 4279009
_PUBLISHED_ALREADY = "nonexisting field"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Flow:
    """How a network names the two steps and what it says of a container."""

    make: str
    publish: str
    status: str
    said: str


@dataclass(frozen=True)
class Wanted:
    """The containers of a post: `parts` of a carousel first, then the `whole`."""

    whole: Mapping[str, str]
    parts: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Desk:
    """The two steps for one member. Each call raises TryLater, Reconnect, Rejected."""

    api: Api
    flow: Flow
    credentials: Credentials
    key: str
    """Of the share; spreads retries."""

    def prepare(self, wanted: Wanted, before: Prepared | None) -> Prepared:
        """Make the containers, then see how far the network is; called again until it is done. What was made now is
        kept even if the look at it fails.
        """
        begun: dict[str, Any] = {"since": utcnow().isoformat(), "looks": 0}
        facts = dict(before.facts) if before is not None else begun
        known = len(facts)
        try:
            return Prepared(facts) if self._made(wanted, facts) else _again(facts)
        except TryLater as later:
            if len(facts) == known or later.reason == "media_gone":
                raise
            return Prepared(facts, later.after, complete=False)

    def _made(self, wanted: Wanted, facts: dict[str, Any]) -> bool:
        """Whether the whole may be published; what was made is added to `facts`."""
        young = utcnow() - datetime.fromisoformat(facts["since"]) < YOUNG
        if wanted.parts and "parts" not in facts:
            facts["parts"] = [self._make(fields) for fields in wanted.parts]
        if "container" not in facts:
            if not all(self._ready(part, young=young) for part in facts.get("parts", [])):
                return False
            children = {"children": ",".join(facts["parts"])} if wanted.parts else {}
            facts["container"] = self._make({**wanted.whole, **children})
        return self._ready(facts["container"], young=young)

    def publish(self, prepared: Prepared) -> str:
        """The one call that makes the post: its id. Raises any failure; Unconfirmed whenever it may stand."""
        container, since = _kept(prepared)
        if container is None or since is None or utcnow() - since > LIVES:
            raise TryLater("media_gone", utcnow(), "no container, or one about to end")
        asked = Asked(once=True, key=self.key)
        answer = self._send("POST", self.flow.publish, asked, {"creation_id": container})
        if not 200 <= answer.status < 300 or "error" in answer.body:
            failure = failure_of(answer, asked)
            if isinstance(failure, TryLater) and failure.reason == "media_gone":
                raise self._about(prepared, failure, young=utcnow() - since < YOUNG)
            raise failure
        return id_in(answer, asked)

    def is_published(self, prepared: Prepared) -> bool:
        """Whether the container became a post, when asked now. Raises Unsettled where that can't be told."""
        container, _since = _kept(prepared)
        if container is None:
            raise Unsettled("no_container")
        answer = self._look(container)
        code, _subcode = codes_of(answer)
        if code == 100 and _PUBLISHED_ALREADY in answer.message:
            return True
        if answer.status != 200 or "error" in answer.body:
            failure = failure_of(answer, Asked(key=self.key))
            if isinstance(failure, Rejected) or failure.reason in ("media_gone", "media_processing"):
                raise Unsettled("gone", failure.detail)
            raise failure
        status = answer.body.get(self.flow.status)
        if status == _PUBLISHED:
            return True
        if status in (_FINISHED, _FAILED, _EXPIRED):
            return False
        if status == _AT_WORK:
            raise TryLater("media_processing", utcnow() + timedelta(seconds=30), words_of(answer))
        raise malformed(answer, Asked(key=self.key))

    def _about(self, prepared: Prepared, failure: NetworkFailure, *, young: bool) -> NetworkFailure:
        """What it means that a container is not found: it may be a post already, or, made just now, not have come round
        to all of the network's machines.
        """
        try:
            if self.is_published(prepared):
                return Unconfirmed("published_already", failure.detail)
        except NetworkFailure:
            log.info("container_not_found", young=young)
        if young:
            return TryLater("media_processing", utcnow() + timedelta(seconds=30), failure.detail)
        return failure

    def _make(self, fields: Mapping[str, str]) -> str:
        asked = Asked(key=self.key)
        token, account = self.credentials.access_token, self.credentials.external_id
        return id_in(self.api.call("POST", self.flow.make, asked, token, account, fields), asked)

    def _ready(self, container: str, *, young: bool) -> bool:
        """Whether it may be published. Raises Rejected for what the network could make nothing of."""
        asked, answer = Asked(key=self.key), self._look(container)
        if answer.status != 200 or "error" in answer.body:
            if codes_of(answer)[1] == _NOT_ROUND_YET and young:
                return False
            raise failure_of(answer, asked)
        status, said = answer.body.get(self.flow.status), answer.body.get(self.flow.said)
        if status == _FAILED:
            words = clean_detail(str(said or ""))
            raise Rejected(_reason(words), words)
        if status == _EXPIRED:
            raise TryLater("media_gone", utcnow(), "EXPIRED")
        if status in (_FINISHED, _PUBLISHED):
            return True
        if status == _AT_WORK:
            return False
        raise malformed(answer, asked)

    def _look(self, container: str) -> Answer:
        fields = {"fields": f"id,{self.flow.status},{self.flow.said}"}
        return self._send("GET", container, Asked(key=self.key), fields)

    def _send(self, method: str, path: str, asked: Asked, fields: Mapping[str, str]) -> Answer:
        return self.api.send(method, path, asked, self.credentials.access_token, self.credentials.external_id, fields)


def id_in(answer: Answer, asked: Asked) -> str:
    """The id that an answer brings: digits, larger than other languages' numbers, so never read as one."""
    found = answer.body.get("id")
    if not isinstance(found, str) or not found.isascii() or not found.isdecimal():
        raise malformed(answer, asked)
    return found


def public(address: str) -> str:
    """The address from which the network fetches a file. Raises Rejected where there is none."""
    if not address:
        raise Rejected("no_public_address")
    return address


def since(prepared: Prepared) -> datetime | None:
    """When the containers were begun; None where that was not kept."""
    return _kept(prepared)[1]


def _kept(prepared: Prepared) -> tuple[str | None, datetime | None]:
    container, begun = prepared.facts.get("container"), prepared.facts.get("since")
    moment = datetime.fromisoformat(begun) if isinstance(begun, str) else None
    return (container if isinstance(container, str) else None), moment


def _again(facts: dict[str, Any]) -> Prepared:
    looks = int(facts.get("looks", 0))
    wait = min(_FIRST_WAIT * 2**looks, _LONGEST_WAIT)
    return Prepared({**facts, "looks": looks + 1}, utcnow() + timedelta(seconds=wait), complete=False)


def _reason(words: str) -> str:
    """Which of our words fits what the network says of a container that failed."""
    loud = words.upper()
    if any(part in loud for part in ("VIDEO", "AUDIO", "DURATION", "FRAME_RATE", "BIT_RATE")):
        return "bad_video"
    return "bad_picture" if "ASPEC" in loud or "IMAGE" in loud or "PICTURE" in loud else "media_refused"
