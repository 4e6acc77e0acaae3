"""What no template of the house may contain: the strict CSP would block it, or drop it in silence."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# A letter is read in a mail program, which knows nothing of our style sheets.
LETTERS = {"letter.html", "button.html", "mark.html"}
PAGES = sorted(
    path
    for app in ("backend", "journeys", "mentoring", "evaluation")
    for path in (ROOT / app).rglob("templates/**/*.html")
    if "letters" not in path.parts and path.name not in LETTERS
)
FORBIDDEN = {
    "a style attribute": r"<[^>{]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "a js: value": r"\bhx-(?:vals|vars|headers)\s*=\s*[\"'](?:js|javascript):",
    "an event filter": r"\bhx-trigger\s*=\s*[\"'][^\"']*\[",
    "a javascript: address": r"[\"']javascript:",
    "an outside host": r"\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//(?![^\"']*(?:example\.org))",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_contains(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in PAGES
        for match in re.finditer(FORBIDDEN[what], path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_page_is_looked_at() -> None:
    assert ROOT / "backend/web/templates/web/base.html" in PAGES
    assert len(PAGES) > 30


def test_the_script_uses_nothing_the_policy_forbids() -> None:
    script = (ROOT / "backend/web/static/web/app.js").read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|https?://", script) == []
    assert len(script.splitlines()) < 200
