"""Signing without an account: the whole text, one act, one link for one party; any edit wipes, and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.models import Immersion, Journey, Signature
from tests.factories.journeys import make_journey
from tests.factories.mail import letters_to, link_in
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
COMPANY, HOLDER, TEAM = "dominique@exemple.fr", "holder@example.org", "camille@exemple.fr"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, by=lead)


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    """Out to be signed: the holder, the company, the organisation."""
    return make_immersion(journey, state="to_sign", signatory_email=COMPANY, validator_email=TEAM)


def path_for(email: str) -> str:
    """Where the newest letter to this address leads, as a path."""
    asked = [one for one in letters_to(email) if one.template.endswith(("sign_ask", "sign_remind"))]
    return link_in(asked[-1], "/signing/").removeprefix("http://testserver")


def titles(email: str) -> list[str]:
    """Which letters this address got, in order."""
    return [one.template.removeprefix("journeys/letters/") for one in letters_to(email)]


def sign(email: str) -> Any:
    return Client().post(path_for(email), {"act": "sign", "agreed": "on"})


def state_of(stay: Immersion) -> str:
    return Immersion.objects.values_list("state", flat=True).get(pk=stay.pk)


def test_each_party_reads_the_whole_text_and_signs_in_one_act(stay: Immersion, anonymous: Client) -> None:
    path = path_for(COMPANY)
    page = anonymous.get(path).content.decode()
    for words in ("Dominique Direction", "entreprise", stay.tutor_name, stay.activities, stay.insurance):
        assert words in page, words
    assert anonymous.get(path + "text.pdf")["Content-Type"] == "application/pdf"
    assert state_of(stay) == "to_sign"  # reading changed nothing
    forgot = anonymous.post(path, {"act": "sign"}).content.decode()
    assert "Cochez la case" in forgot
    done = anonymous.post(path, {"act": "sign", "agreed": "on"}, REMOTE_ADDR="192.0.2.7", follow=True)
    assert "Merci" in done.content.decode()
    row = stay.signatures.get(party="company")
    assert (row.state, row.method, row.signed_on, row.fingerprint) == (
        "signed", "link", date(2026, 11, 23), stay.fingerprint,
    )  # fmt: skip
    assert len(row.address_hash) == 64 and "192.0.2.7" not in row.address_hash
    assert titles(COMPANY) == ["sign_ask", "sign_receipt"]
    assert stay.fingerprint in letters_to(COMPANY)[-1].text
    assert state_of(stay) == "partly_signed"


def test_once_all_have_signed_the_team_is_told_and_validates(stay: Immersion, lead: User, client_of: Browser) -> None:
    for email in (COMPANY, HOLDER, TEAM):
        assert sign(email).status_code == 302
    assert state_of(stay) == "to_validate"
    assert titles(lead.email)[-1] == "sign_whole"
    client_of(lead).post(reverse("journeys:immersion_validate", args=[stay.pk]))
    assert state_of(stay) == "validated"
    told = {one.to_address for one in Email.objects.filter(template="journeys/letters/immersion_validated")}
    assert told == {HOLDER, COMPANY, stay.tutor_email}


def test_a_link_that_is_used_expired_revoked_forged_or_about_a_former_text_tells_nothing(
    stay: Immersion, journey: Journey, anonymous: Client, clock: time_machine.Traveller
) -> None:
    used, revoked, former = path_for(COMPANY), path_for(HOLDER), path_for(TEAM)
    sign(COMPANY)
    clock.shift(timedelta(days=2))
    actions.resend_signature(stay.signatures.get(party="holder"), by=None)
    newest = path_for(HOLDER)
    assert anonymous.get(newest).status_code == 200
    actions.update_immersion(stay, replace(facts_of(stay), activities="Autre chose"), by=None)
    pages = set()
    for path in (used, revoked, former, newest, "/signing/forged-token/"):
        for answer in (
            anonymous.get(path), anonymous.post(path, {"act": "sign", "agreed": "on"}), anonymous.get(path + "text.pdf")
        ):  # fmt: skip
            assert answer.status_code == 404
            pages.add(answer.content.decode().split("<main")[1].split("</main")[0])
    assert len(pages) == 1
    stay = actions.send_immersion_to_sign(Immersion.objects.get(pk=stay.pk), by=None)
    path = path_for(COMPANY)
    clock.shift(timedelta(days=61))
    assert anonymous.get(path).status_code == 404


def test_an_edit_wipes_the_signatures_and_says_so_once_to_those_who_had_signed(stay: Immersion) -> None:
    sign(COMPANY)
    changed = replace(facts_of(stay), tutor_job="Gérante")
    for _twice in range(2):
        actions.update_immersion(Immersion.objects.get(pk=stay.pk), changed, by=None)
    assert (state_of(stay), titles(COMPANY)) == ("draft", ["sign_ask", "sign_receipt", "sign_wiped"])
    assert titles(HOLDER) == ["sign_ask"]
    assert set(stay.signatures.values_list("state", flat=True)) == {"wiped"}
    actions.send_immersion_to_sign(Immersion.objects.get(pk=stay.pk), by=None)
    for email in (COMPANY, HOLDER, TEAM):
        assert sign(email).status_code == 302
    assert state_of(stay) == "to_validate"


def test_a_refusal_gives_its_reason_to_everybody_and_ends_it(stay: Immersion, lead: User, anonymous: Client) -> None:
    sign(HOLDER)
    path = path_for(COMPANY)
    assert 'aria-invalid="true"' in anonymous.post(path, {"act": "refuse", "reason": ""}).content.decode()
    anonymous.post(path, {"act": "refuse", "reason": "Personne pour l’accueillir"})
    row = Immersion.objects.get(pk=stay.pk)
    assert row.state == "rejected" and "Personne pour l’accueillir" in row.closing_reason
    for person in (HOLDER, TEAM, lead.email):
        assert titles(person)[-1] == "sign_refused" and "Personne pour l’accueillir" in letters_to(person)[-1].text
    assert anonymous.get(path_for(TEAM)).status_code == 404


def test_the_holder_signs_from_her_page_and_nobody_else_for_her(
    stay: Immersion, holder: User, lead: User, mentor: User, steward: User, client_of: Browser
) -> None:
    hers, ours, theirs = (stay.signatures.get(party=one).pk for one in ("holder", "organisation", "company"))
    data = {"act": "sign", "agreed": "on"}

    def tried(pk: int, person: User) -> int:
        return client_of(person).post(reverse("journeys:signature_sign", args=[pk]), data).status_code

    assert [tried(hers, one) for one in (lead, steward, mentor)] == [403, 403, 404]
    assert [tried(theirs, one) for one in (lead, holder)] == [403, 403]
    assert [tried(hers, holder), tried(ours, holder), tried(ours, lead)] == [302, 403, 302]
    assert set(stay.signatures.filter(state="signed").values_list("party", flat=True)) == {"holder", "organisation"}
    assert stay.signatures.get(party="organisation").recorded_by == lead


def test_a_party_is_written_to_again_alone_and_not_within_a_day(
    stay: Immersion, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    url = reverse("journeys:signature_resend", args=[stay.signatures.get(party="company").pk])
    said = client_of(lead).post(url, follow=True).content.decode()
    assert "attendez" in said and titles(COMPANY) == ["sign_ask"]
    first = path_for(COMPANY)
    clock.shift(timedelta(hours=24))
    client_of(lead).post(url)
    assert (titles(COMPANY), titles(HOLDER)) == (["sign_ask"] * 2, ["sign_ask"])
    assert path_for(COMPANY) != first and Client().get(first).status_code == 404
    sign(COMPANY)
    with pytest.raises(Refused, match="n’est plus attendue"):
        actions.resend_signature(stay.signatures.get(party="company"), by=lead)


def test_signed_on_paper_closes_the_link_and_an_agreement_is_never_back_dated(
    stay: Immersion, clock: time_machine.Traveller, anonymous: Client
) -> None:
    path = path_for(COMPANY)
    for party in stay.parties:
        actions.record_signature(stay, party=party, signed_on=date(2026, 11, 23), by=None)
    assert anonymous.get(path).status_code == 404
    assert list(stay.signatures.values_list("method", flat=True)) == ["paper"] * 3
    clock.shift(timedelta(days=8))
    with pytest.raises(Refused, match="premier jour est passé"):
        actions.validate_immersion(stay, by=None)


def test_signing_twice_at_once_is_signing_once(stay: Immersion) -> None:
    one, same = stay.signatures.get(party="company"), stay.signatures.get(party="company")
    actions.sign_agreement(one, by=None)
    with pytest.raises(Refused, match="n’est plus à signer"):
        actions.sign_agreement(same, by=None)
    assert Entry.objects.filter(verb="sign_agreement").count() == 1
    assert Signature.objects.filter(state="signed").count() == 1


def test_a_minor_and_somebody_employed_need_one_more_signature_each(journey: Journey) -> None:
    more: dict[str, Any] = {
        "born_on": date(2009, 3, 1), "guardian_name": "Une mère", "guardian_email": "mere@exemple.fr",
        "is_employed": True, "employer_name": "La Coop", "employer_signatory": "Un gérant",
        "employer_email": "coop@exemple.fr",
    }  # fmt: skip
    stay = make_immersion(journey, state="to_sign", **more)
    assert set(stay.signatures.values_list("party", flat=True)) == {
        "holder", "company", "organisation", "guardian", "employer",
    }  # fmt: skip
    for party in ("holder", "company", "organisation", "guardian"):
        stay = actions.record_signature(stay, party=party, signed_on=date(2026, 11, 23), by=None)
    with pytest.raises(Refused, match="Doivent encore signer"):
        actions.validate_immersion(stay, by=None)
    sign("coop@exemple.fr")
    assert actions.validate_immersion(stay, by=None).state == "validated"


def test_the_overview_names_who_is_awaited_and_its_file_says_the_same(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    soon: dict[str, Any] = {"starts_on": date(2026, 11, 28), "ends_on": date(2026, 11, 28), "minutes_planned": 420}
    make_immersion(journey, state="to_sign", **soon)
    make_immersion(journey, state="partly_signed")
    shown = client_of(lead).get("/immersions/?show=not_ready")
    assert [awaited for _one, awaited in shown.context["lines"]] == [
        ["Porteur·se de projet (Hawa Diallo)", "Entreprise (Dominique Direction)", "Structure (Camille Responsable)"]
    ]
    lines = client_of(lead).get("/immersions/export.csv?show=not_ready").content.decode().splitlines()
    assert len(lines) == 2 and "Dominique Direction" in lines[1]


def test_a_tap_sent_twice_writes_one_letter(
    stay: Immersion, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=2))
    browser, page = client_of(lead), reverse("journeys:immersion_detail", args=[stay.pk])
    url = reverse("journeys:signature_resend", args=[stay.signatures.get(party="company").pk])
    form = browser.get(page).content.decode().split(url)[1]
    once = form.split('name="once" value="')[1][:24]
    said = [browser.post(url, {"once": once}, follow=True).content.decode() for _twice in range(2)]
    assert titles(COMPANY) == ["sign_ask"] * 2
    assert all("Un courrier part vers" in one for one in said)


def test_a_draft_whose_days_have_passed_says_what_to_change(
    journey: Journey, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    draft = make_immersion(journey)
    page = reverse("journeys:immersion_detail", args=[draft.pk])
    assert client_of(lead).get(page).context["missing"] == []
    clock.shift(timedelta(days=30))
    assert [name for name, _said in client_of(lead).get(page).context["missing"]] == ["starts_on"]


def test_a_signature_counts_only_for_the_text_that_was_read(stay: Immersion, anonymous: Client) -> None:
    asked, path = stay.signatures.get(party="company"), path_for(COMPANY)
    with pytest.raises(Refused, match="n’est plus à signer"):
        actions.sign_agreement(asked, fingerprint="0" * 64, by=None)
    Immersion.objects.filter(pk=stay.pk).update(fingerprint="1" * 64)  # as if a link had survived a change
    with pytest.raises(Refused, match="n’est plus à signer"):
        actions.sign_agreement(asked, by=None)
    assert anonymous.get(path).status_code == 404
    assert not stay.signatures.filter(state="signed").exists()
