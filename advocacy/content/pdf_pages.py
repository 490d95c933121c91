"""Counts the pages of a PDF in a process of its own, with little memory and little time: the file is a stranger's.

`python -m advocacy.content.pdf_pages <file>` writes the number, or nothing when it can't be told.
"""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from pypdf import PdfReader

_SECONDS: Final = 10
_MEMORY: Final = 768 * 1024 * 1024
_ROOT: Final = Path(__file__).parent.parent.parent


def count_pages(path: Path) -> int | None:
    """How many pages the PDF has; None when it is none, is locked by a password, or asks for too much."""
    command = [sys.executable, "-m", "advocacy.content.pdf_pages", str(path)]
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=2 * _SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    told = done.stdout.strip()
    return int(told) if done.returncode == 0 and told.isdigit() and len(told) < 8 and int(told) else None


def main(path: str) -> int:
    """Write the number of pages of the file at `path`."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with Path(path).open("rb") as file:
        reader = PdfReader(file)
        if not reader.is_encrypted:
            sys.stdout.write(str(len(reader.pages)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
