"""What the acts on a draft share: who has it at work, which codes are taken for life, and copies of rows."""

import re
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from evaluation.models import Choice, Item, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.lacks import misplaced


def claim(version: QuestionnaireVersion, revision: int | None) -> QuestionnaireVersion:
    """The draft is ours until the end of the transaction, and one revision further.

    `revision`: the one that was read before the change was thought of; None: whatever it is. Refused when it is no
    draft any more, or somebody else changed it since (`details["is_stale"]`).
    """
    rows = QuestionnaireVersion.objects.filter(pk=version.pk, published_at=None)
    if revision is not None:
        rows = rows.filter(revision=revision)
    if not rows.update(revision=F("revision") + 1):
        if QuestionnaireVersion.objects.filter(pk=version.pk, published_at=None).exists():
            raise Refused(_("Somebody else changed this draft meanwhile."), is_stale=True)
        raise Refused(_("This is no draft any more: start a new one to change it."))
    version.refresh_from_db(fields=["revision"])
    return version


def settle(verb: str, version: QuestionnaireVersion, by: User | None, **details: Any) -> None:
    """At the end of a change: nothing may be asked depending on what does not stand before it; one line of history."""
    if wrong := misplaced(sections_of(version)):
        raise Refused(wrong[0].sentence)
    history.record(verb, version, by=by, organisation=version.questionnaire.organisation, **details)


def free_code(taken: set[str], letter: str) -> str:
    """The next of Q1, Q2, … after the greatest one taken."""
    numbers = [int(one[len(letter) :]) for one in taken if re.fullmatch(rf"{letter}\d{{1,6}}", one)]
    return f"{letter}{max(numbers, default=0) + 1}"


def copy_rows(source: QuestionnaireVersion, target: QuestionnaireVersion, *, keeps_series: bool) -> None:
    """All sections, items and choices of one version into another, empty one."""
    for section in sections_of(source):
        items = list(section.items.all())
        copied = _copied(section, version=target)
        copied.save()
        for item in items:
            choices = list(item.choices.all())
            own = {} if keeps_series else {"series": 1}
            again = _copied(item, version=target, section=copied, change_reason="", **own)
            again.save()
            Choice.objects.bulk_create(_copied(one, item=again) for one in choices)


def copy_item(item: Item, section: Section, position: int) -> Item:
    """The item with its choices, once more in another section."""
    choices = list(item.choices.all())
    again = _copied(item, version=section.version, section=section, position=position, change_reason="")
    again.save()
    Choice.objects.bulk_create(_copied(one, item=again) for one in choices)
    return again


def _copied(row: Any, **changes: Any) -> Any:
    names = [one.attname for one in row._meta.concrete_fields if not one.primary_key]
    values = {name: getattr(row, name) for name in names}
    for name, value in changes.items():
        attname = row._meta.get_field(name).attname
        values[attname] = value.pk if attname != name else value
    return type(row)(**values)
