"""A member at the sandbox's consent page, as a browser without script shows it."""

from urllib.parse import parse_qsl, urlsplit

import requests
from selectolax.lexbor import LexborHTMLParser


def consent(url: str, **choice: str) -> dict[str, str]:
    """Open the page, fill the form (name=…, sub=…, decision=allow|cancel), send it: the query of the way back."""
    with requests.Session() as browser:
        page = browser.get(url, timeout=10)
        assert page.ok, page.text
        form = LexborHTMLParser(page.text).css_first("form")
        assert form is not None
        fields: dict[str, str] = {
            each.attributes["name"]: each.attributes.get("value") or "" for each in form.css("input[type=hidden]")
        }
        sent = {**fields, "decision": "allow", **choice}
        back = browser.post(url.partition("?")[0], data=sent, allow_redirects=False, timeout=10)
    assert back.is_redirect, back.text
    return dict(parse_qsl(urlsplit(back.headers["Location"]).query))
