"""Makes the demo: plans it, stands its posts on the sandbox, then writes it in one transaction of the caller's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import requests
from sqlalchemy import func, select

from advocacy.brand.files import get_file_store
from advocacy.db import db
from advocacy.demo import acts, brand, ledger, shelves
from advocacy.demo.brand import Asset
from advocacy.demo.desk import Desk
from advocacy.demo.inhabitants import write_people
from advocacy.demo.network import find_sandbox
from advocacy.demo.places import write_places
from advocacy.demo.plan import Plan, plan_demo
from advocacy.demo.presence import Presence, clear_leftovers, settle
from advocacy.demo.programmes import KEYS, read_programme
from advocacy.demo.studio import write_studio
from advocacy.media import get_image_store
from advocacy.networks import registry
from advocacy.networks.models import Account
from advocacy.people.models import Organisation
from advocacy.people.passwords import hash_password
from config.demo import DEMO_PASSWORD
from config.settings import Settings

_TURN = 0x72656C6169730002


@dataclass(frozen=True)
class Seeded:
    """How much was made."""

    people: int
    posts: int
    shares: int
    accounts: int


def is_there(now: datetime) -> bool:
    """Whether the demo's organisations exist, whatever became of them since."""
    names = [read_programme(key, now).name for key in KEYS]
    roots = select(Organisation.id).where(Organisation.parent_id.is_(None), Organisation.name.in_(names))
    return db.session.scalar(roots.limit(1)) is not None


def seed(now: datetime, settings: Settings, say: Callable[[str], None]) -> Seeded | None:
    """Add the demo to the session as of `now`; None if somebody else did meanwhile. `say` is told what is missing."""
    plans = plan_demo(now)
    pictures = shelves.draw_covers(plans, get_image_store())
    assets = brand.draw_assets(plans, get_file_store(), get_image_store())
    password_hash = hash_password(DEMO_PASSWORD)
    has_accounts = db.session.scalar(select(Account.id).limit(1)) is not None
    db.session.rollback()  # no transaction is held while the sandbox answers
    presences = _settle(plans, settings, say, alone=not has_accounts)
    db.session.execute(select(func.pg_advisory_xact_lock(_TURN)))
    if is_there(now):
        return None
    made = [
        _write(plan, presence, pictures, assets, password_hash, settings)
        for plan, presence in zip(plans, presences, strict=True)
    ]
    return Seeded(*(sum(numbers) for numbers in zip(*made, strict=True)))


def _settle(plans: Sequence[Plan], settings: Settings, say: Callable[[str], None], *, alone: bool) -> list[Presence]:
    """What people have on the sandbox; nothing where there is none. `alone`: nobody here depends on what it holds."""
    sandbox = find_sandbox(settings)
    if sandbox is None:
        say("No sandbox network answers: the demo gets its history, but nobody has a connected account.")
        return [Presence() for _ in plans]
    try:
        if alone:
            clear_leftovers(sandbox, plans)
        return [settle(sandbox, plan, settings.linkedin_scopes) for plan in plans]
    except requests.RequestException:
        say("The sandbox network stopped answering: the demo gets its history, but nobody has a connected account.")
        return [Presence() for _ in plans]
    finally:
        sandbox.close()


def _write(
    plan: Plan,
    presence: Presence,
    pictures: dict[str, str],
    assets: dict[str, Asset],
    password_hash: str,
    settings: Settings,
) -> tuple[int, int, int, int]:
    adapter = registry.find_adapter(acts.NETWORK)
    places = write_places(plan)
    people = write_people(plan, places, password_hash)
    posts = shelves.write_posts(plan, places, people, pictures)
    shelves.write_shelves(plan, people, posts)
    shelves.write_inbox(plan, places, posts, settings.public_url)
    accepted = write_studio(Desk(plan, places, people, posts), assets)
    accounts = acts.write_accounts(plan, people, presence)
    share_ids = acts.write_shares(plan, people, posts, accounts, presence, adapter)
    acts.write_results(plan, share_ids, settings)
    numbers = len(people), len(posts)
    person_ids, post_ids = [person.id for person in people], [post.id for post in posts]
    ledger.award_history(plan, person_ids, post_ids, share_ids, adapter, accepted)
    return *numbers, sum(share_id is not None for share_id in share_ids), len(accounts)
