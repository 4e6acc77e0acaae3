"""A new version of a programme reaches running journeys as a diff in which local edits win."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from journeys import actions
from journeys.actions.plan import versions
from journeys.actions.plan.changes import difference, snapshots
from journeys.models import Journey, Programme, ProgrammeVersion, Step
from journeys.queries import offers
from tests.factories.journeys import make_delivery, make_journey, make_programme
from tests.factories.versions import publish_next

START = date(2026, 11, 23)


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def journey(organisation: Organisation, holder: User, programme: Programme) -> Journey:
    return make_journey(organisation, holder, programme=programme, started_on=START)


def step(journey: Journey, code: str) -> Step:
    return journey.steps.select_related("journey__programme__organisation").get(code=code)


def on(days: int) -> date:
    return START + timedelta(days=days)


def offer(journey: Journey, version: ProgrammeVersion) -> offers.Offer:
    return offers.offers_for([journey], version)[journey.pk]


def taken(journey: Journey, version: ProgrammeVersion) -> Journey:
    actions.apply_version(journey, version, by=None)
    return Journey.objects.get(pk=journey.pk)


def test_what_nobody_changed_takes_the_version_and_dates_follow(journey: Journey, programme: Programme) -> None:
    version = publish_next(
        programme, change={"posture": {"max_days": 45, "title_fr": "Posture"}, "plan": {"weight": 7}}
    )
    found = offer(journey, version)
    assert {(one.code, one.name) for one in found.merge.taken} == {
        ("posture", "max_days"), ("posture", "title_fr"), ("plan", "weight"),
    }  # fmt: skip
    assert found.summary == "2 étapes modifiées, 3 étapes déplacées"
    journey = taken(journey, version)
    rows = {one.code: one for one in journey.steps.all()}
    assert (rows["posture"].title_fr, rows["plan"].weight, journey.version) == ("Posture", 7, version)
    assert [rows[code].due_on for code in ("posture", "immersion", "plan")] == [on(45), on(135), on(105)]
    assert {one.template.version_id for one in rows.values() if one.template} == {version.pk}


def test_a_local_edit_wins_and_is_named(journey: Journey, programme: Programme, lead: User) -> None:
    actions.edit_step(step(journey, "plan"), title_fr="Plan à trois", weight=9, by=lead)
    actions.move_step(step(journey, "immersion"), due_on=on(150), by=lead)
    version = publish_next(
        programme, change={"plan": {"title_fr": "Plan solide", "evidence_fr": "Le plan"}, "immersion": {"max_days": 99}}
    )
    found = offer(journey, version)
    assert [(one.name, one.mine, one.theirs) for one in found.merge.kept] == [
        ("title_fr", "Plan à trois", "Plan solide"), ("weight", 9, 2),
    ]  # fmt: skip
    journey = taken(journey, version)
    plan = step(journey, "plan")
    assert (plan.title_fr, plan.weight, plan.evidence_fr) == ("Plan à trois", 9, "Le plan")
    immersion = step(journey, "immersion")
    assert (immersion.due_on, immersion.is_pinned, immersion.max_days) == (on(150), True, 99)
    again = publish_next(programme, change={"plan": {"title_fr": "Plan ferme"}})
    assert [(one.name, one.theirs) for one in offer(journey, again).merge.kept] == [
        ("title_fr", "Plan ferme"), ("weight", 2),
    ]  # fmt: skip


def test_a_step_added_in_the_version_stands_in_its_order_and_waits_for_the_same(
    journey: Journey, programme: Programme, lead: User
) -> None:
    own = actions.add_step(journey, kind="milestone", title_fr="Local", max_days=9, by=lead)
    version = publish_next(programme, add=[{"code": "reseau", "max_days": 20}], after={"reseau": ["plan"]})
    journey = taken(journey, version)
    new = step(journey, "reseau")
    assert (new.due_on, new.state, [one.code for one in new.after.all()]) == (on(110), "planned", ["plan"])
    codes = list(journey.steps.order_by("position").values_list("code", flat=True))
    assert codes == [own.code, "posture", "mentorat", "immersion", "plan", "reseau"]
    assert step(journey, own.code).template is None


def test_a_step_added_late_begins_today_and_says_that_it_passes_its_limit(
    organisation: Organisation, programme: Programme
) -> None:
    old = make_journey(organisation, programme=programme, started_on=START - timedelta(days=200))
    version = publish_next(programme, add=[{"code": "reseau", "max_days": 20}])
    found = offer(old, version)
    assert [(one.code, one.limit, one.days) for one in found.cascade.breaches] == [("reseau", "late", 200)]
    assert step(taken(old, version), "reseau").due_on == START + timedelta(days=20)


def test_a_step_the_version_drops_goes_only_if_nothing_holds_it(
    journey: Journey, organisation: Organisation, programme: Programme, lead: User
) -> None:
    edited, recorded, begun = (make_journey(organisation, programme=programme) for _one in range(3))
    actions.edit_step(step(edited, "mentorat"), weight=1, by=lead)
    make_delivery(recorded, by=lead)
    actions.advance_step(step(begun, "mentorat"), "in_progress", by=lead)
    version = publish_next(programme, drop=["mentorat"])
    found = offers.offers_for([journey, edited, recorded, begun], version)
    assert {pk: (one.merge.dropped, [why for _code, why in one.merge.kept_whole]) for pk, one in found.items()} == {
        journey.pk: (["mentorat"], []),
        edited.pk: ([], ["edited"]),
        recorded.pk: ([], ["recorded"]),
        begun.pk: ([], ["in_progress"]),
    }
    gone = step(taken(journey, version), "mentorat")
    assert (gone.state, gone.waive_reason) == ("waived", "N’est plus dans la version 2 du dispositif")
    assert [step(taken(one, version), "mentorat").state for one in (edited, recorded, begun)] == [
        "planned", "planned", "in_progress",
    ]  # fmt: skip


def test_what_is_done_or_waived_stays(journey: Journey, programme: Programme, lead: User) -> None:
    actions.advance_step(step(journey, "posture"), "done", by=None)
    actions.waive_step(step(journey, "plan"), reason="Déjà", by=lead)
    version = publish_next(programme, change={"posture": {"weight": 8}, "plan": {"weight": 8}}, drop=["immersion"])
    journey = taken(journey, version)
    assert [(step(journey, code).state, step(journey, code).weight) for code in ("posture", "plan")] == [
        ("done", 1), ("waived", 2),
    ]  # fmt: skip
    assert step(journey, "posture").template == version.steps.get(code="posture")


def test_prerequisites_are_merged_and_one_that_would_close_a_ring_is_left_out(
    journey: Journey, programme: Programme, lead: User
) -> None:
    actions.edit_step(step(journey, "plan"), after=[step(journey, "immersion")], by=lead)
    version = publish_next(programme, after={"immersion": ["posture", "plan"], "mentorat": ["posture"]})
    found = offer(journey, version)
    assert found.merge.left_out == [("immersion", "plan")]
    assert "s’attendraient" in offers.notes_of(found)[0]
    journey = taken(journey, version)
    waits = {one.code: sorted(before.code for before in one.after.all()) for one in journey.steps.all()}
    assert waits == {"posture": [], "mentorat": ["posture"], "immersion": ["posture"], "plan": ["immersion"]}


def test_a_code_used_here_for_a_step_of_ones_own_is_left_alone(journey: Journey, programme: Programme) -> None:
    Step.objects.filter(journey=journey, code="plan").update(template=None)
    version = publish_next(programme, change={"plan": {"weight": 7}})
    assert offer(journey, version).merge.kept_whole == [("plan", "own")]
    assert (step(taken(journey, version), "plan").weight, journey.steps.count()) == (2, 4)


def test_taking_up_a_version_is_undone_whole(journey: Journey, programme: Programme, lead: User) -> None:
    def everything() -> list[Any]:
        rows = journey.steps.order_by("pk").values_list("pk", "template", "weight", "state", "due_on", "position")
        return [*rows, Journey.objects.get(pk=journey.pk).version_id]

    before = everything()
    version = publish_next(programme, add=[{"code": "reseau"}], change={"plan": {"weight": 7}}, drop=["mentorat"])
    actions.apply_version(journey, version, by=lead)
    assert everything() != before
    actions.undo_change(journey, by=lead)
    assert everything() == before


def test_twice_a_draft_or_another_programme_is_refused(
    journey: Journey, organisation: Organisation, programme: Programme
) -> None:
    version = publish_next(programme)
    taken(journey, version)
    draft = ProgrammeVersion.objects.create(programme=programme, number=9)
    elsewhere = publish_next(make_programme(organisation))
    for wrong in (version, draft, elsewhere):
        with pytest.raises(Refused):
            actions.apply_version(Journey.objects.get(pk=journey.pk), wrong, by=None)
    assert Journey.objects.get(pk=journey.pk).version == version


def test_a_declined_version_is_offered_no_more_but_the_next_one_is(journey: Journey, programme: Programme) -> None:
    version = publish_next(programme)
    assert offers.version_offered(journey) == version
    actions.decline_version(journey, version, by=None)
    assert offers.version_offered(journey) is None
    newer = publish_next(programme)
    assert offers.version_offered(journey) == newer


def test_many_take_it_up_each_on_its_own(
    journey: Journey, organisation: Organisation, programme: Programme, lead: User
) -> None:
    edited, ended = (make_journey(organisation, programme=programme) for _one in range(2))
    actions.edit_step(step(edited, "plan"), weight=9, by=lead)
    actions.leave_journey(ended, reason="moved", by=lead)
    version = publish_next(programme, change={"plan": {"weight": 7}, "posture": {"weight": 3}})
    results = actions.apply_version_to_many([journey, edited, ended], version, by=lead)
    assert [(one.offer.edits if one.offer else None, bool(one.refusal)) for one in results] == [
        (0, False), (1, False), (None, True),
    ]  # fmt: skip
    assert [Journey.objects.get(pk=one.pk).version.number for one in (journey, edited, ended)] == [2, 2, 1]
    assert [step(one, "plan").weight for one in (journey, edited, ended)] == [7, 9, 2]


def test_many_are_written_in_as_many_statements_as_few_and_remembered_as_they_stand(
    organisation: Organisation, programme: Programme, lead: User
) -> None:
    def some(count: int) -> list[Journey]:
        rows = [make_journey(organisation, programme=programme, started_on=START) for _one in range(count)]
        actions.edit_step(step(rows[0], "plan"), weight=9, by=lead)
        return rows

    few, many = some(2), some(6)
    version = publish_next(
        programme, add=[{"code": "reseau"}], change={"plan": {"weight": 7, "max_days": 150}}, drop=["mentorat"],
        after={"reseau": ["plan"]},
    )  # fmt: skip
    before = snapshots(many)
    with CaptureQueriesContext(connection) as of_few:
        actions.apply_version_to_many(few, version, by=lead)
    with CaptureQueriesContext(connection) as of_many:
        results = actions.apply_version_to_many(many, version, by=lead)
    assert len(of_few) == len(of_many)
    assert [(one.offer.changes, one.offer.edits) if one.offer else None for one in results] == [(3, 1), *[(3, 0)] * 5]
    stands = snapshots(many)
    for journey in many:
        change = journey.plan_changes.get(verb="apply_version")
        assert (change.before, change.after) == difference(before[journey.pk], stands[journey.pk])
        line = Entry.objects.about(journey).get(verb="apply_version")
        edits = 1 if journey == many[0] else 0
        assert (line.by, line.details) == (lead, {"version": 2, "changes": 3, "kept": edits})
        actions.undo_change(journey, by=lead)
    assert snapshots(list(Journey.objects.filter(pk__in=before))) == before


def test_what_the_database_refuses_of_one_holds_back_no_other(
    journey: Journey, organisation: Organisation, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_journey(organisation, programme=programme) for _one in range(2)]
    version = publish_next(programme, change={"plan": {"weight": 7}})
    write = versions._write

    def refuse_one(found: Any, newest: ProgrammeVersion, **kwargs: Any) -> Any:
        after = write(found, newest, **kwargs)
        if any(one.journey == journey for one in found):
            raise IntegrityError
        return after

    monkeypatch.setattr(versions, "_write", refuse_one)
    results = actions.apply_version_to_many([others[0], journey, others[1]], version, by=None)
    assert [bool(one.refusal) for one in results] == [False, True, False]
    assert [step(one, "plan").weight for one in (others[0], journey, others[1])] == [7, 2, 7]
    assert [Journey.objects.get(pk=one.pk).version.number for one in (others[0], journey, others[1])] == [2, 1, 2]


def test_the_offers_of_many_are_read_in_as_many_queries_as_those_of_one(
    journey: Journey, organisation: Organisation, programme: Programme
) -> None:
    others = [make_journey(organisation, programme=programme) for _one in range(3)]
    version = publish_next(programme, add=[{"code": "reseau"}], drop=["mentorat"])
    with CaptureQueriesContext(connection) as one:
        offers.offers_for([journey], version)
    with CaptureQueriesContext(connection) as four:
        offers.offers_for([journey, *others], version)
    assert len(one) == len(four)
