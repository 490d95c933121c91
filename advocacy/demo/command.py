"""`flask --app app seed-demo`: fills the database with the demo, once."""

import time

import click
from flask.cli import with_appcontext

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.demo.seeding import is_there, seed
from config.settings import get_settings


@click.command("seed-demo")
@with_appcontext
def seed_demo() -> None:
    """Make the two invented programmes of the demo, with a running month of history; run again, it changes nothing."""
    began, now = time.monotonic(), utcnow()
    if is_there(now):
        click.echo("The demo is already there.")
        return
    seeded = seed(now, get_settings(), click.echo)
    if seeded is None:
        click.echo("The demo is already there.")
        return
    db.session.commit()
    click.echo(
        f"The demo is ready: {seeded.people} people, {seeded.posts} posts, {seeded.shares} shares,"
        f" {seeded.accounts} connected accounts ({time.monotonic() - began:.1f} s)."
    )
