"""A network that answers every post after a while, as fast as one process can: for measuring. `python -m … 0.1`."""

import asyncio
import itertools
import sys

_numbers = itertools.count(7_300_000_000_000_000_001)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            await reader.readexactly(length)
            await asyncio.sleep(seconds)
            urn = f"urn:li:share:{next(_numbers)}"
            writer.write(f"HTTP/1.1 201 Created\r\nx-restli-id: {urn}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(seconds: float) -> None:
    """Listen until killed; the address is printed first."""
    server = await asyncio.start_server(lambda r, w: _serve(r, w, seconds), "127.0.0.1", 0, backlog=2000)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
