"""A real Celery worker in processes of its own, that can be killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from celery import Celery

from advocacy.cache import celery_url
from tests.patience import eventually

ROOT = Path(__file__).parent.parent


class Worker:
    """`celery worker` as it runs in production, with the environment of this moment."""

    def __init__(self, log: Path, concurrency: int = 1) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "app:celery", "worker", "--loglevel=info", f"--concurrency={concurrency}",
                 "--without-gossip", "--without-mingle", f"--hostname=w{id(self)}@%h"],
                cwd=ROOT, env=os.environ, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        eventually(lambda: b" ready." in log.read_bytes(), within=60, saying=f"worker ready, see {log}")

    def kill(self) -> None:
        """SIGKILL to the worker and all its children at once, as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def send(name: str) -> None:
    """Put a task's message on the queue, as beat or a page does."""
    app = Celery(broker=celery_url(os.environ["REDIS_URL"]))
    app.conf.broker_transport_options = {"visibility_timeout": 900}
    app.send_task(name)
    app.close()
