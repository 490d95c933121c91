"""The browser of the browser tests: found, or installed by `python tests/chromium.py`."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, RELAIS_CHROMIUM first, or None."""
    if named := os.environ.get("RELAIS_CHROMIUM"):
        return shutil.which(named)
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((path for path in _MAC if Path(path).exists()), None) or _find_downloaded()


def _find_downloaded() -> str | None:
    """The one that Playwright keeps, if it was downloaded."""
    from playwright.sync_api import sync_playwright  # slow to import, and seldom needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_chromium() -> None:
    """Install it the way this system does; what fails is seen by looking again."""
    print("Installing Chromium for the browser tests (a few minutes) …", flush=True)
    if shutil.which("apt-get"):
        first = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else []
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([*first, *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
    elif platform.system() == "Darwin":
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """0 when there is a browser in the end, else 1 and one sentence."""
    if find_chromium() is None and not os.environ.get("RELAIS_CHROMIUM"):
        install_chromium()
    if find_chromium() is None:
        print("The browser tests need Chromium: install it, or name one by RELAIS_CHROMIUM.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
