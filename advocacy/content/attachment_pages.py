"""A post's document or video: sent by an editor, taken away again, opened by whoever may see the post."""

import tempfile
from typing import IO, Any

from flask import redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from advocacy.content import attachments, service
from advocacy.content.attachments import LARGEST_REQUEST, MIMETYPES, files_folder
from advocacy.content.blueprint import content
from advocacy.content.composer import show
from advocacy.content.models import AttachmentKind
from advocacy.db import db
from advocacy.errors import Forbidden, Invalid, NotFound
from advocacy.people.models import Role
from advocacy.web import signed_in


class _OntoDisk(FormDataParser):
    """Reads forms whose files go to the disk they are to stay on, and never into memory."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "stream_factory": _arriving})


def _arriving(*_of_the_part: Any, **_more: Any) -> IO[bytes]:
    return tempfile.TemporaryFile("w+b", dir=files_folder())


@content.url_value_preprocessor
def _room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Editors may send large files, and only here; this comes before anything reads the form."""
    if endpoint == "content.attach" and current_user.is_authenticated and current_user.holds(Role.EDITOR):
        request.max_content_length = LARGEST_REQUEST
        request.form_data_parser_class = _OntoDisk


@content.post("/studio/posts/<int:post_id>/attachment")
@signed_in
def attach(post_id: int) -> Response | tuple[str, int]:
    """The file that was sent, instead of the one there is."""
    post = service.get_editable(current_user, post_id)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(_("Choose a file first."))
        replaced = attachments.attach(current_user, post, sent.stream, sent.filename)
    except Invalid as error:
        db.session.rollback()
        return show(service.get_editable(current_user, post_id), attachment=str(error.sentence)), 422
    db.session.commit()
    _discard(replaced)
    return redirect(url_for("content.edit", post_id=post_id, _anchor="attachment"), 303)


@content.post("/studio/posts/<int:post_id>/attachment/remove")
@signed_in
def detach(post_id: int) -> Response:
    """No file any more."""
    post = service.get_editable(current_user, post_id)
    gone = attachments.detach(current_user, post)
    db.session.commit()
    _discard(gone)
    return redirect(url_for("content.edit", post_id=post_id, _anchor="attachment"), 303)


@content.get("/posts/<int:post_id>/attachment")
@signed_in
def attachment(post_id: int) -> Response:
    """The file, to be saved, for who may see the post or edits it."""
    try:
        service.visible_post(current_user, post_id)
    except NotFound:
        _editors_only(post_id)
    found = attachments.find_attachment(post_id)
    if found is None:
        raise NotFound
    path = attachments.path_of(found)
    mimetype = MIMETYPES[AttachmentKind(found.kind)]
    answer = send_file(path, mimetype=mimetype, as_attachment=True, download_name=found.name, conditional=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _editors_only(post_id: int) -> None:
    try:
        service.get_editable(current_user, post_id)
    except Forbidden as error:
        raise NotFound from error


def _discard(key: str | None) -> None:
    """After the commit that let go of it, so that no row ever names a file that is gone."""
    attachments.discard(key)
    db.session.commit()
