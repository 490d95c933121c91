"""What a typed address really points to, and whether Relais may go there.

`read_address` settles the spelling once (decimal or hexadecimal IPv4, full-width dots, default ports), so that what
is checked is what is used. `is_allowed` knows the address ranges that lead inside: private, loopback, link-local,
metadata, transition tricks.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

import idna

LONGEST_ADDRESS = 4096

RefusedReason = Literal["malformed", "too_long", "scheme", "credentials", "host", "port", "private"]

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_V4 = [
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a public number, yet the inner service of one cloud
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Teredo and 6to4 carry another address inside; nothing public needs them any more, so they are refused whole.
_REFUSED_V6 = [ipaddress.IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_NETLOC = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:@/\\?#%\s]+))(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = "/%:@!$&'()*+,;=~-._"


class FetchError(Exception):
    """An address was not read. `reason` is a short machine word for the service to translate."""

    reason: str

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class FetchRefused(FetchError):
    """Relais does not go there: the address is no plain web address, or it leads inside. `reason` is a
    `RefusedReason`.
    """

    def __init__(self, reason: RefusedReason, detail: str = "") -> None:
        super().__init__(reason, detail)


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in its one settled spelling. `host` is ASCII without brackets or trailing dot; `target` is path
    and query.
    """

    scheme: str
    host: str
    port: int
    target: str
    fragment: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port: the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _default_port(self.scheme) else f"{host}:{self.port}"

    @property
    def without_fragment(self) -> str:
        """The address as it is requested."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def url(self) -> str:
        """The whole address, with its fragment."""
        return f"{self.without_fragment}#{self.fragment}" if self.fragment else self.without_fragment


def read_address(url: str) -> Address:
    """Read a typed or linked address into its settled spelling. Raises `FetchRefused`; looks nothing up, so
    `private` never here.
    """
    url = url.strip(" \t\r\n\f\v")
    if len(url) > LONGEST_ADDRESS:
        raise FetchRefused("too_long")
    if _CONTROLS.search(url) or "\\" in url:
        raise FetchRefused("malformed")
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise FetchRefused("malformed")
    if scheme[1].lower() not in ("http", "https"):
        raise FetchRefused("scheme")
    try:
        parts = urlsplit(url)
    except ValueError as error:  # brackets that hold no IPv6 address, signs that turn into separators
        raise FetchRefused("host") from error
    if "@" in parts.netloc:
        raise FetchRefused("credentials")
    host, port = _read_netloc(parts.netloc, parts.scheme)
    try:
        path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE + "?")
        fragment = quote(parts.fragment, safe=_SAFE + "?")
    except UnicodeError as error:
        raise FetchRefused("malformed") from error
    target = (path or "/") + (f"?{query}" if query else "")
    return Address(parts.scheme, host, port, target, fragment)


def is_allowed(ip: str, allow_loopback: bool = False) -> bool:
    """Whether a numeric address may be connected to. `allow_loopback` opens loopback alone, no other private range."""
    try:
        address: _IPAddress = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            return is_allowed(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    if address.is_loopback:
        return allow_loopback
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in block for block in _REFUSED_V6)


def is_numeric(host: str) -> bool:
    """Whether a settled host is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _read_netloc(netloc: str, scheme: str) -> tuple[str, int]:
    match = _NETLOC.fullmatch(netloc)
    if match is None:
        raise FetchRefused("host")
    literal, name, port_text = match.groups()
    port = int(port_text) if port_text else _default_port(scheme)
    if not 0 < port < 65536:
        raise FetchRefused("port")
    return (_read_ipv6(literal) if literal else _read_name(name)), port


def _read_ipv6(literal: str) -> str:
    try:
        return str(ipaddress.IPv6Address(literal))
    except ValueError as error:
        raise FetchRefused("host") from error


def _read_name(name: str) -> str:
    name = name.lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").lower()
        except (UnicodeError, ValueError) as error:
            raise FetchRefused("host") from error
    labels = name.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _read_ipv4(labels)
    if sum(map(len, labels)) + len(labels) > 254 or not all(map(_LABEL.fullmatch, labels)):
        raise FetchRefused("host")
    return ".".join(labels)


def _read_ipv4(labels: list[str]) -> str:
    """The forms that C libraries understand (`127.1`, `0x7f.1`, `2130706433`, octal), as browsers read them."""
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)) or any(len(label) > 16 for label in labels):
        raise FetchRefused("host")
    try:
        numbers = [_read_number(label) for label in labels]
    except ValueError as error:
        raise FetchRefused("host") from error
    *heads, tail = numbers
    if any(head > 255 for head in heads) or tail >= 256 ** (4 - len(heads)):
        raise FetchRefused("host")
    value = tail + sum(head << (8 * (3 - place)) for place, head in enumerate(heads))
    return str(ipaddress.IPv4Address(value))


def _read_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if label.startswith("0") and len(label) > 1:
        return int(label, 8)
    return int(label)
