"""Consent on the member's own server: found, announced, given, exchanged, renewed, ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, ConsentRefused, Entry, Reconnect, TryLater
from advocacy.networks.bluesky import Bluesky, dpop, offer
from advocacy.networks.bluesky.kept import Kept, kept_with
from config.settings import Settings
from tests.networks.bluesky.conftest import CALLBACK, Sky, credentials_of
from tests.networks.consenting import consent

PAR, TOKEN = "/oauth/par", "/oauth/token"
PUBLIC = "https://relais.test"
Make = Callable[..., Settings]


def new_jwk(kid: str = "one") -> dict[str, Any]:
    return {**ECKey.generate_key("P-256", auto_kid=False).as_dict(private=True), "kid": kid}


def confidential(sky: Sky, make_settings: Make, *keys: dict[str, Any], **values: Any) -> Bluesky:
    """The adapter of an instance with an address and keys, whose documents the stand-in has read."""
    text = json.dumps({"keys": list(keys)})
    adapter = Bluesky(make_settings(public_url=PUBLIC, bluesky_signing_key=text, **values))
    documents = adapter.documents()
    metadata = documents["client-metadata.json"]
    sky.standin.clients.documents[metadata["client_id"]] = (dict(metadata), dict(documents.get("jwks.json", {})))
    return adapter


def arrive_at(sky: Sky, adapter: Bluesky, handle: str, sub: str) -> Any:
    back = f"{PUBLIC}/accounts/bluesky/callback"
    departure = adapter.depart(back, "a-state", {"handle": handle})
    return adapter.arrive(back, consent(departure.url, sub=sub), departure.keep)


def test_the_whole_way(sky: Sky) -> None:
    ada = sky.person()
    grant = sky.arrive(ada.handle)
    assert (grant.external_id, grant.handle, grant.scopes) == (ada.id, ada.handle, ("atproto", "transition:generic"))
    assert sky.adapter.allows(grant.scopes) == {"publish", "measure"}
    assert grant.expires_at is not None and grant.refresh_expires_at is not None and grant.renew_at is not None
    assert timedelta(minutes=55) < grant.expires_at - utcnow() <= timedelta(hours=1)
    assert timedelta(days=13) < grant.refresh_expires_at - utcnow() <= timedelta(days=14)
    assert timedelta(days=4) < grant.renew_at - utcnow() <= timedelta(days=5)
    sky.publish(credentials_of(grant), sky.outgoing("By consent"))
    assert [post["text"] for post in sky.posts()] == ["By consent"]


def test_the_page_is_told_nothing_but_what_was_announced(sky: Sky) -> None:
    ada = sky.person()
    departure = sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    query = parse_qs(urlsplit(departure.url).query)
    assert set(query) == {"client_id", "request_uri"}
    assert query["client_id"][0].startswith("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2F")
    assert sky.asked(PAR)[-1] == 201


def test_the_nonce_costs_one_more_call_and_only_the_first_time(sky: Sky) -> None:
    sky.pass_time(3600)
    ada = sky.person()
    sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    assert sky.asked(PAR) == [400, 201]
    sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    assert sky.asked(PAR) == [400, 201, 201]


def test_a_nonce_that_turned_is_learned_while_posting(sky: Sky) -> None:
    ada = sky.consented()
    sky.publish(ada, sky.outgoing("One", key="one"))
    sky.pass_time(600)
    before = len(sky.asked(sky.calls["publish"][1]))
    sky.publish(ada, sky.outgoing("Two", key="two"))
    assert sky.asked(sky.calls["publish"][1])[before:] == [401, 200]
    assert len(sky.posts()) == 2


def test_a_server_that_only_ever_wants_another_nonce(sky: Sky, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = sky.consented()
    monkeypatch.setattr(sky.standin.proofs, "nonce", lambda side, back=0: f"never {utcnow().timestamp()}")
    with pytest.raises(TryLater, match="nonce"):
        sky.publish(ada, sky.outgoing("Never"))
    assert len(sky.asked(sky.calls["publish"][1])) == 2


def test_no_is_no(sky: Sky) -> None:
    ada = sky.person()
    with pytest.raises(ConsentRefused):
        sky.arrive(ada.handle, decision="cancel")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"iss": ""}, "issuer"),
        ({"code": "made-up"}, "code"),
        ({"code": ""}, "no_code"),
        ({"error": "server_error"}, "server_error"),
    ],
)
def test_an_answer_that_was_made_up(sky: Sky, change: dict[str, str], reason: str) -> None:
    ada = sky.person()
    departure = sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    answer = consent(departure.url, sub=ada.id) | change
    with pytest.raises(BadCallback, match=reason):
        sky.adapter.arrive(CALLBACK, answer, departure.keep)


def test_an_answer_works_once(sky: Sky) -> None:
    ada = sky.person()
    departure = sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    answer = consent(departure.url, sub=ada.id)
    sky.adapter.arrive(CALLBACK, answer, departure.keep)
    with pytest.raises(BadCallback, match="code"):
        sky.adapter.arrive(CALLBACK, answer, departure.keep)


@pytest.mark.parametrize("spoilt", ["verifier", "jwk"])
def test_an_answer_is_worth_nothing_without_what_was_kept(sky: Sky, spoilt: str) -> None:
    ada = sky.person()
    departure = sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})
    keep = dict(departure.keep)
    if spoilt == "verifier":
        keep["verifier"] = "v" * 64
    else:
        keep["kept"] = json.dumps({**json.loads(keep["kept"]), "jwk": dpop.written(dpop.new_key())})
    with pytest.raises(BadCallback, match="code"):
        sky.adapter.arrive(CALLBACK, consent(departure.url, sub=ada.id), keep)


def test_consent_of_somebody_else_is_given_back(sky: Sky) -> None:
    ada, bo = sky.person(), sky.person("Bo")
    with pytest.raises(BadCallback, match="another_account"):
        sky.arrive(ada.handle, sub=bo.id)
    given = [token for token in sky.standin.state.tokens.values() if token.member == bo.id and token.kind != "code"]
    assert given and all(token.revoked for token in given)


@pytest.mark.parametrize("handle", ["nobody.test", "ada", "", "ada..test", "did:plc:" + "a" * 24, "-a.test"])
def test_a_handle_that_leads_nowhere(sky: Sky, handle: str) -> None:
    with pytest.raises(BadCallback, match="handle"):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": handle})


def test_a_handle_counts_only_if_its_owner_says_so_too(sky: Sky) -> None:
    ada = sky.person(claims="somebody-else.test")
    with pytest.raises(BadCallback, match="unknown_handle"):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})


def test_a_handle_with_a_server_of_its_own(sky: Sky) -> None:
    ada = sky.person(unresolved=True, own_server=True)
    assert sky.arrive(ada.handle).external_id == ada.id


def test_a_did_that_is_a_host(sky: Sky) -> None:
    ada = sky.person()
    members = sky.standin.state.members
    del members[ada.id]
    ada.id = f"did:web:{quote(urlsplit(sky.url).netloc, safe='')}"
    members[ada.id] = ada
    assert sky.arrive(ada.handle).external_id == ada.id


@pytest.mark.parametrize(
    "pds", ["http://pds.example", "https://pds.example/path", "ftp://x", "", "https://u:p@x.example"]
)
def test_a_server_with_an_improper_address_is_not_asked(sky: Sky, pds: str) -> None:
    ada = sky.person(pds=pds)
    with pytest.raises(BadCallback):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})


def test_a_server_inside_is_not_asked(sky: Sky) -> None:
    ada = sky.person(pds="https://10.0.0.1")
    with pytest.raises(TryLater, match="unreachable"):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})


def test_a_server_without_consent(sky: Sky) -> None:
    ada = sky.person()
    sky.ask("faults", method="GET", path="/.well-known/oauth-protected-resource", kind="404")
    with pytest.raises(BadCallback, match="no_consent_there"):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})


@pytest.mark.parametrize("path", ["/plc/*", "/.well-known/oauth-*", PAR])
@pytest.mark.parametrize("kind", ["500", "503", "cut_after", "malformed", "hang_before"])
def test_trouble_on_the_way_is_no_verdict(sky: Sky, path: str, kind: str) -> None:
    ada = sky.person()
    sky.ask("faults", path=path, kind=kind, then="drop", times=2)
    with pytest.raises(TryLater):
        sky.adapter.depart(CALLBACK, "a-state", {"handle": ada.handle})


def test_a_renewal_keeps_the_end_of_the_consent(sky: Sky) -> None:
    ada = sky.person()
    grant = sky.arrive(ada.handle)
    renewed = sky.adapter.renew(credentials_of(grant))
    assert renewed is not None
    assert renewed.refresh_expires_at == grant.refresh_expires_at
    assert renewed.refresh_token != grant.refresh_token
    sky.publish(credentials_of(renewed), sky.outgoing("Renewed"))


def test_a_refresh_token_sent_twice_ends_everything(sky: Sky) -> None:
    old = credentials_of(sky.arrive(sky.person().handle))
    renewed = sky.adapter.renew(old)
    assert renewed is not None
    for spent in (old, credentials_of(renewed)):
        with pytest.raises(Reconnect, match="not_renewed"):
            sky.adapter.renew(spent)


def test_a_key_that_is_lost_asks_the_person(sky: Sky) -> None:
    ada = sky.consented()
    for key in (
        None,
        replace(kept_with(ada), jwk="nonsense").sealed(),
        replace(kept_with(ada), jwk='{"kty":"EC"}').sealed(),
    ):
        with pytest.raises(Reconnect, match="token"):
            sky.adapter.publish(replace(ada, key=key), sky.outgoing("Hm"), sky.adapter.prepare(ada, sky.outgoing("Hm")))


def test_a_token_is_worth_nothing_with_another_key(sky: Sky) -> None:
    ada = sky.consented()
    thief = replace(kept_with(ada), jwk=dpop.written(dpop.new_key())).sealed()
    with pytest.raises(Reconnect):
        sky.publish(replace(ada, key=thief), sky.outgoing("Stolen"))
    with pytest.raises(Reconnect):
        sky.publish(replace(ada, key=Kept(sky.url).sealed()), sky.outgoing("Stolen"))
    assert sky.posts() == []


def test_an_instance_with_a_key_is_trusted_for_longer(sky: Sky, make_settings: Make) -> None:
    ada = sky.person()
    adapter = confidential(sky, make_settings, new_jwk())
    grant = arrive_at(sky, adapter, ada.handle, ada.id)
    assert timedelta(days=729) < grant.refresh_expires_at - utcnow() <= timedelta(days=730)
    assert timedelta(days=29) < grant.renew_at - utcnow() <= timedelta(days=30)
    assert adapter.renew(credentials_of(grant)) is not None


def test_an_instance_without_a_key_has_an_address_too(sky: Sky, make_settings: Make) -> None:
    ada = sky.person()
    adapter = Bluesky(make_settings(public_url=PUBLIC))
    metadata = adapter.documents()["client-metadata.json"]
    assert set(adapter.documents()) == {"client-metadata.json"}
    assert metadata["token_endpoint_auth_method"] == "none"
    sky.standin.clients.documents[metadata["client_id"]] = (dict(metadata), {})
    assert arrive_at(sky, adapter, ada.handle, ada.id).external_id == ada.id


def test_what_is_shown_in_public_holds_no_secret(sky: Sky, make_settings: Make) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    adapter = Bluesky(make_settings(public_url=PUBLIC, bluesky_signing_key=pem.decode()))
    documents = adapter.documents()
    metadata, [key] = documents["client-metadata.json"], documents["jwks.json"]["keys"]
    assert metadata["client_id"] == f"{PUBLIC}/accounts/bluesky/client-metadata.json"
    assert metadata["jwks_uri"] == f"{PUBLIC}/accounts/bluesky/jwks.json"
    assert metadata["redirect_uris"] == [f"{PUBLIC}/accounts/bluesky/callback"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_a_newer_key_leaves_older_consents_alone(sky: Sky, make_settings: Make) -> None:
    ada, old = sky.person(), new_jwk("old")
    grant = arrive_at(sky, confidential(sky, make_settings, old), ada.handle, ada.id)
    turned = confidential(sky, make_settings, new_jwk("new"), old)
    renewed = turned.renew(credentials_of(grant))
    assert renewed is not None
    with pytest.raises(TryLater, match="client"):
        confidential(sky, make_settings, new_jwk("new")).renew(credentials_of(renewed))


def test_a_client_that_servers_refuse_alarms_the_operator(
    sky: Sky, make_settings: Make, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = sky.person()
    with pytest.raises(TryLater, match="client"):
        Bluesky(make_settings(public_url=PUBLIC)).depart(CALLBACK, "a-state", {"handle": ada.handle})
    assert "bluesky_client_refused" in caplog.text + capsys.readouterr().out


@pytest.mark.parametrize(
    "key", ["nonsense", "{}", '{"keys": []}', '{"kty": "oct", "k": "AAAA"}', '{"kty": "EC"}', "[]"]
)
def test_a_key_that_is_none_stops_the_start(make_settings: Make, key: str) -> None:
    with pytest.raises(ValueError, match="bluesky_signing_key"):
        make_settings(bluesky_signing_key=key)


def test_ways_in_depend_on_the_address(make_settings: Make) -> None:
    both = (Entry.HANDLE, Entry.PASSWORD)
    assert Bluesky(make_settings()).capabilities.entries == both
    assert Bluesky(make_settings(public_url=PUBLIC)).capabilities.entries == both
    assert Bluesky(make_settings(public_url="http://relais.test")).capabilities.entries == (Entry.PASSWORD,)
    assert offer(make_settings(bluesky_enabled=False)) is None


def test_what_scopes_allow(sky: Sky) -> None:
    allows = sky.adapter.allows
    assert allows(["atproto", "repo:app.bsky.feed.post?action=create&action=delete"]) == {"publish", "measure"}
    assert allows(["atproto", "repo:app.bsky.feed.post"]) == {"publish", "measure"}
    assert allows(["atproto", "repo:app.bsky.feed.like"]) == {"measure"}
    assert allows(["atproto", "repo:app.bsky.feed.post?action=delete"]) == {"measure"}
    assert allows(["atproto"]) == allows([]) == {"measure"}


def test_nothing_secret_is_printed(sky: Sky) -> None:
    departure = sky.adapter.depart(CALLBACK, "a-state", {"handle": sky.person().handle})
    kept = Kept(**json.loads(departure.keep["kept"]))
    assert json.loads(kept.jwk)["d"] not in repr(kept) + str(kept)
