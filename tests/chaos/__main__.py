"""`make chaos`: 10,000 shares over all stand-ins while workers, Redis and PostgreSQL die; then the audit, printed."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from flask_migrate import upgrade

from advocacy.engines import Engines
from advocacy.factory import create_app
from config.settings import get_settings
from tests.chaos.run import Run, environment
from tests.chaos.stagehands import environment_of, networks_up
from tests.chaos.web import address_of, free_port, web_up
from tests.conftest import TEST_ENVIRONMENT


def main() -> int:
    """Run it; 0 when nothing is twice, nothing lost, and every unconfirmed share explained."""
    asked = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    asked.add_argument("--shares", type=int, default=10_000)
    asked.add_argument("--minutes", type=float, default=12.0)
    asked.add_argument("--threads", type=int, default=32)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="relais-chaos-", ignore_cleanup_errors=True) as named:
        folder = Path(named)
        folder.chmod(0o755)
        with Engines(folder / "var") as engines, networks_up() as networks:
            os.environ.update({**TEST_ENVIRONMENT, **environment(engines, folder), **environment_of(networks)})
            os.environ["RELAIS_SEAL_KEYS"] = Fernet.generate_key().decode()
            os.environ["RELAIS_DELIVERY_THREADS"] = str(wanted.threads)
            port = free_port()
            os.environ["RELAIS_PUBLIC_URL"] = address_of(port)
            get_settings.cache_clear()
            app = create_app()
            with app.app_context():
                upgrade()
            run = Run(app, engines, networks, folder, wanted.shares, wanted.minutes)
            print(f"Making {wanted.shares} shares …", flush=True)
            run.make()
            with web_up(port, folder / "web.log"):
                try:
                    found = run.go()
                finally:
                    for worker in run.workers:
                        worker.kill()
            print(f"\n{found.table()}", flush=True)
            return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())
