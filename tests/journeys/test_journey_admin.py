"""The server's own pages over journeys: they open, and change nothing."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation
from journeys.models import Commitment, Delivery, Journey, Programme, ProgrammeVersion, Project
from tests.factories.accounts import make_staff
from tests.factories.journeys import make_delivery, make_journey


@pytest.mark.parametrize("model", [Programme, ProgrammeVersion, Project, Journey, Delivery, Commitment])
def test_staff_look_and_change_nothing(model: type, organisation: Organisation) -> None:
    journey = make_journey(organisation)
    make_delivery(journey)
    browser = Client()
    browser.force_login(make_staff())
    name = model._meta.model_name  # type: ignore[attr-defined]  # a model
    assert browser.get(reverse(f"admin:journeys_{name}_changelist")).status_code == 200
    assert browser.get(reverse(f"admin:journeys_{name}_add")).status_code == 403
    row = model.objects.first()  # type: ignore[attr-defined]  # a model
    if row is not None:
        url = reverse(f"admin:journeys_{name}_change", args=[row.pk])
        assert (browser.get(url).status_code, browser.post(url, {}).status_code) == (200, 403)
    assert admin.site.is_registered(model)
