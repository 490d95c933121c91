"""/v2/userinfo: who granted the token."""

from typing import Any

from flask import Blueprint, Response, jsonify, url_for

from advocacy.networks.sandbox.checks import check_scope, check_token
from advocacy.networks.sandbox.errors import access_denied
from advocacy.networks.sandbox.members import find_member
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
    claims: dict[str, Any] = {"sub": member["sub"]}
    if "profile" in scopes:
        given, _, family = member["name"].partition(" ")
        picture = url_for("pictures.picture", sub=member["sub"], _external=True)
        claims |= {"name": member["name"], "given_name": given, "family_name": family, "locale": "en-US"}
        claims["picture"] = picture
    if "email" in scopes:
        claims |= {"email": member["email"], "email_verified": True}
    return jsonify(claims)
