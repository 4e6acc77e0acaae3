"""Beat 7: the posture questionnaire is asked at the start and at exit, and answered on a phone item by item."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from evaluation import tasks
from journeys import actions as journeys
from tests.factories.journeys import finish, make_journey

pytestmark = pytest.mark.django_db


def answer_from_the_last_letter(phone: Client, point: int) -> None:
    """Opens the link, answers item by item as a phone does, and sends."""
    email = Email.objects.filter(template="evaluation/letters/survey_request").order_by("-pk")[0]
    found = re.search(r"http://testserver(/q/[\w-]+/)", email.text)
    assert found is not None
    link = found[1]
    assert phone.get(link).status_code == 200
    phone.post(link)
    for area in (1, 2, 3):
        assert phone.get(f"{link}{area}/").status_code == 200
        for item in range(1, 6):
            phone.post(f"{link}save/", {f"EC{area}{item}": str(point)}, headers={"HX-Request": "true"})
    assert phone.post(f"{link}review/").status_code == 302


def test_asked_at_the_start_and_at_exit_and_the_change_is_seen_by_both(
    organisation: Organisation,
    holder: User,
    lead: User,
    client_of: Callable[[User], Client],
    clock: time_machine.Traveller,
) -> None:
    journey = make_journey(organisation, holder)
    tasks.sweep_due_requests()
    answer_from_the_last_letter(Client(), 3)

    clock.shift(timedelta(days=200))
    finish(journey)
    journeys.complete_journey(journey, by=lead)
    tasks.sweep_due_requests()
    tasks.sweep_reminders()
    answer_from_the_last_letter(Client(), 5)
    clock.shift(timedelta(days=30))
    assert tasks.sweep_reminders() == 0
    assert list(Email.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Ma posture entrepreneuriale, au départ\u00a0: 4 minutes",
        "Ma posture entrepreneuriale, à la sortie\u00a0: 4 minutes",
    ]

    mine = client_of(holder).get(reverse("evaluation:my_posture")).content.decode()
    assert "+2,0 points sur 8" in mine
    page = client_of(lead).get(reverse("evaluation:figure_rows", args=["posture"]), {"period": "all"}).content.decode()
    assert "3,00 → 5,00" in page.replace("\u00a0", " ")
    assert "trop peu de réponses pour conclure" in page
