"""/rest/documents and its upload address: a document is announced, put whole, processed, then of use to its owner."""

import re
import secrets

from flask import Blueprint, Response, jsonify, request

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import check_scope, check_token, check_version, enter, json_body
from advocacy.networks.sandbox.errors import Refusal, access_denied
from advocacy.networks.sandbox.network import here
from advocacy.networks.sandbox.uploads import UPLOAD_TTL, body_sent, check_action, check_owner, waiting

LARGEST = 100 * 1024 * 1024
MOST_PAGES = 300
PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
OFFICE = "application/vnd.openxmlformats-officedocument"
# How the bytes of each media type begin.
BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "application/msword": b"\xd0\xcf\x11\xe0",
    "application/vnd.ms-powerpoint": b"\xd0\xcf\x11\xe0",
    f"{OFFICE}.wordprocessingml.document": b"PK\x03\x04",
    f"{OFFICE}.presentationml.presentation": b"PK\x03\x04",
}

blueprint = Blueprint("documents", __name__)


@blueprint.post("/rest/documents")
def initialize() -> Response:
    """Announce a document: the answer has its URN and where to put its bytes."""
    token = enter("w_member_social", "documents.ACTION-initializeUpload")
    check_action("initializeUpload")
    path = "initializeUploadRequest"
    wanted = shape.fields(shape.fields(json_body(), "", (path,))[path], path, ("owner",))
    check_owner(wanted["owner"], path, token, "documents.ACTION-initializeUpload")
    network = here()
    urn, key = "urn:li:document:D4E10AQ" + secrets.token_hex(8), secrets.token_urlsafe(24)
    expires_at = network.clock.now() + UPLOAD_TTL
    network.store.run(
        "INSERT INTO documents (urn, sub, upload_key, expires_at) VALUES (?, ?, ?, ?)",
        urn,
        token["sub"],
        key,
        expires_at,
    )
    upload_url = f"{request.host_url}dms-uploads/documents/{key}"
    return jsonify(value={"uploadUrl": upload_url, "uploadUrlExpiresAt": int(expires_at * 1000), "document": urn})


@blueprint.put("/dms-uploads/documents/<key>")
def upload(key: str) -> Response:
    """Take the whole file in one request: 201, empty; what is wrong with it is only known after processing."""
    row = waiting("documents", key, "document")
    beginning = BEGINNINGS.get(request.mimetype)
    if beginning is None:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be that of a PDF, Word or PowerPoint file")
    content = body_sent()
    sound = content.startswith(beginning) and len(content) <= LARGEST
    if request.mimetype == "application/pdf":
        sound = sound and 1 <= len(PAGE.findall(content)) <= MOST_PAGES
    here().store.run(
        "UPDATE documents SET uploaded_at = ?, failed = ?, size = ? WHERE id = ?",
        here().clock.now(),
        int(not sound),
        len(content),
        row["id"],
    )
    return Response(status=201)


@blueprint.get("/rest/documents/<urn>")
def read_refused(urn: str) -> Response:
    """The state of a document is not for a token that may only post."""
    version = check_version()
    check_scope(check_token(), "r_member_social", f"documents.GET.{version}")
    raise access_denied("documents.GET")
