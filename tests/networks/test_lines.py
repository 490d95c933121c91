"""Connections that are kept while a batch goes out: nothing is sent twice, nothing of one account reaches another."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from advocacy.networks import lines as kept_lines
from advocacy.networks.failures import TryLater, Unconfirmed
from advocacy.networks.lines import Lines, keep_here
from advocacy.networks.wire import LONGEST_ANSWER, Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.conftest import settings_of

ONCE = Asked(once=True)
FINE = b'HTTP/1.1 201 Created\r\nContent-Length: 11\r\nX-Id: 7\r\nSet-Cookie: who=first; Path=/\r\n\r\n{"ok":true}'
Script = Callable[[int, int], tuple[bytes, bool]]


class Host:
    """Answers as its script says, which is told the number of the connection and of the request on it: bytes, and
    whether the connection stays open after them. Remembers every request, by connection.
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[list[str]] = []
        self.closed = threading.Event()
        self._script, self._tls = script, tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        """Until the socket is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.asked.append([])
                threading.Thread(target=self._speak, args=(connection, len(self.asked) - 1), daemon=True).start()

    def _speak(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            heard = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with heard, heard.makefile("rb") as reading:
                stays = True
                while stays and (head := _head(reading)).endswith(b"\r\n"):
                    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                    reading.read(int(length or 0))
                    self.asked[number].append(head.decode())
                    said, stays = self._script(number, len(self.asked[number]) - 1)
                    heard.sendall(said)
                heard.shutdown(socket.SHUT_RDWR)
        self.closed.set()

    def stop(self) -> None:
        """No more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def _head(reading: BinaryIO) -> bytes:
    """The lines before the empty one; what there was of them where the other side has gone."""
    lines: list[bytes] = []
    while (line := reading.readline()) not in (b"", b"\r\n"):
        lines.append(line)
    return b"".join(lines)


@contextmanager
def up(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    """A host that is up."""
    host = Host(script, tls)
    threading.Thread(target=host.serve, daemon=True).start()
    try:
        yield host
    finally:
        host.stop()


@contextmanager
def hand(settings: Settings) -> Iterator[Callable[[Callable[[], Answer]], Answer]]:
    """Has calls made by a thread that keeps its connections."""
    lines = Lines(settings, 4)
    with ThreadPoolExecutor(1, initializer=keep_here, initargs=(lines,)) as pool:
        yield lambda call: pool.submit(call).result(20)
    lines.close()


def settings_at(**values: Any) -> Settings:
    return settings_of(**{"fetch_allow_loopback": True, "network_seconds": 5.0, **values})


def publish(settings: Settings, url: str, token: str = "ada", *, typed: bool = False) -> Answer:  # noqa: S107
    with Calls(settings, Secret(token), typed=typed) as calls:
        return calls.send("POST", f"{url}/posts", ONCE, json={"text": "Words"})


@pytest.mark.parametrize("typed", [False, True])
def test_a_connection_is_kept_and_nothing_of_an_account_on_it(typed: bool) -> None:
    settings = settings_at()
    with up(lambda _connection, _request: (FINE, True)) as host, hand(settings) as have:
        for token in ("ada", "bo"):
            answer = have(lambda token=token: publish(settings, host.url, token, typed=typed))  # type: ignore[misc]
            assert (answer.status, answer.body, answer.headers["x-id"]) == (201, {"ok": True}, "7")
    [[first, second]] = host.asked
    assert "Authorization: Bearer ada\r\n" in first
    assert "Authorization: Bearer bo\r\n" in second
    assert "ada" not in second
    assert "cookie" not in second.lower()


def test_without_a_batch_every_group_of_calls_has_its_own() -> None:
    settings = settings_at()
    with up(lambda _connection, _request: (FINE, True)) as host:
        for _ in range(2):
            publish(settings, host.url)
        assert [len(requests) for requests in host.asked] == [1, 1]


def test_a_connection_that_its_server_closed_meanwhile_is_not_used() -> None:
    settings = settings_at()
    with up(lambda connection, _request: (FINE, connection > 0)) as host, hand(settings) as have:
        have(lambda: publish(settings, host.url))
        assert host.closed.wait(5)
        assert have(lambda: publish(settings, host.url)).status == 201
    assert [len(requests) for requests in host.asked] == [1, 1]


def test_a_connection_that_has_rested_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lines, "RESTED", -1.0)
    settings = settings_at()
    with up(lambda _connection, _request: (FINE, True)) as host, hand(settings) as have:
        for _ in range(2):
            assert have(lambda: publish(settings, host.url)).status == 201
    assert [len(requests) for requests in host.asked] == [1, 1]


@pytest.mark.parametrize("last_words", [b"", b"HTTP/1"])
def test_what_breaks_off_on_a_kept_connection_is_unknown_and_not_sent_again(last_words: bytes) -> None:
    settings = settings_at()

    def cut(_connection: int, request: int) -> tuple[bytes, bool]:
        return (FINE, True) if request == 0 else (last_words, False)

    with up(cut) as host, hand(settings) as have:
        have(lambda: publish(settings, host.url))
        with pytest.raises(Unconfirmed) as failure:
            have(lambda: publish(settings, host.url))
    assert failure.value.reason == "no_answer"
    assert [len(requests) for requests in host.asked] == [2]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"Content-Length: %d\r\n\r\n%s" % (LONGEST_ANSWER * 3, b"x" * LONGEST_ANSWER * 3), id="long"),
        pytest.param(b"Content-Length: 20\r\n\r\ntoo short", id="cut"),
    ],
)
def test_what_was_not_read_never_answers_the_next_call(rest: bytes) -> None:
    settings = settings_at(network_seconds=1.0)

    def script(connection: int, _request: int) -> tuple[bytes, bool]:
        return (FINE, True) if connection else (b"HTTP/1.1 200 OK\r\n" + rest, True)

    with up(script) as host, hand(settings) as have:
        assert have(lambda: publish(settings, host.url)).status == 200
        assert have(lambda: publish(settings, host.url)).status == 201
    assert [len(requests) for requests in host.asked] == [1, 1]


def test_a_redirect_is_an_answer() -> None:
    settings = settings_at()
    moved = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with up(lambda _connection, _request: (moved, True)) as host, hand(settings) as have:
        assert have(lambda: publish(settings, host.url)).status == 307
    assert [len(requests) for requests in host.asked] == [1]


def test_a_typed_host_that_leads_inside_is_not_connected_to() -> None:
    settings = settings_at(fetch_allow_loopback=False)
    with up(lambda _connection, _request: (FINE, True)) as host, hand(settings) as have:
        have(lambda: publish(settings, host.url))  # the same host, not typed: that connection is not for the next
        with pytest.raises(TryLater) as failure:
            have(lambda: publish(settings, host.url, typed=True))
    assert failure.value.reason == "unreachable"
    assert [len(requests) for requests in host.asked] == [1]


def test_the_operators_proxy_is_for_networks_and_not_for_typed_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_at()
    with (
        up(lambda _connection, _request: (FINE, True)) as proxy,
        up(lambda _connection, _request: (FINE, True)) as host,
        hand(settings) as have,
    ):
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        have(lambda: publish(settings, host.url))
        have(lambda: publish(settings, host.url, typed=True))
    [[through]] = proxy.asked
    assert through.startswith(f"POST {host.url}/posts HTTP/1.1\r\n")
    assert [len(requests) for requests in host.asked] == [1]


def test_certificates_are_checked_against_the_operators_authorities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_at()
    pem = tmp_path / "host.pem"
    _certify("127.0.0.1", pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    with up(lambda _connection, _request: (FINE, True), serving) as host:
        with hand(settings) as have, pytest.raises(TryLater):
            have(lambda: publish(settings, host.url))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        with hand(settings) as have:
            for _ in range(2):
                assert have(lambda: publish(settings, host.url)).status == 201
            with pytest.raises(TryLater):
                have(lambda: publish(settings, host.url.replace("127.0.0.1", "localhost")))
            with pytest.raises(TryLater):  # typed: the usual authorities alone
                have(lambda: publish(settings, host.url, typed=True))
    assert sorted(len(requests) for requests in host.asked) == [0, 0, 0, 2]


def _certify(address: str, pem: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "host")]), datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem.write_bytes(key.private_bytes(*written) + built.public_bytes(serialization.Encoding.PEM))
