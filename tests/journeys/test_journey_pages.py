"""The journey page, its steps and commitments, and who may open each."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.models import Commitment, Journey, Step
from tests.factories.journeys import make_companion, make_delivery, make_journey, step_of
from tests.factories.mentoring import make_pair, make_session

Browser = Callable[[User], Client]


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead, name="Café des possibles")


@pytest.fixture
def ended_mentor(journey: Journey, mentor: User) -> User:
    """She accompanied this journey and does no more."""
    make_companion(journey, mentor)
    actions.end_companion(journey, mentor, "mentor", by=None)
    return mentor


def door(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def refusal(answer: Any) -> str:
    """The sentence at the top of the form, its hard spaces made plain."""
    [sentence] = answer.context["form"].non_field_errors()
    return str(sentence).replace("\u00a0", " ")


def page_of(client: Client, journey: Journey) -> Any:
    return client.get(door("journey_detail", journey)).context


# --- What each reader finds -------------------------------------------------------------------------
def test_a_lead_finds_the_line_the_acts_and_the_history(journey: Journey, lead: User, client_of: Browser) -> None:
    actions.waive_step(step_of(journey, "immersion"), reason="Déjà faite", by=lead)
    page = page_of(client_of(lead), journey)
    assert [(stop.label, stop.state, stop.note, stop.is_current) for stop in page["stops"]] == [
        ("Posture entrepreneuriale", "planned", "7\u00a0h", True),
        ("Mentorat", "planned", "6 séances de 1\u00a0h\u00a030", False),
        ("Immersion en entreprise", "waived", "Déjà faite", False),
        ("Plan d’affaires validé", "planned", "Plan à trois ans", False),
    ]
    assert [
        (line.step.kind, *map(bool, (line.record_url, line.move_url, line.waive_url))) for line in page["lines"]
    ] == [
        ("module", True, True, True),
        ("mentoring", False, True, True),
        ("immersion", False, False, False),
        ("milestone", True, True, True),
    ]
    assert [(deed.title, deed.text, deed.by) for deed in page["trail"]] == [
        ("Étape dispensée", "Immersion en entreprise · Déjà faite", str(lead)),
        ("Arrivée dans le groupe de suivi", str(lead), ""),
        ("Parcours ouvert", "", ""),
    ]
    assert [(act.label, act.url, act.is_main) for act in page["acts"]] == [
        ("Choisir un mentor", reverse("mentoring:mentor_pair", args=[journey.pk]), True)
    ]


def test_her_mentor_plans_and_reads_contacts_but_changes_no_state(
    organisation: Organisation, journey: Journey, mentor: User, client_of: Browser
) -> None:
    pair = make_pair(organisation, mentor, journey=journey)
    make_session(pair, clock.now() + timedelta(days=3))
    page = page_of(client_of(mentor), journey)
    can = page["can"]
    assert (can.leads, can.pause_journey, can.change_steps, can.add_commitment) == (False, False, False, True)
    assert ([act.is_main for act in page["acts"]], page["shows_contacts"]) == ([True, False, False], True)
    assert page["trail"] == []
    assert [one.on for one in page["upcoming"]] == [clock.today() + timedelta(days=3)]


def test_the_holder_reads_her_journey_without_the_tools_of_others(
    journey: Journey, holder: User, client_of: Browser
) -> None:
    page = page_of(client_of(holder), journey)
    acts = [act.url for act in page["acts"]]
    assert (page["shows_acts"], acts, page["trail"], page["health"], page["back_url"]) == (
        False,
        [reverse("mentoring:need_say", args=[journey.pk])],
        [],
        None,
        "/",
    )


def test_a_steward_reads_without_contacts_or_acts(journey: Journey, steward: User, client_of: Browser) -> None:
    page = page_of(client_of(steward), journey)
    assert (page["shows_contacts"], page["shows_acts"], page["acts"], page["can"].add_commitment) == (
        False,
        False,
        [],
        False,
    )


@pytest.mark.parametrize("persona", ["outsider", "observer", "mentor", "ended_mentor"])
def test_strangers_are_told_nothing(
    persona: str, journey: Journey, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(persona))
    step, commitment = (
        step_of(journey, "module"),
        actions.add_commitment(journey, text="Appeler", owner=journey.holder.user, due_on=None, by=None),
    )
    doors = [
        *(
            door(name, journey)
            for name in (
                "journey_detail",
                "journey_ledger",
                "journey_pause",
                "journey_resume",
                "journey_complete",
                "journey_leave",
                "commitment_add",
            )
        ),
        *(door(name, step) for name in ("step_advance", "step_waive")),
    ]
    assert [browser.get(url).status_code for url in doors] == [404] * len(doors)
    assert browser.post(door("commitment_complete", commitment)).status_code == 404


@pytest.mark.parametrize("persona", ["holder", "steward"])
def test_members_without_the_right_are_refused(
    persona: str, journey: Journey, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(persona))
    step = step_of(journey, "module")
    doors = [
        *(door(name, journey) for name in ("journey_pause", "journey_resume", "journey_complete", "journey_leave")),
        *(door(name, step) for name in ("step_advance", "step_waive")),
    ]
    assert [browser.get(url).status_code for url in doors] == [403] * len(doors)


def test_the_page_costs_as_much_for_three_of_each_as_for_one(
    journey: Journey, lead: User, holder: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add() -> None:
        make_delivery(journey)
        actions.add_commitment(journey, text="Appeler", owner=holder, due_on=None, by=lead)
        reached, proposed = (
            actions.add_step(journey, kind="milestone", title_fr="De plus", max_days=30, by=lead) for _ in range(2)
        )
        actions.reach_milestone(reached, reached_on=clock.today(), evidence="Vu", by=lead)
        actions.propose_milestone(proposed, reached_on=clock.today(), evidence="Signé", by=holder)

    add()
    browser = client_of(lead)
    assert_num_queries_same(lambda: page_of(browser, journey), lambda: [add() for _ in range(2)])


# --- Steps ------------------------------------------------------------------------------------------
def test_a_lead_moves_a_step_by_hand(journey: Journey, lead: User, client_of: Browser) -> None:
    step = step_of(journey, "module")
    browser = client_of(lead)
    form = browser.get(door("step_advance", step)).context["form"]
    assert [code for code, _label in form.fields["state"].choices] == ["scheduled", "in_progress", "done"]
    browser.post(door("step_advance", step), {"state": "done", "on": "2026-11-02"})
    step.refresh_from_db()
    assert (step.state, step.done_on) == ("done", date(2026, 11, 2))


@pytest.mark.parametrize("kind", ["milestone", "immersion"])
def test_milestones_and_immersions_are_done_by_their_records(
    kind: str, journey: Journey, lead: User, client_of: Browser
) -> None:
    step = step_of(journey, kind)
    answer = client_of(lead).post(door("step_advance", step), {"state": "done"})
    step.refresh_from_db()
    assert (list(answer.context["form"].errors), step.state) == (["state"], "planned")


def test_a_step_is_waived_with_a_reason_only(journey: Journey, lead: User, mentor: User, client_of: Browser) -> None:
    step = step_of(journey, "module")
    make_companion(journey, mentor)
    browser = client_of(mentor)
    assert list(browser.post(door("step_waive", step), {"reason": ""}).context["form"].errors) == ["reason"]
    browser.post(door("step_waive", step), {"reason": "Déjà suivi ailleurs"})
    step.refresh_from_db()
    assert (step.state, step.waive_reason) == ("waived", "Déjà suivi ailleurs")
    assert page_of(client_of(lead), journey)["progress"].total_weight == 9


def test_a_done_step_cannot_be_waived(journey: Journey, lead: User, client_of: Browser) -> None:
    step = actions.advance_step(step_of(journey, "module"), Step.State.DONE, by=None)
    answer = client_of(lead).post(door("step_waive", step), {"reason": "x"})
    assert refusal(answer) == "Ce n’est plus possible : l’état est maintenant « fait »."


# --- Commitments ------------------------------------------------------------------------------------
def test_a_commitment_has_an_owner_of_this_journey_and_a_day(
    journey: Journey, holder: User, mentor: User, lead: User, outsider: User, client_of: Browser
) -> None:
    make_companion(journey, mentor)
    browser = client_of(mentor)
    url = door("commitment_add", journey)
    owners = set(browser.get(url).context["form"].fields["owner"].queryset)
    assert owners == {holder, mentor, lead}
    foreign = browser.post(url, {"text": "Appeler", "owner": outsider.pk})
    assert list(foreign.context["form"].errors) == ["owner"]
    browser.post(url, {"text": "Appeler trois clients", "owner": holder.pk, "due_on": "2026-12-01"})
    row = Commitment.objects.get()
    assert (row.text, row.owner, row.due_on, row.made_by) == (
        "Appeler trois clients",
        holder,
        date(2026, 12, 1),
        mentor,
    )


def test_a_page_sent_twice_acts_once_and_keeps_what_was_typed(
    journey: Journey, holder: User, lead: User, client_of: Browser
) -> None:
    browser, url = client_of(lead), door("commitment_add", journey)
    once = re.findall(r'name="once" value="(\w{24})"', browser.get(url).content.decode())[0]
    typed = {"text": "Appeler la banque", "owner": holder.pk, "once": once}
    refused = browser.post(
        url, {**typed, "due_on": "jamais"}
    ).content.decode()  # nothing done: the page may be sent again
    assert "déjà envoyé" not in refused
    assert browser.post(url, typed).status_code == 302
    again = browser.post(url, typed).content.decode()
    assert "C’était déjà envoyé" in again and "Appeler la banque" in again
    assert Commitment.objects.count() == 1
    fresh = re.findall(r'name="once" value="(\w{24})"', again)[0]
    assert browser.post(url, {**typed, "once": fresh}).status_code == 302
    assert Commitment.objects.count() == 2


def test_its_owner_or_a_lead_ticks_it(
    journey: Journey, holder: User, mentor: User, lead: User, client_of: Browser
) -> None:
    make_companion(journey, mentor)
    first, second = (
        actions.add_commitment(journey, text=text, owner=holder, due_on=None, by=None) for text in ("Un", "Deux")
    )
    assert client_of(mentor).post(door("commitment_complete", first)).status_code == 403
    assert client_of(holder).get(door("commitment_complete", first)).status_code == 405
    client_of(holder).post(door("commitment_complete", first))
    client_of(lead).post(door("commitment_complete", second))
    page = page_of(client_of(lead), journey)
    assert (page["promises"], {row.commitment.text for row in page["kept"]}) == ([], {"Un", "Deux"})


def test_late_commitments_come_first_and_say_so(journey: Journey, holder: User, client_of: Browser) -> None:
    today = clock.today()
    for text, due in (
        ("Sans date", None),
        ("Bientôt", today + timedelta(days=9)),
        ("En retard", today - timedelta(days=2)),
    ):
        actions.add_commitment(journey, text=text, owner=holder, due_on=due, by=None)
    page = page_of(client_of(holder), journey)
    assert [(one.commitment.text, one.note, one.tone, one.may_complete) for one in page["promises"]] == [
        ("En retard", "Hawa Diallo, en retard depuis le 21 novembre", "warn", True),
        ("Bientôt", "Hawa Diallo, avant le 2 décembre", "info", True),
        ("Sans date", "Hawa Diallo", "info", True),
    ]


def test_pages_speak_english_to_who_reads_it(journey: Journey, lead: User, client_of: Browser) -> None:
    User.objects.filter(pk=lead.pk).update(language="en")
    page = page_of(client_of(lead), journey)
    assert [stop.label for stop in page["stops"]][:2] == ["Entrepreneurial posture", "Mentoring"]
    assert page["stops"][0].when == "by 23 December"
