"""The agreement while it is drafted: its pages, two people at once, the company's link, the grid of the schedule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.actions.immersions.sharing import PURPOSE
from journeys.models import Company, Immersion, Journey
from journeys.queries.paper_words import clauses
from tests.factories.accounts import make_organisation
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import SIRETS, make_company, make_immersion

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
MONDAY = date(2026, 11, 30)


@pytest.fixture
def journey(organisation: Organisation, lead: User) -> Journey:
    return make_journey(organisation, by=lead)


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    return make_immersion(journey, starts_on=MONDAY)


def fields_of(form: Any) -> dict[str, Any]:
    """What a browser would send back of this form."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if value is None or value is False:
            continue
        for name, part in (
            getattr(widget, "decompress", None)
            and zip((f"{bound.html_name}_0", f"{bound.html_name}_1"), widget.decompress(value), strict=True)
        ) or [(bound.html_name, value)]:
            sent[name] = getattr(part, "pk", part)
    return sent


def link_of(stay: Immersion) -> str:
    """The company's page, as its letter gives it."""
    return f"/agreements/{accounts.make_link(PURPOSE, about=stay, email='c@exemple.fr', days=14)[1]}/"


# --- Two people at once -----------------------------------------------------------------------------
def test_the_second_of_two_is_shown_the_difference_and_loses_nothing(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    url = f"/immersions/{stay.pk}/edit/"
    one, two = client_of(lead), client_of(lead)
    first, second = (fields_of(client.get(url).context["form"]) for client in (one, two))
    one.post(url, {**first, "place": "Quai 1", "skills": "Écouter"})
    answer = two.post(url, {**second, "place": "Quai 2", "protection": "Casque"})
    assert answer.status_code == 409
    form = answer.context["form"]
    shown = {line.name: (line.before, line.mine, line.theirs, line.keep) for line in form.lines}
    assert shown == {
        "place": (stay.place, "Quai 2", "Quai 1", ""),
        "skills": ("–", "–", "Écouter", "theirs"),
        "protection": ("–", "Casque", "–", "mine"),
    }
    stay.refresh_from_db()
    assert (stay.place, stay.protection, stay.revision) == ("Quai 1", "", 1)
    kept = {name: value for name, value in fields_of(form).items() if value}
    refused = two.post(answer.context["action"], kept)
    assert list(refused.context["form"].errors) == ["keep_place"]
    two.post(answer.context["action"], {**kept, "keep_place": "mine"})
    stay.refresh_from_db()
    assert (stay.place, stay.skills, stay.protection, stay.revision) == ("Quai 2", "Écouter", "Casque", 2)


def test_a_third_version_meanwhile_is_shown_too_and_a_forged_one_is_not_read(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    url, client = f"/immersions/{stay.pk}/edit/", client_of(lead)
    sent = fields_of(client.get(url).context["form"])
    actions.update_immersion(stay, replace(facts_of(stay), place="Quai 1"), by=lead)
    form = client.post(url, {**sent, "place": "Quai 2"}).context["form"]
    stay.refresh_from_db()
    actions.update_immersion(stay, replace(facts_of(stay), place="Quai 3"), by=lead)
    body = {**fields_of(form), "keep_place": "mine"}
    again = client.post(f"{url}merge/", body)
    (line,) = again.context["form"].lines
    assert (again.status_code, line.before, line.mine, line.theirs) == (409, "Quai 1", "Quai 2", "Quai 3")
    forged = client.post(f"{url}merge/", {**body, "mine": "x" + body["mine"]})
    assert (forged.status_code, forged["Location"]) == (302, f"/immersions/{stay.pk}/")


def test_a_change_elsewhere_does_not_stop_who_saves_the_schedule(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/schedule/"
    seen = client.get(url).context["form"]["seen"].value()
    actions.update_immersion(stay, replace(facts_of(stay), place="Quai 1"), by=lead)
    client.post(url, {"seen": seen, "2026-11-30_0_from": "09:00", "2026-11-30_0_to": "12:00"})
    stay.refresh_from_db()
    assert (stay.place, stay.minutes_planned) == ("Quai 1", 180)
    answer = client.post(url, {"seen": seen, "2026-11-30_0_from": "10:00", "2026-11-30_0_to": "12:00"})
    assert [line.name for line in answer.context["form"].lines] == ["schedule"]


# --- The draft --------------------------------------------------------------------------------------
def test_a_draft_needs_little_and_says_what_is_missing(
    organisation: Organisation, lead: User, journey: Journey, client_of: Browser
) -> None:
    host = make_company(organisation, siret="", contact_name="Lou", contact_email="lou@exemple.fr")
    client, url = client_of(lead), f"/steps/{step_of(journey, 'immersion').pk}/immersion/"
    typed = {"company": host.pk, "starts_on": "2026-11-30", "ends_on": "2026-12-04", "regular_days": "on"}
    typed |= {"objective": "confirm", "basis": "own", "language": "fr"}
    page = client.post(url, typed, follow=True)
    row = Immersion.objects.get()
    assert (row.minutes_planned, row.signatory_email, row.place) == (2100, "lou@exemple.fr", host.address)
    assert [field for field, _sentence in page.context["missing"]] == [
        "siret", "tutor_name", "tutor_job", "tutor_email", "activities", "emergency_name", "emergency_phone",
        "insurance", "born_on",
    ]  # fmt: skip
    assert client.post(f"/immersions/{row.pk}/send/", follow=True).context["immersion"].state == "draft"


def test_days_at_the_same_host_are_told_once_before_the_draft_is_kept(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    client, url = client_of(lead), f"/steps/{stay.step_id}/immersion/"
    typed = {"company": stay.company_id, "starts_on": "2026-12-07", "ends_on": "2026-12-08", "regular_days": "on"}
    typed |= {"objective": "confirm", "basis": "own", "language": "fr", "tutor_name": "Paule"}
    page = client.post(url, typed)
    form = page.context["form"]
    assert (form.is_held, form.errors, form["tutor_name"].value()) == (True, {}, "Paule")
    twin, often = form.warned
    assert twin.endswith("à partir du 30/11/2026.") and "2 immersions et 7 jours" in often.replace("\xa0", " ")
    assert page.content.decode().index('id="second-look"') < page.content.decode().index('id="id_starts_on"')
    sent = {**typed, "looked": form["looked"].value()}
    moved = client.post(url, {**sent, "starts_on": "2026-12-08", "ends_on": "2026-12-10"}).context["form"]
    assert moved.is_held and len(moved.warned) == 1  # eight days later: no duplicate any more
    assert Immersion.objects.count() == 1
    assert client.post(url, sent).status_code == 302
    assert Immersion.objects.count() == 2


def test_a_change_and_a_former_agreement_used_again_warn_too(stay: Immersion, lead: User, client_of: Browser) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/duplicate/"
    body = {"step": stay.step_id, "starts_on": "2027-01-04", "ends_on": "2027-01-08"}
    form = client.post(url, body).context["form"]
    assert form.is_held and len(form.warned) == 1
    client.post(url, fields_of(form))
    made = Immersion.objects.exclude(pk=stay.pk).get()
    said = client.patch(f"/api/v1/immersions/{made.pk}/", {"place": "Quai 2"}, content_type="application/json").json()
    assert (said["place"], said["warnings"]) == ("Quai 2", form.warned)
    url = f"/immersions/{made.pk}/edit/"
    form = client.get(url).context["form"]
    assert len(form.warned) == 1  # what stands is told at once, and holds nothing back
    assert client.post(url, {**fields_of(form), "place": "Quai 1"}).status_code == 302
    form = client.get(url).context["form"]
    held = client.post(url, {**fields_of(form), "starts_on": "2026-12-07", "ends_on": "2026-12-11"}).context["form"]
    assert held.is_held and len(held.warned) == 2


def test_an_adult_may_have_a_legal_representative_who_signs(stay: Immersion, lead: User, client_of: Browser) -> None:
    stay.step.journey.holder.birth_year = 1980
    stay.step.journey.holder.save()
    Immersion.objects.update(born_on=None)
    client, url = client_of(lead), f"/immersions/{stay.pk}/edit/"
    form = client.get(url).context["form"]
    assert "born_on" not in form.fields
    sent = fields_of(form)
    page = client.post(url, {**sent, "guardian_email": "curatelle@exemple.fr"}, follow=True)
    assert [field for field, _sentence in page.context["missing"]] == ["guardian_name"]
    sent = fields_of(client.get(url).context["form"])
    client.post(url, {**sent, "guardian_name": "Claude Curatelle"})
    row = actions.send_immersion_to_sign(Immersion.objects.get(), by=None)
    assert Email.objects.filter(to_address="curatelle@exemple.fr").count() == 1
    for party in ("holder", "company", "organisation"):
        row = actions.record_signature(row, party=party, signed_on=date(2026, 11, 23), by=None)
    assert row.state == "partly_signed"
    assert actions.record_signature(row, party="guardian", signed_on=date(2026, 11, 23), by=None).state == "to_validate"
    words = " ".join(clauses(row))
    assert "représentant légal consent à cette immersion" in words and "mineure" not in words


def test_new_dates_take_the_schedule_along_or_say_what_fell_out(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/edit/"
    sent = fields_of(client.get(url).context["form"])
    client.post(url, {**sent, "starts_on": "2026-12-07", "ends_on": "2026-12-11"})
    stay.refresh_from_db()
    assert [one["on"] for one in stay.schedule] == [f"2026-12-{day:02d}" for day in range(7, 12)]
    sent = fields_of(client.get(url).context["form"])
    page = client.post(url, {**sent, "starts_on": "2026-12-08", "ends_on": "2026-12-11"}, follow=True)
    stay.refresh_from_db()
    assert (len(stay.schedule), stay.minutes_planned) == (4, 4 * 420)
    assert [str(one) for one in page.context["messages"]][1].endswith("lundi 7 décembre.")


def test_a_former_agreement_is_used_again_without_what_is_personal(
    organisation: Organisation, lead: User, stay: Immersion, client_of: Browser
) -> None:
    other = step_of(make_journey(organisation, by=lead), "immersion")
    client, url = client_of(lead), f"/immersions/{stay.pk}/duplicate/"
    body = {"step": other.pk, "starts_on": "2026-12-02", "ends_on": "2026-12-08"}
    client.post(url, body)
    made = Immersion.objects.get(step=other)
    assert (made.company, made.activities, made.tutor_name) == (stay.company, stay.activities, stay.tutor_name)
    assert (made.emergency_name, made.born_on, made.signatures.count(), made.state) == ("", None, 0, "draft")
    assert [one["on"][-2:] for one in made.schedule] == ["02", "03", "04", "07", "08"]
    elsewhere = step_of(make_journey(make_organisation()), "immersion")
    assert list(client.post(url, {**body, "step": elsewhere.pk}).context["form"].errors) == ["step"]


# --- The grid ---------------------------------------------------------------------------------------
def grid(**typed: str) -> dict[str, str]:
    """ "d30_0=9:00-12:30" → the inputs of that slot."""
    sent = {}
    for name, span in typed.items():
        day, _sep, index = name.removeprefix("d").partition("_")
        start, _dash, end = span.partition("-")
        month = "11" if day == "30" else "12"
        sent |= {f"2026-{month}-{day}_{index}_from": start, f"2026-{month}-{day}_{index}_to": end}
    return sent


def test_the_grid_copies_fills_and_reckons_without_writing(stay: Immersion, lead: User, client_of: Browser) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/schedule/"
    typed = grid(d30_0="08:00-12:00", d30_1="13:00-15:30")
    for more, minutes in (({"copy": "2026-11-30"}, 5 * 390), ({"fill": "1"}, 5 * 420), ({}, 390)):
        door = url if more else f"{url}?totals=1"
        answer = client.post(door, {**typed, **more}, headers={"HX-Request": "true"})
        assert answer.context["minutes"] == minutes
    stay.refresh_from_db()
    assert (stay.revision, stay.minutes_planned) == (0, 2100)
    page = client.post(url, {**typed, "copy": "2026-11-30"})
    assert page.context["weeks"][0].days[4].slots == [("08:00", "12:00"), ("13:00", "15:30")]
    assert b"data-dirty" in page.content


def test_a_day_may_have_up_to_four_slots_and_an_empty_one_stays_to_be_typed(
    stay: Immersion, lead: User, client_of: Browser
) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/schedule/"
    typed = grid(d30_0="08:00-10:00", d30_1="10:30-12:00")
    for count in (3, 4):
        page = client.post(url, {**typed, "more": "2026-11-30"})
        days = page.context["weeks"][0].days
        assert (len(days[0].slots), days[0].has_room, page.content.count(b"autofocus")) == (count, count < 4, 1)
        typed |= grid(**{f"d30_{count - 1}": "-"})
    page = client.post(url, {**typed, "more": "2026-12-01"})
    assert [len(day.slots) for day in page.context["weeks"][0].days] == [4, 3, 2, 2, 2]
    assert len(client.post(url, {**typed, "more": "2026-11-30"}).context["weeks"][0].days[0].slots) == 4
    client.post(url, {**typed, **grid(d30_3="13:00-14:00")})
    stay.refresh_from_db()
    assert stay.schedule == [
        {"on": "2026-11-30", "slots": [["08:00", "10:00"], ["10:30", "12:00"], ["13:00", "14:00"]]}
    ]


def test_the_grid_loses_nothing_and_names_the_day(stay: Immersion, lead: User, client_of: Browser) -> None:
    client, url = client_of(lead), f"/immersions/{stay.pk}/schedule/"
    typed = grid(d30_0="12:00-09:00", d01_0="08:00-12:00", d01_1="13:00-19:01")
    page = client.post(url, typed)
    days = page.context["weeks"][0].days
    assert (days[0].slots[0], days[1].slots[1]) == (("12:00", "09:00"), ("13:00", "19:01"))
    assert days[0].wrong.startswith("Lundi 30 novembre")
    assert page.context["problems"][1].startswith("Mardi 1er décembre")
    page = client.post(url, grid(d30_0="09:00-12:00", d01_0="08:00-12:00", d01_1="13:00-19:00"), follow=True)
    assert page.redirect_chain == [(f"/immersions/{stay.pk}/", 302)]
    stay.refresh_from_db()
    assert stay.minutes_planned == 180 + 600


# --- The company's link -----------------------------------------------------------------------------
def test_the_company_completes_its_side_and_the_lead_is_told_once(
    stay: Immersion, lead: User, client_of: Browser, client: Client
) -> None:
    actions.update_company(stay.company, siret="", by=None)
    client_of(lead).post(f"/immersions/{stay.pk}/share/", {"email": "Accueil@exemple.fr"})
    assert Email.objects.filter(to_address="accueil@exemple.fr").count() == 1
    url = link_of(stay)
    page = client.get(url)
    shown, form = page.content.decode(), page.context["form"]
    for hidden in (stay.step.journey.holder.user.email, stay.emergency_name, stay.validator_email, "1990"):
        assert hidden not in shown
    assert not set(form.fields) & {"company", "starts_on", "born_on", "validator_email", "emergency_name"}
    sent = {**fields_of(form), "siret": SIRETS[0], "protection": "Casque"}
    for _twice in range(2):
        assert client.post(url, sent).status_code == 302
        sent = {**fields_of(client.get(url).context["form"]), "protection": "Casque et gants"}
    stay.refresh_from_db()
    assert (stay.protection, stay.company.siret) == ("Casque et gants", SIRETS[0])
    assert client.post(f"{url}schedule/", grid(d30_0="09:00-12:00")).status_code == 302
    sent = fields_of(client.get(url).context["form"])
    assert client.post(url, {**sent, "back": "1"}).status_code == 200
    assert Email.objects.filter(key__startswith="agreement_back:").count() == 1
    assert {client.get(url).status_code, client.post(url, sent).status_code} == {404}


@pytest.mark.parametrize("why", ["expired", "revoked", "forged", "sent to sign", "another purpose"])
def test_a_closed_link_tells_nothing(
    stay: Immersion, lead: User, client: Client, why: str, clock: time_machine.Traveller
) -> None:
    url = link_of(stay)
    if why == "expired":
        clock.shift(timedelta(days=14))
    elif why == "revoked":
        actions.revoke_share(stay, by=lead)
    elif why == "forged":
        url = url[:-3] + "x/"
    elif why == "sent to sign":
        actions.send_immersion_to_sign(stay, by=lead)
    else:
        url = f"/agreements/{accounts.make_link('other', about=stay, email='c@exemple.fr')[1]}/"
    pages = [client.get(url), client.post(url), client.get(f"{url}schedule/"), client.post(f"{url}merge/")]
    assert {page.status_code for page in pages} == {404}
    assert {str(stay.company) in page.content.decode() for page in pages} == {False}


def test_the_company_may_not_change_what_is_not_its_own(stay: Immersion, client: Client) -> None:
    url = link_of(stay)
    sent = fields_of(client.get(url).context["form"])
    client.post(url, {**sent, "born_on": "2000-01-01", "validator_name": "Moi", "starts_on": "2026-12-25"})
    now = Immersion.objects.get()
    assert (now.born_on, now.validator_name, now.starts_on) == (stay.born_on, stay.validator_name, stay.starts_on)
    twin = make_company(stay.company.organisation, "Secrète", siret=SIRETS[1])
    Company.objects.filter(pk=stay.company_id).update(siret="")
    answer = client.post(url, {**fields_of(client.get(url).context["form"]), "siret": twin.siret})
    assert "Secrète" not in answer.content.decode() and list(answer.context["form"].errors) == ["siret"]


def test_team_and_company_at_once_choose_between_their_versions(stay: Immersion, lead: User, client: Client) -> None:
    url = link_of(stay)
    sent = fields_of(client.get(url).context["form"])
    actions.update_immersion(stay, replace(facts_of(stay), skills="Vendre", insurance="Autre"), by=lead)
    answer = client.post(url, {**sent, "skills": "Écouter"})
    lines = {line.name: line.keep for line in answer.context["form"].lines}
    assert (answer.status_code, lines) == (409, {"skills": "", "insurance": "theirs"})
    kept = {name: value for name, value in fields_of(answer.context["form"]).items() if value}
    client.post(f"{url}merge/", {**kept, "keep_skills": "mine"})
    now = Immersion.objects.get()
    assert (now.skills, now.insurance) == ("Écouter", "Autre")
