"""What people of the demo answer to the dates ahead of them: most come, one says why she does not."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType

from backend.calendars import actions as calendars
from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock
from evaluation.management.demo.replay import Replay
from mentoring.models import Session

WORD = "Je garde les enfants ce jour-là, désolée."
EVERY = 4  # of four people, one has not answered yet


def answer_dates(replay: Replay) -> None:
    """The day before the present."""
    replay.at(replay.now - timedelta(hours=20), _answer)


def _answer() -> None:
    ahead = Invite.objects.live().filter(starts_at__gt=clock.now() + timedelta(days=3))
    rows = InviteAttendee.objects.filter(invite__in=ahead.order_by().values("pk"), removed_at=None)
    people = rows.select_related("invite__about_type", "user").order_by("invite__starts_at", "pk")
    sessions, told = ContentType.objects.get_for_model(Session), False
    for number, one in enumerate(people):
        if number % EVERY == EVERY - 1:
            continue
        is_holder = one.invite.about_type == sessions and one.role != InviteAttendee.Role.CHAIR
        if is_holder and not told and number > EVERY:
            calendars.answer_invite(one, InviteAttendee.Partstat.DECLINED, comment=WORD, by=one.user)
            told = True
        else:
            calendars.answer_invite(one, InviteAttendee.Partstat.ACCEPTED, by=one.user)
