"""A video of a post: announced with its size, uploaded in the parts that LinkedIn asks for, finished, then processed.

Unlike a picture's, its state may be asked for: the post waits until LinkedIn says that the video can be shown.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, BinaryIO
from urllib.parse import quote

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, File, Prepared, Rejected
from advocacy.networks.linkedin.rest import must, rest
from advocacy.networks.linkedin.uploads import announce, may_be_told
from advocacy.networks.wire import Answer, Asked, Bearer, Calls, clean_detail, malformed
from config.settings import Settings

LONGEST_WAIT = 15
"""In waits after a picture."""
BINARY = {"Content-Type": "application/octet-stream"}


def prepare(settings: Settings, credentials: Credentials, video: File, key: str, before: Prepared | None) -> Prepared:
    """Upload the video, or ask how far LinkedIn is with it. Repeating an upload leaves an unused video.

    Raises TryLater, Reconnect, Rejected.
    """
    asked = Asked(key=key, media_wait=settings.linkedin_image_wait)
    with Calls(settings, credentials.access_token) as calls:
        found = _state(calls, before.facts, asked) if before is not None and before.facts.get("video") else None
        if found is not None:
            return found
        with video.path.open("rb") as data:
            urn = _upload(calls, credentials, data, video.size, asked)
    return _waiting(settings, urn, 0)


def _state(calls: Calls, begun: Mapping[str, Any], asked: Asked) -> Prepared | None:
    """Whether the video can be shown now; None where it has to be uploaded anew. Raises Rejected for a bad one."""
    urn = str(begun["video"])
    answer = must(rest(calls, "GET", f"videos/{quote(urn, safe='')}", asked), asked, 200, 403, 404)
    status = answer.body.get("status")
    if answer.status == 403:  # an app that may not ask: after the wait, the create will tell
        return Prepared({"video": urn})
    if answer.status == 404 or status == "WAITING_UPLOAD":
        return None
    if status == "PROCESSING_FAILED":
        raise Rejected("bad_video", clean_detail(str(answer.body.get("processingFailureReason") or status)))
    if status == "AVAILABLE":
        return Prepared({"video": urn})
    return _waiting(calls.settings, urn, int(begun.get("asked") or 0) + 1)


def _upload(calls: Calls, credentials: Credentials, data: BinaryIO, size: int, asked: Asked) -> str:
    """Announce, upload each part, finish: the video's URN."""
    wanted = {"fileSizeBytes": size, "uploadCaptions": False, "uploadThumbnail": False}
    answer, value = announce(calls, "videos", credentials, asked, **wanted)
    urn, parts = value.get("video"), value.get("uploadInstructions")
    if not isinstance(urn, str) or not isinstance(parts, list) or not parts:
        raise malformed(answer, asked)
    etags = [_put(calls, data, part, answer, asked) for part in parts]
    finished = {"video": urn, "uploadToken": value.get("uploadToken") or "", "uploadedPartIds": etags}
    must(rest(calls, "POST", "videos?action=finalizeUpload", asked, {"finalizeUploadRequest": finished}), asked, 200)
    return urn


def _put(calls: Calls, data: BinaryIO, part: Mapping[str, Any], announced: Answer, asked: Asked) -> str:
    """Upload one part, without the member's token: its address is signed. What LinkedIn knows it by."""
    if not isinstance(part, dict) or not may_be_told(calls.settings, part.get("uploadUrl")):
        raise malformed(announced, asked)
    first, last = part.get("firstByte"), part.get("lastByte")
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first <= last:
        raise malformed(announced, asked)
    data.seek(first)
    piece, nobody = data.read(last - first + 1), Bearer(None)
    answer = must(calls.send("PUT", part["uploadUrl"], asked, data=piece, headers=BINARY, auth=nobody), asked, 200, 201)
    etag = answer.headers.get("ETag", "")
    if not etag:
        raise malformed(answer, asked)
    return etag


def _waiting(settings: Settings, urn: str, asked: int) -> Prepared:
    """LinkedIn is at work; it is asked less and less often."""
    wait = settings.linkedin_image_wait * min(asked + 1, LONGEST_WAIT)
    return Prepared({"video": urn, "asked": asked}, utcnow() + timedelta(seconds=wait), complete=False)
