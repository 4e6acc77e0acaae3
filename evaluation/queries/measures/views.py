"""Measures of posture beyond the mean change: progress beyond noise, and how far mentors see what holders see."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.queries.measures.measure import NOT_KNOWN, Level, Measure, one_if
from evaluation.queries.views_compared import judged_pairs, mentor_views

VIEWS = (
    Measure(
        code="reliable",
        is_share=True,
        level=Level.OUTCOMES,
        base=judged_pairs,
        subject="journey__holder__user",
        day="sent_at",
        value=NOT_KNOWN,
        weight=one_if(Q(sheet_before__isnull=False, sheet_after__isnull=False)),
        title=_("share with reliable progress"),
        head=pgettext_lazy("change", "Reliable progress"),
        definition=_(
            "Among the people whose posture is known at the start and at exit by the same questions, those who went up "
            "by more than the noise of the questionnaire: a rise that noise alone gives to fewer than 3 people in 100 "
            "who have not changed (Jacobson and Truax). The noise is measured on the first answers of many people, and "
            "nothing is told before there are twenty. It says that their view of themselves has risen, not why."
        ),
    ),
    Measure(
        code="agreement",
        level=Level.OUTCOMES,
        base=mentor_views,
        subject="journey__holder__user",
        day="sent_at",
        value=NOT_KNOWN,
        weight=one_if(Q(sheet_mentor__isnull=False, sheet_holder__isnull=False)),
        title=_("holder–mentor agreement"),
        head=_("Mentor less holder"),
        definition=_(
            "How far mentors see the posture of the people they accompany as these see it themselves, on the journeys "
            "where both answered the same questions by name, within sixty days: the mean of the three areas, the "
            "latest answers of the mentor in the period. Figure: ICC(2,1), 1 where they always give the same score, 0 "
            "where their scores have nothing in common; its words hold for the whole interval (Koo and Li)."
        ),
    ),
)
"""Both are worked out from the answers, series by series (see `views_compared`)."""
