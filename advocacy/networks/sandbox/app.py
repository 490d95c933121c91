"""The sandbox as a Flask application."""

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from advocacy.networks.sandbox import (
    admin,
    analytics,
    documents,
    identity,
    images,
    misfortune,
    oauth,
    pages,
    phrases,
    pictures,
    posts,
    tokens,
    videos,
)
from advocacy.networks.sandbox.audience import Audience
from advocacy.networks.sandbox.errors import Refusal
from advocacy.networks.sandbox.network import Network

BIGGEST_BODY = 128 * 1024 * 1024
MACHINE_PATHS = ("/rest/", "/v2/", "/oauth/v2/", "/_sandbox/", "/dms-uploads/")
# No form-action: browsers would apply it to the redirect that ends the consent, too.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def create_app(network: Network, audience: Audience) -> Flask:
    """The application of one sandbox."""
    app = Flask(__name__, static_url_path="/_static")
    app.config.update(
        SECRET_KEY=network.store.secret(),
        SESSION_COOKIE_NAME="sandbox_network",  # a name of its own: cookies are shared between the ports of a host
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=BIGGEST_BODY,
    )
    app.extensions["sandbox"] = network
    app.extensions["audience"] = audience
    app.jinja_env.globals.update(t=phrases.phrase, language=phrases.language)
    app.jinja_env.filters.update(number=phrases.number, moment=phrases.moment)
    misfortune.install(app)
    app.after_request(harden)
    app.register_error_handler(Refusal, Refusal.response)
    app.register_error_handler(HTTPException, answer_http_problem)
    for module in (oauth, tokens, identity, posts, images, documents, videos, analytics, admin, pages, pictures):
        app.register_blueprint(module.blueprint)
    return app


def harden(answer: Response) -> Response:
    """The headers that every page has."""
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    return answer


def answer_http_problem(problem: HTTPException) -> Response | tuple[str, int]:
    """JSON for programs, a page for people."""
    status = problem.code or 500
    if request.path.startswith(MACHINE_PATHS):
        code = "RESOURCE_NOT_FOUND" if status == 404 else problem.name.upper().replace(" ", "_")
        return Refusal(status, code, problem.description or problem.name).response()
    return (render_template("missing.html") if status == 404 else problem.get_body()), status
