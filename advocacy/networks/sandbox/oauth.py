"""The consent page: a member allows an application, or does not."""

import secrets

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from advocacy.networks.sandbox import grants
from advocacy.networks.sandbox.authorization import Asked, SentBack, Unsafe, read_request, refused, with_query
from advocacy.networks.sandbox.members import all_members, create_member, find_member
from advocacy.networks.sandbox.network import here

blueprint = Blueprint("oauth", __name__)


@blueprint.errorhandler(Unsafe)
def answer_unsafe(problem: Unsafe) -> tuple[str, int]:
    """A page, not a redirect: nobody is sent to an address that was never registered."""
    return render_template("unsafe.html", problem=str(problem)), 400


@blueprint.errorhandler(SentBack)
def answer_sent_back(problem: SentBack) -> Response:
    """Back to the application, with the error."""
    return redirect(problem.location)


@blueprint.get("/oauth/v2/authorization")
def ask() -> str:
    """Show what the application asks, and who could allow it."""
    asked = read_request(here().options, request.args)
    return consent_page(asked)


@blueprint.post("/oauth/v2/authorization")
def answer() -> Response | tuple[str, int]:
    """The member pressed Allow or Cancel."""
    network = here()
    asked = read_request(network.options, request.form)
    expected = session.get("form")
    if not expected or not secrets.compare_digest(expected, request.form.get("form", "")):
        return consent_page(asked, "form_expired"), 422
    if request.form.get("decision") != "allow":
        message = "The user cancelled the authorization"
        return redirect(refused(asked.redirect_uri, asked.state, "user_cancelled_authorize", message))
    name = " ".join(request.form.get("name", "").split())[:80]
    sub = create_member(network, name) if name else request.form.get("sub", "")
    if find_member(network, sub) is None:
        return consent_page(asked, "who_first"), 422
    session["sub"] = sub
    code = grants.issue_code(network, sub, asked.redirect_uri, asked.scope, asked.client_id)
    return redirect(with_query(asked.redirect_uri, code=code, state=asked.state))


def consent_page(asked: Asked, error: str | None = None) -> str:
    """The page itself; the member who was here last is chosen already."""
    session.setdefault("form", secrets.token_urlsafe(16))
    return render_template(
        "consent.html",
        asked=asked,
        client_id=asked.client_id,
        members=all_members(here()),
        chosen=request.form.get("sub", session.get("sub")),
        error=error,
        form_token=session["form"],
    )
