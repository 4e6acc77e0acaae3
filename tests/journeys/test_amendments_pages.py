"""The pages of amendments, read and used by the lead, signed by the holder."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys.models import Amendment, Immersion
from tests.factories.journeys import make_journey
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def stay(organisation: Organisation, holder: User, lead: User) -> Immersion:
    return make_immersion(make_journey(organisation, holder, by=lead), state="validated")


def test_a_lead_amends_compares_sends_and_puts_in_force(
    stay: Immersion, lead: User, holder: User, client_of: Browser
) -> None:
    leading = client_of(lead)
    page = reverse("journeys:immersion_detail", args=[stay.pk])
    draft = reverse("journeys:amendment_draft", args=[stay.pk])
    assert draft in leading.get(page).content.decode()
    form = leading.get(draft).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "revision"}
    data |= {"starts_on": "2026-12-07", "ends_on": "2026-12-11", "tutor_name": "Paule", "reason": "Travaux"}
    detail = leading.post(draft, data, follow=True).content.decode()
    amendment = Amendment.objects.get()
    for words in ("30 novembre 2026", "7 décembre 2026", "Paule", "Travaux", "Envoyer à la signature"):
        assert words in detail, words
    assert leading.get(reverse("journeys:amendment_schedule", args=[amendment.pk])).status_code == 200
    leading.post(reverse("journeys:amendment_send", args=[amendment.pk]))
    hers = client_of(holder).get(page).content.decode()
    signature = amendment.signatures.get(party="holder")
    sign = reverse("journeys:signature_sign", args=[signature.pk])
    assert sign in hers and "Lire et signer l’avenant" in hers
    assert client_of(holder).post(sign, {"act": "sign", "agreed": "on"}).status_code == 302
    record = reverse("journeys:amendment_signature_record", args=[amendment.pk])
    for party in ("company", "organisation"):
        leading.post(record, {"party": party, "signed_on": "2026-11-23"})
    leading.post(reverse("journeys:amendment_validate", args=[amendment.pk]))
    stay.refresh_from_db()
    assert (str(stay.starts_on), stay.tutor_name) == ("2026-12-07", "Paule")
    assert "en vigueur" in leading.get(page).content.decode()
    for name in ("amendment_paper", "amendment_detail"):
        assert leading.get(reverse(f"journeys:{name}", args=[amendment.pk])).status_code == 200


def test_a_refused_form_keeps_what_was_typed(stay: Immersion, lead: User, client_of: Browser) -> None:
    draft = reverse("journeys:amendment_draft", args=[stay.pk])
    data = {"starts_on": "2026-11-30", "ends_on": "2026-12-30", "tutor_name": "Paule", "reason": "Plus long"}
    page = client_of(lead).post(draft, data).content.decode()
    assert "30 jours" in page and "Plus long" in page
    assert not Amendment.objects.exists()


def test_a_lead_ends_it_early_and_renews_it(stay: Immersion, lead: User, client_of: Browser) -> None:
    leading = client_of(lead)
    end = {"last_day_on": "2026-12-02", "side": "company", "reason": "Fermeture"}
    leading.post(reverse("journeys:immersion_end_early", args=[stay.pk]), end)
    page = leading.get(reverse("journeys:immersion_detail", args=[stay.pk])).content.decode()
    assert "Fin anticipée" in page and "Fermeture" in page
    renew = {"step": stay.step_id, "starts_on": "2026-12-07", "ends_on": "2026-12-09"}
    answer = leading.post(reverse("journeys:immersion_renew", args=[stay.pk]), renew, follow=True)
    renewal = Immersion.objects.get(renews=stay)
    assert (renewal.state, answer.status_code, renewal.schedule[0]["on"]) == ("draft", 200, "2026-12-07")
