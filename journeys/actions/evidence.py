"""Files that show a milestone: checked by content, kept outside the web root under a name that tells nothing."""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.sweeps import each
from backend.lib.uploads import Unacceptable, recognise
from journeys.models import EvidenceFile, Milestone, MilestoneProposal, Step
from journeys.queries.evidence import why_not

MOST_FILES = 5  # at once
MOST_IN_ALL = 20  # on one step
FOLDER = "evidence"
ORPHAN_AFTER = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


@transaction.atomic
def keep_evidence_files(step: Step, uploads: Sequence[Upload], *, by: User | None) -> list[EvidenceFile]:
    """These files stand on the step, each once whatever its name; they wait there for a proposal or a milestone.

    Refused, with none kept, for a file that is empty, over 10 MB, of a type that is not listed, not what its name says,
    or with a program inside; for more than five at once, or twenty on the step; once the milestone is reached, or while
    a proposal waits: nothing is added to what somebody answers or has answered.
    """
    if not uploads:
        return []
    if len(uploads) > MOST_FILES:
        raise Refused(_("Join up to %(most)d files at once.") % {"most": MOST_FILES}, field="uploads")
    Step.objects.select_for_update(of=("self",), no_key=True).get(pk=step.pk)
    if Milestone.objects.filter(step=step).exists():
        raise Refused(_("This milestone is reached: what shows it stays."), field="uploads")
    if step.proposals.filter(state=MilestoneProposal.State.PROPOSED).exists():
        raise Refused(_("You proposed this milestone already: it waits for an answer."), field="uploads")
    known = {one.digest: one for one in step.evidence_files.all()}
    kept, written = [], []
    try:
        for upload in uploads:
            digest = hashlib.sha256(upload.data).hexdigest()
            if digest not in known:
                if len(known) >= MOST_IN_ALL:
                    raise Refused(_("This step holds %(most)d files already.") % {"most": MOST_IN_ALL}, field="uploads")
                known[digest] = _write(step, upload, digest, by=by)
                written.append(known[digest])
            kept.append(known[digest])
    except BaseException:
        for one in written:
            _drop(one.file.name)
        raise
    if written:
        names = [one.name for one in written]
        history.record(
            "keep_evidence_files", step, by=by, organisation=step.journey.programme.organisation, files=names
        )
    return list(dict.fromkeys(kept))


def _write(step: Step, upload: Upload, digest: str, *, by: User | None) -> EvidenceFile:
    """The file, then its row: a crash in between leaves a file that no row names, which the sweep throws away."""
    try:
        found = recognise(upload.data, upload.name)
    except Unacceptable as refused:
        raise Refused(why_not(refused.reason, upload.name), field="uploads") from None
    row = EvidenceFile(
        step=step, name=found.name, content_type=found.content_type, size=len(upload.data), digest=digest, added_by=by
    )
    row.file.save(f"{secrets.token_hex(16)}.bin", ContentFile(upload.data), save=False)
    try:
        row.save()
    except BaseException:
        _drop(row.file.name)
        raise
    return row


def carry_evidence_files(step: Step, to: Step) -> None:
    """What shows a milestone shows it on `to` as well, each file under a name of its own; a lost one stays away."""
    for one in step.evidence_files.filter(Q(proposal=None) | Q(proposal__state="accepted")).order_by(
        "created_at", "pk"
    ):
        try:
            with one.file.open("rb") as content:
                data = content.read()
        except OSError:
            continue
        row = EvidenceFile(
            step=to, name=one.name, content_type=one.content_type, size=one.size, digest=one.digest,
            added_by_id=one.added_by_id,
        )  # fmt: skip
        row.file.save(f"{secrets.token_hex(16)}.bin", ContentFile(data), save=False)
        row.save()


@transaction.atomic
def remove_evidence_file(file: EvidenceFile, *, by: User | None) -> Step:
    """The file is gone, from the disk too. Refused while somebody has it to read, and once the milestone is reached."""
    step = file.step
    if hasattr(step, "milestone"):
        raise Refused(_("This milestone is reached: what shows it stays."))
    if file.proposal is not None and file.proposal.state == MilestoneProposal.State.PROPOSED:
        raise Refused(_("This file is being read: withdraw your proposal first."))
    name, path = file.name, file.file.name
    file.delete()
    history.record("remove_evidence_file", step, by=by, organisation=step.journey.programme.organisation, file=name)
    transaction.on_commit(lambda: _drop(path))
    return step


def _drop(path: str | None) -> None:
    if path:
        with suppress(OSError):
            default_storage.delete(path)


def sweep_evidence() -> int:
    """Throw away files that no row names (a crash) and those joined to nothing for a week; how many."""
    now = clock.now()
    waiting = EvidenceFile.objects.filter(proposal=None, step__milestone=None, created_at__lt=now - FORGOTTEN_AFTER)
    forgotten = each(waiting.select_related("step").order_by("pk"), _forget)
    return forgotten + each(_stored(FOLDER), _drop_orphan)


def _forget(row: EvidenceFile) -> bool:
    if history.last("undo_milestone", row.step):
        return False  # it showed a milestone that was undone since
    path = row.file.name
    row.delete()
    _drop(path)
    return True


def _drop_orphan(path: str) -> bool:
    is_old = default_storage.get_modified_time(path) < clock.now() - ORPHAN_AFTER
    if not is_old or EvidenceFile.objects.filter(file=path).exists():
        return False
    _drop(path)
    return True


def _stored(folder: str) -> list[str]:
    """Every file under `folder`, by its path in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    found = [f"{folder}/{name}" for name in files]
    for name in folders:
        found += _stored(f"{folder}/{name}")
    return found
