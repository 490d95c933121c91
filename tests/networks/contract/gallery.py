"""Where pictures and videos of a test can be fetched, for networks that fetch them themselves."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from advocacy.networks.base import Credentials, File, Outgoing, Picture, Prepared
from tests.networks.contract.stage import Stage


class Gallery:
    """A server of files, each at an address made of its content."""

    def __init__(self) -> None:
        held: dict[str, tuple[bytes, str]] = {}
        self.held = held

        class Answering(BaseHTTPRequestHandler):
            """Answers with what is held."""

            def do_GET(self) -> None:
                data, mimetype = held.get(self.path, (b"", "text/plain"))
                self.send_response(200 if self.path in held else 404)
                self.send_header("Content-Type", mimetype)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_words: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def show(self, data: bytes, mimetype: str) -> str:
        """Its address."""
        path = f"/{sha256(data).hexdigest()[:20]}"
        self.held[path] = (data, mimetype)
        return self.url + path

    def addressed(self, outgoing: Outgoing) -> Outgoing:
        """The same, with addresses where it has none."""
        pictures = tuple(self._picture(picture) for picture in outgoing.pictures)
        return replace(outgoing, pictures=pictures, file=outgoing.file and self._file(outgoing.file))

    def stop(self) -> None:
        """Stop at once."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _picture(self, picture: Picture) -> Picture:
        return replace(picture, address=picture.address or self.show(picture.load(), "image/jpeg"))

    def _file(self, file: File) -> File:
        return replace(file, address=file.address or self.show(file.path.read_bytes(), file.mimetype))


running: list[Gallery] = []


@contextmanager
def beside(standin: AbstractContextManager[Any]) -> Iterator[Any]:
    """The stand-in, with a gallery open as long as it serves."""
    with standin as serving:
        running.append(Gallery())
        try:
            yield serving
        finally:
            running.pop().stop()


@dataclass
class Fetching(Stage):
    """A stage whose network fetches media, and whose long tokens are renewed while they live."""

    def outgoing(self, text: str, **values: Any) -> Outgoing:
        """A share of these words; what it shows has an address."""
        return running[-1].addressed(super().outgoing(text, **values))

    def prepare(self, credentials: Credentials, outgoing: Outgoing, patience: int = 20) -> Prepared:
        """As delivery does."""
        return super().prepare(credentials, running[-1].addressed(outgoing), patience)

    def ripen(self, credentials: Credentials) -> None:
        """A token is renewed from its second day on, not after its end."""
        self.pass_time(86_400 + 60)
