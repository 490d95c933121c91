"""The two ways of working a page: with a pointer, and with the keys of a keyboard alone."""

from typing import Final, Protocol

from playwright.sync_api import Locator, Page

MOST_TABS: Final = 250
# What has focus is on the screen, is not under a bar, and it or its label wears a ring of two pixels or more (WCAG 2.4.7, 2.4.11).
SEEN: Final = """() => {
  const el = document.activeElement, wearers = [el, ...(el.labels ?? []), el.closest("label")].filter(Boolean);
  const ring = wearers.some((one) => { const s = getComputedStyle(one); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; });
  const over = wearers.some((one) => [...one.getClientRects()].some((box) => [.1, .5, .9].some((x) => [.1, .5, .9].some((y) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && wearers.some((each) => each.contains(top)); }))));
  return ring && over ? "" : `${ring ? "" : "no ring "}${over ? "" : "out of sight "}${el.outerHTML.slice(0, 200)}`;
}"""


class Hands(Protocol):
    """What somebody does to a page; every target is shown, and there is one of it."""

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open what can be opened."""

    def write(self, target: Locator, words: str) -> None:
        """Put these words in the place of what is there."""

    def tick(self, target: Locator) -> None:
        """Choose a checkbox or a radio button."""

    def pick(self, target: Locator, value: str) -> None:
        """Choose of a list of options."""


class Pointer:
    """A mouse or a finger."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, words: str) -> None:
        target.fill(words)

    def tick(self, target: Locator) -> None:
        target.check()

    def pick(self, target: Locator, value: str) -> None:
        target.select_option(value)


class Keyboard:
    """Tab, Enter, Space, the arrows and letters; focus can be seen wherever it stops."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        target.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        self._reach(target)
        target.page.keyboard.press("Control+a")
        target.page.keyboard.insert_text(words)

    def tick(self, target: Locator) -> None:
        keys = target.page.keyboard
        if target.get_attribute("type") != "radio":
            self._reach(target)
            keys.press("Space")
            return
        name = target.get_attribute("name")
        group = target.page.locator(f"input[type=radio][name='{name}']")
        self._reach(target.page.locator(f"input[type=radio][name='{name}']:checked"))
        for _ in range(group.count()):
            if _has_focus(target):
                break
            keys.press("ArrowDown")
        assert target.is_checked(), name
        _see(target.page)

    def pick(self, target: Locator, value: str) -> None:
        self._reach(target)
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                break
            target.page.keyboard.press("ArrowDown")
        assert target.input_value() == value

    def write_moment(self, target: Locator, year: int) -> None:
        """Nine minutes past nine on the twelfth of December: the same digits in every order that browsers ask for."""
        self._reach(target)
        keys = target.page.keyboard
        keys.type(f"1212{year}")
        keys.press("ArrowRight")
        keys.type("0909A")
        assert target.input_value() == f"{year}-12-12T09:09"

    def _reach(self, target: Locator) -> None:
        """Tab until the target has focus."""
        target.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if _has_focus(target):
                return _see(target.page)
            target.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab on {target.page.url}")


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate("el => el === document.activeElement"))


def _see(page: Page) -> None:
    fault = page.evaluate(SEEN)
    assert fault == "", f"{fault} on {page.url}"
