"""The dates of a journey come near: whoever takes part is told in time, by one letter, whatever app planned them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars import tasks
from backend.lib import clock
from backend.mail import actions as mail
from backend.mail.models import Email
from journeys import actions as journeys
from mentoring import tasks as mentoring
from tests.factories.journeys import make_journey, step_of
from tests.factories.mail import compare_with_snapshot
from tests.factories.mentoring import make_pair, make_session
from tests.factories.stays import enrol, make_company, make_immersion, make_module_date, module_of

PARIS = ZoneInfo("Europe/Paris")
NEAR = ("calendars/letters/reminder", "mentoring/letters/briefing", "mentoring/letters/session_question")
SNAPSHOTS = Path(__file__).parent / "snapshots"


def at(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS)


@pytest.mark.django_db
def test_each_date_of_a_journey_is_told_in_time_by_one_letter(
    organisation: Organisation, holder: User, mentor: User
) -> None:
    journey = make_journey(organisation, holder)
    pair = make_pair(organisation, mentor, journey=journey)
    make_session(pair, at(3, 14), place="https://visio.example.org/salle")
    enrol(make_module_date(module_of(journey), starts_at=at(3, 9), url="https://visio.example.org/module"), journey)
    company = make_company(organisation, "La Cigale Verte")
    make_immersion(
        journey, state="validated", company=company, starts_on=date(2026, 12, 10), tutor_email="tutor@exemple.fr"
    )
    journeys.move_step(step_of(journey, "milestone"), due_on=date(2026, 12, 3), by=None)
    other = make_pair(organisation, mentor)
    make_session(other, at(4, 10))
    Email.objects.filter(state="pending").update(state="sent", sent_at=at(22, 9, 11))
    mail.choose_letters(other.journey.holder.user, {"questions": False}, by=None)
    for day in range(17):
        for hour in (8, 14):
            with time_machine.travel(at(24, hour, 11) + timedelta(days=day, minutes=6), tick=False):
                mentoring.sweep_questions()
                mentoring.sweep_briefings()
                tasks.sweep_reminders()
                if (day, hour) == (9, 8):  # the mentor stops her briefings just before one leaves
                    mail.choose_letters(mentor, {"briefings": False}, by=mentor)
                Email.objects.filter(state="pending").update(state="sent", sent_at=clock.now())
    letters = Email.objects.filter(template__in=NEAR, state="sent").order_by("sent_at", "pk")
    found = [
        (
            letter.template.rpartition("/")[2],
            letter.to_address.partition("@")[0],
            letter.sent_at.astimezone(PARIS).strftime("%d %H:%M") if letter.sent_at else "",
            sorted(type(one.thing).__name__ for one in letter.mentions.all()),
        )
        for letter in letters
    ]
    newcomer = other.journey.holder.user.email.partition("@")[0]
    assert found == [
        ("reminder", "holder", "26 08:06", ["Enrolment", "Step"]),
        ("session_question", "holder", "01 08:06", ["Session"]),
        ("briefing", "mentor", "02 08:06", ["Session"]),
        ("reminder", "holder", "02 08:06", ["Enrolment", "Session"]),
        ("reminder", newcomer, "03 08:06", ["Session"]),
        ("reminder", "holder", "03 08:06", ["Immersion"]),
        ("reminder", "mentor", "03 14:06", ["Session"]),
        ("reminder", "holder", "09 08:06", ["Immersion"]),
        ("reminder", "tutor", "09 08:06", ["Immersion"]),
    ]
    reminders = [letter for letter in letters if letter.template == NEAR[0]]
    compare_with_snapshot(SNAPSHOTS, "reminder_of_two_dates_fr", reminders[1])
    compare_with_snapshot(SNAPSHOTS, "reminder_for_the_tutor_fr", reminders[-1])
