"""Measures of what mentors and companies gave: their time, each hour once."""

from typing import Any

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from evaluation.queries.hours_given import BY_COMPANIES, BY_MENTORS, given_hours
from evaluation.queries.measures.measure import NONE, Level, Measure
from evaluation.queries.rows import SURE
from journeys.models import Delivery

CONTACT = Q(sort=Delivery.Sort.CONTACT)
SURE_MINUTES = Case(When(state__in=SURE, then=F("minutes")), default=NONE)
PREPARATION = Case(When(sort=Delivery.Sort.PREPARATION, then=F("minutes")), default=NONE)


def _given(**more: Any) -> Measure:
    how: dict[str, Any] = {"subject": "journey__holder__user", "level": Level.MEANS, "day": "happened_at"}
    how |= {"is_time": True, "unit": _("minutes"), "head": _("Hours"), "value": F("minutes"), "part": SURE_MINUTES}
    return Measure(base=given_hours, **how | more)


GIVEN = (
    _given(
        code="given_mentors",
        only=BY_MENTORS & CONTACT,
        title=_("hours given by mentors"),
        definition=_(
            "Time that mentors spent with the people they accompany during the period, as the ledger of hours has it. "
            "A session with several people is given once, however many received it: its surest line counts, of several "
            "as sure the longest. Preparation and travel are told apart."
        ),
    ),
    _given(
        code="given_apart",
        only=BY_MENTORS & ~CONTACT,
        part=PREPARATION,
        title=_("mentors’ preparation and travel"),
        definition=_(
            "Time that mentors spent on their sessions besides them during the period, as they wrote it: preparing, and"
            " travelling. It is part of no other figure."
        ),
    ),
    _given(
        code="given_companies",
        only=BY_COMPANIES,
        title=_("hours given by companies"),
        definition=_(
            "Time that companies gave to stays during the period, as the ledger of hours has it: the real hours of "
            "each stay. A company that hosts two people gives its time to each."
        ),
    ),
)
