"""Measures of what came of journeys: projects, jobs, funding, cooperations, exits, survival, and what holders say."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.queries import after
from evaluation.queries.measures.measure import NOT_KNOWN, Level, Measure, one_if
from journeys.models import Outcome

Kind = Outcome.Kind
PLACES: Any = DecimalField(max_digits=16, decimal_places=2)
NET_JOBS = ExpressionWrapper(F("jobs_created") - F("jobs_lost"), output_field=PLACES)
EUROS = ExpressionWrapper(F("amount_cents") * Value(Decimal("0.01"), output_field=PLACES), output_field=PLACES)
BOTH = Q(holder_confirmed_at__isnull=False, partner_confirmed_at__isnull=False)


def _fact(**more: Any) -> Measure:
    """Facts of the period, by the day they happened."""
    how: dict[str, Any] = {"subject": "journey__holder__user", "day": "happened_on", "level": Level.OUTCOMES}
    return Measure(base=after.facts, **how | more)


OUTCOMES = (
    _fact(
        code="created",
        subject="journey__project",
        is_once=True,
        only=Q(kind=Kind.CREATED),
        title=_("projects created"),
        head=pgettext_lazy("projects", "Created"),
        definition=_(
            "Projects whose legal structure was created in the period, by the day of its creation, as the holder or a "
            "lead has noted. A project carried by several people is one; what was withdrawn counts no more."
        ),
    ),
    _fact(
        code="cooperations",
        only=Q(kind=Kind.COOPERATION),
        value=one_if(BOTH),
        title=_("cooperations confirmed by both"),
        head=pgettext_lazy("cooperations", "Confirmed"),
        definition=_(
            "Cooperations that began in the period and that both sides have confirmed: the project holder, and the "
            "person or organisation they cooperate with, by letter or as a lead has noted. What only one side says "
            "is told apart, and never counts."
        ),
    ),
    Measure(
        code="exits",
        is_share=True,
        level=Level.OUTCOMES,
        base=after.ended_journeys,
        path="",
        subject="holder__user",
        day="ended_on",
        title=_("positive exits"),
        head=pgettext_lazy("exits", "Positive"),
        value=one_if(after.POSITIVE_EXIT, unless_known=~after.KNOWN_EXIT),
        weight=one_if(after.KNOWN_EXIT),
        definition=_(
            "Of the journeys that ended in the period and of which it is known where the person went, those after "
            "which they created or took over a structure, are employed with the skills of the project, or are in "
            "training. What was last noted counts; without it, the creation of the project, then the reason for "
            "leaving (project created, employment, training; gave up). Not known is missing, never a no. Whoever "
            "went on over a bridge has not come to an end."
        ),
    ),
    Measure(
        code="helped",
        is_share=True,
        level=Level.OUTCOMES,
        base=after.asked_whether_it_helped,
        path="",
        subject="holder__user",
        day="ended_on",
        is_once=True,
        title=_("holders whom the journey helped"),
        head=pgettext_lazy("holders", "Helped"),
        value=one_if(after.HELPED, unless_known=~after.KNOWN_HELP),
        weight=one_if(after.KNOWN_HELP),
        definition=_(
            "Of the holders whose journey had ended for six months in the period, and who say whether it helped, those"
            " whom it helped a lot or somewhat, in their own view. No answer, or “cannot say”, is missing. It is what "
            "they say, and proves no effect."
        ),
    ),
    _fact(
        code="jobs",
        level=Level.IMPACT,
        only=Q(kind=Kind.JOBS),
        value=NET_JOBS,
        unit=_("FTE"),
        title=_("net jobs"),
        head=_("Full-time equivalents"),
        definition=_(
            "Paid jobs created by the projects less those lost, in full-time equivalents, by the day they were noted "
            "for; the sum may be below zero. Projects whose journey ended six months ago and that have told nothing "
            "are missing, and the organisation reads how many: their jobs are not known, which is not none."
        ),
    ),
    _fact(
        code="funding",
        level=Level.IMPACT,
        only=Q(kind=Kind.FUNDING),
        value=EUROS,
        unit="€",
        title=_("funding obtained"),
        head=_("Euros"),
        definition=_(
            "Euros that projects obtained in the period, by the day they were granted: grants, loans, own capital, "
            "crowdfunding, contracts and others, as the holder or a lead has noted. Projects that have told nothing "
            "are missing, as for jobs."
        ),
    ),
    Measure(
        code="survival",
        is_share=True,
        level=Level.IMPACT,
        base=after.created_projects,
        subject="journey__holder__user",
        day="happened_on",
        unit=_("months"),
        value=NOT_KNOWN,
        title=_("three-year survival"),
        head=_("Months followed"),
        definition=_(
            "The share of projects still active three years after their creation, of all those created at least twelve"
            " months before the end of the period, whenever that was (Kaplan–Meier, interval of Greenwood on the "
            "log-log scale). A project is followed from its creation to the day it stopped, else to the last day "
            "anything was noted of it: from then on it is not known, and counts neither way. One that has changed but"
            " goes on is active. Fewer than five projects followed for three years are too few to conclude."
        ),
    ),
)
"""The curve of survival is worked out project by project (see `evaluation.queries.after`)."""
