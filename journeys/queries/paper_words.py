"""The words of papers: days written out, and what the parties agree on."""

from datetime import date, time
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.web.reading import clock_time, hours
from journeys.models import Immersion


def written(day: date, *, weekday: bool = False) -> str:
    """The day with its year, whatever the year it is read in."""
    text = formats.date_format(day, "l j F Y" if weekday else "j F Y")
    is_first = day.day == 1 and (get_language() or "fr").startswith("fr")
    return text.replace("1 ", "1er ", 1) if is_first else text


def schedule_words(schedule: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(day, from-to, length) for each day of a stored schedule, in local times."""
    rows = []
    for one in schedule:
        slots = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in one["slots"]]
        minutes = sum((end.hour - start.hour) * 60 + end.minute - start.minute for start, end in slots)
        words = ", ".join(f"{clock_time(start)} – {clock_time(end)}" for start, end in slots)
        rows.append((written(date.fromisoformat(one["on"]), weekday=True), words, hours(minutes)))
    return rows


def clauses(immersion: Immersion) -> list[str]:
    """What everybody signs under, in short sentences; more for a minor and for somebody employed elsewhere."""
    organisation = immersion.step.journey.programme.organisation
    sentences = [
        _("The stay starts only once every party has signed and %(organisation)s has validated the agreement.")
        % {"organisation": organisation},
        _(
            "The person received keeps their status during the stay. They are not an employee of the "
            "company, receive no pay from it and replace nobody."
        ),
        _(
            "They follow the rules of the company on health, safety and confidentiality, which the company presents "
            "on the first day; it lends the protective equipment named above."
        ),
        _(
            "The tutor receives the person, shows the work, and answers their questions; both say afterwards how the "
            "stay went."
        ),
        _("Hours stay within 10 a day and 48 a week."),
        _(
            "An accident or an absence is told to the organisation the same day. Any party may end the stay early by "
            "saying so and why."
        ),
        _("A change of dates, place, schedule or tutor is an amendment, signed by those it concerns."),
    ]
    if immersion.guardian_name:
        under_age = _("The legal representative agrees to the stay of the person under 18.")
        sentences.append(_("The legal representative agrees to this stay.") if immersion.is_of_age else under_age)
    if immersion.employer_name:
        sentences.append(_("The current employer knows of the stay and agrees to these days and hours."))
    return sentences
