"""One running sandbox: its own HTTP server with a thread a connection, so that one hang stops nobody else."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from advocacy.networks.sandbox.app import create_app
from advocacy.networks.sandbox.audience import Audience
from advocacy.networks.sandbox.network import Network
from advocacy.networks.sandbox.options import Options
from advocacy.networks.sandbox.state import Store

open_connections: dict[BaseWSGIServer, set[socket.socket]] = {}


class Connection(WSGIRequestHandler):
    """A connection that its server can close when it stops; it writes no log lines."""

    def setup(self) -> None:
        """Remember the connection."""
        super().setup()
        open_connections.get(self.server, set()).add(self.connection)

    def finish(self) -> None:
        """Forget it."""
        open_connections.get(self.server, set()).discard(self.connection)
        super().finish()

    def log(self, *_message: Any) -> None:
        """Nothing: the request log is read at /_sandbox/requests."""


class Sandbox:
    """A sandbox that serves from its creation until `stop`. Raises OSError when it cannot listen or open its file."""

    def __init__(self, options: Options) -> None:
        check_free(options.host, options.port)
        self.network = Network(options, Store(options.data))
        self.audience = Audience(self.network)
        app = create_app(self.network, self.audience)
        self.server = make_server(options.host, options.port, app, threaded=True, request_handler=Connection)
        open_connections[self.server] = set()
        shown = f"[{options.host}]" if ":" in options.host else options.host
        self.url = f"http://{shown}:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self.thread.start()
        if options.audience:
            self.audience.start()

    def tick(self, seconds: float) -> int:
        """Let audience seconds pass; returns how many requests the clicks made."""
        return self.audience.tick(seconds)

    def advance(self, seconds: float) -> None:
        """Push the sandbox's time forward: codes, tokens and daily limits come to their end."""
        self.network.clock.advance(seconds)

    def stop(self) -> None:
        """Stop at once: held requests are dropped, open connections closed. A second time changes nothing."""
        if self.server not in open_connections:
            return
        self.network.faults.end()
        self.audience.stopped.set()
        self.server.shutdown()
        self.thread.join()
        for connection in list(open_connections.pop(self.server)):
            with suppress(OSError):  # its own thread may have closed it meanwhile
                connection.shutdown(socket.SHUT_RDWR)
        self.audience.stop()
        self.network.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()


def check_free(host: str, port: int) -> None:
    """Raises OSError with a clear sentence when an address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise OSError(f"port {port} of {host} cannot be used ({problem.strerror})") from problem


def serve_in_thread(**options: Any) -> Sandbox:
    """A sandbox on a free port that keeps nothing and whose audience waits for `tick`; images are ready at once."""
    quiet: dict[str, Any] = {"port": 0, "data": ":memory:", "audience": False, "processing_seconds": 0.0}
    return Sandbox(Options(**{**quiet, **options}))
