"""Containers: made, worked on for a while, made a post once, over after a day."""

from typing import Any

from advocacy.networks.standins.meta.ground import DAY, Meta
from advocacy.networks.standins.meta.words import no
from advocacy.networks.standins.standin import Refusal
from advocacy.networks.standins.state import Post


def new(standin: Meta, member: str, seconds: float, **facts: Any) -> str:
    """A new container that takes so many seconds to be ready: its id."""
    now = standin.clock.now()
    with standin.state.lock:
        number = standin.state.number()
        made = {"id": number, "member": member, "made_at": now, "ready_at": now + seconds, "post": None, "error": ""}
        standin.state.uploads[number] = {**made, **facts}
    return number


def find(standin: Meta, member: str, container: str) -> dict[str, Any]:
    """A member's own container. Raises Refusal."""
    found = standin.state.uploads.get(container)
    if found is None or found["member"] != member:
        raise unknown(container)
    return found


def unknown(container: str) -> Refusal:
    """What is said of a container that is not there."""
    words = f"The media with id {container} cannot be found."
    return no("The requested resource does not exist", 24, 4279009, user=words)


def status(standin: Meta, container: dict[str, Any]) -> str:
    """How far it is."""
    if container["post"] is not None:
        return "PUBLISHED"
    if container["error"]:
        return "ERROR"
    now = standin.clock.now()
    if now - container["made_at"] >= DAY:
        return "EXPIRED"
    return "FINISHED" if now >= container["ready_at"] else "IN_PROGRESS"


def publish(standin: Meta, container: dict[str, Any], text: str, facts: dict[str, Any]) -> Post:
    """Make it a post: once, while it is ready and lives. Raises Refusal."""
    with standin.state.lock:
        at = status(standin, container)
        if at == "IN_PROGRESS":
            raise no("Media ID is not available", 9007, 2207027, user="The media is not ready for publishing")
        if at == "EXPIRED":
            raise no("The media has expired", 24, 2207020, user="The media you are trying to publish has expired.")
        if at != "FINISHED":
            raise unknown(container["id"])
        take_quota(standin, container["member"])
        number = standin.state.number()
        post = standin.state.posts[number] = Post(number, container["member"], text, standin.clock.now(), facts)
        container["post"] = number
    return post


def quota(standin: Meta, member: str) -> int:
    """How many posts the member made by the API within a day."""
    since = standin.clock.now() - DAY
    return sum(1 for post in standin.state.posts.values() if post.member == member and post.at > since)


def take_quota(standin: Meta, member: str) -> None:
    """Raises Refusal where the day's posts are made."""
    if quota(standin, member) >= standin.posts_a_day:
        words = "You have reached the maximum number of posts that can be published by the API."
        raise no("Application request limit reached", 9, 2207042, 403, user=words)


def quota_said(standin: Meta, member: str) -> dict[str, Any]:
    """As the publishing limit is told."""
    config = {"quota_total": standin.posts_a_day, "quota_duration": DAY}
    return {"data": [{"quota_usage": quota(standin, member), "config": config}]}
