"""What the browser keeps to be read without network, and what is long on its way."""

from playwright.sync_api import Page, Route


def until(page: Page, condition: str) -> None:
    """Wait, at most a minute, for what the browser answers later (a condition that is a promise)."""
    loop = "for (let n = 0; n < 999; n++) { if (await %s) return true; await new Promise((go) => setTimeout(go, 50)); }"
    assert page.evaluate(f"async () => {{ {loop % condition} return false; }}")


def held(page: Page, slow: list[Route]) -> Route:
    """The first request that was held back on its way."""
    while not slow:
        page.wait_for_timeout(50)
    return slow[0]


KEPT = """Promise.all(
  [location, ...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")]
    .map((one) => caches.match(one.href || one.src))
).then((all) => all.every(Boolean))"""


def kept_with(text: str) -> str:
    """Is the page kept as it is now, with `text` in it?"""
    return (
        f"caches.match(location.href).then((one) => one && one.text()).then((page) => page && page.includes({text!r}))"
    )


NOTHING_KEPT = "caches.keys().then((all) => !all.length)"
