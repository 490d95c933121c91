"""The only way Relais reads an address that somebody typed.

A host is resolved once, every answer is checked, and the connection goes to exactly the checked number (a second
answer would be the door for DNS rebinding). Each redirect is checked anew. Size, time and redirects are bounded;
cookies, proxies from the environment, credentials and Referer do not exist here. Any port is open: feeds do live on
odd ones, and the address ranges are the fence.
"""

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

import certifi
from urllib3 import HTTPHeaderDict

from advocacy.addresses import Address, FetchError, FetchRefused, is_allowed, is_numeric, read_address
from advocacy.answers import FetchFailed, read_body
from advocacy.connecting import Deadline, bounded_socket, look_up

__all__ = ["FetchError", "FetchFailed", "FetchRefused", "Fetched", "Fetcher", "Resolver"]

Resolver = Callable[[str, int], Sequence[str]]

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_ADDRESSES_TRIED = 4
_VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]{1,1000}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer, whatever its status. `url` is where it came from after redirects. `permanent_url` is how far
    permanent redirects alone led from the asked address (None when the first was temporary, or there was none): the
    address to remember.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str | None
    charset: str | None
    permanent_url: str | None


class Fetcher:
    """Reads typed addresses safely. Keeps nothing between two calls, so one may serve all threads. Times in seconds,
    sizes in bytes after decompression. `resolver` answers (host, port) with numeric addresses; `tls` replaces the
    usual trust.
    """

    def __init__(
        self,
        allow_loopback: bool = False,
        max_bytes: int = 5_000_000,
        connect_seconds: float = 5,
        total_seconds: float = 15,
        max_redirects: int = 5,
        user_agent: str = "Relais/1.0 (feed reader and link preview)",
        *,
        resolver: Resolver = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._max_bytes = max_bytes
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._max_redirects = max_redirects
        self._user_agent = user_agent
        self._resolver = resolver
        self._tls = tls or _usual_trust()

    def get(
        self,
        url: str,
        *,
        accept: str,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
    ) -> Fetched:
        """Read an address, conditionally when validators are given (304 comes back as such, with no body). Every
        status is an answer; raises `FetchRefused` where Relais does not go and `FetchFailed` where no usable answer
        came in time and size.
        """
        headers = {"User-Agent": self._user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate"}
        for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
            if value is not None and _VALIDATOR.fullmatch(value):
                headers[name] = value
        deadline = Deadline(self._total_seconds)
        limit = self._max_bytes if max_bytes is None else max_bytes
        address = read_address(url)
        permanent: str | None = None
        all_permanent = True
        for _ in range(self._max_redirects + 1):
            answer = self._ask(address, headers, deadline, limit, permanent)
            if isinstance(answer, Fetched):
                return answer
            status, address = answer
            all_permanent = all_permanent and status in _PERMANENT
            if all_permanent:
                permanent = address.without_fragment
        raise FetchFailed("too_many_redirects", address.without_fragment)

    def _ask(
        self, address: Address, headers: dict[str, str], deadline: Deadline, limit: int, permanent: str | None
    ) -> Fetched | tuple[int, Address]:
        """One request: the answer, or the status and place of a redirect."""
        try:
            with self._open(address, deadline) as raw:
                connection = http.client.HTTPConnection(address.host, address.port)
                connection.sock = bounded_socket(raw, deadline)
                connection.request("GET", address.target, headers={"Host": address.authority, **headers})
                response = connection.getresponse()
                location = response.headers.get("Location")
                if response.status in _REDIRECTS and location:
                    return response.status, read_address(urljoin(address.without_fragment, _as_text(location)))
                body = b"" if response.status == 304 else read_body(response, limit)
        except TimeoutError as error:
            raise FetchFailed("timeout", address.host) from error
        except http.client.IncompleteRead as error:
            raise FetchFailed("cut_short", address.host) from error
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise FetchFailed("bad_response", f"{address.host}: {type(error).__name__}") from error
        return Fetched(
            url=address.without_fragment,
            status=response.status,
            headers=HTTPHeaderDict(response.headers.items()),
            body=body,
            content_type=response.headers.get_content_type() if "Content-Type" in response.headers else None,
            charset=_charset(response),
            permanent_url=permanent,
        )

    def _open(self, address: Address, deadline: Deadline) -> socket.socket:
        """A connection to one of the checked numbers, its certificate checked for the host's name."""
        failure: OSError | None = None
        for ip in self._checked_ips(address, deadline)[:_ADDRESSES_TRIED]:
            try:
                raw = _connect_to(ip, address.port, deadline.at_most(self._connect_seconds))
            except OSError as error:
                failure = error
            else:
                return self._secured(raw, address, deadline) if address.scheme == "https" else raw
        raise FetchFailed("timeout" if isinstance(failure, TimeoutError) else "unreachable", address.host) from failure

    def _secured(self, raw: socket.socket, address: Address, deadline: Deadline) -> socket.socket:
        try:
            raw.settimeout(deadline.at_most(self._connect_seconds))
            return self._tls.wrap_socket(raw, server_hostname=address.host)
        except ssl.SSLCertVerificationError as error:
            raise FetchFailed("certificate", address.host) from error
        except ssl.SSLError as error:
            raise FetchFailed("tls", address.host) from error
        finally:
            # After a handshake the connection lives on in the wrapped socket and this is an empty shell.
            raw.close()

    def _checked_ips(self, address: Address, deadline: Deadline) -> list[str]:
        """The numeric addresses of a host, all of them allowed: one inner answer among public ones refuses the whole
        name.
        """
        if is_numeric(address.host):
            found = [address.host]
        else:
            try:
                found = list(deadline.call(self._resolver, address.host, address.port))
            except TimeoutError:
                raise
            except (OSError, UnicodeError) as error:
                raise FetchFailed("unknown_host", address.host) from error
        if not found:
            raise FetchFailed("unknown_host", address.host)
        if not all(is_allowed(ip, self._allow_loopback) for ip in found):
            raise FetchRefused("private", address.host)
        return list(dict.fromkeys(found))


def _usual_trust() -> ssl.SSLContext:
    """The machine's own authorities (a company may have added its own) and the public ones, since slim images bring
    none.
    """
    trust = ssl.create_default_context()
    trust.load_verify_locations(certifi.where())
    return trust


def _connect_to(ip: str, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET6 if ipaddress.ip_address(ip).version == 6 else socket.AF_INET
    raw = socket.socket(family, socket.SOCK_STREAM)
    try:
        raw.settimeout(seconds)
        raw.connect((ip, port))
    except OSError:
        raw.close()
        raise
    return raw


def _as_text(location: str) -> str:
    """A Location is read as Latin-1 by the library; servers that send raw UTF-8 mean UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _charset(response: http.client.HTTPResponse) -> str | None:
    charset = response.headers.get_content_charset()
    return charset if charset and charset.isascii() else None
