"""Sockets and name lookups that end in time: a server which sends a byte now and then must not hold a worker."""

import io
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any


class Deadline:
    """A moment after which everything ends. `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, more than zero. Raises `TimeoutError` when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def at_most(self, seconds: float) -> float:
        """The given seconds, or what is left when that is less. Raises `TimeoutError`."""
        return min(seconds, self.left())

    def call(self, question: Callable[[str, int], Sequence[str]], host: str, port: int) -> Sequence[str]:
        """Ask something that knows no timeout of its own (the system's resolver). Raises `TimeoutError`, or what it
        raised.
        """
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(question(host, port))
            except Exception as error:  # carried over to the thread that waits
                answers.put(error)

        threading.Thread(target=ask, daemon=True, name="lookup").start()
        try:
            answer = answers.get(timeout=self.left())
        except queue.Empty as error:
            raise TimeoutError from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def look_up(host: str, port: int) -> list[str]:
    """The numeric addresses of a name, by the system's resolver, best first. Raises `OSError` for unknown names."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for _, _, _, _, where in found]


class _BoundedReading(io.RawIOBase):
    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._raw.settimeout(self._deadline.left())
        return self._raw.recv_into(buffer)


class _BoundedSocket:
    """What `http.client` needs of a socket, each wait no longer than what is left of the whole.

    Closing it closes nothing: `http.client` lets go of its socket before the answer is read. Who opened the raw one
    closes it.
    """

    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        self._raw = raw
        self._deadline = deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReading(self._raw, self._deadline))

    def sendall(self, data: bytes) -> None:
        self._raw.settimeout(self._deadline.left())
        self._raw.sendall(data)

    def close(self) -> None:
        pass


def bounded_socket(raw: socket.socket, deadline: Deadline) -> Any:
    """A connected socket whose every wait counts against one deadline. It stands in for a socket in `http.client`,
    hence Any.
    """
    return _BoundedSocket(raw, deadline)
