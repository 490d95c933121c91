"""Who a user agent says it is: a person's browser, a robot, or a service that fetches a preview of a link.

Robots come from the kept list of the crawler-user-agents package; what it can't know or calls otherwise stands here.
"""

import re
from functools import lru_cache
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from advocacy.tracking.models import ClickKind

PREVIEWS: Final = {
    "linkedinbot": "LinkedInBot",
    "facebookexternalhit": "Facebook",
    "facebookcatalog": "Facebook",
    "twitterbot": "Twitterbot",
    "slackbot": "Slackbot",
    "slack-imgproxy": "Slackbot",
    "cardyb": "Bluesky",
    "mastodon/": "Mastodon",
    "pleroma": "Pleroma",
    "akkoma": "Akkoma",
    "misskey": "Misskey",
    "summalybot": "Misskey",
    "pixelfed": "Pixelfed",
    "lemmy/": "Lemmy",
    "whatsapp/": "WhatsApp",
    "telegrambot": "TelegramBot",
    "skypeuripreview": "SkypeUriPreview",
    "discordbot": "Discordbot",
    "viberbot": "Viber",
    "pinterestbot": "Pinterest",
    "redditbot": "Reddit",
    "iframely": "Iframely",
    "embedly": "Embedly",
    "tumblr/": "Tumblr",
    "zoombot": "Zoom",
    "mattermost-bot": "Mattermost",
}
"""Lower-case parts of user agents that fetch a page to show it beside a link; they come right after a share."""

ROBOTS: Final = (
    "curl/",
    "wget/",
    "python-",
    "python/",
    "aiohttp",
    "httpx",
    "go-http-client",
    "okhttp",
    "java/",
    "apache-httpclient",
    "libwww",
    "node-fetch",
    "axios/",
    "undici",
    "ruby",
    "php/",
    "guzzlehttp",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "lighthouse",
    "safelinks",
)
"""Lower-case parts of user agents of libraries and of browsers that nobody looks at."""

_PREVIEW = re.compile("|".join(re.escape(part) for part in PREVIEWS))
_ROBOT = re.compile("|".join(re.escape(part) for part in ROBOTS))
_GROUP: Final = 25


def _patterns() -> tuple[re.Pattern[str], ...]:
    known = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA]
    return tuple(
        re.compile("|".join(f"(?:{pattern})" for pattern in known[at : at + _GROUP]))
        for at in range(0, len(known), _GROUP)
    )


_CRAWLERS: Final = _patterns()


@lru_cache(maxsize=8192)
def classify(user_agent: str) -> tuple[ClickKind, str | None]:
    """The kind of visitor, HUMAN where nothing says otherwise, and the name of a robot or preview. Never raises."""
    agent = user_agent.strip()
    lower = agent.lower()
    if not agent or agent == "-":
        return ClickKind.ROBOT, "unnamed"
    if found := _PREVIEW.search(lower):
        return ClickKind.PREVIEW, PREVIEWS[found.group()]
    if found := _ROBOT.search(lower):
        return ClickKind.ROBOT, found.group().strip("/-")
    for group in _CRAWLERS:
        if found := group.search(agent):
            return ClickKind.ROBOT, found.group()[:60].strip() or "unnamed"
    return ClickKind.HUMAN, None
