"""Calls of LinkedIn's versioned API."""

import json
from typing import Any

from advocacy.networks.linkedin.answers import failure_of
from advocacy.networks.wire import Answer, Asked, Calls


def rest(calls: Calls, method: str, path: str, asked: Asked, content: dict[str, Any] | None = None) -> Answer:
    """A call of the versioned API, `path` as it is to stand in the address; `content` as JSON. See `Calls.send`."""
    headers = {
        "LinkedIn-Version": calls.settings.linkedin_version,
        "X-Restli-Protocol-Version": "2.0.0",
        "Content-Type": "application/json",
    }
    data = None if content is None else json.dumps(content).encode()
    return calls.send(method, f"{calls.settings.linkedin_api_url}/rest/{path}", asked, headers=headers, data=data)


def must(answer: Answer, asked: Asked, *statuses: int) -> Answer:
    """The answer if its status is one of these. Raises the failure it stands for otherwise."""
    if answer.status not in statuses:
        raise failure_of(answer, asked)
    return answer
