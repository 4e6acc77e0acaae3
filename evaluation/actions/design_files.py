"""A questionnaire brought in from a file: of another Jalon (JSON), or of KoBo, ODK and the like (XLSForm)."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import spreadsheets
from backend.lib.refusal import Refused
from evaluation.actions.design import create_questionnaire
from evaluation.models import Choice, Item, QuestionnaireVersion, Section
from evaluation.queries.design_file import CHOICE, ITEM, SECTION, TITLES, wrong_with
from evaluation.queries.xlsform import from_xlsform

BYTES = 2_000_000
TOLD = 8
"""Of all that is wrong in a file, so much is told at once."""


@dataclass(frozen=True)
class Brought:
    """The draft that was made, and what of the file was left out, in sentences."""

    version: QuestionnaireVersion
    notes: list[str]


@transaction.atomic
def import_questionnaire(organisation: Organisation, data: bytes, *, by: User | None) -> Brought:
    """The questionnaire of the file is there as a draft of this organisation, whole, or nothing is.

    Refused, saying where, when it is no questionnaire that we can ask: every code, kind, number and condition is looked
    at before anything is written.
    """
    if len(data) > BYTES:
        raise Refused(_("This file is larger than 2 MB: that is no questionnaire."), field="file")
    found, notes = _json(data) if data.lstrip()[:1] == b"{" else _form(data)
    if wrong := wrong_with(found):
        raise Refused(" ".join([*wrong[:TOLD], *(["…"] if len(wrong) > TOLD else [])]), field="file", wrong=wrong)
    version = create_questionnaire(organisation, by=by, **{name: found.get(name, "") for name in TITLES})
    version.sections.all().delete()
    version.minutes, version.anchors = found.get("minutes", version.minutes), found.get("anchors", [])
    version.save(update_fields=["minutes", "anchors"])
    for position, section in enumerate(found["sections"], start=1):
        _write_section(version, section, position)
    history.record("import_questionnaire", version.questionnaire, by=by, left_out=len(notes))
    return Brought(version, notes)


def _json(data: bytes) -> tuple[Any, list[str]]:
    try:
        return json.loads(data), []
    except (ValueError, RecursionError):
        raise Refused(_("This file can’t be read: it is no whole JSON."), field="file") from None


def _form(data: bytes) -> tuple[Any, list[str]]:
    try:
        found = from_xlsform(spreadsheets.read(data))
    except spreadsheets.Unreadable:
        found = None
    if found is None:
        raise Refused(
            _("This is neither a questionnaire exported from Jalon nor an XLSForm (a workbook with a sheet “survey”)."),
            field="file",
        )
    return found.data, found.notes


def _write_section(version: QuestionnaireVersion, given: dict[str, Any], position: int) -> None:
    facts = {name: given[name] for name in SECTION if name in given}
    section = Section.objects.create(version=version, position=position, **facts)
    for place, item in enumerate(given.get("items", []), start=1):
        own = {name: item[name] for name in ITEM if name in item}
        row = Item.objects.create(version=version, section=section, position=place, **own)
        Choice.objects.bulk_create(
            Choice(item=row, position=n, **{name: choice[name] for name in CHOICE if name in choice})
            for n, choice in enumerate(item.get("choices", []), start=1)
        )
