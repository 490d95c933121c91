"""Requests in a row by wrk, which is found, or installed by `python -m benchmarks.wrk`."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(frozen=True)
class Load:
    """What came of a load: requests a second, milliseconds at the middle and at the 99th of a hundred."""

    rate: float
    median: float
    p99: float


def find_wrk() -> str | None:
    """The path of wrk, RELAIS_WRK first, or None."""
    return shutil.which(os.environ.get("RELAIS_WRK") or "wrk")


def load(url: str, seconds: int, connections: int = 1, cookie: str = "") -> Load:
    """Ask for a page again and again. Raises RuntimeError when answers fail."""
    command = [find_wrk() or "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    told = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    marks = {mark: float(number) * _UNITS[unit] for mark, number, unit in _marks(told)}
    if re.search(r"Non-2xx|Socket errors", told) or not marks.keys() >= {"50", "99"}:
        raise RuntimeError(f"{url} did not answer well:\n{told}")
    return Load(float(rate[1]) if rate else 0.0, marks["50"], marks["99"])


def _marks(told: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s|m)\s*$", told, re.MULTILINE)


def _install() -> None:
    if shutil.which("apt-get"):
        print("Installing wrk …", flush=True)
        first = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else []
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "wrk"]):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([*first, *command], env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """0 when there is wrk in the end, else 1 and one sentence."""
    if find_wrk() is None:
        _install()
    if find_wrk() is None:
        print("The benchmarks need wrk: install it (brew install wrk), or name it by RELAIS_WRK.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
