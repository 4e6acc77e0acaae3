"""Who needs me today: the list, its filters, what is set aside and comes back, causes, suggestions; page and API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.reading import day
from journeys import actions
from journeys.models import Extension, Journey, MilestoneProposal, Snooze
from journeys.queries.attention import Need, NeedFilters, attention, needs_of, set_aside
from journeys.queries.causes import with_causes
from journeys.queries.gaps import measured, predicted
from journeys.queries.page import health_of
from journeys.queries.signs import flagged
from tests.factories.accounts import make_member
from tests.factories.journeys import finish, make_companion, make_delivery, make_journey, make_programme, step_of
from tests.factories.mentoring import make_pair
from tests.factories.stays import enrol, make_module_date, module_of

Browser = Callable[[User], Client]
NEEDS = "/needs/"
OLD = 60


def somebody(organisation: Organisation, first: str, days: int = OLD, **fields: Any) -> Journey:
    """Somebody whose journey began so long ago, with a mentor."""
    person = make_member(organisation, "holder", first_name=first, last_name=first)
    journey = make_journey(organisation, person, started_on=clock.today() - timedelta(days=days), **fields)
    make_companion(journey, make_member(organisation, "mentor"))
    return journey


def later(days: int = 7) -> Any:
    return clock.today() + timedelta(days=days)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def the_need(lead: User) -> Need:
    [need] = needs_of(lead)
    return need


# --- Signs ----------------------------------------------------------------------------------------------
def test_a_hole_is_named_before_it_opens(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", days=10)
    everybody = Journey.objects.all()
    assert not flagged(everybody).exists()
    Journey.objects.filter(pk=journey.pk).update(started_on=clock.today() - timedelta(days=16))
    assert [row.pk for row in flagged(everybody, "hole_ahead")] == [journey.pk]
    enrol(make_module_date(module_of(journey), starts_at=clock.now() + timedelta(days=10)), journey)
    assert not flagged(everybody).exists()


def test_a_date_too_far_leaves_a_hole_ahead(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", days=16)
    enrol(make_module_date(module_of(journey), starts_at=clock.now() + timedelta(days=40)), journey)
    need = the_need(lead)
    assert need.sign.code == "hole_ahead"
    assert plain(need.sign.reason) == "Rien depuis 16 jours, et rien avant le 2 janvier 2027."
    assert plain(need.cause) == "Entre le début et le module « Posture entrepreneuriale »."


def test_hours_that_are_not_contact_time_fill_no_hole(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa")
    make_delivery(journey, days_ago=2, sort="travel")
    assert flagged(Journey.objects.all(), "hole").exists()
    make_delivery(journey, days_ago=2)
    assert not flagged(Journey.objects.all(), "hole").exists()


def test_what_waits_for_an_answer_is_a_sign(organisation: Organisation, lead: User) -> None:
    asked, proposed, paused, resting = (somebody(organisation, name, days=1) for name in ("Ana", "Bob", "Cid", "Dan"))
    more = Extension.objects.create(journey=asked, until_on=later(90), reason="Travaux")
    shown = MilestoneProposal.objects.create(step=step_of(proposed, "milestone"), reached_on=clock.today())
    for journey, days in ((paused, 0), (resting, 9)):
        actions.pause_journey(journey, reason="Naissance", review_on=later(30), by=None)
        Journey.objects.filter(pk=journey.pk).update(review_on=later(days))
    assert [(need.person, need.sign.code) for need in needs_of(lead)] == [
        ("Ana Ana", "extension"),
        ("Bob Bob", "proposal"),
        ("Cid Cid", "review"),
    ]
    assert [sign.url for sign in health_of(proposed).signs] == [f"/proposals/{shown.pk}/"]
    until = day(later(90), weekday=False)
    assert [(plain(need.sign.reason), need.act_url) for need in needs_of(lead)[:2]] == [
        (f"Prolongation demandée jusqu’au {until} : « Travaux »", f"/extensions/{more.pk}/decide/"),
        (
            f"« {shown.step.title} » est annoncé comme atteint, personne n’a encore répondu.",
            f"/proposals/{shown.pk}/",
        ),
    ]


def test_late_milestones_are_named_and_counted_and_lead_to_their_line(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", days=1)
    first, second = journey.steps.order_by("pk")[:2]
    for step, days in ((first, -9), (second, -3)):
        type(step).objects.filter(pk=step.pk).update(kind="milestone", due_on=later(days))
    need = the_need(lead)
    assert plain(need.sign.reason) == (
        f"« {first.title} » était attendu pour le {day(later(-9), weekday=False)}. 1 autre est en retard."
    )
    assert need.act_url == f"/journeys/{journey.pk}/#step-{first.pk}"


def test_an_unknown_sign_is_nobody_s(organisation: Organisation) -> None:
    somebody(organisation, "Awa")
    assert list(flagged(Journey.objects.all(), "nonsense")) == []
    assert list(flagged(Journey.objects.none())) == []


# --- Holes behind and their causes ----------------------------------------------------------------------
def causes(journey: Journey) -> list[tuple[int, str]]:
    found = with_causes(measured(Journey.objects.filter(pk=journey.pk)))
    return [(gap.days, plain(gap.cause)) for gap in found.get(journey.pk, [])]


def test_holes_behind_are_measured_with_the_hand_over_that_opened_them(organisation: Organisation) -> None:
    journey = make_journey(organisation, started_on=clock.today() - timedelta(days=200))
    make_delivery(journey, kind="module", days_ago=150)
    make_delivery(journey, kind="mentoring", days_ago=100)
    make_delivery(journey, kind="mentoring", days_ago=80)
    assert causes(journey) == [
        (50, "Entre le début et le module « Posture entrepreneuriale »."),
        (50, "Entre le module « Posture entrepreneuriale » et le mentorat. Personne n’était encore en binôme."),
        (80, "Après le mentorat : le module « Posture entrepreneuriale » n’a pas de date."),
    ]


def test_the_days_of_a_pause_do_not_count(organisation: Organisation, clock: Any) -> None:
    journey = make_journey(organisation)
    clock.shift(timedelta(days=20))
    actions.pause_journey(journey, reason="Naissance", review_on=later(100), by=None)
    clock.shift(timedelta(days=100))
    journey.refresh_from_db()
    actions.resume_journey(journey, by=None)
    clock.shift(timedelta(days=25))
    assert (causes(journey), flagged(Journey.objects.all(), "hole").exists()) == ([], False)
    clock.shift(timedelta(days=10))
    assert [days for days, _cause in causes(journey)] == [35]


def test_what_is_predicted_is_what_will_be_measured(organisation: Organisation, clock: Any) -> None:
    journey = somebody(organisation, "Awa", days=5)
    enrol(make_module_date(module_of(journey), starts_at=clock_now() + timedelta(days=40)), journey)
    foreseen = predicted(Journey.objects.all())[journey.pk]
    clock.shift(timedelta(days=41))
    make_delivery(journey, kind="module", happened_at=clock_now() - timedelta(days=1))
    [hole] = measured(Journey.objects.all())[journey.pk]
    assert (hole.since, hole.until, hole.days) == (foreseen.since, foreseen.until, foreseen.days)
    assert hole.days == 45


def clock_now() -> Any:
    from backend.lib.clock import now

    return now()


def test_the_lead_reads_the_holes_on_the_page_of_the_journey(
    organisation: Organisation, lead: User, mentor: User, client_of: Browser
) -> None:
    journey = somebody(organisation, "Awa", days=100)
    make_delivery(journey, days_ago=50)
    make_companion(journey, mentor)
    url = reverse("journeys:journey_detail", args=[journey.pk])
    page = client_of(lead).get(url)
    assert (plain(page.context["hole_days"]), plain(page.context["longest_hole"])) == ("100 jours", "50 jours")
    assert plain(page.context["past_holes"][0]) == (
        "50 jours, du 15 août au 4 octobre. Entre le début et le mentorat. Personne n’était encore en binôme."
    )
    assert "Trous de ce parcours" in page.content.decode()
    assert "Trous de ce parcours" not in client_of(mentor).get(url).content.decode()


# --- What to propose ------------------------------------------------------------------------------------
def test_a_hole_is_filled_by_a_seat_in_the_module_that_comes_next(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa")
    date = make_module_date(module_of(journey), starts_at=clock.now() + timedelta(days=9))
    need = the_need(lead)
    assert (need.act, need.act_url) == ("Inscrire", reverse("journeys:people_enrol", args=[date.pk]))
    assert need.suggestion is not None
    assert plain(need.suggestion.text) == "Une place reste dans « Posture entrepreneuriale » le mercredi 2 décembre."


def test_a_full_date_is_not_proposed(organisation: Organisation, lead: User) -> None:
    journey, other = somebody(organisation, "Awa"), somebody(organisation, "Bob", days=1)
    enrol(make_module_date(module_of(journey), seats=1), other)
    need = the_need(lead)
    assert need.act_url == reverse("journeys:module_detail", args=[module_of(journey).pk])
    assert "aucune date n’a de place libre" in need.note


def test_a_pair_plans_its_session(organisation: Organisation, lead: User) -> None:
    journey = make_journey(organisation, started_on=clock.today() - timedelta(days=OLD))
    pair = make_pair(organisation, journey=journey)
    need = the_need(lead)
    assert (need.act, need.act_url) == ("Planifier une séance", reverse("mentoring:session_plan", args=[pair.pk]))


def test_without_a_mentor_one_is_chosen(organisation: Organisation, lead: User) -> None:
    journey = make_journey(organisation, started_on=clock.today() - timedelta(days=OLD))
    assert the_need(lead).act_url == reverse("mentoring:mentor_pair", args=[journey.pk])


def test_when_nothing_is_left_another_programme_is_proposed(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", phase="creation")
    finish(journey)
    assert the_need(lead).act_url == reverse("journeys:journey_complete", args=[journey.pk])
    make_programme(organisation, title_fr="Émergence", phases=["emergence"])
    onward = make_programme(organisation, title_fr="Rebond", phases=["creation"])
    assert "« Rebond »" in plain(the_need(lead).note)
    type(onward).objects.filter(pk=onward.pk).update(is_open=False)
    assert the_need(lead).act_url == reverse("journeys:journey_complete", args=[journey.pk])


# --- Setting aside --------------------------------------------------------------------------------------
def test_a_sign_set_aside_leaves_the_list_and_comes_back_on_its_day(
    organisation: Organisation, lead: User, clock: Any
) -> None:
    journey = somebody(organisation, "Awa")
    snooze = actions.snooze_sign(journey, code="hole", until_on=later(7), reason="En congés", by=lead)
    assert (needs_of(lead), flagged(Journey.objects.all(), "hole").count()) == ([], 1)
    assert [(one.word, plain(one.note)) for one in set_aside(lead)] == [
        ("trou", "Mis de côté jusqu’au 30 novembre : En congés")
    ]
    clock.shift(timedelta(days=6))
    assert needs_of(lead) == []
    clock.shift(timedelta(days=1))
    assert ([need.sign.code for need in needs_of(lead)], set_aside(lead)) == (["hole"], [])
    with pytest.raises(Refused):
        actions.unsnooze_sign(snooze, by=lead)


def test_only_this_sign_is_set_aside(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa")
    actions.dispute_delivery(make_delivery(journey, days_ago=50), comment="Non.", by=None)
    actions.snooze_sign(journey, code="disputed", until_on=later(), reason="Vu", by=lead)
    need = the_need(lead)
    assert (need.sign.code, need.also) == ("hole", [])
    assert attention(lead).signs == {"hole": 1}


def test_setting_aside_twice_is_once_and_another_day_takes_the_place(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa")
    for days in (7, 7, 14):
        actions.snooze_sign(journey, code="hole", until_on=later(days), reason="Vu", by=lead)
    assert [(one.until_on, one.ended_at is None) for one in Snooze.objects.order_by("pk")] == [
        (later(7), False),
        (later(14), True),
    ]
    assert Entry.objects.filter(verb="snooze_sign").count() == 2


@pytest.mark.parametrize(
    ("days", "reason", "code", "field"),
    [(0, "Vu", "hole", "until_on"), (93, "Vu", "hole", "until_on"), (7, " ", "hole", "reason"), (7, "Vu", "late", "")],
)
def test_what_cannot_be_set_aside_is_said(
    days: int, reason: str, code: str, field: str, organisation: Organisation, lead: User
) -> None:
    journey = somebody(organisation, "Awa")
    with pytest.raises(Refused) as refusal:
        actions.snooze_sign(journey, code=code, until_on=later(days), reason=reason, by=lead)
    assert ((refusal.value.field or ""), Snooze.objects.count()) == (field, 0)


def test_it_is_taken_up_again_before_its_day(organisation: Organisation, lead: User, client_of: Browser) -> None:
    journey = somebody(organisation, "Awa")
    browser = client_of(lead)
    url = reverse("journeys:sign_snooze", args=[journey.pk, "hole"])
    wrong = browser.post(url, {"until_on": "2026-11-23", "reason": "En congés"})
    assert (wrong.status_code, "En congés" in wrong.content.decode(), Snooze.objects.count()) == (200, True, 0)
    assert browser.post(url, {"until_on": "2026-12-01", "reason": "En congés"}).headers["Location"] == NEEDS
    shown = browser.get(reverse("journeys:journey_detail", args=[journey.pk])).content.decode()
    assert "En congés" in shown
    [aside] = browser.get(NEEDS).context["aside"]
    browser.post(aside.unsnooze_url)
    assert ([need.journey for need in needs_of(lead)], set_aside(lead)) == ([journey], [])


# --- The page -------------------------------------------------------------------------------------------
def test_the_list_is_filtered_by_sign_programme_and_referent(organisation: Organisation, lead: User) -> None:
    ana = somebody(organisation, "Ana", referent=lead)
    other = make_programme(organisation, title_fr="Autre")
    bob = somebody(organisation, "Bob", programme=other)
    actions.dispute_delivery(make_delivery(bob), comment="Non.", by=None)

    def found(**filters: Any) -> list[Journey]:
        return [need.journey for need in attention(lead, NeedFilters(**filters)).needs]

    assert found() == [bob, ana]
    assert (found(code="hole"), found(code="disputed"), found(code="late")) == ([ana], [bob], [])
    assert (found(programme=other.pk), found(mine=True)) == ([bob], [ana])
    assert attention(lead, NeedFilters(code="late")).everyone == 2


def test_the_page_reads_its_filters_and_goes_by_fifty(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    from tests.factories.journeys import make_holder, make_project

    programme = make_programme(organisation)
    holders = [make_holder(organisation, make_member(organisation, "holder")) for _each in range(52)]
    pairs = [(make_project(organisation, holder), holder) for holder in holders]
    actions.open_journeys(programme, pairs, started_on=clock.today() - timedelta(days=OLD), by=None)
    browser = client_of(lead)
    sizes = [len(browser.get(NEEDS, {"page": page}).context["needs"]) for page in ("1", "2", "9", "nonsense")]
    assert sizes == [50, 2, 2, 50]
    page = browser.get(NEEDS, {"sign": "late", "programme": "nonsense"})
    assert (page.context["needs"], "Personne ne correspond" in page.content.decode()) == ([], True)


def test_a_calm_list_says_so(lead: User, client_of: Browser) -> None:
    assert "Personne ne vous attend" in client_of(lead).get(NEEDS).content.decode()


def test_the_list_costs_as_much_for_three_people_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add(first: str) -> None:
        journey = somebody(organisation, first)
        make_delivery(journey, days_ago=50)
        actions.dispute_delivery(make_delivery(somebody(organisation, first)), comment="Non.", by=None)
        waiting = somebody(organisation, first)
        actions.snooze_sign(waiting, code="hole", until_on=later(), reason="Vu", by=lead)

    add("Ana")
    browser = client_of(lead)
    queries = assert_num_queries_same(lambda: browser.get(NEEDS), lambda: [add(name) for name in ("Bob", "Cid")])
    assert queries <= 22


def test_nobody_of_another_organisation_is_on_the_list(
    organisation: Organisation, other_organisation: Organisation, lead: User, outsider: User
) -> None:
    journey = somebody(organisation, "Awa")
    actions.snooze_sign(journey, code="hole", until_on=later(), reason="Vu", by=lead)
    somebody(organisation, "Bob")
    assert (len(needs_of(lead)), needs_of(outsider), set_aside(outsider)) == (1, [], [])


# --- The API --------------------------------------------------------------------------------------------
def test_the_same_through_the_api(organisation: Organisation, lead: User, client_of: Browser) -> None:
    journey = somebody(organisation, "Awa")
    browser = client_of(lead)
    answer = browser.get("/api/v1/needs/").json()
    assert (answer["count"], answer["everyone"], answer["signs"]) == (1, 1, {"hole": 1})
    [need] = answer["results"]
    assert (need["journey"], need["sign"]["code"], need["act"]) == (journey.pk, "hole", "Fixer une date")
    body = {"journey": journey.pk, "code": "hole", "until_on": "2026-12-01", "reason": "Vu"}
    made = browser.post("/api/v1/snoozes/", body, content_type="application/json")
    assert (made.status_code, made.json()["until_on"]) == (201, "2026-12-01")
    assert browser.get("/api/v1/needs/").json()["count"] == 0
    door = f"/api/v1/snoozes/{made.json()['id']}/unsnooze/"
    answers = [browser.post(door, {}, content_type="application/json").status_code for _each in range(2)]
    assert answers == [200, 409]
    assert browser.get("/api/v1/needs/", {"sign": "hole"}).json()["count"] == 1
    assert browser.get("/api/v1/needs/", {"sign": "nonsense"}).status_code == 400
