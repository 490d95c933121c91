"""How long a stored file stays young: whoever needs one again renews it, so that it is not removed as an orphan."""

import os
from pathlib import Path


def renew(place: Path) -> bool:
    """Whether the file is there, as young from now on as if it had just been written."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return place.is_file()  # it may have been moved aside between being found and being renewed
