import gzip
import http.server
import ipaddress
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from advocacy.fetching import Fetcher, FetchFailed, FetchRefused

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Site:
    """A web server on loopback whose paths answer as a test says, and which remembers what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.paths: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Answering(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                try:
                    site.paths[self.path](self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def says(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> str:
        def answer(request: http.server.BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.paths[path] = answer
        return self.url + path


@contextmanager
def running(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.released.set()
        site.server.shutdown()
        site.server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as served:
        yield served


def fetcher(**options: Any) -> Fetcher:
    return Fetcher(**{"allow_loopback": True, "connect_seconds": 2, "total_seconds": 5, **options})


def failure(call: Callable[[], object]) -> str:
    with pytest.raises((FetchFailed, FetchRefused)) as raised:
        call()
    return raised.value.reason


def test_an_answer_as_it_was_given(site: Site) -> None:
    url = site.says("/feed?a=1", body="é".encode(), Content_Type="text/XML; charset=UTF-8", ETag='"v1"')
    answer = fetcher().get(url + "#part", accept="text/xml", etag='"v0"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT")
    assert (answer.url, answer.status, answer.body, answer.permanent_url) == (url, 200, "é".encode(), None)
    assert (answer.content_type, answer.charset, answer.headers["etag"]) == ("text/xml", "utf-8", '"v1"')
    _, headers = site.asked[0]
    assert headers["accept"] == "text/xml"
    assert headers["if-none-match"] == '"v0"'
    assert headers["if-modified-since"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert not {"cookie", "referer", "authorization"} & headers.keys()


def test_every_status_is_an_answer(site: Site) -> None:
    assert fetcher().get(site.says("/same", 304), accept="*/*").status == 304
    answer = fetcher().get(site.says("/busy", 503, b"later", Retry_After="120"), accept="*/*")
    assert (answer.status, answer.headers["retry-after"], answer.body, answer.content_type) == (
        503,
        "120",
        b"later",
        None,
    )


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetcher().get(site.says("/", body=b"direct"), accept="*/*").body == b"direct"


def test_validators_cannot_smuggle_headers(site: Site) -> None:
    fetcher().get(site.says("/"), accept="*/*", etag='"a"\r\nX-Evil: 1', last_modified="☃")
    assert not {"x-evil", "if-none-match", "if-modified-since"} & site.asked[0][1].keys()


def test_redirects_and_where_to_find_it_from_now_on(site: Site) -> None:
    end = site.says("/end", body=b"here")
    site.says("/temporary", 302, Location="end")
    moved = site.says("/moved", 301, Location="/temporary")
    gone = site.says("/gone", 308, Location=end)
    answer = fetcher().get(moved, accept="*/*")
    assert (answer.url, answer.body, answer.permanent_url) == (end, b"here", site.url + "/temporary")
    assert fetcher().get(gone, accept="*/*").permanent_url == end
    assert fetcher().get(site.url + "/temporary", accept="*/*").permanent_url is None


def test_a_redirect_without_a_place_is_an_answer(site: Site) -> None:
    assert fetcher().get(site.says("/odd", 302, b"?"), accept="*/*").status == 302


def test_a_circle_of_redirects_ends(site: Site) -> None:
    circle = site.says("/circle", 302, Location="/circle")
    assert failure(lambda: fetcher(max_redirects=3).get(circle, accept="*/*")) == "too_many_redirects"
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://10.0.0.1/", "private"),
        ("http://192.168.1.1/", "private"),
        ("http://[fd00::1]/", "private"),
        ("http://0xa.1/", "private"),
        ("file:///etc/passwd", "scheme"),
        ("//ann:b@example.org/", "credentials"),
    ],
)
def test_redirects_to_where_relais_does_not_go(site: Site, place: str, reason: str) -> None:
    url = site.says("/leads-inside", 302, Location=place)
    assert failure(lambda: fetcher().get(url, accept="*/*")) == reason


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
def test_loopback_is_closed_unless_it_was_opened(site: Site, host: str) -> None:
    url = site.says("/").replace("127.0.0.1", host)
    assert failure(lambda: fetcher(allow_loopback=False).get(url, accept="*/*")) == "private"
    assert site.asked == []


def test_one_inner_answer_among_public_ones_refuses_the_name(site: Site) -> None:
    mixed = fetcher(resolver=lambda host, port: ["93.184.216.34", "10.0.0.5"])
    assert failure(lambda: mixed.get("http://mixed.example/", accept="*/*")) == "private"


def test_a_name_is_resolved_once_and_the_checked_number_is_connected_to(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    site.says("/", body=b"checked")
    url = f"http://rebinding.example:{site.port}/"
    turning = fetcher(resolver=rebinding)
    assert turning.get(url, accept="*/*").body == b"checked"
    assert asked == ["rebinding.example"]
    assert site.asked[0][1]["host"] == f"rebinding.example:{site.port}"
    assert failure(lambda: turning.get(url, accept="*/*")) == "private"


def test_a_redirect_is_resolved_anew(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    site.says("/", 302, Location=f"http://rebinding.example:{site.port}/again")
    turning = fetcher(resolver=lambda host, port: next(answers))
    assert failure(lambda: turning.get(f"http://rebinding.example:{site.port}/", accept="*/*")) == "private"


def test_names_that_do_not_exist_or_hang(site: Site) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    assert failure(lambda: fetcher(resolver=unknown).get("http://x.example/", accept="*/*")) == "unknown_host"
    assert failure(lambda: fetcher(resolver=lambda h, p: []).get("http://x.example/", accept="*/*")) == "unknown_host"

    def hanging(host: str, port: int) -> list[str]:
        site.released.wait()
        return []

    assert (
        failure(lambda: fetcher(resolver=hanging, total_seconds=0.1).get("http://x.example/", accept="*/*"))
        == "timeout"
    )


def test_the_second_number_is_tried_when_the_first_is_deaf(site: Site) -> None:
    site.says("/", body=b"second")
    both = fetcher(resolver=lambda host, port: ["::1", "127.0.0.1"])
    assert both.get(f"http://two.example:{site.port}/", accept="*/*").body == b"second"


def test_nobody_there() -> None:
    with running(Site()) as closed:
        url = closed.url
    assert failure(lambda: fetcher().get(url, accept="*/*")) == "unreachable"


def test_what_is_too_large_is_not_read(site: Site) -> None:
    small = fetcher(max_bytes=1000)
    assert len(small.get(site.says("/fits", body=b"a" * 1000), accept="*/*").body) == 1000
    assert failure(lambda: small.get(site.says("/large", body=b"a" * 1001), accept="*/*")) == "too_large"
    assert len(small.get(site.url + "/large", accept="*/*", max_bytes=2000).body) == 1001

    def endless(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not site.released.is_set():
            request.wfile.write(b"a" * 65536)

    site.paths["/endless"] = endless
    assert failure(lambda: small.get(site.url + "/endless", accept="*/*")) == "too_large"


def test_compressed_bodies(site: Site) -> None:
    text = b"relais " * 100
    bare = zlib.compressobj(wbits=-15)
    for path, coding, body in (
        ("/gzip", "gzip", gzip.compress(text)),
        ("/zlib", "deflate", zlib.compress(text)),
        ("/bare", "deflate", bare.compress(text) + bare.flush()),
        ("/plain", "identity", text),
    ):
        assert fetcher().get(site.says(path, body=body, Content_Encoding=coding), accept="*/*").body == text


def test_compression_that_lies(site: Site) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    url = site.says("/bomb", body=bomb, Content_Encoding="gzip")
    assert failure(lambda: fetcher(max_bytes=1_000_000).get(url, accept="*/*")) == "too_large"
    url = site.says("/broken", body=b"no gzip", Content_Encoding="gzip")
    assert failure(lambda: fetcher().get(url, accept="*/*")) == "encoding"
    url = site.says("/unasked", body=b"x", Content_Encoding="br")
    assert failure(lambda: fetcher().get(url, accept="*/*")) == "encoding"
    url = site.says("/half", body=gzip.compress(b"a" * 999)[:-9], Content_Encoding="gzip")
    assert failure(lambda: fetcher().get(url, accept="*/*")) == "cut_short"


def test_answers_that_end_early(site: Site) -> None:
    url = site.says("/short", body=b"abc", Content_Length="10")
    assert failure(lambda: fetcher().get(url, accept="*/*")) == "cut_short"

    def half_chunk(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc")

    site.paths["/chunk"] = half_chunk
    assert failure(lambda: fetcher().get(site.url + "/chunk", accept="*/*")) == "cut_short"


@pytest.mark.parametrize("raw", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"])
def test_what_is_no_http(site: Site, raw: bytes) -> None:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(raw)

    site.paths["/"] = answer
    assert failure(lambda: fetcher().get(site.url + "/", accept="*/*")) == "bad_response"


@pytest.mark.parametrize("opening", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_a_server_that_drips_does_not_hold_a_worker(site: Site, opening: bytes) -> None:
    def drip(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(opening)
        while not site.released.wait(0.02):
            request.wfile.write(b"a")

    site.paths["/"] = drip
    assert failure(lambda: fetcher(total_seconds=0.3).get(site.url + "/", accept="*/*")) == "timeout"


def _certificate(
    name: str, folder: Path, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None
) -> Any:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.pem").write_bytes(secret + pem)
    return certificate, key


def test_certificates_are_checked_for_the_name_not_for_the_number(tmp_path: Path) -> None:
    authority = _certificate("authority.example", tmp_path)
    _certificate("right.example", tmp_path, authority)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "right.example.pem")
    trust = ssl.create_default_context(cafile=str(tmp_path / "authority.example.pem"))
    with running(Site(serving)) as site:
        site.says("/", body=b"secret")

        def get(host: str, tls: ssl.SSLContext | None = trust) -> bytes:
            reading = fetcher(resolver=lambda host, port: ["127.0.0.1"], tls=tls)
            return reading.get(f"https://{host}:{site.port}/", accept="*/*").body

        assert get("right.example") == b"secret"
        assert failure(lambda: get("wrong.example")) == "certificate"
        assert failure(lambda: get("127.0.0.1")) == "certificate"
        assert failure(lambda: get("right.example", None)) == "certificate"
    with running(Site()) as plain:
        assert failure(lambda: fetcher().get(f"https://127.0.0.1:{plain.port}/", accept="*/*")) == "tls"
