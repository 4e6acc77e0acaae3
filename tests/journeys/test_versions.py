"""The difference between two versions: what a lead reads, and what running journeys are offered."""

from typing import Any

from backend.accounts.models import Organisation
from backend.lib import clock
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.versions import difference
from tests.factories.journeys import make_programme


def next_version(programme: Programme, number: int = 2) -> ProgrammeVersion:
    """A copy of the last version, to be changed by the test."""
    last = programme.versions.order_by("-number")[0]
    new = ProgrammeVersion.objects.create(programme=programme, number=number, published_at=clock.now())
    made: dict[str, StepTemplate] = {}
    for step in last.steps.order_by("position"):
        before = [made[one.code] for one in step.after.order_by("pk")]
        step.pk, step._state.adding, step.version = None, True, new
        step.save()
        made[step.code] = step
        step.after.set(before)
    return new


def change(version: ProgrammeVersion, code: str, **facts: Any) -> StepTemplate:
    version.steps.filter(code=code).update(**facts)
    return version.steps.get(code=code)


def first_of(programme: Programme) -> ProgrammeVersion:
    return programme.versions.get(number=1)


def test_a_copy_differs_in_nothing(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    found = difference(first_of(programme), next_version(programme))
    assert found.is_empty
    assert list(found.steps) == ["posture", "mentorat", "immersion", "plan"]
    assert [found.added, found.removed, found.changed] == [[], [], []]


def test_a_step_is_known_by_its_code_whatever_its_title(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    new = next_version(programme)
    change(new, "immersion", title_fr="Stage d’une semaine", max_days=45)
    [step] = difference(first_of(programme), new).changed
    assert (step.code, step.facts, step.is_moved) == ("immersion", ("title_fr", "max_days"), False)
    assert step.old is not None and step.new is not None
    assert (step.old.max_days, step.new.max_days) == (90, 45)


def test_steps_that_come_and_go_are_told_apart_from_those_that_change(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    new = next_version(programme)
    new.steps.get(code="mentorat").delete()
    StepTemplate.objects.create(
        version=new, code="reseau", position=9, kind="milestone", title_fr="Premier réseau", max_days=30
    )
    found = difference(first_of(programme), new)
    assert [one.code for one in found.added] == ["reseau"]
    assert [one.code for one in found.removed] == ["mentorat"]
    assert found.changed == []


def test_the_one_step_moved_is_named_not_those_it_passed(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    new = next_version(programme)
    change(new, "plan", position=0)
    assert [one.code for one in difference(first_of(programme), new).changed if one.is_moved] == ["plan"]


def test_what_a_step_waits_for_is_part_of_the_difference(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    new = next_version(programme)
    new.steps.get(code="plan").after.set([new.steps.get(code="mentorat")])
    [step] = difference(first_of(programme), new).changed
    assert (step.code, step.after_added, step.after_removed) == ("plan", ("mentorat",), ("posture",))


def test_all_is_added_to_nothing(organisation: Organisation) -> None:
    found = difference(None, first_of(make_programme(organisation)))
    assert [one.code for one in found.added] == ["posture", "mentorat", "immersion", "plan"]


def test_the_difference_costs_four_queries(organisation: Organisation, django_assert_num_queries: Any) -> None:
    programme = make_programme(organisation)
    old, new = first_of(programme), next_version(programme)
    with django_assert_num_queries(4):
        assert difference(old, new).is_empty
