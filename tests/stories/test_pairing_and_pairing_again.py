"""A lead entrusts a journey, then must find a successor: nothing decided is lost, nobody keeps a key."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.mail.models import Email
from mentoring import tasks
from mentoring.models import Mentorship, Session
from tests.factories.journeys import make_journey
from tests.factories.mail import last_letter_to, link_in
from tests.factories.mentoring import make_mentor

Browser = Callable[[User], Client]


def test_a_mentor_leaves_and_the_next_one_reads_where_they_stood(
    organisation: Organisation, lead: User, mentor: User, holder: User, anonymous: Client, client_of: Browser,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    first, second = make_mentor(organisation, mentor, capacity=1), make_mentor(organisation, capacity=1)
    journey = make_journey(organisation, holder, referent=lead)
    choose = reverse("mentoring:mentor_pair", args=[journey.pk])

    # The lead chooses; the chosen one is then full for anybody else.
    client_of(lead).post(choose, {"mentor": first.pk, "both_agreed": "on"})
    pair = Mentorship.objects.get()
    elsewhere = reverse("mentoring:mentor_pair", args=[make_journey(organisation).pk])
    assert client_of(lead).post(elsewhere, {"mentor": first.pk}).context["form"].errors.keys() == {"mentor"}

    # They meet once; a second date is planned.
    plan = reverse("mentoring:session_plan", args=[pair.pk])
    body = {"time": "10:00", "minutes_0": "1", "minutes_1": "30", "medium": "in_person", "place": "Solilab"}
    client_of(mentor).post(plan, {**body, "day": "2026-11-25"})
    client_of(mentor).post(plan, {**body, "day": "2026-12-09"})
    clock.shift(timedelta(days=3))
    assert tasks.sweep_sessions_to_log() == 1
    link = link_in(last_letter_to(mentor), "/log/")
    anonymous.post(link, {"act": "held"})
    anonymous.post(link, {"act": "details", "summary": "Le local est trouvé.", "next_text": "Signer le bail"})
    held, ahead = Session.objects.order_by("starts_at")

    # The mentor moves away: the lead names a successor and says why.
    client_of(lead).post(
        choose, {"mentor": second.pk, "end_reason": "mentor_left", "end_note": "Déménage", "both_agreed": "on"}
    )
    ahead.refresh_from_db()
    assert (ahead.state, Invite.objects.about(ahead).get().state) == ("cancelled_by_mentor", "cancelled")
    assert client_of(mentor).get(reverse("mentoring:mentorship", args=[pair.pk])).status_code == 404
    assert client_of(mentor).get(reverse("mentoring:session", args=[held.pk])).status_code == 404

    # The successor reads the two minutes; the holder knows who is who.
    new = Mentorship.objects.live().get(journey=journey)
    page = client_of(second.user).get(reverse("mentoring:mentorship", args=[new.pk])).content.decode()
    assert "Le local est trouvé." in page and "Signer le bail" in page
    subjects = list(Email.objects.filter(to_user=holder).order_by("pk").values_list("subject", flat=True))
    assert "Votre mentorat avec Marc Tessier a pris fin" in subjects
    assert subjects[-1] == f"{second} est votre mentor"

    # The hours of the first stay his, the line is one.
    assert list(journey.deliveries.values_list("source", "minutes", "state")) == [(held.source, 90, "declared")]
    assert client_of(mentor).get(reverse("mentoring:mentor", args=[first.pk])).context["hours"].minutes == 90
