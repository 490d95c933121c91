"""Robots and previews are told from people by what they call themselves."""

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from hypothesis import given
from hypothesis import strategies as st

from advocacy.networks.sandbox.browsers import BROWSERS
from advocacy.tracking.agents import classify
from advocacy.tracking.models import ClickKind
from advocacy.tracking.salts import visitor_of

PEOPLE = (
    *BROWSERS,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "[LinkedInApp]/9.30.1234",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 "
    "[FBAN/FBIOS;FBAV/485.0.0.33.112;FBBV/650000000;FBDV/iPhone15,2;FBMD/iPhone]",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/129.0 Mobile Safari/537.36 "
    "LinkedIn",
)
PREVIEWS = {
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)": "LinkedInBot",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": "Facebook",
    "Twitterbot/1.0": "Twitterbot",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)": "Slackbot",
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)": "Bluesky",
    "Mastodon/4.3.1 (http.rb/5.2.0; +https://mastodon.example/)": "Mastodon",
    "WhatsApp/2.24.6.77 A": "WhatsApp",
    "TelegramBot (like TwitterBot)": "TelegramBot",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com": "SkypeUriPreview",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)": "Discordbot",
}
ROBOTS = (
    "",
    "   ",
    "-",
    "curl/8.5.0",
    "python-requests/2.33.0",
    "Go-http-client/2.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
)


@pytest.mark.parametrize("agent", PEOPLE)
def test_browsers_and_apps_of_networks_are_people(agent):
    assert classify(agent) == (ClickKind.HUMAN, None)


@pytest.mark.parametrize(("agent", "name"), PREVIEWS.items())
def test_those_who_fetch_previews_are_named(agent, name):
    assert classify(agent) == (ClickKind.PREVIEW, name)


@pytest.mark.parametrize("agent", ROBOTS)
def test_libraries_crawlers_and_the_nameless_are_robots(agent):
    kind, name = classify(agent)
    assert kind is ClickKind.ROBOT
    assert name


def test_everyone_on_the_kept_list_is_recognised():
    known = [agent for entry in CRAWLER_USER_AGENTS_DATA for agent in entry["instances"] if agent.strip()]
    assert [agent for agent in known if classify(agent)[0] is ClickKind.HUMAN] == []


@given(st.text(max_size=400))
def test_any_text_has_a_kind(agent):
    kind, name = classify(agent)
    assert (kind is ClickKind.HUMAN) == (name is None)


salts = st.binary(min_size=32, max_size=32)


@given(salts, st.text(max_size=60), st.text(max_size=300))
def test_a_visitor_is_the_same_for_a_day_and_another_under_another_salt(salt, address, agent):
    visitor = visitor_of(salt, address, agent)
    assert visitor == visitor_of(salt, address, agent)
    assert len(visitor) == 16
    assert visitor != visitor_of(bytes(byte ^ 1 for byte in salt), address, agent)


@given(salts, st.ip_addresses().map(str), st.ip_addresses().map(str), st.text(max_size=50))
def test_two_addresses_are_two_visitors(salt, one, other, agent):
    assert (visitor_of(salt, one, agent) == visitor_of(salt, other, agent)) == (one == other)
