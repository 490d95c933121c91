"""A person at a browser without script: keeps cookies, sends the hidden token of the forms."""

import re
from typing import Any

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

PASSWORD = "correct horse battery staple"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Gets pages and posts forms."""

    def __init__(self, client: FlaskClient, language: str = "en") -> None:
        self.client, self.language = client, language
        self._token: str | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """The page at `path`."""
        headers = {"Accept-Language": self.language, "Accept": "text/html", **options.pop("headers", {})}
        response = self.client.get(path, headers=headers, **options)
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.text)):
            self._token = found.group(1)
        return response

    @property
    def token(self) -> str:
        """What a form sent now has to hold; looked for when it is first needed."""
        for path in ("/sign-in", "/no-such-page"):
            if self._token is None:
                self.get(path)
        return self._token or ""

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """What a form sent to `path` answers."""
        headers = {"Accept-Language": self.language, "Accept": "text/html", **options.pop("headers", {})}
        fields = {"csrf_token": self.token, **(data or {})}
        response = self.client.post(path, data=fields, headers=headers, **options)
        response.request.environ["wsgi.input"].close()  # a large body lies in a file that the client leaves open
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.text)):
            self._token = found.group(1)
        return response

    def sign_in(self, person: Any, password: str = PASSWORD) -> TestResponse:
        """Sign in by the form."""
        self._token = None
        self.get("/sign-in")
        response = self.post("/sign-in", {"email": person.email, "password": password})
        assert response.status_code in (302, 303), response.text[:2000]
        self._token = None
        return response


def page(response: TestResponse) -> LexborHTMLParser:
    """The page, to look things up in by CSS."""
    return LexborHTMLParser(response.text)


def words(response: TestResponse) -> str:
    """The text of the page, white space collapsed."""
    body = LexborHTMLParser(response.text).body
    return re.sub(r"\s+", " ", body.text(separator=" ") if body else "")
