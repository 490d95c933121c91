"""The app on a port of its own, every network it knows beside it, as `make run` has them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from flask import Flask
from werkzeug.serving import make_server

from advocacy.launch.networks import STANDINS
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.networks.standins.__main__ import start
from advocacy.networks.standins.standin import Standin


@dataclass
class Town:
    """Relais, the sandbox network, and the stand-ins by name."""

    app: Flask
    url: str
    sandbox: Sandbox
    standins: dict[str, Standin]

    def texts(self, name: str) -> list[str]:
        """What stands on a stand-in."""
        return [post.text for post in self.standins[name].state.standing()]


@contextmanager
def town(app: Flask, set_environment: Callable[..., None], **more: str) -> Iterator[Town]:
    """Everything serves; settings lead there."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    with ExitStack() as running:
        sandbox = running.enter_context(serve_in_thread())
        standins = {each.name: running.enter_context(start(f"{each.name}:0")) for each in STANDINS}
        url = f"http://127.0.0.1:{server.server_port}"
        leading = {
            "RELAIS_PUBLIC_URL": url,
            "RELAIS_LINKEDIN_OAUTH_URL": f"{sandbox.url}/oauth/v2",
            "RELAIS_LINKEDIN_API_URL": sandbox.url,
            "RELAIS_LINKEDIN_SITE_URL": sandbox.url,
        }
        for each in STANDINS:
            at = standins[each.name]
            leading |= {name: value.format(url=at.url, host=at.host) for name, value in each.settings.items()}
        set_environment(**leading, **more)
        thread.start()
        try:
            yield Town(app, url, sandbox, standins)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
