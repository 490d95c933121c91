"""Writes the brand space of a programme: its pages with what they were before, and a file to download."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from advocacy.brand import search
from advocacy.brand.files import FileStore, StoredFile
from advocacy.brand.models import BrandAudience, BrandFile, BrandPage, BrandVersion
from advocacy.db import db
from advocacy.demo.desk import Desk
from advocacy.demo.plan import Plan
from advocacy.demo.sheets import HEIGHT, PALETTES, WIDTH, Sheet
from advocacy.images import ImageStore


@dataclass(frozen=True)
class Asset:
    """A drawn file as it was stored, with the key of the copy that can be shown."""

    file: StoredFile
    image: str


def draw_assets(plans: Iterable[Plan], files: FileStore, pictures: ImageStore) -> dict[str, Asset]:
    """The files that pages offer, by their names, drawn and stored."""
    found: dict[str, Asset] = {}
    for page in (page for plan in plans for page in plan.programme.pages if "asset" in page):
        encoded = io.BytesIO()
        _palette(page["palette"]).picture().resize((WIDTH // 2, HEIGHT // 2)).save(encoded, "PNG", optimize=True)
        stored = files.put(io.BytesIO(encoded.getvalue()))
        found[page["asset"]] = Asset(stored, pictures.put(encoded.getvalue()).key)
    return found


def _palette(number: int) -> Sheet:
    sheet = Sheet(PALETTES[number], "paper")
    for place, colour in enumerate(PALETTES[number]):
        sheet.disc(150 + 225 * (place % 5), 190 + 250 * (place // 5), 96, colour)
    return sheet


def write_pages(desk: Desk, assets: dict[str, Asset]) -> None:
    """Add the pages for the whole programme, in the file's order."""
    for position, facts in enumerate(desk.plan.programme.pages):
        page = _page(desk, facts, position)
        db.session.add(page)
        _remember(desk, page, facts.get("days", 5))
        if "before" in facts:
            setattr(page, f"body_{desk.plan.programme.language}", facts["body"].strip())
            page.search, page.updated_at = search.words_to_find(page), desk.ago(facts["edited"])
            _remember(desk, page, facts["edited"])
        if "asset" in facts:
            _attach(page, facts["asset"], assets[facts["asset"]])
    db.session.flush()


def _page(desk: Desk, facts: dict[str, Any], position: int) -> BrandPage:
    language, root = desk.plan.programme.language, desk.places.root
    written_at = desk.ago(facts.get("days", 5))
    page = BrandPage(
        root_id=root.id,
        organisation_id=root.id,
        section=facts["section"],
        position=position,
        title_fr="",
        body_fr="",
        title_en="",
        body_en="",
        published_at=written_at if "days" in facts else None,
        shareable="shares" in facts,
        post_id=desk.post(facts["shares"]).id if "shares" in facts else None,
        created_at=written_at,
        updated_at=written_at,
    )
    setattr(page, f"title_{language}", facts["title"])
    setattr(page, f"body_{language}", facts.get("before", facts["body"]).strip())
    page.audiences = [BrandAudience(audience_id=desk.places.of_body[""].id)]
    page.search = search.words_to_find(page)
    return page


def _remember(desk: Desk, page: BrandPage, days: float) -> None:
    db.session.flush()
    texts = {name: getattr(page, name) for name in ("section", "title_fr", "body_fr", "title_en", "body_en")}
    moment = desk.ago(days)
    db.session.add(
        BrandVersion(page_id=page.id, number=page.version, author_id=desk.editor.id, created_at=moment, **texts)
    )


def _attach(page: BrandPage, name: str, asset: Asset) -> None:
    stored = asset.file
    db.session.add(
        BrandFile(
            page_id=page.id,
            name=name,
            kind=stored.kind,
            digest=stored.digest,
            size=stored.size,
            image=asset.image,
            created_at=page.updated_at,
        )
    )
