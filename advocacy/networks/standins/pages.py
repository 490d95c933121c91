"""What a person sees of a stand-in: its posts, its members, one post; plain pages that look like no real network."""

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins.state import Member, Post

if TYPE_CHECKING:
    from advocacy.networks.standins.standin import Standin

STYLE = "/_sandbox/style.css"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
ON_THE_PAGE = 50
PHRASES = {
    "not_it": ("stand-in, not the network itself", "doublure, pas le vrai réseau"),
    "why": (
        "Everything here stays on this machine, and is forgotten when it stops.",
        "Tout ceci reste sur cette machine et s’oublie à l’arrêt.",
    ),
    "posts": ("Posts", "Publications"),
    "none": ("Nothing has been posted yet.", "Rien n’a encore été publié."),
    "members": ("Members", "Membres"),
    "new": ("Name of a new member", "Nom d’un nouveau membre"),
    "make": ("Make", "Créer"),
    "app_password": ("app password", "mot de passe d’application"),
    "picture": ("Picture", "Image"),
    "video": ("Video", "Vidéo"),
    "document": ("Document", "Document"),
    "reshare_of": ("Passes on", "Relaie"),
    "missing": ("This page does not exist", "Cette page n’existe pas"),
    "all": ("All posts", "Toutes les publications"),
    "asks": ("An application asks for access", "Une application demande un accès"),
    "who": ("Who are you?", "Qui êtes-vous ?"),
    "somebody": ("somebody new, with this name:", "une nouvelle personne, de ce nom :"),
    "name": ("Name", "Nom"),
    "allow": ("Allow", "Autoriser"),
    "cancel": ("Cancel", "Annuler"),
}
SHEET = """
:root { color-scheme: light dark; --ink: light-dark(#1f2a30, #eceae5); --soft: light-dark(#4a5860, #b4bec3);
  --ground: light-dark(#f3f1ec, #14181b); --surface: light-dark(#fff, #1e2428); --accent: light-dark(#5a3e8e, #c9b6f5);
  --line: light-dark(#7a878d, #77858c); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
header, main { padding: 1rem; } main { max-width: 40rem; margin: auto; }
header { border-bottom: 6px double var(--accent); background: var(--surface); text-align: center; }
header p { margin: 0; }
a { color: var(--accent); } .soft { color: var(--soft); font-size: .875rem; }
article, form, .members { margin: 0 0 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: 10px;
  background: var(--surface); }
.text { white-space: pre-wrap; } h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 0; }
.members { padding-inline-start: 2rem; }
label { display: block; margin: .5rem 0; }
select, input, button { min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--surface); color: inherit; font: inherit; max-width: 100%; }
button { min-width: 7rem; cursor: pointer; font-weight: 600; }
"""


def install(standin: "Standin", app: Flask) -> None:
    """The index, one post at its address, the making of members, and the style of it all."""
    app.add_url_rule("/", "index", lambda: _index(standin))
    app.add_url_rule(STYLE, "style", lambda: Response(SHEET, mimetype="text/css"))
    app.add_url_rule("/_sandbox/people", "people", lambda: _make(standin), methods=["POST"])
    app.register_error_handler(NotFound, lambda problem: _elsewhere(standin, problem))


def t(word: str) -> str:
    """A phrase in the browser's language, English or French."""
    french = request.accept_languages.best_match(["en", "fr"], default="en") == "fr"
    return PHRASES[word][1 if french else 0]


def shell(standin: "Standin", title: str, body: str, status: int = 200) -> Response:
    """A whole page."""
    language = request.accept_languages.best_match(["en", "fr"], default="en")
    name = escape(standin.name.capitalize())
    answer = Response(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(title)} · {name}</title>'
        f'<link rel="stylesheet" href="{STYLE}"><header><p><a href="/"><strong>{name}</strong></a>: '
        f"{t('not_it')}</p><p>{t('why')}</p></header><main><h1>{escape(title)}</h1>{body}</main></html>",
        status,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _index(standin: "Standin") -> Response:
    listed = [_card(standin, post) for post in reversed(standin.state.standing()[-ON_THE_PAGE:])]
    people = "".join(f"<li>{_told(member)}</li>" for member in standin.state.members.values())
    form = (
        f'<form method="post" action="/_sandbox/people"><label>{t("new")} <input name="name" required></label> '
        f"<button>{t('make')}</button></form>"
    )
    members = f'<h2>{t("members")}</h2><ul class="members">{people}</ul>' if people else f"<h2>{t('members')}</h2>"
    return shell(standin, t("posts"), ("".join(listed) or f"<p>{t('none')}</p>") + members + form)


def _elsewhere(standin: "Standin", problem: NotFound) -> AnyResponse:
    """The post whose id ends the address, for a person with a browser; programs get the plain answer."""
    if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        return problem.get_response()
    last = request.path.rstrip("/").rpartition("/")[2]
    found = [post for post in standin.state.standing() if last in (post.id.rpartition("/")[2], post.facts.get("code"))]
    if not found:
        return shell(standin, t("missing"), f'<p><a href="/">{t("all")}</a></p>', 404)
    return shell(standin, t("posts"), _card(standin, found[0]) + f'<p><a href="/">{t("all")}</a></p>')


def _make(standin: "Standin") -> AnyResponse:
    name = " ".join(request.form.get("name", "").split())[:80]
    if name:
        standin.introduce(name)
    return redirect("/", 303)


def _card(standin: "Standin", post: Post) -> str:
    member = standin.state.members.get(post.member)
    at = datetime.fromtimestamp(post.at, UTC)
    shown = "".join(f"<p>{line}</p>" for line in _hung_on(post))
    return (
        f"<article><h2>{escape(member.name if member else post.member)}</h2>"
        f'<p class="soft"><time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M} UTC</time></p>'
        f'<p class="text">{escape(post.text)}</p>{shown}</article>'
    )


def _hung_on(post: Post) -> list[str]:
    """What stands with the text, in the words that all stand-ins use for it."""
    facts, lines = post.facts, []
    if link := facts.get("link"):
        lines.append(f'<a href="{escape(str(link))}" rel="noopener nofollow">{escape(str(link))}</a>')
    lines += [f"{t('picture')}: {escape(str(alt or '—'))}" for alt in facts.get("pictures") or []]
    for word in ("video", "document"):
        if facts.get(word) is not None:
            lines.append(f"{t(word)}: {escape(str(facts[word] or '—'))}")
    if parent := facts.get("reshare_of"):
        lines.append(f"{t('reshare_of')}: {escape(str(parent))}")
    return lines


def _told(member: Member) -> str:
    passwords = "".join(
        f" · {t('app_password')}: <code>{escape(each)}</code>" for each in member.facts.get("app_passwords", [])[:1]
    )
    return f"{escape(member.name)} · <code>{escape(member.handle)}</code>{passwords}"
