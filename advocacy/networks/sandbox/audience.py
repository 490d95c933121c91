"""The audience: time passes for the posts, and what their readers click is really fetched, on this machine only."""

import logging
import threading
import time
from urllib.parse import urlsplit

import requests

from advocacy.networks.sandbox.authorization import is_loopback
from advocacy.networks.sandbox.browsers import headers_of
from advocacy.networks.sandbox.crowd import HORIZON, Act, plan
from advocacy.networks.sandbox.figures import link_of
from advocacy.networks.sandbox.network import Network

PATIENCE = 5.0
BETWEEN_TICKS = 1.0
log = logging.getLogger(__name__)

Click = tuple[str, dict[str, str]]


class Audience:
    """The readers of everything that stands on a network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None
        self.turn = threading.Lock()

    def tick(self, seconds: float) -> int:
        """Let so many audience seconds pass; returns how many requests the readers' clicks made."""
        with self.turn:
            clicks = self.pass_time(seconds)
            return self.fetch(clicks)

    def pass_time(self, seconds: float) -> list[Click]:
        """Every post that is not quiet grows older; returns the clicks that fall due, in their order."""
        store, seed = self.network.store, self.network.options.seed
        due: list[tuple[Act, Click]] = []
        with store.together():
            posts = store.all(
                "SELECT posts.*, members.followers FROM posts JOIN members USING (sub)"
                " WHERE NOT quiet AND deleted_at IS NULL AND age < ?",
                HORIZON,
            )
            store.run("UPDATE posts SET age = age + ? WHERE NOT quiet AND deleted_at IS NULL", seconds)
        for post in posts:
            link = link_of(post)
            if link is None or not is_ours(link):
                continue
            for act in plan(seed, post["id"], post["followers"], linked=True):
                if act.kind in ("click", "robot") and post["age"] < act.at <= post["age"] + seconds:
                    due.append((act, (link, headers_of(seed, post["id"], act.reader, act.kind == "robot"))))
        return [click for _act, click in sorted(due, key=lambda each: each[0].at)]

    def fetch(self, clicks: list[Click]) -> int:
        """Follow the links, not their redirects; a place that is down is left alone until the next time."""
        made, down = 0, set()
        with requests.Session() as session:
            session.trust_env = False  # a proxy would carry the request off this machine
            for link, headers in clicks:
                place = urlsplit(link).netloc
                if self.stopped.is_set() or place in down:
                    continue
                try:
                    session.get(link, headers=headers, allow_redirects=False, timeout=PATIENCE, stream=True).close()
                    made += 1
                except (requests.RequestException, ValueError) as problem:
                    log.debug("The audience could not follow %s: %s", link, problem)
                    down.add(place)
                session.cookies.clear()
        return made

    def start(self) -> None:
        """Let time pass by itself, at the speed of the options."""
        self.thread = threading.Thread(target=self.live, name="audience", daemon=True)
        self.thread.start()

    def live(self) -> None:
        """Tick every second until stopped; nothing that goes wrong in one tick ends the audience."""
        before = time.monotonic()
        while not self.stopped.wait(BETWEEN_TICKS):
            now = time.monotonic()
            try:
                self.tick((now - before) * self.network.options.speed)
            except Exception:
                log.exception("A tick of the audience failed")
            before = now

    def stop(self) -> None:
        """No more ticks and no more clicks; one that nobody answers is left behind."""
        self.stopped.set()
        if self.thread is not None:
            self.thread.join(1)


def is_ours(link: str) -> bool:
    """Whether a link stays on this machine: the audience follows no other."""
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
    except ValueError:
        return False
