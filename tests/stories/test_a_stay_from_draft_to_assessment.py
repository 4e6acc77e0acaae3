"""A stay in a company through its doors: drafted, signed, edited, signed again, amended, asked about, counted."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.mail.models import Email
from journeys.models import Amendment, Delivery, Immersion
from journeys.tasks import sweep_immersions_to_start, sweep_stays
from tests.factories.journeys import make_journey, step_of
from tests.factories.mail import last_letter_to, letters_to, link_in
from tests.factories.stays import WHOLE, make_company

Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")
SIGNATORY, TUTOR = "dominique@boulange.example", "paule@boulange.example"


def typed(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What the form of this page holds, with some answers changed: what a browser would send."""
    form = client.get(url).context["form"]
    found = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: value for name, value in {**found, **changes}.items() if value not in (None, "", False)}


def sign(email: str) -> None:
    """She follows the link of her newest letter and signs, without an account."""
    link = link_in([one for one in letters_to(email) if "/sign_ask" in one.template][-1], "/signing/")
    phone = Client()
    assert phone.get(link).status_code == 200
    assert phone.post(link, {"act": "sign", "agreed": "on"}).status_code == 302


def days_in(stay: Immersion) -> tuple[int, list[date]]:
    """The revision of the invite, and the days it holds."""
    invite = Invite.objects.live().about(stay).get()
    return invite.sequence, [date.fromisoformat(str(one[0])[:10]) for one in invite.days]


@pytest.fixture
def draft(organisation: Organisation, lead: User, holder: User, client_of: Browser) -> Immersion:
    """A week of regular days, drafted on the page from what the company and the journey tell."""
    journey = make_journey(organisation, holder, referent=lead)
    company = make_company(organisation, "La Boulange", contact_name="Dominique Levain", contact_email=SIGNATORY)
    url = reverse("journeys:immersion_plan", args=[step_of(journey, "immersion").pk])
    known = {name: WHOLE[name] for name in ("tutor_job", "activities", "emergency_name", "emergency_phone")}
    facts = {"company": company.pk, "tutor_name": "Paule Guérin", "tutor_email": TUTOR, "insurance": "Contrat 1"}
    body = typed(
        client_of(lead), url, **known, **facts, starts_on="2026-12-07", ends_on="2026-12-11", born_on="1990-05-04"
    )
    wrong = client_of(lead).post(url, {**body, "tutor_email": holder.email})
    assert list(wrong.context["form"].errors) == ["tutor_email"] and not Immersion.objects.exists()
    client_of(lead).post(url, body)
    return Immersion.objects.get()


def test_a_stay_is_signed_again_after_each_change_and_counted_as_both_sides_tell_it(
    draft: Immersion, lead: User, holder: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    office, stay = client_of(lead), draft

    def page(name: str, row: Any = stay) -> str:
        return reverse(f"journeys:{name}", args=[row.pk])

    def at(day: str, hour: int) -> None:
        clock.move_to(datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=PARIS).replace(hour=hour))

    # Signed by two, edited: both are told what changed, and nothing is signed.
    office.post(page("immersion_send_to_sign"))
    sign(holder.email)
    sign(SIGNATORY)
    office.post(page("immersion_update"), typed(office, page("immersion_update"), protection="Charlotte"))
    stay.refresh_from_db()
    assert (stay.state, stay.signatures.standing().count()) == ("draft", 0)
    told = Email.objects.filter(template="journeys/letters/sign_wiped")
    assert sorted(told.values_list("to_address", flat=True)) == sorted([holder.email, SIGNATORY])
    assert all("Ce qui a changé" in one.text and "Équipements de protection" in one.text for one in told)

    # Signed by all, validated: the days are in both calendars.
    office.post(page("immersion_send_to_sign"))
    for email in (holder.email, SIGNATORY, lead.email):
        sign(email)
    office.post(page("immersion_validate"))
    week = [date(2026, 12, day) for day in range(7, 12)]
    assert days_in(stay) == (0, week)

    # Amended: the agreement holds until those concerned have signed and it is put in force.
    url = page("amendment_draft")
    office.post(url, typed(office, url, ends_on="2026-12-15", reason="Une livraison de plus"))
    amendment = Amendment.objects.get()
    assert "n’a pas d’horaires" in office.get(page("amendment_detail", amendment)).content.decode()
    url = page("amendment_schedule", amendment)
    slots = office.get(url).context["form"].typed
    slots[date(2026, 12, 14)] = slots[date(2026, 12, 15)] = slots[week[0]]
    grid = {
        f"{on}_{index}_{part}": clock_time
        for on, pairs in slots.items()
        for index, pair in enumerate(pairs)
        for part, clock_time in zip(("from", "to"), pair, strict=True)
    }
    office.post(url, {**typed(office, url), **grid})
    office.post(page("amendment_send", amendment))
    sign(holder.email)
    sign(SIGNATORY)
    assert days_in(stay) == (0, week)
    sign(lead.email)
    office.post(page("amendment_validate", amendment))
    stay.refresh_from_db()
    assert (stay.ends_on, stay.minutes_planned) == (date(2026, 12, 15), 7 * 7 * 60)
    assert days_in(stay) == (1, [*week, date(2026, 12, 14), date(2026, 12, 15)])

    # Half-way: one tap each; what is wrong comes first for the lead, and the holder does not read it.
    at("2026-12-07", 9)
    sweep_immersions_to_start()
    at("2026-12-11", 10)
    sweep_stays()
    office = client_of(lead)
    Client().post(link_in(last_letter_to(TUTOR), "/check-ins/"), {"mood": "wrong", "words": "Sans chaussures"})
    Client().post(link_in(last_letter_to(holder), "/check-ins/"), {"mood": "good"})
    assert last_letter_to(lead).template == "journeys/letters/check_in_wrong"
    assert "Sans chaussures" in office.get("/").content.decode()
    assert "Sans chaussures" not in client_of(holder).get(page("immersion_detail")).content.decode()

    # The end: each side in turn, then the real hours, once.
    at("2026-12-14", 9)
    sweep_stays()
    said = {"outcome": "completed", "minutes_0": 45, "minutes_1": 0, "reached": 3, "followed": "hiring"}
    Client().post(link_in(last_letter_to(TUTOR), "/assessments/"), {**said, "learned": "Tient la caisse"})
    detail = page("immersion_detail")
    assert "Tient la caisse" not in client_of(holder).get(detail).content.decode()
    client_of(holder).post(link_in(last_letter_to(holder), "/assessment/"), {**said, "learned": "Vendre tôt"})
    assert "Tient la caisse" in client_of(holder).get(detail).content.decode()
    assert "Vendre tôt" in last_letter_to(TUTOR).text
    at("2026-12-15", 18)
    office.post(page("immersion_complete"), {"outcome": "completed", "minutes_done_0": 45, "minutes_done_1": 0})
    stay.refresh_from_db()
    assert (stay.state, stay.outcome) == ("assessed", "completed")
    assert list(Delivery.objects.values_list("kind", "minutes", "state")) == [("immersion", 45 * 60, "declared")]
