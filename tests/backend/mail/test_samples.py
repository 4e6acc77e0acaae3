"""The gallery of letters: whole, in the organisation's name, and with nothing in it that works."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.mail.gallery import SECRET
from backend.mail.kinds import KIND_OF
from backend.mail.models import Email

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def lead_client(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_gallery_lists_every_letter_once_and_writes_none(
    lead_client: Client, organisation: Organisation, language: str
) -> None:
    here = reverse("mail:letter_samples", args=[organisation.pk])
    page = lead_client.get(here, {"language": language}).content.decode()
    found = re.findall(rf'href="{here}(\w+)/(\w+)/\?language={language}"', page)
    assert sorted(f"{app}/letters/{name}" for app, name in found) == sorted(KIND_OF)
    assert not Email.objects.exists()


def test_a_sample_is_in_the_organisation_s_name_and_opens_nothing(
    lead_client: Client, organisation: Organisation
) -> None:
    here = reverse("mail:letter_sample", args=[organisation.pk, "mentoring", "session_log"])
    page = lead_client.get(here, {"language": "fr", "view": "text"}).content.decode()
    body = lead_client.get(f"{here}body/", {"language": "fr"})
    assert SECRET not in page + body.content.decode()
    assert set(re.findall(r'href="([^"]*)"', body.content.decode())) == {"#"}
    assert organisation.name in body.content.decode()
    assert "sandbox" in body.headers["Content-Security-Policy"]
