"""How the app is put together. Slices are joined here and know nothing of it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter, Map

from advocacy import mail_tasks, orphan_tasks, wiring
from advocacy.approval import tasks as approval_tasks
from advocacy.approval import views as approval
from advocacy.assets import init_assets
from advocacy.assistant import tasks as assistant_tasks
from advocacy.brand import views as brand
from advocacy.cascade import tasks as cascade_tasks
from advocacy.cascade import views as cascade
from advocacy.cli import register_commands
from advocacy.content import autosave_tasks, proposal_tasks, search_tasks
from advocacy.content import views as content
from advocacy.db import db
from advocacy.design import design
from advocacy.formats import init_formats
from advocacy.groups import views as groups
from advocacy.health import health
from advocacy.home import views as home
from advocacy.i18n import init_i18n
from advocacy.jobs import init_jobs
from advocacy.limits import init_limits, limiter
from advocacy.logs import init_logs
from advocacy.mailbox import mailbox
from advocacy.media import media
from advocacy.media_links import media_links
from advocacy.navigation import shell
from advocacy.networks import admin as networks_admin
from advocacy.networks import tasks as network_tasks
from advocacy.networks import views as networks
from advocacy.people import administration
from advocacy.people import service as people
from advocacy.people import views as people_views
from advocacy.proxies import TrustedProxies
from advocacy.recognition import views as recognition
from advocacy.sharing import assistant_pages, opening_views, print_tasks, recall_pages, recall_tasks
from advocacy.sharing import tasks as sharing_tasks
from advocacy.sharing import views as sharing
from advocacy.sharing.calendar_pages import share_calendar
from advocacy.sharing.caps_pages import share_caps
from advocacy.sharing.desk_views import desk_pages
from advocacy.sharing.panel_pages import share_advice
from advocacy.sharing.queue_pages import share_queue
from advocacy.sources import tasks as source_tasks
from advocacy.sources import views as sources
from advocacy.tracking import tasks as tracking_tasks
from advocacy.tracking.redirect import ShortLinks
from advocacy.web import init_web
from config.settings import Settings, get_settings

ROOT = Path(__file__).parent.parent
TASKS = (
    mail_tasks,
    orphan_tasks,
    assistant_tasks,
    approval_tasks,
    cascade_tasks,
    recall_tasks,
    autosave_tasks,
    proposal_tasks,
    search_tasks,
    network_tasks,
    sharing_tasks,
    print_tasks,
    source_tasks,
    tracking_tasks,
)
BLUEPRINTS = (
    people_views.people,
    administration.people_admin,
    groups.groups,
    content.content,
    approval.approval,
    brand.brand,
    cascade.cascade,
    sources.sources,
    networks.networks,
    networks_admin.networks_admin,
    sharing.sharing,
    share_advice,
    share_queue,
    share_calendar,
    share_caps,
    desk_pages,
    opening_views.opening,
    assistant_pages.share_words,
    recall_pages.recalls,
    recognition.recognition,
    home.home,
    media,
    media_links,
    mailbox,
    design,
)


class Id(IntegerConverter):
    """A row's id in an address: nothing larger than the database holds."""

    def __init__(self, rules: Map, **options: Any) -> None:
        super().__init__(rules, **{"max": 2**63 - 1, **options})


def create_app(settings: Settings | None = None) -> Flask:
    """The app, joined to its database, Redis and Celery; `settings` are the environment's unless given."""
    settings = settings or get_settings()
    init_logs()
    app = Flask(
        __name__, root_path=str(ROOT), template_folder="templates", static_folder=None, instance_path=str(ROOT / "var")
    )
    app.url_map.converters["int"] = Id
    app.url_map.merge_slashes = False
    _configure(app, settings)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    init_i18n(app)
    init_assets(app)
    init_formats(app)
    init_limits(app, settings)
    init_jobs(app, settings)
    init_web(app)
    _sign_in(app)
    app.context_processor(shell)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(health)
    limiter.exempt(health)
    wiring.connect()
    register_commands(app)
    return app


def wrap(app: Flask) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The WSGI callable a web server runs: visitors' addresses first, then short links, then the app."""
    settings = get_settings()
    return TrustedProxies(ShortLinks(app, settings), settings.trusted_proxies)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database_url.get_secret_value(),
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            "pool_size": 5,
            "max_overflow": 10,
            "pool_recycle": 1800,
            # States, moments and limits are very uneven: a plan that fits any of them reads a hundred times too much.
            "connect_args": {"options": "-c plan_cache_mode=force_custom_plan"},
        },
        TRUSTED_HOSTS=settings.answered_hosts,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="relais",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.public_url.startswith("https://"),
        REMEMBER_COOKIE_DURATION=timedelta(days=settings.session_days),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "advocacy" / "translations"),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(people.find_session_person)
