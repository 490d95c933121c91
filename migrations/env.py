"""Runs migrations inside the app, one transaction a migration, never waiting long for a lock on a busy table."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import Engine

db = current_app.extensions["migrate"].db


def _skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    """Migrate online; there is no offline mode."""
    engine: Engine = db.engine
    with engine.connect() as connection:
        connection.execute(text("set lock_timeout = '10s'"))
        connection.commit()
        options = {"process_revision_directives": _skip_empty} | current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=db.metadata, transaction_per_migration=True, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
