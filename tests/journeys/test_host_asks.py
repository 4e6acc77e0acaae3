"""A holder asks a company for a stay, her team takes it there, the company answers from a link: once, and no more."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.models import Company, HostAsk, Immersion, Journey
from journeys.queries.hosts import answers_of
from journeys.queries.places import places_of
from tests.factories.hosts import make_ask, make_offer
from tests.factories.journeys import make_commune, make_journey, step_of
from tests.factories.stays import make_company, make_immersion

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ASK = "journeys/letters/host_ask"


@pytest.fixture
def company(organisation: Organisation) -> Company:
    return make_company(organisation, "Vélocité", contact_email="accueil@velocite.fr", contact_phone="0240000000")


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead, by=lead, themes=["Mobilité", "Réemploi"])


def the_link() -> str:
    """The address in the newest letter to the company, as a path."""
    letter = Email.objects.filter(template=ASK).latest("pk")
    found = re.search(r"http://testserver(/hosting/[\w-]+/)", letter.text)
    assert found and letter.to_address == "accueil@velocite.fr"
    return found[1]


def letters(name: str) -> list[str]:
    rows = Email.objects.filter(template=f"journeys/letters/{name}").order_by("pk")
    return [row.to_address for row in rows]


def test_what_matches_comes_first_and_what_is_full_or_aside_does_not_come(
    organisation: Organisation, company: Company, journey: Journey, holder: User, client_of: Browser
) -> None:
    here = make_company(organisation, "Ici", commune=make_commune())
    far = make_company(organisation, "Ailleurs", commune=make_commune("44143", "Rezé"), accessibility="Plain-pied")
    for host, title in ((far, "Compter"), (here, "Accueillir")):
        make_offer(host, title)
    make_offer(company, "Réparer", themes=["mobilité"])
    make_offer(make_company(organisation, "Pleine", places_a_year=0), "Rien")
    aside = make_company(organisation, "Muette")
    make_offer(aside, "Silence")
    actions.set_aside_company(aside, reason="Sans réponse", by=None)
    page = client_of(holder).get("/offers/")
    found = [(one.offer.title, one.shared, one.is_near) for one in page.context["page"]]
    assert found == [("Réparer", ("Mobilité",), False), ("Accueillir", (), True), ("Compter", (), False)]
    assert page.context["full"] == 1
    narrowed = client_of(holder).get("/offers/?accessible=on").context["page"]
    assert [one.offer.title for one in narrowed] == ["Compter"]


def test_the_way_of_a_request_from_wish_to_draft(
    company: Company, journey: Journey, holder: User, lead: User, client_of: Browser, anonymous: Client
) -> None:
    step, offer = step_of(journey, "immersion"), make_offer(company, objective="meet_peer")
    hers = client_of(holder)
    hers.post(f"/offers/{offer.pk}/ask/", {"step": step.pk, "message": "J’aimerais voir l’atelier."})
    ask = HostAsk.objects.get()
    assert (ask.state, letters("host_ask_team")) == ("wished", [lead.email])
    client_of(lead).post(f"/asks/{ask.pk}/send/")
    url = the_link()
    for _ in range(2):
        assert (anonymous.get(url).status_code, anonymous.head(url).status_code) == (200, 200)
    assert HostAsk.objects.get().state == "sent"
    assert anonymous.post(url, {"accepted": "no"}).context["form"].errors["words"]
    assert anonymous.post(url, {"accepted": "yes", "words": "En mars"}).status_code == 302
    ask.refresh_from_db()
    assert (ask.state, ask.answer) == ("accepted", "En mars")
    assert letters("host_ask_answer") == [holder.email]
    assert letters("host_ask_team") == [lead.email, lead.email]
    again = anonymous.post(url, {"accepted": "no", "words": "Finalement non"})
    forged = anonymous.get("/hosting/forged-token/")
    assert (again.status_code, forged.status_code, HostAsk.objects.get().state) == (404, 404, "accepted")
    said = [one.content.decode().split("<main")[1].split("</main")[0] for one in (again, forged)]
    assert said[0] == said[1]
    form = client_of(lead).get(f"/steps/{step.pk}/immersion/?ask={ask.pk}").context["form"]
    assert (form["company"].value(), form["objective"].value()) == (company.pk, "meet_peer")
    page = hers.get(f"/asks/{ask.pk}/").content.decode()
    assert company.contact_email not in page and company.contact_phone not in page


def test_an_expired_or_withdrawn_link_tells_nothing(
    company: Company, journey: Journey, holder: User, anonymous: Client, clock: time_machine.Traveller
) -> None:
    ask = make_ask(journey, state="sent", company=company)
    url = the_link()
    actions.withdraw_host_ask(ask, by=holder)
    assert (anonymous.get(url).status_code, letters("host_ask_withdrawn")) == (404, ["accueil@velocite.fr"])
    make_ask(journey, state="sent", company=company)
    url = the_link()
    assert anonymous.get(url).status_code == 200
    clock.shift(timedelta(days=31))
    gone = anonymous.post(url, {"accepted": "yes"})
    assert (gone.status_code, company.name in gone.content.decode()) == (404, False)


def test_silence_of_ten_working_days_is_noted_once_and_a_late_answer_is_still_one(
    company: Company, journey: Journey, lead: User, anonymous: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to("2026-11-02 10:00:00+01:00")  # a Monday; the 11th is a public holiday
    ask = make_ask(journey, state="sent", company=company)
    url = the_link()
    clock.move_to("2026-11-17 10:00:00+01:00")
    assert tasks.sweep_host_asks() == 0
    clock.move_to("2026-11-18 10:00:00+01:00")
    assert [tasks.sweep_host_asks(), tasks.sweep_host_asks()] == [1, 0]
    assert letters("host_ask_team") == [lead.email, lead.email]
    assert answers_of(company).in_a_row == 1
    anonymous.post(url, {"accepted": "no", "words": "Complet"})
    ask.refresh_from_db()
    assert (ask.state, answers_of(company).in_a_row, round(answers_of(company).days or 0)) == ("declined", 0, 16)


def test_a_wish_is_refused_with_its_sentence(
    organisation: Organisation, company: Company, journey: Journey, lead: User
) -> None:
    step = step_of(journey, "immersion")
    actions.wish_host(company, step, by=lead)
    for host, sentence in (
        (company, "déjà en cours"),
        (make_company(organisation, places_a_year=0), "plus de place"),
        (actions.set_aside_company(make_company(organisation), reason="Muette", by=None), "n’accueille personne"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.wish_host(host, step, by=lead)
    full = make_company(organisation, places_a_year=1)
    make_immersion(make_journey(organisation, by=lead), company=full)
    with pytest.raises(Refused, match="janvier 2027"):
        actions.wish_host(full, step, by=lead)


def test_three_silences_in_a_row_suggest_setting_aside_and_it_can_come_back(
    organisation: Organisation, company: Company, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    actions.update_company(company, places_a_year=5, by=None)
    for _ in range(3):
        make_ask(make_journey(organisation, by=lead), state="sent", company=company)
    clock.shift(timedelta(days=30))
    assert tasks.sweep_host_asks() == 3
    client, url = client_of(lead), f"/companies/{company.pk}/"
    assert client.get(url).context["answers"].suggests_aside
    company.refresh_from_db()
    assert not company.is_set_aside
    client.post(f"{url}set-aside/", {"reason": "Trois silences"})
    company.refresh_from_db()
    assert (company.is_set_aside, company.set_aside_reason) == (True, "Trois silences")
    client.post(f"{url}bring-back/")
    company.refresh_from_db()
    assert (company.is_set_aside, company.set_aside_on, company.set_aside_reason) == (False, None, "")


def test_a_steward_and_a_holder_received_there_read_no_contact(
    company: Company, journey: Journey, holder: User, steward: User, lead: User, client_of: Browser
) -> None:
    make_immersion(journey, company=company)
    for reader, reads in ((lead, True), (holder, False), (steward, False)):
        for url in (f"/companies/{company.pk}/", f"/api/v1/companies/{company.pk}/"):
            page = client_of(reader).get(url)
            assert (page.status_code, "accueil@velocite.fr" in page.content.decode()) == (200, reads)
    files = [client_of(who).get("/companies/export.csv").content.decode() for who in (lead, steward)]
    assert ["accueil@velocite.fr" in text for text in files] == [True, False]
    assert Immersion.objects.count() == 1


@pytest.mark.parametrize(("role", "back"), [("lead", "/companies/"), ("holder", "/offers/"), ("adviser", "/")])
def test_a_company_leads_back_to_a_page_its_reader_may_open(
    role: str, back: str, journey: Journey, company: Company, lead: User, holder: User, client_of: Browser
) -> None:
    make_immersion(journey, company=company)
    guest = actions.Guest("paule@adie.example.org", "Paule", "Adam", "Adie")
    adviser = actions.invite_companion(journey, guest, "adviser", by=lead).user
    page = client_of({"lead": lead, "holder": holder, "adviser": adviser}[role]).get(f"/companies/{company.pk}/")
    header = page.content.decode().split("<h1", 1)[0]
    assert re.findall(r'href="([^"]+)"', header)[-1] == back


@pytest.mark.parametrize("page", ["/offers/", "/asks/", "/companies/{company}/", "/companies/export.csv"])
def test_pages_ask_the_same_for_three_rows_as_for_one(
    page: str,
    organisation: Organisation,
    company: Company,
    lead: User,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    actions.update_company(company, places_a_year=9, by=None)
    client = client_of(lead)

    def add(count: int = 2) -> None:
        for number in range(count):
            make_offer(make_company(organisation))
            make_offer(company)
            actions.add_site(company, name=f"Site {count} {number}", by=None)
            make_ask(make_journey(organisation, by=lead), company=company, state="sent")
            make_ask(make_journey(organisation, by=lead), company=company)

    add(1)

    def visit() -> None:
        assert client.get(page.format(company=company.pk)).status_code == 200

    assert_num_queries_same(visit, add)


# --- On somebody's behalf, and why not -----------------------------------------------------------------
def test_a_lead_asks_for_somebody_from_the_journey_and_from_the_company(
    company: Company, journey: Journey, lead: User, client_of: Browser
) -> None:
    client, step = client_of(lead), step_of(journey, "immersion")
    offer = make_offer(company, "Réparer")
    assert f"/offers/?step={step.pk}" in client.get(f"/journeys/{journey.pk}/").content.decode()
    from_offers = client.get(f"/offers/?step={step.pk}").content.decode()
    assert f"/companies/{company.pk}/ask/?step={step.pk}&amp;offer={offer.pk}" in from_offers
    ask_url = f"/companies/{company.pk}/ask/"
    assert ask_url in client.get(f"/companies/{company.pk}/").content.decode()
    form = client.get(ask_url).context["form"]
    assert list(form.fields["step"].queryset) == [step]
    sent = {"step": step.pk, "offer": offer.pk, "message": "Elle cherche un atelier", "once": "b" * 32}
    for _twice in range(2):
        client.post(ask_url, sent)
    ask = HostAsk.objects.get()
    assert (ask.offer, ask.wished_by, ask.state, ask.message) == (offer, lead, "wished", "Elle cherche un atelier")
    assert "Léa Riou, dans ses mots" in client.get(f"/asks/{ask.pk}/").content.decode()
    assert not client.get(ask_url).context["steps"].exists()  # one request at a time for a step


def test_a_referent_who_leads_nothing_asks_for_whom_she_follows(
    organisation: Organisation, company: Company, mentor: User, lead: User, client_of: Browser
) -> None:
    hers, other = (make_journey(organisation, referent=who, by=lead) for who in (mentor, lead))
    client = client_of(mentor)
    form = client.get(f"/companies/{company.pk}/ask/").context["form"]
    assert list(form.fields["step"].queryset) == [step_of(hers, "immersion")]
    refused = client.post(f"/companies/{company.pk}/ask/", {"step": step_of(other, "immersion").pk, "message": "Non"})
    assert (list(refused.context["form"].errors), HostAsk.objects.count()) == (["step"], 0)


def test_a_holder_reads_why_she_cannot_ask(
    organisation: Organisation, company: Company, holder: User, lead: User, client_of: Browser
) -> None:
    client = client_of(holder)

    def why() -> str:
        return client.get("/offers/").context["no_ask"].why

    assert why() == "no_journey"
    journey = make_journey(organisation, holder, referent=lead, by=lead)
    assert client.get("/offers/").context["no_ask"] is None
    stay = make_immersion(journey, company=company)
    page = client.get("/offers/").content.decode()
    assert why() == "has_stay" and f"/immersions/{stay.pk}/" in page and "Vélocité" in page and str(lead) in page
    actions.cancel_immersion(stay, reason="Non", by=lead)
    step = step_of(journey, "immersion")
    actions.waive_step(step, reason="Autre voie", by=lead)
    assert why() == "done"
    actions.leave_journey(journey, reason="moved", by=lead)
    assert why() == "over"


def test_a_person_holds_one_place_even_when_her_stay_is_drafted_before_the_company_answers(
    organisation: Organisation, lead: User
) -> None:
    journey = make_journey(organisation, by=lead)
    ask = make_ask(journey, state="sent")
    assert places_of([ask.company])[ask.company_id].asked == 1
    stay = make_immersion(journey, company=ask.company)
    [its] = places_of([ask.company]).values()
    assert (its.used, its.asked) == (1, 0)
    actions.cancel_immersion(stay, reason="Reporté", by=lead)
    [its] = places_of([ask.company]).values()
    assert (its.used, its.asked) == (0, 1)
