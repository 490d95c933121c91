"""One running stand-in: its own HTTP server with a thread a connection, faults on demand, a look inside.

A network's module derives from `Standin`: it adds its routes and says how it refuses. Everything below /_sandbox is for
tests and demos, the same for all of them, as the sandbox network has it.
"""

import socket
import struct
import threading
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, g, jsonify, request
from werkzeug.serving import make_server

from advocacy.networks.sandbox.clock import Clock, written
from advocacy.networks.sandbox.faults import STATUSES, Fault, Faults
from advocacy.networks.sandbox.requestlog import RequestLog
from advocacy.networks.sandbox.server import Connection, check_free, open_connections
from advocacy.networks.standins import pages
from advocacy.networks.standins.state import Member, State

BIGGEST_BODY = 600 * 1024 * 1024
SPARED = "/_sandbox"
Doors = Mapping[tuple[str, str], Callable[..., Any]]


class Refusal(Exception):
    """An answer that says no, in the network's own form."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Standin(ABC):
    """Serves from its creation until `stop`. Options are attributes of the class; give others by name."""

    name = "network"

    def __init__(self, port: int = 0, host: str = "127.0.0.1", **options: Any) -> None:
        for option, value in options.items():
            if not hasattr(type(self), option):
                raise TypeError(f"{self.name} knows no option {option}")
            setattr(self, option, value)
        check_free(host, port)
        self.clock, self.faults, self.log = Clock(), Faults(), RequestLog(20_000)
        self.state = State(self.clock)
        self.app = Flask(f"standin_{self.name}", static_folder=None)
        self.app.config["MAX_CONTENT_LENGTH"] = BIGGEST_BODY
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self.app.register_error_handler(Refusal, lambda refusal: refusal.response)
        self._doors()
        pages.install(self, self.app)
        self.routes(self.app)
        self.server = make_server(host, port, self.app, threaded=True, request_handler=Connection)
        open_connections[self.server] = set()
        self.host = f"{host}:{self.server.server_port}"
        self.url = f"http://{self.host}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), name=self.name, daemon=True)
        self.thread.start()

    @abstractmethod
    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""

    @abstractmethod
    def refuse(self, status: int) -> Response:
        """How the network says no with this status (403, 404, 429, 500, 503)."""

    @abstractmethod
    def expired(self) -> Response:
        """How it says that a token has ended."""

    @abstractmethod
    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Tokens for a member without the dance: access_token, and refresh_token, handle, host, key, expires_in where
        there are such things.
        """

    def member_of(self) -> str | None:
        """Id of the member that the current request acts for, None without one. Refuses nothing."""
        words = request.headers.get("Authorization", "").split(" ")
        token = self.state.tokens.get(words[-1])
        return token.member if token else None

    def spoil(self, answer: Response) -> None:
        """Break an answer so that it says nothing."""
        answer.set_data(b'{"data": {"broken')

    def new_member(self, name: str, **facts: Any) -> Member:
        """A new member there."""
        with self.state.lock:
            number = self.state.number()
            member = Member(number, name, f"{plain_of(name)}{number[-4:]}", facts=facts)
            self.state.members[member.id] = member
        return member

    def introduce(self, name: str) -> Member:
        """A new member with all that a person needs who wants to connect: for demos."""
        return self.new_member(name)

    def stop(self) -> None:
        """Stop at once: held requests are dropped, open connections closed. A second time changes nothing."""
        if self.server not in open_connections:
            return
        self.faults.end()
        self.server.shutdown()
        self.thread.join()
        for connection in list(open_connections.pop(self.server)):
            with suppress(OSError):  # its own thread may have closed it meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    def _before(self) -> Response | None:
        g.cut, g.fault, g.member = False, None, None
        if request.path.startswith(SPARED):
            return None
        g.member = self.member_of()
        fault = g.fault = self.faults.take(request.method, request.path, g.member)
        if fault is None:
            return None
        if fault.kind in STATUSES:
            return self.refuse(int(fault.kind))
        if fault.kind == "expired_token":
            return self.expired()
        if fault.kind in ("hang_before", "slow"):
            self.faults.hold(fault, request.method, request.path, "before")
        dropped = fault.kind in ("hang_before", "slow") and fault.then == "drop"
        return _cut() if fault.kind == "cut_before" or dropped else None

    def _after(self, answer: Response) -> Response:
        if request.path.startswith(SPARED):
            return answer
        fault: Fault | None = g.fault
        if fault is not None and fault.kind == "malformed":
            self.spoil(answer)
        if fault is not None and fault.kind == "hang_after":
            self.faults.hold(fault, request.method, request.path, "after")
        if fault is not None and (fault.kind == "cut_after" or (fault.kind == "hang_after" and fault.then == "drop")):
            _cut()
        status = 0 if g.cut else answer.status_code
        kind = fault.kind if fault is not None else None
        self.log.note(self.clock.now(), request.method, request.path, status, g.member, kind)
        return answer

    def _doors(self) -> None:
        doors: dict[tuple[str, str], Any] = {
            ("GET", "posts"): self._posts,
            ("POST", "figures"): self._figures,
            ("POST", "accounts"): self._accounts,
            ("POST", "revoke_tokens"): self._revoke,
            ("POST", "expire_tokens"): self._expire,
            ("POST", "faults"): lambda: jsonify(id=self.faults.add(request.get_json()).id),
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "faults/release"): lambda: jsonify(released=self.faults.release()),
            ("GET", "held"): lambda: jsonify(self.faults.held()),
            ("GET", "requests"): lambda: jsonify(self.log.entries_so_far()),
            ("POST", "clock"): self._advance,
            ("POST", "reset"): self._reset,
        }
        add_doors(self.app, {(method, f"{SPARED}/{path}"): door for (method, path), door in doors.items()})

    def _clear_faults(self) -> Response:
        self.faults.clear()
        return jsonify({})

    def _advance(self) -> Response:
        self.clock.advance(request.get_json()["seconds"])
        return jsonify({})

    def _posts(self) -> Response:
        wanted = request.args.get("member")
        with self.state.lock:
            listed = [
                {
                    "id": post.id,
                    "member": post.member,
                    "text": post.text,
                    "at": written(post.at),
                    "deleted_at": written(post.deleted_at),
                    **post.facts,
                }
                for post in self.state.posts.values()
                if wanted in (None, post.member)
            ]
        return jsonify(listed)

    def _figures(self) -> Response:
        """{id, and what others did with that post, by the network's own names}."""
        wanted = dict(request.get_json())
        self.state.posts[wanted.pop("id")].figures.update(wanted)
        return jsonify({})

    def _accounts(self) -> Response:
        """{name, scopes?: [...]} → a member with tokens, as the contract tests build credentials of."""
        body = request.get_json()
        member = self.new_member(str(body["name"]))
        given = self.grant(member, tuple(body.get("scopes") or ()))
        return jsonify({"external_id": member.id, "name": member.name, "handle": member.handle, **given})

    def _revoke(self) -> Response:
        for token in self.state.tokens.values():
            token.revoked = token.revoked or token.member == request.get_json()["member"]
        return jsonify({})

    def _expire(self) -> Response:
        for token in self.state.tokens.values():
            if token.member == request.get_json()["member"] and token.kind == "access":
                token.expires_at = self.clock.now() - 1
        return jsonify({})

    def _reset(self) -> Response:
        self.faults.clear()
        self.faults.release()
        self.state.forget()
        self.log.clear()
        self.clock.offset = 0.0
        return jsonify({})


def add_doors(app: Flask, doors: Doors) -> None:
    """Have the application answer these methods and paths."""
    for (method, path), door in doors.items():
        app.add_url_rule(path, f"{method} {path}", door, methods=[method])


def plain_of(name: str) -> str:
    """A name in small letters and digits, as in handles."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum()) or "member"


def _cut() -> Response:
    """Reset the connection: the client reads no byte of an answer. What is returned is never sent."""
    connection = request.environ.get("werkzeug.socket")
    g.cut = True
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):  # the client may have gone already
            connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
