"""Static files, with one digest of them all in their address so that they may be kept for ever; icons of the sprite."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_from_directory
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from markupsafe import Markup

from advocacy.web import open_to_all
from config.settings import get_settings

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"
SPRITE = "vendor/icons.svg"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=300"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
ZIPPED = {"text/css", "text/javascript", "image/svg+xml", "text/plain", "application/manifest+json", "application/xml"}
_EXTENSION = "relais_assets"


@dataclass(frozen=True)
class Assets:
    """The static files that are there since the start, and their common digest."""

    digest: str
    paths: frozenset[str]


def tree_digest(folder: Path) -> str:
    """Twelve hexadecimal digits that change when the name or the bytes of any file under `folder` change."""
    digest = hashlib.sha256()
    for path in sorted(_paths(folder)):
        content = (folder / path).read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _paths(folder: Path) -> frozenset[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES)
    return frozenset(path.relative_to(folder).as_posix() for path in found)


def asset(path: str, external: bool = False) -> str:
    """`/static/<digest>/<path>`, in full (for a mail) if `external`. Raises FileNotFoundError when there is none."""
    assets: Assets = current_app.extensions[_EXTENSION]
    if path not in assets.paths:
        raise FileNotFoundError(path)
    origin = get_settings().public_url.rstrip("/") if external else ""
    return f"{origin}/static/{assets.digest}/{path}"


def icon(name: str, cls: str = "", label: str = "") -> Markup:
    """An icon of the sprite, hidden from assistive tools unless it has a `label`, which must then be translated."""
    classes = " ".join(part for part in ("icon", "fill" if name.endswith("-filled") else "", cls) if part)
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawing = Markup('<svg class="{}" {}><use href="{}#i-{}"/></svg>')
    return drawing.format(classes, role, asset(SPRITE), name)


def hue(text: str) -> int:
    """A hue (0 to 359 degrees) that is always the same for the same name."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(text)) * 137 % 360


def initials(name: str) -> str:
    """The first letters of the first two words of a name, as an avatar shows them."""
    return "".join(word[0] for word in name.replace(".", "").split()[:2])


class Sessions(SecureCookieSessionInterface):
    """Signed cookies, left alone by static files: with `Vary: Cookie` no browser would keep them."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, except with a static file."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


@open_to_all
def static_file(digest: str, filename: str) -> Response:
    """The file as it is now: to keep for ever under today's digest, for five minutes under an old one."""
    assets: Assets = current_app.extensions[_EXTENSION]
    if filename not in assets.paths:
        abort(404)
    kind = TYPES.get(Path(filename).suffix, "application/octet-stream")
    if kind in ZIPPED and request.accept_encodings.quality("gzip") > 0:
        response = Response(_zipped(filename, assets.digest), mimetype=kind, headers={"Content-Encoding": "gzip"})
    else:
        response = send_from_directory(STATIC_FOLDER, filename, mimetype=kind)
    response.headers["Cache-Control"] = FOR_EVER if digest == assets.digest else FOR_A_WHILE
    response.headers["Vary"] = "Accept-Encoding"
    return response


@lru_cache(maxsize=128)
def _zipped(filename: str, _digest: str) -> bytes:
    return gzip.compress((STATIC_FOLDER / filename).read_bytes(), 9, mtime=0)


def init_assets(app: Flask) -> None:
    """Serve the files (the app has `static_folder=None`) and give the templates `asset`, `icon`, `hue`, `initials`."""
    app.extensions[_EXTENSION] = Assets(tree_digest(STATIC_FOLDER), _paths(STATIC_FOLDER))
    app.session_interface = Sessions()
    app.add_url_rule("/static/<digest>/<path:filename>", "static", static_file)
    app.jinja_env.globals.update(asset=asset, icon=icon, hue=hue, initials=initials)
