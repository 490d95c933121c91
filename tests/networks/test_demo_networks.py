"""The stand-ins as a demo has them: everybody can connect by their pages, and look at what stands there."""

from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask

from advocacy.networks.standins.__main__ import KNOWN, start
from advocacy.networks.standins.mastodon import Mastodon
from advocacy.networks.standins.state import Post
from tests.networks.consenting import consent
from tests.networks.standing import Town, town
from tests.visitor import Visitor, page, words
from tests.world import World

BROWSER = {"Accept": "text/html", "Accept-Language": "fr"}


@pytest.fixture
def place(app: Flask, clean: None, set_environment: Callable[..., None]) -> Iterator[Town]:
    with town(app, set_environment) as standing:
        yield standing


@pytest.fixture
def standin() -> Iterator[Mastodon]:
    with Mastodon() as running:
        yield running


def test_every_network_of_the_demo_can_be_connected(place: Town, world: World, visit: Callable[..., Visitor]) -> None:
    visitor = visit(world.person(world.organisation()))
    sky = place.standins["bluesky"].introduce("Ada Sky")
    typed = {
        "x": {"agreed": "1"},
        "mastodon": {"server": place.standins["mastodon"].host},
        "bluesky": {"handle": sky.handle},
    }
    for network in ("linkedin", *KNOWN):
        answer = visitor.post(f"/accounts/{network}/connect", typed.get(network, {}))
        [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
        choice = {"sub": sky.id} if network == "bluesky" else {"name": f"Ada on {network}"}
        query = consent(refresh.removeprefix("0;url="), **choice)
        back = visitor.get(f"/accounts/{network}/callback", query_string=query)
        assert back.status_code == 302, (network, words(back))
    shown = words(visitor.get("/accounts"))
    assert "not connected" not in shown
    assert all(f"Ada on {network}" in shown for network in ("linkedin", "x", "mastodon", "threads"))


def test_the_pages_of_a_stand_in(standin: Mastodon) -> None:
    empty = requests.get(standin.url, headers=BROWSER, timeout=5)
    assert "Rien n’a encore été publié." in empty.text and 'lang="fr"' in empty.text
    made = requests.post(f"{standin.url}/_sandbox/people", data={"name": "Inès <b>"}, timeout=5)
    assert "Inès &lt;b&gt;" in made.text and "inesb" in made.text
    [member] = standin.state.members.values()
    standin.state.posts["77"] = Post(
        "77", member.id, "<i>Hello</i>\nthere", standin.clock.now(), {"pictures": ["A hat"]}
    )
    for path in ("", f"/@{member.handle}/77"):
        shown = requests.get(standin.url + path, headers=BROWSER, timeout=5)
        assert shown.status_code == 200
        assert "&lt;i&gt;Hello&lt;/i&gt;" in shown.text and "Image: A hat" in shown.text
    assert requests.get(f"{standin.url}/@{member.handle}/78", headers=BROWSER, timeout=5).status_code == 404
    standin.state.posts["77"].deleted_at = standin.clock.now()
    assert "Hello" not in requests.get(standin.url, headers=BROWSER, timeout=5).text


def test_programs_are_told_nothing_of_pages(standin: Mastodon) -> None:
    answer = requests.get(f"{standin.url}/api/nothing/77", timeout=5)
    assert answer.status_code == 404
    assert "_sandbox" not in answer.text


@pytest.mark.parametrize("place_given", ["elsewhere:0", "x", "x:port", "x:-1"])
def test_what_can_not_be_served(place_given: str) -> None:
    with pytest.raises(ValueError, match="known are"):
        start(place_given)
