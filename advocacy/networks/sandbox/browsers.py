"""Who a reader looks like from outside: an address from the documentation ranges, a browser, a language."""

from ipaddress import IPv6Address
from random import Random

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 "
    "Edg/142.0.0.0",
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36",
)
ROBOTS = (
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
)
LANGUAGES = ("fr-FR,fr;q=0.9,en;q=0.6", "en-GB,en;q=0.9", "en-US,en;q=0.9", "de-DE,de;q=0.9,en;q=0.5")
V4_RANGES = ("198.51.100", "203.0.113")


def headers_of(seed: int, post: int, reader: int, robot: bool = False) -> dict[str, str]:
    """The headers one reader of a post sends, the same each time; readers of one post differ in address."""
    if robot:
        return {"User-Agent": ROBOTS[reader % len(ROBOTS)], "X-Forwarded-For": f"198.51.100.{251 + reader % 4}"}
    rng = Random(f"{seed}/{post}/reader/{reader}")  # noqa: S311 - to be told again, not to be secret
    return {
        "User-Agent": rng.choice(BROWSERS),
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": rng.choice(LANGUAGES),
        "Referer": "https://www.linkedin.com/",
        "X-Forwarded-For": address_of(rng, post, reader),
    }


def address_of(rng: Random, post: int, reader: int) -> str:
    """An address of the ranges kept for documentation: IPv4 for every second of the first 500, IPv6 otherwise."""
    if reader < 500 and reader % 2 == 0:
        place = (reader // 2 + post * 37) % 500
        return f"{V4_RANGES[place // 250]}.{1 + place % 250}"
    return str(IPv6Address((0x20010DB8 << 96) | (rng.getrandbits(32) << 64) | (post % 2**32 << 32) | reader))
