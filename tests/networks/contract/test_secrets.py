"""Nothing secret is told: not in logs, not in errors, not in what is printed; and no redirect carries it away."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from advocacy.networks.base import Credentials, NetworkFailure, TryLater, Unconfirmed
from tests.networks.contract.networks import broken, does, needs
from tests.networks.contract.samples import jpeg
from tests.networks.contract.stage import Stage, picture_of
from tests.networks.contract.test_failures import failure_of

KINDS = ("403", "404", "429", "500", "cut_before", "cut_after", "malformed", "expired_token")


def secrets_of(member: Credentials) -> list[str]:
    """What nobody may read."""
    held = (member.access_token, member.refresh_token, member.key, member.app and member.app.client_secret)
    return [secret.reveal() for secret in held if secret]


def told(errors: list[NetworkFailure]) -> str:
    """All that an error can say of itself."""
    return "".join(
        "".join(traceback.format_exception(error)) + repr(error) + str(error) + error.detail + repr(error.args)
        for error in errors
    )


@needs(broken)
def test_no_failure_tells_a_secret(
    stage: Stage, member: Credentials, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = []
    for number, kind in enumerate(KINDS):
        for act in sorted({"publish", "upload"} & stage.calls.keys()):
            stage.fault(act, kind)
            outgoing = stage.outgoing(f"Attempt {number} {act}", pictures=(picture_of(jpeg()),))
            with suppress_into(errors):
                stage.publish(member, outgoing)
            stage.ask("faults/release")
    assert errors
    captured = capfd.readouterr()
    words = caplog.text + captured.out + captured.err + told(errors)
    for secret in secrets_of(member):
        assert secret not in words
    assert all(len(error.detail) <= 500 for error in errors)


@needs(broken, does("renew"))
def test_no_renewal_tells_a_secret(
    stage: Stage, member: Credentials, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[NetworkFailure] = []
    stage.fault("renew", "500")
    with suppress_into(errors):
        stage.adapter.renew(member)
    stage.ripen(member)
    grant = stage.adapter.renew(member)
    assert grant is not None
    with suppress_into(errors):
        stage.adapter.revoke(member)
    stage.revoke(member)
    with suppress_into(errors):
        stage.adapter.renew(member)
    captured = capfd.readouterr()
    words = caplog.text + captured.out + captured.err + told(errors) + repr(grant)
    brought = [secret.reveal() for secret in (grant.access_token, grant.refresh_token, grant.key) if secret]
    for secret in [*secrets_of(member), *brought]:
        assert secret not in words


def test_nothing_printed_tells_a_secret(stage: Stage, member: Credentials) -> None:
    prepared = stage.prepare(member, stage.outgoing("In the open.", pictures=(picture_of(jpeg()),)))
    words = repr(member) + repr(prepared) + repr(stage.adapter) + str(member)
    for secret in secrets_of(member):
        assert secret not in words
        assert secret not in str(prepared.facts)


@contextmanager
def suppress_into(errors: list[NetworkFailure]) -> Iterator[None]:
    """Keep the failure, if there is one."""
    try:
        yield
    except NetworkFailure as failure:
        errors.append(failure)


class Listening:
    """A server that answers nothing but `status`, and remembers who came."""

    def __init__(self, status: int, location: str = "") -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Answering(BaseHTTPRequestHandler):
            """Answers every method alike."""

            def do_GET(self) -> None:
                asked.append(f"{self.command} {self.path}")
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(status)
                if location:
                    self.send_header("Location", location + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_words: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@needs(broken)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(
    stage: Stage, stage_at: Callable[[str], Stage], member: Credentials, status: int
) -> None:
    outgoing = stage.outgoing("Straight on.", pictures=(picture_of(jpeg()),))
    prepared = stage.prepare(member, outgoing)
    with Listening(200) as target, Listening(status, f"http://{target.host}") as redirecting:
        away = stage_at(f"http://{redirecting.host}")
        elsewhere = away.elsewhere(member, redirecting.host)
        failure = failure_of(lambda: away.adapter.publish(elsewhere, outgoing, prepared))
        assert isinstance(failure, Unconfirmed | TryLater), failure
        assert len(redirecting.asked) >= 1
        for act in (
            lambda: away.adapter.prepare(elsewhere, outgoing),
            lambda: away.adapter.measure(elsewhere, "1"),
            lambda: away.adapter.renew(elsewhere),
            lambda: away.adapter.revoke(elsewhere),
        ):
            with suppress(NetworkFailure):
                act()
        assert target.asked == []
