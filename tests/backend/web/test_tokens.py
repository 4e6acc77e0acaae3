"""Every pair of colours that carries text passes WCAG AA, in both schemes; the fallback is the light scheme."""

import re
from itertools import product
from pathlib import Path

import pytest

from backend import web

CSS = Path(web.__file__).parent / "static" / "web"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
BOTH = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", TOKENS))
PLAIN = dict(re.findall(r"--([\w-]+): (#\w{6});", TOKENS))
TONES = ("neutral", "good", "info", "warn", "bad")
KINDS = ("module", "mentoring", "immersion", "milestone")

# (text, what it stands on): 4.5 to 1
TEXT = [
    *product(("ink", "ink-soft", "brand", "brand-strong", "bad", "good", "info", "warn"), ("paper", "surface")),
    *product(KINDS, ("paper", "surface")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand", "brand-soft"),
    ("brand-strong", "brand-soft"),
    ("ink", "brand-soft"),
    ("ink-soft", "brand-soft"),
    ("ink", "sunken"),
    ("ink-soft", "sunken"),
    ("on-sun", "sun"),
    ("on-rail", "rail"),
    ("on-rail", "rail-raised"),
    ("sun", "rail"),
    *(("on-kind", kind) for kind in KINDS),
]
# (sign, what it stands on): 3 to 1
SIGNS = [
    *product(("rule-strong", "focus", "brand", *(f"series-{i}" for i in range(1, 6))), ("paper", "surface")),
    *product(("rail-track", "sun"), ("rail",)),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SIGNS, 3.0)], ids=["text", "signs"])
def test_every_pair_can_be_read(pairs: list[tuple[str, str]], least: float, scheme: int) -> None:
    def colour(name: str) -> str:
        return BOTH[name].split(", ")[scheme]

    weak = {pair: round(contrast(colour(pair[0]), colour(pair[1])), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_browsers_without_light_dark_get_the_light_scheme() -> None:
    assert {name: value.split(", ")[0] for name, value in BOTH.items()} == PLAIN


def test_every_variable_used_is_a_token() -> None:
    local = {"tone", "tone-soft", "kind", "series", "stop-ground"}
    defined = set(re.findall(r"--([\w-]+):", TOKENS)) | local
    for sheet in sorted(CSS.glob("*.css")):
        used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text(encoding="utf-8")))
        assert (sheet.name, used - defined) == (sheet.name, set())


def test_colours_are_written_in_the_tokens_only() -> None:
    for sheet in sorted(CSS.glob("*.css")):
        if sheet.name == "tokens.css":
            continue
        screen = sheet.read_text(encoding="utf-8").partition("@layer print")[0]
        assert (sheet.name, re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)", screen)) == (sheet.name, [])
