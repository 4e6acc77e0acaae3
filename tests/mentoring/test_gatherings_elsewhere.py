"""A meeting of several where its mentor logs, and where she leaves."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.lib import clock
from backend.mail.models import Email
from mentoring import actions
from mentoring.actions import Handing
from mentoring.models import Gathering, Mentor, Mentorship
from tests.factories.mentoring import make_mentor, make_pair

ClientOf = Callable[[User], Client]


def gather(pairs: list[Mentorship], hours: int) -> Gathering:
    starts_at = clock.now() + timedelta(hours=hours)
    with time_machine.travel(min(clock.now(), starts_at) - timedelta(days=1), tick=False):
        return actions.plan_gathering(pairs[0].mentor, pairs=pairs, starts_at=starts_at, minutes=120, by=None)


def test_home_and_list_lead_to_the_one_page_that_logs_it_for_all(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User, client_of: ClientOf
) -> None:
    gathering = gather([pair, make_pair(organisation, profile)], -3)
    together = reverse("mentoring:gathering_log", args=[gathering.pk])
    alone = [reverse("mentoring:session_log", args=[one.pk]) for one in gathering.sessions.all()]
    for url, times in ((reverse("home"), 1), (reverse("mentoring:session_list"), 2)):
        page = client_of(mentor).get(url, {"as": "mentor"}).content.decode()
        assert page.count(f'"{together}"') >= times
        assert not [one for one in alone if one in page]


def test_who_leaves_cancels_her_group_session_for_all_at_once_and_reads_it_on_the_screen(
    organisation: Organisation, pair: Mentorship, profile: Mentor, lead: User, client_of: ClientOf
) -> None:
    other, nadia = make_pair(organisation, profile), make_mentor(organisation, capacity=3)
    gathering = gather([pair, other], 96)
    page = client_of(lead).get(reverse("mentoring:mentor_leave", args=[profile.pk]))
    (meeting,) = page.context["leaving"].meetings
    assert (meeting.gathering, meeting.to, len(meeting.sessions)) == (gathering, nadia, 2)
    Email.objects.filter(state="pending").update(state="sent", sent_at=clock.now(), attempts=1)
    seen = set(Email.objects.values_list("pk", flat=True))
    left = actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia), Handing(other.pk, nadia)], by=lead)
    assert set(gathering.sessions.values_list("state", flat=True)) == {"cancelled_by_mentor"}
    assert Invite.objects.get().state == "cancelled"
    assert [[one.gathering_id for one in handed.cancelled] for handed in left.handed] == [[gathering.pk]] * 2
    new = Email.objects.exclude(pk__in=seen)
    assert not new.filter(template__endswith="gathering_left").exists()
    assert {one.method for one in new if one.method} == {"CANCEL"}
