"""The inbox: items become drafts, or go; a pasted address becomes one as well. Nothing is fetched within a
transaction.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from advocacy.content import service as content
from advocacy.content.cursor import read_cursor
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.limits import limiter
from advocacy.media import get_image_store
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.sources import feed_pages, inbox, list_pages, rule_pages, rules, service
from advocacy.sources.blueprint import sources
from advocacy.sources.forms import PageForm
from advocacy.sources.reading import LONGEST_URL, PageRead, PageUnread, get_fetcher, read_page
from advocacy.sources.reasons import said
from advocacy.web import signed_in

__all__ = ["feed_pages", "list_pages", "rule_pages", "sources"]

OFTEN = "60 per minute"


@sources.get("/studio/inbox", endpoint="inbox")
@signed_in
def inbox_page() -> str:
    """What is new; an address that was handed over stands ready to be pasted."""
    people.require_anywhere(current_user, Role.EDITOR)
    handed = request.args.get("url", "")[:LONGEST_URL]
    return _inbox(PageForm(current_user, _bodies(), formdata=None, data={"url": handed}))


@sources.get("/studio/inbox/rules")
@signed_in
def sorted_by_rules() -> str:
    """What rules did by themselves lately, with a way back."""
    people.require_anywhere(current_user, Role.EDITOR)
    return render_template("sources/sorted.html", items=rules.done_by_rules(current_user))


@sources.post("/studio/paste")
@limiter.limit(OFTEN)
@signed_in
def paste() -> Response | tuple[str, int]:
    """A draft made of the page at a pasted address."""
    people.require_anywhere(current_user, Role.EDITOR)
    bodies = _bodies()
    form = PageForm(current_user, bodies)
    if not form.validate():
        return _inbox(form), 422
    address, organisation_id = form.url.data or "", form.body.data
    known = inbox.find_by_link(people.get_organisation(organisation_id), address)
    if known is not None and known.post is not None:
        flash(_("There is a post of this page already. Here it is."))
        return redirect(url_for("content.edit", post_id=known.post.id), 303)
    db.session.commit()
    try:
        page = read_page(get_fetcher(), get_image_store(), address)
    except PageUnread as unread:
        form.url.errors = [*form.url.errors, said(unread.reason)]
        return _inbox(form), 422
    post = inbox.take_page(current_user, people.get_organisation(organisation_id), page)
    post_id = post.id
    db.session.commit()
    _tell_of_picture(page)
    return redirect(url_for("content.edit", post_id=post_id), 303)


@sources.post("/studio/inbox/<int:item_id>/take")
@limiter.limit(OFTEN)
@signed_in
def take(item_id: int) -> Response:
    """A draft made of the item, with its page's title and picture where they can be read."""
    item = inbox.get_item(current_user, item_id)
    known, link, image_url = item.post_id, item.link, item.image_url
    page = None
    if known is None and link is not None:
        db.session.commit()
        try:
            page = read_page(get_fetcher(), get_image_store(), link, image_url=image_url)
        except PageUnread as unread:
            flash(
                _(
                    "The page could not be read, so the draft has what the feed said. %(reason)s",
                    reason=said(unread.reason),
                ),
                "warn",
            )
    post_id = inbox.take(current_user, item_id, page).id
    db.session.commit()
    return redirect(url_for("content.edit", post_id=post_id), 303)


@sources.post("/studio/inbox/<int:item_id>/dismiss")
@signed_in
def dismiss(item_id: int) -> Response:
    """Let the item go, with a way back at hand."""
    inbox.dismiss(current_user, item_id)
    db.session.commit()
    flash(Markup(render_template("sources/undo.html", item_id=item_id)), "good")  # noqa: S704 (our own template, escaped there)
    return redirect(url_for("sources.inbox"), 303)


@sources.post("/studio/inbox/<int:item_id>/restore")
@signed_in
def restore(item_id: int) -> Response:
    """Back into the inbox."""
    inbox.restore(current_user, item_id)
    db.session.commit()
    flash(_("It is back in the inbox."), "good")
    return redirect(url_for("sources.inbox"), 303)


@sources.post("/studio/posts/<int:post_id>/link")
@limiter.limit(OFTEN)
@signed_in
def read_link(post_id: int) -> Response:
    """Have a post show what the page behind its link says; its own picture and title stay."""
    link = content.get_editable(current_user, post_id).link
    answer = redirect(url_for("content.edit", post_id=post_id), 303)
    if link is None:
        flash(_("Saved. There is no link to read yet."), "warn")
        return answer
    db.session.commit()
    try:
        page = read_page(get_fetcher(), get_image_store(), link)
    except PageUnread as unread:
        flash(_("Saved. The page could not be read. %(reason)s", reason=said(unread.reason)), "warn")
        return answer
    post = content.get_editable(current_user, post_id, locked=True)
    if post.link == link:
        said_there = page.preview
        try:
            content.show_link(
                current_user, post, said_there.title, said_there.description, page.image, said_there.image_alt
            )
        except Invalid as error:
            db.session.rollback()
            flash(error.sentence, "warn")
            return answer
        db.session.commit()
    _tell_of_picture(page)
    return answer


def _tell_of_picture(page: PageRead) -> None:
    if page.image:
        flash(_("The page was read, and its picture taken."), "good")
    else:
        flash(_("The page was read. It has no picture that we could take."), "good")


def _bodies() -> list[Organisation]:
    return people.organisations_where(current_user, Role.EDITOR)


def _inbox(form: PageForm) -> str:
    wanted = request.args.get("source", "")
    source_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 16 else None
    return render_template(
        "sources/inbox.html",
        form=form,
        page=inbox.new_items(current_user, source_id=source_id, before=read_cursor(request.args.get("before"))),
        sources=service.sources_of(current_user),
        source_id=source_id,
    )
