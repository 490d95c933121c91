"""`flask --app app seed-scale`: fills an empty database with a nation, to see how Relais fares at its size."""

import secrets
import time
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.passwords import SHORTEST, hash_password
from advocacy.scale.plan import Plan
from advocacy.scale.seeding import is_empty, seed, settle

_SIZE = click.IntRange(min=0)
_PAUSE = 3.0
"""Seconds between two lines of progress."""


@click.command("seed-scale")
@click.option("--people", type=click.IntRange(min=100), default=82_000, show_default=True)
@click.option("--organisations", type=click.IntRange(min=1), default=156, show_default=True)
@click.option("--groups", type=_SIZE, default=2_300, show_default=True)
@click.option("--posts", type=_SIZE, default=100_000, show_default=True)
@click.option("--shares", type=_SIZE, default=0, show_default=True, help="About so many; with the points they earned.")
@click.option("--clicks", type=_SIZE, default=0, show_default=True, help="Of these shares, with robots and repeats.")
@click.option("--seed", "number", default=1, show_default=True, help="Another one makes another nation.")
@click.option("--now", type=click.DateTime(), default=None, help="When it all ends (UTC); this moment if not given.")
@click.option("--password", default=None, help="Of the one editor who can sign in; made up and shown if not given.")
@with_appcontext
def seed_scale(number: int, now: datetime | None, password: str | None, **sizes: Any) -> None:
    """Make a nation by COPY: the same options make the same rows. Refuses a database that holds anybody already."""
    began, written = time.monotonic(), password or secrets.token_urlsafe(12)
    if len(written) < SHORTEST:
        raise click.UsageError(f"--password: at least {SHORTEST} characters.")
    if sizes["people"] < 10 * sizes["organisations"]:
        raise click.UsageError("--people: at least ten for each organisation.")
    if not is_empty():
        raise click.ClickException("This database holds people already: name an empty one by DATABASE_URL.")
    plan = Plan(**sizes, seed=number, now=(now.replace(tzinfo=utcnow().tzinfo) if now else utcnow()))

    said = began - _PAUSE

    def say(what: str, *, always: bool = False) -> None:
        nonlocal said
        if always or time.monotonic() - said >= _PAUSE:
            said = time.monotonic()
            click.echo(f"{said - began:6.1f} s  {what}")

    nation = seed(plan, hash_password(written), say)
    db.session.commit()
    settle()
    say(
        f"done: {nation.people} people, {nation.members} memberships, {nation.posts} posts, {nation.shares} shares",
        always=True,
    )
    shown = f" with the password {written}" if password is None else ""
    click.echo(f"Sign in as {nation.editor}{shown}.")
