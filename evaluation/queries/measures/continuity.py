"""Measures of continuity: journeys without a hole, and the longest wait."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.queries import continuity
from evaluation.queries.measures.measure import NOT_KNOWN, Level, Measure, one_if

TOLD = Q(side__gt=0)

CONTINUITY = (
    Measure(
        code="no_hole",
        is_share=True,
        level=Level.OUTPUTS,
        base=continuity.followed_journeys,
        subject="holder__user",
        day="started_on",
        path="",
        title=_("journeys without a hole"),
        head=pgettext_lazy("journeys", "Without a hole"),
        value=one_if(Q(side=1), unless_known=~TOLD),
        weight=one_if(TOLD),
        definition=_(
            "Journeys under way in the period in which no hole ran, over all those that had been under way for long "
            "enough for one. A hole is more than the days set by the programme (30 unless it says otherwise) without "
            "anything received: no training, mentoring or immersion. It counts in each period in which it runs beyond "
            "those days, from its beginning to the last day of the period, never to today. Days of a pause are no "
            "part of it. Journeys too young, or paused all along, count neither way."
        ),
    ),
    Measure(
        code="longest_hole",
        level=Level.OUTPUTS,
        base=continuity.longest_first,
        subject="holder__user",
        day="started_on",
        path="",
        title=_("longest wait in a journey (median)"),
        head=_("Days"),
        unit=_("days"),
        value=NOT_KNOWN,
        definition=_(
            "For each journey, the longest time without anything received, in days, of all that ran in the period: "
            "from its beginning to the last day of the period at most, pauses aside. The figure is their median: half "
            "of the journeys waited no longer. Beside it, the longest of all. The same journeys are counted as for "
            "holes."
        ),
    ),
)
"""How long each waited is worked out from the ledger and the history (see `journeys.queries.waits`)."""
