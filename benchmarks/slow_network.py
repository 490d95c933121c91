"""A network that takes every post after a while: `python -m benchmarks.slow_network 0.1`. It speaks LinkedIn's format
and does nothing else, so that its own limit lies far above what is measured.
"""

import asyncio
import itertools
import sys

_ANSWER = "HTTP/1.1 201 Created\r\nx-restli-id: urn:li:share:%d\r\nContent-Length: 0\r\n\r\n"
_numbers = itertools.count(7_300_000_000_000_000_001)


class _Line(asyncio.Protocol):
    """One connection: a request at a time, as HTTP clients without pipelining send them."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._got, self._loop = seconds, b"", asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            return
        _before, named, after = head.lower().partition(b"\r\ncontent-length:")
        length = int(after.split(b"\r\n", 1)[0]) if named else 0
        if len(body) < length:
            return
        self._got = b""
        if self._seconds:
            self._loop.call_later(self._seconds, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        self._transport.write((_ANSWER % next(_numbers)).encode())


async def main(seconds: float) -> None:
    """Listen until killed; the address is printed first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(seconds), "127.0.0.1", 0, backlog=2000)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
