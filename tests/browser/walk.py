"""A person with a phone: opens, types, presses, and each page she sees must be clean."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from urllib.parse import urlsplit

import time_machine
from playwright.sync_api import BrowserContext, Locator, Page, expect

from backend.accounts.models import User
from tests.factories.story import Cast, PostOffice, at, work

# `JALON_SHOTS=folder` keeps a picture of every page the story looks at.
SHOTS = os.environ.get("JALON_SHOTS", "")


def tab_to(page: Page, wanted: str) -> None:
    """The Tab key, until the control of this id has the focus."""
    for _press in range(160):
        if page.evaluate("document.activeElement.id") == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {wanted}")


def choose(page: Page, name: str, value: str) -> None:
    """A point, a card or a box, as a person does: she touches the words or the circle she sees, and it is chosen."""
    box = page.locator(f'[name="{name}"][value="{value}"]')
    page.locator("label").filter(has=box).click()
    expect(box).to_be_checked()


def width_of(page: Page) -> int:
    """How many pixels wide the page is, once all its styles are there: without some of them every page is wider."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth"))


@dataclass
class Walk:
    """One browser and everything the story needs around it."""

    page: Page
    context: BrowserContext
    site: str
    cast: Cast
    post: PostOffice
    clock: time_machine.Traveller
    become: Callable[[User], None]
    assert_axe_clean: Callable[[Page], None]
    seen: list[str] = field(default_factory=list)

    # --- Going there ---
    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sign_out(self) -> None:
        self.context.clear_cookies()

    def sign_in_by_code(self, email: str) -> None:
        """She asks for a code, reads it in the letter and types it."""
        self.sign_out()
        self.open("/")
        self.type(login=email)
        self.look("sign-in")
        self.press()
        self.type(code=self.post.code_for(email))
        self.look("code")
        self.press()
        assert self.path == "/"

    def travel(self, day: str, clock: str) -> None:
        """Time passes; the worker does what was waiting."""
        self.clock.move_to(at(day, clock))
        work()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # --- Acting ---
    def main(self) -> Locator:
        return self.page.locator("main")

    def press(self, button: str = ".form-actions button") -> None:
        """The first such button of the page, the one that sends the form if none is named; then wait for what comes."""
        with self.page.expect_navigation():
            self.page.locator(f"main {button}").first.click()

    def follow(self, address: str) -> None:
        """The first link that leads there (the end of its address)."""
        with self.page.expect_navigation():
            self.page.locator(f'main a[href*="{address}"]').first.click()

    def type(self, **values: object) -> None:
        """Fields by their name; days and hours as the browser's pickers give them."""
        for name, value in values.items():
            box = self.page.locator(f'main [name="{name}"]')
            if box.first.get_attribute("type") in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif box.first.evaluate("box => box.tagName") == "SELECT":
                box.select_option(str(value))
            else:
                text = value.isoformat() if isinstance(value, date) else value
                box.fill(f"{text:%H:%M}" if isinstance(text, time) else str(text))

    def unfold(self) -> None:
        """Every part of the page that is folded away, opened."""
        folded = self.page.locator("main details:not([open]) > summary")
        while folded.count():
            folded.first.click()

    # --- Looking ---
    def words(self) -> str:
        """What the page says, spaces made plain."""
        return re.sub(r"\s+", " ", self.main().inner_text()).strip()

    def says(self, *texts: str) -> None:
        for text in texts:
            expect(self.main()).to_contain_text(text, use_inner_text=True)

    def look(self, name: str) -> None:
        """A page the person stops at: in French, in the width of the phone, nothing that axe reproaches."""
        page = self.page
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        wide = width_of(page)
        assert wide <= 390, f"{self.path} is {wide} px wide"
        expect(page.locator("h1")).to_have_count(1)
        self.seen.append(name)
        if SHOTS:
            self._picture(name)
        self.assert_axe_clean(page)

    def _picture(self, name: str) -> None:
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            path = folder / f"{len(self.seen):02d}-{name}-{scheme}.png"
            # A hidden caret is a style that the page's policy refuses, aloud.
            self.page.screenshot(path=path, full_page=True, caret="initial")
