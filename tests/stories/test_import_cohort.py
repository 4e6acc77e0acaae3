"""A lead brings the spreadsheet she has today, puts it right on the page, and her cohort is under way."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from journeys import actions
from journeys.models import Import, Journey, Step
from tests.factories.imports import ugly_french
from tests.factories.territory import load_territory


@pytest.mark.django_db
def test_from_the_spreadsheet_to_journeys_with_due_dates(
    organisation: Organisation, lead: User, client_of: Callable[[User], Client]
) -> None:
    load_territory()
    programme = next(one for one in actions.load_programmes(organisation) if one.code == "incubation-ess")
    her = client_of(lead)

    # She chooses her file; nothing is written yet.
    file = SimpleUploadedFile("suivi 2026.csv", ugly_french())
    body = {"programme": programme.pk, "file": file, "starts_on": "2026-11-23"}
    preview = her.post(reverse("journeys:holder_import"), body, follow=True)
    batch = Import.objects.get()
    assert [count for _label, _url, _current, count in preview.context["tabs"]] == [5, 5, 10]
    assert Journey.objects.count() == 0

    # She puts four cells right, and leaves the doubled line out.
    for line, field, text in (
        (3, "choose:postcode", "Carquefou"),
        (5, "phone", "06 12 34 56 90"),
        (6, "email", "elodie.delatour@example.org"),
        (11, "started_on", "13/09/2026"),
    ):
        her.post(reverse("journeys:import_correct", args=[batch.pk]), {"line": line, field: text})
    her.post(reverse("journeys:import_skip", args=[batch.pk]), {"line": 10, "skip": "1"})

    # She confirms: nine journeys, each with the programme's steps and their due dates.
    result = her.post(reverse("journeys:import_confirm", args=[batch.pk]), follow=True)
    assert result.context["counts"] == {"create": 9, "update": 0, "unchanged": 0, "error": 0, "skipped": 1}
    journey = Journey.objects.get(holder__user__email="moussa.diop@example.org")
    wanted = programme.versions.get().steps
    assert journey.steps.count() == wanted.count()
    assert journey.planned_end_on == max(journey.steps.values_list("due_on", flat=True))
    assert {step.kind for step in journey.steps.all()} == {"module", "mentoring", "immersion", "milestone"}
    assert Step.objects.filter(journey__programme=programme).count() == 9 * wanted.count()
    assert Entry.objects.filter(verb="open_journey", by=lead).count() == 9

    # Her list has them, and the same file again changes nothing.
    assert her.get(reverse("journeys:journey_list")).status_code == 200
    again = SimpleUploadedFile("suivi 2026 (copie).csv", ugly_french())
    second = her.post(reverse("journeys:holder_import"), {**body, "file": again}, follow=True)
    counts = second.context["preview"].counts
    assert (counts["create"], counts["update"], counts["unchanged"]) == (0, 0, 5)
