"""The limits of the same server, that pages and redirects are held against: bare Flask, bare WSGI."""

from flask import Flask

bare = Flask(__name__)


@bare.get("/page/<int:size>")
def page(size: int) -> str:
    """A page of so many bytes, that nothing was asked for."""
    return "x" * size


def wsgi(environ, start_response):
    """A redirect before Flask sees anything; everything else is Flask's."""
    if environ["PATH_INFO"] == "/s":
        start_response("302 Found", [("Location", "https://aubrelle.example/"), ("Content-Length", "0")])
        return [b""]
    return bare(environ, start_response)
