"""Texts kept in both languages on one row (`title_fr`, `title_en`), and words as people type them."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language

LANGUAGES = ("fr", "en")
LONGEST_WORD, MOST_WORDS = 40, 12


def pick(row: object, name: str, language: str | None = None) -> str:
    """The text `name` of `row` in `language` (default: the active one); the other language if that one is empty."""
    wanted = (language or get_language() or "fr")[:2]
    first = wanted if wanted in LANGUAGES else "fr"
    other = "en" if first == "fr" else "fr"
    return getattr(row, f"{name}_{first}", "") or getattr(row, f"{name}_{other}", "") or ""


def both(row: object, name: str) -> dict[str, str]:
    """`{"fr": …, "en": …}`, each falling back on the other."""
    return {language: pick(row, name, language) for language in LANGUAGES}


def agrees_with(value: float) -> int:
    """The whole number a decimal one agrees with: in French 1.5 is one (“point”), in English 0.5 is many (“points”)."""
    return 1 if abs(value) == 1 else 0 if abs(value) < 2 else 2


# They turn what follows around on the page: the digits of a phone number too.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def straight(text: str) -> str:
    """`text` without the signs that turn what follows around; words of other scripts need none."""
    return text.translate(_TURNING)


# No database, letter or workbook takes them: controls, half of a pair, and what Unicode says is no character.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """`text` without the signs that can’t be kept or written to a file."""
    return _UNWRITABLE.sub("", text)


def is_writable(text: str) -> bool:
    """Can all of it be kept and written to a file?"""
    return not _UNWRITABLE.search(text)


def fold(text: str) -> str:
    """Lower case, without accents or runs of spaces: for comparing what people typed."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())


def read_words(given: Iterable[str]) -> list[str]:
    """Sectors or themes as typed: trimmed, each once whatever its capitals, twelve at most."""
    found: dict[str, str] = {}
    for word in given:
        clean = " ".join(word.split())[:LONGEST_WORD]
        if clean:
            found.setdefault(clean.casefold(), clean)
    return list(found.values())[:MOST_WORDS]


# What a spreadsheet takes for the start of a formula; the wide ones too, where Japanese or Chinese is spoken.
_FORMULA = tuple("=+-@＝＋－＠")


def no_formula(text: str) -> str:
    """`text` as it may stand in a CSV: what would be read as a formula is preceded by an apostrophe."""
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA) else text
