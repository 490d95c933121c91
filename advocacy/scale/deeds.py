"""Writes what people shared: accounts, shares, visits with their sums, and the points they earned by the rules."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Final

from advocacy.networks import linkedin
from advocacy.networks.models import Account, AccountState
from advocacy.networks.tagging import tag_link
from advocacy.recognition.models import PointEntry
from advocacy.scale.acts import Act, Crowd
from advocacy.scale.copying import Row, copy_rows
from advocacy.scale.earnings import earnings_of
from advocacy.scale.editions import SITE
from advocacy.scale.plan import batched
from advocacy.sealing import Secret, seal
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.models import Click, ClickKind, ShareFigures

NETWORK: Final = linkedin.CAPABILITIES
PEOPLE_A_BATCH: Final = 500
_ACCOUNT: Final = "id person_id network host external_id name state access_token scopes connected_at created_at"
_SHARE: Final = (
    "id code person_id post_id account_id network submission text language alike wording_id link state wanted_at due_at"
    " attempt claimed_at armed_at published_at announced_at uncertain settled_by_person external_id failure removed_at"
    " recall_reminders created_at"
)
_CLICK: Final = "id share_id at day visitor kind agent"
_FIGURES: Final = "share_id humans repeats robots previews"
_POINTS: Final = "person_id reason subject points earned_at rules_version note"
_KINDS: Final = (ClickKind.HUMAN, ClickKind.REPEAT, ClickKind.ROBOT, ClickKind.PREVIEW)


def write_acts(crowd: Crowd, progress: Callable[[int], None]) -> int:
    """All shares and what came of them, some people at a time; how many shares. `progress` is told the same."""
    token, done = seal(Secret("no network knows this")), 0
    for seasons in batched(crowd.seasons(), PEOPLE_A_BATCH):
        acts = [act for season in seasons for act in season]
        copy_rows(Account, _ACCOUNT, (_account(season[0], token) for season in seasons))
        copy_rows(Share, _SHARE, map(_share, acts))
        copy_rows(Click, _CLICK, chain.from_iterable(map(_clicks, acts)))
        copy_rows(ShareFigures, _FIGURES, (_figures(act) for act in acts if act.visits))
        copy_rows(PointEntry, _POINTS, chain.from_iterable(map(earnings_of, seasons)))
        done += len(acts)
        progress(done)
    return done


def _account(first: Act, token: str) -> Row:
    joined = first.at - timedelta(days=1)
    return (
        first.account_id, first.person_id, NETWORK.name, "", f"member{first.person_id}", f"Member {first.person_id}",
        AccountState.CONNECTED.value, token, ["w_member_social"], joined, joined,
    )  # fmt: skip


def _share(act: Act) -> Row:
    campaign = f"campagne-{act.post.campaign_id}" if act.post.campaign_id else f"article-{act.post.id}"
    link = tag_link(f"{SITE}/{act.post.id}", source=NETWORK.utm_source, campaign=campaign, content=f"adv-{act.code}")
    tried = None if act.state is ShareState.CANCELLED else act.at
    out = act.at if act.is_out else None
    suggested = act.alike == 100
    return (
        act.id, act.code, act.person_id, act.post.id, act.account_id, NETWORK.name, act.submission,
        "À lire." if suggested else "Ce que j’en pense, en deux mots.", "fr", act.alike,
        act.post.wording_id if suggested else None, link, act.state.value, act.at, act.at, int(tried is not None),
        tried, tried, out, out, False, False, f"urn:li:share:{act.id}" if out else None,
        "rejected" if act.state is ShareState.FAILED else None,
        act.at if act.state is ShareState.REMOVED else None, 0, act.at,
    )  # fmt: skip


def _clicks(act: Act) -> Iterator[Row]:
    for visit in act.visits:
        yield visit.id, act.id, visit.at, visit.at.date(), visit.visitor, visit.kind.value, visit.agent


def _figures(act: Act) -> Row:
    kinds = [visit.kind for visit in act.visits]
    return act.id, *(kinds.count(kind) for kind in _KINDS)
