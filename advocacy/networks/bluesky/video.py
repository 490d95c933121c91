"""Videos: handed to the video service in the member's name, which makes them ready and stores them on their server."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, File, Prepared, Rejected, TryLater
from advocacy.networks.bluesky.answers import failure_of, must
from advocacy.networks.bluesky.media import blob_in
from advocacy.networks.bluesky.pds import Pds, ask_openly
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from config.settings import Settings

_PAUSE = timedelta(seconds=5)
_TOKEN_SECONDS = 1800


def prepare(settings: Settings, credentials: Credentials, key: str, file: File, facts: dict[str, Any]) -> Prepared:
    """One step: the upload, or a look whether it is ready. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=key)
    if facts.get("video"):
        return Prepared(facts)
    job = facts.get("job")
    status = _look(settings, str(job), asked) if job else _upload(settings, credentials, file, asked)
    blob = blob_in(status.get("blob"))
    if blob is not None:
        return Prepared({**facts, "video": blob})
    if status.get("state") == "JOB_STATE_FAILED":
        raise Rejected("bad_video", str(status.get("message") or status.get("error") or ""))
    return Prepared({**facts, "job": status["jobId"]}, utcnow() + _PAUSE, complete=False)


def _upload(settings: Settings, credentials: Credentials, file: File, asked: Asked) -> dict[str, Any]:
    token = _service_token(settings, credentials, asked)
    url = f"{settings.bluesky_video_url}/xrpc/app.bsky.video.uploadVideo"
    headers = {"Content-Type": file.mimetype, "Authorization": f"Bearer {token}"}
    query = {"did": credentials.external_id, "name": file.path.name}
    with Calls(settings, typed=True) as calls, file.path.open("rb") as data:
        answer = calls.send("POST", url, asked, params=query, headers=headers, data=data)
    if answer.status != 409:  # the very same file was handed in before: its job is named
        must(answer, asked)
    return _status(answer, asked)


def _look(settings: Settings, job: str, asked: Asked) -> dict[str, Any]:
    answer = ask_openly(settings, settings.bluesky_video_url, "app.bsky.video.getJobStatus", asked, jobId=job)
    if 400 <= answer.status < 500 and answer.status not in (408, 429):
        raise TryLater("media_gone", utcnow(), answer.detail)
    return _status(must(answer, asked), asked)


def _status(answer: Answer, asked: Asked) -> dict[str, Any]:
    """The job in an answer: wrapped, as documented, or bare, as the service answers an upload."""
    status = answer.body.get("jobStatus", answer.body)
    if not isinstance(status, dict) or not isinstance(status.get("jobId"), str):
        raise malformed(answer, asked) if answer.status == 200 else failure_of(answer, asked)
    return status


def _service_token(settings: Settings, credentials: Credentials, asked: Asked) -> str:
    """A token with which the video service may store one blob on the member's server."""
    with Pds(settings, credentials) as pds:
        audience = f"did:web:{quote(urlsplit(pds.kept.server).netloc, safe='')}"
        end = str(int(utcnow().timestamp()) + _TOKEN_SECONDS)
        method = "com.atproto.repo.uploadBlob"
        answer = pds.get("com.atproto.server.getServiceAuth", asked, aud=audience, lxm=method, exp=end)
    token = must(answer, asked).body.get("token")
    if not isinstance(token, str):
        raise malformed(answer, asked)
    return token
