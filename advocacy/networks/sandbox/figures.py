"""What a post has drawn so far, told from its age; nothing is counted twice because nothing is counted."""

import json
import sqlite3
from collections import Counter

from advocacy.networks.sandbox.crowd import HORIZON, plan
from advocacy.networks.sandbox.little_text import read
from advocacy.networks.sandbox.network import Network

NAMES = ("impressions", "members_reached", "reactions", "comments", "reshares", "link_clicks")
OF_METRIC = {
    "IMPRESSION": "impressions",
    "MEMBERS_REACHED": "members_reached",
    "RESHARE": "reshares",
    "REACTION": "reactions",
    "COMMENT": "comments",
    "POST_SAVE": "saves",
    "POST_SEND": "sends",
    "LINK_CLICKS": "link_clicks",
    "PREMIUM_CTA_CLICKS": "none",
    "FOLLOWER_GAINED_FROM_CONTENT": "followers_gained",
    "PROFILE_VIEW_FROM_CONTENT": "profile_views",
}


def link_of(post: sqlite3.Row) -> str | None:
    """Where the readers of a post can click: its article, or the first address in its text."""
    if post["source"]:
        return str(post["source"])
    words = (word for word in read(post["raw"]).text.split() if word.startswith(("http://", "https://")))
    return next(words, None)


def figures_of(network: Network, post: sqlite3.Row, followers: int) -> dict[str, int]:
    """The six figures of a post; reach is never above impressions."""
    given: dict[str, int] = dict.fromkeys(NAMES, 0) | json.loads(post["figures"])
    if post["quiet"]:
        return given
    acts = plan(network.options.seed, post["id"], followers, linked=link_of(post) is not None)
    done = Counter(act.kind for act in acts if act.at <= min(post["age"], HORIZON))
    drawn = {
        "impressions": done["view"] + done["again"],
        "members_reached": done["view"],
        "reactions": done["reaction"],
        "comments": done["comment"],
        "reshares": done["reshare"],
        "link_clicks": done["click"],
    }
    return {name: given[name] + drawn[name] for name in NAMES}


def metric(figures: dict[str, int], query_type: str) -> int:
    """One metric by LinkedIn's name; what the audience does not do is a small part of what it does."""
    derived = {
        "saves": figures["reactions"] // 6,
        "sends": figures["reshares"] // 2,
        "followers_gained": figures["members_reached"] // 150,
        "profile_views": figures["members_reached"] // 30,
        "none": 0,
    }
    return (figures | derived)[OF_METRIC[query_type]]
