"""Connections to networks, kept for the next calls while a batch of shares goes out (`keeping`), else for one group.

Nothing of an account stays on a connection: tokens stand on each request, cookies are never kept. A call is sent once,
over one connection, and never again by itself. A connection that has rested, or that its server is seen to have closed,
is not used; what breaks off on one in use may have been done, as on a fresh one.
"""

import os
import ssl
import threading
from collections import OrderedDict
from functools import lru_cache
from queue import LifoQueue
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.util.ssl_ import create_urllib3_context

from advocacy.guarded import guarded_connections
from config.settings import Settings

RESTED = 1.0
"""Seconds after which a connection is not used again: servers close idle ones, the first of them after two."""
MOST_HOSTS = 200
_ONCE = Retry(total=False, redirect=False)
_mine = threading.local()


class _Recent(LifoQueue):  # type: ignore[type-arg]
    """Connections at rest; one that rested too long is closed as it is taken, and connects anew."""

    def _put(self, item: Any) -> None:
        super()._put((monotonic(), item))

    def _get(self) -> Any:
        since, item = super()._get()
        if item is not None and monotonic() - since > RESTED:
            item.close()
        return item


class _PlainPool(HTTPConnectionPool):
    QueueCls = _Recent


class _SecurePool(HTTPSConnectionPool):
    QueueCls = _Recent


class Lines:
    """Connections of many threads; of each host at most `keep` rest here. To be closed in the end."""

    def __init__(self, settings: Settings, keep: int = 1) -> None:
        self._keep, self._loopback = keep, settings.fetch_allow_loopback
        self._pools: OrderedDict[tuple[bool, str], tuple[HTTPConnectionPool, bool]] = OrderedDict()
        self._lock = threading.Lock()
        self._proxies = HTTPAdapter(pool_maxsize=keep)

    def send(self, request: requests.PreparedRequest, patience: Timeout, *, typed: bool) -> BaseHTTPResponse:
        """The answer's head; its body is to be read, and closed. Raises errors of urllib3, OSError."""
        url = request.url or ""
        pool, whole = self._pool_for(url, typed)
        headers: Any = request.headers
        body: Any = request.body
        return pool.urlopen(
            request.method or "GET",
            url.partition("#")[0] if whole else request.path_url,
            body=body,
            headers=headers,
            retries=_ONCE,
            redirect=False,
            assert_same_host=False,
            timeout=patience,
            chunked=body is not None and "Content-Length" not in headers,
            preload_content=False,
            decode_content=False,
        )

    def close(self) -> None:
        """Hang up. A call on its way ends first."""
        with self._lock:
            pools, self._pools = self._pools, OrderedDict()
        for pool, _ in pools.values():
            pool.close()
        self._proxies.close()

    def _pool_for(self, url: str, typed: bool) -> tuple[HTTPConnectionPool, bool]:
        """The connections to the address's host, and whether they go to a proxy that wants the whole address."""
        server = url[: url.find("/", 8)]
        with self._lock:
            found = self._pools.get((typed, server))
            if found is None:
                found = self._pools[typed, server] = self._direct(url, typed=True) if typed else self._outward(url)
                if len(self._pools) > MOST_HOSTS:
                    self._pools.popitem(last=False)  # closed once nobody calls through it any more
        return found

    def _outward(self, url: str) -> tuple[HTTPConnectionPool, bool]:
        """As the environment says: through a proxy, or directly."""
        proxy = select_proxy(url, get_environ_proxies(url))
        if not proxy:
            return self._direct(url, typed=False)
        proxy = prepend_scheme_if_needed(proxy, "http")
        manager = self._proxies.proxy_manager_for(proxy, ssl_context=_trust(_bundle()))
        parts = urlsplit(url)
        plainly = parts.scheme == "http" and not proxy.lower().startswith("socks")
        return manager.connection_from_host(parts.hostname, parts.port, parts.scheme), plainly

    def _direct(self, url: str, *, typed: bool) -> tuple[HTTPConnectionPool, bool]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        pool: HTTPConnectionPool
        if parts.scheme == "https":
            context = _trust(certifi.where() if typed else _bundle())
            pool = _SecurePool(host, parts.port, maxsize=self._keep, ssl_context=context)
        else:
            pool = _PlainPool(host, parts.port, maxsize=self._keep)
        if typed:
            plain, secure = guarded_connections(allow_loopback=self._loopback)
            pool.ConnectionCls = secure if parts.scheme == "https" else plain
        return pool, False


def keep_here(lines: Lines) -> None:
    """Calls of this thread use these connections from now on."""
    _mine.lines = lines


def find_kept() -> Lines | None:
    """The connections that this thread was told to use."""
    return getattr(_mine, "lines", None)


def _bundle() -> str:
    """Where the certificates of authorities are that the operator trusts."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or certifi.where()


@lru_cache(maxsize=4)
def _trust(bundle: str) -> ssl.SSLContext:
    """TLS that checks certificates and names; read once, as that takes long."""
    context = create_urllib3_context()
    context.load_verify_locations(**({"capath": bundle} if os.path.isdir(bundle) else {"cafile": bundle}))
    return context
