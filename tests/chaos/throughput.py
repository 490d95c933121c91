"""How long 10,000 due shares take over a network that answers after 100 ms, beside the ideal.

`python -m tests.chaos.throughput [--shares N] [--threads N] [--processes N]`: the ideal is calls × latency ÷ calls open
side by side. Prints the time until every answer is recorded, shares a second, the ratio, and the workers' memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from cryptography.fernet import Fernet
from flask_migrate import upgrade
from sqlalchemy import func, select

from advocacy.db import db
from advocacy.engines import Engines
from advocacy.factory import create_app
from advocacy.sharing.models import Share
from config.settings import get_settings
from tests.chaos.run import environment
from tests.conftest import TEST_ENVIRONMENT
from tests.sharing import crowds
from tests.workers import Worker, send
from tests.world import World

LATENCY = 0.1


def main() -> int:
    """Measure once."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--shares", type=int, default=10_000)
    asked.add_argument("--threads", type=int, default=32)
    asked.add_argument("--processes", type=int, default=2)
    wanted = asked.parse_args()
    network = subprocess.Popen([sys.executable, "-m", "tests.chaos.slow_network", str(LATENCY)], stdout=subprocess.PIPE)
    assert network.stdout is not None
    url = network.stdout.readline().decode().strip()
    try:
        with tempfile.TemporaryDirectory(prefix="relais-pace-", ignore_cleanup_errors=True) as named:
            folder = Path(named)
            folder.chmod(0o755)
            with Engines(folder / "var") as engines:
                os.environ.update({**TEST_ENVIRONMENT, **environment(engines, folder), "RELAIS_LINKEDIN_API_URL": url})
                os.environ["RELAIS_SEAL_KEYS"] = Fernet.generate_key().decode()
                os.environ["RELAIS_NETWORK_SECONDS"] = "30"
                os.environ["RELAIS_DELIVERY_LEASE"] = "300"
                os.environ["RELAIS_DELIVERY_THREADS"] = str(wanted.threads)
                get_settings.cache_clear()
                _measure(folder, wanted.shares, wanted.threads, wanted.processes)
    finally:
        network.kill()
    return 0


def _measure(folder: Path, shares: int, threads: int, processes: int) -> None:
    app = create_app()
    with app.app_context():
        upgrade()
    world = World(app)
    root = world.organisation("Pace")
    bodies = [root, *(world.organisation(parent=root) for _ in range(9))]
    accounts = [
        account
        for body in bodies
        for account in crowds.accounts(app, crowds.people(app, body, shares // (5 * len(bodies))))
    ]
    for _ in range(5):
        crowds.shares(app, accounts, world.post(root))
    with Worker(folder / "worker.log", processes) as worker:
        began = time.monotonic()
        for _ in range(processes):
            send("sharing.deliver_due")
        memory = 0
        with app.app_context():
            while True:
                left = db.session.scalar(select(func.count()).where(Share.state != "published"))
                db.session.rollback()
                memory = max(memory, _memory(worker.process.pid))
                if not left or time.monotonic() - began > 600:
                    break
                threading.Event().wait(0.25)
        took = time.monotonic() - began
    ideal = shares * LATENCY / (threads * processes)
    print(
        f"{shares} shares, {processes} × {threads} calls: {took:.1f} s, {shares / took:.0f} a second, {left} left;"
        f" ideal {ideal:.1f} s, ratio {took / ideal:.1f}; {memory // 1024} MB at most; load {os.getloadavg()[0]:.1f}"
    )


def _memory(pid: int) -> int:
    """Resident memory of a process and its children, in kB."""
    command = ["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)]
    listed = subprocess.run(command, check=False, capture_output=True, text=True)
    return sum(int(size) for size in listed.stdout.split())


if __name__ == "__main__":
    sys.exit(main())
