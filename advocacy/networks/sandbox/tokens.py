"""The token endpoints: exchange, renewal, introspection, revocation."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from advocacy.networks.sandbox import grants
from advocacy.networks.sandbox.errors import GrantRefusal
from advocacy.networks.sandbox.network import Network, here

NO_MATCH = (
    "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. "
    "Or authorization code expired. Or external member binding exists"
)
NO_CODE = "Unable to retrieve access token: authorization code not found"
NO_REFRESH = "The provided authorization grant or refresh token is invalid, expired or revoked"

blueprint = Blueprint("tokens", __name__)


def required(name: str) -> str:
    """A field of the form body. Raises GrantRefusal when it is missing; the query and headers do not count."""
    value = request.form.get(name, "")
    if not value:
        raise GrantRefusal(400, "invalid_request", f'A required parameter "{name}" is missing')
    return value


def known_client(network: Network, wrong_id: int = 401) -> str:
    """The id of the application in the body. Raises GrantRefusal unless its secret is there as well."""
    client_id, client_secret = required("client_id"), required("client_secret")
    application = network.options.application(client_id)
    if application is None:
        raise GrantRefusal(wrong_id, "invalid_client", "Client authentication failed")
    if not secrets.compare_digest(client_secret.encode(), application.client_secret.encode()):
        raise GrantRefusal(401, "invalid_client", "Client authentication failed")
    return client_id


@blueprint.errorhandler(GrantRefusal)
def answer_refusal(problem: GrantRefusal) -> Response:
    """The error as JSON."""
    return problem.response()


@blueprint.post("/oauth/v2/accessToken")
def access_token() -> Response:
    """Exchange a code, or a refresh token, for an access token."""
    network = here()
    grant_type = required("grant_type")
    if grant_type == "authorization_code":
        issued = exchange(network)
    elif grant_type == "refresh_token":
        token = required("refresh_token")
        client = known_client(network)
        renewed = grants.renew(network, token, client) if network.options.refresh_tokens else None
        if renewed is None:
            raise GrantRefusal(400, "invalid_request", NO_REFRESH)
        issued = renewed
    else:
        raise GrantRefusal(400, "unsupported_grant_type", f'Grant type "{grant_type}" is not supported')
    answer = jsonify(body_of(issued))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def exchange(network: Network) -> grants.Issued:
    """Use up a code. Raises GrantRefusal with LinkedIn's words."""
    code, redirect_uri = required("code"), required("redirect_uri")
    client = grants.stored(network, known_client(network))
    row = grants.use_code(network, code)
    if row is None:
        raise GrantRefusal(401, "invalid_request", NO_CODE)
    late = row["expires_at"] <= network.clock.now()
    if row["redirect_uri"] != redirect_uri or row["client"] != client or late:
        raise GrantRefusal(400, "invalid_redirect_uri", NO_MATCH)
    return grants.issue_tokens(network, row["sub"], row["scope"], client)


def body_of(issued: grants.Issued) -> dict[str, Any]:
    """The token answer; granted scopes are separated by commas, though they were asked for with spaces."""
    body: dict[str, Any] = {
        "access_token": issued.access,
        "expires_in": issued.expires_in,
        "scope": issued.scope.replace(" ", ","),
        "token_type": "Bearer",
    }
    if issued.refresh is not None:
        body |= {"refresh_token": issued.refresh, "refresh_token_expires_in": issued.refresh_expires_in}
    return body


@blueprint.post("/oauth/v2/introspectToken")
def introspect() -> Response:
    """Whether a token is active, expired or revoked, and what it allows."""
    network = here()
    token = required("token")
    client = known_client(network, wrong_id=400)
    row = grants.find_token(network, token)
    if row is None or row["client"] != grants.stored(network, client):
        raise GrantRefusal(400, "invalid_request", "Invalid access token")
    status = "active"
    if row["revoked_at"] is not None:
        status = "revoked"
    elif row["expires_at"] <= network.clock.now():
        status = "expired"
    return jsonify(
        active=status == "active",
        status=status,
        scope=row["scope"].replace(" ", ","),
        client_id=client,
        created_at=int(row["created_at"]),
        authorized_at=int(row["authorized_at"]),
        expires_at=int(row["expires_at"]),
        auth_type="3L",
    )


@blueprint.post("/oauth/v2/revoke")
def revoke() -> Response:
    """End a token and its consent; 200 with an empty body, also for an unknown one."""
    network = here()
    token = required("token")
    grants.revoke(network, token, known_client(network))
    return Response(status=200)
