"""How a request suffers the fault that befalls it."""

import socket
import struct
from contextlib import suppress

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.sandbox.checks import bearer_member, expired, revoked
from advocacy.networks.sandbox.errors import Refusal, throttled
from advocacy.networks.sandbox.faults import STATUSES, Fault
from advocacy.networks.sandbox.network import here

SPARED = ("/_sandbox", "/_static")
MESSAGES = {
    403: ("ACCESS_DENIED", "Not enough permissions to access this resource"),
    404: ("RESOURCE_NOT_FOUND", "No virtual resource found"),
    500: ("INTERNAL_SERVER_ERROR", "Unable to obtain activity"),
    503: ("SERVICE_UNAVAILABLE", "The service is temporarily unavailable"),
}


def install(app: Flask) -> None:
    """Let faults befall the requests of an application, and note every request in the log."""
    app.before_request(before)
    app.after_request(after)


def before() -> AnyResponse | None:
    """Take the fault meant for this request and let it act before any work is done."""
    g.cut, g.fault = False, None
    if request.path.startswith(SPARED):
        return None
    g.member = bearer_member()
    fault = g.fault = here().faults.take(request.method, request.path, g.member)
    if fault is None:
        return None
    if fault.kind in STATUSES:
        raise refusal_of(int(fault.kind))
    if fault.kind == "expired_token":
        raise expired()
    if fault.kind == "revoked_token":
        raise revoked()
    if fault.kind in ("hang_before", "slow"):
        here().faults.hold(fault, request.method, request.path, "before")
    return cut() if fault.kind == "cut_before" or dropped(fault, "hang_before", "slow") else None


def after(answer: Response) -> Response:
    """Let the fault act on the finished answer, and note the request."""
    if request.path.startswith(SPARED):
        return answer
    fault: Fault | None = g.fault
    if fault is not None and fault.kind == "malformed":
        spoil(answer)
    if fault is not None and fault.kind == "hang_after":
        here().faults.hold(fault, request.method, request.path, "after")
    if fault is not None and (fault.kind == "cut_after" or dropped(fault, "hang_after")):
        cut()
    status = 0 if g.cut else answer.status_code
    kind = fault.kind if fault is not None else None
    here().log.note(here().clock.now(), request.method, request.path, status, g.get("member"), kind)
    return answer


def refusal_of(status: int) -> Refusal:
    """The refusal with which a status is imitated."""
    if status == 429:
        return throttled("APPLICATION_AND_MEMBER")
    return Refusal(status, *MESSAGES[status])


def dropped(fault: Fault, *kinds: str) -> bool:
    """Whether a request held by one of these kinds is dropped after its hold."""
    return fault.kind in kinds and fault.then == "drop"


def cut() -> AnyResponse:
    """Reset the connection: the client reads no byte of an answer. What is returned is never sent."""
    connection = request.environ.get("werkzeug.socket")
    g.cut = True
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):  # the client may have gone already
            connection.shutdown(socket.SHUT_RDWR)
    return AnyResponse(status=500)


def spoil(answer: Response) -> None:
    """Take the id out of an answer that has one, and break the JSON of any other."""
    if "x-restli-id" in answer.headers:
        del answer.headers["x-restli-id"]
    else:
        answer.set_data(b'{"value": {"broken')
