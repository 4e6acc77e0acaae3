"""The figures of a scope: each with its working. A dozen queries, however many people there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from backend.lib.texts import pick
from evaluation.queries import drawn_questions
from evaluation.queries.after import After
from evaluation.queries.answers_counted import Answers, answers_of
from evaluation.queries.continuity import waits_of
from evaluation.queries.drawn import DRAWN
from evaluation.queries.drawn_base import HOURS_BY_KIND, Figure, Territory
from evaluation.queries.gains import AreaGain, Gains, gains
from evaluation.queries.hours import Hours, hours
from evaluation.queries.measures import MEASURES, Measure, Total, grouped, totals
from evaluation.queries.measures.heard import HEARD
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.past.former import definitions
from evaluation.queries.scope import Scope
from evaluation.queries.series import Versions, posture_areas
from evaluation.queries.small_groups import few, hidden_parts
from evaluation.queries.views_compared import Views, views_of
from journeys.models import Commune, Journey, Step
from journeys.queries.waits import Summary


@dataclass(frozen=True)
class Counted:
    """A milestone: reached, of those that fall in the period; hidden on published pages where few people have it.

    `sides`: the people who reached it and those who have not, at least so many: two titles in English for one in French
    may be of the same people.
    """

    key: str
    label: str
    done: int
    total: int
    sides: tuple[int, int] = (0, 0)
    is_hidden: bool = False


class Found:
    """What the figures of a scope are made from, each asked for once, when first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.measures = definitions()
        self._totals: dict[str, Total] = {}
        self._answers: dict[str, Answers] = {}
        self.asked: dict[str, SurveyMeasure] = {}
        """Questions outside the catalogue that will be asked for: added up together."""

    def total(self, code: str) -> Total:
        """Of this measure; those that share its rows are added up along with it."""
        if code not in self._totals:
            base = self.measures[code].base
            together = [one for one in self.measures.values() if one.base is base]
            self._totals |= totals(together, self.scope, has_sides=self.scope.is_published)
        return self._totals[code]

    def answers(self, measure: SurveyMeasure) -> Answers:
        """What was answered to its question; those of the catalogue are added up together."""
        if measure.code not in self._answers:
            others = list({**self.asked, measure.code: measure}.values())
            together = HEARD if measure.code in MEASURES else others
            self._answers |= answers_of(together, self.scope)
        return self._answers[measure.code]

    @cached_property
    def areas(self) -> Versions:
        """Of all versions of the questionnaire of posture."""
        return posture_areas()

    @cached_property
    def gains(self) -> Gains:
        return gains(self.scope, self.areas)

    @cached_property
    def views(self) -> Views:
        """Of holders and mentors on the same journeys."""
        return views_of(self.scope, self.areas)

    @cached_property
    def waits(self) -> Summary:
        """Of the journeys under way in the period."""
        return waits_of(self.scope)

    @cached_property
    def after(self) -> After:
        """What came of the journeys."""
        return After(self.scope)

    @cached_property
    def territory(self) -> Territory:
        """Its communes, and how many people live there."""
        found = Commune.objects.aggregate(communes=Count("pk"), inhabitants=Sum("population", default=0))
        return Territory(**found)

    @cached_property
    def motives(self) -> list[tuple[str, Total]]:
        """Why journeys were left early: in words, the most frequent first."""
        named = dict(Journey.LeaveReason.choices)
        left, has_sides = [self.measures["left"]], self.scope.is_published
        by_reason = grouped(left, self.scope, "leave_reason", has_sides=has_sides)["left"]
        found = [(str(named[reason]), total) for reason, total in by_reason.items() if total.value]
        return sorted(found, key=lambda one: (-one[1].value, one[0]))


@dataclass(frozen=True, kw_only=True)
class Glance:
    """Some figures of a scope; `is_small`: published, and all its people together are few."""

    scope: Scope
    people: int
    is_small: bool
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Board(Glance):
    """Everything the page of figures shows about its scope."""

    hours: Hours
    milestones: Total
    by_milestone: list[Counted]
    gains: Gains

    @property
    def hides_milestones(self) -> bool:
        """Even their total, which stands on few people."""
        return any(one.is_hidden for one in self.figures if one.code == "milestones")

    @property
    def posture(self) -> list[AreaGain]:
        """All areas together, then each."""
        return [self.gains.overall(), *self.gains.by_area]


def glance(scope: Scope, codes: Iterable[str], found: Found | None = None) -> Glance:
    """These figures of the catalogue, as the board shows them, and no more."""
    found = found or Found(scope)
    people = found.total("people").value
    is_small = scope.is_published and 0 < people < scope.smallest_group
    drawn = [_shown(DRAWN[code](found.measures[code], found), is_small, scope) for code in codes]
    return Glance(scope=scope, people=people, is_small=is_small, figures=drawn)


def board(scope: Scope, found: Found | None = None) -> Board:
    """All the figures of one scope; from what was `found` of it, if something was."""
    found = found or Found(scope)
    made = glance(scope, MEASURES, found)
    is_hidden = any(one.is_hidden for one in made.figures if one.code in HOURS_BY_KIND)
    return Board(
        **vars(made),
        hours=hours(scope, by_kind=not is_hidden),
        milestones=found.total("milestones"),
        by_milestone=by_milestone(scope),
        gains=found.gains,
    )


def too_few(scope: Scope) -> str:
    """Why something published is hidden, in words."""
    return _("Fewer than %(n)s people: hidden so that nobody is recognised.") % {"n": scope.smallest_group}


def _few_beside(drawn: Figure) -> str:
    """Why this figure of many people is hidden: neither how few they are, nor on which side, may be told."""
    if drawn.code in HOURS_BY_KIND:
        return _("Hidden with the other kinds of hours: few people received one of them.")
    if len(drawn.groups) > 1:
        return _("Hidden: few people on one of its sides, or of whom it is not known.")
    return _("Hidden: few people stand behind it.")


def figure(which: str | Measure, scope: Scope) -> Figure:
    """One figure alone, as the board shows it: of the catalogue by its code, or of a question.

    KeyError for a measure that there is not.
    """
    found = Found(scope)
    measure = found.measures[which] if isinstance(which, str) else which
    is_small = scope.is_published and 0 < found.total("people").value < scope.smallest_group
    draw = DRAWN.get(measure.code, drawn_questions.drawn)
    return _shown(draw(measure, found), is_small, scope)


def by_milestone(scope: Scope) -> list[Counted]:
    """Milestones by title, reached and all. One query."""
    asked, names = [definitions()["milestones"]], ("title_fr", "title_en")
    titles = grouped(asked, scope, *names, is_own=True, has_sides=scope.is_published)["milestones"]
    lines: dict[str, Counted] = {}
    for (fr, en), total in sorted(titles.items()):
        known = lines.get(fr, Counted(fr, "", 0, 0))
        label = pick(Step(title_fr=fr, title_en=en), "title")
        sides = max(known.sides[0], total.counted), max(known.sides[1], total.uncounted)
        lines[fr] = Counted(fr, label, known.done + total.value, known.total + total.rows, sides)
    found = list(lines.values())
    hidden = hidden_parts([line.sides for line in found], scope.smallest_group) if scope.is_published else set()
    return [replace(line, is_hidden=i in hidden) for i, line in enumerate(found)]


def _shown(drawn: Figure, is_small: bool, scope: Scope) -> Figure:
    """On a published page nothing that stands on few people, on either side of a share."""
    if not scope.is_published or not (is_small or few(drawn.groups, scope.smallest_group)):
        return drawn
    words = too_few(scope) if is_small else _few_beside(drawn)
    return Figure(drawn.measure, None, "–", note=words, is_hidden=True)
