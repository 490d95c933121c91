"""What images, documents and videos have in common: announced by their owner, put, processed, then of use to them."""

import sqlite3

from flask import request

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import check_token
from advocacy.networks.sandbox.errors import Refusal, access_denied
from advocacy.networks.sandbox.network import Network, here

UPLOAD_TTL = 3600
TABLES = {"image": "images", "document": "documents", "video": "videos"}


def check_action(name: str) -> None:
    """Raises Refusal unless the query is just this action."""
    if request.args.to_dict(flat=False) != {"action": [name]}:
        raise Refusal(400, "INVALID_ACTION", f"The action must be {name}")


def check_owner(value: object, path: str, token: sqlite3.Row, permission: str) -> None:
    """Raises Refusal unless the owner is the member who granted the token."""
    if shape.urn(value, f"{path}/owner", ("person",)) != f"urn:li:person:{token['sub']}":
        raise access_denied(f"{permission}: the owner is not the member who granted the token")


def waiting(table: str, key: str, what: str) -> sqlite3.Row:
    """The row whose bytes may be put to this address now, by the member of the token. Raises Refusal."""
    token, network = check_token(), here()
    row = network.store.one(f"SELECT * FROM {table} WHERE upload_key = ?", key)  # noqa: S608 - a name of TABLES
    if row is None or row["sub"] != token["sub"]:
        raise Refusal(404, "RESOURCE_NOT_FOUND", "Unknown upload address")
    check_open(network, row, what)
    return row


def check_open(network: Network, row: sqlite3.Row, what: str) -> None:
    """Raises Refusal where the address has expired, or was used."""
    if row["expires_at"] <= network.clock.now():
        raise Refusal(400, "EXPIRED_UPLOAD_URL", "The upload address has expired")
    if row["uploaded_at"] is not None:
        raise Refusal(400, "ALREADY_UPLOADED", f"The {what} has been uploaded already")


def body_sent() -> bytes:
    """The bytes of the request. Raises Refusal when there are none."""
    content = request.get_data()
    if not content:
        raise Refusal(400, "EMPTY_UPLOAD", "The request has no body")
    return content


def status_of(network: Network, row: sqlite3.Row) -> str:
    """WAITING_UPLOAD, PROCESSING, AVAILABLE or PROCESSING_FAILED."""
    if row["uploaded_at"] is None:
        return "WAITING_UPLOAD"
    if row["uploaded_at"] + network.options.processing_seconds > network.clock.now():
        return "PROCESSING"
    return "PROCESSING_FAILED" if row["failed"] else "AVAILABLE"


def check_usable(network: Network, urn: str, sub: str) -> None:
    """Raises Refusal unless this was uploaded by the member and is processed."""
    table = TABLES[urn.split(":")[2]]
    row = network.store.one(f"SELECT * FROM {table} WHERE urn = ?", urn)  # noqa: S608 - a name of TABLES
    if row is None:
        raise Refusal(400, "INVALID_URN_ID", f"{urn} does not exist")
    if row["sub"] != sub:
        raise access_denied(f"{urn}: its owner is not the author of the post")
    status = status_of(network, row)
    if status == "PROCESSING_FAILED":
        raise Refusal(400, "MEDIA_ASSET_PROCESSING_FAILED", f"{urn} could not be processed")
    if status != "AVAILABLE":
        raise Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available yet ({status})")
