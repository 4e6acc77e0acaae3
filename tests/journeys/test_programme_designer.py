"""The designer's pages: made, drawn, compared, published; nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.versions import stamp_of, steps_of
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

Browser = Callable[[User], Client]
SETTINGS = {"title_fr": "Le soir", "track": "ess", "phases": ["creation"], "hole_days": 21, "silence_weeks": 3}
STEP = {"title_fr": "Premier client", "min_days": 5, "max_days": 45, "weight": 2, "is_required": "on"}


def url(name: str, *args: object) -> str:
    return reverse(f"journeys:{name}", args=args)


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


def step(version: ProgrammeVersion, code: str) -> StepTemplate:
    return next(one for one in steps_of(version) if one.code == code)


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def draft(programme: Programme) -> ProgrammeVersion:
    return actions.start_draft(programme, by=None)


@pytest.fixture
def hers(lead: User, client_of: Browser) -> Client:
    return client_of(lead)


def test_a_lead_makes_a_programme_and_draws_its_first_steps(organisation: Organisation, hers: Client) -> None:
    load_territory()
    answer = hers.post(url("programme_create"), SETTINGS | {"communes": ["44109", "44190"], "is_open": "on"})
    programme = organisation.programmes.get()
    draft = programme.versions.get()
    assert answer["Location"] == url("version_design", draft.pk)
    assert (programme.code, programme.hole_days, programme.phases) == ("le-soir", 21, ["creation"])
    assert [str(one) for one in programme.communes.order_by("name")] == ["Nantes", "Saint-Sébastien-sur-Loire"]
    page = hers.get(answer["Location"]).content.decode()
    assert "Pas encore d’étape" in page and "Publier" not in page.split("<main")[1]
    resource = {"resource_title_0": "Guide", "resource_url_0": "https://example.org/guide"}
    answer = hers.post(url("programme_step_add", draft.pk, "milestone"), STEP | resource)
    assert answer["Location"] == url("version_design", draft.pk) + "#step-premier-client"
    made = draft.steps.get()
    assert (made.kind, made.min_days, made.max_days, made.weight, made.is_required) == ("milestone", 5, 45, 2, True)
    assert made.resources == [{"title": "Guide", "url": "https://example.org/guide"}]
    module = {"new_module_fr": "Droit des associations", "after": ["premier-client"], "minutes_expected_0": "3"}
    hers.post(url("programme_step_add", draft.pk, "module"), STEP | {"title_fr": "Droit"} | module)
    law = draft.steps.get(code="droit")
    assert law.module is not None
    assert (law.module.code, law.module.minutes, law.minutes_expected) == ("droit-des-associations", 180, 180)
    assert [one.code for one in law.after.all()] == ["premier-client"]
    page = hers.get(url("version_design", draft.pk)).content.decode()
    assert "<desc>1 étape en attend une autre" in page


def test_a_wrong_number_stands_beside_its_field_and_what_was_typed_stays(draft: ProgrammeVersion, hers: Client) -> None:
    given = STEP | {"max_days": 2, "resource_title_0": "Guide", "resource_url_0": "http://example.org"}
    form = hers.post(url("programme_step_add", draft.pk, "milestone"), given).context["form"]
    assert words(form.errors["resource_url_0"][0]) == "Un lien commence par https:// et désigne un site."
    given["resource_url_0"] = "https://example.org"
    page = hers.post(url("programme_step_add", draft.pk, "milestone"), given)
    assert list(page.context["form"].errors) == ["max_days"]
    assert page.context["form"]["title_fr"].value() == "Premier client"
    assert page.context["form"]["resource_title_0"].value() == "Guide"
    assert draft.steps.count() == 4


def test_a_cycle_is_refused_beside_the_boxes_in_titles(draft: ProgrammeVersion, hers: Client) -> None:
    posture = step(draft, "posture")
    given = STEP | {"title_fr": "Se poser", "module": posture.module_id, "after": ["plan"], "stamp": stamp_of(posture)}
    form = hers.post(url("programme_step_update", posture.pk), given).context["form"]
    assert words(form.errors["after"][0]) == (
        "Ces étapes s’attendent l’une l’autre : Se poser → Plan d’affaires validé → Se poser."
    )
    assert (form["title_fr"].value(), form["after"].value()) == ("Se poser", ["plan"])
    assert step(draft, "posture").title_fr == "Posture entrepreneuriale"


def test_two_leads_on_one_step_the_second_sees_the_difference_then_decides(
    draft: ProgrammeVersion, hers: Client
) -> None:
    plan = step(draft, "plan")
    address = url("programme_step_update", plan.pk)
    opened = hers.get(address).context["form"].stamp
    actions.update_programme_step(plan, title_fr="Plan relu", weight=5, after=[], by=None)
    given = STEP | {"title_fr": "Plan signé", "weight": 5, "after": ["posture"], "stamp": opened}
    page = hers.post(address, given)
    assert step(draft, "plan").title_fr == "Plan relu"
    told = {one.label: (one.old, words(one.new)) for one in page.context["otherwise"]}
    assert told["Titre (français)"] == ("Plan relu", "Plan signé")
    assert told["Ce qui doit venir avant"] == ("–", "Posture entrepreneuriale")
    assert "Poids" not in told
    form = page.context["form"]
    assert form["title_fr"].value() == "Plan signé"
    assert f'name="stamp" value="{form.stamp}"' in page.content.decode()
    hers.post(address, given | {"stamp": form.stamp})
    assert step(draft, "plan").title_fr == "Plan signé"


def test_settings_saved_meanwhile_are_shown_beside_hers(programme: Programme, hers: Client) -> None:
    address = url("programme_update", programme.pk)
    opened = hers.get(address).context["form"].stamp
    actions.update_programme(programme, capacity=12, by=None)
    page = hers.post(address, SETTINGS | {"title_fr": "Incubation ESS", "capacity": 20, "stamp": opened})
    assert ("Places par an", "12", "20") in [(one.label, one.old, one.new) for one in page.context["otherwise"]]
    hers.post(address, SETTINGS | {"capacity": 20, "stamp": page.context["form"].stamp})
    programme.refresh_from_db()
    assert (programme.capacity, programme.hole_days, programme.is_open) == (20, 21, False)


def test_plain_buttons_move_a_step_and_a_page_asks_before_one_is_removed(draft: ProgrammeVersion, hers: Client) -> None:
    plan = step(draft, "plan")
    answer = hers.post(url("programme_step_move", plan.pk), {"place": 1}, follow=True)
    assert [line.step.code for line in answer.context["lines"]] == ["plan", "posture", "mentorat", "immersion"]
    assert [words(lack.sentence) for lack in answer.context["could"]][-1] == (
        "« Plan d’affaires validé » est placée avant « Posture entrepreneuriale », qui doit venir d’abord."
    )
    hers.post(url("programme_step_move", plan.pk), {"place": "²"})
    posture = step(draft, "posture")
    page = hers.get(url("programme_step_remove", posture.pk))
    assert [one.code for one in page.context["later"]] == ["plan", "immersion"]
    assert draft.steps.count() == 4
    hers.post(url("programme_step_remove", posture.pk))
    assert [one.code for one in steps_of(draft)] == ["plan", "mentorat", "immersion"]


def test_what_is_lacking_is_listed_and_publishing_waits_for_it(draft: ProgrammeVersion, hers: Client) -> None:
    actions.add_programme_step(draft, kind="module", title_en="Law", by=None)
    page = hers.get(url("version_publish", draft.pk))
    assert [words(lack.sentence) for lack in page.context["must"]] == [
        "« Law » n’a pas de titre français.",
        "« Law » n’a pas de module du catalogue.",
    ]
    assert "<form" not in page.content.decode().split("<main")[1].split("</main")[0]
    hers.post(url("version_publish", draft.pk), {"note": ""})
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_is_published_and_its_difference_is_told_in_words(
    programme: Programme, draft: ProgrammeVersion, hers: Client, lead: User
) -> None:
    actions.update_programme_step(step(draft, "plan"), max_days=75, after=["immersion"], by=lead)
    actions.remove_programme_step(step(draft, "mentorat"), by=lead)
    answer = hers.post(url("version_publish", draft.pk), {"note": "Plus de temps"})
    assert answer["Location"] == url("programme_detail", programme.pk)
    page = hers.get(url("version_difference", draft.pk))
    told = [
        (one.title, one.became, [(fact.label, fact.old, fact.new) for fact in one.facts][:2])
        for one in page.context["steps"]
    ]
    assert told[0] == (
        "Plan d’affaires validé",
        "changed",
        [
            ("À faire sous (jours)", "60 jours", "75 jours"),
            ("Ce qui doit venir avant", "Posture entrepreneuriale", "Immersion en entreprise"),
        ],
    )
    assert [one[:2] for one in told[1:]] == [("Mentorat", "removed")]
    assert page.context["short"] == "1 étape retirée, 1 étape modifiée"
    offer = hers.get(url("programme_detail", programme.pk))
    assert [(line.version.number, words(line.note), line.has_previous) for line in offer.context["versions"]] == [
        (2, "Publiée le 23 novembre par Léa Riou · Plus de temps", True),
        (1, "Publiée le 23 novembre", False),
    ]
    assert hers.get(url("version_design", draft.pk))["Location"] == url("version_detail", draft.pk)


def test_a_draft_is_its_leads_work_table(
    programme: Programme, draft: ProgrammeVersion, holder: User, mentor: User, outsider: User, client_of: Browser
) -> None:
    for person in (holder, mentor, outsider):
        assert client_of(person).get(url("version_detail", draft.pk)).status_code == 404
        assert client_of(person).get(url("version_difference", draft.pk)).status_code == 404
    page = client_of(holder).get(url("programme_detail", programme.pk))
    assert (page.context["draft"], page.context["may_design"]) == (None, False)
    assert client_of(holder).post(url("draft_start", programme.pk)).status_code == 403


def test_the_draft_button_pressed_twice_leads_to_one_draft(programme: Programme, hers: Client) -> None:
    answers = [hers.post(url("draft_start", programme.pk))["Location"] for _time in range(2)]
    assert answers[0] == answers[1]
    assert programme.versions.count() == 2


def test_a_discarded_draft_is_gone_and_says_so_to_who_was_on_it(
    programme: Programme, draft: ProgrammeVersion, hers: Client
) -> None:
    assert hers.get(url("version_discard", draft.pk)).status_code == 200
    answer = hers.post(url("version_discard", draft.pk))
    assert answer["Location"] == url("programme_detail", programme.pk)
    assert hers.post(url("programme_step_add", draft.pk, "milestone"), STEP).status_code == 404


def test_a_copy_opens_as_a_draft_under_its_title(programme: Programme, hers: Client) -> None:
    page = hers.get(url("programme_duplicate", programme.pk))
    assert page.context["form"]["title_fr"].value() == "Incubation ESS (copie)"
    answer = hers.post(url("programme_duplicate", programme.pk), {"title_fr": "Incubation du soir"})
    copy = Programme.objects.get(code="incubation-du-soir")
    assert answer["Location"] == url("version_design", copy.versions.get().pk)


def test_drafts_and_offers_cost_as_much_with_three_steps_more(
    programme: Programme, draft: ProgrammeVersion, hers: Client, assert_num_queries_same: Callable[..., int]
) -> None:
    def add(count: int) -> None:
        for number in range(count):
            before = ["posture"] if number else []
            actions.add_programme_step(draft, kind="milestone", title_fr=f"É {count} {number}", after=before, by=None)

    add(1)
    for name, row in (("version_design", draft), ("version_difference", draft), ("programme_detail", programme)):
        grow: Callable[[], Any] = lambda: add(3)  # noqa: E731 - the same growth for each page
        assert_num_queries_same(lambda name=name, row=row: hers.get(url(name, row.pk)), grow)
