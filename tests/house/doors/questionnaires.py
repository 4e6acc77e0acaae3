"""Doors of the designer of questionnaires."""

from typing import Any

from evaluation import actions
from evaluation.models import Questionnaire, QuestionnaireVersion
from tests.factories.questionnaires import add_item, make_draft, make_published
from tests.house.doors import ANY_LEAD, FORBIDDEN, LEAD_HIDDEN, LEAD_ONLY, Row, World, row


def a_published_version(world: World) -> QuestionnaireVersion:
    return make_published(world.organisation)


def a_designed(world: World) -> Questionnaire:
    """One of the organisation's own, published, with no draft."""
    return world.of(a_published_version).questionnaire


def a_retired(world: World) -> Questionnaire:
    return actions.retire_questionnaire(world.of(a_designed), by=world.lead)


def a_draft(world: World) -> QuestionnaireVersion:
    """A draft with a question and an empty section."""
    draft = make_draft(world.organisation)
    add_item(draft)
    actions.save_section(draft, by=None, title_fr="Ensuite")
    return draft


def its_section(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_draft).pk, "code": "S2"}


def its_item(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_draft).pk, "code": "Q1"}


def a_kind(world: World) -> dict[str, Any]:
    return {**its_section(world), "kind": "yes_no"}


DESIGNER = LEAD_ONLY | {"other_steward": FORBIDDEN}
"""Leads of the organisation; stewards know of every questionnaire that was published and open none. One that never was
is known to those who design it alone (LEAD_HIDDEN)."""

ROWS: list[Row] = [
    row("evaluation:questionnaire_list", "GET", ANY_LEAD),
    row("evaluation:questionnaire_create", "GET POST", ANY_LEAD, data={"title_fr": "Notre bilan"}),
    row("evaluation:questionnaire_import", "GET POST", ANY_LEAD),
    row("evaluation:questionnaire_detail", "GET", DESIGNER, a_designed),
    row("evaluation:questionnaire_update", "GET POST", DESIGNER, a_designed, data={"title_fr": "Bilan"}),
    row("evaluation:questionnaire_copy", "GET POST", DESIGNER, a_designed, data={"title_fr": "Copie"}),
    row("evaluation:questionnaire_retire", "GET POST", DESIGNER, a_designed),
    row("evaluation:questionnaire_restore", "POST", DESIGNER, a_retired),
    row("evaluation:draft_start", "POST", DESIGNER, a_designed),
    row("evaluation:version_detail", "GET", DESIGNER, a_published_version),
    row("evaluation:version_design", "GET", LEAD_HIDDEN, a_draft),
    row("evaluation:version_update", "GET POST", LEAD_HIDDEN, a_draft, data={"minutes": "3"}),
    row("evaluation:version_preview", "GET POST", LEAD_HIDDEN, a_draft),
    row("evaluation:version_json", "GET", DESIGNER, a_published_version),
    row("evaluation:version_xlsform", "GET", DESIGNER, a_published_version),
    row("evaluation:version_difference", "GET", DESIGNER, a_published_version),
    row("evaluation:version_publish", "GET POST", LEAD_HIDDEN, a_draft),
    row("evaluation:version_discard", "GET POST", LEAD_HIDDEN, a_draft),
    row("evaluation:version_withdraw", "POST", DESIGNER, a_published_version),
    row("evaluation:section_add", "GET POST", LEAD_HIDDEN, a_draft, data={"layout": "list"}),
    row("evaluation:section_update", "GET POST", LEAD_HIDDEN, its_section, data={"layout": "list"}),
    row("evaluation:section_move", "POST", LEAD_HIDDEN, its_section, data={"move": "up"}),
    row("evaluation:section_remove", "POST", LEAD_HIDDEN, its_section),
    row("evaluation:item_add", "GET POST", LEAD_HIDDEN, a_kind, data={"text_fr": "Créé ?", "section": "S2"}),
    row("evaluation:item_update", "GET POST", LEAD_HIDDEN, its_item),
    row("evaluation:item_move", "POST", LEAD_HIDDEN, its_item, data={"move": "down"}),
    row("evaluation:item_remove", "POST", LEAD_HIDDEN, its_item),
    row("evaluation:item_restore", "POST", LEAD_HIDDEN, its_item),
    row("api:questionnaires-bring-in", "POST", ANY_LEAD),
    row("api:questionnaires-export", "GET", DESIGNER, a_designed),
]
