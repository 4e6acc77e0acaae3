"""What leads read of the coming week of letters is what then happens."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars import tasks as dates
from backend.mail import actions as mail
from backend.mail import tasks
from backend.mail.models import Email
from backend.mail.queries.ahead import letters_ahead
from evaluation import tasks as surveys
from journeys import actions as journeys
from journeys import tasks as duties
from mentoring import tasks as sessions
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.mentoring import make_pair, make_session
from tests.factories.story import at

SUNDAY = at("2026-11-22", "20:30")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKS = ("surveys", "reminders", "questions", "briefings", "hours", "near", "weekly")


def worker() -> None:
    surveys.sweep_due_requests()
    surveys.sweep_reminders()
    duties.sweep_commitments()
    duties.sweep_hours_to_confirm()
    sessions.sweep_questions()
    sessions.sweep_briefings()
    sessions.sweep_sessions_to_log()
    dates.sweep_reminders()
    tasks.sweep_weekly_letters()


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_lead_reads_ahead_how_many_letters_leave_wait_and_stay(
    organisation: Organisation, lead: User, client_of: Any
) -> None:
    with time_machine.travel(SUNDAY, tick=False):
        mail.set_letter_rules(organisation, opens_at=8, closes_at=20, asks_a_week=1, by=None)
        rows = [make_journey(organisation, make_member(organisation, "holder")) for _n in range(4)]
        pair = make_pair(organisation, journey=rows[0])
        make_session(pair, SUNDAY + 4 * DAY)
        make_session(make_pair(make_organisation("Ailleurs")), SUNDAY + 4 * DAY)  # nothing of it is counted here
        mail.choose_letters(rows[3].holder.user, {"weekly": False}, by=None)
        journeys.add_commitment(
            rows[1], text="Appeler", owner=rows[1].holder.user, due_on=(SUNDAY + 5 * DAY).date(), by=None
        )
        make_delivery(rows[2])
        Email.objects.all().delete()
        told = letters_ahead(organisation)
        page = client_of(lead).get(reverse("mail:outbox")).content.decode()
    assert f"Dans la semaine à venir\xa0: {told.letters} courriers" in page
    assert told.limits[0] == "3 personnes seraient plus sollicitées que permis en une semaine"
    assert f'<p class="help">{" · ".join(told.limits)}</p>' in page
    for hours in range(7 * 24):
        if hours % 3 == 0:
            with time_machine.travel(SUNDAY + hours * HOUR, tick=False):
                worker()
    written = Counter(email.kind.code for email in organisation.emails.all() if email.kind.code in ASKS)
    dropped = organisation.emails.filter(state="dropped", why="budget").count()
    expected = {row.kind.code: row.letters - (row.lost if row.kind.code == "weekly" else 0) for row in told.rows}
    assert {code: n for code, n in expected.items() if n} == dict(written), told.words
    assert written["near"] == 1  # the session's eve, to the holder: its mentor is briefed
    assert (told.over, told.later, told.lost) == (3, 0, 3 + dropped)
