"""The pages for people: in both languages, on a phone, without an accessibility violation."""

from io import BytesIO

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser

from advocacy.networks.sandbox import Sandbox
from tests.sandbox.application import EVERYTHING, Member, admin, ask, new_member


def filled(sandbox: Sandbox, ada: Member) -> str:
    """A network with every kind of post; the URN of one of them."""
    content = BytesIO()
    Image.new("RGB", (1200, 627), "teal").save(content, "PNG")
    image = ada.uploaded(content.getvalue())
    urn = ada.posted("Hello #world", content=ada.link("http://127.0.0.1:9/s/x", description="D", thumbnail=image))
    ada.posted("Cut (here)")
    ada.posted("", content={"media": {"id": image, "altText": "A teal square"}})
    new_member(sandbox, "Ben Ortiz").posted("Again", reshareContext={"parent": urn})
    sandbox.tick(60)
    return urn


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_violation(sandbox: Sandbox, ada: Member, chromium: Browser, language: str, scheme: str) -> None:
    urn = filled(sandbox, ada)
    context = chromium.new_context(locale=language, viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if "Content Security" in message.text else None)
    consent = requests.Request("GET", f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox, scope=EVERYTHING))
    for address, status in (
        (f"{sandbox.url}/", 200),
        (f"{sandbox.url}/members/{ada.sub}", 200),
        (f"{sandbox.url}/feed/update/{urn}/", 200),
        (str(consent.prepare().url), 200),
        (f"{sandbox.url}/oauth/v2/authorization", 400),
        (f"{sandbox.url}/feed/update/urn:li:share:1/", 404),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert page.locator("html").get_attribute("lang") == language[:2]
        assert "LinkedIn" in page.locator(".banner").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    assert troubles == []
    context.close()


def test_a_person_allows_with_a_browser(sandbox: Sandbox, chromium: Browser) -> None:
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    back = f"{sandbox.url}/"
    asked = requests.Request("GET", f"{sandbox.url}/oauth/v2/authorization", params=ask(sandbox, redirect_uri=back))
    page.goto(str(asked.prepare().url))
    page.get_by_label("Nom d’un nouveau membre").fill("Inès Baud")
    page.get_by_role("button", name="Autoriser").click()
    assert "code=AQ" in page.url
    assert [member["name"] for member in admin(sandbox, "GET", "/members")] == ["Inès Baud"]
    page.goto(str(asked.prepare().url))
    assert page.get_by_label("Membre", exact=True).locator("option:checked").inner_text() == "Inès Baud"
    page.get_by_role("button", name="Annuler").click()
    assert "error=user_cancelled_authorize" in page.url
    context.close()


def test_text_from_outside_stays_text(sandbox: Sandbox, ada: Member) -> None:
    ada.posted("\\<b\\>bold\\</b\\>", content=ada.link('https://a.example/"><script>', title="<i>T</i>"))
    page = requests.get(sandbox.url, timeout=10).text
    assert "&lt;b&gt;bold" in page
    assert "<script" not in page
    assert "<i>" not in page


def test_a_long_feed_has_pages(sandbox: Sandbox, ada: Member) -> None:
    for number in range(35):
        at = f"2026-11-01T08:{number:02}:00+00:00"
        admin(sandbox, "POST", "/posts", {"member": ada.sub, "commentary": f"n{number}.", "published_at": at})
    first = requests.get(sandbox.url, headers={"Accept-Language": "fr"}, timeout=10).text
    assert "n34." in first
    assert "n4." not in first
    older = first.split('href="?before=')[1].split('"')[0]
    second = requests.get(f"{sandbox.url}/?before={older}", timeout=10).text
    assert all(f"n{number}." in second for number in range(5))
