"""Mentors from a spreadsheet: read, corrected in place, confirmed whole in one transaction, or taken back."""

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from django.db import transaction

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.imports.mappings import say_columns
from journeys.actions.imports.previews import open_preview, read_file, write_cells
from journeys.actions.imports.traces import told
from journeys.queries.imports import CREATE, ERROR, UPDATE, Outcome
from journeys.queries.imports.undoing import obstacles_sentence
from mentoring.actions.mentors import add_training, create_mentor, update_mentor
from mentoring.models import Mentor, MentorImport, Training
from mentoring.queries.imports import LABELS, MENTORS, MentorPreview
from mentoring.queries.imports.cells import PLACES
from mentoring.queries.imports.plan import ACCOUNT, PROFILE, communes_of
from mentoring.queries.imports.undoing import Fact, mentor_undoing, plain

MOST_MENTORS = 300
State = MentorImport.State


@transaction.atomic
def import_mentors(
    organisation: Organisation, data: bytes, file_name: str, *, by: User | None, may_map: bool = False
) -> MentorImport:
    """The file waits for its preview to be confirmed; nobody is written to before. The same file still waiting from the
    same person is found again, with her corrections.

    Refused, in a sentence, for what is no table, has more than 300 lines, or no column of names or e-mails (with
    `may_map`, she may say on the page which ones they are).
    """
    read = read_file(data, file_name, MENTORS, organisation.pk, most_rows=MOST_MENTORS, may_map=may_map)
    mine = MentorImport.objects.filter(organisation=organisation, made_by=by, state=State.PREVIEW)
    waiting = mine.filter(digest=read["digest"]).first()
    return waiting or MentorImport.objects.create(organisation=organisation, made_by=by, **read)


@transaction.atomic
def map_mentor_columns(batch: MentorImport, *, fields: Mapping[int, str], by: User | None) -> MentorImport:
    """The columns at these places are read as these fields ("" leaves one out). Lines are read again with the
    corrections that were made; the organisation's next file of mentors with the same headings is read the same way.

    Refused when two columns would be one field, when a field that every file needs has no column, and once the import
    is no longer a preview.
    """
    locked = open_preview(batch)
    say_columns(locked, fields, listing=MENTORS, organisation=locked.organisation)
    locked.save(update_fields=["rows", "rows_total", "header", "result"])
    history.record("map_mentor_columns", locked, by=by, organisation=locked.organisation)
    return locked


@transaction.atomic
def correct_mentor_import(
    batch: MentorImport, *, line: int, cells: Mapping[str, str], everywhere: Collection[str] = (), by: User | None
) -> int:
    """The cells of this line say what is given, and so does every other line that said the same for the fields in
    `everywhere`; how many lines changed. Refused for a cell there is not, or once the import is no longer a preview."""
    locked = open_preview(batch)
    touched = write_cells(locked.rows, line, cells, everywhere=everywhere, fields=LABELS)
    if touched:
        locked.save(update_fields=["rows"])
    return touched


@transaction.atomic
def skip_mentor_lines(batch: MentorImport, *, lines: Collection[int], skip: bool, by: User | None) -> int:
    """These lines are left out (or taken back in); how many. Refused once the import is no longer a preview."""
    locked = open_preview(batch)
    wanted = [row for row in locked.rows if row["line"] in lines]
    for row in wanted:
        row["skip"] = skip
    locked.save(update_fields=["rows"])
    return len(wanted)


@transaction.atomic
def confirm_mentor_import(batch: MentorImport, *, by: User | None) -> MentorImport:
    """The lines without errors are written, all or none: new mentors are welcomed by letter, those who are here have
    the facts that the file says otherwise. A second confirmation, at the same moment or later, is refused."""
    locked = open_preview(batch)
    preview = MentorPreview(locked)
    made: dict[str, Any] = {"mentors": [], "memberships": [], "trainings": [], "changed": []}
    told_of = []
    for outcome in preview.outcomes:
        mentor = preview.mentor_of(outcome)
        if outcome.kind == CREATE:
            mentor = _welcome(locked.organisation, outcome, made, by)
        elif outcome.kind == UPDATE:
            _update(preview, outcome, made, by)
        told_of.append(told(outcome, typed=("email",), mentor=mentor.pk if mentor else None))
    left = [
        [one.line.line, one.line.name, [[note.code, note.field, dict(note.params)] for note in one.errors]]
        for one in preview.outcomes
        if one.kind == ERROR
    ]
    stamps = {"result": {**preview.counts, "left": left}, "made": made, "outcomes": told_of, **emptied()}
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


def _welcome(organisation: Organisation, outcome: Outcome, made: dict[str, Any], by: User | None) -> Mentor:
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
    return mentor


def _update(preview: MentorPreview, outcome: Outcome, made: dict[str, Any], by: User | None) -> None:
    mentor = preview.mentor_of(outcome)
    assert mentor is not None
    new = {change.field: change.new for change in outcome.changes}
    made["changed"] += [[mentor.pk, one.field, plain(one.old), plain(one.new)] for one in outcome.changes]
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


@transaction.atomic
def discard_mentor_import(batch: MentorImport, *, by: User | None) -> MentorImport:
    """The file is forgotten, with everything that was read of it. Refused once it is done."""
    move(batch, State.DISCARDED, stamps=emptied())
    history.record("discard_mentor_import", batch, by=by, organisation=batch.organisation)
    return batch


def emptied() -> dict[str, Any]:
    """The file is finished: what was read of it is kept no longer."""
    return {"rows": [], "raw": [], "finished_at": clock.now()}


@transaction.atomic
def undo_mentor_import(batch: MentorImport, *, by: User | None) -> list[str]:
    """The mentors that this import welcomed are no more mentors here (their accounts stay, without the role), and facts
    return to what they were where they still say what the import wrote; answers with those that stay, by name.

    Refused after a day, twice, and when anything was done with these mentors since, with what.
    """
    locked = MentorImport.objects.select_for_update().select_related("organisation").get(pk=batch.pk)
    roles = Membership.objects.select_for_update(no_key=True).filter(pk__in=locked.made.get("memberships", []))
    list(roles.order_by("pk").values_list("pk"))
    touched = {*locked.made.get("mentors", []), *(pk for pk, *_fact in locked.made.get("changed", []))}
    list(Mentor.objects.select_for_update(of=("self",)).filter(pk__in=touched).order_by("pk").values_list("pk"))
    found = mentor_undoing(locked)
    if found.obstacles:
        raise Refused(obstacles_sentence(found.obstacles))
    move(locked, State.UNDONE, stamps={"made": {}, "undone_at": clock.now(), "undone_by": by})
    Training.objects.filter(pk__in=[training.pk for training in found.trainings]).delete()
    for mentor in found.mentors:
        mentor.delete()
    for role in found.roles:
        accounts.end_role(role, by=by)
    for mentor, facts in groupby(found.returning, key=lambda fact: fact.mentor):
        _put_back(mentor, list(facts), by)
    history.record("undo_mentor_import", locked, by=by, organisation=locked.organisation, mentors=len(found.mentors))
    return [f"{fact.mentor} ({fact.label})" for fact in found.staying]


def _put_back(mentor: Mentor, facts: list[Fact], by: User | None) -> None:
    """At once: a break whose first and last day both return is never saved half."""
    before = {fact.name: fact.before for fact in facts}
    accounts.empty_facts(mentor.user, [name for name in ACCOUNT if name in before], by=by)
    places = {name: before.pop(name) for name in PLACES if name in before}
    own = [name for name in before if name not in ACCOUNT]
    for name in own:
        setattr(mentor, name, before[name])
    mentor.save(update_fields=own)
    update_mentor(mentor, by=by, **_profile(places))


@transaction.atomic
def forget_mentor_import(batch: MentorImport) -> MentorImport:
    """What a finished import said of people is thrown away; its counts stay."""
    MentorImport.objects.filter(pk=batch.pk, state__in=MentorImport.FINISHED).update(**batch.once_forgotten)
    history.record("forget_mentor_import", batch, by=None, organisation=batch.organisation)
    batch.refresh_from_db()
    return batch
