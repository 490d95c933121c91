"""Threads: posts of members by its own API, with the consent of each; a container first, then the post."""

from advocacy.networks.base import (
    Capabilities,
    Credentials,
    FileLimits,
    Kind,
    Settling,
)
from advocacy.networks.meta.two_steps import TwoSteps
from advocacy.networks.threads import oauth, posts
from config.settings import Settings

BASIC, POSTING, MEASURING, DELETING = (
    "threads_basic",
    "threads_content_publish",
    "threads_manage_insights",
    "threads_delete",
)

CAPABILITIES = Capabilities(
    name="threads",
    label="Threads",
    icon="brand-threads",
    max_length=posts.LONGEST_TEXT,
    count_rule="characters",
    rewards_allowed=True,
    figures=frozenset({"impressions", "reactions", "comments", "reshares"}),
    can_remove=True,
    can_revoke=False,
    utm_source="threads",
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.ASK,
    most_pictures=posts.MOST_PICTURES,
    largest_picture=8_000_000,
    longest_alt=posts.LONGEST_ALT,
    picture_shapes=(0.1, 10.0),
    fetches_media=True,
    tells_limits=True,
    video=FileLimits(1_000_000_000, longest=300),
    budget=(250, 86_400),
)


def offer(settings: Settings) -> "Threads | None":
    """Threads as the operator set it up; None without an app."""
    return Threads(settings) if settings.threads_client_id else None


class Threads(TwoSteps):
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities, posting, measuring = CAPABILITIES, (BASIC, POSTING), MEASURING

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, oauth, posts)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs((BASIC, DELETING), credentials)
        posts.remove(self._settings, credentials, external_id)
