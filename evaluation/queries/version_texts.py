"""A version read from the tables into the plain shape that `version_diff` compares."""

from collections.abc import Iterable
from typing import Any

from evaluation.models import Choice, Item, Questionnaire, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.version_diff import ChoiceText, Difference, ItemText, SectionText, VersionText, compare

SAME = (
    *("code", "kind", "text_fr", "text_en", "label_fr", "label_en", "help_fr", "help_en"),
    *("is_required", "allows_na", "allows_no_say", "series"),
)
NUMBER = ("unit_fr", "unit_en", "least", "most", "decimals")


def previous_of(version: QuestionnaireVersion) -> QuestionnaireVersion | None:
    """The published version before this one. One query."""
    rows = QuestionnaireVersion.objects.published().filter(questionnaire=version.questionnaire_id)
    return rows.filter(number__lt=version.number).order_by("-number").first()


def published_kinds(questionnaire: Questionnaire) -> dict[str, str]:
    """{code: kind} of every item that was ever published. One query."""
    rows = Item.objects.filter(version__questionnaire=questionnaire, version__published_at__isnull=False)
    return dict(rows.order_by("version__number").values_list("code", "kind"))


def published_choices(questionnaire: Questionnaire, code: str) -> set[str]:
    """The codes of choices of this item that were ever published. One query."""
    rows = Choice.objects.filter(
        item__code=code, item__version__questionnaire=questionnaire, item__version__published_at__isnull=False
    )
    return set(rows.order_by().values_list("code", flat=True))


def text_of(version: QuestionnaireVersion | None, sections: Iterable[Section] | None = None) -> VersionText:
    """What it says; of None, nothing. Three queries unless its sections come along (as `sections_of` gives them)."""
    if version is None:
        return VersionText()
    rows = list(sections_of(version) if sections is None else sections)
    return VersionText(
        tuple(_section(one) for one in rows),
        tuple(_item(item, one, version.anchors) for one in rows for item in one.items.all()),
    )


def difference(old: QuestionnaireVersion | None, new: QuestionnaireVersion) -> Difference:
    """What `new` changes to `old` (None: to nothing). Six queries."""
    return compare(text_of(old), text_of(new))


def _section(section: Section) -> SectionText:
    names = ("code", "title_fr", "title_en", "text_fr", "text_en", "layout", "least_answered")
    return SectionText(**{name: getattr(section, name) for name in names})


def _item(item: Item, section: Section, usual: list[dict[str, Any]]) -> ItemText:
    is_scale, is_number = item.kind == Item.Kind.SCALE, item.kind == Item.Kind.NUMBER
    own: dict[str, Any] = {name: getattr(item, name) for name in (*SAME, *(NUMBER if is_number else ()))}
    if is_scale:
        bands = item.anchors or usual
        own["scale"] = (item.scale_min, item.scale_max)
        own["anchors"] = tuple((one["from"], one["to"], one.get("fr", ""), one.get("en", "")) for one in bands)
    if item.kind in Item.CHOSEN:
        own["choices"] = tuple(
            ChoiceText(one.code, one.text_fr, one.text_en, one.is_retired, one.is_exclusive, one.takes_text)
            for one in item.choices.all()
        )
    if item.is_asked:
        own |= {"intro_fr": section.text_fr, "intro_en": section.text_en}
    conditions = tuple(one for one in (section.relevance, item.relevance) if one)
    is_scored = is_scale and section.least_answered is not None
    return ItemText(section=section.code, is_scored=is_scored, relevance=conditions, **own)
