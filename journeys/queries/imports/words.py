"""What people write in a cell for a gender, a status, a phase, yes or no, or nothing at all."""

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

NOISE = re.compile(r"[^a-z0-9]+")
ACCENTS = re.compile("[\u0300-\u036f]")
LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)


def key(text: str) -> str:
    """What two spellings of one thing have in common: lower case, no accents, words separated by one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(LIGATURES))
        text = ACCENTS.sub("", text)
    return NOISE.sub(" ", text.lower()).strip()


# Everything there is folded by `key`.
SAID: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "import_words.json").read_text())
NOTHING, NOT_YET, YES, NO = (frozenset(SAID[name]) for name in ("nothing", "not_yet", "yes", "no"))
LONGEST_NOTHING = 2 * max(map(len, NOTHING))  # with accents and dots
GENDER_OF = {word: value for value, words in SAID["gender"].items() for word in words}
PHASE_OF = {word: value for value, words in SAID["phase"].items() for word in words}
# The beginning of what is written, most telling first; feminine and inclusive forms share it.
STATUSES = [(start, status) for status, starts in SAID["status"].items() for start in starts]


def is_nothing(text: str) -> bool:
    """An empty cell, or what people write for one."""
    return len(text) <= LONGEST_NOTHING and key(text) in NOTHING


@lru_cache(maxsize=4096)
def read_gender(text: str) -> str | None:
    return GENDER_OF.get(key(text))


@lru_cache(maxsize=4096)
def read_status(text: str) -> str | None:
    said = key(text)
    for start, status in STATUSES:
        if said == start or (len(start) > 3 and said.startswith(start)) or said.startswith(f"{start} "):
            return status
    return None


@lru_cache(maxsize=4096)
def read_phase(text: str) -> str | None:
    said = re.sub(r"^(?:phase|stade|etape)? ?(?:d |de |l |la )*(?:\d ?)?", "", key(text))
    return PHASE_OF.get(said) or PHASE_OF.get(key(text))


@lru_cache(maxsize=4096)
def read_yes_no(text: str) -> bool | None:
    said = key(text)
    first = said.split(" ")[0]
    return True if said in YES or first in ("oui", "yes") else False if said in NO or first in ("non", "no") else None
