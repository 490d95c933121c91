"""Faults that somebody asked for: which there are, which request takes one, and which requests are being held."""

import itertools
import random
import threading
import time
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

STATUSES = ("403", "404", "429", "500", "503")
KINDS = (
    *STATUSES,
    "hang_before",
    "hang_after",
    "cut_before",
    "cut_after",
    "expired_token",
    "revoked_token",
    "malformed",
    "slow",
)
FOREVER = -1


@dataclass
class Fault:
    """One fault: it befalls `times` matching requests (-1: all of them), each with the likelihood `rate`. `then` is
    proceed or drop, after a hold.
    """

    id: int
    path: str
    kind: str
    method: str | None = None
    times: int = 1
    seconds: float = 30
    member: str | None = None
    then: str = "proceed"
    rate: float = 1.0

    def befalls(self, method: str, path: str, member: str | None) -> bool:
        """Whether a request is one of those meant; the path may end with *."""
        return (
            self.times != 0
            and self.method in (None, method)
            and self.member in (None, member)
            and fnmatchcase(path, self.path)
            and (self.rate >= 1 or random.random() < self.rate)  # noqa: S311 - misfortune is no secret
        )


@dataclass
class Hold:
    """A request that is being held, and the event that lets it go."""

    id: int
    fault: Fault
    method: str
    path: str
    stage: str
    since: float
    released: threading.Event


class Faults:
    """The faults of one sandbox. Safe from several threads; a held request blocks only its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.waiting: list[Fault] = []
        self.holds: list[Hold] = []
        self.ended = False

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Ask for a fault. Raises ValueError when the request for it is not understood."""
        known = {"path", "method", "kind", "times", "seconds", "member", "then", "rate"}
        if not isinstance(wanted, dict) or not {"path", "kind"} <= wanted.keys() <= known:
            raise ValueError(f"a fault has path and kind, and may have {', '.join(sorted(known - {'path', 'kind'}))}")
        if str(wanted["kind"]) not in KINDS or wanted.get("then", "proceed") not in ("proceed", "drop"):
            raise ValueError(f"kind is one of {', '.join(KINDS)}; then is proceed or drop")
        fault = Fault(id=next(self.numbers), **{**wanted, "kind": str(wanted["kind"])})
        with self.lock:
            self.waiting.append(fault)
        return fault

    def waiting_list(self) -> list[dict[str, Any]]:
        """The faults that still wait for a request."""
        with self.lock:
            return [asdict(fault) for fault in self.waiting]

    def clear(self) -> None:
        """No more faults; requests already held stay held."""
        with self.lock:
            self.waiting.clear()

    def take(self, method: str, path: str, member: str | None) -> Fault | None:
        """The fault that befalls this request, if any; it is used up by that."""
        with self.lock:
            for fault in self.waiting:
                if fault.befalls(method, path, member):
                    fault.times -= 1 if fault.times > 0 else 0
                    self.waiting = [each for each in self.waiting if each.times != 0]
                    return fault
        return None

    def hold(self, fault: Fault, method: str, path: str, stage: str) -> None:
        """Block the calling thread until the fault's seconds pass or somebody releases it."""
        hold = Hold(next(self.numbers), fault, method, path, stage, time.time(), threading.Event())
        with self.lock:
            if self.ended:
                return
            self.holds.append(hold)
        hold.released.wait(fault.seconds)
        with self.lock:
            self.holds.remove(hold)

    def held(self) -> list[dict[str, Any]]:
        """The requests being held now; stage says whether their work is done."""
        with self.lock:
            return [
                {
                    "id": h.id,
                    "fault": h.fault.id,
                    "method": h.method,
                    "path": h.path,
                    "stage": h.stage,
                    "since": h.since,
                }
                for h in self.holds
            ]

    def release(self) -> int:
        """Let every held request go; returns how many there were."""
        with self.lock:
            for hold in self.holds:
                hold.released.set()
            return len(self.holds)

    def end(self) -> None:
        """The sandbox stops: nothing is held from now on, and what is held is dropped."""
        with self.lock:
            self.ended = True
            for hold in self.holds:
                hold.fault.then = "drop"
        self.release()
