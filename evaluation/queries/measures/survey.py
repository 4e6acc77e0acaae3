"""Questions as measures: by the code of a questionnaire and of one of its items, choices or scores.

`survey:QUESTIONNAIRE:ITEM` is the mean of a scale or of a number, the share of yes, the recommendation score;
`survey:QUESTIONNAIRE:ITEM:CHOICE+CHOICE` the share who took one of these; `score:QUESTIONNAIRE:SECTION` the mean score
of a section.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from evaluation.models import Choice, Item, Questionnaire, QuestionnaireVersion
from evaluation.queries.measures.measure import NONE, NOT_KNOWN, ONE, Level, Measure, one_if
from evaluation.queries.questions import (
    CHOSE,
    POINT,
    RATHER_NOT,
    SPOKEN,
    WOULD,
    How,
    Question,
    Questions,
    took,
    worked_out,
)

POINTS = _("points")
NOTHING = Value(None, output_field=FloatField())


@dataclass(frozen=True, kw_only=True, eq=False)
class SurveyMeasure(Measure):
    """A measure of what was answered. `low`, `high`: the ends of its scale, where it has one.

    Its value is the answer: a number, 1 or 0 (yes or no; taken or not), 1, 0 or −1 (would recommend, neither, rather
    not). Its part is the square of a number, or the recommendations.
    """

    question: Question
    low: int | None = None
    high: int | None = None
    source: str = ""
    """The title of the questionnaire."""
    organisation: int | None = None
    """Whose the questionnaire is; none for one that all share."""


def measure_for(question: Question, *, base: Any = None, **more: Any) -> SurveyMeasure:
    """The measure of this question; `base` where it is counted together with others."""
    how: dict[str, Any] = {
        "level": Level.OUTCOMES, "base": base or Questions((question,)).rows, "subject": "journey__holder__user",
        "day": "sent_at", "head": pgettext_lazy("questionnaire", "Answer"), "question": question,
        "only": Q(version__questionnaire__code=question.questionnaire),
    }  # fmt: skip
    how["value"], how["weight"], how["part"] = COUNTS[question.how](question)
    how["is_share"] = question.how in (How.YES, How.CHOSEN)
    return SurveyMeasure(**how | more)


def _mean(question: Question) -> tuple[Any, Any, Any]:
    value = Case(When(SPOKEN, then=POINT), default=NOTHING, output_field=FloatField())
    square = Case(When(SPOKEN, then=POINT * POINT), default=NOTHING, output_field=FloatField())
    return value, one_if(SPOKEN), square


def _yes(question: Question) -> tuple[Any, Any, Any]:
    value = Case(When(SPOKEN, then=F("said__value")), default=NOT_KNOWN)
    return value, one_if(SPOKEN), NONE


def _chosen(question: Question) -> tuple[Any, Any, Any]:
    value = Case(When(CHOSE & took(question), then=Value(1)), When(CHOSE, then=Value(0)), default=NOT_KNOWN)
    return value, one_if(CHOSE), NONE


def _recommend(question: Question) -> tuple[Any, Any, Any]:
    against = When(RATHER_NOT, then=Value(-1))
    value = Case(When(WOULD, then=ONE), against, When(SPOKEN, then=NONE), default=NOT_KNOWN)
    return value, one_if(SPOKEN), one_if(WOULD)


def _worked_out(question: Question) -> tuple[Any, Any, Any]:
    made = worked_out(question)
    return made, Case(When(IsNull(made, False), then=ONE), default=NONE), made * made


COUNTS: dict[How, Callable[[Question], tuple[Any, Any, Any]]] = {
    How.MEAN: _mean,
    How.YES: _yes,
    How.CHOSEN: _chosen,
    How.RECOMMEND: _recommend,
    How.SCORE: _worked_out,
    How.GAIN: _worked_out,
}


# --- By code ------------------------------------------------------------------------------------------
def measure_of(code: str) -> SurveyMeasure:
    """The measure that a code names, in the words of the latest published version. KeyError where nothing published is
    called so, or where it is no number, no yes or no and no choice. One or two queries.
    """
    return measures_of([code])[code]


def measures_of(codes: Iterable[str]) -> dict[str, SurveyMeasure]:
    """Those that several codes name; one that names nothing is left out. Two queries, whatever their number."""
    asked = {code: parts for code in codes if (parts := _parts(code))}
    if not asked:
        return {}
    published = Item.objects.filter(reduce(or_, map(_named, asked.values())), version__published_at__isnull=False)
    items = published.select_related("version__questionnaire", "section").prefetch_related("choices")
    found: dict[tuple[str, ...], Item] = {}
    for one in items.order_by("-version__number", "position", "pk"):
        questionnaire = one.version.questionnaire.code
        found.setdefault(("survey", questionnaire, one.code), one)
        if one.section.least_answered is not None and one.kind == Item.Kind.SCALE:
            found.setdefault(("score", questionnaire, one.section.code), one)
    made: dict[str, SurveyMeasure] = {}
    for code, parts in asked.items():
        if (item := found.get(parts[:3])) is not None:
            with suppress(KeyError):
                made[code] = _of(code, parts, item)
    return made


def _parts(code: str) -> tuple[str, ...]:
    """ "survey" or "score", the questionnaire, the item or the section, and the choices; none for another code."""
    parts = tuple(code.split(":"))
    is_one = (parts[0] == "score" and len(parts) == 3) or (parts[0] == "survey" and len(parts) in (3, 4))
    return parts if is_one and "\0" not in code else ()


def _named(parts: tuple[str, ...]) -> Q:
    where = Q(version__questionnaire__code=parts[1])
    if parts[0] == "survey":
        return where & Q(code=parts[2])
    return where & Q(section__code=parts[2], section__least_answered__isnull=False, kind=Item.Kind.SCALE)


def _of(code: str, parts: tuple[str, ...], item: Item) -> SurveyMeasure:
    if parts[0] == "score":
        return _of_section(code, item)
    return _of_choices(code, item, parts[3].split("+")) if len(parts) == 4 else _of_item(code, item)


def measure_named(code: str, user: User, catalogue: Mapping[str, Measure]) -> Measure | None:
    """The measure of the catalogue, or of a question of a questionnaire that this person may see; None for no other."""
    if code in catalogue:
        return catalogue[code]
    parts = code.split(":")
    if len(parts) < 3 or not Questionnaire.objects.visible_to(user).filter(code=parts[1]).exists():
        return None
    try:
        return measure_of(code)
    except KeyError:
        return None


@dataclass(frozen=True)
class Choosable:
    """A question that can be counted: its code, what it is called, and the questionnaire it is of."""

    code: str
    title: str
    questionnaire: str


def choices(user: User) -> list[Choosable]:
    """Everything that can be counted in what this person may see (see `choices_in`)."""
    return choices_in(Questionnaire.objects.visible_to(user))


def choices_in(questionnaires: "QuerySet[Questionnaire]") -> list[Choosable]:
    """Everything that can be counted in these, questionnaire by questionnaire, in their order: for whoever builds an
    indicator. Three queries.
    """
    versions: dict[int, QuestionnaireVersion] = {}
    seen = QuestionnaireVersion.objects.published().filter(questionnaire__in=questionnaires.order_by().values("pk"))
    for one in seen.select_related("questionnaire").order_by("questionnaire__title_fr", "questionnaire", "-number"):
        if one.questionnaire_id not in {known.questionnaire_id for known in versions.values()}:
            versions[one.pk] = one
    items = Item.objects.filter(version__in=versions).select_related("section")
    found: dict[int, list[Choosable]] = {pk: [] for pk in versions}
    scored: set[int] = set()
    taken: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(item__version__in=versions).order_by("position", "pk"):
        taken.setdefault(choice.item_id, []).append(choice)
    for item in items.order_by("section__position", "position", "pk"):
        version = versions[item.version_id]
        if item.section.least_answered and item.kind == Item.Kind.SCALE and item.section_id not in scored:
            scored.add(item.section_id)
            name = f"score:{version.questionnaire.code}:{item.section.code}"
            title = _("score: %(title)s") % {"title": item.section}
            found[version.pk].append(Choosable(name, title, version.questionnaire.title))
        found[version.pk] += [
            Choosable(name, title, version.questionnaire.title)
            for name, title in _names(f"survey:{version.questionnaire.code}:{item.code}", item, taken.get(item.pk, []))
        ]
    return [one for many in found.values() for one in many]


def _names(code: str, item: Item, taken: Sequence[Choice]) -> list[tuple[str, str]]:
    if item.kind in Item.CHOSEN:
        return [(f"{code}:{one.code}", _titled(item, [one])) for one in taken]
    return [(code, item.label)] if item.kind in HOWS else []


def _of_item(code: str, item: Item) -> SurveyMeasure:
    how = HOWS.get(Item.Kind(item.kind))
    if how is None:
        raise KeyError(code)
    ends = item.bounds if item.kind == Item.Kind.SCALE else (None, None)
    unit = POINTS if how == How.RECOMMEND or item.kind == Item.Kind.SCALE else "" if how == How.YES else item.unit
    return _made(code, item, how, items=(item.code,), title=item.label, unit=unit, low=ends[0], high=ends[1])


def _of_choices(code: str, item: Item, chosen: Sequence[str]) -> SurveyMeasure:
    if item.kind not in Item.CHOSEN:
        raise KeyError(code)
    known = {one.code: one for one in item.choices.all()}
    if not all(one in known for one in chosen):
        raise KeyError(code)
    title = _titled(item, [known[one] for one in chosen])
    return _made(code, item, How.CHOSEN, items=(item.code,), chosen=tuple(chosen), title=title)


def _titled(item: Item, chosen: Sequence[Choice]) -> str:
    return _("%(question)s: %(choices)s") % {"question": item.label, "choices": ", ".join(one.text for one in chosen)}


def _of_section(code: str, item: Item) -> SurveyMeasure:
    low, high = item.bounds
    return _made(
        code, item, How.SCORE, section=item.section.code, least=item.section.least_answered or 1,
        title=str(item.section), unit=POINTS, low=low, high=high,
    )  # fmt: skip


FIELDS = ("items", "section", "least", "chosen")


def _made(code: str, item: Item, how: How, **facts: Any) -> SurveyMeasure:
    questionnaire = item.version.questionnaire
    asked = {name: facts.pop(name) for name in FIELDS if name in facts}
    question = Question(questionnaire.code, how, **asked)
    text = item.section.title if how == How.SCORE else item.text
    words = DEFINED[how] % {"question": text, "questionnaire": questionnaire.title}
    return measure_for(question, code=code, definition=f"{words} {COMMON}", source=questionnaire.title,
        organisation=questionnaire.organisation_id, **facts)  # fmt: skip


HOWS = {
    Item.Kind.SCALE: How.MEAN,
    Item.Kind.NUMBER: How.MEAN,
    Item.Kind.YES_NO: How.YES,
    Item.Kind.CONSENT: How.YES,
    Item.Kind.RECOMMEND: How.RECOMMEND,
}
DEFINED: dict[How, Any] = {
    How.MEAN: _("The mean of the answers to “%(question)s” (%(questionnaire)s)."),
    How.YES: _("The share of yes among the answers to “%(question)s” (%(questionnaire)s)."),
    How.CHOSEN: _(
        "The share of those who took one of these choices among those who took any at “%(question)s” "
        "(%(questionnaire)s)."
    ),
    How.RECOMMEND: _(
        "Those who answered 9 or 10 to “%(question)s” (%(questionnaire)s) less those who answered 0 to 6, in points of "
        "100 answers: from −100 to 100."
    ),
    How.SCORE: _(
        "The mean of people’s scores in “%(question)s” (%(questionnaire)s), each the mean of the sentences that person "
        "answered, where enough were."
    ),
}
COMMON = _(
    "Of the requests of the period, those answered count; “does not apply” and “prefer not to say” are no answers. "
    "Only the question as it is asked last counts. Answers given in confidence or without a name count in groups of "
    "five at least, and show no rows."
)
