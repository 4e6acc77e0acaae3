"""Why two people would go well together, and why not, in words."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib.texts import fold
from backend.web import reading
from journeys.models import Journey
from mentoring.models import Mentor, Need, Theme, words_for
from mentoring.queries.matching import criteria
from mentoring.queries.matching.criteria import Tables


@dataclass(frozen=True)
class Reasons:
    """What speaks for a pair, what speaks against, and what forbids it (else empty)."""

    pros: list[str]
    cons: list[str]
    forbids: str = ""


def reasons_of(tables: Tables, row: int, column: int, *, with_room: bool = True) -> Reasons:
    """In the reader's language, the strongest first; without the mentor's free places unless asked for."""
    journey, mentor = tables.journeys[row], tables.mentors[column]
    need = tables.needs.get(journey.pk)
    pros: list[str] = []
    cons: list[str] = []
    _say_themes(need, mentor, pros, cons)
    _say_sector(journey, mentor, pros, cons)
    _say_meeting(journey, mentor, need, pros, cons)
    if journey.project.phase in mentor.phases:
        pros.append(_("Knows this phase: %(phase)s") % {"phase": journey.project.get_phase_display()})
    elif mentor.phases:
        cons.append(_("Rather at ease with: %(phases)s") % {"phases": ", ".join(mentor.phase_words)})
    shared = [word for word in mentor.language_words if need and word in need.language_words]
    if shared and need and set(need.languages) != {"fr"}:
        pros.append(_("They both speak %(languages)s") % {"languages": ", ".join(shared)})
    if tables.values["known"][row, column]:
        pros.append(_("Has accompanied this person before"))
    if (mentor.pk, journey.holder_id) in tables.declined:
        cons.append(_("Proposed to each other before, and declined"))
    left = mentor.capacity - mentor.load
    if left > 0 and with_room:
        words = ngettext("%(left)s place of %(all)s is free", "%(left)s places of %(all)s are free", left)
        (pros if left > 1 or mentor.load == 0 else cons).append(words % {"left": left, "all": mentor.capacity})
    return Reasons(pros, cons, _forbids(tables, row, column))


def _say_themes(need: Need | None, mentor: Mentor, pros: list[str], cons: list[str]) -> None:
    if need is None or not need.themes:
        if mentor.expertise:
            pros.append(_("At ease with %(themes)s") % {"themes": ", ".join(mentor.expertise_words[:3])})
        return
    has = [code for code in need.themes if code in mentor.expertise]
    lacks = [code for code in need.themes if code not in mentor.expertise]
    if has:
        pros.append(_("Looked for, and known: %(themes)s") % {"themes": ", ".join(words_for(has, Theme))})
    if lacks and mentor.expertise:
        cons.append(_("Looked for, not in the profile: %(themes)s") % {"themes": ", ".join(words_for(lacks, Theme))})
    elif lacks:
        cons.append(_("The profile does not say what this mentor is at ease with"))


def _say_sector(journey: Journey, mentor: Mentor, pros: list[str], cons: list[str]) -> None:
    known = {fold(word) for word in mentor.sectors}
    shared = [word for word in journey.project.themes if fold(word) in known]
    if shared:
        pros.append(_("Knows the sector: %(sectors)s") % {"sectors": ", ".join(shared)})
    elif known and journey.project.themes:
        cons.append(_("From other sectors: %(sectors)s") % {"sectors": ", ".join(mentor.sectors[:3])})


def _say_meeting(journey: Journey, mentor: Mentor, need: Need | None, pros: list[str], cons: list[str]) -> None:
    home = journey.project.commune
    comes = home is not None and home.pk in {mentor.commune_id, *(one.pk for one in mentor.communes.all())}
    wish = need.meeting if need else Need.Meeting.ANY
    if wish == Need.Meeting.REMOTE:
        if mentor.meets_remotely:
            pros.append(_("Meets at a distance, as wished"))
        else:
            cons.append(_("Does not meet at a distance, which is wished"))
    elif comes:
        same = mentor.commune_id == journey.project.commune_id
        words = _("In the same commune: %(commune)s") if same else _("Comes to %(commune)s")
        pros.append(words % {"commune": home})
    elif wish == Need.Meeting.IN_PERSON:
        cons.append(_("Does not come to %(commune)s: to meet in person is wished") % {"commune": home or "?"})
    elif home is not None and mentor.commune_id:
        far = _("Lives in %(commune)s, also meets at a distance") if mentor.meets_remotely else _("In %(commune)s only")
        cons.append(far % {"commune": mentor.commune})


def _forbids(tables: Tables, row: int, column: int) -> str:
    """The sentence for a pair that may not be now; empty when it may."""
    mentor = tables.mentors[column]
    match int(tables.barred[row, column]):
        case criteria.SELF:
            return _("This is the project holder.")
        case criteria.ALREADY:
            return _("Already the mentor of this journey, or proposed for it.")
        case criteria.PAUSED:
            return _("Taking a break until %(day)s.") % {"day": reading.day(mentor.paused_until)}
        case criteria.CONFLICT:
            return _("A conflict of interest was declared.")
        case criteria.NOT_A_FIT:
            return _("They were a pair before, and it was not a good fit.")
        case criteria.LANGUAGE:
            return _("No language in common.")
    if mentor.load >= mentor.capacity:
        return _("Full: %(load)s of %(capacity)s.") % {"load": mentor.load, "capacity": mentor.capacity}
    if not tables.places[column]:
        return _("The %(hours)s hours of this month are taken.") % {"hours": mentor.hours_a_month}
    return ""


def why_nobody(tables: Tables, row: int) -> str:
    """Why this person is left without a mentor in a plan."""
    if not tables.mentors:
        return _("There is no mentor yet.")
    if tables.allowed[row].any() and not tables.places.any():
        return _("No mentor has a place left.")
    if (tables.allowed[row] & (tables.places > 0)).any():
        return _("Every mentor who could is a better choice for others.")
    found = Counter(_forbids(tables, row, column) for column in range(len(tables.mentors)))
    return " ".join(sentence for sentence, _count in found.most_common(2))


def why_not_kept(tables: Tables, row: int, mentor: int) -> str:
    """Why this mentor cannot stay kept for this person; empty when none of that number is known here."""
    for column, one in enumerate(tables.mentors):
        if one.pk == mentor:
            taken = _("Every place is taken by pairs kept above.")
            return _("%(mentor)s: %(sentence)s") % {"mentor": one, "sentence": _forbids(tables, row, column) or taken}
    return ""


def cost_words(people: int | None, points: int | None) -> str:
    """What a choice costs everybody together, in hundredths of one perfect pair; empty where it was not reckoned."""
    if people is None or points is None:
        return ""
    if people > 0:
        return ngettext(
            "leaves %(people)d person without a mentor", "leaves %(people)d people without a mentor", people
        ) % {"people": people}
    hundredths = round(points / 10)
    if hundredths > 0:
        return ngettext("costs %(points)d point overall", "costs %(points)d points overall", hundredths) % {
            "points": hundredths
        }
    return _("costs less than a point") if points > 0 else _("costs nothing")
