"""The words the nation is made of, none of them of a real place or person."""

import json
from pathlib import Path
from typing import Any, Final

WORDS: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("words.json").read_text())
"""Parts of names, topics, sentences; see words.json."""
