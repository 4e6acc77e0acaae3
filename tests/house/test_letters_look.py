"""Every letter, in both languages, as mail programs and people need it.

It reads the samples (see `backend/mail/gallery.py`), so a new letter is read as soon as it has one.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from itertools import count

from backend.mail import gallery
from backend.mail.dress import STYLES
from backend.mail.letters import Rendered
from tests.house.source import ROOT, nothing
from tests.house.test_samples import FACES, HOUSE

LANGUAGES = ("fr", "en")
LONGEST_SUBJECT = 78
LONG = {
    "mail/letters/reply": "it names the letter that is answered",
    "mentoring/letters/session_cancelled": "it names two people and a moment",
    "mentoring/letters/session_handed_over": "it names two people and a moment",
    "mentoring/letters/times_put_forward": "it names a person and a moment",
    "journeys/letters/module_waiting": "it names a module and a moment",
    "journeys/letters/module_trainer": "it names a module and a moment",
}
"""Letters whose subject may be longer (it is cut where there is no room), and why."""
PROPERTIES = {
    "background", "border", "border-bottom", "border-collapse", "border-left", "border-radius", "border-top",
    "color", "display", "font-family", "font-size", "font-weight", "height", "letter-spacing", "line-height",
    "list-style", "margin", "margin-bottom", "max-height", "max-width", "mso-hide", "mso-padding-alt", "overflow",
    "padding", "text-align", "text-decoration", "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
"""What Gmail, Outlook and Apple Mail read, or pass over without harm."""
ENGLISH = {"the", "your", "you", "with", "this", "and", "has", "was", "will", "from", "letters"}
FRENCH = {"le", "la", "les", "vous", "votre", "vos", "est", "une", "avec", "pour", "dans", "courrier"}
HREF, URL = re.compile(r'\bhref="([^"]*)"'), re.compile(r"https?://[^\s<>\"”»]+")
WORD, SPACED = re.compile(r"[\w’'-]+"), re.compile(r"[^\u00a0\u202f\d][:;!?»](?=\s|$)|«(?![\u00a0\u202f])")


@lru_cache
def letters(language: str) -> list[tuple[str, Rendered]]:
    """("template face", letter) of each that can be shown in this language."""
    return [
        (f"{template} {face}".strip(), gallery.shown(gallery.SAMPLES[template], HOUSE, language, face))
        for template, face in FACES
    ]


def each(rule: Callable[[str, Rendered, str], Iterator[str]], then: str = "") -> None:
    """The rule, on every letter in both languages."""
    nothing(
        (f"{name} ({language}): {what}" for language in LANGUAGES for name, letter in letters(language)
         for what in rule(name, letter, language)),
        then,
    )  # fmt: skip


def body(letter: Rendered) -> str:
    """What is shown of the page: neither its head nor the words for lists of letters."""
    shown = letter.html.partition("<body")[2].partition(">")[2]
    shown = re.sub(r'<div class="preheader".*?</div>|<!--.*?-->', "", shown, flags=re.DOTALL)
    numbers = count(1)
    return re.sub(r"<ol.*?</ol>", lambda all: re.sub("<li", lambda one: f"{next(numbers)} {one[0]}", all[0]), shown,
                  flags=re.DOTALL)  # fmt: skip


def read(page: str) -> str:
    """The words of a page."""
    return unescape(re.sub(r"<[^>]*>", " ", page))


def words(text: str) -> set[str]:
    return {word.strip("'’-").lower() for word in WORD.findall(URL.sub("", text))} - {""}


def once(found: list[str]) -> list[str]:
    """In the order in which each comes first."""
    return list(dict.fromkeys(found))


def test_the_text_says_what_the_page_says_with_the_same_links_in_the_same_order() -> None:
    def rule(_name: str, letter: Rendered, _language: str) -> Iterator[str]:
        page = body(letter)
        here = once([unescape(link) for link in HREF.findall(page) if not link.startswith("mailto:")])
        there = once([link.rstrip(".,;)") for link in URL.findall(letter.text)])
        if here != there:
            yield f"links of the page {here}, of the text {there}"
        if words(read(page)) != words(letter.text):
            yield f"words of one alone {sorted(words(read(page)) ^ words(letter.text))}"

    each(rule)


def test_nothing_is_fetched_and_every_tag_wears_its_own_style() -> None:
    def rule(_name: str, letter: Rendered, _language: str) -> Iterator[str]:
        yield from re.findall(
            r"<(?:img|script|link|iframe|form|svg)\b|\bsrc=|url\(|@import|<style(?=.*<style)", letter.html
        )
        yield from re.findall(r"<(?:p|li|ul|ol|th|td|blockquote|a)\b(?![^<>]*\bstyle=)[^<>]*>", body(letter))
        styles = ";".join(re.findall(r'\bstyle="([^"]*)"', letter.html))
        yield from {one.partition(":")[0].strip() for one in styles.split(";") if one.strip()} - PROPERTIES
        yield from (wide for wide in re.findall(r"(?<!-)\bwidth[:=]\"?(\d+)", letter.html) if int(wide) > 600)
        yield from re.findall(r'<table\b(?![^<>]*role="presentation")[^<>]*>', letter.html)
        yield from re.findall(r"<(?:p|li|td)\b[^<>]*>\s*</(?:p|li|td)>", body(letter))

    each(rule, "see backend/mail/dress.py")


def test_each_has_a_short_subject_one_main_act_and_a_small_page() -> None:
    def rule(name: str, letter: Rendered, language: str) -> Iterator[str]:
        if not 0 < len(letter.subject) <= (100 if name.split()[0] in LONG else LONGEST_SUBJECT):
            yield f"subject of {len(letter.subject)}: {letter.subject}"
        if letter.html.count('class="main"') > 1:
            yield "two main acts"
        if len(letter.html.encode()) > 60_000:
            yield f"{len(letter.html.encode())} bytes"
        head = f'<html lang="{language}" dir="ltr">'
        if head not in letter.html or f"<title>{letter.subject}</title>" not in unescape(letter.html):
            yield "no language, direction or title"
        if 'name="color-scheme" content="light dark"' not in letter.html:
            yield "no word of the colours of the night"
        if HOUSE.name not in unescape(body(letter).partition('class="sheet"')[0]):
            yield "the organisation is not named at the top"

    each(rule)


def test_each_speaks_one_language_with_the_spaces_it_wants() -> None:
    def rule(_name: str, letter: Rendered, language: str) -> Iterator[str]:
        said = f"{letter.subject}\n{letter.text}".replace(HOUSE.name, "")
        yield from words(said) & (ENGLISH if language == "fr" else FRENCH)
        yield from re.findall(r"\S*  \S*|\n\n\n|^ .*", letter.text, re.MULTILINE)
        yield from re.findall(r"\bNone\b(?! of)|\{\{|\{%|%\(\w+\)s", said)
        if language == "fr":
            yield from (found.group() for line in said.splitlines() for found in SPACED.finditer(URL.sub("", line)))
            yield from re.findall(r"\w'\w|\"", said)

    each(rule)


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of "#rrggbb"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, paper: str) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    dark, bright = sorted((light(ink), light(paper)))
    return (bright + 0.05) / (dark + 0.05)


def test_ink_stands_out_from_its_paper_by_day_and_by_night() -> None:
    layout = (ROOT / "backend/mail/templates/mail/letter.html").read_text()
    night = re.findall(
        r"(?<![-\w])color: (#\w{6})", layout.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    )
    on_sheet = re.findall(r"(?<![-\w])color:(#\w{6})", ";".join(STYLES.values()))
    pairs = [(ink, "#ffffff") for ink in [*on_sheet, "#18262c", "#0b5f63"]]
    pairs += [(ink, "#f6f3ec") for ink in ("#50606a", "#0b5f63")] + [("#ffffff", "#0b5f63"), ("#06282a", "#7ad6ca")]
    pairs += [(ink, paper) for ink in night if ink != "#06282a" for paper in ("#19252b", "#10191d")]
    assert len(pairs) > 12
    nothing(f"{ink} on {paper}: {contrast(ink, paper):.2f}" for ink, paper in pairs if contrast(ink, paper) < 4.5)
