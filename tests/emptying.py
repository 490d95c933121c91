"""An empty database for every test. Few rows are deleted, which takes a tenth of what truncating every table takes."""

from flask import Flask
from sqlalchemy import text

from advocacy.cache import get_redis
from advocacy.db import db

MUCH = 64 * 1024
"""Bytes of a table from which on all are truncated: what was deleted would be in the way of what comes."""


def prepare_emptying(app: Flask) -> None:
    """Teach the database to empty itself, once the tables are there."""
    tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
    deletes = "\n".join(f'delete from "{table.name}";' for table in db.metadata.sorted_tables)
    with app.app_context():
        sequences = db.session.scalars(text("select sequencename from pg_sequences where schemaname = 'public'"))
        restarts = "\n".join(f"perform setval('\"{name}\"', 1, false);" for name in sequences)
        # Whoever still writes is waited for, as a truncation would; nothing looks at references or keeps a record.
        db.session.execute(
            text(
                f"""create schema if not exists tests;
                create or replace function tests.empty_all() returns void language plpgsql as $body$ begin
                lock table {tables} in share row exclusive mode;
                if exists (select from unnest(array[{tables.replace('"', "'")}]) name where pg_relation_size(name) > {MUCH}) then
                    truncate {tables} restart identity cascade;
                    return;
                end if;
                set local session_replication_role = replica;
                {deletes}
                {restarts}
                end $body$"""
            )
        )
        db.session.commit()


def empty(app: Flask) -> None:
    """No row, every number anew from 1, and nothing in Redis."""
    with app.app_context():
        db.session.execute(text("select tests.empty_all()"))
        db.session.commit()
    get_redis().flushall()
