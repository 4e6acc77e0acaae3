"""The catalogue: each measure with its definition in words, level by level as on the page. Codes never change."""

from typing import Any

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models import Request
from evaluation.queries import rows
from evaluation.queries.measures.continuity import CONTINUITY
from evaluation.queries.measures.given import GIVEN
from evaluation.queries.measures.heard import HEARD
from evaluation.queries.measures.measure import NONE, NOT_KNOWN, Level, Measure, one_if
from evaluation.queries.measures.outcomes import OUTCOMES as CAME_OF_IT
from evaluation.queries.measures.views import VIEWS
from journeys.models import Bridge, Delivery, Holder, Project, Step, StepKind

ACTIVITIES, OUTPUTS, OUTCOMES = Level.ACTIVITIES, Level.OUTPUTS, Level.OUTCOMES
PERSON = "holder__user"
DONE = one_if(Q(state=Step.State.DONE))
SURE_MINUTES = Case(When(state__in=rows.SURE, then=F("minutes")), default=NONE)
COMPLETE = one_if(Q(state=Request.State.COMPLETE))
BOTH_SHEETS = one_if(Q(sheet_before__isnull=False, sheet_after__isnull=False))
"""Changes themselves are worked out from the answers, series by series (see `gains`)."""


def _people(**more: Any) -> Measure:
    """People with a journey under way, each once unless told otherwise."""
    how: dict[str, Any] = {"subject": PERSON, "level": OUTPUTS, "path": "", "day": "started_on", "is_once": True}
    return Measure(base=rows.active_journeys, **how | more)


def _hours(**more: Any) -> Measure:
    """Minutes of the ledger; the part that is sure."""
    how: dict[str, Any] = {"subject": "journey__holder__user", "level": ACTIVITIES, "day": "happened_at"}
    how |= {"is_time": True, "unit": _("minutes"), "head": _("Hours"), "value": F("minutes"), "part": SURE_MINUTES}
    return Measure(base=rows.contact_deliveries, **how | more)


def _steps(**more: Any) -> Measure:
    """Steps done of those planned."""
    return Measure(base=rows.planned_steps, subject="journey__holder__user", day="day", value=DONE, **more)


CATALOGUE = (
    _people(
        code="people",
        title=_("people accompanied"),
        head=_("People"),
        definition=_(
            "Different people with at least one journey under way on at least one day of the period, pauses "
            "included. A person in two programmes is one person."
        ),
    ),
    _people(
        code="women",
        is_share=True,
        title=_("share of women"),
        head=pgettext_lazy("people", "Woman"),
        value=one_if(Q(holder__gender=Holder.Gender.WOMAN), unless_known=Q(holder__gender="")),
        weight=one_if(~Q(holder__gender="")),
        definition=_(
            "Women among the people accompanied whose gender is known. Whoever has not told it is missing, and counts"
            " neither way; each person counts once."
        ),
    ),
    _people(
        code="qpv",
        is_share=True,
        title=_("share in a priority neighbourhood (QPV)"),
        head=pgettext_lazy("people", "In a QPV"),
        value=one_if(Q(project__qpv=Project.Qpv.INSIDE), unless_known=Q(project__qpv=Project.Qpv.UNKNOWN)),
        weight=one_if(~Q(project__qpv=Project.Qpv.UNKNOWN)),
        definition=_(
            "People whose project is in a priority neighbourhood, among the people accompanied of whom it is known. "
            "Not known is missing, never outside; a person with several projects counts once, inside if one of them "
            "is."
        ),
    ),
    _people(
        code="communes",
        subject="project__commune",
        title=_("communes reached"),
        head=pgettext_lazy("communes", "Reached"),
        value=one_if(Q(project__commune__isnull=False), unless_known=Q(project__commune=None)),
        weight=one_if(Q(project__commune__isnull=False)),
        definition=_(
            "Communes with at least one person accompanied, of all those of the territory. A journey whose commune is"
            " not known reaches none."
        ),
    ),
    _people(
        code="rate",
        title=_("people accompanied per 10,000 inhabitants"),
        head=_("People"),
        value=one_if(Q(project__commune__isnull=False), unless_known=Q(project__commune=None)),
        weight=one_if(Q(project__commune__isnull=False)),
        definition=_(
            "People accompanied whose commune is known, over the inhabitants of all communes of the territory. The "
            "interval is that of a count of rare events (Garwood)."
        ),
    ),
    _people(
        code="left",
        level=OUTCOMES,
        day="left_on",
        is_once=False,
        title=_("journeys left early"),
        head=pgettext_lazy("journeys", "Left"),
        value=one_if(Q(left_early=True)),
        definition=_(
            "Journeys that their holder left in the period, by motive, over all journeys under way in it. Going on in"
            " another programme over a bridge is no early departure."
        ),
    ),
    _hours(
        code="hours",
        title=_("hours received"),
        definition=_(
            "Time spent together in training, mentoring and immersion during the period, as the ledger of hours "
            "has it: every line but void and merely planned ones, split by how sure it is. Preparation and travel "
            "are counted apart."
        ),
    ),
    _hours(
        code="hours_training",
        only=Q(kind=Delivery.Kind.MODULE),
        title=_("hours of training"),
        definition=_("The part of the hours received that was training, counted alike."),
    ),
    _hours(
        code="hours_mentoring",
        only=Q(kind=Delivery.Kind.MENTORING),
        title=_("hours of mentoring"),
        definition=_("The part of the hours received that was mentoring, counted alike."),
    ),
    _hours(
        code="hours_immersion",
        only=Q(kind=Delivery.Kind.IMMERSION),
        title=_("hours of immersion"),
        definition=_("The part of the hours received that was immersion, counted alike."),
    ),
    _steps(
        code="immersions",
        level=ACTIVITIES,
        only=Q(kind=StepKind.IMMERSION),
        title=_("immersions done"),
        head=pgettext_lazy("immersions", "Done"),
        version=3,
        definition=_(
            "Immersion steps that fall in the period, by the day they were done or else due; done over all, "
            "waived ones aside. What was due after a journey had ended is left out; what a bridge carries to "
            "another programme counts once, where it was done; what a team does once for all its members counts "
            "once."
        ),
    ),
    _steps(
        code="milestones",
        level=OUTCOMES,
        only=Q(kind=StepKind.MILESTONE),
        title=_("milestones reached"),
        head=pgettext_lazy("milestones", "Reached"),
        version=3,
        definition=_(
            "Milestone steps that fall in the period, by the day they were reached or else due; reached over all, "
            "waived ones aside. It counts achievements, not people: what a team reaches once for all its members "
            "counts once. What was due after a journey had ended is left out; what a bridge carries to another "
            "programme counts once, where it was reached."
        ),
    ),
    Measure(
        code="posture",
        level=OUTCOMES,
        base=rows.posture_pairs,
        subject="journey__holder__user",
        day="sent_at",
        unit=_("points"),
        value=NOT_KNOWN,
        weight=BOTH_SHEETS,
        title=_("measured change of posture"),
        head=_("Change over time"),
        version=2,
        definition=_(
            "The same people’s scores at exit minus at the start, on a scale of 1 to 8: the mean of the three "
            "areas. Asked: everybody asked at exit in the period and at the start before, to answer under their name. "
            "Compared only where both moments asked the same questions, in the same series. It says that their view "
            "of themselves has changed during the journey, not why."
        ),
    ),
    Measure(
        code="response",
        is_share=True,
        level=ACTIVITIES,
        base=rows.requests,
        subject="respondent",
        day="expires_at",
        value=COMPLETE,
        title=_("response rate"),
        head=_("Complete"),
        version=3,
        definition=_(
            "Complete answers over all asks, at the start and at exit, of which the time to answer ended in the period."
            " An ask that is still open counts neither way yet, answered or not. Partial answers do not count as "
            "complete, and returned letters stay among those asked (AAPOR RR1). Anonymous questionnaires are left out:"
            " nobody reads who has answered them."
        ),
    ),
    Measure(
        code="bridges",
        level=OUTPUTS,
        base=rows.bridges,
        path="to_journey__",
        subject="to_journey__holder__user",
        day="crossed_on",
        part=one_if(Q(kind=Bridge.Kind.MOVE)),
        title=_("bridges crossed"),
        head=pgettext_lazy("bridges", "Crossed"),
        definition=_(
            "Passages of a person and their project from one programme to another in the period, "
            "instead of the first or beside it, by the day they were crossed; each counts in the "
            "programme it leads to."
        ),
    ),
    *CONTINUITY,
    *GIVEN,
    *VIEWS,
    *CAME_OF_IT,
    *HEARD,
)
LEVELS = list(Level)
MEASURES: dict[str, Measure] = {one.code: one for one in sorted(CATALOGUE, key=lambda one: LEVELS.index(one.level))}
"""Level by level, each in the order of the catalogue."""
