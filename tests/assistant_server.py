"""An OpenAI-compatible server of a test's own, on loopback: strict about the wire format, and as unwell as it is told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, MODEL = "sk-test-0123456789", "tiny-1"
Behaviour = Callable[["Answering", dict[str, Any]], None]


@dataclass
class Asked:
    """A question as it came in."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def material(self) -> dict[str, Any]:
        """What was sent as data."""
        return dict(json.loads(self.body["messages"][1]["content"]))

    @property
    def orders(self) -> str:
        """What was asked for."""
        return str(self.body["messages"][0]["content"])


def completion(content: str) -> dict[str, Any]:
    """A whole answer in the format."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"},
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def texts(*said: str) -> str:
    """The content we ask for."""
    return json.dumps({"texts": list(said)}, ensure_ascii=False)


def flaw_of(path: str, headers: Any, raw: bytes) -> tuple[int, str] | None:
    """What is wrong with a request, as the format has it; None for nothing."""
    if path != "/v1/chat/completions":
        return 404, "no such path"
    if headers.get("Authorization") != f"Bearer {KEY}":
        return 401, "invalid api key"
    if headers.get("Content-Type") != "application/json" or headers.get("Content-Length") != str(len(raw)):
        return 415, "JSON of a known length is wanted"
    try:
        body = json.loads(raw)
    except ValueError:
        return 400, "no JSON"
    if not isinstance(body, dict) or set(body) != {"model", "messages", "stream"} or body["stream"] is not False:
        return 400, "unknown or missing fields"
    if body["model"] != MODEL:
        return 404, "no such model"
    messages = body["messages"]
    if not isinstance(messages, list) or [set(one) for one in messages] != [{"role", "content"}] * len(messages):
        return 400, "messages have a role and a content"
    if [one["role"] for one in messages] != ["system", "user"] or not all(one["content"] for one in messages):
        return 400, "one system message, then one of the user"
    return None


class Answering(BaseHTTPRequestHandler):
    """One connection; `server.home` is the AssistantServer."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        home: AssistantServer = self.server.home  # type: ignore[attr-defined]
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        home.hits += 1
        if (flaw := flaw_of(self.path, self.headers, raw)) is not None:
            home.flaws.append(flaw[1])
            self.send(flaw[0], json.dumps({"error": {"message": flaw[1]}}).encode())
            return
        home.asked.append(Asked(dict(self.headers.items()), json.loads(raw)))
        try:
            home.behaviour(self, json.loads(raw))
        except OSError:
            self.close_connection = True

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@dataclass
class AssistantServer:
    """Runs on a free port; `behaviour` may change at any time."""

    asked: list[Asked] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    hits: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.say("A suggestion.")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._server.home = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """What RELAIS_ASSISTANT_URL is set to."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of an app that asks here."""
        return {
            "RELAIS_ASSISTANT_URL": self.url,
            "RELAIS_ASSISTANT_KEY": KEY,
            "RELAIS_ASSISTANT_MODEL": MODEL,
            "RELAIS_ASSISTANT_TIMEOUT": "5",
        }

    def say(self, *said: str) -> None:
        """Answer well, with these texts."""
        self.answer(texts(*said))

    def answer(self, content: str) -> None:
        """Answer in the right format, whatever the content is."""
        self.behave(lambda to, _body: to.send(200, json.dumps(completion(content)).encode()))

    def behave(self, behaviour: Behaviour) -> None:
        """Do this with each good request."""
        self.behaviour: Behaviour = behaviour

    def status(self, status: int, **headers: str) -> None:
        """Answer with an error."""
        self.behave(lambda to, _body: to.send(status, b'{"error": {"message": "no"}}', **headers))

    def raw(self, body: bytes, kind: str = "application/json") -> None:
        """Answer 200 with these bytes."""
        self.behave(lambda to, _body: to.send(200, body, kind))

    def cut(self) -> None:
        """Promise more than comes."""

        def answer(to: Answering, _body: dict[str, Any]) -> None:
            to.send_response(200)
            to.send_header("Content-Type", "application/json")
            to.send_header("Content-Length", "5000")
            to.end_headers()
            to.wfile.write(json.dumps(completion(texts("Half"))).encode()[:40])
            to.close_connection = True

        self.behave(answer)

    def hold(self) -> None:
        """Say nothing until `go_on` is set; then answer well."""

        def answer(to: Answering, _body: dict[str, Any]) -> None:
            self.go_on.wait(60)
            to.send(200, json.dumps(completion(texts("At last."))).encode())

        self.behave(answer)

    def drip(self) -> None:
        """Send a byte at a time, for ever."""

        def answer(to: Answering, _body: dict[str, Any]) -> None:
            to.send_response(200)
            to.send_header("Content-Length", "100000")
            to.end_headers()
            while not self.go_on.wait(0.05):
                to.wfile.write(b" ")
                to.wfile.flush()

        self.behave(answer)

    def echo(self) -> None:
        """Do as the material says, as a model does that was talked into it."""

        def answer(to: Answering, body: dict[str, Any]) -> None:
            material = json.loads(body["messages"][1]["content"])
            to.send(200, json.dumps(completion(texts(str(material.get("page") or material.get("text"))))).encode())

        self.behave(answer)

    def close(self) -> None:
        """Stop."""
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
