"""The forms of pages: what a browser's form sends, and nothing else."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField


class SentForm(FlaskForm):
    """A form filled with what was sent. Texts come as texts and files in file fields only; JSON is no form."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What fields are read from: `formdata` where it is given, else what the request holds."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted() or not (request.form or request.files):
                return None
            kept = [field.name for field in form if isinstance(field, FileField)]
            files = MultiDict((name, file) for name in kept for file in request.files.getlist(name))
            return CombinedMultiDict((files, request.form))
