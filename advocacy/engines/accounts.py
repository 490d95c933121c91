"""The account that the engines run as: ours, or, when we are root, an unprivileged one (PostgreSQL refuses root)."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from advocacy.engines.processes import EngineFailed, end_with_parent

_UNPRIVILEGED = ("nobody", "daemon")
_CAPABILITIES = {"dac_override": 1, "dac_read_search": 2}
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
_PROBE = 'for binary in "$@"; do "$binary" --version >/dev/null || exit 1; done'


@dataclass(frozen=True)
class Account:
    """Whom a child runs as. `capabilities` are kept across the change of account, by setpriv."""

    uid: int
    gid: int
    changes: bool = False
    capabilities: tuple[str, ...] = ()

    def popen(self, command: list[str], output: IO[bytes] | int, end: signal.Signals) -> subprocess.Popen[bytes]:
        """Start a command as this account in its own process group, bound to our life where the system can."""
        bind = end_with_parent(end)
        if self.capabilities:
            wanted = ",".join(f"+{name}" for name in self.capabilities)
            drop = [
                shutil.which("setpriv") or "setpriv",
                f"--reuid={self.uid}",
                f"--regid={self.gid}",
                "--clear-groups",
            ]
            # Without the bit, access(2), by which PostgreSQL looks for its own parts, would not count the capabilities.
            drop += [f"--inh-caps={wanted}", f"--ambient-caps={wanted}", "--securebits=+no_setuid_fixup"]
            command = [*drop, *([f"--pdeathsig={end.name.removeprefix('SIG')}"] if bind else []), *command]
        drops = self.changes and not self.capabilities
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            process_group=0,
            preexec_fn=bind,  # noqa: PLW1509 - one system call, and only where there are no threads
            user=self.uid if drops else None,
            group=self.gid if drops else None,
            extra_groups=[] if drops else None,
        )

    def owns(self, path: Path) -> None:
        """Hand a file or folder that we created to this account."""
        if self.changes:
            os.chown(path, self.uid, self.gid)


def choose_account(binaries: list[Path], folders: list[Path]) -> Account:
    """The account that can run the binaries and reach the data folders. Raises EngineFailed with one sentence.

    Folders that exist keep their owner; as root, new ones go to `nobody` (else `daemon`). No folder's mode is widened:
    an account that can't pass through one is lent the capability to, on Linux.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    uid, gid = _owner(folders) or _unprivileged()
    plain = Account(uid, gid, changes=True)
    if _reaches(plain, binaries, folders):
        return plain
    lent = Account(uid, gid, changes=True, capabilities=_lendable())
    if lent.capabilities and shutil.which("setpriv") and _reaches(lent, binaries, folders):
        return lent
    raise EngineFailed(
        f"The engines do not run as root, and account {uid} can't reach {folders[0].parent} or {binaries[0].parent}: "
        "put Relais into a folder that all may pass through, or start it as another account than root."
    )


def _owner(folders: list[Path]) -> tuple[int, int] | None:
    for folder in folders:
        if folder.exists() and folder.stat().st_uid != 0:
            return folder.stat().st_uid, folder.stat().st_gid
    return None


def _unprivileged() -> tuple[int, int]:
    for name in _UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise EngineFailed("PostgreSQL does not run as root, and this machine has neither the account nobody nor daemon.")


def _lendable() -> tuple[str, ...]:
    """The capabilities we hold ourselves that let an account pass through foreign folders."""
    if sys.platform != "linux":
        return ()
    lines = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:"))
    return tuple(name for name, bit in _CAPABILITIES.items() if held >> bit & 1)


def _reaches(account: Account, binaries: list[Path], folders: list[Path]) -> bool:
    parents = sorted({folder.parent for folder in folders})
    test = " && ".join(["true", *(f"cd '{_quoted(parent)}'" for parent in parents)])
    probe = ["/bin/sh", "-c", f"{test} && {_PROBE}", "sh", *map(str, binaries)]
    try:
        return account.popen(probe, subprocess.DEVNULL, signal.SIGKILL).wait(30) == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _quoted(path: Path) -> str:
    return str(path).replace("'", "'\\''")
