"""The life of a version: drafted, described, published, taken back, discarded."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.actions.design_rows import claim, copy_rows
from evaluation.models import Item, Questionnaire, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.lacks import must_mend
from evaluation.queries.version_diff import Change, Difference, Weight, compare
from evaluation.queries.version_texts import previous_of, text_of

LONGEST_REASON = 300


@transaction.atomic
def draft_version(questionnaire: Questionnaire, *, by: User | None) -> QuestionnaireVersion:
    """The draft of its next version, which begins as a copy of the published one, codes and series kept.

    One there already is given back. Refused when the questionnaire is retired.
    """
    if questionnaire.retired_at:
        raise Refused(_("This questionnaire is retired: take it up again first."))
    if found := questionnaire.versions.drafts().first():
        return found
    last = questionnaire.versions.published().order_by("-number").first()
    try:
        with transaction.atomic():
            version = QuestionnaireVersion.objects.create(
                questionnaire=questionnaire,
                number=last.number + 1 if last else 1,
                minutes=last.minutes if last else 1,
                anchors=last.anchors if last else [],
            )
    except IntegrityError:
        raise Refused(_("Somebody has just started a draft. Reload the page to see it.")) from None
    if last:
        copy_rows(last, version, keeps_series=True)
    else:
        Section.objects.create(version=version, code="S1", position=1)
    history.record("draft_version", version, by=by, organisation=questionnaire.organisation)
    return version


@transaction.atomic
def update_draft(
    version: QuestionnaireVersion, *, by: User | None, minutes: int, anchors: Sequence[Mapping[str, Any]],
    revision: int | None = None,
) -> QuestionnaireVersion:  # fmt: skip
    """How long it takes, and the words of its scales where an item has none of its own."""
    claim(version, revision)
    version.minutes, version.anchors = minutes, [dict(one) for one in anchors]
    version.save(update_fields=["minutes", "anchors"])
    history.record("update_draft", version, by=by, organisation=version.questionnaire.organisation)
    return version


@transaction.atomic
def discard_draft(version: QuestionnaireVersion, *, by: User | None, revision: int | None = None) -> None:
    """The draft goes away; a questionnaire that had nothing else goes with it."""
    claim(version, revision)
    questionnaire = version.questionnaire
    history.record("discard_draft", questionnaire, by=by, number=version.number)
    version.delete()
    if not questionnaire.versions.exists() and not questionnaire.waves.exists():
        questionnaire.delete()


@transaction.atomic
def publish_version(
    version: QuestionnaireVersion, *, by: User | None, note: str = "", material: Mapping[str, bool] | None = None,
    reasons: Mapping[str, str] | None = None, revision: int | None = None,
) -> QuestionnaireVersion:  # fmt: skip
    """From now on this is what is asked. Each changed item goes on in its series, or begins another.

    `note`: what changes, and why. `material`: {code: does the series break?} for each item whose change a person has to
    judge; `reasons`: {code: why}, else the note. What can't be compared breaks it whatever is said. Refused, with the
    code as `field`, while something is to mend, not judged, or nothing changed.
    """
    claim(version, revision)
    sections = sections_of(version)
    if wrong := must_mend(sections):
        raise Refused(wrong[0].sentence)
    previous = previous_of(version)
    if previous is not None:
        found = compare(text_of(previous), text_of(version, sections))
        _require_judged(found, note, material or {})
        _write_series(version, found, note, material or {}, reasons or {})
    version.published_at, version.published_by, version.note = clock.now(), by, note
    version.save(update_fields=["published_at", "published_by", "note"])
    history.record("publish_version", version, by=by, organisation=version.questionnaire.organisation)
    return version


def _require_judged(found: Difference, note: str, material: Mapping[str, bool]) -> None:
    if found.is_empty:
        raise Refused(_("This draft says the same as the version before it: there is nothing to publish."))
    if not note.strip():
        raise Refused(_("Say in a few words what changes, and why."), field="note")
    for change in found.judged:
        if change.code not in material:
            raise Refused(_("%(code)s: say whether the series goes on.") % {"code": change.code}, field=change.code)


def is_material(change: Change, material: Mapping[str, bool]) -> bool:
    """Does this change break the series?"""
    return change.weight == Weight.FORCED or (change.weight == Weight.JUDGED and material.get(change.code, False))


def _write_series(
    version: QuestionnaireVersion, found: Difference, note: str, material: Mapping[str, bool],
    reasons: Mapping[str, str],
) -> None:  # fmt: skip
    items = {item.code: item for item in version.items.order_by("pk")}
    for change in found.items:
        if change.old is None or change.new is None:
            continue
        item, is_changed = items[change.code], change.became == "changed"
        item.series = change.old.series + is_material(change, material)
        item.change_reason = (reasons.get(change.code, "").strip() or note.strip())[:LONGEST_REASON] * is_changed
    Item.objects.bulk_update(items.values(), ["series", "change_reason"])


@transaction.atomic
def withdraw_version(version: QuestionnaireVersion, *, by: User | None) -> QuestionnaireVersion:
    """Published too early, and asked of nobody yet: it is the draft again.

    Refused once somebody was asked, when another version followed, or when there is another draft.
    """
    held = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
    if held.is_draft:
        return held
    if held.requests.exists() or held.anonymous_sheets.exists():
        raise Refused(_("It was asked already: it stays as it is. The next change is another version."))
    if held.questionnaire.versions.filter(number__gt=held.number).exists():
        raise Refused(_("Another version, or a draft, follows it: it stays as it is."))
    held.published_at, held.published_by = None, None
    held.save(update_fields=["published_at", "published_by"])
    history.record("withdraw_version", held, by=by, organisation=held.questionnaire.organisation)
    return held
