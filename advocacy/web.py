"""What every page shares: headers, request ids, sign-in checks, the one error path, and the shell's context."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from advocacy.db import db
from advocacy.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    RelaisError,
    TooMany,
    Unavailable,
)
from advocacy.unsent import page_of_form, unsent_words

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)
csrf = CSRFProtect()

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{6,64}$")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as needing a signed-in person; others are sent to sign in and come back."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            raise NotSignedIn
        return view(*args, **kwargs)

    checked.access = "signed in"  # type: ignore[attr-defined]
    return checked


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to people who are not signed in; a test asks every route for one of the two marks."""
    view.access = "open"  # type: ignore[attr-defined]
    return view


def safe_next(target: str | None) -> str:
    """`target` if it is a path of this site, else home: no open redirect."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return url_for("home.feed")
    parts = urlsplit(target)
    clean = all(ord(char) > 31 for char in target)
    return target if clean and not parts.scheme and not parts.netloc else url_for("home.feed")


def field_errors(error: RelaisError, form: Any, field: str) -> None:
    """Show a service's refusal beside the field it is about, keeping what was typed."""
    form[field].errors = [*form[field].errors, str(error.sentence)]


def id_argument(name: str) -> int | None:
    """A row's id from the query string; None where it is absent or can't be one."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value < 2**63 else None


def init_web(app: Flask) -> None:
    """Join headers, request ids, CSRF and the error path to the app."""
    csrf.init_app(app)
    app.before_request(_begin)
    app.after_request(_headers)
    app.teardown_appcontext(_let_go)
    app.jinja_env.globals["csrf"] = _csrf_field
    app.context_processor(_shell)
    app.register_error_handler(RelaisError, _problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database_gone)
    app.register_error_handler(Exception, _crash)


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _shell() -> dict[str, Any]:
    organisation = current_user.organisation if current_user and current_user.is_authenticated else None
    return {"lang": str(get_locale()), "org_hue": organisation.hue if organisation else None}


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    limit = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.mimetype == "application/x-www-form-urlencoded" and (request.content_length or 0) > limit:
        raise RequestEntityTooLarge


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Vary", "Cookie, Accept-Language")
    return response


def _let_go(_error: BaseException | None) -> None:
    """A database that goes once the answer is made must not take the answer with it."""
    try:
        db.session.remove()
    except OperationalError:
        db.session().invalidate()


class _OpenTooLong(BadRequest):
    """The form's token is no longer the session's."""

    title = _l("Nothing was sent")

    def __init__(self) -> None:
        super().__init__(_("This page was open for too long. Go back, reload it and send it again."))


def _wants_json() -> bool:
    best: str | None = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"]
    )
    return request.path.startswith("/api/") or best in ("application/json", "application/problem+json")


def _problem(error: RelaisError) -> BaseResponse | tuple[Any, int]:
    """A page, or RFC 9457 JSON, with the error's own sentence; the transaction is undone."""
    db.session.rollback()
    unsent = unsent_words() if isinstance(error, NotSignedIn | _OpenTooLong) else []
    if isinstance(error, NotSignedIn) and not _wants_json() and not unsent:
        wanted = request.full_path.rstrip("?") if request.method == "GET" and "code" not in request.args else None
        return redirect(url_for("people.sign_in", next=wanted))
    status = int(error.status)
    if status >= 500:
        log.error("problem", path=request.path, status=status, facts=error.facts)
        _ask_no_database()
    reference = str(g.get("request_id", ""))[:8]
    if _wants_json():
        body = jsonify(
            type="about:blank", title=str(error.title), detail=str(error.sentence), status=status, instance=reference
        )
        body.mimetype = "application/problem+json"
        return _with_retry(body, error), status
    said = {"unsent": unsent, "back": page_of_form() if unsent else None}
    page = render_template("errors/problem.html", error=error, status=status, reference=reference, **said)
    return _with_retry(Response(page, mimetype="text/html"), error), status


def _with_retry(response: Response, error: RelaisError) -> Response:
    if "retry_after" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after"])
    return response


def _http_problem(error: HTTPException) -> Any:
    """Werkzeug's own refusals, told in our words."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, CSRFError):
        return _problem(_OpenTooLong())
    kinds: dict[int, RelaisError] = {
        401: NotSignedIn(),
        403: Forbidden(),
        404: NotFound(_("This page does not exist, or is not for you.")),
        405: BadRequest(_("This address can’t be used that way.")),
        409: Conflict(),
        413: Invalid(_("That is too large to send.")),
        422: Invalid(),
        429: TooMany(_("Please wait a moment before you try again.")),
        503: Unavailable(),
    }
    problem = kinds.get(error.code, BadRequest() if error.code < 500 else RelaisError())
    answer = _problem(problem)
    if isinstance(answer, tuple) and error.code in (405, 413):
        return answer[0], error.code
    return answer


def _foreign_host(_error: SecurityError) -> tuple[Response, int]:
    """Asked under a name that is not ours: no page of ours is drawn, since its links would be made of that name."""
    return Response("This site is not known under that name.\n", mimetype="text/plain"), 400


def _stale(_error: StaleDataError) -> Any:
    return _problem(Conflict(_("Somebody else saved this meanwhile. Reload the page to see their version.")))


def _ask_no_database() -> None:
    """The page of a broken moment is drawn for nobody in particular: who it is stands in the database."""
    g._login_user = AnonymousUserMixin()


def _database_gone(error: OperationalError) -> Any:
    _ask_no_database()
    log.error("database_unavailable", error=type(error.orig).__name__)
    return _problem(Unavailable(_("The database does not answer. Nothing was changed; please try again in a moment.")))


def _crash(error: Exception) -> Any:
    _ask_no_database()
    log.error("crash", path=request.path, exc_info=error)
    return _problem(RelaisError(_("An error on our side, not yours. Nothing was posted.")))
