"""The text of one cell about a mentor, checked: its value, or why not."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from journeys.models import Phase
from journeys.queries.imports.lines import MODEL_EMAIL, Line, Row, commune_note
from journeys.queries.imports.places import Territory
from journeys.queries.imports.problems import Note
from journeys.queries.imports.values import (
    SPREADSHEET_ERROR,
    Checked,
    check_day,
    check_email,
    check_name,
    check_phone,
    check_themes,
    check_yes_no,
)
from journeys.queries.imports.words import is_nothing, key, read_phase
from mentoring.models import LONGEST_BIO, Mentor, SpokenLanguage, Theme, Training

PARTS = re.compile(r"[,;|\n/]")
BOUNDS = {"capacity": (1, 50), "hours_a_month": (1, 200)}
LONGEST = {"headline": 160, "bio": LONGEST_BIO, "sectors": 40, "trainings": 160}
MOST_SECTORS = 12
CHOICES: dict[str, type[TextChoices]] = {"expertise": Theme, "phases": Phase, "languages": SpokenLanguage}
WRITTEN_IN = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
PLACES = ("commune", "communes")
NEVER_NOTHING = ("first_name", "last_name", "meets_remotely")
MOST_NEAR, SHORTEST = 3, 4  # words that resemble one that is not known; letters of a word worth comparing


@cache
def codes_of(choices: type[TextChoices]) -> dict[str, str]:
    """{folded word: code}: the words of these choices in every language of the house, and the codes themselves."""
    found = {key(str(value)): str(value) for value in choices.values}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {key(str(label)): str(value) for value, label in choices.choices}
    return found


def parts_of(text: str) -> list[str]:
    """The words of a cell that holds several, each once."""
    return list(dict.fromkeys(part for part in (one.strip(" .-•") for one in PARTS.split(text)) if part))


def check_words(name: str, text: str) -> list[Checked]:
    """Codes of the words of a closed list; each word that is not in it is told, with those that are near."""
    choices, parts = CHOICES[name], parts_of(text)
    known = codes_of(choices)
    codes = {part: known.get(key(part)) or (read_phase(part) if name == "phases" else None) for part in parts}
    unknown = [part for part, code in codes.items() if code is None]
    if not unknown:
        return [(list(dict.fromkeys(codes.values())), None)]
    listed = ", ".join(map(str, choices.labels))
    return [(None, _unknown(name, part, parts, listed)) for part in unknown]


def _unknown(name: str, part: str, parts: list[str], listed: str) -> Note:
    near = tuple(str(CHOICES[name](code).label) for code in nearest(key(part), CHOICES[name]))
    put_right = tuple(", ".join(label if one == part else one for one in parts) for label in near)
    return Note("word_unknown", name, {"text": part}, put_right, near, listed)


@lru_cache(maxsize=1024)
def nearest(said: str, choices: type[TextChoices]) -> list[str]:
    """The codes, three at most, whose words resemble this one (folded), or begin like one of its words."""
    found: dict[str, None] = {}
    words: dict[str, list[str]] = {}
    for known, code in codes_of(choices).items():
        for word in {known, *known.split()}:
            words.setdefault(word, []).append(code)
    for one in dict.fromkeys([said, *said.split()]):
        if len(one) >= SHORTEST:
            alike = get_close_matches(one, words, n=MOST_NEAR, cutoff=0.75)
            begun = sorted(word for word in words if one[: SHORTEST + 1] == word[: SHORTEST + 1])
            found |= {code: None for word in (*alike, *begun) for code in words[word]}
    return list(found)[:MOST_NEAR]


def check_number(name: str, text: str) -> Checked:
    """A whole number, with or without its unit."""
    least, most = BOUNDS[name]
    said = re.fullmatch(r"(\d{1,4})(?:[.,]0+)?\s*(?:h|heures?|hours?|pers\.?|personnes?|people)?", text.strip(), re.I)
    if not said or not least <= int(said[1]) <= most:
        return None, Note("number_bad", name, {"text": text, "least": least, "most": most})
    return int(said[1]), None


def check_long(name: str, text: str) -> Checked:
    """A text of bounded length."""
    if len(text) > LONGEST[name]:
        return None, Note("too_long", name, {"most": LONGEST[name], "length": len(text)})
    return text, None


def check_list(name: str, text: str) -> Checked:
    """Free words parted by commas, each of bounded length."""
    words = parts_of(text) if name == "trainings" else check_themes(name, text)[0]
    assert isinstance(words, list)
    long = next((word for word in words if len(word) > LONGEST[name]), "")
    if long:
        return None, Note("too_long", name, {"most": LONGEST[name], "length": len(long)})
    return words[:MOST_SECTORS] if name == "sectors" else words, None


def check_language(name: str, text: str) -> Checked:
    """The language of her letters."""
    code = WRITTEN_IN.get(key(text))
    if code:
        return code, None
    labels = tuple(str(label) for _code, label in settings.LANGUAGES)
    return None, Note("word_unknown", name, {"text": text}, labels, labels)


CHECKS: dict[str, Callable[[str, str], Checked]] = {
    "first_name": check_name,
    "last_name": check_name,
    "email": check_email,
    "phone": check_phone,
    "language": check_language,
    "capacity": check_number,
    "hours_a_month": check_number,
    "sectors": check_list,
    "trainings": check_list,
    "meets_remotely": check_yes_no,
    "headline": check_long,
    "bio": check_long,
}


def check(name: str, text: str, territory: Territory, today: date) -> list[Checked]:
    """Its values, or the notes that say why not; nothing for an empty cell."""
    if SPREADSHEET_ERROR.fullmatch(text):
        return [(None, Note("formula_error", name))]
    if not text or (name not in NEVER_NOTHING and is_nothing(text)):
        return []
    if name in PLACES:
        return _places(name, text, territory)
    if name in CHOICES:
        return check_words(name, text)
    if name in CHECKS:
        return [CHECKS[name](name, text)]
    day, note = check_day(name, text, today)
    if name == "charter_accepted_on" and isinstance(day, date) and day > today:
        return [(None, Note("date_to_come", name, {"text": text}))]
    return [(day, note)]


def read_line(index: int, row: Row, territory: Territory, today: date) -> Line:
    """One line checked on its own."""
    texts = row["cells"]
    line = Line(index, row["line"], texts, was=row.get("was", {}))
    for name, text in texts.items():
        found = check(name, text, territory, today)
        line.notes += [note for _value, note in found if note]
        values = [value for value, note in found if note is None and value not in (None, "", [])]
        if values:
            line.values[name] = values if name == "communes" else values[0]
    wrong = {note.field for note in line.errors}
    line.notes += [Note("missing", name) for name in _lacking(line.values) if name not in wrong]
    if "split" in row:
        said = {"text": row["split"], "first": texts.get("first_name", ""), "last": texts.get("last_name", "")}
        line.notes.append(Note("name_split", "last_name", said))
    line.is_skipped = row.get("skip", line.values.get("email") == MODEL_EMAIL)
    return line


def _lacking(values: dict[str, Any]) -> Iterator[str]:
    return (name for name in ("last_name", "email") if name not in values)


def _places(name: str, text: str, territory: Territory) -> list[Checked]:
    """Communes by their name, postcode or INSEE code; one outside the territory is left out and told."""
    found: list[Checked] = []
    for part in parts_of(text) if name == "communes" else [text]:
        place = territory.find_commune(part, "commune")
        found.append((place.value, None) if place.value else (None, commune_note(name, part, place)))
    return found


def titles_followed(mentor: Mentor, trainings: dict[int, list[Training]]) -> set[str]:
    """What she has followed already, folded."""
    return {key(one.title) for one in trainings.get(mentor.pk, [])}
