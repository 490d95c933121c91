"""Writes what people did: accounts, shares, who followed the links, what the network measured."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.demo.history import PlannedShare
from advocacy.demo.plan import Plan
from advocacy.demo.presence import Presence
from advocacy.demo.readers import PlannedResult
from advocacy.networks import linkedin
from advocacy.networks.base import METRICS, Adapter
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person
from advocacy.sealing import Secret
from advocacy.sharing.links import destination
from advocacy.sharing.models import LIVE_STATES, Share, ShareState
from advocacy.tracking.measuring import next_after
from advocacy.tracking.models import Click, ClickKind, Measurement, MeasurementPlan, ShareFigures
from config.settings import Settings

NETWORK: Final = linkedin.CAPABILITIES.name
_COLUMNS: Final = {
    ClickKind.HUMAN: "humans",
    ClickKind.REPEAT: "repeats",
    ClickKind.ROBOT: "robots",
    ClickKind.PREVIEW: "previews",
}
_BROKEN: Final = 3
"""How many accounts of a programme need their person again; one more ends within a week."""
Row = dict[str, Any]


def write_accounts(plan: Plan, people: list[Person], presence: Presence) -> dict[int, int]:
    """The accounts of those who are members of the sandbox; their ids by the person's place."""
    ordinary = [place for place in presence.members if not plan.people[place].hero and not plan.people[place].role]
    troubled = plan.rng("accounts").sample(ordinary, min(_BROKEN + 1, len(ordinary)))
    rows: dict[int, Account] = {}
    for place, membership in presence.members.items():
        tokens, joined_at = membership.tokens, plan.people[place].joined_at or plan.now
        broken, ending = place in troubled[:_BROKEN], place in troubled[_BROKEN:]
        lasts = timedelta(days=6) if ending else timedelta(seconds=tokens["expires_in"])
        renewable = tokens.get("refresh_token") and not broken and not ending
        rows[place] = Account(
            person_id=people[place].id,
            network=NETWORK,
            external_id=membership.member,
            name=plan.people[place].name,
            state=(AccountState.RECONNECT if broken else AccountState.CONNECTED).value,
            access_token=Secret(tokens["access_token"]),
            refresh_token=Secret(tokens["refresh_token"]) if renewable else None,
            scopes=sorted(tokens["scope"].replace(",", " ").split()),
            expires_at=plan.now + lasts,
            refresh_expires_at=(
                plan.now + timedelta(seconds=tokens["refresh_token_expires_in"]) if renewable else None
            ),
            connected_at=joined_at,
            created_at=joined_at,
        )
    db.session.add_all(rows.values())
    db.session.flush()
    return {place: row.id for place, row in rows.items()}


def write_shares(
    plan: Plan,
    people: list[Person],
    posts: list[Post],
    accounts: dict[int, int],
    presence: Presence,
    adapter: Adapter | None,
) -> list[int | None]:
    """The shares' ids in the plan's order; None for one that waits for an account that isn't there."""
    kept: list[int] = []
    rows: list[Row] = []
    for place, share in enumerate(plan.shares):
        account_id, external_id = accounts.get(share.author), presence.posts.get(place)
        if account_id is None and share.state in LIVE_STATES:
            continue
        kept.append(place)
        row = _share(share, posts[share.post], people[share.author], account_id)
        row["external_id"] = external_id
        row["external_url"] = adapter.permalink(external_id) if adapter and external_id else None
        rows.append(row)
    made = db.session.scalars(insert(Share).returning(Share.id, sort_by_parameter_order=True), rows).all()
    last = select(func.max(Share.published_at)).where(Share.account_id == Account.id).scalar_subquery()
    used = update(Account).where(Account.id.in_(accounts.values())).values(last_used_at=last)
    db.session.execute(used, execution_options={"synchronize_session": False})
    ids: list[int | None] = [None] * len(plan.shares)
    for place, share_id in zip(kept, made, strict=True):
        ids[place] = share_id
    return ids


def _share(share: PlannedShare, post: Post, person: Person, account_id: int | None) -> Row:
    tried = share.state is not ShareState.SCHEDULED
    out = share.wanted_at if share.state is ShareState.PUBLISHED else None
    armed = share.state in (ShareState.PUBLISHED, ShareState.UNCONFIRMED, ShareState.FAILED)
    wording = share.said.wording
    return {
        "code": share.code,
        "person_id": person.id,
        "post_id": post.id,
        "account_id": account_id,
        "organisation_id": person.organisation_id,
        "network": NETWORK,
        "submission": share.submission,
        "text": share.said.text,
        "language": share.said.language,
        "alike": share.said.alike,
        "wording_id": post.wordings[wording].id if wording is not None else None,
        "link": destination(post, linkedin.CAPABILITIES, share.code),
        "state": share.state.value,
        "created_at": share.made_at,
        "wanted_at": share.made_at if out else share.wanted_at,
        "due_at": share.made_at if out else share.wanted_at,
        "attempt": int(tried),
        "claimed_at": share.wanted_at if tried else None,
        "armed_at": share.wanted_at if armed else None,
        "published_at": out,
        "announced_at": out,
        "uncertain": share.state is ShareState.UNCONFIRMED,
        "failure": share.failure,
    }


def write_results(plan: Plan, share_ids: list[int | None], settings: Settings) -> None:
    """Clicks, measurements, the sums made of them, and when the network is asked next."""
    clicks: list[Row] = []
    measured: list[Row] = []
    sums: list[Row] = []
    plans: list[Row] = []
    for share, share_id in zip(plan.shares, share_ids, strict=True):
        if share.result is None or share_id is None:
            continue
        clicks += _clicks(share.result, share_id)
        measured += _measurements(share.result, share_id, f"{NETWORK}/{settings.linkedin_version}")
        sums.append(_sums(share.result, share_id))
        following = next_after(share.wanted_at, plan.now, settings.measure_minutes)
        plans.append({"share_id": share_id, "next_at": following, "asked": len(share.result.asked)})
    for model, rows in ((Click, clicks), (Measurement, measured), (ShareFigures, sums), (MeasurementPlan, plans)):
        db.session.execute(insert(model), rows)


def _clicks(result: PlannedResult, share_id: int) -> list[Row]:
    return [
        {
            "id": click.id,
            "share_id": share_id,
            "at": click.at,
            "day": click.at.date(),
            "visitor": click.visitor,
            "kind": click.kind.value,
            "agent": click.agent,
        }
        for click in result.clicks
    ]


def _measurements(result: PlannedResult, share_id: int, source: str) -> list[Row]:
    return [
        {
            "share_id": share_id,
            "metric": metric,
            "value": value,
            "provenance": "measured",
            "source": source,
            "measured_at": at,
        }
        for at, told in result.asked
        for metric, value in told.items()
    ]


def _sums(result: PlannedResult, share_id: int) -> Row:
    row: Row = {"share_id": share_id, **dict.fromkeys(_COLUMNS.values(), 0)}
    for click in result.clicks:
        row[_COLUMNS[click.kind]] += 1
    at, told = result.asked[-1] if result.asked else (None, dict.fromkeys(METRICS))
    known = any(value is not None for value in told.values())
    return {**row, **told, "measured_at": at if known else None}
