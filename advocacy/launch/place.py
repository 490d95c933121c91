"""Where a launch happens: its folder, its ports, its secrets, and the environment its processes get."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from advocacy.launch.networks import FARTHEST, KEYS, STANDINS, settings_at


class Refused(Exception):
    """The launch can't go on; the text is one sentence that says what is wrong and what helps."""


@dataclass(frozen=True)
class Place:
    """The code's folder, the data's folder, and the port of the web (the demo's networks take the next ones)."""

    root: Path
    var: Path
    port: int

    @property
    def sandbox_port(self) -> int:
        """The port of the sandbox network."""
        return self.port + 1

    @property
    def url(self) -> str:
        """Where a person opens Relais."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """Where a person sees what was posted on the sandbox network."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def standins(self) -> dict[str, int]:
        """Ports of the stand-ins, by their names."""
        return {standin.name: self.port + standin.offset for standin in STANDINS}

    def log(self, name: str) -> Path:
        """Where the process of that name writes."""
        return self.var / "log" / f"{name}.log"


def read_place(given: Mapping[str, str], root: Path) -> Place:
    """The place that RELAIS_VAR and RELAIS_PORT name. Raises Refused."""
    port = given.get("RELAIS_PORT") or "8000"
    last = 65535 - FARTHEST
    if not port.isdecimal() or not 1 <= int(port) <= last:
        raise Refused(f"RELAIS_PORT is “{port}”, which is no port: give a number from 1 to {last}.")
    return Place(root, (root / Path(given.get("RELAIS_VAR") or "var").expanduser()).resolve(), int(port))


def own_network(given: Mapping[str, str]) -> bool:
    """Whether the operator brought keys or networks of their own, so that the sandbox and the stand-ins stay out."""
    return any(given.get(name, "").strip().lower() not in ("", "0", "false", "no", "off") for name in KEYS)


def environment(place: Place, given: Mapping[str, str], urls: Mapping[str, str]) -> dict[str, str]:
    """The environment of our processes: the operator's, completed with what they left open. Raises Refused."""
    ours = {
        **urls,
        "RELAIS_PUBLIC_URL": place.url,
        "RELAIS_TRUSTED_PROXIES": "127.0.0.1/32",
        **_secrets(place.var / "secrets.json"),
    }
    if not own_network(given):
        # What opens doors is for the demo alone: anybody can read mailed links at /mailbox.
        ours |= {
            "RELAIS_MAIL_VIEWER": "1",
            "RELAIS_FETCH_ALLOW_LOOPBACK": "1",
            "RELAIS_LINKEDIN_CLIENT_ID": "sandbox",
            "RELAIS_LINKEDIN_CLIENT_SECRET": "sandbox-secret",
            "RELAIS_LINKEDIN_OAUTH_URL": f"{place.sandbox_url}/oauth/v2",
            "RELAIS_LINKEDIN_API_URL": place.sandbox_url,
            "RELAIS_LINKEDIN_SITE_URL": place.sandbox_url,
            "RELAIS_LINKEDIN_SCOPES": "openid profile email w_member_social r_member_postAnalytics",
            "RELAIS_LINKEDIN_IMAGE_WAIT": "1",
            "RELAIS_MEASURE_MINUTES": "1",
            **settings_at("127.0.0.1", place.port),
        }
    stated = {name: value for name, value in given.items() if value}
    return {**ours, **stated, "RELAIS_VAR": str(place.var), "RELAIS_PORT": str(place.port), "PYTHONUNBUFFERED": "1"}


def _secrets(path: Path) -> dict[str, str]:
    """The secrets of this place, made once, readable by us alone. Raises Refused when the file can't be understood."""
    if not path.exists():
        made = {
            "RELAIS_SECRET_KEY": secrets.token_urlsafe(48),
            "RELAIS_SEAL_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        }
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        fresh.replace(path)
    try:
        kept = json.loads(path.read_text())
        return {name: str(kept[name]) for name in ("RELAIS_SECRET_KEY", "RELAIS_SEAL_KEYS")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"{path} holds the secrets of this installation and can't be read: put it back from a backup."
        ) from error
