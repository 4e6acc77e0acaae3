"""Measures of what holders say at the end: whether they recommend it, what they put into practice, what they gained."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.queries.measures.survey import POINTS, measure_for
from evaluation.queries.questions import How, Question, Questions

RECOMMENDS = Question("exit-satisfaction", How.RECOMMEND, ("EX4",))
PRACTISES = Question("put-into-practice", How.YES, ("PP1",))
GAINED = Question("looking-back", How.GAIN, ("LN1", "LN2", "LN3"), before=("LB1", "LB2", "LB3"))
TOGETHER = Questions((RECOMMENDS, PRACTISES)).rows

HEARD = (
    measure_for(
        RECOMMENDS,
        base=TOGETHER,
        code="recommendation",
        title=_("recommendation score"),
        unit=POINTS,
        low=0,
        high=10,
        definition=_(
            "Those who would recommend the support (9 or 10 on a scale of 0 to 10) less those who rather would not (0 "
            "to 6), in points of 100 answers: from −100 to 100. Asked at the end of the journey in “At the end of the "
            "journey”. Of the requests of the period, those answered count; “prefer not to say” is no answer. The "
            "interval is the adjusted one of Wald."
        ),
    ),
    measure_for(
        PRACTISES,
        base=TOGETHER,
        code="practice",
        title=_("put into practice"),
        head=pgettext_lazy("learned", "Put into practice"),
        definition=_(
            "Those who have tried, in their project, something that they learned, among those who answered the first "
            "question of “Put into practice”. Of the requests of the period, those answered count. Answers given in "
            "confidence or without a name count in groups of five at least, and show no rows."
        ),
    ),
    measure_for(
        GAINED,
        code="perceived",
        title=_("perceived change of posture"),
        head=_("Change"),
        unit=POINTS,
        definition=_(
            "How people see, looking back from one moment, where they stand today less where they stood before the "
            "journey, on a scale of 1 to 8: the mean of the three sentences of “Looking back”. It is another series "
            "than the change measured between two moments, and never mixed with it. It says how people see their "
            "change, not why."
        ),
    ),
)
