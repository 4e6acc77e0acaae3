"""Mentors from a spreadsheet: read, corrected in place, confirmed whole in one transaction, or taken back."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.imports.previews import quoted, read_body, read_header, write_cells
from journeys.queries.imports import CREATE, ERROR, UPDATE, Outcome
from mentoring.actions.mentors import add_training, create_mentor, update_mentor
from mentoring.models import Mentor, MentorImport, Training
from mentoring.queries.imports import LABELS, MANDATORY, MentorPreview, names
from mentoring.queries.imports.plan import PROFILE, communes_of, fact_of

MOST_MENTORS = 300
UNDO_WITHIN = timedelta(days=1)
State = MentorImport.State


@transaction.atomic
def import_mentors(organisation: Organisation, data: bytes, file_name: str, *, by: User | None) -> MentorImport:
    """The file waits for its preview to be confirmed; nobody is written to before. The same file still waiting from the
    same person is found again, with her corrections.

    Refused, in a sentence, for what is no table, has no column of names or e-mails, or more than 300 lines.
    """
    header = read_header(data, names=names())
    lacking = [str(LABELS[name]) for name in MANDATORY if name not in header.fields]
    if lacking:
        said = {"fields": quoted(lacking), "seen": quoted(one["title"] for one in header.columns if one["title"])}
        raise Refused(_("No column for %(fields)s was found. The file has %(seen)s.") % said, field="file")
    rows = read_body(header, MOST_MENTORS)
    digest = hashlib.sha256(data).hexdigest()
    waiting = MentorImport.objects.filter(organisation=organisation, digest=digest, made_by=by, state=State.PREVIEW)
    return waiting.first() or MentorImport.objects.create(
        organisation=organisation,
        made_by=by,
        file_name=file_name[-200:],
        digest=digest,
        header=header.columns,
        rows=rows,
        rows_total=len(rows),
    )


def _open_preview(batch: MentorImport) -> MentorImport:
    """The row, locked, so that two corrections do not undo each other. Refused once it is no longer a preview."""
    locked = MentorImport.objects.select_for_update().select_related("organisation").get(pk=batch.pk)
    if locked.state != State.PREVIEW:
        raise Refused(_("This can’t be done any more: it is now “%(state)s”.") % {"state": locked.get_state_display()})
    return locked


@transaction.atomic
def correct_mentor_import(
    batch: MentorImport, *, line: int, cells: Mapping[str, str], everywhere: Collection[str] = (), by: User | None
) -> int:
    """The cells of this line say what is given, and so does every other line that said the same for the fields in
    `everywhere`; how many lines changed. Refused for a cell there is not, or once the import is no longer a preview."""
    locked = _open_preview(batch)
    touched = write_cells(locked.rows, line, cells, everywhere=everywhere, fields=LABELS)
    if touched:
        locked.save(update_fields=["rows"])
    return touched


@transaction.atomic
def skip_mentor_lines(batch: MentorImport, *, lines: Collection[int], skip: bool, by: User | None) -> int:
    """These lines are left out (or taken back in); how many. Refused once the import is no longer a preview."""
    locked = _open_preview(batch)
    wanted = [row for row in locked.rows if row["line"] in lines]
    for row in wanted:
        row["skip"] = skip
    locked.save(update_fields=["rows"])
    return len(wanted)


@transaction.atomic
def confirm_mentor_import(batch: MentorImport, *, by: User | None) -> MentorImport:
    """The lines without errors are written, all or none: new mentors are welcomed by letter, those who are here have
    the facts that the file says otherwise. A second confirmation, at the same moment or later, is refused."""
    locked = _open_preview(batch)
    preview = MentorPreview(locked)
    made: dict[str, Any] = {"mentors": [], "memberships": [], "trainings": [], "changed": []}
    for outcome in preview.outcomes:
        if outcome.kind == CREATE:
            _welcome(locked.organisation, outcome, made, by)
        elif outcome.kind == UPDATE:
            _update(preview, outcome, made, by)
    left = [
        [one.line.line, one.line.name, [[note.code, note.field, dict(note.params)] for note in one.errors]]
        for one in preview.outcomes
        if one.kind == ERROR
    ]
    stamps = {"result": {**preview.counts, "left": left}, "made": made, "rows": [], "finished_at": clock.now()}
    move(locked, State.DONE, stamps=stamps)
    history.record(
        "confirm_mentor_import", locked, by=by, organisation=locked.organisation, lines=locked.rows_total,
        letters=len(made["mentors"]),
    )  # fmt: skip
    return locked


def _profile(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a profile from the values of a line."""
    profile = {name: values[name] for name in PROFILE if name in values}
    if "commune" in profile:
        profile["commune"] = communes_of([profile["commune"]])[0] if profile["commune"] else None
    if "communes" in profile:
        profile["communes"] = communes_of(profile["communes"])
    return profile


def _welcome(organisation: Organisation, outcome: Outcome, made: dict[str, Any], by: User | None) -> None:
    values = outcome.line.values
    role = {"organisation": organisation, "role": Membership.Role.MENTOR, "ended_at": None}
    had_role = outcome.user is not None and Membership.objects.filter(user=outcome.user, **role).exists()
    account = {name: values.get(name, "") for name in ("first_name", "last_name", "phone", "language")}
    account["language"] = account["language"] or organisation.language
    mentor = create_mentor(organisation, email=values["email"], by=by, **account, **_profile(values))
    made["mentors"].append(mentor.pk)
    if not had_role:
        made["memberships"].append(Membership.objects.get(user=mentor.user, **role).pk)
    _beside(mentor, values, made, by)


def _update(preview: MentorPreview, outcome: Outcome, made: dict[str, Any], by: User | None) -> None:
    mentor = preview.mentor_of(outcome)
    assert mentor is not None
    new = {change.field: change.new for change in outcome.changes}
    made["changed"] += [[mentor.pk, one.field, _kept(one.old), _kept(one.new)] for one in outcome.changes]
    account = {name: new[name] for name in ("first_name", "last_name", "phone") if name in new}
    if account:
        accounts.ensure_person(mentor.user.email, by=by, **account)
    update_mentor(mentor, by=by, **_profile(new))
    _beside(mentor, new, made, by)


def _beside(mentor: Mentor, values: Mapping[str, Any], made: dict[str, Any], by: User | None) -> None:
    """The charter she accepted on paper, and the trainings she followed."""
    accepted = values.get("charter_accepted_on")
    if accepted and mentor.charter_accepted_on is None:
        mentor.charter_accepted_on = accepted
        mentor.save(update_fields=["charter_accepted_on"])
        history.record("accept_charter", mentor, by=by, organisation=mentor.organisation, on=accepted)
    made["trainings"] += [add_training(mentor, title=title, by=by).pk for title in values.get("trainings", [])]


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def discard_mentor_import(batch: MentorImport, *, by: User | None) -> MentorImport:
    """The file is forgotten, with everything that was read of it. Refused once it is done."""
    move(batch, State.DISCARDED, stamps={"rows": [], "finished_at": clock.now()})
    history.record("discard_mentor_import", batch, by=by, organisation=batch.organisation)
    return batch


@transaction.atomic
def undo_mentor_import(batch: MentorImport, *, by: User | None) -> MentorImport:
    """The mentors that this import welcomed are no more mentors here (their accounts stay, without the role), and
    facts return to what they were where they still say what the import wrote.

    Refused after a day, twice, and when anything was done with these mentors since, with what.
    """
    locked = MentorImport.objects.select_for_update().select_related("organisation").get(pk=batch.pk)
    made = locked.made
    mentors = list(Mentor.objects.select_for_update(of=("self",)).filter(pk__in=made.get("mentors", [])).order_by("pk"))
    if locked.state == State.DONE and locked.finished_at and clock.now() > locked.finished_at + UNDO_WITHIN:
        raise Refused(_("An import can be undone within a day; this one is older."))
    built = _built(mentors, made)
    if built:
        raise Refused(_("This import can’t be undone: since then there is %(what)s.") % {"what": ", ".join(built)})
    move(locked, State.UNDONE, stamps={"made": {}})
    Training.objects.filter(pk__in=made["trainings"]).delete()
    for mentor in mentors:
        mentor.delete()
    for membership in Membership.objects.filter(pk__in=made["memberships"]).order_by("pk"):
        accounts.end_role(membership, by=by)
    _put_back(made["changed"], by)
    history.record("undo_mentor_import", locked, by=by, organisation=locked.organisation, mentors=len(mentors))
    return locked


def _built(mentors: list[Mentor], made: Mapping[str, Any]) -> list[str]:
    """What hangs on these profiles that the import did not make, in words."""
    found = []
    for relation in Mentor._meta.related_objects:
        other: type[models.Model] = relation.related_model
        rows = other._default_manager.filter(**{f"{relation.field.name}__in": mentors})
        rows = rows.exclude(pk__in=made.get("trainings", [])) if other is Training else rows
        if many := rows.count():
            found.append(f"{capfirst(str(other._meta.verbose_name_plural))} ({many})")
    return sorted(found)


def _put_back(changed: list[list[Any]], by: User | None) -> None:
    for pk, name, old, new in changed:
        mentor = Mentor.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if mentor is None or name not in (*PROFILE, "charter_accepted_on") or _kept(fact_of(mentor, name)) != new:
            continue
        column = Mentor._meta.get_field(name)
        if name in ("commune", "communes"):
            update_mentor(mentor, by=by, **_profile({name: old}))
        elif name == "charter_accepted_on":
            Mentor.objects.filter(pk=pk).update(charter_accepted_on=None)
        else:
            setattr(mentor, name, column.to_python(old) if isinstance(column, models.DateField) else old)
            mentor.save(update_fields=[name])


@transaction.atomic
def forget_mentor_import(batch: MentorImport) -> MentorImport:
    """What a finished import said of people is thrown away; its counts stay."""
    result = {name: said for name, said in batch.result.items() if name != "left"} | {"forgotten": True}
    MentorImport.objects.filter(pk=batch.pk, state__in=MentorImport.FINISHED).update(rows=[], made={}, result=result)
    history.record("forget_mentor_import", batch, by=None, organisation=batch.organisation)
    batch.refresh_from_db()
    return batch
