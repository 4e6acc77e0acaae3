"""A version as it will be asked, on the screen of a phone. Nothing is kept: what was answered travels with the page."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from backend.lib.doors import number, require
from evaluation import policies
from evaluation.forms import AnswersForm
from evaluation.forms.design import FactsForm
from evaluation.models import Section
from evaluation.queries.answers import Screen, Sheet, build_sheet, every_line, sections_of
from evaluation.queries.asked import fields_of
from evaluation.queries.conditions import fact_subjects, facts_named
from evaluation.queries.given import Kept
from evaluation.views.design_versions import version_of


@require_http_methods(["GET", "POST"])
def version_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """One screen after the other, as somebody would see it whose journey is as the address says (`?phase=creation`)."""
    version = version_of(request, pk)
    require(policies.may_read_version(request.user, version))
    sections = sections_of(version)
    conditions = [when for one in sections for when in (one.relevance, *(item.relevance for item in one.items.all()))]
    named = {fact for when in conditions for fact in facts_named(when)}
    subjects = [one for one in fact_subjects(version) if one.about["fact"] in named] if named else []
    facts_form = FactsForm(request.GET, subjects=subjects)
    facts = facts_form.facts if facts_form.is_valid() else {}
    posted = _posted(request)
    kept, wrong = _read(sections, posted)
    shown = build_sheet(version, sections, kept, facts)
    at = _screen(posted, shown, wrong)
    screen = shown.screens[at - 1] if at <= len(shown.screens) else None
    here = set(screen.codes) if screen else set()
    context = {
        "version": version, "questionnaire": version.questionnaire, "sheet": shown, "screen": screen, "at": at,
        "form": AnswersForm(screen.lines, posted if here & wrong else None) if screen else None,
        "facts_form": facts_form if subjects else None,
        "carried": [pair for line in shown.lines if line.item.code not in here
                    for pair in fields_of(line.item, line.kept)],
    }  # fmt: skip
    return render(request, "evaluation/version_preview.html", context)


def _posted(request: HttpRequest) -> QueryDict:
    """What the page brought along, without the answer that a button takes back."""
    posted = request.POST.copy()
    code = str(posted.get("clear", ""))
    for name in (code, f"{code}-text", f"{code}-missing"):
        posted.pop(name, None)
    return posted


def _read(sections: Sequence[Section], posted: QueryDict) -> tuple[dict[str, Kept], set[str]]:
    """({code: what is answered}, codes of what can't be read, which counts as nothing)."""
    lines = every_line(sections)
    form = AnswersForm(lines, posted)
    form.is_valid()
    readings = {line.item.code: line.reading for line in lines}
    return {code: readings[code].read(given) for code, given in form.given.items()}, set(form.errors)


def _screen(posted: QueryDict, shown: Sheet, wrong: set[str]) -> int:
    """The number of the screen to show: the next one, the one before, or the same again where something is wrong, or an
    answer makes another question of it relevant."""
    was = number(str(posted.get("number", ""))) or 0
    screens: Sequence[Screen] = shown.screens
    codes = set(screens[was - 1].codes) if 1 <= was <= len(screens) else set()
    has_more = "back" not in posted and bool(codes - set(str(posted.get("shown", "")).split()))
    if codes & wrong or (codes and ("clear" in posted or has_more)):
        return was
    return min(max(was + (-1 if "back" in posted else 1), 1), len(screens) + 1)
