"""From one programme to another: what stands as done, who stays, and a ledger that stays whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.queries.figures import figure
from evaluation.queries.scope import Scope
from journeys import actions
from journeys.models import Bridge, Delivery, EvidenceFile, Journey, Programme, Step
from journeys.queries.bridges import equivalents, programmes_to_bridge
from journeys.queries.lead import lead_home
from journeys.queries.ledger import ledger
from mentoring.models import Mentorship
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_journey, make_programme, step_of
from tests.factories.mentoring import make_pair
from tests.factories.stays import make_milestone

Browser = Callable[[User], Client]
START = date(2026, 9, 1)
OTHER_STEPS: list[dict[str, Any]] = [
    {"code": "posture-ess", "kind": "module", "weight": 1, "max": 30, "minutes": 420,
     "title_fr": "Posture  ENTREPRENEURIALE", "title_en": "Posture"},
    {"code": "mentorat", "kind": "mentoring", "weight": 3, "max": 200, "minutes": 300, "occurrences": 3,
     "title_fr": "Accompagnement par une mentore", "title_en": "A mentor"},
    {"code": "pitch", "kind": "milestone", "weight": 2, "max": 120,
     "title_fr": "Plan d'affaires valide", "title_en": "Pitch"},
    {"code": "client", "kind": "milestone", "weight": 2, "max": 150,
     "title_fr": "Premier client", "title_en": "First client"},
]  # fmt: skip
"""The first matches by its title, the second by its code, the third by its title; the last has no equivalent."""


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    programme = make_programme(organisation, "creation")
    return make_journey(organisation, holder, programme=programme, referent=lead, started_on=START, name="Café")


@pytest.fixture
def ess(organisation: Organisation) -> Programme:
    return make_programme(organisation, "ess", title_fr="Incubation", title_en="Incubation", steps=OTHER_STEPS)


@pytest.fixture
def advanced(journey: Journey) -> Journey:
    """The module done in October, the plan validated on the 10th of November, hours received on both."""
    actions.advance_step(step_of(journey, "module"), Step.State.DONE, on=date(2026, 10, 6), by=None)
    make_confirmed_delivery(journey, kind="module", minutes=420)
    make_milestone(journey, reached_on=date(2026, 11, 10), evidence="Plan relu par la banque")
    make_delivery(journey, minutes=90)
    return journey


def cross(journey: Journey, programme: Programme, by: User | None = None, **given: Any) -> Journey:
    """Everything that is done is carried, unless told otherwise."""
    done = [one.step.pk for one in equivalents(journey, programme) if one.is_done]
    facts = {"kind": "move", "steps": done, "companions": []} | given
    return actions.bridge_journey(journey, programme=programme, by=by, **facts)


def door(journey: Journey, programme: Programme | None = None) -> str:
    url = reverse("journeys:journey_bridge", args=[journey.pk])
    return f"{url}?programme={programme.pk}" if programme else url


def received(*journeys: Journey) -> int:
    return ledger(Delivery.objects.filter(journey__in=journeys)).minutes


# --- What stands as done --------------------------------------------------------------------------------
def test_equivalents_are_found_by_code_or_folded_title_within_a_kind(advanced: Journey, ess: Programme) -> None:
    found = equivalents(advanced, ess)
    assert [(one.template.code, one.step.code, one.is_done, one.why, one.minutes) for one in found] == [
        ("posture-ess", "posture", True, "même titre", 420),
        ("mentorat", "mentorat", False, "même étape", 90),
        ("pitch", "plan", True, "même titre", 0),
    ]
    assert found[2].note == "fait le 10 novembre · Plan relu par la banque · même titre"


def test_the_same_module_is_the_same_step_whatever_its_name(organisation: Organisation, advanced: Journey) -> None:
    other = make_programme(organisation, "autre", steps=[{**OTHER_STEPS[0], "title_fr": "Oser", "title_en": "Dare"}])
    template = other.versions.get().steps.get()
    assert equivalents(advanced, other) == []
    template.module = step_of(advanced, "module").module
    template.save()
    assert [(one.step.code, one.why) for one in equivalents(advanced, other)] == [("posture", "même module")]


def test_a_step_answers_for_one_only(organisation: Organisation, advanced: Journey) -> None:
    twice = [OTHER_STEPS[0], {**OTHER_STEPS[0], "code": "posture"}]
    other = make_programme(organisation, "double", steps=twice)
    assert [one.template.code for one in equivalents(advanced, other)] == ["posture-ess"]


def test_what_is_ticked_stands_as_done_with_its_day_and_evidence(advanced: Journey, ess: Programme) -> None:
    made = cross(advanced, ess)
    steps = {step.code: step for step in made.steps.order_by("position")}
    former = {step.code: step for step in advanced.steps.order_by("position")}
    assert [(code, step.state, step.done_on, step.carried_from) for code, step in steps.items()] == [
        ("posture-ess", "done", date(2026, 10, 6), former["posture"]),
        ("mentorat", "planned", None, None),
        ("pitch", "done", date(2026, 11, 10), former["plan"]),
        ("client", "planned", None, None),
    ]
    milestone = steps["pitch"].milestone
    assert (milestone.reached_on, milestone.evidence) == (date(2026, 11, 10), "Plan relu par la banque")


def test_what_is_not_ticked_starts_anew(advanced: Journey, ess: Programme) -> None:
    made = cross(advanced, ess, steps=[])
    assert set(made.steps.values_list("state", flat=True)) == {"planned"}


def test_only_what_is_done_and_hers_can_be_carried(
    organisation: Organisation, advanced: Journey, ess: Programme
) -> None:
    strange = step_of(make_journey(organisation, programme=advanced.programme), "module")
    for step in (step_of(advanced, "mentoring"), strange):
        with pytest.raises(Refused) as refused:
            cross(advanced, ess, steps=[step.pk])
        assert refused.value.field == "steps"
    assert (Bridge.objects.count(), Journey.objects.filter(programme=ess).count()) == (0, 0)


# --- Instead of, beside ---------------------------------------------------------------------------------
def test_instead_of_ends_the_first_and_keeps_the_ledger_whole(advanced: Journey, ess: Programme, lead: User) -> None:
    before = received(advanced)
    lines = list(Delivery.objects.order_by("pk").values_list("pk", "journey", "step", "minutes", "state"))
    made = cross(advanced, ess, reason="Devient coopérative", by=lead)
    advanced.refresh_from_db()
    assert (advanced.state, advanced.leave_reason, advanced.leave_comment, advanced.ended_on) == (
        "left",
        "bridged",
        "Devient coopérative",
        date(2026, 11, 23),
    )
    bridge = Bridge.objects.get()
    assert (bridge.from_journey, bridge.to_journey, bridge.kind, bridge.by) == (advanced, made, "move", lead)
    assert (received(advanced, made), received(made), before) == (510, 0, 510)
    assert list(Delivery.objects.order_by("pk").values_list("pk", "journey", "step", "minutes", "state")) == lines


def test_beside_leaves_the_first_as_it_is(advanced: Journey, ess: Programme) -> None:
    states = list(advanced.steps.order_by("pk").values_list("state", flat=True))
    made = cross(advanced, ess, kind="beside")
    advanced.refresh_from_db()
    assert (advanced.state, made.state, made.project, made.holder) == (
        "active",
        "active",
        advanced.project,
        advanced.holder,
    )
    assert list(advanced.steps.order_by("pk").values_list("state", flat=True)) == states


def test_a_milestone_reached_once_is_counted_once_on_the_home_of_leads(
    advanced: Journey, ess: Programme, lead: User
) -> None:
    assert lead_home(lead).milestones_done == 1
    cross(advanced, ess)
    assert lead_home(lead).milestones_done == 1


def test_twice_makes_one_new_journey(advanced: Journey, ess: Programme) -> None:
    stale = Journey.objects.get(pk=advanced.pk)
    cross(advanced, ess, kind="beside")
    for kind in ("beside", "move"):
        with pytest.raises(Refused):
            cross(stale, ess, kind=kind)
    stale.refresh_from_db()
    assert (Journey.objects.filter(programme=ess).count(), Bridge.objects.count(), stale.state) == (1, 1, "active")


def test_back_again_what_was_done_first_is_still_known(advanced: Journey, ess: Programme) -> None:
    """Creation → ESS → creation: even the step that ESS does not have is proposed again."""
    stay = step_of(advanced, "immersion")
    actions.advance_step(stay, Step.State.DONE, on=date(2026, 11, 20), by=None)
    there = cross(advanced, ess)
    back = cross(there, advanced.programme)
    done = {step.code: step.carried_from_id for step in back.steps.filter(state="done").order_by("position")}
    roots = {step.code: step.pk for step in advanced.steps.filter(state="done").order_by("position")}
    assert done == roots == {"posture": roots["posture"], "immersion": stay.pk, "plan": roots["plan"]}
    assert list(Bridge.objects.order_by("pk").values_list("from_journey", "to_journey")) == [
        (advanced.pk, there.pk),
        (there.pk, back.pk),
    ]
    assert Journey.objects.live().get() == back
    assert received(advanced, there, back) == 510


def test_where_one_may_go_on(
    organisation: Organisation, other_organisation: Organisation, advanced: Journey, ess: Programme, lead: User
) -> None:
    closed = make_programme(organisation, "ferme", is_open=False)
    elsewhere = make_programme(other_organisation, "ailleurs")
    assert list(programmes_to_bridge(advanced, lead)) == [ess]
    for programme in (closed, elsewhere, advanced.programme):
        with pytest.raises(Refused) as refused:
            cross(advanced, programme)
        assert refused.value.field == "programme"
    cross(advanced, ess, kind="beside")
    assert list(programmes_to_bridge(advanced, lead)) == []


def test_no_bridge_leaves_from_a_journey_that_is_over(advanced: Journey, ess: Programme) -> None:
    actions.leave_journey(advanced, reason="moved", by=None)
    with pytest.raises(Refused):
        cross(advanced, ess)


def test_a_paused_journey_is_left_by_a_bridge_too(advanced: Journey, ess: Programme) -> None:
    actions.pause_journey(advanced, reason="x", review_on=date(2027, 1, 4), by=None)
    cross(advanced, ess)
    advanced.refresh_from_db()
    assert (advanced.state, advanced.review_on) == ("left", None)


# --- Who stays ------------------------------------------------------------------------------------------
def test_who_is_ticked_sees_the_new_journey_and_the_pair_ends_with_the_first(
    organisation: Organisation, advanced: Journey, ess: Programme, lead: User, mentor: User
) -> None:
    make_pair(organisation, mentor, journey=advanced)
    made = cross(advanced, ess, companions=[mentor.pk, lead.pk])
    assert made.referent == lead
    here = made.companions.filter(ended_at=None).order_by("pk").values_list("user", "role")
    assert (mentor.pk, "mentor") in here
    assert list(Journey.objects.visible_to(mentor)) == [made]
    pair = Mentorship.objects.get()
    assert (pair.state, pair.end_reason, pair.journey) == ("ended", "bridged", advanced)


def test_who_is_not_ticked_does_not_nor_who_has_left(
    organisation: Organisation, advanced: Journey, ess: Programme, mentor: User, observer: User
) -> None:
    make_pair(organisation, mentor, journey=advanced)
    actions.add_companion(advanced, observer, "mentor", by=None)
    actions.end_companion(advanced, observer, "mentor", by=None)
    made = cross(advanced, ess, kind="beside", companions=[observer.pk])
    assert (made.referent, made.companions.count()) == (None, 0)
    assert Mentorship.objects.get().state == "active"


# --- The pages ------------------------------------------------------------------------------------------
def test_a_lead_chooses_sees_all_and_crosses(
    organisation: Organisation, advanced: Journey, ess: Programme, lead: User, mentor: User, client_of: Browser
) -> None:
    make_pair(organisation, mentor, journey=advanced)
    browser = client_of(lead)
    choice = browser.get(door(advanced))
    assert choice.context["programmes"] == [(ess, f"?programme={ess.pk}")]
    page = browser.get(door(advanced, ess))
    form = page.context["form"]
    done = [one.step.pk for one in equivalents(advanced, ess) if one.is_done]
    assert (form.initial["steps"], form.initial["companions"]) == (done, [lead.pk, mentor.pk])
    assert "Plan relu par la banque" in page.content.decode()
    assert Bridge.objects.count() == 0
    wrong = browser.post(door(advanced, ess), {"steps": done, "reason": "Devient coopérative"})
    assert (list(wrong.context["form"].errors), "Devient coopérative" in wrong.content.decode()) == (["kind"], True)
    body = {"kind": "move", "steps": done, "companions": [mentor.pk], "reason": "Devient coopérative"}
    answer = browser.post(door(advanced, ess), body)
    made = Journey.objects.get(programme=ess)
    assert answer.headers["Location"] == reverse("journeys:journey_detail", args=[made.pk])
    arrival = browser.get(answer.headers["Location"])
    [crossing] = arrival.context["crossings"]
    assert (crossing.is_arrival, crossing.other, crossing.minutes) == (True, advanced, 510)
    assert "8\u00a0h\u00a030 reçues sur le parcours précédent" in arrival.content.decode()
    lines = {line.step.code: (line.record_label, line.record_url) for line in arrival.context["lines"]}
    former = reverse("journeys:journey_detail", args=[advanced.pk])
    assert lines["posture-ess"] == ("Voir où elle a été faite", f"{former}#step-{done[0]}")
    left = browser.get(former)
    assert [(one.is_arrival, one.other) for one in left.context["crossings"]] == [(False, made)]
    assert "Devient coopérative" in left.content.decode()


def test_the_mentor_reads_where_she_came_from_without_a_door_that_is_shut(
    organisation: Organisation, advanced: Journey, ess: Programme, mentor: User, client_of: Browser
) -> None:
    make_pair(organisation, mentor, journey=advanced)
    made = cross(advanced, ess, companions=[mentor.pk])
    [crossing] = client_of(mentor).get(reverse("journeys:journey_detail", args=[made.pk])).context["crossings"]
    assert (crossing.url, crossing.minutes) == ("", 510)


def test_the_holder_goes_between_both_ledgers(
    advanced: Journey, ess: Programme, holder: User, client_of: Browser
) -> None:
    made = cross(advanced, ess)
    page = client_of(holder).get(reverse("journeys:journey_ledger", args=[made.pk]))
    urls = {url for _name, url, _here in page.context["switch"]}
    assert urls == {reverse("journeys:journey_ledger", args=[one.pk]) for one in (advanced, made)}


def test_nowhere_to_go_on_says_so(advanced: Journey, lead: User, client_of: Browser) -> None:
    page = client_of(lead).get(door(advanced))
    assert "Pas d’autre dispositif où continuer" in page.content.decode()


def test_a_programme_that_cannot_be_chosen_leads_back_to_the_choice(
    other_organisation: Organisation, advanced: Journey, ess: Programme, lead: User, client_of: Browser
) -> None:
    strange = make_programme(other_organisation, "ailleurs")
    answer = client_of(lead).post(door(advanced, strange), {"kind": "move"})
    assert answer.templates[0].name == "journeys/bridge_choose.html"
    assert Bridge.objects.count() == 0


@pytest.mark.parametrize(("persona", "code"), [("holder", 403), ("steward", 403), ("outsider", 404), ("observer", 404)])
def test_only_leads_cross(
    advanced: Journey, ess: Programme, client_of: Browser, persona: str, code: int, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(persona))
    assert browser.get(door(advanced, ess)).status_code == code
    assert browser.post(door(advanced, ess), {"kind": "move"}).status_code == code
    assert Bridge.objects.count() == 0


def test_the_pages_cost_as_much_for_three_bridges_as_for_one(
    organisation: Organisation,
    advanced: Journey,
    lead: User,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    def add(number: int) -> None:
        other = make_programme(organisation, f"autre-{number}", steps=OTHER_STEPS)
        cross(advanced, other, kind="beside")

    add(0)
    browser = client_of(lead)
    url = reverse("journeys:journey_detail", args=[advanced.pk])
    assert_num_queries_same(lambda: browser.get(url), lambda: [add(number) for number in (1, 2)])


# --- Over HTTP ------------------------------------------------------------------------------------------
def test_the_same_acts_over_http(advanced: Journey, ess: Programme, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)
    ask = reverse("api:journeys-equivalents", args=[advanced.pk])
    assert browser.get(ask).status_code == 400
    found = browser.get(ask, {"programme": ess.pk}).json()
    done = [one["step"] for one in found if one["is_done"]]
    first = found[0]
    assert (first["title"], first["is_done"], first["minutes"]) == ("Posture  ENTREPRENEURIALE", True, 420)
    url = reverse("api:journeys-bridge", args=[advanced.pk])
    body = {"programme": ess.pk, "kind": "move", "steps": done, "companions": [lead.pk], "reason": "Coopérative"}
    made = browser.post(url, body, content_type="application/json")
    assert (made.status_code, made.json()["programme"], made.json()["referent"]) == (201, ess.pk, lead.pk)
    assert browser.post(url, body, content_type="application/json").status_code == 409
    [bridge] = browser.get(reverse("api:bridges-list")).json()["results"]
    assert (bridge["from_journey"], bridge["to_journey"], bridge["kind"]) == (advanced.pk, made.json()["id"], "move")
    assert Journey.objects.filter(programme=ess).count() == 1


def test_files_that_show_a_milestone_cross_the_bridge_with_it(journey: Journey, ess: Programme, lead: User) -> None:
    step = step_of(journey, "milestone")
    upload = actions.Upload("plan.pdf", b"%PDF-1.7\n%%EOF\n")
    actions.reach_milestone(step, reached_on=START, uploads=[upload], by=lead)
    made = actions.bridge_journey(journey, programme=ess, kind="move", steps=[step.pk], by=lead)
    first, carried = EvidenceFile.objects.order_by("pk")
    assert (carried.step.journey, carried.step.state) == (made, "done")
    assert (carried.name, carried.digest, carried.added_by) == (first.name, first.digest, lead)
    assert carried.file.name != first.file.name
    with carried.file.open("rb") as content:
        assert content.read() == upload.data


def test_a_bridge_into_a_programme_where_the_team_is_shares_both_ways(
    organisation: Organisation, holder: User, lead: User
) -> None:
    """What she carries is done for her team-mate there; what they have done there is done for her. It counts once."""
    first, second = (make_programme(organisation) for _ in range(2))
    for programme in (first, second):
        programme.versions.get().steps.filter(code__in=["plan", "immersion"]).update(is_shared=True)
    journey = make_journey(organisation, holder, programme=first)
    noa = actions.Newcomer("noa@example.org", "Noa", "Petit")
    actions.join_project(journey.project, noa, part="partner", joined_on=clock.today(), programme=second, by=lead)
    mate = Journey.objects.get(programme=second)
    plan = make_milestone(journey).step
    actions.advance_step(mate.steps.get(code="immersion"), "done", by=lead)
    made = actions.bridge_journey(journey, programme=second, kind="move", steps=[plan.pk], by=lead)
    for one in (mate, made):
        assert dict(one.steps.filter(is_shared=True).values_list("code", "state")) == {
            "plan": "done",
            "immersion": "done",
        }
    assert mate.steps.get(code="plan").shared_from == made.steps.get(code="plan")
    assert made.steps.get(code="immersion").shared_from == mate.steps.get(code="immersion")
    scope = Scope(organisation=organisation.pk, since=None, until=clock.today())
    assert [figure(code, scope).numerator for code in ("milestones", "immersions")] == [1, 1]
