"""The last requests, without their secrets."""

from collections import deque
from typing import Any


class RequestLog:
    """A short memory of method, path, status and member; never a query, a header or a body."""

    def __init__(self, kept: int = 500) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=kept)

    def note(self, at: float, method: str, path: str, status: int, member: str | None, fault: str | None) -> None:
        """Remember one request; status 0 is a connection cut without an answer."""
        entry = {"at": at, "method": method, "path": path, "status": status, "member": member, "fault": fault}
        self.entries.append(entry)

    def entries_so_far(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return list(self.entries.copy())

    def clear(self) -> None:
        """Forget them."""
        self.entries.clear()
