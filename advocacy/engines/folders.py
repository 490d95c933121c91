"""The folder of the sockets, short and private, and the lock that keeps two runs out of one `var`."""

import fcntl
import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from advocacy.engines.accounts import Account
from advocacy.engines.processes import EngineFailed

_LONGEST = 90
"""Bytes that a socket folder may take: systems stop at 104 or 108 for the whole address, names included."""


class FolderLock:
    """A lock file held by an open descriptor: the system lets it go with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is created when first taken and stays."""
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether we hold it."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Take it, or answer False when another process (or another lock of ours) holds it. Raises OSError."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def socket_folder_of(var: Path) -> Path:
    """Where the sockets of this `var` are: the same each time, another for each, always short enough for an address."""
    name = f"relais-{hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:16]}"
    folder = Path(tempfile.gettempdir()) / name
    return folder if len(os.fsencode(folder)) <= _LONGEST else Path("/tmp") / name  # noqa: S108 - ours alone


def open_socket_folder(folder: Path, account: Account) -> Path:
    """Create the folder for the account alone, or check the one there is; EngineFailed when it is somebody else's."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise EngineFailed(
            f"{folder} belongs to somebody else, so the engines' sockets can't be put there: remove it or set TMPDIR."
        )
    folder.chmod(0o700)
    account.owns(folder)
    return folder
