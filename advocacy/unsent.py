"""Words of a form that could not be taken: its page was open for too long, or its person is signed in no more.

Nothing is done with them but to show them once to whoever typed them, so that they can be copied.
"""

from urllib.parse import urlsplit

from flask import request

_NOT_SHOWN = ("password", "current", "token", "key", "code")
_LONGEST = 20_000


def unsent_words() -> list[str]:
    """What was typed in the form that was just sent: values of two words or more, each once, in their order. Empty
    unless a page of this very site sent it, and without whatever may be a secret.
    """
    if request.method != "POST" or urlsplit(request.headers.get("Origin", "")).netloc != request.host:
        return []
    found: dict[str, None] = {}
    for name, values in request.form.lists():
        if not any(part in name for part in _NOT_SHOWN):
            found.update((value.strip(), None) for value in values if len(value.split()) > 1)
    kept = list(found)
    return kept if sum(map(len, kept)) <= _LONGEST else []


def page_of_form() -> str:
    """The path of the page that the form stood on, else home."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.host or not came.path.startswith("/") or came.path.startswith("//"):
        return "/"
    return f"{came.path}?{came.query}" if came.query else came.path
