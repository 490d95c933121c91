"""The audience: figures grow, and the link of a post is really followed, but only on this machine."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread

import pytest

from advocacy.networks.sandbox import Sandbox
from advocacy.networks.sandbox.audience import is_ours
from advocacy.networks.sandbox.crowd import plan
from tests.patience import eventually
from tests.sandbox.application import Member, admin, new_member

METRICS = ("IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE", "LINK_CLICKS")
DOCUMENTATION = [ipaddress.ip_network(each) for each in ("198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


class Visits:
    """A short-link service on loopback that remembers its visits."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []
        seen = self.seen

        class Redirect(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append((self.path, dict(self.headers)))
                self.send_response(302)
                self.send_header("Location", "http://outside.example/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Redirect)
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def people(self) -> list[dict[str, str]]:
        return [headers for _path, headers in self.seen if "bot" not in headers["User-Agent"].lower()]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def visits() -> Iterator[Visits]:
    service = Visits()
    yield service
    service.stop()


def figures(member: Member, urn: str) -> dict[str, int]:
    return {metric: member.count(urn, metric) for metric in METRICS}


def test_a_post_comes_alive_within_a_minute(sandbox: Sandbox, ada: Member, visits: Visits) -> None:
    urn = ada.posted("Look", content=ada.link(f"{visits.url}/s/abc"))
    assert sandbox.tick(11) == 2, "robots are first, people take more than ten seconds"
    assert visits.people() == []
    sandbox.tick(49)
    assert len(visits.people()) >= 1
    young = figures(ada, urn)
    assert young["IMPRESSION"] >= young["MEMBERS_REACHED"] >= 10
    sandbox.tick(3600)
    old = figures(ada, urn)
    assert all(old[metric] >= young[metric] for metric in METRICS)
    assert old["MEMBERS_REACHED"] <= min(400, old["IMPRESSION"])
    assert old["LINK_CLICKS"] == len(visits.people())
    assert {path for path, _headers in visits.seen} == {"/s/abc"}


def test_readers_look_like_readers(sandbox: Sandbox, ada: Member, visits: Visits) -> None:
    for number in range(5):
        ada.posted(f"Look {number}", content=ada.link(f"{visits.url}/s/{number}"))
    sandbox.tick(86_400)
    people = visits.people()
    addresses = Counter((path, headers["X-Forwarded-For"]) for path, headers in visits.seen if headers in people)
    assert len({headers["User-Agent"] for headers in people}) >= 4
    assert {1, 2} <= set(addresses.values()), "some click twice"
    for _path, address in addresses:
        assert any(ipaddress.ip_address(address) in network for network in DOCUMENTATION)
    robots = {headers["User-Agent"].split("/")[0] for _path, headers in visits.seen if headers not in people}
    assert "LinkedInBot" in robots
    assert len(visits.seen) - len(people) == 15


def test_small_steps_and_one_leap_do_the_same(serve: Callable[..., Sandbox], visits: Visits) -> None:
    walked = []
    for steps in ([600.0], [7.5] * 80):
        sandbox = serve(seed=7)
        ada = new_member(sandbox)
        urn = ada.posted("Look", content=ada.link(f"{visits.url}/s/x"))
        clicks = sum(sandbox.tick(step) for step in steps)
        walked.append((clicks, figures(ada, urn)))
    assert walked[0] == walked[1]
    assert walked[0][0] == len(visits.seen) / 2


def test_a_link_in_the_text_is_followed_too(sandbox: Sandbox, ada: Member, visits: Visits) -> None:
    ada.posted(f"See {visits.url}/s/t here")
    assert sandbox.tick(60) >= 3


def test_quiet_and_deleted_posts_draw_nobody(sandbox: Sandbox, ada: Member, visits: Visits) -> None:
    body = {"member": ada.sub, "commentary": "q", "source": visits.url, "quiet": True, "figures": {"impressions": 5}}
    quiet = admin(sandbox, "POST", "/posts", body)["urn"]
    gone = ada.posted("gone", content=ada.link(visits.url))
    ada.call("DELETE", f"/rest/posts/{gone}")
    assert sandbox.tick(3600) == 0
    sandbox.advance(10)
    assert ada.count(quiet, "IMPRESSION") == 5
    assert visits.seen == []


def test_a_post_without_a_link_is_looked_at(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted("Only words")
    assert sandbox.tick(3600) == 0
    assert ada.count(urn, "IMPRESSION") > 10
    assert ada.count(urn, "LINK_CLICKS") == 0


def test_a_place_that_is_down_is_no_trouble(sandbox: Sandbox, ada: Member) -> None:
    closed = Visits()
    closed.stop()
    urn = ada.posted("Look", content=ada.link(f"{closed.url}/s/x"))
    assert sandbox.tick(600) == 0
    assert ada.count(urn, "IMPRESSION") > 10


@pytest.mark.parametrize(
    ("link", "ours"),
    [
        ("http://127.0.0.1:8000/s/x", True),
        ("http://localhost/s/x", True),
        ("http://[::1]:8000/s/x", True),
        ("https://brand.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://10.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("http://127.0.0.1@evil.example/", False),
        ("http://[::1/", False),
        ("ftp://127.0.0.1/", False),
    ],
)
def test_the_audience_never_leaves_the_machine(link: str, ours: bool) -> None:
    assert is_ours(link) is ours


def test_the_audience_lives_by_itself(serve: Callable[..., Sandbox], visits: Visits) -> None:
    sandbox = serve(audience=True, speed=60.0)
    ada = new_member(sandbox)
    urn = ada.posted("Look", content=ada.link(f"{visits.url}/s/x"))
    eventually(visits.people, within=60)
    assert ada.count(urn, "IMPRESSION") > 0


def test_every_plan_has_a_click_in_the_first_forty_seconds() -> None:
    for post in range(200):
        acts = plan(1, post, 300, linked=True)
        assert any(act.kind == "click" and act.at < 40 for act in acts)
        assert all(earlier.at <= later.at for earlier, later in pairwise(acts))


def test_time_can_be_passed_over_http(sandbox: Sandbox, ada: Member, visits: Visits) -> None:
    ada.posted("Look", content=ada.link(f"{visits.url}/s/x"))
    assert admin(sandbox, "POST", "/tick", {"seconds": 11})["clicks"] == 2
    before = sandbox.network.clock.now()
    assert admin(sandbox, "POST", "/clock", {"seconds": 100})["now"] >= before + 100
