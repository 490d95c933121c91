"""What a person still can do with a share they made: change it, take it back, settle it, send it again, delete it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict
from advocacy.networks import registry
from advocacy.networks.models import AccountState
from advocacy.people.models import Person
from advocacy.sharing import delivery, nearness
from advocacy.sharing.announcing import announce_published
from advocacy.sharing.limits_of_words import check_words
from advocacy.sharing.models import Priority, Share, ShareState
from advocacy.sharing.service import check_moment, check_text, disclosure_of, get_share
from advocacy.sharing.words import nearest

_MAY_CHANGE = (ShareState.SCHEDULED.value, ShareState.HELD.value)
_MAY_GO_AGAIN = (ShareState.FAILED.value, ShareState.HELD.value)
_STILL_THEIRS = (*_MAY_CHANGE, ShareState.FAILED.value)
_SCHEDULED_ANEW: dict[str, Any] = {"state": ShareState.SCHEDULED.value, "failure": None, "failure_detail": None}
_NOW: dict[str, Any] = {**_SCHEDULED_ANEW, "priority": Priority.WAITED_FOR.value}


def cancel(person: Person, share_id: int) -> Share:
    """Take a share back before it goes. Raises Conflict when it is already going."""
    share = get_share(person, share_id)
    taken_back = update(Share).where(Share.id == share.id, Share.state.in_(_STILL_THEIRS))
    if not rows_changed(db.session.execute(taken_back.values(state=ShareState.CANCELLED.value))):
        raise Conflict(_("This share has left already."))
    db.session.refresh(share)
    return share


def edit(person: Person, share_id: int, text: str, at: datetime | None) -> Share:
    """Change the words or the moment of a share that waits or is kept. Raises Conflict when it is going, Invalid."""
    share = get_share(person, share_id)
    if share.account is None:
        raise Conflict(_("The account of this share is no longer connected."))
    now = utcnow()
    moment = share.wanted_at if at == share.wanted_at else check_moment(share.post, at, now)
    added = disclosure_of(person, share.network)
    text = check_text(text, share.account, share.post, added, linked=share.reshare_of is None)
    check_words(person, share.post, share.network, text)
    if (adapter := registry.find_adapter(share.network)) is not None:
        nearness.refuse_copies(person, share.post, adapter.capabilities, text, added)
    wording_id, alike = nearest(text, [(wording.id, wording.text) for wording in share.post.wordings])
    values: dict[str, Any] = {"text": text, "alike": alike, "wording_id": wording_id}
    values |= {"wanted_at": moment, "due_at": moment, "queued": share.queued and moment == share.wanted_at}
    waiting = update(Share).where(Share.id == share.id, Share.state.in_(_MAY_CHANGE))
    try:
        with db.session.begin_nested():
            found = rows_changed(db.session.execute(waiting.values(**values, **_SCHEDULED_ANEW)))
    except IntegrityError:
        raise Conflict(_("Another share of this content is on its way to this account.")) from None
    if not found:
        raise Conflict(_("This share has left already."))
    nearness.keep(share.id, person.organisation.root_id, text, added, moment)
    delivery.nudge_delivery(moment, now)
    db.session.refresh(share)
    return share


def settle(person: Person, share_id: int, online: bool) -> Share:
    """Say what became of a share whose network never answered. Raises Conflict when it is settled already."""
    share = get_share(person, share_id)
    unsettled = update(Share).where(Share.id == share.id, Share.state == ShareState.UNCONFIRMED.value)
    if online:
        values = {
            "state": ShareState.PUBLISHED.value,
            "published_at": func.coalesce(Share.armed_at, func.now()),
            "settled_by_person": True,
            "ask_at": None,
            "failure": None,
            "failure_detail": None,
        }
    else:
        values = {"state": ShareState.FAILED.value, "failure": "not_online", "failure_detail": None, "ask_at": None}
    if not rows_changed(db.session.execute(unsettled.values(**values))):
        raise Conflict(_("This share is settled already."))
    db.session.refresh(share)
    if online:
        announce_published(share)
    return share


def send_again(person: Person, share_id: int) -> Share:
    """Send a failed or kept share now, because the person pressed. Raises Conflict where that is not safe."""
    share = get_share(person, share_id)
    if share.account is None or share.account.state != AccountState.CONNECTED:
        raise Conflict(_("Connect the account again first."))
    now = utcnow()
    again = update(Share).where(Share.id == share.id, Share.state.in_(_MAY_GO_AGAIN))
    try:
        with db.session.begin_nested():
            found = rows_changed(db.session.execute(again.values(**_NOW, queued=False, due_at=now, wanted_at=now)))
    except IntegrityError:
        raise Conflict(_("Another share of this content is on its way to this account.")) from None
    if not found:
        raise Conflict(_("This share can’t be sent again."))
    delivery.nudge_delivery(now, now)
    db.session.refresh(share)
    return share


def ask_removal(person: Person, share_id: int) -> Share:
    """Have the post deleted at its network by a worker. Raises Conflict where Relais can't."""
    share = get_share(person, share_id)
    adapter = registry.find_adapter(share.network)
    able = adapter is not None and adapter.capabilities.can_remove and share.account is not None and share.external_id
    if share.state != ShareState.PUBLISHED.value or not able:
        raise Conflict(_("Relais can’t delete this one for you. You can delete it on the network itself."))
    share.remove_due_at = utcnow()
    delivery.nudge_removal()
    return share
