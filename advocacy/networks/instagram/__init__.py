"""Instagram, for professional accounts: pictures and reels with the consent of each; a container, then the post."""

from advocacy.networks.base import (
    Capabilities,
    Credentials,
    FileLimits,
    Kind,
    Rejected,
    Settling,
)
from advocacy.networks.instagram import oauth, posts
from advocacy.networks.meta.two_steps import TwoSteps
from config.settings import Settings

BASIC, POSTING, MEASURING = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
)

CAPABILITIES = Capabilities(
    name="instagram",
    label="Instagram",
    icon="brand-instagram",
    max_length=posts.LONGEST_TEXT,
    count_rule="characters",
    rewards_allowed=True,
    figures=frozenset({"impressions", "reach", "reactions", "comments", "reshares"}),
    can_remove=False,
    can_revoke=False,
    utm_source="instagram",
    kinds=frozenset({Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.ASK,
    most_pictures=posts.MOST_PICTURES,
    largest_picture=8_000_000,
    longest_alt=posts.LONGEST_ALT,
    needs_picture=True,
    picture_shapes=posts.SHAPES,
    fetches_media=True,
    tells_limits=True,
    card_shape="square",
    video=FileLimits(300_000_000, shortest=3, longest=900),
    link_in_text=True,
    professional_only=True,
    several_accounts=True,
    budget=(50, 86_400),
)


def offer(settings: Settings) -> "Instagram | None":
    """Instagram as the operator set it up; None without an app."""
    return Instagram(settings) if settings.instagram_client_id else None


class Instagram(TwoSteps):
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities, posting, measuring = CAPABILITIES, (BASIC, POSTING), MEASURING

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, oauth, posts)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """There is no call for that. Raises Rejected."""
        raise Rejected("cannot_remove")
