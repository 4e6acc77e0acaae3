"""Questionnaires of an organisation: made, copied, named, retired."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.actions.design_rows import copy_rows
from evaluation.models import Questionnaire, QuestionnaireVersion, Section

TEXTS = ("title_fr", "title_en", "intro_fr", "intro_en", "source")


@transaction.atomic
def create_questionnaire(organisation: Organisation, *, by: User | None, **texts: str) -> QuestionnaireVersion:
    """A questionnaire of this organisation, with the draft of its first version: one empty section.

    `texts`: those of TEXTS. Refused without a French title.
    """
    questionnaire = _new(organisation, by, texts)
    version = QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=1)
    Section.objects.create(version=version, code="S1", position=1)
    history.record("create_questionnaire", questionnaire, by=by)
    return version


@transaction.atomic
def copy_questionnaire(
    original: Questionnaire, organisation: Organisation, *, by: User | None, **texts: str
) -> QuestionnaireVersion:
    """The published questionnaire as a draft of this organisation's own, to change at will; series begin anew.

    `texts` replace its own. Refused when it has no published version.
    """
    published = original.versions.published().order_by("-number").first()
    if published is None:
        raise Refused(_("Nothing of it is published yet: there is nothing to copy."))
    own = {name: getattr(original, name) for name in TEXTS}
    questionnaire = _new(organisation, by, own | texts, code=original.code)
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, minutes=published.minutes, anchors=published.anchors
    )
    copy_rows(published, version, keeps_series=False)
    history.record("copy_questionnaire", questionnaire, by=by, source=original.code)
    return version


def _new(organisation: Organisation, by: User | None, texts: dict[str, Any], code: str = "") -> Questionnaire:
    if not texts.get("title_fr", "").strip():
        raise Refused(_("Give it a title in French."), field="title_fr")
    stem = slugify(code or texts["title_fr"])[:30].strip("-") or "questionnaire"
    taken = set(Questionnaire.objects.filter(code__startswith=stem).values_list("code", flat=True))
    codes = (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3)))
    free = next(one for one in codes if one not in taken)
    return Questionnaire.objects.create(organisation=organisation, code=free, **texts)


@transaction.atomic
def update_questionnaire(questionnaire: Questionnaire, *, by: User | None, **texts: str) -> Questionnaire:
    """Its title, introduction and source: what stands around the questions, and is of no version."""
    if not texts.get("title_fr", questionnaire.title_fr).strip():
        raise Refused(_("Give it a title in French."), field="title_fr")
    for name, text in texts.items():
        setattr(questionnaire, name, text)
    questionnaire.save(update_fields=list(texts))
    history.record("update_questionnaire", questionnaire, by=by)
    return questionnaire


@transaction.atomic
def retire_questionnaire(questionnaire: Questionnaire, *, by: User | None) -> Questionnaire:
    """It is offered for no new wave; what was answered stays. Refused while a wave still asks it."""
    if questionnaire.waves.running().exists():
        raise Refused(_("A wave still asks it: stop that wave first."))
    changed = Questionnaire.objects.filter(pk=questionnaire.pk, retired_at=None).update(retired_at=clock.now())
    if changed:
        history.record("retire_questionnaire", questionnaire, by=by)
    questionnaire.refresh_from_db(fields=["retired_at"])
    return questionnaire


@transaction.atomic
def restore_questionnaire(questionnaire: Questionnaire, *, by: User | None) -> Questionnaire:
    """A retired one can be asked again."""
    changed = Questionnaire.objects.filter(pk=questionnaire.pk, retired_at__isnull=False).update(retired_at=None)
    if changed:
        history.record("restore_questionnaire", questionnaire, by=by)
    questionnaire.refresh_from_db(fields=["retired_at"])
    return questionnaire
