"""More time: asked by those on the journey, decided once by a lead, told once to each."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Extension, Journey
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion, make_journey

Browser = Callable[[User], Client]
UNTIL = date(2028, 1, 31)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, name="Café des possibles")


def door(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def letters() -> list[tuple[str, str]]:
    rows = Email.objects.filter(template__contains="extension").order_by("pk")
    return [(row.template.rpartition("/")[2], row.to_address) for row in rows]


def ask(journey: Journey, by: User | None = None, until: date = UNTIL) -> Extension:
    return actions.ask_extension(journey, until_on=until, reason="Étude de marché", by=by or journey.holder.user)


def test_asked_by_the_holder_it_is_told_to_every_lead_then_to_her(
    organisation: Organisation, journey: Journey, holder: User, lead: User, client_of: Browser
) -> None:
    make_member(organisation, "lead", "autre@example.org")
    browser = client_of(holder)
    browser.post(door("extension_ask", journey), {"until_on": "2028-01-31", "reason": "Étude de marché"})
    extension = Extension.objects.get()
    assert (extension.asked_by, extension.until_on, extension.state) == (holder, UNTIL, "asked")
    assert sorted(letters()) == [("extension_asked", "autre@example.org"), ("extension_asked", "lead@example.org")]
    assert browser.get(reverse("home")).context["home"].more_time.extension == extension
    leads = client_of(lead)
    assert [line.extension for line in leads.get(reverse("journeys:extension_list")).context["waiting"]] == [extension]
    home = leads.get(reverse("home"))
    assert [need.sign.code for need in home.context["home"].needs] == ["extension"]
    assert "1 personne demande une prolongation" not in home.content.decode(), "told once, by name"
    leads.post(door("extension_decide", extension), {"granted": "yes", "reason": "Bien avancé"})
    journey.refresh_from_db()
    assert journey.planned_end_on == UNTIL
    assert letters()[2:] == [("extension_decided", "holder@example.org")]
    told = Email.objects.get(template__endswith="extension_decided")
    assert (told.subject, "Bien avancé" in told.text) == ("Prolongation accordée, jusqu’au lundi 31 janvier 2028", True)
    page = leads.get(reverse("journeys:extension_list")).context
    assert (page["waiting"], [line.extension for line in page["decided"]]) == ([], [extension])


def test_the_referent_alone_is_asked_where_there_is_one(organisation: Organisation, holder: User, lead: User) -> None:
    make_member(organisation, "lead", "autre@example.org")
    ask(make_journey(organisation, holder, referent=lead))
    assert letters() == [("extension_asked", "lead@example.org")]


def test_asked_for_her_by_the_mentor_both_hear_the_answer(
    journey: Journey, holder: User, lead: User, mentor: User, client_of: Browser
) -> None:
    make_companion(journey, mentor)
    extension = ask(journey, by=mentor)
    end = journey.planned_end_on
    page = client_of(lead).post(door("extension_decide", extension), {"granted": "no", "reason": ""})
    assert list(page.context["form"].errors) == ["reason"]
    actions.decide_extension(extension, granted=False, reason="Le dispositif ferme", by=lead)
    journey.refresh_from_db()
    assert (extension.state, journey.planned_end_on) == ("refused", end)
    decided = [address for name, address in letters() if name == "extension_decided"]
    assert sorted(decided) == ["holder@example.org", "mentor@example.org"]
    shown = client_of(holder).get(reverse("home")).content.decode()
    assert "La prolongation n’a pas été accordée" in shown


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"until": 0}, "until_on"),
        ({"until": -30}, "until_on"),
        ({"until": 731}, "until_on"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(journey: Journey, given: dict[str, Any], field: str) -> None:
    until = journey.planned_end_on + timedelta(days=given.get("until", 30))
    with pytest.raises(Refused) as refused:
        actions.ask_extension(journey, until_on=until, reason=given.get("reason", "x"), by=None)
    assert (refused.value.field, Extension.objects.count()) == (field, 0)


def test_one_waits_at_a_time_and_another_may_follow(journey: Journey, lead: User) -> None:
    first = ask(journey)
    with pytest.raises(Refused):
        ask(journey)
    actions.decide_extension(first, granted=True, reason="Oui", by=lead)
    second = ask(journey, until=UNTIL + timedelta(days=90))
    assert (second.state, journey.extensions.count()) == ("asked", 2)


def test_decided_twice_is_decided_once(journey: Journey, lead: User) -> None:
    extension = ask(journey)
    stale = Extension.objects.get(pk=extension.pk)
    actions.decide_extension(extension, granted=False, reason="Non", by=lead)
    with pytest.raises(Refused):
        actions.decide_extension(stale, granted=True, reason="Oui", by=lead)
    journey.refresh_from_db()
    assert journey.planned_end_on < UNTIL
    assert [name for name, _address in letters()].count("extension_decided") == 1


def test_an_end_that_has_moved_past_it_is_not_brought_back(journey: Journey, lead: User) -> None:
    extension = ask(journey, until=journey.planned_end_on + timedelta(days=10))
    actions.pause_journey(journey, reason="x", review_on=date(2027, 3, 1), by=lead)
    end = Journey.objects.get().planned_end_on
    with pytest.raises(Refused) as refused:
        actions.decide_extension(Extension.objects.get(), granted=True, reason="Oui", by=lead)
    extension.refresh_from_db()
    assert (refused.value.field, extension.state, Journey.objects.get().planned_end_on) == ("granted", "asked", end)


def test_whoever_asked_withdraws_and_nobody_else(
    journey: Journey, holder: User, lead: User, client_of: Browser
) -> None:
    extension = ask(journey)
    assert client_of(lead).post(door("extension_withdraw", extension)).status_code == 403
    client_of(holder).post(door("extension_withdraw", extension))
    extension.refresh_from_db()
    assert extension.state == "withdrawn"
    with pytest.raises(Refused):
        actions.decide_extension(extension, granted=True, reason="Oui", by=lead)
    assert client_of(holder).get(reverse("home")).context["home"].more_time is None


def test_once_decided_nothing_is_withdrawn(journey: Journey, holder: User, lead: User) -> None:
    extension = actions.decide_extension(ask(journey), granted=True, reason="Oui", by=lead)
    with pytest.raises(Refused):
        actions.withdraw_extension(extension, by=holder)


def test_the_list_costs_as_much_for_three_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add() -> None:
        ask(make_journey(organisation))
        actions.decide_extension(ask(make_journey(organisation)), granted=False, reason="Non", by=lead)

    add()
    browser = client_of(lead)
    url = reverse("journeys:extension_list")
    assert_num_queries_same(lambda: browser.get(url), lambda: [add() for _ in range(2)])


def test_the_same_acts_over_http(
    journey: Journey, holder: User, lead: User, outsider: User, client_of: Browser
) -> None:
    body = {"journey": journey.pk, "until_on": "2028-01-31", "reason": "Étude de marché"}
    url = reverse("api:extensions-list")
    hers = client_of(holder)
    assert client_of(outsider).post(url, body, content_type="application/json").status_code == 400
    made = hers.post(url, body, content_type="application/json").json()
    assert (made["state"], made["asked_by"]) == ("asked", holder.pk)
    assert hers.post(url, body, content_type="application/json").status_code == 409
    decide = reverse("api:extensions-decide", args=[made["id"]])
    answer = {"granted": True, "reason": "Bien avancé"}
    assert hers.post(decide, answer, content_type="application/json").status_code == 403
    decided = client_of(lead).post(decide, answer, content_type="application/json").json()
    assert (decided["state"], decided["decision"], decided["decided_by"]) == ("granted", "Bien avancé", lead.pk)
    withdraw = reverse("api:extensions-withdraw", args=[made["id"]])
    assert hers.post(withdraw, {}, content_type="application/json").status_code == 409
