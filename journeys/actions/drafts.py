"""The draft of a programme: started, published for good, or discarded. At most one at a time."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.programme_rules import check_text
from journeys.actions.programmes import link_steps
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.drafts import blocking, lacks_of
from journeys.queries.versions import FACTS, compare, steps_of


def lock_draft(version: ProgrammeVersion) -> ProgrammeVersion:
    """The draft, held until the end of the transaction. Refused once it is published or discarded."""
    held = ProgrammeVersion.objects.select_for_update().filter(pk=version.pk).first()
    if held is None:
        raise Refused(_("This draft was discarded meanwhile. Start another from the programme’s page."))
    if not held.is_draft:
        sentence = _("Version %(number)d is published: it never changes. Start a new draft from the programme’s page.")
        raise Refused(sentence % {"number": held.number})
    return held


@transaction.atomic
def start_draft(programme: Programme, *, by: User | None) -> ProgrammeVersion:
    """The next version as a draft with the steps of the last published one, codes kept; empty if there is none.

    When there is a draft already, that one: asked twice, started once.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    draft = programme.versions.filter(published_at=None).first()
    if draft is not None:
        return draft
    number = programme.versions.aggregate(last=Max("number"))["last"] or 0
    last = programme.versions.published().order_by("-number").first()
    draft = ProgrammeVersion.objects.create(programme=programme, number=number + 1)
    _copy_steps(last, draft)
    history.record("start_draft", draft, by=by, organisation=programme.organisation)
    return draft


def _copy_steps(source: ProgrammeVersion | None, target: ProgrammeVersion) -> None:
    """The same steps in `target`, under the same codes, with the same prerequisites."""
    steps = steps_of(source)
    copies = {
        step.code: StepTemplate(
            version=target, code=step.code, position=step.position, **{name: getattr(step, name) for name in FACTS}
        )
        for step in steps
    }
    StepTemplate.objects.bulk_create(copies.values())
    link_steps((copies[step.code], copies[before.code]) for step in steps for before in step.after.all())


@transaction.atomic
def publish_version(version: ProgrammeVersion, *, note: str = "", by: User | None) -> ProgrammeVersion:
    """The draft is the programme's next version, for good: journeys opened from now on are copied from it.

    `note` says in a sentence what changes. Refused while something is lacking, and when nothing changed since the last
    version. Journeys under way are left as they are.
    """
    draft = lock_draft(version)
    steps = steps_of(draft)
    for lack in blocking(lacks_of(draft.programme, steps)):
        raise Refused(lack.sentence)
    last = draft.programme.versions.published().order_by("-number").first()
    if last is not None and compare(steps_of(last), steps).is_empty:
        sentence = _("Nothing differs from version %(number)d: there is nothing to publish.")
        raise Refused(sentence % {"number": last.number})
    draft.published_at, draft.published_by = clock.now(), by
    draft.note = check_text(note, 240, "note")
    draft.save(update_fields=["published_at", "published_by", "note"])
    history.record("publish_version", draft, by=by, organisation=draft.programme.organisation)
    return draft


@transaction.atomic
def discard_version(version: ProgrammeVersion, *, by: User | None) -> None:
    """The draft and its steps are gone; the published versions stay. Refused once it is published or gone."""
    draft = lock_draft(version)
    history.record("discard_version", draft.programme, by=by, number=draft.number, steps=draft.steps.count())
    draft.delete()
