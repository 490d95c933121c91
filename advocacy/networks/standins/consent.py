"""The page on which a member of a stand-in says yes or no; the same for all of them."""

from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins import pages
from advocacy.networks.standins.standin import Standin


def page(standin: Standin, hidden: dict[str, str], asked: str, hint: str = "") -> Response:
    """A form with who there is (`hint`: the handle of who it should be), a new name, yes and no. It comes back as
    POST with `hidden` in it.
    """
    people = "".join(
        f'<option value="{escape(member.id)}"{" selected" if hint and hint == member.handle else ""}>'
        f"{escape(member.name)} ({escape(member.handle)})</option>"
        for member in standin.state.members.values()
    )
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    return pages.shell(
        standin,
        pages.t("asks"),
        f'<form method="post"><p>{escape(asked)}</p>{fields}<label>{pages.t("who")} <select name="sub">'
        f'<option value="">{pages.t("somebody")}</option>{people}</select></label> '
        f'<label>{pages.t("name")} <input name="name" maxlength="80"></label>'
        f'<button name="decision" value="allow">{pages.t("allow")}</button> '
        f'<button name="decision" value="cancel">{pages.t("cancel")}</button></form>',
    )


def chosen(standin: Standin) -> str | None:
    """Id of the member who pressed Allow (a new one where a name was given); None for Cancel."""
    if request.form.get("decision") != "allow":
        return None
    name = " ".join(request.form.get("name", "").split())[:80]
    if name:
        return standin.new_member(name).id
    sub = request.form.get("sub", "")
    return sub if sub in standin.state.members else None


def back(redirect_uri: str, **answer: str) -> AnyResponse:
    """To the application, with what it is told."""
    parts = urlsplit(redirect_uri)
    query = "&".join(filter(None, [parts.query, urlencode(answer)]))
    return redirect(urlunsplit(parts._replace(query=query)))
