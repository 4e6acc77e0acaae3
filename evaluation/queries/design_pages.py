"""What the designer shows: questionnaires with their versions, a draft line by line, the difference in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from evaluation.models import Item, Questionnaire, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.conditions import Subject, fact_subjects, in_words, subject_of
from evaluation.queries.lacks import could_mend, minutes_of, must_mend, untranslated
from evaluation.queries.version_texts import difference, previous_of

ICONS = {
    "scale": "adjustments-horizontal",
    "recommend": "hand-thumb-up",
    "yes_no": "check-circle",
    "single": "stop-circle",
    "multiple": "list-bullet",
    "number": "calculator",
    "date": "calendar-days",
    "text": "pencil",
    "long_text": "document-text",
    "consent": "shield-check",
    "note": "information-circle",
}


@dataclass(frozen=True)
class Instrument:
    """A questionnaire on the list: what is published of it, and whether a draft waits."""

    row: Questionnaire
    published: QuestionnaireVersion | None
    draft: QuestionnaireVersion | None
    questions: int

    @property
    def state(self) -> str:
        if self.row.retired_at:
            return "retired"
        return "published" if self.published else "draft"


def instruments(user: User) -> tuple[list[Instrument], list[Instrument]]:
    """(her organisations’ own, the shared ones). Two queries."""
    asked = Count("items", filter=~Q(items__kind=Item.Kind.NOTE))
    versions = QuestionnaireVersion.objects.annotate(questions=asked).order_by("-number")
    rows = Questionnaire.objects.visible_to(user).select_related("organisation")
    mine = user.organisation_ids("lead")
    rows = rows.filter(Q(organisation=None) | Q(organisation__in=mine)).order_by(F("retired_at").desc(nulls_first=True))
    rows = rows.order_by("title_fr", "pk").prefetch_related(Prefetch("versions", versions))
    found = [_instrument(row) for row in rows]
    own = [one for one in found if one.row.organisation_id is not None]
    shared = [one for one in found if one.row.organisation_id is None and one.published]
    return sorted(own, key=lambda one: one.state == "retired"), shared


def _instrument(row: Questionnaire) -> Instrument:
    versions: list[Any] = list(row.versions.all())
    published = next((one for one in versions if not one.is_draft), None)
    draft = next((one for one in versions if one.is_draft), None)
    shown = published or draft
    return Instrument(row, published, draft, shown.questions if shown else 0)


def led_organisations(user: User) -> list[Organisation]:
    """Where she may make questionnaires. One query."""
    return list(Organisation.objects.filter(pk__in=user.organisation_ids("lead")).order_by("name", "pk"))


@dataclass(frozen=True)
class ItemLine:
    """One question of a version, in words."""

    item: Item
    icon: str
    other: str
    facts: list[str]
    condition: str
    choices: list[Any]


@dataclass(frozen=True)
class SectionBlock:
    """One section of a version, in words."""

    section: Section
    lines: list[ItemLine]
    condition: str
    is_first: bool
    is_last: bool


def other_language() -> str:
    return "en" if (get_language() or "fr").startswith("fr") else "fr"


def blocks_of(version: QuestionnaireVersion, sections: Sequence[Section]) -> list[SectionBlock]:
    """Everything it says, ready to be shown."""
    subjects = [subject_of(item) for section in sections for item in section.items.all()]
    conditions = [[one.relevance, *(item.relevance for item in one.items.all())] for one in sections]
    if any(map(any, conditions)):
        subjects += fact_subjects(version)
    return [
        SectionBlock(
            section,
            [_line(item, subjects) for item in section.items.all()],
            in_words(section.relevance, subjects),
            number == 0,
            number == len(sections) - 1,
        )
        for number, section in enumerate(sections)
    ]


def _line(item: Item, subjects: Sequence[Subject]) -> ItemLine:
    return ItemLine(
        item,
        ICONS[item.kind],
        getattr(item, f"text_{other_language()}"),
        list(_facts(item)),
        in_words(item.relevance, subjects),
        list(item.choices.all()),
    )


def _facts(item: Item) -> Any:
    if item.kind == Item.Kind.SCALE:
        yield _("from %(low)d to %(high)d") % {"low": item.scale_min, "high": item.scale_max}
    if item.unit:
        yield item.unit
    if item.least is not None or item.most is not None:
        low, high = (None if one is None else format(one.normalize(), "f") for one in (item.least, item.most))
        yield f"{low if low is not None else '…'} – {high if high is not None else '…'}"
    if item.kind in Item.CHOSEN:
        n = len([one for one in item.choices.all() if not one.is_retired])
        yield ngettext("%(n)d choice", "%(n)d choices", n) % {"n": n}
    if item.is_required:
        yield _("an answer is needed")
    if item.allows_na:
        yield _("“does not apply” offered")
    if item.allows_no_say:
        yield _("“I prefer not to say” offered")
    if item.series > 1:
        yield _("series %(n)d") % {"n": item.series}


def design_page(version: QuestionnaireVersion) -> dict[str, Any]:
    """A draft at work: its sections in words, what to mend, what is missing in one language."""
    sections = sections_of(version)
    previous = previous_of(version)
    found = difference(previous, version) if previous else None
    lost = [one for one in found.items if one.became == "removed"] if found else []
    return {
        "version": version, "questionnaire": version.questionnaire, "previous": previous,
        "blocks": blocks_of(version, sections), "must": must_mend(sections), "could": could_mend(version, sections),
        "untranslated": untranslated(version, sections), "counted": minutes_of(sections), "lost": lost,
        "is_same": found is not None and found.is_empty, "kinds": kinds(), "other_language": other_language(),
        "found": found,
    }  # fmt: skip


def read_page(version: QuestionnaireVersion) -> dict[str, Any]:
    """A version to read."""
    sections = sections_of(version)
    return {
        "version": version, "questionnaire": version.questionnaire, "previous": previous_of(version),
        "blocks": blocks_of(version, sections), "other_language": other_language(),
        "is_asked": version.requests.exists(),
    }  # fmt: skip


def kinds() -> list[tuple[str, str, str]]:
    """(kind, its name, its icon) of every kind of question."""
    return [(one.value, str(one.label), ICONS[one.value]) for one in Item.Kind]


def versions_of(questionnaire: Questionnaire) -> list[QuestionnaireVersion]:
    """Every version, the newest first, with how often it was asked (`asked`). One query."""
    rows = questionnaire.versions.select_related("published_by").annotate(asked=Count("requests"))
    return list(rows.order_by("-number"))
