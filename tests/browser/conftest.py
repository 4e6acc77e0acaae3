"""A real browser on the live server. A page that complains, or asks anything of another host, fails its test."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from backend.accounts.models import User
from tests.browser.walk import Walk
from tests.conftest import NOON, missing
from tests.factories.story import Cast, PostOffice, post_office

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    # No other host has an address here. (A route for every request would say no too, but it turns the cache off.)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# The driver runs a loop in this thread; Django's tests still call the database from it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
PATIENCE = 30_000  # milliseconds: a machine that does five other things is no fault of the page
expect.set_options(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 23 November 2026, 9:00 in Nantes, and the clock runs: what a page says depends on no day of ours."""
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def program() -> str:
    """The Chromium of this machine; without one the test is skipped by name."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        missing(f"Chromium ({', '.join(PROGRAMS)})")
    assert found
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": program(), "args": QUIET, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A phone in Nantes."""
    return {
        "viewport": {"width": 390, "height": 844},
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def site(live_server: LiveServer, settings: Any) -> str:
    """The address of the live server, also in letters."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


class Complaints(list[str]):
    """What the browser had to say. `tolerate("text")` before doing something that is meant to fail."""

    def __init__(self) -> None:
        super().__init__()
        # A worker may still be on its way when the network is cut or its page closes.
        self.tolerated = ["error occurred when fetching the script"]

    def tolerate(self, *texts: str) -> None:
        self.tolerated += texts

    def hear(self, text: str) -> None:
        if not any(known in text for known in self.tolerated):
            self.append(text)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


def watch(page: Page, site: str, complaints: Complaints) -> None:
    """From now on its console errors, script errors, failed requests and other hosts are complaints."""
    host = urlsplit(site).netloc
    page.set_default_timeout(PATIENCE)

    def on_request(request: Request) -> None:
        if urlsplit(request.url).netloc not in {host, ""}:
            complaints.hear(f"left for {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.hear(f"console: {message.text}")

    def on_failure(request: Request) -> None:
        if (
            request.failure and "ERR_ABORTED" not in request.failure
        ):  # a download, or a navigation overtaken by the next
            complaints.hear(f"failed: {request.url} {request.failure}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            complaints.hear(f"status {response.status}: {response.url}")

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.hear(f"script: {error}"))
    page.on("requestfailed", on_failure)
    page.on("response", on_response)


@pytest.fixture
def page(context: BrowserContext, site: str, complaints: Complaints) -> Iterator[Page]:
    """A strict page: console errors, script errors, failed requests and other hosts fail the test at its end."""
    page = context.new_page()
    watch(page, site, complaints)
    yield page
    page.close()
    assert not complaints, "\n".join(complaints)


def become(context: BrowserContext, site: str, user: User) -> None:
    """This browser is hers from now on."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.fixture
def sign_in(context: BrowserContext, site: str) -> Callable[[User], None]:
    """`sign_in(lead)`: the browser is hers from now on."""
    return partial(become, context, site)


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it stands, with the elements named; of some rules only when they are named."""
    page.wait_for_load_state()  # its styles too
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else RULES
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [f"axe {one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


@pytest.fixture
def assert_axe_clean(complaints: Complaints) -> Callable[[Page], None]:
    """`assert_axe_clean(page)`: no violation of WCAG A and AA, with the elements named."""

    def check(page: Page) -> None:
        before = list(complaints)
        found = violations(page)
        complaints[:] = before  # what the checker itself does to the page is not the page's fault
        assert not found, "\n".join(found)

    return check


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    """A real post office: what is sent is delivered, and is read there."""
    with post_office(settings) as office:
        yield office


@pytest.fixture
def new_phone(
    new_context: Callable[..., BrowserContext], site: str, post: PostOffice, complaints: Complaints,
    assert_axe_clean: Callable[[Page], None], clock: time_machine.Traveller,
) -> Iterator[Callable[[Cast], Walk]]:  # fmt: skip
    """`new_phone(cast)`: one more browser that shares nothing with the others but the post; each is strict."""
    seen: list[str] = []

    def phone(cast: Cast) -> Walk:
        context = new_context()
        page = context.new_page()
        watch(page, site, complaints)
        sign_in = partial(become, context, site)
        return Walk(page, context, site, cast, post, clock, sign_in, assert_axe_clean, seen)

    yield phone
    assert not complaints, "\n".join(complaints)
