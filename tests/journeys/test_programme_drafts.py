"""A programme designed: its draft started, changed step by step, published for good."""

from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from journeys import actions
from journeys.actions.programme_rules import STEPS
from journeys.models import Module, Programme, ProgrammeVersion, StepTemplate
from journeys.queries.versions import after_codes, stamp_of, steps_of
from tests.factories.journeys import make_journey, make_programme


def draft_of(programme: Programme) -> ProgrammeVersion:
    return actions.start_draft(programme, by=None)


def codes(version: ProgrammeVersion) -> list[str]:
    return [step.code for step in steps_of(version)]


def step(version: ProgrammeVersion, code: str) -> StepTemplate:
    return next(one for one in steps_of(version) if one.code == code)


def refusal(act: Any, *args: Any, **kwargs: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.sentence.replace("\u00a0", " "), caught.value.field


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def draft(programme: Programme) -> ProgrammeVersion:
    return draft_of(programme)


# --- Starting ---------------------------------------------------------------------------------------
def test_a_draft_begins_as_the_last_version_with_its_codes_and_prerequisites(programme: Programme) -> None:
    draft = draft_of(programme)
    assert (draft.number, draft.is_draft) == (2, True)
    assert codes(draft) == ["posture", "mentorat", "immersion", "plan"]
    assert after_codes(step(draft, "plan")) == ("posture",)
    assert step(draft, "posture").module == step(programme.versions.get(number=1), "posture").module


def test_a_draft_asked_twice_is_started_once(programme: Programme) -> None:
    assert draft_of(programme) == draft_of(programme)
    assert programme.versions.count() == 2


def test_a_programme_designed_from_nothing_has_an_empty_draft_and_a_code_of_its_own(organisation: Organisation) -> None:
    first = actions.create_programme(organisation, {"title_fr": "L’été des projets"}, publish=False, by=None)
    second = actions.create_programme(organisation, {"title_fr": "L’été des projets"}, publish=False, by=None)
    assert (first.code, second.code) == ("l-ete-des-projets", "l-ete-des-projets-2")
    assert [version.is_draft for version in first.versions.all()] == [True]
    assert codes(first.versions.get()) == []


def test_a_programme_needs_a_french_title(organisation: Organisation) -> None:
    assert refusal(actions.create_programme, organisation, {"title_fr": " "}, by=None) == (
        "Donnez au dispositif un titre en français.",
        "title_fr",
    )


# --- Steps ------------------------------------------------------------------------------------------
def test_a_step_added_stands_last_under_a_code_made_from_its_title(draft: ProgrammeVersion, lead: User) -> None:
    made = actions.add_programme_step(
        draft,
        kind="milestone",
        title_fr="Premier client",
        title_en="First client",
        max_days=45,
        after=["plan"],
        by=lead,
    )
    assert (made.code, codes(draft)[-1], after_codes(step(draft, "premier-client"))) == (
        "premier-client",
        "premier-client",
        ("plan",),
    )
    assert Entry.objects.filter(verb="add_programme_step", by=lead).count() == 1


def test_a_code_that_an_older_version_used_is_never_used_again(programme: Programme, draft: ProgrammeVersion) -> None:
    actions.remove_programme_step(step(draft, "immersion"), by=None)
    made = actions.add_programme_step(draft, kind="milestone", title_fr="Immersion", by=None)
    assert made.code == "immersion-2"


def test_a_step_keeps_its_code_and_its_kind_when_its_title_changes(draft: ProgrammeVersion) -> None:
    changed = actions.update_programme_step(step(draft, "immersion"), title_fr="Stage", max_days=45, by=None)
    assert (changed.code, changed.kind, changed.title_fr, changed.max_days) == ("immersion", "immersion", "Stage", 45)
    assert changed.title_en == "Company immersion"


def test_a_module_step_takes_a_module_of_the_catalogue_or_makes_a_new_one(
    organisation: Organisation, other_organisation: Organisation, draft: ProgrammeVersion
) -> None:
    made = actions.add_programme_step(
        draft, kind="module", title_fr="Droit", new_module_fr="Droit des associations", minutes_expected=120, by=None
    )
    assert made.module is not None
    assert (made.module.code, made.module.organisation, made.module.minutes) == (
        "droit-des-associations",
        organisation,
        120,
    )
    foreign = Module.objects.create(organisation=other_organisation, code="x", title_fr="Ailleurs")
    assert refusal(actions.update_programme_step, made, module=foreign, by=None)[1] == "module"
    made = actions.update_programme_step(made, module=step(draft, "posture").module, by=None)
    assert made.module.code == "posture"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title_fr": " "}, "title_fr"),
        ({"title_fr": "x" * 161}, "title_fr"),
        ({"title_fr": "nul\x00"}, "title_fr"),
        ({"title_fr": "x", "weight": 0}, "weight"),
        ({"title_fr": "x", "min_days": 31, "max_days": 30}, "max_days"),
        ({"title_fr": "x", "max_days": 1501}, "max_days"),
        ({"title_fr": "x", "resources": [{"title": "Guide", "url": "http://example.org"}]}, "resources"),
        ({"title_fr": "x", "resources": [{"title": "Guide", "url": "https://[bad"}]}, "resources"),
        ({"title_fr": "x", "resources": [{"title": "", "url": "https://example.org"}]}, "resources"),
        ({"title_fr": "x", "resources": [{"title": "G", "url": "https://example.org"}] * 11}, "resources"),
        ({"title_fr": "x", "after": ["inconnu"]}, "after"),
    ],
)
def test_a_step_that_cannot_be_is_refused_beside_its_field(
    draft: ProgrammeVersion, facts: dict[str, Any], field: str
) -> None:
    assert refusal(actions.add_programme_step, draft, kind="milestone", by=None, **facts)[1] == field
    assert len(codes(draft)) == 4


def test_sessions_are_counted_for_mentoring_only(draft: ProgrammeVersion) -> None:
    made = actions.add_programme_step(draft, kind="immersion", title_fr="Visite", occurrences=6, by=None)
    assert made.occurrences == 1


def test_steps_that_would_wait_for_one_another_are_refused_by_their_titles(draft: ProgrammeVersion) -> None:
    assert refusal(actions.update_programme_step, step(draft, "posture"), after=["plan"], by=None) == (
        "Ces étapes s’attendent l’une l’autre : "
        "Posture entrepreneuriale → Plan d’affaires validé → Posture entrepreneuriale.",
        "after",
    )
    assert refusal(actions.update_programme_step, step(draft, "plan"), after=["plan"], by=None)[0] == (
        "Ces étapes s’attendent l’une l’autre : Plan d’affaires validé → Plan d’affaires validé."
    )
    assert after_codes(step(draft, "posture")) == ()


def test_a_step_moves_to_its_place_and_asked_twice_stays_there(draft: ProgrammeVersion) -> None:
    for _time in range(2):
        actions.move_programme_step(step(draft, "plan"), place=2, by=None)
    assert codes(draft) == ["posture", "plan", "mentorat", "immersion"]
    assert [one.position for one in steps_of(draft)] == [1, 2, 3, 4]
    assert refusal(actions.move_programme_step, step(draft, "plan"), place=5, by=None)[1] == "place"


def test_what_waited_for_a_removed_step_waits_for_what_it_waited_for(draft: ProgrammeVersion) -> None:
    actions.update_programme_step(step(draft, "plan"), after=["immersion"], by=None)
    gone = step(draft, "immersion")
    for _time in range(2):
        actions.remove_programme_step(gone, by=None)
    assert codes(draft) == ["posture", "mentorat", "plan"]
    assert after_codes(step(draft, "plan")) == ("posture",)
    assert Entry.objects.filter(verb="remove_programme_step").count() == 1


def test_a_draft_has_its_limit(draft: ProgrammeVersion) -> None:
    StepTemplate.objects.bulk_create(
        StepTemplate(version=draft, code=f"x{n}", position=n, kind="milestone", title_fr="x", max_days=1)
        for n in range(10, STEPS + 6)
    )
    assert refusal(actions.add_programme_step, draft, kind="milestone", title_fr="De trop", by=None)[0] == (
        "Un dispositif compte 120 étapes au plus."
    )


# --- Two leads ----------------------------------------------------------------------------------------
def test_the_second_of_two_saves_is_refused_until_she_has_seen_the_first(draft: ProgrammeVersion) -> None:
    read = step(draft, "plan")
    stamp = stamp_of(read)
    actions.update_programme_step(read, stamp=stamp, title_fr="Plan relu", by=None)
    sentence, _field = refusal(actions.update_programme_step, read, stamp=stamp, weight=9, by=None)
    assert sentence.startswith("Quelqu’un d’autre a enregistré cette étape")
    now = step(draft, "plan")
    assert (now.title_fr, now.weight) == ("Plan relu", 2)
    actions.update_programme_step(read, stamp=stamp_of(now), weight=9, by=None)
    assert (step(draft, "plan").title_fr, step(draft, "plan").weight) == ("Plan relu", 9)


def test_settings_saved_meanwhile_are_not_overwritten(programme: Programme) -> None:
    from journeys.queries.programmes import stamp_of_settings

    stamp = stamp_of_settings(programme)
    actions.update_programme(programme, stamp=stamp, capacity=12, by=None)
    assert refusal(actions.update_programme, programme, stamp=stamp, capacity=20, by=None)[0].startswith("Quelqu’un")
    programme.refresh_from_db()
    assert programme.capacity == 12


def test_a_step_removed_meanwhile_is_said_so(draft: ProgrammeVersion) -> None:
    read = step(draft, "plan")
    actions.remove_programme_step(read, by=None)
    assert refusal(actions.update_programme_step, read, weight=3, by=None)[0] == (
        "Quelqu’un a retiré cette étape du brouillon entre-temps."
    )


# --- Publishing ---------------------------------------------------------------------------------------
def test_a_published_draft_is_the_next_version_and_journeys_under_way_stay_as_they_are(
    organisation: Organisation, programme: Programme, draft: ProgrammeVersion, lead: User
) -> None:
    before = make_journey(organisation, programme=programme)
    actions.remove_programme_step(step(draft, "immersion"), by=lead)
    published = actions.publish_version(draft, note="Sans immersion", by=lead)
    assert (published.number, published.is_draft, published.published_by, published.note) == (
        2,
        False,
        lead,
        "Sans immersion",
    )
    after = make_journey(organisation, programme=programme)
    assert (before.version.number, before.steps.count()) == (1, 4)
    assert (after.version.number, after.steps.count()) == (2, 3)


def test_a_published_version_is_never_changed(programme: Programme) -> None:
    version = programme.versions.get(number=1)
    was = [stamp_of(one) for one in steps_of(version)]
    one = step(version, "plan")
    acts: list[tuple[Any, Any, dict[str, Any]]] = [
        (actions.add_programme_step, version, {"kind": "milestone", "title_fr": "x"}),
        (actions.update_programme_step, one, {"weight": 9}),
        (actions.move_programme_step, one, {"place": 1}),
        (actions.remove_programme_step, one, {}),
        (actions.publish_version, version, {}),
        (actions.discard_version, version, {}),
    ]
    for act, row, facts in acts:
        assert refusal(act, row, by=None, **facts)[0].startswith("La version 1 est publiée : elle ne change plus."), act
    assert [stamp_of(one) for one in steps_of(version)] == was


def test_a_draft_changed_after_its_publication_leaves_the_version_alone(
    programme: Programme, draft: ProgrammeVersion
) -> None:
    actions.update_programme_step(step(draft, "plan"), weight=7, by=None)
    actions.publish_version(draft, by=None)
    third = draft_of(programme)
    actions.update_programme_step(step(third, "plan"), weight=1, by=None)
    assert (step(draft, "plan").weight, step(third, "plan").weight, third.number) == (7, 1, 3)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title_en": "In English", "kind": "milestone"}, "« In English » n’a pas de titre français."),
        ({"title_fr": "Droit", "kind": "module"}, "« Droit » n’a pas de module du catalogue."),
        (
            {"title_fr": "Droit", "kind": "milestone", "evidence_en": "Statutes"},
            "« Droit » ne demande une preuve qu’en anglais.",
        ),
    ],
)
def test_what_a_draft_lacks_keeps_it_from_being_published(
    draft: ProgrammeVersion, facts: dict[str, Any], sentence: str
) -> None:
    actions.add_programme_step(draft, by=None, **facts)
    assert refusal(actions.publish_version, draft, by=None)[0] == sentence


def test_an_empty_draft_and_one_that_changes_nothing_are_not_published(
    organisation: Organisation, draft: ProgrammeVersion
) -> None:
    empty = actions.create_programme(organisation, {"title_fr": "Vide"}, publish=False, by=None).versions.get()
    assert refusal(actions.publish_version, empty, by=None)[0] == "Il n’y a pas encore d’étape."
    assert refusal(actions.publish_version, draft, by=None)[0].startswith("Rien ne diffère de la version 1")


def test_a_discarded_draft_leaves_the_versions_and_the_next_takes_its_number(
    programme: Programme, draft: ProgrammeVersion
) -> None:
    actions.discard_version(draft, by=None)
    assert [version.number for version in programme.versions.all()] == [1]
    assert refusal(actions.add_programme_step, draft, kind="milestone", title_fr="x", by=None)[0].startswith(
        "Ce brouillon a été abandonné"
    )
    assert draft_of(programme).number == 2


# --- Duplicating ----------------------------------------------------------------------------------------
def test_a_copy_has_the_steps_and_settings_under_a_code_of_its_own(programme: Programme, lead: User) -> None:
    actions.update_programme(programme, capacity=7, hole_days=21, by=lead)
    programme.refresh_from_db()
    copy = actions.duplicate_programme(programme, title_fr="Incubation, le soir", by=lead)
    version = copy.versions.get()
    assert (copy.code, copy.capacity, copy.hole_days, version.is_draft) == ("incubation-le-soir", 7, 21, True)
    assert codes(version) == ["posture", "mentorat", "immersion", "plan"]
    assert step(version, "posture").module == step(programme.versions.get(), "posture").module


def test_no_description_has_more_steps_than_the_designer_draws(organisation: Organisation) -> None:
    steps = [{"code": f"s{n}", "kind": "milestone", "title_fr": f"{n}"} for n in range(STEPS + 1)]
    said = refusal(actions.create_programme, organisation, {"title_fr": "Long", "steps": steps}, by=None)
    assert said == ("Un dispositif compte 120 étapes au plus.", "steps")
    assert not organisation.programmes.exists()
