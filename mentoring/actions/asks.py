"""The letters before a session, when the session is no longer as they tell it."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType

from backend.mail import actions as mail
from backend.mail.models import Mention
from journeys import actions as journeys
from journeys.models import Commitment
from mentoring.models import Session

QUESTION, BRIEFING = "mentoring/letters/session_question", "mentoring/letters/briefing"


def drop_asks(sessions: Iterable[Session]) -> None:
    """What still waits to tell of these sessions as they were does not leave. What else was in it is told by another
    letter: the sessions of a briefing, what somebody has due. What is still planned is asked and told anew."""
    dropped = [email for session in sessions for email in mail.drop_letters(session, telling=[BRIEFING])]
    if not dropped:
        return
    kinds = ContentType.objects.get_for_models(Session, Commitment)
    told = Mention.objects.filter(email__in=dropped).order_by()
    planned = Session.objects.filter(state=Session.State.PLANNED)
    asked = {email.about_id or 0 for email in dropped if email.template == QUESTION}
    planned.filter(pk__in=asked).update(question_asked_at=None)
    briefed = told.filter(email__template=BRIEFING, thing_type=kinds[Session])
    planned.filter(pk__in=briefed.values("thing_id")).update(briefed_at=None)
    journeys.untell_commitments(told.filter(thing_type=kinds[Commitment]).values_list("thing_id", flat=True))
