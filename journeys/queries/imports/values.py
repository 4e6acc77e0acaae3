"""The text of one cell, checked: its value, or why not. Pure; places and people are checked where they are known."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from stdnum.fr import siren, siret

from journeys.models import Holder, Phase
from journeys.queries.imports import words
from journeys.queries.imports.problems import Note

Checked = tuple[object, Note | None]
NONE: Checked = (None, None)

SPREADSHEET_ERROR = re.compile(r"#(?:REF|N/?A|DIV/0|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|NULL|NUL)[!?]?", re.I)
ADDRESS = re.compile(r"[^\s;,|/<>()\"']+@[^\s;,|/<>()\"']+")
ROUNDED = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.I)
SERIAL = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})(?: .*)?")
IN_WORDS = re.compile(r"(?:\w+ )?(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]+) (\d{4}|\d{2})")
MONTHS = {
    name: number
    for number, names in enumerate(
        "janvier janv jan january|fevrier fevr fev february feb|mars mar march|avril avr april apr|mai may|"
        "juin june jun|juillet juil july jul|aout aou august aug|septembre sept sep september|octobre oct october|"
        "novembre nov november|decembre dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
LONGEST = {"first_name": 80, "last_name": 80, "project": 160, "legal_form": 60, "pitch": 5000, "referent": 254}
SIREN_LENGTH, SIRET_LENGTH = 9, 14
FRANCE = 33


def check_text(name: str, text: str) -> Checked:
    """A text of bounded length."""
    most = LONGEST[name]
    if len(text) > most:
        return text, Note("too_long", name, {"most": most, "length": len(text)})
    return text, None


def check_name(name: str, text: str) -> Checked:
    """A first or last name; DUPONT and dupont become Dupont, anything else is kept as written."""
    return check_text(name, tidy_name(text))


def tidy_name(text: str) -> str:
    """Capitals where a name has them, when it was typed all in capitals or all in small letters."""
    if len(text) < 2 or not (text.isupper() or text.islower()):
        return text
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text.lower())


def check_email(name: str, text: str) -> Checked:
    """An address, without `mailto:`, brackets and stray commas, in small letters."""
    said = re.sub(r"mailto:", "", text, flags=re.I).strip(" ;,.<>\"'").lower()
    several = tuple(dict.fromkeys(address.strip(".") for address in ADDRESS.findall(said)))
    if len(several) > 1:
        return None, Note("email_several", name, {"text": text}, several)
    address = several[0] if len(several) == 1 and "<" in text else said
    try:
        validate_email(address)
    except ValidationError:
        return None, Note("email_bad", name, {"text": text})
    return address, None


def check_phone(name: str, text: str) -> Checked:
    """A number in E.164, whatever a spreadsheet did to it. What it rounded cannot be guessed."""
    said = text.lstrip("'’= ").removesuffix(".0").removesuffix(",0")
    if ROUNDED.fullmatch(said.replace(" ", "")):
        return None, Note("phone_rounded", name, {"text": text})
    number = read_phone(said)
    if number:
        return number, None
    parts = [part.strip() for part in re.split(r"[/;,|]| ou | or | et ", said) if part.strip()]
    several = tuple(dict.fromkeys(national(found) for part in parts if (found := read_phone(part))))
    return None, Note("phone_several" if len(several) > 1 else "phone_bad", name, {"text": text}, several)


def read_phone(text: str) -> str:
    """E.164, or "" when it is no number; without a country it is French, and any ten digits will do: new ranges open
    before our tables of them are updated."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return ""
    is_french = number.country_code == FRANCE and len(str(number.national_number)) == 9
    if number.extension or not (is_french or phonenumbers.is_valid_number(number)):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(number: str) -> str:
    """A stored number as it is read here: 06 12 34 56 78, +32 470 12 34 56."""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if parsed.country_code == FRANCE else style.INTERNATIONAL)


# --- Days -----------------------------------------------------------------------------------------
def read_day(text: str, today: date, *, is_past: bool = False) -> date | None:
    """The day a cell names, day before month; serial numbers of Excel too. Two-digit years are of this century, unless
    `is_past` and they would be later than today."""
    said = text.strip()
    if SERIAL.fullmatch(said):
        return date(1899, 12, 30) + timedelta(days=int(float(said.replace(",", "."))))
    if found := YEAR_FIRST.fullmatch(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := DAY_FIRST.fullmatch(said):
        return _day(_century(found[3], today, is_past), int(found[2]), int(found[1]))
    if found := IN_WORDS.fullmatch(words.key(said)):
        return _day(_century(found[3], today, is_past), MONTHS.get(found[2], 0), int(found[1]))
    return None


def _century(year: str, today: date, is_past: bool) -> int:
    if len(year) == 4:
        return int(year)
    whole = 2000 + int(year)
    return whole - 100 if is_past and whole > today.year else whole


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def check_day(name: str, text: str, today: date) -> Checked:
    """A start or an end: never read the American way."""
    day = read_day(text, today)
    if day is None:
        wrong = DAY_FIRST.fullmatch(text)
        if wrong and int(wrong[2]) > 12 >= int(wrong[1]):
            return None, Note("date_american", name, {"text": text, "month": wrong[2]})
        return None, Note("date_bad", name, {"text": text})
    if not today.year - 30 <= day.year <= today.year + 15:
        return None, Note("date_far", name, {"text": text})
    return day, None


def check_birth(name: str, text: str, today: date) -> Checked:
    """The year of birth, from a year or a date."""
    year = int(text) if re.fullmatch(r"(?:19|20)\d\d", text) else None
    if year is None:
        day = read_day(text, today, is_past=True)
        year = day.year if day else None
    if year is None:
        return None, Note("birth_bad", name, {"text": text})
    if not today.year - 110 <= year <= today.year - 14:
        return None, Note("birth_far", name, {"year": year})
    return year, None


# --- Words ----------------------------------------------------------------------------------------
def _chosen(read: Callable[[str], str | None], code: str, choices: type[TextChoices], name: str, text: str) -> Checked:
    known = read(text)
    if known is None:
        said = words.key(text)
        known = next((value for value, label in choices.choices if value and said == words.key(str(label))), None)
    if known is not None:
        return known, None
    return None, Note(code, name, {"text": text}, tuple(str(label) for value, label in choices.choices if value))


def check_gender(name: str, text: str) -> Checked:
    return _chosen(words.read_gender, "gender_unknown", Holder.Gender, name, text)


def check_status(name: str, text: str) -> Checked:
    return _chosen(words.read_status, "status_unknown", Holder.Status, name, text)


def check_phase(name: str, text: str) -> Checked:
    return _chosen(words.read_phase, "phase_unknown", Phase, name, text)


def check_yes_no(name: str, text: str) -> Checked:
    answer = words.read_yes_no(text)
    return answer, None if answer is not None else Note("yes_no", name, {"text": text})


def check_themes(name: str, text: str) -> Checked:
    """Themes separated by commas, semicolons, bars or new lines, each once."""
    found = dict.fromkeys(part.strip(" .-•")[:60] for part in re.split(r"[,;|\n/]", text))
    return [theme for theme in found if theme], None


def check_siren(name: str, text: str) -> Checked:
    """A SIREN, or the SIREN of a SIRET."""
    if words.key(text) in words.NOT_YET:
        return NONE
    digits = re.sub(r"[\s.'’-]", "", text.removesuffix(".0"))
    if digits.isdigit() and len(digits) <= SIRET_LENGTH:
        if len(digits) > SIREN_LENGTH and siret.is_valid(digits.zfill(SIRET_LENGTH)):
            return digits.zfill(SIRET_LENGTH)[:SIREN_LENGTH], None
        if len(digits) in (SIREN_LENGTH, SIREN_LENGTH - 1) and siren.is_valid(digits.zfill(SIREN_LENGTH)):
            return digits.zfill(SIREN_LENGTH), None
    return None, Note("siren_bad", name, {"text": text})


TEXT_CHECKS: dict[str, Callable[[str, str], Checked]] = {
    "first_name": check_name,
    "last_name": check_name,
    "email": check_email,
    "phone": check_phone,
    "gender": check_gender,
    "status": check_status,
    "project": check_text,
    "pitch": check_text,
    "themes": check_themes,
    "phase": check_phase,
    "legal_form": check_text,
    "general_interest": check_yes_no,
    "siren": check_siren,
    "referent": check_text,
}
DAY_CHECKS: dict[str, Callable[[str, str, date], Checked]] = {
    "birth": check_birth,
    "started_on": check_day,
    "planned_end_on": check_day,
}
NEVER_NOTHING = ("first_name", "last_name", "project")  # somebody may be called Na, a project Aucun


def check(name: str, text: str, today: date) -> Checked:
    """The value of a cell of the field `name`, or the note that says why not. (None, None) for an empty one."""
    if not text or (name not in NEVER_NOTHING and words.is_nothing(text) and not SPREADSHEET_ERROR.fullmatch(text)):
        return NONE
    if SPREADSHEET_ERROR.fullmatch(text):
        return None, Note("formula_error", name)
    if name in DAY_CHECKS:
        return DAY_CHECKS[name](name, text, today)
    return TEXT_CHECKS[name](name, text)


# --- One column for both names --------------------------------------------------------------------
PARTICLES = frozenset(
    "de du des d le la les l van von der den ben bent el al abd saint st ste sainte mac mc di da dos do".split()
)


def split_name(text: str, *, last_first: bool) -> tuple[str, str, bool]:
    """(first name, last name, is it sure?) of a whole name.

    A comma or capitals tell (“DUPONT Marie”, “Dupont, Marie”); else the order of the column's title, particles kept
    with what follows (“Le Goff Anne”).
    """
    if "," in text:
        last, _comma, first = (part.strip() for part in text.partition(","))
        return first, last, True
    parts = text.split()
    if len(parts) < 2:
        return "", text, True
    loud = [part for part in parts if part.isupper() and len(part.strip(".")) > 1]
    if loud and len(loud) < len(parts):
        return " ".join(part for part in parts if part not in loud), " ".join(loud), True
    if not last_first:
        return parts[0], " ".join(parts[1:]), len(parts) == 2
    end = next((i for i, part in enumerate(parts) if words.key(part) not in PARTICLES), 0) + 1
    end = min(end, len(parts) - 1)
    return " ".join(parts[end:]), " ".join(parts[:end]), len(parts) == 2
