"""What everybody does in the brand space: look around, look something up, read a page, download a file."""

from flask import Response, abort, render_template, request, send_file
from flask_login import current_user

from advocacy.brand import editor, service
from advocacy.brand.blueprint import brand
from advocacy.brand.files import MIMES, get_file_store, name_to_save
from advocacy.brand.forms import SECTION_NAMES
from advocacy.brand.search import LONGEST_SEARCH
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in

__all__ = ["brand", "editor"]


@brand.get("/brand")
@signed_in
def index() -> str:
    """The sections with their pages, or what a search found."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    language = choose_language()
    found = service.look_for(current_user, words, language) if words else []
    return render_template(
        "brand/index.html",
        words=words,
        found=found,
        sections=[] if words else service.sections_for(current_user, language),
        names=SECTION_NAMES,
        may_edit=current_user.holds(Role.EDITOR),
    )


@brand.get("/brand/<int:page_id>")
@signed_in
def page(page_id: int) -> str:
    """A page, with its files and, where it is meant to be shared, the way to share it."""
    found = service.get_page(current_user, page_id)
    return render_template(
        "brand/page.html",
        told=service.told(found, choose_language()),
        files=service.files_of(found),
        names=SECTION_NAMES,
        post_id=service.find_post_to_share(current_user, found),
        may_edit=people.may(current_user, Role.EDITOR, found.organisation),
    )


@brand.get("/brand/files/<int:file_id>")
@signed_in
def download(file_id: int) -> Response:
    """A file, to be saved and never to be shown inside a page of ours."""
    file = service.get_file(current_user, file_id)
    place = get_file_store().path(file.digest)
    if place is None:
        abort(404)
    response = send_file(
        place,
        mimetype=MIMES[file.kind],
        as_attachment=True,
        download_name=name_to_save(file),
        etag=file.digest,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
