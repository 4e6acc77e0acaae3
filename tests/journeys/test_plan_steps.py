"""The steps of one journey made its own: added, edited, moved, waived, restored, removed; the last change undone."""

from datetime import date, timedelta

import pytest

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Journey, PlanChange, Step
from journeys.queries.journeys import progress
from journeys.queries.plans import move_preview
from tests.factories.journeys import make_delivery, make_journey, step_of
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of
from tests.factories.together import fields_at_once

START = date(2026, 11, 23)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    """Posture (30 days), then immersion (120) and plan (90); mentoring apart (270)."""
    return make_journey(organisation, holder, referent=lead, started_on=START)


def step(journey: Journey, code: str) -> Step:
    return journey.steps.select_related("journey__programme__organisation").get(code=code)


def dues(journey: Journey) -> dict[str, int]:
    rows = journey.steps.order_by("position").values_list("code", "due_on")
    return {code: (due - START).days for code, due in rows}


def on(days: int) -> date:
    return START + timedelta(days=days)


def change_of(journey: Journey) -> PlanChange:
    return journey.plan_changes.order_by("-pk")[0]


# --- Added ----------------------------------------------------------------------------------------
def test_an_added_step_stands_in_its_place_and_counts_from_what_it_waits_for(journey: Journey, lead: User) -> None:
    made = actions.add_step(
        journey, kind="milestone", title_fr=" Visite de lieux ", weight=2, max_days=20, min_days=5,
        after=[step(journey, "posture")], evidence_fr="Trois visites", by=lead,
    )  # fmt: skip
    assert (made.title_fr, made.code, made.is_pinned) == ("Visite de lieux", "own-visite-de-lieux", False)
    assert (made.earliest_on, made.due_on) == (on(35), on(50))
    assert list(dues(journey)) == ["posture", "own-visite-de-lieux", "mentorat", "immersion", "plan"]
    assert [one.position for one in journey.steps.order_by("position")] == [1, 2, 3, 4, 5]
    assert progress(journey.steps.all()).total_weight == 12
    assert Entry.objects.about(made).get().verb == "add_step"


def test_an_added_step_with_its_own_day_is_pinned_and_its_code_is_unique(journey: Journey, lead: User) -> None:
    first = actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=on(10), by=lead)
    second = actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=on(12), by=lead)
    assert (first.code, second.code, first.is_pinned, first.due_on) == ("own-point", "own-point-2", True, on(10))
    assert (first.min_days, first.max_days) == (0, 10)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "milestone", "title_fr": " ", "max_days": 3}, "title_fr"),
        ({"kind": "party", "title_fr": "Fête", "max_days": 3}, "kind"),
        ({"kind": "module", "title_fr": "Gestion", "max_days": 3}, "module"),
        ({"kind": "milestone", "title_fr": "Rien"}, "due_on"),
        ({"kind": "milestone", "title_fr": "Rien", "min_days": 9, "max_days": 3}, "max_days"),
        ({"kind": "milestone", "title_fr": "Tôt", "due_on": on(-1)}, "due_on"),
        ({"kind": "milestone", "title_fr": "Loin", "due_on": date(2126, 1, 1)}, "due_on"),
        ({"kind": "milestone", "title_fr": "Lourd", "max_days": 3, "weight": 101}, "weight"),
        ({"kind": "milestone", "title_fr": "Bref", "max_days": 3, "minutes_expected": -5}, "minutes_expected"),
        ({"kind": "milestone", "title_fr": "Long", "max_days": 3, "minutes_expected": 60_001}, "minutes_expected"),
        ({"kind": "milestone", "title_fr": "x" * 161, "max_days": 3}, "title_fr"),
        ({"kind": "milestone", "title_fr": "Nul", "max_days": 3, "evidence_fr": "\x00"}, "evidence_fr"),
    ],
)
def test_a_step_that_cannot_be_is_refused_beside_its_field(
    journey: Journey, lead: User, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        actions.add_step(journey, by=lead, **facts)  # type: ignore[arg-type]
    assert (refusal.value.field, journey.steps.count(), journey.plan_changes.count()) == (field, 4, 0)


# --- Edited ---------------------------------------------------------------------------------------
def test_what_is_given_changes_and_the_rest_stays(journey: Journey, lead: User) -> None:
    actions.edit_step(step(journey, "plan"), is_required=False, weight=5, by=lead)
    row = step(journey, "plan")
    assert (row.is_required, row.weight, row.title_fr, row.due_on) == (False, 5, "Plan d’affaires validé", on(90))
    change = change_of(journey)
    assert change.before == {str(row.pk): {"weight": 2, "is_required": True}}
    assert change.after == {str(row.pk): {"weight": 5, "is_required": False}}


def test_an_edit_that_changes_nothing_leaves_no_change(journey: Journey, lead: User) -> None:
    actions.edit_step(step(journey, "plan"), weight=2, by=lead)
    assert (journey.plan_changes.count(), Entry.objects.filter(verb="edit_step").count()) == (0, 0)


def test_new_prerequisites_place_the_step_anew_and_its_followers_with_it(journey: Journey, lead: User) -> None:
    actions.edit_step(step(journey, "immersion"), after=[step(journey, "plan")], by=lead)
    assert dues(journey)["immersion"] == 180
    actions.edit_step(step(journey, "plan"), after=[], by=lead)
    assert (dues(journey)["plan"], dues(journey)["immersion"]) == (60, 150)


def test_a_ring_is_refused_and_its_titles_are_named(journey: Journey, lead: User) -> None:
    with pytest.raises(Refused, match="Posture entrepreneuriale → Plan d’affaires validé → Posture") as refusal:
        actions.edit_step(step(journey, "posture"), after=[step(journey, "plan")], by=lead)
    assert refusal.value.field == "after"
    assert not step(journey, "posture").after.exists()
    with pytest.raises(Refused):
        actions.edit_step(step(journey, "posture"), after=[step(journey, "posture")], by=lead)


def test_a_step_of_another_journey_cannot_come_first(journey: Journey, organisation: Organisation, lead: User) -> None:
    with pytest.raises(Refused) as refusal:
        actions.edit_step(step(journey, "plan"), after=[step_of(make_journey(organisation), "module")], by=lead)
    assert refusal.value.field == "after"


# --- Moved ----------------------------------------------------------------------------------------
def test_a_moved_step_takes_its_followers_along_and_holds(journey: Journey, lead: User) -> None:
    done = actions.move_step(step(journey, "posture"), due_on=on(44), by=lead)
    assert dues(journey) == {"posture": 44, "mentorat": 270, "immersion": 134, "plan": 104}
    row = step(journey, "posture")
    assert (row.is_pinned, row.earliest_on) == (True, on(0) + timedelta(days=14))
    assert done.preview.summary == "3 étapes bougent, 1 dépasse sa date limite"
    assert not step(journey, "plan").is_pinned


def test_moving_it_where_it_is_changes_nothing(journey: Journey, lead: User) -> None:
    for _time in range(2):
        actions.move_step(step(journey, "posture"), due_on=on(44), by=lead)
    assert (journey.plan_changes.count(), Entry.objects.filter(verb="move_step").count()) == (1, 1)


def test_a_step_done_or_pinned_stays_when_what_comes_first_moves(journey: Journey, lead: User) -> None:
    actions.move_step(step(journey, "plan"), due_on=on(80), by=lead)
    actions.advance_step(step(journey, "immersion"), "done", by=None)
    moved = actions.move_step(step(journey, "posture"), due_on=on(70), by=lead)
    assert (dues(journey)["plan"], dues(journey)["immersion"]) == (80, 120)
    assert [words.replace("\u00a0", " ") for words in moved.preview.notes] == [
        "« Posture entrepreneuriale » dépasse sa date limite de 40 jours.",
        "« Plan d’affaires validé » commence 40 jours trop tôt.",
        "« Immersion en entreprise » reste en place (fait).",
        "« Plan d’affaires validé » reste en place : ses dates ont été fixées à la main.",
    ]


def test_what_was_previewed_is_what_is_applied(journey: Journey, lead: User) -> None:
    seen = move_preview(step(journey, "posture"), due_on=on(44), by=lead)
    actions.edit_step(step(journey, "immersion"), after=[], by=lead)
    with pytest.raises(actions.PlanMoved):
        actions.move_step(step(journey, "posture"), due_on=on(44), digest=seen.digest, by=lead)
    assert dues(journey)["posture"] == 30
    again = move_preview(step(journey, "posture"), due_on=on(44), by=lead)
    actions.move_step(step(journey, "posture"), due_on=on(44), digest=again.digest, by=lead)
    assert dues(journey)["posture"] == 44


def test_looking_changes_nothing(journey: Journey, lead: User) -> None:
    before = dues(journey)
    move_preview(step(journey, "posture"), due_on=on(44), by=lead)
    assert (dues(journey), journey.plan_changes.count()) == (before, 0)


@pytest.mark.parametrize(
    ("due", "earliest", "field"),
    [(-1, None, "due_on"), (50, 60, "earliest_on"), (50, -3, "earliest_on"), (9000, None, "due_on")],
)
def test_days_that_cannot_be_are_refused(
    journey: Journey, lead: User, due: int, earliest: int | None, field: str
) -> None:
    first = None if earliest is None else on(earliest)
    with pytest.raises(Refused) as refusal:
        actions.move_step(step(journey, "plan"), due_on=on(due), earliest_on=first, by=lead)
    assert refusal.value.field == field


def test_dates_that_cannot_follow_are_named(journey: Journey, lead: User) -> None:
    date_ = make_module_date(module_of(journey), by=lead)
    enrol(date_, journey, by=lead)
    stay = make_immersion(journey)
    seen = move_preview(step(journey, "posture"), due_on=on(200), earliest_on=on(190), by=lead)
    assert [words[:2] for words in seen.conflicts] == ["«\u00a0", "Le"]
    assert str(stay.company) in seen.conflicts[1]
    within = move_preview(step(journey, "posture"), due_on=on(31), earliest_on=on(0), by=lead)
    assert all("Posture" not in words for words in within.conflicts)


# --- Waived, restored, removed --------------------------------------------------------------------
def test_a_waived_step_is_restored_on_its_dates_and_twice_is_refused(journey: Journey, lead: User) -> None:
    actions.waive_step(step(journey, "plan"), reason="Déjà validé", by=lead)
    actions.restore_step(step(journey, "plan"), by=lead)
    row = step(journey, "plan")
    assert (row.state, row.waive_reason, row.due_on) == ("planned", "", on(90))
    with pytest.raises(Refused):
        actions.restore_step(row, by=lead)


def test_only_an_own_step_with_nothing_recorded_is_removed(journey: Journey, lead: User) -> None:
    with pytest.raises(Refused, match="vient du dispositif"):
        actions.remove_step(step(journey, "plan"), by=lead)
    own = actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=on(5), by=lead)
    line = make_delivery(journey, by=lead)
    type(line).objects.filter(pk=line.pk).update(step=own)
    with pytest.raises(Refused, match="enregistré"):
        actions.remove_step(own, by=lead)
    type(line).objects.filter(pk=line.pk).update(step=step(journey, "mentorat"))
    actions.remove_step(own, by=lead)
    assert not journey.steps.filter(code="own-point").exists()


def test_the_plan_of_a_journey_that_ended_does_not_change(journey: Journey, lead: User) -> None:
    row = step(journey, "plan")
    actions.leave_journey(journey, reason="moved", by=lead)
    with pytest.raises(Refused, match="terminé"):
        actions.move_step(row, due_on=on(50), by=lead)


# --- Undone ---------------------------------------------------------------------------------------
def everything(journey: Journey) -> list[dict[str, object]]:
    rows = list(journey.steps.order_by("pk").values())
    for row in rows:
        row["after"] = sorted(Step.objects.get(pk=row["id"]).after.values_list("pk", flat=True))
        row.pop("created_at")
    return rows


def test_each_change_is_undone_whole(journey: Journey, lead: User) -> None:
    own = actions.add_step(
        journey, kind="milestone", title_fr="Local", max_days=9, after=[step(journey, "plan")], by=lead
    )
    for change in (
        lambda: actions.move_step(step(journey, "posture"), due_on=on(50), by=lead),
        lambda: actions.edit_step(step(journey, "immersion"), weight=9, after=[own], by=lead),
        lambda: actions.waive_step(step(journey, "mentorat"), reason="Non", by=lead),
        lambda: actions.remove_step(Step.objects.get(pk=own.pk), by=lead),
        lambda: actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=on(4), by=lead),
    ):
        before = everything(journey)
        change()
        assert everything(journey) != before
        actions.undo_change(journey, by=lead)
        assert everything(journey) == before
    assert Entry.objects.about(journey).filter(verb="undo_change").count() == 5


def test_undone_once_only_and_only_the_last(journey: Journey, lead: User) -> None:
    with pytest.raises(Refused):
        actions.undo_change(journey, by=lead)
    actions.edit_step(step(journey, "plan"), weight=3, by=lead)
    first = change_of(journey)
    actions.edit_step(step(journey, "plan"), weight=4, by=lead)
    with pytest.raises(Refused, match="entre-temps"):
        actions.undo_change(journey, change=first.pk, by=lead)
    actions.undo_change(journey, by=lead)
    with pytest.raises(Refused):
        actions.undo_change(journey, by=lead)
    assert step(journey, "plan").weight == 3
    change = change_of(journey)
    assert (change.undone_by, change.undone_at is not None) == (lead, True)


def test_what_changed_since_is_named_and_nothing_is_undone(journey: Journey, lead: User) -> None:
    actions.waive_step(step(journey, "plan"), reason="Non", by=lead)
    Step.objects.filter(journey=journey, code="plan").update(waive_reason="Autre")
    with pytest.raises(Refused, match="Plan d’affaires validé"):
        actions.undo_change(journey, by=lead)
    assert step(journey, "plan").state == "waived"
    own = actions.add_step(journey, kind="mentoring", title_fr="Point", due_on=on(5), by=lead)
    line = make_delivery(journey, by=lead)
    type(line).objects.filter(pk=line.pk).update(step=own)
    with pytest.raises(Refused, match="Point"):
        actions.undo_change(journey, by=lead)


@pytest.mark.django_db(transaction=True)
def test_two_who_undo_at_the_same_moment_undo_once(journey: Journey, lead: User) -> None:
    actions.edit_step(step(journey, "plan"), weight=3, by=lead)

    copies = [Journey.objects.get(pk=journey.pk) for _one in range(2)]
    said = fields_at_once(*(lambda copy=copy: actions.undo_change(copy, by=lead) for copy in copies))
    assert (said, step(journey, "plan").weight) == (["done", "refused"], 2)
