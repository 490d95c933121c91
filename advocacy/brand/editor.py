"""Where editors write the brand space: the blueprint's pages for lists, one page with its preview, its files, its
history. Nothing typed is lost when something is in the way.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from advocacy.brand import editing, service
from advocacy.brand.blueprint import brand
from advocacy.brand.editing import PageFlaws
from advocacy.brand.files import LARGEST
from advocacy.brand.forms import SECTION_NAMES, PageForm, UploadForm
from advocacy.brand.markdown import render
from advocacy.brand.models import BrandPage
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import csrf, field_errors, signed_in

Answer = str | Response | tuple[str, int]
_ROOM_FOR_THE_FORM = 1_000_000


@brand.get("/studio/brand")
@signed_in
def desk() -> str:
    """Every page that the person may edit."""
    people.require_anywhere(current_user, Role.EDITOR)
    pages = [service.told(page, choose_language()) for page in editing.pages_where(current_user)]
    return render_template("brand/desk.html", sections=service.in_sections(pages), names=SECTION_NAMES)


@brand.route("/studio/brand/new", methods=["GET", "POST"])
@signed_in
def write() -> Answer:
    """A new page; there is no draft until it is saved."""
    bodies = people.organisations_where(current_user, Role.EDITOR)
    if not bodies:
        raise Forbidden
    wanted = request.values.get("body", "")
    usual = min(bodies, key=lambda body: (len(body.lineage), body.id != current_user.organisation_id, body.id))
    body = next((one for one in bodies if str(one.id) == wanted), usual)
    return _work(None, body, bodies)


@brand.route("/studio/brand/<int:page_id>", methods=["GET", "POST"])
@signed_in
def edit(page_id: int) -> Answer:
    """A page, to go on with."""
    page = editing.get_page_to_edit(current_user, page_id)
    return _work(page, page.organisation, [])


@brand.get("/studio/brand/<int:page_id>/history")
@signed_in
def history(page_id: int) -> str:
    """What the page was after each save; one of them in full."""
    page = editing.get_page_to_edit(current_user, page_id)
    versions = editing.versions_of(page)
    number = request.args.get("version", type=int) or versions[0].number
    return render_template(
        "brand/history.html",
        told=service.told(page, choose_language()),
        versions=versions,
        shown=editing.get_version(page, number),
        render=render,
        names=SECTION_NAMES,
    )


@brand.post("/studio/brand/<int:page_id>/restore")
@signed_in
def restore(page_id: int) -> Response:
    """The words of an older version again, as one more version."""
    page = editing.get_page_to_edit(current_user, page_id)
    editing.restore_version(current_user, page, request.form.get("version", 0, type=int))
    db.session.commit()
    flash(_("The older words are back. What was there before is in the history."), "good")
    return redirect(url_for("brand.edit", page_id=page_id), 303)


@brand.post("/studio/brand/<int:page_id>/files")
@csrf.exempt
@signed_in
def upload(page_id: int) -> Answer:
    """A file for the page. The token is checked here, after the room for a large file was made."""
    request.max_content_length = LARGEST + _ROOM_FOR_THE_FORM
    csrf.protect()
    page = editing.get_page_to_edit(current_user, page_id)
    form = UploadForm()
    sent = form.file.data
    try:
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise Invalid(_("Choose a file."))
        editing.attach(current_user, page, sent.filename, sent.stream)
        db.session.commit()
    except Invalid as error:
        db.session.rollback()
        field_errors(error, form, "file")
        page = editing.get_page_to_edit(current_user, page_id)
        return _page(_form(page, page.organisation, sent=False), page, page.organisation, [], upload=form), 422
    flash(_("The file is there."), "good")
    return redirect(url_for("brand.edit", page_id=page_id) + "#files", 303)


@brand.post("/studio/brand/<int:page_id>/files/<int:file_id>/remove")
@signed_in
def remove_file(page_id: int, file_id: int) -> Response:
    """A file off the page."""
    page = editing.get_page_to_edit(current_user, page_id)
    editing.remove_file(current_user, page, file_id)
    db.session.commit()
    flash(_("The file is gone."), "good")
    return redirect(url_for("brand.edit", page_id=page_id) + "#files", 303)


@brand.post("/studio/brand/<int:page_id>/post")
@signed_in
def post(page_id: int) -> Response:
    """On to the post by which people share the page."""
    page = editing.get_page_to_edit(current_user, page_id)
    made = editing.post_of(current_user, page, choose_language())
    db.session.commit()
    return redirect(url_for("content.edit", post_id=made.id), 303)


def _work(page: BrandPage | None, body: Organisation, bodies: list[Organisation]) -> Answer:
    form = _form(page, body)
    if request.method == "GET":
        return _page(form, page, body, bodies)
    act = request.form.get("act", "save")
    if act == "preview":
        return _page(form, page, body, bodies, preview=True)
    if not form.validate():
        return _page(form, page, body, bodies), 422
    page_id = page.id if page else None
    try:
        page_id = _write(page, body, form, act)
        db.session.commit()
    except PageFlaws as error:
        db.session.rollback()
        form.show(error.flaws)
        return _page(form, _again(page_id), body, bodies), 422
    except Conflict as error:
        db.session.rollback()
        page = _again(page_id)
        form.form_errors = [str(error.sentence)]
        form.version.process_data(page.version if page else 0)
        form.version.raw_data = None
        return _page(form, page, body, bodies), 409
    said = {"publish": _("It can be read now."), "take_back": _("Only editors see it now.")}
    flash(said.get(act, _("Saved.")), "good")
    return redirect(url_for("brand.edit", page_id=page_id), 303)


def _write(page: BrandPage | None, body: Organisation, form: PageForm, act: str) -> int:
    if page is None:
        page = editing.write_page(current_user, body, form.typed())
    else:
        editing.edit_page(current_user, page, form.version.data or 0, form.typed(), back=act == "take_back")
    if act == "publish":
        editing.publish_page(current_user, page)
    return page.id


def _again(page_id: int | None) -> BrandPage | None:
    return editing.get_page_to_edit(current_user, page_id) if page_id is not None else None


def _form(page: BrandPage | None, body: Organisation, *, sent: bool = True) -> PageForm:
    chosen = editing.bodies_of(page) if page is not None else frozenset({body.id})
    given = {} if sent else {"formdata": None}
    form = PageForm(obj=page, data={"bodies": sorted(chosen)}, **given)
    if not (sent and form.is_submitted()):
        form.bodies.data = sorted(chosen)
    ordered = people.in_tree_order(editing.open_bodies(current_user, body))
    form.offer((one.id, one.name) for _depth, one in ordered)
    return form


def _page(
    form: PageForm,
    page: BrandPage | None,
    body: Organisation,
    bodies: list[Organisation],
    *,
    preview: bool = False,
    upload: UploadForm | None = None,
) -> str:
    return render_template(
        "brand/edit.html",
        form=form,
        page=page,
        body=body,
        bodies=bodies,
        preview=preview,
        render=render,
        files=service.files_of(page) if page else [],
        upload=upload or UploadForm(formdata=None),
    )
