"""By the pages: a choice among Pages, what is said at the end; and a share whose picture the network fetches from us."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from advocacy.content.attachments import files_folder
from advocacy.content.models import Attachment, Post
from advocacy.db import db
from advocacy.media import get_image_store
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.models import Account
from advocacy.networks.renewing import renew_account
from advocacy.networks.standins.facebook import Facebook
from advocacy.networks.standins.instagram import Instagram
from advocacy.networks.standins.meta.ground import Meta
from advocacy.networks.standins.threads import Threads
from advocacy.people.models import Person
from advocacy.sealing import Secret
from advocacy.sharing import service as sharing
from advocacy.sharing.models import Share
from advocacy.sharing.outgoing import outgoing_of
from advocacy.sharing.service import Wish
from tests.browsing import PHONE, look
from tests.networks.consenting import consent
from tests.networks.contract.samples import jpeg, mp4
from tests.networks.meta.conftest import Serve, prepared
from tests.visitor import Visitor, page, words
from tests.world import World

FACEBOOK = "/accounts/facebook"


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


@pytest.fixture
def visitor(visit: Callable[..., Visitor], ada: Person) -> Visitor:
    return visit(ada)


@pytest.fixture
def offers(set_environment: Callable[..., None]) -> Callable[..., None]:
    """Offer the network of a stand-in."""

    def offered(standin: Meta, **more: str) -> None:
        name, url = standin.name.upper(), standin.url
        values = {"CLIENT_ID": standin.client_id, "CLIENT_SECRET": standin.client_secret, "API_URL": url}
        values |= {"SITE_URL": url}
        if not isinstance(standin, Facebook):
            values |= {"AUTHORIZE_URL": f"{url}/oauth/authorize"}
        if isinstance(standin, Instagram):
            values |= {"TOKEN_URL": url}
        set_environment(**{f"RELAIS_{name}_{key}": value for key, value in values.items()}, **more)

    return offered


def leave(visitor: Visitor, network: str) -> str:
    answer = visitor.post(f"/accounts/{network}/connect", {})
    assert answer.status_code == 200, answer.text
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    return refresh.removeprefix("0;url=")


def come_back(visitor: Visitor, network: str, **choice: str) -> str:
    """Through the network's page: where one is sent next."""
    answer = consent(leave(visitor, network), **{"name": "Ada Lark", **choice})
    back = visitor.get(f"/accounts/{network}/callback", query_string=answer)
    assert back.status_code == 302, back.text
    return str(back.location)


def accounts(app: Flask) -> list[Account]:
    with app.app_context():
        return list(db.session.scalars(select(Account).order_by(Account.id)))


def test_one_page_is_connected_at_once(app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor) -> None:
    offers(serve(Facebook))
    assert come_back(visitor, "facebook") == "/accounts"
    [account] = accounts(app)
    assert (account.network, account.name) == ("facebook", "Ada Lark Works 1")
    assert "Facebook Page is connected" in words(visitor.get("/accounts"))


def test_of_several_one_is_chosen(app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor) -> None:
    offers(serve(Facebook, pages_each=3))
    assert come_back(visitor, "facebook") == f"{FACEBOOK}/choose"
    assert accounts(app) == []
    shown = page(visitor.get(f"{FACEBOOK}/choose"))
    offered = [each.attributes["value"] or "" for each in shown.css("input[name=account]")]
    assert len(offered) == 3
    assert visitor.post(f"{FACEBOOK}/choose", {"account": "made-up"}).location == f"{FACEBOOK}/choose"
    assert visitor.post(f"{FACEBOOK}/choose", {}).location == f"{FACEBOOK}/choose"
    assert visitor.post(f"{FACEBOOK}/choose", {"account": offered[1]}).location == "/accounts"
    [account] = accounts(app)
    assert (account.external_id, account.name) == (offered[1], "Ada Lark Works 2")
    again = visitor.post(f"{FACEBOOK}/choose", {"account": offered[0]})
    assert again.status_code == 400
    assert len(accounts(app)) == 1


def test_a_choice_is_its_own_persons(
    serve: Serve, offers: Callable[..., None], visitor: Visitor, visit: Callable[..., Visitor], world: World
) -> None:
    offers(serve(Facebook, pages_each=2))
    come_back(visitor, "facebook")
    assert visit(world.person(world.organisation())).get(f"{FACEBOOK}/choose").status_code == 400
    assert visitor.get("/accounts/linkedin/choose").status_code == 400
    assert visitor.get(f"{FACEBOOK}/choose").status_code == 200


def test_whoever_has_no_page_is_told_so(
    app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor
) -> None:
    offers(serve(Facebook, pages_each=0))
    assert come_back(visitor, "facebook") == "/accounts"
    assert "we found none that you may post on" in words(visitor.get("/accounts"))
    assert accounts(app) == []


def test_a_private_account_is_told_so(serve: Serve, offers: Callable[..., None], visitor: Visitor) -> None:
    offers(serve(Instagram, private=True))
    come_back(visitor, "instagram")
    assert "this is a private one" in words(visitor.get("/accounts"))


def test_disconnecting_claims_no_more_than_was_done(
    app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor
) -> None:
    offers(serve(Threads))
    come_back(visitor, "threads")
    [account] = accounts(app)
    answer = visitor.post(f"/accounts/{account.id}/disconnect", {}, follow_redirects=True)
    assert "so look in its settings too" in words(answer)


def test_a_second_page_of_the_same_person(
    app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor
) -> None:
    """Both are kept; leaving one leaves the other its consent, leaving the last gives the consent back."""
    server = serve(Facebook, pages_each=2)
    offers(server)
    keys: list[str] = []
    for number in range(2):
        assert "facebook/connect" in visitor.get("/accounts").text, "there may be one more"
        known = [one.id for one in server.state.members.values() if "pages" in one.facts]
        come_back(visitor, "facebook", **({"name": "", "sub": known[0]} if known else {}))
        offered = page(visitor.get(f"{FACEBOOK}/choose")).css("input[name=account]")
        keys = [each.attributes["value"] or "" for each in offered]
        visitor.post(f"{FACEBOOK}/choose", {"account": keys[number]})
    first, second = accounts(app)
    assert [first.external_id, second.external_id] == keys
    said = words(visitor.post(f"/accounts/{first.id}/disconnect", {}, follow_redirects=True))
    assert "Your consent there stays, since another account needs it." in said
    withdrawn = [one for one in server.log.entries_so_far() if one["method"] == "DELETE"]
    assert withdrawn == []
    said = words(visitor.post(f"/accounts/{second.id}/disconnect", {}, follow_redirects=True))
    assert "the network has withdrawn it" in said


def test_a_token_renewed_stands_in_both_places(
    app: Flask, serve: Serve, offers: Callable[..., None], visitor: Visitor
) -> None:
    server = serve(Threads)
    offers(server)
    come_back(visitor, "threads")
    assert "renews by itself" in words(visitor.get("/accounts"))
    [before] = accounts(app)
    server.clock.advance(7 * 86_400)
    with app.app_context():
        account = db.session.get_one(Account, before.id)
        account.renew_at = account.connected_at
        db.session.commit()
        assert renew_account(before.id)
    [after] = accounts(app)
    assert after.access_token == after.refresh_token != before.access_token


@pytest.mark.parametrize("kind", [Instagram, Threads])
def test_the_network_fetches_the_picture_from_us(
    app: Flask, serve: Serve, offers: Callable[..., None], site: str, ada: Person, world: World, kind: type[Meta]
) -> None:
    server = serve(kind)
    offers(server, RELAIS_PUBLIC_URL=site)
    with app.app_context():
        stored = get_image_store().put(jpeg(width=1600, height=400)).key
    root = world.organisation()
    post = world.post(root, link=None, link_title=None, image=stored, image_alt="A long wall", focus_x=10, focus_y=50)
    standing = delivered(app, server, world.person(root), post, world)
    assert standing["pictures"] == ["A long wall"]


def test_the_network_fetches_it_as_the_editor_cut_it_for_it(
    app: Flask, serve: Serve, offers: Callable[..., None], site: str, world: World
) -> None:
    server = serve(Instagram)
    offers(server, RELAIS_PUBLIC_URL=site)
    with app.app_context():
        stored = get_image_store().put(jpeg(width=1600, height=1000)).key
    root = world.organisation()
    crops = {"instagram": [100, 50, 200], "linkedin": [0, 0, 100]}
    post = world.post(root, image=stored, image_alt="A wall", crops=crops, focus_x=10, focus_y=50)
    standing = delivered(app, server, world.person(root), post, world)
    assert standing["sizes"] == [(500, 500)]


def test_the_network_fetches_the_video_from_us(
    app: Flask, serve: Serve, offers: Callable[..., None], site: str, world: World
) -> None:
    server = serve(Threads)
    offers(server, RELAIS_PUBLIC_URL=site)
    root, key = world.organisation(), "ab" * 32
    post = world.post(root, image_alt="How it is made")
    with app.app_context():
        (files_folder() / key[:2]).mkdir(exist_ok=True)
        (files_folder() / key[:2] / key).write_bytes(mp4())
        film = Attachment(post_id=post.id, kind="video", key=key, name="film.mp4", bytes=80_000, seconds=5)
        db.session.add(film)
        db.session.commit()
    assert delivered(app, server, world.person(root), post, world)["video"] == "How it is made"


def delivered(app: Flask, server: Meta, person: Person, post: Post, world: World) -> dict[str, object]:
    """What stands on the network after this share went out."""
    given = server.grant(server.new_member(person.name), tuple(sorted(server.all_scopes)))
    member = next(iter(server.state.members.values()))
    token, scopes = Secret(given["access_token"]), sorted(server.all_scopes)
    account = world.account(person, server.name, external_id=member.id, access_token=token, scopes=scopes)
    with app.app_context():
        row = db.session.get_one(Account, account.id)
        owner = db.session.get_one(Person, person.id)
        wish = [Wish(account.id, "My own words.")]
        [made] = sharing.schedule(owner, db.session.get_one(Post, post.id), uuid4(), wish, "en", None)
        db.session.commit()
        share = db.session.get_one(Share, made.id)
        adapter = registry.get_adapter(server.name)
        leaving, credentials = outgoing_of(share, adapter.capabilities), networks.credentials_of(row)
        db.session.commit()
    adapter.publish(credentials, leaving, prepared(adapter, server, credentials, leaving))
    [standing] = server.state.standing()
    return standing.facts


def test_the_choice_in_a_browser(
    app: Flask,
    serve: Serve,
    offers: Callable[..., None],
    site: str,
    ada: Person,
    open_page: Callable[..., Page],
) -> None:
    server = serve(Facebook, pages_each=3)
    offers(server, RELAIS_PUBLIC_URL=site)
    tab = open_page(ada, "/accounts", PHONE)
    tab.get_by_role("button", name="Connect Facebook Page").click()
    tab.locator("input[name=name]").fill("Ada Lark")
    tab.get_by_role("button", name="Allow").click()
    tab.wait_for_url("**/choose")
    look(tab)
    tab.get_by_label("Ada Lark Works 2").check()
    tab.get_by_role("button", name="Connect").click()
    tab.wait_for_url("**/accounts")
    assert "Ada Lark Works 2" in tab.content()
    assert [account.name for account in accounts(app)] == ["Ada Lark Works 2"]
