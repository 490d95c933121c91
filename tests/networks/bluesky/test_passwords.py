"""Sessions by app password."""

from datetime import timedelta

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Reconnect, TryLater
from advocacy.networks.bluesky.kept import kept_with
from tests.networks.bluesky.conftest import Sky, credentials_of

SESSION, RENEWAL = "/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.server.refreshSession"


def test_a_session_is_begun_once_and_lasts(sky: Sky) -> None:
    ada = sky.person()
    grant = sky.adapter.sign_in({"handle": ada.handle, "password": sky.app_password(ada)})
    assert (grant.external_id, grant.handle, grant.name) == (ada.id, ada.handle, ada.handle)
    assert sky.adapter.allows(grant.scopes) == {"publish", "measure"}
    assert grant.expires_at is not None and grant.refresh_expires_at is not None and grant.renew_at is not None
    assert timedelta(minutes=119) < grant.expires_at - utcnow() <= timedelta(minutes=120)
    assert timedelta(days=89) < grant.refresh_expires_at - utcnow() <= timedelta(days=90)
    assert timedelta(days=29) < grant.renew_at - utcnow() <= timedelta(days=30)
    for number in range(3):
        sky.publish(credentials_of(grant), sky.outgoing(f"Post {number}", key=f"share{number}"))
    assert sky.asked(SESSION) == [200], "no sign-in per post"


def test_the_session_is_begun_at_the_members_own_server(sky: Sky, make_settings: object) -> None:
    ada = sky.person()
    grant = sky.adapter.sign_in({"handle": ada.handle.upper(), "password": sky.app_password(ada)})
    assert kept_with(credentials_of(grant)).server == sky.url


def test_who_is_not_found_is_known_at_the_front_door(sky: Sky) -> None:
    ada = sky.person(unresolved=True)
    password = sky.app_password(ada)
    assert sky.adapter.sign_in({"handle": ada.handle, "password": password}).external_id == ada.id


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "own_password"),
        ({"second_factor": True}, "own_password"),
        ({"taken_down": True}, "taken_down"),
        ({"status": "deactivated"}, "deactivated"),
        ({"status": "suspended"}, "taken_down"),
    ],
)
def test_what_is_refused_says_why(sky: Sky, facts: dict[str, object], reason: str) -> None:
    ada = sky.person(**facts)
    own = reason == "own_password"
    password = str(ada.facts["password"]) if own else sky.app_password(ada)
    before = set(sky.standin.state.tokens)
    with pytest.raises(BadCallback, match=reason):
        sky.adapter.sign_in({"handle": ada.handle, "password": password})
    left = [token for text, token in sky.standin.state.tokens.items() if text not in before and token.kind == "refresh"]
    assert all(token.revoked for token in left), "nothing is left open"


@pytest.mark.parametrize("handle", ["", "nobody.test"])
def test_a_wrong_password_and_a_wrong_name(sky: Sky, handle: str) -> None:
    ada = sky.person()
    with pytest.raises(BadCallback, match="wrong_password"):
        sky.adapter.sign_in({"handle": handle or ada.handle, "password": "aaaa-bbbb-cccc-dddd"})


def test_sign_ins_are_counted(sky: Sky) -> None:
    ada = sky.person()
    for _ in range(30):
        with pytest.raises(BadCallback):
            sky.adapter.sign_in({"handle": ada.handle, "password": "aaaa-bbbb-cccc-dddd"})
    with pytest.raises(TryLater, match="throttled"):
        sky.adapter.sign_in({"handle": ada.handle, "password": sky.app_password(ada)})


@pytest.mark.parametrize("kind", ["500", "cut_after", "malformed", "hang_before"])
def test_no_clear_answer_connects_nothing(sky: Sky, kind: str) -> None:
    ada = sky.person()
    sky.ask("faults", method="POST", path=SESSION, kind=kind, then="drop")
    with pytest.raises(TryLater):
        sky.adapter.sign_in({"handle": ada.handle, "password": sky.app_password(ada)})


def test_an_answer_lost_on_renewal_loses_nothing(sky: Sky) -> None:
    ada = sky.member()
    sky.ask("faults", method="POST", path=RENEWAL, kind="cut_after")
    with pytest.raises(TryLater):
        sky.adapter.renew(ada)
    assert sky.adapter.renew(ada) is not None


def test_a_session_that_ended_is_for_the_person(sky: Sky) -> None:
    ada = sky.member()
    sky.pass_time(91 * 24 * 3600)
    with pytest.raises(Reconnect, match="not_renewed"):
        sky.adapter.renew(ada)


def test_a_suspended_member_is_told_so(sky: Sky) -> None:
    ada = sky.member()
    sky.standin.state.members[ada.external_id].facts["taken_down"] = True
    with pytest.raises(Reconnect, match="taken_down"):
        sky.adapter.renew(ada)
    with pytest.raises(Reconnect, match="taken_down"):
        sky.publish(ada, sky.outgoing("Hello"))


def test_who_moved_is_followed(sky: Sky) -> None:
    ada = sky.member()
    sky.standin.state.members[ada.external_id].facts["pds"] = "https://elsewhere.example"
    grant = sky.adapter.renew(ada)
    assert grant is not None
    assert kept_with(credentials_of(grant)).server == "https://elsewhere.example"


def test_the_password_is_kept_nowhere(sky: Sky) -> None:
    ada = sky.person()
    password = sky.app_password(ada)
    grant = sky.adapter.sign_in({"handle": ada.handle, "password": password})
    assert grant.key is not None
    assert password not in grant.key.reveal() + repr(grant)
