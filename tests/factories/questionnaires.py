"""Questionnaires designed by calling the actions."""

from typing import Any

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Item, QuestionnaireVersion, Section

TWO = [{"code": "", "text_fr": "Oui", "text_en": "Yes"}, {"code": "", "text_fr": "Non", "text_en": "No"}]


def make_draft(
    organisation: Organisation, *, by: User | None = None, title: str = "Après le module"
) -> QuestionnaireVersion:
    """A draft with one empty section."""
    return actions.create_questionnaire(organisation, by=by, title_fr=title, title_en="After the module")


def first_section(version: QuestionnaireVersion) -> Section:
    section = version.sections.order_by("position").first()
    assert section
    section.version = version
    return section


def add_item(version: QuestionnaireVersion, kind: str = "scale", section: Section | None = None, **facts: Any) -> Item:
    """One more question in the first section, or in that one."""
    version.refresh_from_db()
    words = {"text_fr": "Le module m’a été utile.", "text_en": "The module was useful to me."}
    choices = facts.pop("choices", TWO if kind in Item.CHOSEN else None)
    target = section or first_section(version)
    target.version = version
    return actions.save_item(target, None, by=None, kind=kind, choices=choices, **(words | facts))


def make_published(organisation: Organisation, **facts: Any) -> QuestionnaireVersion:
    """Version 1 with one scale from 1 to 5, Q1."""
    version = make_draft(organisation)
    add_item(version, scale_max=5, **facts)
    return actions.publish_version(version, by=None)
