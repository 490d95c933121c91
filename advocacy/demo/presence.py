"""What the people of the demo have on the sandbox network: a member each, tokens, and the posts they shared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from advocacy.demo.history import PlannedShare
from advocacy.demo.network import SandboxNetwork
from advocacy.demo.plan import Plan
from advocacy.networks.linkedin.little_text import escape
from advocacy.sharing.links import short_url
from advocacy.sharing.models import ShareState
from advocacy.sharing.words import with_disclosure

_NAMES_THERE = {"reach": "members_reached"}


@dataclass(frozen=True)
class Membership:
    """A member of the sandbox and the tokens they granted."""

    member: str
    tokens: dict[str, Any]


@dataclass
class Presence:
    """By place of the person: their membership; by place of the share: the id of the post. Empty without a sandbox."""

    members: dict[int, Membership] = field(default_factory=dict)
    posts: dict[int, str] = field(default_factory=dict)


def settle(sandbox: SandboxNetwork, plan: Plan, scopes: str) -> Presence:
    """Make a programme's people members and stand their posts there. Raises `requests.RequestException`."""
    presence = Presence()
    for place, person in enumerate(plan.people):
        if person.connected:
            member = sandbox.add_member(person.name, person.email, person.followers)
            presence.members[place] = Membership(member, sandbox.add_tokens(member, scopes))
    for place, share in enumerate(plan.shares):
        if share.state is ShareState.PUBLISHED:
            presence.posts[place] = _stand(sandbox, plan, share, presence.members[share.author].member)
    return presence


def clear_leftovers(sandbox: SandboxNetwork, plans: Sequence[Plan]) -> None:
    """Have the sandbox forget everything if a seeding that came to no end left people of the demo there."""
    endings = tuple(f"@{plan.programme.domain}" for plan in plans)
    if any(str(member["email"]).endswith(endings) for member in sandbox.members()):
        sandbox.reset()


def _stand(sandbox: SandboxNetwork, plan: Plan, share: PlannedShare, member: str) -> str:
    post, result = plan.programme.posts[share.post], share.result
    figures = {_NAMES_THERE.get(name, name): value for name, value in result.standing.items()} if result else {}
    return sandbox.add_post(
        member,
        escape(with_disclosure(share.said.text, plan.programme.facts["disclosure"])),
        share.wanted_at,
        source=short_url(share.code),
        title=post.link_title,
        description=post.summary,
        quiet=True,
        figures=figures,
    )
