"""The homes: a holder's (where, what next, what I owe), a lead's (who needs me), and who lands where."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import DateTimeField, Value
from django.test import Client
from django.urls import reverse

from backend.accounts.actions import grant_role
from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.models import Company, Immersion, Journey
from journeys.queries.attention import needs_of
from journeys.queries.home import holder_home, upcoming
from journeys.queries.lead import lead_home, targets_of
from tests.factories.accounts import make_member
from tests.factories.journeys import (
    finish,
    make_companion,
    make_confirmed_delivery,
    make_delivery,
    make_journey,
    make_programme,
    step_of,
)
from tests.factories.mentoring import make_pair, make_past_session, make_session
from tests.factories.stays import enrol, make_company, make_immersion, make_module_date, module_of

Browser = Callable[[User], Client]
HOME = "/"


def part(browser: Client, **query: str) -> str:
    """Which home was shown."""
    return str(browser.get(HOME, query).context["part"])


# --- Who lands where --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("persona", "shown"),
    [
        ("lead", "journeys/home_lead.html"),
        ("mentor", "journeys/home_mentor.html"),
        ("holder", "journeys/home_holder_empty.html"),
    ],
)
def test_each_role_has_its_home(persona: str, shown: str, client_of: Browser, request: pytest.FixtureRequest) -> None:
    assert part(client_of(request.getfixturevalue(persona))) == shown


def test_observers_and_stewards_go_to_the_publications(observer: User, steward: User, client_of: Browser) -> None:
    for person in (observer, steward):
        answer = client_of(person).get(HOME)
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("evaluation:snapshot_list"))


def test_a_stranger_signs_in_and_who_has_no_role_is_told(
    organisation: Organisation, anonymous: Client, client_of: Browser
) -> None:
    from tests.factories.accounts import make_user

    assert anonymous.get(HOME).headers["Location"] == f"{reverse('account_login')}?next=/"
    assert part(client_of(make_user())) == "journeys/home_nobody.html"


def test_with_several_roles_one_chooses_the_home(organisation: Organisation, lead: User, client_of: Browser) -> None:
    grant_role(lead, organisation, "mentor", by=None)
    browser = client_of(lead)
    assert (part(browser), part(browser, **{"as": "mentor"}), part(browser, **{"as": "observer"})) == (
        "journeys/home_lead.html",
        "journeys/home_mentor.html",
        "journeys/home_lead.html",
    )
    page = browser.get(HOME, {"as": "mentor"})
    assert [(str(label), url, current) for label, url, current in page.context["views"]] == [
        ("Responsable de programme", "/?as=lead", False),
        ("Mentor", "/?as=mentor", True),
    ]


# --- The holder -------------------------------------------------------------------------------------
@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead)


def test_the_home_says_where_she_is_and_what_comes_next(journey: Journey, holder: User) -> None:
    actions.advance_step(step_of(journey, "module"), "done", by=None)
    home = holder_home(holder)
    assert home is not None
    assert [(stop.label, stop.state, stop.is_current) for stop in home.stops] == [
        ("Posture entrepreneuriale", "done", False),
        ("Mentorat", "planned", False),
        ("Immersion en entreprise", "planned", False),
        ("Plan d’affaires validé", "planned", True),
    ]
    assert (home.progress.percent, home.next_dated, home.todos, home.main) == (10, None, [], None)


def test_what_she_owes_is_in_the_order_of_urgency(journey: Journey, holder: User, mentor: User) -> None:
    make_delivery(journey, minutes=90, by=mentor)
    for text, due in (("Plus tard", 20), ("En retard", -3), ("Sans date", None)):
        day = clock.today() + timedelta(days=due) if due is not None else None
        actions.add_commitment(journey, text=text, owner=holder, due_on=day, by=None)
    step = step_of(journey, "module")
    type(step).objects.filter(pk=step.pk).update(due_on=clock.today() - timedelta(days=1))
    home = holder_home(holder)
    assert home is not None
    assert [(todo.code, todo.title.replace("\u00a0", " ")) for todo in home.todos] == [
        ("confirm", "1 h 30 · mentorat"),
        ("commitment", "En retard"),
        ("commitment", "Plus tard"),
        ("commitment", "Sans date"),
        ("late", "Posture entrepreneuriale"),
    ]
    assert home.main == home.todos[0]


def test_a_module_whose_dates_are_open_is_to_choose_until_she_has_a_seat(journey: Journey, holder: User) -> None:
    step = step_of(journey, "module")
    type(step).objects.filter(pk=step.pk).update(due_on=clock.today() + timedelta(days=10))
    date = make_module_date(module_of(journey), starts_at=clock.now() + timedelta(days=5))
    home = holder_home(holder)
    assert home is not None and home.main is not None
    page = reverse("journeys:module_detail", args=[step.module_id])
    assert (home.main.code, home.main.title, home.main.url) == ("choose", "Posture entrepreneuriale", page)
    assert home.stops[0].url == page
    enrol(date, journey)
    assert [todo.code for todo in holder_home(holder).todos] == []  # type: ignore[union-attr]  # she has one


def test_a_late_milestone_is_no_more_owed_while_her_proposal_waits(journey: Journey, holder: User) -> None:
    step = step_of(journey, "milestone")
    type(step).objects.filter(pk=step.pk).update(due_on=clock.today() - timedelta(days=1))
    assert [todo.code for todo in holder_home(holder).todos] == ["late"]  # type: ignore[union-attr]  # she has one
    actions.propose_milestone(step, reached_on=clock.today(), evidence="Devis signé", by=holder)
    home = holder_home(holder)
    assert home is not None
    assert (home.todos, home.stops[-1].note) == ([], "proposé, en attente de lecture")


def test_a_session_within_a_day_comes_before_what_she_owes(
    organisation: Organisation, journey: Journey, holder: User, client_of: Browser
) -> None:
    pair = make_pair(organisation, journey=journey)
    make_session(pair, clock.now() + timedelta(hours=20))
    make_delivery(journey)
    home = holder_home(holder)
    assert home is not None and home.next_dated is not None
    assert (home.main, home.next_dated.on, home.next_dated.place) == (
        None,
        clock.today() + timedelta(days=1),
        "Café du Bouffay",
    )
    page = client_of(holder).get(HOME)
    assert [todo.code for todo in page.context["todos"]] == ["confirm", "question"]


def test_dates_ahead_are_told_once_in_their_order(organisation: Organisation, journey: Journey) -> None:
    pair = make_pair(organisation, journey=journey)
    make_session(pair, clock.now() + timedelta(days=9))
    company = Company.objects.create(organisation=organisation, name="Envie 44")
    Immersion.objects.create(
        step=step_of(journey, "immersion"),
        company=company,
        tutor_name="Denis",
        minutes_planned=600,
        starts_on=clock.today() + timedelta(days=4),
        ends_on=clock.today() + timedelta(days=6),
    )
    assert [(one.on - clock.today()).days for one in upcoming(journey)] == [4, 9]
    assert upcoming(journey)[0].title == "Immersion chez Envie 44"


def test_another_person_s_commitment_is_not_hers(journey: Journey, holder: User, lead: User) -> None:
    actions.add_commitment(journey, text="Relire", owner=lead, due_on=None, by=None)
    home = holder_home(holder)
    assert home is not None and home.todos == []


def test_with_several_journeys_she_switches(
    organisation: Organisation, journey: Journey, holder: User, client_of: Browser
) -> None:
    other = make_journey(organisation, holder, started_on=clock.today() - timedelta(days=30))
    browser = client_of(holder)
    assert browser.get(HOME).context["home"].journey == journey
    page = browser.get(HOME, {"journey": str(other.pk)})
    assert (page.context["home"].journey, len(page.context["switch"])) == (other, 2)
    assert browser.get(HOME, {"journey": "nonsense"}).context["home"].journey == journey


def test_nobody_s_journey_is_shown_through_the_switch(
    organisation: Organisation, journey: Journey, holder: User, client_of: Browser
) -> None:
    foreign = make_journey(organisation)
    assert client_of(holder).get(HOME, {"journey": str(foreign.pk)}).context["home"].journey == journey


def test_the_end_of_the_line_shows_no_current_stop(journey: Journey, holder: User, client_of: Browser) -> None:
    finish(journey)
    actions.complete_journey(journey, by=None)
    home = client_of(holder).get(HOME).context["home"]
    assert (home.here, home.progress.percent, [stop.is_current for stop in home.stops]) == (None, 100, [False] * 4)


def test_confirming_from_the_home_comes_back_to_it(journey: Journey, holder: User, client_of: Browser) -> None:
    delivery = make_delivery(journey)
    browser = client_of(holder)
    page = browser.get(HOME)
    main = page.context["home"].main
    answer = browser.post(main.url, {"next": "/"})
    delivery.refresh_from_db()
    assert (answer.headers["Location"], delivery.state) == ("/", "confirmed")
    assert browser.get(HOME).context["home"].main is None


def test_the_holder_s_home_costs_as_much_for_three_of_each_as_for_one(
    journey: Journey, holder: User, mentor: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add() -> None:
        make_delivery(journey, by=mentor)
        actions.add_commitment(journey, text="Appeler", owner=holder, due_on=None, by=None)

    add()
    browser = client_of(holder)
    assert_num_queries_same(lambda: browser.get(HOME), lambda: [add() for _ in range(2)])


# --- The lead ---------------------------------------------------------------------------------------
def somebody(organisation: Organisation, first: str, **fields: object) -> Journey:
    return make_journey(organisation, make_member(organisation, "holder", first_name=first, last_name=first), **fields)  # type: ignore[arg-type]  # passed on as they are


def test_a_lead_sees_who_needs_her_why_and_what_to_do(organisation: Organisation, lead: User) -> None:
    old = clock.today() - timedelta(days=60)
    hole = somebody(organisation, "Trou", started_on=old)
    make_companion(hole, lead)
    disputed = somebody(organisation, "Dispute")
    actions.dispute_delivery(make_delivery(disputed), comment="Non.", by=None)
    fine = somebody(organisation, "Fine")
    make_companion(fine, lead)
    unsigned = somebody(organisation, "Papier")
    make_companion(unsigned, lead)
    company = Company.objects.create(organisation=organisation, name="Envie 44")
    Immersion.objects.create(
        step=step_of(unsigned, "immersion"),
        company=company,
        tutor_name="Denis",
        minutes_planned=600,
        state="to_sign",
        starts_on=clock.today() + timedelta(days=6),
        ends_on=clock.today() + timedelta(days=8),
    )
    needs = needs_of(lead)
    assert [(need.journey, need.sign.code, [sign.code for sign in need.also]) for need in needs] == [
        (disputed, "disputed", ["no_mentor"]),
        (unsigned, "unsigned", []),
        (hole, "hole", []),
    ]
    line = disputed.deliveries.get(state="disputed")
    assert needs[0].act_url == f"{reverse('journeys:journey_ledger', args=[disputed.pk])}#line-{line.pk}"
    assert needs[0].note.replace("\u00a0", " ") == (
        "Ligne contestée du 22 novembre, 1 h 30 : « Non. » Aussi : sans mentor."
    )
    assert (
        needs[1].note.replace("\u00a0", " ")
        == "L’immersion chez Envie 44 débute le 29 novembre ; sa convention est « à signer »."
    )


def test_something_wrong_in_a_stay_comes_first_with_the_words_of_its_side(
    organisation: Organisation, lead: User
) -> None:
    journey = somebody(organisation, "Zoé")
    company = make_company(organisation, "Envie 44")
    stay = make_immersion(journey, state="in_progress", company=company, starts_on=clock.today())
    actions.answer_check_in(stay, side="holder", mood="mixed", by=None)
    assert [need.sign.code for need in needs_of(lead)] == ["no_mentor"]
    for words, shown in (("", "."), ("Il fait froid", " : « Il fait froid »")):
        actions.answer_check_in(stay, side="tutor", mood="wrong", words=words, by=None)
        [need] = needs_of(lead)
        said = need.note.replace("\u00a0", " ")
        assert said == f"Quelque chose ne va pas chez Envie 44 (tuteur){shown} Aussi : sans mentor."
        assert (need.sign.code, need.act_url) == ("stay_wrong", reverse("journeys:immersion_detail", args=[stay.pk]))
    actions.answer_check_in(stay, side="tutor", mood="good", by=None)
    assert [need.sign.code for need in needs_of(lead)] == ["no_mentor"]


def test_a_silent_person_is_to_be_called(organisation: Organisation, lead: User) -> None:
    programme = make_programme(organisation, hole_days=400)
    journey = somebody(organisation, "Awa", programme=programme, started_on=clock.today() - timedelta(days=60))
    make_companion(journey, lead)
    holder = journey.holder
    type(holder).objects.filter(pk=holder.pk).update(phone="06 12 34 56 78")
    [need] = needs_of(lead)
    assert (need.sign.code, need.sign.act, need.act_url) == (
        "silent",
        "Appeler pour prendre des nouvelles",
        "tel:0612345678",
    )


def test_an_answer_to_a_questionnaire_breaks_the_silence(organisation: Organisation, lead: User) -> None:
    from journeys.signals import contact_asked

    programme = make_programme(organisation, hole_days=400)
    journey = somebody(organisation, "Awa", programme=programme, started_on=clock.today() - timedelta(days=60))
    make_companion(journey, lead)

    def heard(sender: object, journeys: Any, **kwargs: object) -> object:
        moment = Value(clock.now() - timedelta(days=2), output_field=DateTimeField())
        return Journey.objects.filter(pk__in=journeys).values_list("pk", moment)

    contact_asked.connect(heard, weak=False)
    try:
        assert needs_of(lead) == []
    finally:
        contact_asked.disconnect(heard)


def test_a_hole_with_a_pair_leads_to_planning_its_session(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    journey = somebody(organisation, "Awa", started_on=clock.today() - timedelta(days=60))
    pair = make_pair(organisation, journey=journey)
    main = client_of(lead).get(HOME).context["home"].main
    assert (main.journey, main.act_url) == (journey, reverse("mentoring:session_plan", args=[pair.pk]))


def test_what_is_around_them_is_named(organisation: Organisation, lead: User, client_of: Browser) -> None:
    journey = somebody(organisation, "Awa")
    pair = make_pair(organisation, journey=journey)
    make_past_session(pair)
    type(pair.mentor).objects.update(capacity=1)
    around = client_of(lead).get(HOME).context["around"]
    assert [(fact.title, fact.note) for fact in around][:2] == [
        ("1 séance à consigner", str(pair.mentor)),
        ("1 mentor est complet", str(pair.mentor)),
    ]


def test_targets_count_this_year_only(organisation: Organisation, lead: User) -> None:
    programme = make_programme(organisation, capacity=10)
    for first, days in (("Ana", 0), ("Bob", 10), ("Cid", 400)):
        somebody(organisation, first, programme=programme, started_on=clock.today() - timedelta(days=days))
    [target] = targets_of(lead)
    assert (target.started, target.live, target.show) == (2, 3, "2 sur 10")


def test_the_year_s_hours_and_milestones(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa")
    make_confirmed_delivery(journey, minutes=120)
    make_delivery(journey, minutes=60)
    make_confirmed_delivery(journey, minutes=500, days_ago=400)
    actions.advance_step(step_of(journey, "milestone"), "done", by=None)
    somebody(organisation, "Bob")
    home = lead_home(lead)
    assert (home.hours.sure, home.hours.minutes, home.milestones_done, home.milestones_total, home.year) == (
        120,
        180,
        1,
        2,
        2026,
    )


def test_a_lead_without_anybody_is_told_to_import(lead: User, client_of: Browser) -> None:
    page = client_of(lead).get(HOME)
    assert page.context["is_empty"] is True
    assert "Importer une cohorte" in page.content.decode()


def test_a_calm_day_is_said(organisation: Organisation, lead: User, client_of: Browser) -> None:
    make_companion(somebody(organisation, "Awa"), lead)
    page = client_of(lead).get(HOME)
    assert (page.context["is_empty"], page.context["home"].needs) == (False, [])
    assert "Personne ne vous attend" in page.content.decode()


def test_a_lead_sees_nobody_of_another_organisation(
    organisation: Organisation, other_organisation: Organisation, lead: User, outsider: User
) -> None:
    somebody(organisation, "Awa", started_on=clock.today() - timedelta(days=60))
    assert ([need.person for need in needs_of(lead)], needs_of(outsider)) == (["Awa Awa"], [])


def test_the_lead_s_home_costs_as_much_for_three_people_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add(first: str) -> None:
        journey = somebody(organisation, first, started_on=clock.today() - timedelta(days=60))
        actions.dispute_delivery(make_delivery(journey, days_ago=50), comment="Non.", by=None)

    add("Ana")
    browser = client_of(lead)
    assert assert_num_queries_same(lambda: browser.get(HOME), lambda: [add("Bob"), add("Cid")]) <= 24
