"""The way in: the WSGI app for a web server (`app:wsgi`), Flask for commands, Celery for workers (`app:celery`)."""

from advocacy.factory import create_app, wrap
from advocacy.jobs import celery

app = create_app()
wsgi = wrap(app)

__all__ = ["app", "celery", "create_app", "wsgi"]
