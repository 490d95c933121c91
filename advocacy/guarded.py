"""A `requests` transport for hosts that somebody typed: it connects to checked numbers only, as `fetching` does.

The name is looked up once a connection, each answer is checked, and the connection goes to exactly the checked number;
TLS still checks the certificate for the name. Proxies from the environment are not asked.
"""

import ipaddress
import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager

from advocacy.addresses import is_allowed
from advocacy.connecting import Deadline, look_up

LOOKUP_SECONDS = 5.0


class RefusedAddress(NewConnectionError):
    """The host leads inside: nothing was sent."""


class _Guarded:
    """Opens the socket of a urllib3 connection."""

    allow_loopback = False

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        host, port = connection._dns_host, connection.port
        try:
            found = list(dict.fromkeys(Deadline(LOOKUP_SECONDS).call(look_up, host, port)))
        except TimeoutError as error:
            raise NewConnectionError(connection, "lookup took too long") from error
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
        if not found or not all(is_allowed(ip, self.allow_loopback) for ip in found):
            raise RefusedAddress(connection, "this address leads inside")
        failure: OSError | None = None
        for ip in found[:4]:
            try:
                return _connected(ip, port, connection.timeout)
            except OSError as error:
                failure = error
        raise NewConnectionError(connection, f"no connection ({type(failure).__name__})") from failure


class _PlainConnection(_Guarded, HTTPConnection):
    pass


class _SecureConnection(_Guarded, HTTPSConnection):
    pass


class _OpenPlainConnection(_PlainConnection):
    allow_loopback = True


class _OpenSecureConnection(_SecureConnection):
    allow_loopback = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _OpenPlainPool(HTTPConnectionPool):
    ConnectionCls = _OpenPlainConnection


class _OpenSecurePool(HTTPSConnectionPool):
    ConnectionCls = _OpenSecureConnection


def guarded_connections(*, allow_loopback: bool) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """What opens connections of a pool so that they lead to checked numbers only: without and with TLS."""
    if allow_loopback:
        return _OpenPlainConnection, _OpenSecureConnection
    return _PlainConnection, _SecureConnection


class GuardedAdapter(HTTPAdapter):
    """Mount it for http:// and https:// on a session with `trust_env = False`."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._loopback = allow_loopback
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """A pool manager whose connections are guarded."""
        pools: Any = (
            {"http": _OpenPlainPool, "https": _OpenSecurePool}
            if self._loopback
            else {"http": _PlainPool, "https": _SecurePool}
        )
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        manager.pool_classes_by_scheme = pools
        self.poolmanager = manager


def _connected(ip: str, port: int, timeout: Any) -> socket.socket:
    family = socket.AF_INET6 if ipaddress.ip_address(ip).version == 6 else socket.AF_INET
    raw = socket.socket(family, socket.SOCK_STREAM)
    try:
        raw.settimeout(timeout if isinstance(timeout, int | float) else LOOKUP_SECONDS)
        raw.connect((ip, port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        raw.close()
        raise
    return raw
