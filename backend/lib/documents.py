"""From data to a PDF: one typst template, one file; the same data gives the same bytes."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from backend.lib.texts import straight

STANDARDS: list[Any] = ["ua-1", "a-2a"]  # read aloud by machines (PDF/UA-1), kept for decades (PDF/A-2a)
# From packages: no font of the machine is ever read. The second comes with typst and shows what the first lacks.
FAMILIES = ("Source Sans Pro", "Libertinus Serif")
FACES = ("Regular", "It", "Bold", "BoldIt")
UNSHOWN = "□"
_LONG, _LONGEST = re.compile(r"\S{31,}"), re.compile(r"\S{30}")
_folder = TemporaryDirectory(prefix="jalon-fonts-")  # fonts are read when first used: it lives as long as the process


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template`, which reads `data` by `json(bytes(sys.inputs.data))`; dated `at`, not today.

    Tagged, PDF/UA-1 and PDF/A-2a. A character that the fonts of the house cannot show becomes “□”. Raises TypstError
    for a template that is wrong.
    """
    text = json.dumps(_clean(data), ensure_ascii=False)
    try:
        return _compile(template, text, at)
    except typst.TypstError:
        shown = "".join(sign if sign.isascii() or _is_shown(sign) else _instead(sign) for sign in text)
        if shown == text:
            raise
        return _compile(template, shown, at)


def _compile(template: Path, text: str, at: datetime) -> bytes:
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        sys_inputs={"data": text},
        font_paths=_fonts(),
        pdf_standards=STANDARDS,
        timestamp=int(at.timestamp()),
    )
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The faces by name, in a folder of their own: the package holds each twice, as two formats, and which one a whole
    folder yields first differs from machine to machine, and with it the bytes."""
    source = Path(str(files("font_source_sans_pro"))) / "files"
    for face in FACES:
        (Path(_folder.name) / f"{face}.otf").symlink_to(source / f"SourceSansPro-{face}.otf")
    return typst.Fonts(include_system_fonts=False, font_paths=[_folder.name])


def _clean(value: Any) -> Any:
    """Without control characters and halves of pairs, which no document can hold; no word is too long for its line."""
    if isinstance(value, str):
        known = (
            sign for sign in straight(value) if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn")
        )
        return _LONG.sub(_breakable, "".join(known))
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value


def _breakable(word: re.Match[str]) -> str:
    """May go to the next line every thirty signs; but for an address, which is copied."""
    return word[0] if "://" in word[0] else _LONGEST.sub("\\g<0>\u200b", word[0])


def _instead(sign: str) -> str:
    """Nothing for what has no width of its own, else a box."""
    return "" if unicodedata.category(sign) in ("Mn", "Me", "Cf") else UNSHOWN


@lru_cache(maxsize=4096)
def _is_shown(sign: str) -> bool:
    """Can the fonts of the house show this character?"""
    names = ", ".join(f'"{family}"' for family in FAMILIES)
    source = f'#set document(title: "x")\n#set text(font: ({names}))\n#str.from-unicode({ord(sign)})'
    try:
        typst.compile(source.encode(), format="pdf", font_paths=_fonts(), pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True
