"""Copies what we use of others from node_modules into this folder, unmodified, and makes the icon sprite.

Run it from the root of the repository after `npm ci --ignore-scripts`; it prints the digests that VENDORED.md must hold.
To add an icon, write its name into icons.txt first.
"""

import hashlib
import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = Path("node_modules")
COPIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "figtree-latin-wght-normal.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
    "bricolage-grotesque-latin-wght-normal.woff2": (
        "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
    ),
    "Sortable.min.js": "sortablejs/Sortable.min.js",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    "licenses/figtree.txt": "@fontsource-variable/figtree/LICENSE",
    "licenses/bricolage-grotesque.txt": "@fontsource-variable/bricolage-grotesque/LICENSE",
    "licenses/tabler-icons.txt": "@tabler/icons/LICENSE",
    "licenses/sortablejs.txt": "sortablejs/LICENSE",
}


def symbol(name: str) -> str:
    """One icon as a symbol of the sprite; raises FileNotFoundError for a name Tabler does not have."""
    folder = "filled" if name.endswith("-filled") else "outline"
    drawing = (PACKAGES / "@tabler/icons/icons" / folder / f"{name.removesuffix('-filled')}.svg").read_text()
    drawing = re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL)
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if found is None:
        raise ValueError(f"{name} is not a drawing")
    paths = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", found[1])
    paths = re.sub(r"\s+", " ", paths).strip()
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{paths}</symbol>'


def main() -> None:
    """Copy, draw, print."""
    for target, source in COPIES.items():
        shutil.copyfile(PACKAGES / source, HERE / target)
    names = sorted(set((HERE / "icons.txt").read_text().split()))
    sprite = "".join(symbol(name) for name in names)
    (HERE / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{sprite}</svg>')
    for target in sorted([*COPIES, "icons.svg"]):
        print(f"{hashlib.sha256((HERE / target).read_bytes()).hexdigest()}  {target}")


if __name__ == "__main__":
    main()
