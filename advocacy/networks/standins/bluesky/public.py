"""What everybody can see: posts with their counts; and the video service, which makes videos ready."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.bluesky.people import find
from advocacy.networks.standins.bluesky.words import asked, cid, invalid, refuse
from advocacy.networks.standins.standin import Doors, add_doors
from advocacy.networks.standins.state import Post

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

MOST = 25
UPLOAD = "com.atproto.repo.uploadBlob"
LARGEST_VIDEO = 300_000_000


class Public:
    """Its addresses."""

    def __init__(self, standin: "Bluesky", app: Flask) -> None:
        self.standin = standin
        doors: Doors = {
            ("GET", "/xrpc/app.bsky.feed.getPosts"): self.posts,
            ("GET", "/xrpc/com.atproto.server.getServiceAuth"): self.service_token,
            ("POST", "/xrpc/app.bsky.video.uploadVideo"): self.upload,
            ("GET", "/xrpc/app.bsky.video.getJobStatus"): self.job,
        }
        add_doors(app, doors)

    def posts(self) -> Response:
        """The posts of these addresses that are there."""
        uris = request.args.getlist("uris")
        if not 1 <= len(uris) <= MOST:
            raise invalid(f"Error: uris must not have more than {MOST} elements")
        found = [self._find(uri) for uri in uris]
        return jsonify(posts=[_view(self.standin, post) for post in found if post is not None])

    def service_token(self) -> Response:
        """A token for another service, for one call."""
        token = self.standin.repository.acting()
        audience, method = asked("aud", "lxm")
        end = request.args.get("exp", "")
        now = self.standin.clock.now()
        if not end.isdecimal() or not now < int(end) <= now + 3600:
            raise refuse(400, "BadExpiration", "expiration is out of range")
        made = self.standin.state.issue("service", token.member, (method,), int(end) - now, aud=audience)
        return jsonify(token=made.text)

    def upload(self) -> Response:
        """Take a video; it is ready after `video_seconds`. The same video again is no new job."""
        did, _name = asked("did", "name")
        token = self.standin.state.live(request.headers.get("Authorization", "").removeprefix("Bearer "), "service")
        audience = f"did:web:{quote(urlsplit(self.standin.url).netloc, safe='')}"
        if token is None or token.member != did or token.scopes != (UPLOAD,) or token.facts["aud"] != audience:
            raise refuse(401, "AuthenticationRequired", "invalid service token")
        if request.mimetype != "video/mp4":
            raise refuse(400, "InvalidRequest", "invalid content type")
        data = request.get_data()
        if len(data) > LARGEST_VIDEO:
            raise refuse(400, "file_too_large", "file is too large")
        jobs: dict[str, dict[str, Any]] = self.standin.state.more.setdefault("jobs", {})
        name = cid(data + did.encode())
        for job, known in jobs.items():
            if known["name"] == name:
                answer = jsonify(error="already_exists", message="Video already processed", **self._status(job))
                answer.status_code = 409
                return answer
        job = secrets.token_hex(10)
        ready = self.standin.clock.now() + self.standin.video_seconds
        jobs[job] = {"name": name, "did": did, "data": data, "ready": ready, "sound": data[4:8] == b"ftyp"}
        return jsonify(self._status(job))

    def job(self) -> Response:
        """How far it is."""
        [job] = asked("jobId")
        if job not in self.standin.state.more.get("jobs", {}):
            raise refuse(400, "InvalidRequest", "job not found")
        return jsonify(jobStatus=self._status(job))

    def _status(self, job: str) -> dict[str, Any]:
        known = self.standin.state.more["jobs"][job]
        status: dict[str, Any] = {"jobId": job, "did": known["did"]}
        if known["ready"] > self.standin.clock.now():
            return {**status, "state": "JOB_STATE_ENCODING", "progress": 50}
        if not known["sound"]:
            return {**status, "state": "JOB_STATE_FAILED", "message": "Failed to process video"}
        blob = self.standin.repository.keep(known["did"], known["data"], "video/mp4")
        return {**status, "state": "JOB_STATE_COMPLETED", "progress": 100, "blob": blob}

    def _find(self, uri: str) -> Post | None:
        if not uri.startswith("at://"):
            raise invalid("Error: uris/0 must be a valid at-uri")
        repo, _slash, rest = uri.removeprefix("at://").partition("/")
        member = find(self.standin, repo)
        post = self.standin.state.posts.get(f"at://{member.id}/{rest}") if member else None
        return post if post is not None and post.deleted_at is None else None


def _view(standin: "Bluesky", post: Post) -> dict[str, Any]:
    member = standin.state.members[post.member]
    counts = {"replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0, **post.figures}
    return {
        "uri": post.id,
        "cid": post.facts["cid"],
        "author": {"did": member.id, "handle": member.handle, "displayName": member.name},
        "record": post.facts["record"],
        "indexedAt": post.facts["record"]["createdAt"],
        "labels": [],
        **counts,
    }
