"""/v2/userinfo and /rest/me: who granted the token. A person's id is another one in each application."""

import hashlib
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, url_for

from advocacy.networks.sandbox.checks import check_scope, check_token, enter
from advocacy.networks.sandbox.errors import access_denied
from advocacy.networks.sandbox.members import find_member, slug
from advocacy.networks.sandbox.network import here

blueprint = Blueprint("identity", __name__)


@blueprint.get("/v2/userinfo")
def userinfo() -> Response:
    """The claims that the token's scopes allow; openid is needed."""
    token = check_token()
    check_scope(token, "openid", "userinfo.GET.NO_VERSION")
    member = find_member(here(), token["sub"])
    if member is None:
        raise access_denied("userinfo.GET.NO_VERSION")
    scopes = token["scope"].split()
    claims: dict[str, Any] = {"sub": person_id(token)}
    if "profile" in scopes:
        given, _, family = member["name"].partition(" ")
        picture = url_for("pictures.picture", sub=member["sub"], _external=True)
        claims |= {"name": member["name"], "given_name": given, "family_name": family, "locale": "en-US"}
        claims["picture"] = picture
    if "email" in scopes:
        claims |= {"email": member["email"], "email_verified": True}
    return jsonify(claims)


@blueprint.get("/rest/me")
def me() -> Response:
    """The member in short, for an application that has r_basicprofile instead of openid."""
    token = enter("r_basicprofile", "me.GET", limited="analytics")
    member = find_member(here(), token["sub"])
    if member is None:
        raise access_denied("me.GET")
    given, _, family = member["name"].partition(" ")
    return jsonify(
        id=person_id(token),
        localizedFirstName=given,
        localizedLastName=family,
        vanityName=slug(member["name"]).replace(".", "-"),
    )


def person_id(token: sqlite3.Row) -> str:
    """What the application of a token knows its member by."""
    if not token["client"]:
        return str(token["sub"])
    return hashlib.sha256(f"{token['sub']}/{token['client']}".encode()).hexdigest()[:10]
