"""Waves as leads plan them: what they may follow, whom they would ask, and what that could show."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.mail.queries import Cost, cost_of
from evaluation.models import Questionnaire, QuestionnaireVersion, Request, Wave
from evaluation.queries.due import askings
from evaluation.statistics import Size, Undefined, expected_width, smallest_detectable
from journeys.models import Journey, Programme, StepTemplate

AHEAD_DAYS = 30


def is_asked(wave: Wave) -> bool:
    """Was anybody asked in it?"""
    return Request.objects.asked().filter(wave=wave).exists()


def another_moment(
    programme: Programme, questionnaire: Questionnaire, but: Wave | None, is_anonymous: bool | None
) -> Wave | None:
    """Another wave that asks (or has asked) this questionnaire in the programme; anonymous ones only, or any (None)."""
    asked = Exists(Request.objects.asked().filter(wave=OuterRef("pk")))
    rows = Wave.objects.filter(Q(stopped_at=None) | asked, programme=programme, questionnaire=questionnaire)
    if is_anonymous:
        rows = rows.filter(mode=Wave.Mode.ANONYMOUS)
    if but is not None and but.pk:
        rows = rows.exclude(pk=but.pk)
    return rows.order_by("pk").first()


def step_codes(programme: Programme, moment: str) -> dict[str, str]:
    """{code: title} of the steps that this moment can follow, of any version; the newest title."""
    rows = StepTemplate.objects.filter(version__programme=programme, kind=moment).order_by(
        "version__number", "position"
    )
    return {step.code: step.title for step in rows}


def askable(programme: Programme) -> list[Questionnaire]:
    """Questionnaires that a wave of this programme may ask: published, in use, shared or its organisation’s."""
    published = QuestionnaireVersion.objects.published().order_by().values("questionnaire")
    mine = Q(organisation=None) | Q(organisation=programme.organisation_id)
    return list(Questionnaire.objects.filter(mine, pk__in=published, retired_at=None).order_by("title_fr", "pk"))


def led_programmes(user: User) -> list[Programme]:
    """Those whose waves she may make."""
    rows = Programme.objects.filter(organisation__in=user.organisation_ids("lead")).select_related("organisation")
    return list(rows.order_by("organisation__name", "title_fr", "pk"))


@dataclass(frozen=True)
class Outlook:
    """Before a wave is made or changed: whom it would ask at the next hour, within 30 days of what is known today, and
    what `people` answers (everybody under way now) could show."""

    now: int
    soon: int
    cost: Cost
    people: int
    showing: str


def outlook(wave: Wave) -> Outlook:
    """Of a wave as planned, kept or not. A handful of queries, whatever the number of people."""
    found = askings([wave], ahead=AHEAD_DAYS)
    now = askings([wave])
    accounts = [one.person for one in found if one.person]
    cost = Cost(len(found), cost_of(accounts, wave.programme.organisation).over)
    people = Journey.objects.live().filter(programme=wave.programme).count()
    is_paired = wave.mode != Wave.Mode.ANONYMOUS and another_moment(
        wave.programme, wave.questionnaire, wave if wave.pk else None, None
    )
    return Outlook(len(now), len(found) - len(now), cost, people, could_show(people, is_paired=bool(is_paired)))


def could_show(people: int, *, is_paired: bool) -> str:
    """One line: what so many answers, or pairs of before and after, would let anybody see."""
    if is_paired:
        found = smallest_detectable(people)
        words = ngettext("with %(n)d pair", "with %(n)d pairs", people) % {"n": people}
        if isinstance(found, Undefined):
            return _("%(with)s of before and after, no change could be told from chance.") % {"with": _upper(words)}
        return _SIZES[found.size]() % {"with": _upper(words)}
    width = expected_width(people)
    words = ngettext("with %(n)d answer", "with %(n)d answers", people) % {"n": people}
    if isinstance(width, Undefined):
        return _("Without any answer there is nothing to show.")
    return _("%(with)s, a share would be known to about %(points)d points in 100 either way.") % {
        "with": _upper(words),
        "points": round(50 * width.width),
    }


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


_SIZES = {
    Size.SMALL: lambda: _("%(with)s of before and after, even a small change would be visible."),
    Size.MEDIUM: lambda: _("%(with)s of before and after, a medium change would be visible."),
    Size.LARGE: lambda: _("%(with)s of before and after, only a strong change would be visible."),
    Size.VERY_LARGE: lambda: _("%(with)s of before and after, only a very strong change would be visible."),
    Size.HUGE: lambda: _("%(with)s of before and after, only a huge change would be visible."),
}
