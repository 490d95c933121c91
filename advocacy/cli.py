"""Commands for operators: `flask --app app <command>`."""

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import text

from advocacy.approval import record
from advocacy.content import search
from advocacy.db import db
from advocacy.demo.command import seed_demo
from advocacy.people import service as people
from advocacy.recognition import service as recognition
from advocacy.scale.command import seed_scale
from advocacy.sealing import reseal


@click.command("create-organisation")
@click.argument("name")
@click.argument("admin_email")
@click.option("--admin-name", default="Admin", help="Name of the first admin.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr")
@with_appcontext
def create_organisation(name: str, admin_email: str, admin_name: str, language: str) -> None:
    """Start a programme: a root organisation and its first admin, who is invited by mail."""
    organisation = people.found_organisation(name)
    person = people.invite(None, organisation, admin_email, admin_name, language)
    people.grant_first_admin(person, organisation)
    db.session.commit()
    click.echo(f"{organisation.name}: organisation {organisation.id}. An invitation is on its way to {person.email}.")


@click.command("reseal")
@with_appcontext
def reseal_tokens() -> None:
    """Seal every stored secret anew under the first of RELAIS_SEAL_KEYS, so that older keys can be dropped."""
    for table, columns in SEALED.items():
        rows = db.session.execute(text(f"select id, {', '.join(columns)} from {table} order by id")).all()  # noqa: S608
        db.session.commit()
        for row in rows:
            for column in columns:
                _reseal(table, column, row.id, getattr(row, column))
        click.echo(f"{table}: {len(rows)} rows sealed under the newest key.")


SEALED = {"account": ("access_token", "refresh_token", "key"), "network_app": ("client_secret",)}


def _reseal(table: str, column: str, row_id: int, sealed: str | None) -> None:
    """Only where it is still the same: a token that was renewed meanwhile is sealed under the newest key already."""
    if sealed is None:
        return
    same = text(f"update {table} set {column} = :new where id = :id and {column} = :old")  # noqa: S608
    db.session.execute(same, {"new": reseal(sealed), "old": sealed, "id": row_id})
    db.session.commit()


@click.command("rebuild-standings")
@with_appcontext
def rebuild_standings() -> None:
    """Make all leaderboards anew from the ledger and say whether anything differed."""
    differences = recognition.rebuild_standings()
    db.session.commit()
    click.echo(f"Standings rebuilt from the ledger; rows that differed: {differences}.")


@click.command("verify-record")
@with_appcontext
def verify_record() -> None:
    """Check that no record of a post was changed or cut short; names what does not add up and ends with status 1."""
    numbers, faults = 0, []
    for post_id in record.recorded_posts():
        numbers += 1
        faults += record.faults_of(post_id)
    for fault in faults:
        click.echo(fault)
    click.echo(f"{numbers} records read, {len(faults)} faults.")
    if faults:
        raise SystemExit(1)


@click.command("reindex-posts")
@with_appcontext
def reindex_posts() -> None:
    """Have the studio's search find the posts that were never indexed, without waiting for the worker to get there."""
    done = 0
    while batch := search.index_posts():
        db.session.commit()
        done += batch
    click.echo(f"Posts indexed: {done}.")


def register_commands(app: Flask) -> None:
    """Give the app its commands."""
    of_operators = (create_organisation, reseal_tokens, rebuild_standings, verify_record, reindex_posts)
    for command in (*of_operators, seed_demo, seed_scale):
        app.cli.add_command(command)
