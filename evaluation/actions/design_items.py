"""Sections, items and choices of a draft: saved, moved, removed, brought back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.refusal import Refused
from evaluation.actions.design_rows import (
    claim,
    copy_item,
    free_code,
    settle,
)
from evaluation.models import Choice, Item, QuestionnaireVersion, Section
from evaluation.queries.codes import is_choice_code, is_item_code
from evaluation.queries.relevance import is_well_formed
from evaluation.queries.version_texts import previous_of, published_choices, published_kinds

SECTION = ("layout", "title_fr", "title_en", "text_fr", "text_en", "relevance", "least_answered")
ITEM = (
    *("label_fr", "label_en", "text_fr", "text_en", "help_fr", "help_en", "is_required", "allows_na"),
    *("allows_no_say", "relevance", "scale_min", "scale_max", "anchors", "unit_fr", "unit_en", "least", "most"),
    "decimals",
)
CHOICE = ("text_fr", "text_en", "is_exclusive", "takes_text", "is_retired")
LONGEST_CODES = 690
"""Signs of all codes of a question together: somebody may choose them all."""
ChoiceFacts = Mapping[str, Any]
"""`code` ("" for a new one without a wish) and those of CHOICE."""


@transaction.atomic
def save_section(
    version: QuestionnaireVersion, section: Section | None = None, *, by: User | None, revision: int | None = None,
    **facts: Any,
) -> Section:  # fmt: skip
    """A section of the draft as these facts (those of SECTION) say it; None: a new one, at the end."""
    claim(version, revision)
    _require_condition(facts)
    if section is not None:
        section = version.sections.get(pk=section.pk)  # where it stands by now
    else:
        known = Section.objects.filter(version__questionnaire=version.questionnaire).order_by()
        last = version.sections.order_by("-position").first()
        section = Section(
            version=version,
            code=free_code(set(known.values_list("code", flat=True)), "S"),
            position=last.position + 1 if last else 1,
        )
    for name in SECTION:
        setattr(section, name, facts.get(name, getattr(section, name)))
    section.save()
    settle("save_section", version, by, section=section.code)
    return section


@transaction.atomic
def move_section(section: Section, *, is_up: bool, by: User | None, revision: int | None = None) -> Section:
    """One place up or down; at the end of the line it stays. Refused when something would be asked too early."""
    version = claim(section.version, revision)
    section = version.sections.get(pk=section.pk)
    rows = list(version.sections.order_by("position", "pk"))
    _swap(rows, rows.index(section), is_up)
    Section.objects.bulk_update(rows, ["position"])
    settle("move_section", version, by, section=section.code)
    return section


@transaction.atomic
def remove_section(section: Section, *, by: User | None, revision: int | None = None) -> None:
    """An empty section goes away. Refused while it has questions."""
    version = claim(section.version, revision)
    if section.items.exists():
        raise Refused(_("Move its questions elsewhere first, or remove them."))
    code = section.code
    section.delete()
    settle("remove_section", version, by, section=code)


@transaction.atomic
def save_item(
    section: Section, item: Item | None = None, *, by: User | None, kind: str = "", code: str = "",
    choices: Sequence[ChoiceFacts] | None = None, revision: int | None = None, **facts: Any,
) -> Item:  # fmt: skip
    """An item of the draft as these facts (those of ITEM) say it, in this section; None: a new one of this `kind`.

    `code`: fixed for life once it was published; one is found where none is given. `choices`: all that it offers, in
    order; what was published and is left out stays, retired. Refused when the code is taken or can't be one, when the
    condition names what does not stand before it.
    """
    version = claim(section.version, revision)
    _require_condition(facts)
    known = published_kinds(version.questionnaire)
    section = version.sections.get(pk=section.pk)
    item = version.items.get(pk=item.pk) if item else Item(version=version, kind=kind, position=0)
    if item.pk is None or item.code not in known:
        item.code = _item_code(version, item, code.strip() or item.code, known)
    if item.pk is None or item.section_id != section.pk:
        last = section.items.order_by("-position").first()
        item.section, item.position = section, last.position + 1 if last else 1
    for name in ITEM:
        setattr(item, name, facts.get(name, getattr(item, name)))
    item.save()
    if choices is not None:
        _write_choices(item, choices, published_choices(version.questionnaire, item.code))
    settle("save_item", version, by, item=item.code)
    return item


def _require_condition(facts: Mapping[str, Any]) -> None:
    if not is_well_formed(facts.get("relevance", {})):
        raise Refused(_("This condition can’t be read."), field="relevance")


def _item_code(version: QuestionnaireVersion, item: Item, wanted: str, known: Mapping[str, str]) -> str:
    """The code of an item that was never published: as wanted, else the next free one."""
    others = set(version.items.exclude(pk=item.pk).order_by().values_list("code", flat=True))
    if not wanted:
        return free_code(others | set(known), "Q")
    if not is_item_code(wanted):
        raise Refused(_("A code begins with a letter, then letters, digits or _, 20 at most."), field="code")
    if wanted in others:
        raise Refused(_("Another question has this code."), field="code")
    if wanted in known:
        raise Refused(_("This code was another question’s in an earlier version: give another."), field="code")
    return wanted


def _write_choices(item: Item, given: Sequence[ChoiceFacts], published: set[str]) -> None:
    """The choices in this order: those without a code get the next number, those left out go, or retire."""
    kept = {one.code: one for one in item.choices.order_by("position", "pk")}
    taken = set(kept) | published | {str(one["code"]) for one in given if one["code"]}
    if sum(len(str(one["code"]) or "60") + 1 for one in given) > LONGEST_CODES:
        where = _("question %(code)s") % {"code": item.code}
        raise Refused(_("%(where)s: too many choices.") % {"where": where})
    seen: set[str] = set()
    for position, facts in enumerate(given, start=1):
        code = str(facts["code"]) or _next_number(taken)
        _require_choice_code(code, seen, code in kept, published)
        taken.add(code)
        seen.add(code)
        row = kept.get(code) or Choice(item=item, code=code)
        row.position = position
        for name in CHOICE:
            setattr(row, name, facts.get(name, getattr(row, name)))
        row.save()
    for code, row in kept.items():
        if code not in seen and code in published:
            row.is_retired, row.position = True, len(given) + 1
            row.save(update_fields=["is_retired", "position"])
        elif code not in seen:
            row.delete()


def _next_number(taken: set[str]) -> str:
    return str(max((int(one) for one in taken if one.isdecimal()), default=0) + 1)


def _require_choice_code(code: str, seen: set[str], is_known: bool, published: set[str]) -> None:
    if not is_choice_code(code):
        raise Refused(_("“%(code)s” can’t be the code of a choice: letters, digits, - and _ only.") % {"code": code})
    if code in seen:
        raise Refused(_("Two choices have the code “%(code)s”.") % {"code": code})
    if not is_known and code in published:
        raise Refused(_("“%(code)s” was another choice in an earlier version: give another code.") % {"code": code})


@transaction.atomic
def move_item(item: Item, *, is_up: bool, by: User | None, revision: int | None = None) -> Item:
    """One place up or down; from the edge of its section into the next one. Refused when it would be asked before what
    it depends on, or something that depends on it before it.
    """
    version = claim(item.version, revision)
    item = version.items.select_related("section__version").get(pk=item.pk)  # where it stands by now
    rows = list(item.section.items.order_by("position", "pk"))
    place = rows.index(item)
    if 0 <= place + (-1 if is_up else 1) < len(rows):
        _swap(rows, place, is_up)
        Item.objects.bulk_update(rows, ["position"])
    elif beside := _beside(item.section, is_up):
        edge = list(beside.items.order_by("position", "pk"))
        rows = [*edge, item] if is_up else [item, *edge]
        item.section = beside
        for position, row in enumerate(rows, start=1):
            row.position = position
        Item.objects.bulk_update(rows, ["position", "section"])
    settle("move_item", version, by, item=item.code)
    return item


def _beside(section: Section, is_up: bool) -> Section | None:
    rows = list(section.version.sections.order_by("position", "pk"))
    place = rows.index(section) + (-1 if is_up else 1)
    return rows[place] if 0 <= place < len(rows) else None


def _swap(rows: list[Any], place: int, is_up: bool) -> None:
    """The row at this place changes with its neighbour; all positions are counted anew."""
    other = place + (-1 if is_up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position


@transaction.atomic
def remove_item(item: Item, *, by: User | None, revision: int | None = None) -> None:
    """It is asked no more from this version on; its code stays taken if it was published. Refused while another
    question depends on it.
    """
    version, code = claim(item.version, revision), item.code
    item.delete()
    settle("remove_item", version, by, item=code)


@transaction.atomic
def restore_item(version: QuestionnaireVersion, code: str, *, by: User | None, revision: int | None = None) -> Item:
    """A question of the version before that the draft had dropped is back, as it was, with its series: in its section,
    else at the end. Refused when there is none, or it stands there.
    """
    claim(version, revision)
    previous = previous_of(version)
    old = previous.items.select_related("section").filter(code=code).first() if previous else None
    if old is None or version.items.filter(code=code).exists():
        raise Refused(_("This question is not to be brought back."))
    rows = version.sections.order_by("position", "pk")
    section = rows.filter(code=old.section.code).first() or rows.last()
    if section is None:
        raise Refused(_("Add a section first."))
    last = section.items.order_by("-position").first()
    item = copy_item(old, section, last.position + 1 if last else 1)
    settle("restore_item", version, by, item=code)
    return item
