"""Which rows of mentoring letters about a journey name."""

from journeys.models import Journey
from journeys.queries.letters import Matter
from mentoring.models import Gathering, Mentor, Mentorship, Session, TimeProposal

WHEN_SHE_LEAVES = ("mentoring/letters/mentor_left_holder", "mentoring/letters/mentor_left_next")


def letter_matters(journey: Journey) -> list[Matter]:
    """Its pairs, their sessions and the times put forward; of a meeting of several, and of a mentor who leaves, what
    was written to the two of a pair. One query."""
    pairs = Mentorship.objects.filter(journey=journey)
    sessions = Session.objects.filter(mentorship__journey=journey)
    mentors = pairs.order_by().values_list("mentor__user", flat=True).distinct()
    people = (journey.holder.user_id, *mentors)
    gathered = sessions.exclude(gathering=None).order_by().values("gathering")
    return [
        Matter(pairs),
        Matter(sessions),
        Matter(TimeProposal.objects.filter(mentorship__journey=journey)),
        Matter(Gathering.objects.filter(pk__in=gathered), to=people),
        Matter(Mentor.objects.filter(pk__in=pairs.order_by().values("mentor")), to=people, templates=WHEN_SHE_LEAVES),
    ]
