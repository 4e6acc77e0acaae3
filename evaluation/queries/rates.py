"""How many answered, by which definition; and how those who are missing differ from those who answered."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.reading import signed
from evaluation.models import Request, Wave
from evaluation.statistics import Disposition, Interval, Undefined, hide_in_list, newcombe_difference, response_rates
from evaluation.statistics.disclosure import SMALLEST_GROUP
from evaluation.statistics.intervals import wilson
from journeys.models import Holder, Journey, Phase, Project

State = Request.State
SILENT = (State.SENT, State.OPENED, State.STARTED, State.EXPIRED)
BANDS = ((25, "25"), (35, "35"), (45, "45"), (55, "55"))


@dataclass(frozen=True)
class Rate:
    """One rate by its AAPOR name: `top` of `bottom`, in words, 0–1 with its interval."""

    code: str
    top: int
    bottom: int
    words: str
    share: Interval | None

    @property
    def percent(self) -> int:
        return round(100 * self.share.value) if self.share else 0

    @property
    def low(self) -> int:
        return round(100 * self.share.low) if self.share else 0

    @property
    def high(self) -> int:
        return round(100 * self.share.high) if self.share else 0


def disposition(states: dict[str, int]) -> Disposition:
    """Everybody asked is known to be concerned, but those whose letter came back. Whoever is silent was not reached."""
    return Disposition(
        complete=states.get(State.COMPLETE, 0),
        partial=states.get(State.PARTIAL, 0),
        refused=states.get(State.REFUSED, 0),
        not_reached=sum(states.get(state, 0) for state in SILENT),
        unknown=states.get(State.BOUNCED, 0),
    )


def rates(given: Disposition) -> list[Rate]:
    """RR1, RR2, RR5 and RR6 with their denominators written out."""
    counted = [
        ngettext("%(n)d complete", "%(n)d complete", given.complete) % {"n": given.complete},
        ngettext("%(n)d partly answered", "%(n)d partly answered", given.partial) % {"n": given.partial},
        ngettext("%(n)d refused", "%(n)d refused", given.refused) % {"n": given.refused},
        ngettext("%(n)d silent", "%(n)d silent", given.not_reached) % {"n": given.not_reached},
    ]
    returned = ngettext("%(n)d letter returned", "%(n)d letters returned", given.unknown) % {"n": given.unknown}
    known = " + ".join(counted)
    everybody = " + ".join([*counted, returned])
    both = given.complete + given.partial
    tops = {"RR1": given.complete, "RR2": both, "RR5": given.complete, "RR6": both}
    found = []
    for code, top in tops.items():
        is_all = code in ("RR1", "RR2")
        bottom, words = (given.asked, everybody) if is_all else (given.known, known)
        share = wilson(top, bottom)
        assert response_rates(given)[code] == (None if isinstance(share, Undefined) else share.value)
        found.append(Rate(code, top, bottom, words, None if isinstance(share, Undefined) else share))
    return found


@dataclass(frozen=True)
class Group:
    """People alike in one thing: how many of them answered and are missing. `gap`: their share among those who
    answered less their share among the missing (Newcombe); None, and no counts shown, where the group is too small."""

    label: str
    answered: int
    missing: int
    gap: Interval | None
    is_hidden: bool = False

    @property
    def differs(self) -> bool:
        """Is the gap beyond chance?"""
        return self.gap is not None and (self.gap.low > 0 or self.gap.high < 0)

    @property
    def points(self) -> tuple[int, int, int] | None:
        """The gap and its bounds in points of 100."""
        if self.gap is None:
            return None
        return round(100 * self.gap.value), round(100 * self.gap.low), round(100 * self.gap.high)

    @property
    def said(self) -> tuple[str, ...]:
        """The same with their signs."""
        return tuple(signed(one) for one in self.points or ())


@dataclass(frozen=True)
class Comparison:
    """One thing known of people, by group. Age is that of the first day; what a project is now is all that is kept."""

    title: str
    groups: list[Group]


def age_band(journey: Journey) -> str:
    """On the first day, by the year of birth."""
    born = journey.holder.birth_year
    if born is None:
        return _("not known")
    age = journey.started_on.year - born
    low = 0
    for most, _label in BANDS:
        if age <= most:
            return _("up to %(most)d") % {"most": most} if not low else f"{low}–{most}"
        low = most + 1
    return _("%(low)d and over") % {"low": low}


THINGS: list[tuple[Callable[[], str], Callable[[Journey], str]]] = [
    (lambda: _("Age at entry"), age_band),
    (lambda: _("Gender"), lambda journey: str(Holder.Gender(journey.holder.gender).label)),
    (lambda: _("Priority neighbourhood today"), lambda journey: str(Project.Qpv(journey.project.qpv).label)),
    (lambda: _("Phase today"), lambda journey: str(Phase(journey.project.phase).label)),
]


def compare(asked: Iterable[tuple[Journey, bool]]) -> list[Comparison]:
    """How (journey, answered?) differ; nothing while one of the two sides is under five people."""
    rows = list(asked)
    answered = sum(has for _journey, has in rows)
    if min(answered, len(rows) - answered) < SMALLEST_GROUP:
        return []
    return [
        Comparison(title(), _groups(Counter((read(journey), has) for journey, has in rows), answered, len(rows)))
        for title, read in THINGS
    ]


def _groups(counts: Counter[tuple[str, bool]], answered: int, asked: int) -> list[Group]:
    labels = sorted({label for label, _has in counts})
    hidden = hide_in_list([counts[label, True] + counts[label, False] for label in labels])
    found = []
    for place, label in enumerate(labels):
        yes, no = counts[label, True], counts[label, False]
        gap = newcombe_difference((yes, answered), (no, asked - answered))
        is_hidden = place in hidden
        found.append(Group(label, yes, no, None if is_hidden or isinstance(gap, Undefined) else gap, is_hidden))
    return found


@dataclass(frozen=True)
class Elsewhere:
    """The same questions at the same moment in one programme of the organisation."""

    wave: Wave
    rate: Rate


def rates_of(wave: Wave) -> list[Rate]:
    """Of one wave; none before anybody was asked. One query."""
    states = Request.objects.asked().filter(wave=wave).order_by().values_list("state").annotate(n=Count("pk"))
    given = disposition(dict(states))
    return rates(given) if given.asked else []


def wave_rates(wave: Wave) -> dict[str, Any]:
    """Rates, comparisons, and the same wave in the organisation’s other programmes. Four queries.

    Of an anonymous wave nothing is compared: whoever looks before and after one more has sent would read of which age,
    gender, neighbourhood and phase they are, beside results that grew by one sheet.
    """
    same = Wave.objects.filter(
        programme__organisation=wave.programme.organisation_id,
        questionnaire=wave.questionnaire_id,
        moment=wave.moment,
        months=wave.months,
        days=wave.days,
        audience=wave.audience,
    ).select_related("programme")
    waves = list(same.order_by("programme__title_fr", "pk"))
    states: dict[int, dict[str, int]] = {one.pk: {} for one in waves}
    rows = (
        Request.objects.asked().filter(wave__in=waves).order_by().values_list("wave", "state").annotate(n=Count("pk"))
    )
    for pk, state, n in rows:
        states[pk][state] = n
    requests = Request.objects.asked().filter(wave=wave)
    requests = requests.select_related("journey__holder", "journey__project").order_by("pk")
    known = [] if wave.is_anonymous else [(one.journey, one.state == State.COMPLETE) for one in requests]
    given = disposition(states.get(wave.pk, {}))
    others = [Elsewhere(one, rates(disposition(states[one.pk]))[0]) for one in waves if states[one.pk]]
    return {
        "given": given,
        "rates": rates(given) if given.asked else [],
        "comparisons": compare(known),
        "elsewhere": others if len(others) > 1 else [],
    }
