"""Whole pages and redirects through the web server, beside a bare page of the same size and a bare redirect."""

import subprocess
import sys
import urllib.request

from benchmarks.cpu import used_by
from benchmarks.figures import Table
from benchmarks.stand import ROOT, Stand, serving
from benchmarks.wrk import Load, load

SECONDS = 4
_COOKIES = """
import sys
from app import app
from advocacy.db import db
from advocacy.people.models import Person
with app.app_context():
    seal = app.session_interface.get_signing_serializer(app).dumps
    print(app.config["SESSION_COOKIE_NAME"])
    for number in map(int, sys.argv[1:]):
        who = db.session.get(Person, number).get_id()
        print(seal({"_user_id": who, "_fresh": True, "seen": [number, 1700000000, 1700000000]}))
    print(db.session.scalar(db.text("select code from share where state = 'published' limit 1")))
"""


def rounds_of(stand: Stand, database: str, table: Table, clicks: Table, rounds: int) -> None:
    """All pages, `rounds` times."""
    values = stand.environment(database)
    command = [sys.executable, "-c", _COOKIES, "1", "1999"]
    told = subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True, check=True)
    name, *tokens, code = told.stdout.split()
    editor, reader = (f"{name}={token}" for token in tokens)
    wanted = {
        "home": ("/", reader),
        "board": ("/studio", editor),
        "board, one column": ("/studio?lane=draft", editor),
        "board, search": ("/studio?q=egalite", editor),
        "composer": ("/studio/posts/new", editor),
        "leaderboard": ("/leaderboard", reader),
    }
    ours, limit = serving("app:wsgi", values, "/healthz"), serving("benchmarks.bare:wsgi", values, "/page/1")
    with ours as (site, web), limit as (bare, _pid):
        engine = int((stand.var / "postgres" / "postmaster.pid").read_text().split()[0])
        for _ in range(rounds):
            for title, (path, cookie) in wanted.items():
                size = _size(site + path, cookie)
                least = load(f"{bare}/page/{size}", SECONDS)
                before = used_by(web, engine)
                page = load(site + path, SECONDS, cookie=cookie)
                spent = (used_by(web, engine) - before) * 1000 / max(1, page.rate * SECONDS)
                table.of(title, "ms", "a bare page of the same size").note(page.median, least.median, spent)
            _redirects(site, bare, code, clicks)


def _redirects(site: str, bare: str, code: str, clicks: Table) -> None:
    limit: Load = load(f"{bare}/s", SECONDS, 16)
    ours = load(f"{site}/s/{code}", SECONDS, 16)
    clicks.of("redirect, its click durable", "a second", "a bare WSGI redirect").note(ours.rate, limit.rate, ours.p99)


def _size(url: str, cookie: str) -> int:
    request = urllib.request.Request(url, headers={"Cookie": cookie})  # noqa: S310
    return len(urllib.request.urlopen(request).read())  # noqa: S310
