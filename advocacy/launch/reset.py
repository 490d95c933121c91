"""`python -m advocacy.launch.reset` = `make reset`: remove all data of this copy."""

import os
import shutil
import sys
from pathlib import Path

from advocacy.engines import FolderLock
from advocacy.engines.folders import socket_folder_of
from advocacy.launch.place import Refused, read_place


def reset(var: Path, root: Path) -> None:
    """Remove the folder, unless somebody works in it or it is not below the code's. Raises Refused."""
    if not var.exists():
        return
    if not var.is_relative_to(root) or var == root:
        raise Refused(f"{var} lies outside of {root}: if all of it may go, remove it yourself.")
    locks = [FolderLock(path) for path in (var / "run" / "launch.lock", var / "engines.lock") if path.exists()]
    if not all(lock.take() for lock in locks):
        raise Refused(f"Relais runs with {var}: stop it first.")
    shutil.rmtree(var)
    shutil.rmtree(socket_folder_of(var), ignore_errors=True)


def main() -> int:
    """0, or 1 and one sentence."""
    root = Path(__file__).parents[2]
    try:
        reset(read_place(os.environ, root).var, root)
    except (Refused, OSError) as refusal:
        print(f"Relais: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
