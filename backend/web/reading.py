"""How lengths of time, days and people are written for a reader, in her language."""

import datetime as dt
import re
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from backend.lib.texts import agrees_with

NBSP = "\u00a0"
Day = dt.date | dt.datetime


def grouped(whole: int) -> str:
    """1228 → "1 228" in French, "1,228" in English."""
    if -1000 < whole < 1000:
        return str(whole)
    return f"{whole:,}" if _is_english() else f"{whole:,}".replace(",", "\u202f")


def hours(minutes: float | str | None) -> str:
    """450 → "7 h 30", 45 → "45 min", 0 → "0 h", thousands apart; nothing for None. Negative lengths keep their sign."""
    if minutes is None or minutes == "":
        return ""
    total = round(float(minutes))
    sign = "−" if total < 0 else ""
    whole, rest = divmod(abs(total), 60)
    if not whole and rest:
        return f"{sign}{rest}{NBSP}min"
    return f"{sign}{grouped(whole)}{NBSP}h{NBSP}{rest:02d}" if rest else f"{sign}{grouped(whole)}{NBSP}h"


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def unit(name: object) -> str:
    """What follows a number: " points", " %", but "%" against the number in English; nothing for none."""
    return f"{'' if str(name) == '%' and _is_english() else NBSP}{name}" if name else ""


def agreeing(name: object, shown: str) -> str:
    """The unit as it agrees with the greatest number before it: "points", but "point" after 1.1 in French."""
    many = ngettext("point", "points", 2) if name else ""
    if str(name) != many or not name:
        return str(name)
    numbers = [float(re.sub(r"\D", ".", one)) for one in re.findall(r"\d+(?:[.,]\d+)?", shown)]
    return ngettext("point", "points", agrees_with(max(numbers))) if numbers else many


def with_unit(shown: str, name: object) -> str:
    """A number with its unit where the language puts it: "45 %", "45%"; "1 200 €", "€1,200", "−€5" in English."""
    if str(name) != "€" or not _is_english():
        return f"{shown}{unit(agreeing(name, shown))}"
    sign = shown[:1] if shown[:1] in "+−" else ""
    return f"{sign}€{shown.removeprefix(sign)}"


def percent(value: object) -> str:
    """ "45 %" in French, "45%" in English."""
    return f"{value}{unit('%')}"


def signed(number: int) -> str:
    """A difference with its sign, the true minus and not the hyphen: 3 → "+3", -3 → "−3"."""
    return f"{number:+d}".replace("-", "−") if number else "0"


def as_day(value: Day) -> dt.date:
    """The day of a moment in the reader's time zone; a day stays itself."""
    if isinstance(value, dt.datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value


def day(value: Day | None, weekday: bool = True) -> str:
    """ "lundi 12 mars" ("1er mars" in French), with the year only when it is another year."""
    if not value:
        return ""
    when = as_day(value)
    return _written(when, weekday, when.year != timezone.localdate().year, get_language() or "")


def dated(value: dt.date) -> str:
    """ "12 mars 2026": for what is kept, the year always said."""
    return _written(value, False, True, get_language() or "")


@lru_cache(maxsize=4096)
def _written(when: dt.date, weekday: bool, with_year: bool, language: str) -> str:
    """The same few days stand many times on one page."""
    number = "1\\e\\r" if when.day == 1 and language.startswith("fr") else "j"
    return formats.date_format(when, f"{'l ' if weekday else ''}{number} F{' Y' if with_year else ''}")


def clock_time(value: dt.datetime | dt.time | None) -> str:
    """ "14 h 30" in French, "14:30" in English."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).time() if timezone.is_aware(value) else value.time()
    if (get_language() or "fr").startswith("fr"):
        return f"{value.hour}{NBSP}h" + (f"{NBSP}{value.minute:02d}" if value.minute else "")
    return f"{value.hour}:{value.minute:02d}"


def moment(value: dt.datetime | None) -> str:
    """ "lundi 12 mars à 14 h 30"."""
    return _("%(day)s at %(time)s") % {"day": day(value), "time": clock_time(value)} if value else ""


def span(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """ "lundi 12 mars, de 14 h 30 à 16 h"; over several days "du lundi 12 mars à 14 h au mardi 13 mars à 9 h"."""
    if not start or not end:
        return moment(start or end)
    if as_day(start) != as_day(end):
        return pgettext("moments", "from %(start)s to %(end)s") % {"start": moment(start), "end": moment(end)}
    words = {"day": day(start), "start": clock_time(start), "end": clock_time(end)}
    return _("%(day)s, from %(start)s to %(end)s") % words


def lately(value: dt.datetime | None) -> str:
    """ "14 h 30" of today, else the whole moment."""
    is_today = value is not None and as_day(value) == timezone.localdate()
    return clock_time(value) if is_today else moment(value)


def relative_day(value: Day | None) -> str:
    """ "today", "tomorrow", "in 3 days", "2 weeks ago"; the day itself beyond two months."""
    if not value:
        return ""
    when = as_day(value)
    away = (when - timezone.localdate()).days
    if away in (-1, 0, 1):
        return (_("today"), _("tomorrow"), _("yesterday"))[away]
    if 0 < away < 14:
        return ngettext("in %(count)d day", "in %(count)d days", away) % {"count": away}
    if -14 < away < 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", -away) % {"count": -away}
    if 14 <= away <= 60:
        return ngettext("in %(count)d week", "in %(count)d weeks", away // 7) % {"count": away // 7}
    if -60 <= away <= -14:
        return ngettext("%(count)d week ago", "%(count)d weeks ago", -away // 7) % {"count": -away // 7}
    return day(when, weekday=False)


def initials(name: object) -> str:
    """ "Maëlle Le Goff" → "ML"."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
