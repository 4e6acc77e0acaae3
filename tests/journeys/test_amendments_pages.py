"""The pages of amendments, read and used by the lead, signed by the holder."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.actions.immersions.amendments import stay_with
from journeys.actions.immersions.facts import facts_of, followed
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
    data = {name: form[name].value() or "" for name in form.fields}
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


# --- Two leads at once ------------------------------------------------------------------------------
def fields_of(form: Any) -> dict[str, Any]:
    return {name: form[name].value() or "" for name in form.fields}


def shown_by(form: Any) -> dict[str, tuple[str, str, str, str]]:
    return {line.name: (line.before, line.mine, line.theirs, line.keep) for line in form.lines}


def amend(stay: Immersion, by: User, **changes: Any) -> Amendment:
    return actions.draft_amendment(stay, replace(facts_of(stay), **changes), reason="Travaux", by=by)


def test_the_second_of_two_leads_is_shown_the_difference_and_loses_nothing(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    amendment = amend(stay, lead, tutor_name="Paule")
    url, client = reverse("journeys:amendment_update", args=[amendment.pk]), client_of(lead)
    one = two = fields_of(client.get(url).context["form"])
    client.post(url, {**one, "tutor_name": "Rose", "tutor_job": "Cheffe"})
    answer = client.post(url, {**two, "tutor_name": "Iris", "place": "Quai 2", "reason": "Déménagement"})
    form = answer.context["form"]
    assert (answer.status_code, shown_by(form)) == (409, {
        "place": (stay.place, "Quai 2", stay.place, "mine"),
        "tutor_name": ("Paule", "Iris", "Rose", ""),
        "tutor_job": (stay.tutor_job, stay.tutor_job, "Cheffe", "theirs"),
        "reason": ("Travaux", "Déménagement", "Travaux", "mine"),
    })  # fmt: skip
    merge, kept = (
        reverse("journeys:amendment_merge", args=[amendment.pk]),
        {n: v for n, v in fields_of(form).items() if v},
    )
    assert list(client.post(merge, kept).context["form"].errors) == ["keep_tutor_name"]
    client.post(merge, {**kept, "keep_tutor_name": "mine"})
    amendment.refresh_from_db()
    changed = {"place": "Quai 2", "tutor_name": "Iris", "tutor_job": "Cheffe"}
    assert (amendment.facts, amendment.reason, amendment.revision) == (changed, "Déménagement", 2)
    late = client.post(merge, {**kept, "keep_tutor_name": "theirs"})  # the same page again: newer still
    assert (late.status_code, shown_by(late.context["form"])["tutor_name"]) == (409, ("Rose", "Rose", "Iris", "theirs"))
    forged = client.post(merge, {**kept, "mine": "x" + kept["mine"]})
    assert (forged.status_code, forged["Location"]) == (302, reverse("journeys:amendment_detail", args=[amendment.pk]))


def test_the_grid_of_the_second_keeps_each_hour_typed(stay: Immersion, lead: User, client_of: Browser) -> None:
    amendment = amend(stay, lead, tutor_name="Paule")
    url, client = reverse("journeys:amendment_schedule", args=[amendment.pk]), client_of(lead)
    seen = client.get(url).context["form"]["seen"].value()
    shorter = followed(replace(stay_with(amendment), ends_on=date(2026, 12, 3)), stay_with(amendment))[0]
    actions.update_amendment(amendment, shorter, reason="Travaux", by=lead)
    typed = {f"2026-12-04_0_{part}": at for part, at in (("from", "08:00"), ("to", "11:00"))}
    form = client.post(url, {"seen": seen, **typed}).context["form"]
    lines = shown_by(form)
    assert {name: line[3] for name, line in lines.items()} == {"ends_on": "theirs", "schedule": ""}
    assert "4 décembre" in lines["schedule"][1].replace("\xa0", " ")  # the day that fell away meanwhile
    body = {**fields_of(form), "keep_ends_on": "mine", "keep_schedule": "mine"}
    client.post(reverse("journeys:amendment_merge", args=[amendment.pk]), body)
    amendment.refresh_from_db()
    assert amendment.facts["schedule"] == [{"on": "2026-12-04", "slots": [["08:00", "11:00"]]}]
    assert "ends_on" not in amendment.facts


def test_who_drafts_while_another_is_open_brings_hers_into_it(stay: Immersion, lead: User, client_of: Browser) -> None:
    url, client = reverse("journeys:amendment_draft", args=[stay.pk]), client_of(lead)
    sent = fields_of(client.get(url).context["form"])
    other = amend(stay, lead, tutor_name="Rose")
    answer = client.post(url, {**sent, "place": "Quai 2", "reason": "Travaux"})
    form = answer.context["form"]
    keeps = {name: line[3] for name, line in shown_by(form).items()}
    assert (answer.status_code, keeps) == (409, {"place": "mine", "tutor_name": "theirs"})
    client.post(reverse("journeys:amendment_merge", args=[other.pk]), fields_of(form))
    assert Amendment.objects.get().facts == {"place": "Quai 2", "tutor_name": "Rose"}


def test_what_a_lead_leaves_alone_follows_an_amendment_put_in_force_meanwhile(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    url, client = reverse("journeys:amendment_draft", args=[stay.pk]), client_of(lead)
    sent = fields_of(client.get(url).context["form"])
    first = actions.send_amendment_to_sign(amend(stay, lead, tutor_name="Rose"), by=lead)
    for party in first.concerned:
        actions.record_amendment_signature(first, party=party, signed_on=date(2026, 11, 23), by=lead)
    actions.validate_amendment(first, by=lead)
    client.post(url, {**sent, "place": "Quai 2", "reason": "Travaux"})
    assert Amendment.objects.get(number=2).facts == {"place": "Quai 2"}


def test_a_lead_ends_it_early_and_renews_it(stay: Immersion, lead: User, client_of: Browser) -> None:
    leading = client_of(lead)
    end = {"last_day_on": "2026-12-02", "side": "company", "reason": "Fermeture"}
    leading.post(reverse("journeys:immersion_end_early", args=[stay.pk]), end)
    page = leading.get(reverse("journeys:immersion_detail", args=[stay.pk])).content.decode()
    assert "Fin anticipée" in page and "Fermeture" in page
    renew = {"step": stay.step_id, "starts_on": "2026-12-07", "ends_on": "2026-12-09"}
    held = leading.post(reverse("journeys:immersion_renew", args=[stay.pk]), renew).context["form"]
    (often,) = held.warned  # no duplicate: a renewal is another stay
    assert often.startswith("Avec celle-ci") and not Immersion.objects.filter(renews=stay).exists()
    renew["looked"] = held["looked"].value()
    answer = leading.post(reverse("journeys:immersion_renew", args=[stay.pk]), renew, follow=True)
    renewal = Immersion.objects.get(renews=stay)
    assert (renewal.state, answer.status_code, renewal.schedule[0]["on"]) == ("draft", 200, "2026-12-07")
