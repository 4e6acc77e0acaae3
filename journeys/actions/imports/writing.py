"""Writing one chunk of judged lines, in bulk: as many queries for five hundred lines as for one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from backend.history import actions as history
from journeys.actions.companions import follow_referents
from journeys.actions.imports.traces import New, Trace, carriers_of, companions_of, memberships_of
from journeys.actions.journeys import Opening, open_many
from journeys.models import Carrier, Holder, Journey, Project
from journeys.queries.imports import CREATE, UPDATE, Change, Known, Line, Outcome
from journeys.queries.imports.plan import HOLDER_FIELDS, JOURNEY_FIELDS, PROJECT_FIELDS, USER_FIELDS


def write_chunk(outcomes: Sequence[Outcome], *, known: Known, starts_on: date, trace: Trace, by: User | None) -> None:
    """Do what each outcome says. Call it inside a transaction, with outcomes judged in that transaction.

    `trace` keeps what was created and changed; each new journey stands in its outcome.
    """
    chunk = Chunk(known, trace, by)
    new = [outcome for outcome in outcomes if outcome.kind == CREATE]
    chunk.add_people([outcome for outcome in new if outcome.holder is None])
    chunk.add_projects([outcome for outcome in new if outcome.project is None])
    for outcome in outcomes:
        if outcome.kind in (CREATE, UPDATE):
            chunk.apply(outcome)
    chunk.save()
    chunk.open_journeys(new, starts_on)


class Chunk:
    """Rows made and changed by one chunk of lines, saved together."""

    def __init__(self, known: Known, trace: Trace, by: User | None) -> None:
        self.known, self.trace, self.by = known, trace, by
        self.organisation = known.programme.organisation
        self.changed: dict[type[models.Model], dict[int, Any]] = {User: {}, Holder: {}, Project: {}, Journey: {}}

    # --- New --------------------------------------------------------------------------------------
    def add_people(self, outcomes: Sequence[Outcome]) -> None:
        """An account each, and their facts here."""
        if not outcomes:
            return
        wanted = {
            outcome.line.values["email"]: (
                outcome.line.values.get("first_name", ""),
                outcome.line.values.get("last_name", ""),
            )
            for outcome in outcomes
        }
        users = accounts.ensure_people(wanted, by=self.by)
        Holder.objects.bulk_create(
            [self._new_holder(outcome.line, users[outcome.line.values["email"]]) for outcome in outcomes],
            batch_size=500,
            ignore_conflicts=True,
        )
        self.trace.create("user", [user.pk for email, user in users.items() if email not in self.known.users])
        rows = Holder.objects.filter(organisation=self.organisation, user__in=list(users.values()))
        holders = {holder.user_id: holder for holder in rows.order_by("pk")}
        self.trace.create("holder", [holder.pk for holder in holders.values()])
        for outcome in outcomes:
            outcome.user = users[outcome.line.values["email"]]
            outcome.holder = holders[outcome.user.pk]
            outcome.holder.user = outcome.user

    def _new_holder(self, line: Line, user: User) -> Holder:
        facts = {attribute: line.values[name] for name, attribute in HOLDER_FIELDS.items() if name in line.values}
        return Holder(organisation=self.organisation, user=user, **facts)

    def add_projects(self, outcomes: Sequence[Outcome]) -> None:
        """One project for all the lines that share one; those of lines already written are found by their name."""
        new: dict[tuple[str, str], Project] = {}
        first: dict[tuple[str, str], Line] = {}
        mine = self.known.project_index
        self.known.load_projects({mine[one.line.project_key] for one in outcomes if one.line.project_key in mine})
        for outcome in outcomes:
            shared = outcome.line.project_key
            if shared in mine:
                outcome.project = self.known.projects[mine[shared]]
            elif shared not in new:
                new[shared] = Project(organisation=self.organisation)
                first[shared] = outcome.line
                for name, value in project_facts(outcome.line).items():
                    put(new[shared], PROJECT_FIELDS[name], value)
        Project.objects.bulk_create(list(new.values()), batch_size=500)
        self.trace.create("project", [project.pk for project in new.values()])
        for shared, project in new.items():
            mine[shared] = project.pk
            self.known.projects[project.pk] = project
        for outcome in outcomes:
            if outcome.project is None:
                outcome.project = self.known.projects[mine[outcome.line.project_key]]
                self._fill_in(outcome, first[outcome.line.project_key])

    @staticmethod
    def _fill_in(outcome: Outcome, first: Line) -> None:
        """Another line of a new project adds what the first left empty."""
        for name, value in project_facts(outcome.line).items():
            if name not in first.values:
                outcome.changes.append(Change(name, None, value))

    def open_journeys(self, outcomes: Sequence[Outcome], starts_on: date) -> None:
        """Each is a holder here, carries the project and begins her journey."""
        if not outcomes:
            return
        people = [outcome.user for outcome in outcomes if outcome.user]
        roles, carriers = New(memberships_of(outcomes, self.organisation.pk)), New(carriers_of(outcomes))
        accounts.grant_roles(people, self.organisation, Membership.Role.HOLDER, by=self.by)
        Carrier.objects.bulk_create(
            [
                Carrier(project=one.project, holder=one.holder, joined_on=one.line.values.get("started_on", starts_on))
                for one in outcomes
            ],
            batch_size=500,
            ignore_conflicts=True,
        )
        openings = [
            Opening(
                outcome.project,
                outcome.holder,
                outcome.line.values.get("started_on", starts_on),
                outcome.referent,
                outcome.line.values.get("planned_end_on"),
            )
            for outcome in outcomes
            if outcome.project and outcome.holder
        ]
        journeys = open_many(self.known.programme, openings, by=self.by)
        found = {(one.project_id, one.holder_id): one for one in journeys}
        for outcome in outcomes:
            outcome.journey = (
                found.get((outcome.project.pk, outcome.holder.pk)) if outcome.project and outcome.holder else None
            )
        self.trace.create("membership", roles.ids())
        self.trace.create("carrier", carriers.ids())
        self.trace.create("journey", [one.pk for one in journeys])
        self.trace.create("companion", companions_of(journeys).order_by().values_list("pk", flat=True))

    # --- Changed ----------------------------------------------------------------------------------
    def apply(self, outcome: Outcome) -> None:
        """Set what changes on the rows at hand; `save` writes them."""
        targets = (
            (outcome.user, dict(zip(USER_FIELDS, USER_FIELDS, strict=True))),
            (outcome.holder, HOLDER_FIELDS),
            (outcome.project, PROJECT_FIELDS),
            (outcome.journey, JOURNEY_FIELDS),
        )
        for change in outcome.changes:
            for row, fields in targets:
                if row is not None and change.field in fields:
                    self._put(row, fields[change.field], change.new)
                    self.changed[type(row)][row.pk] = row

    def _put(self, row: models.Model, attribute: str, value: Any) -> None:
        names = ("qpv", "neighbourhood_id") if attribute == "qpv" else (attribute,)
        before = [getattr(row, name) for name in names]
        put(row, attribute, value)
        for name, old in zip(names, before, strict=True):
            self.trace.change(row, name, old, getattr(row, name))

    def save(self) -> None:
        """Write the changed rows, table by table, and a line of history each."""
        columns: dict[type[models.Model], Iterable[str]] = {
            User: USER_FIELDS,
            Holder: HOLDER_FIELDS.values(),
            Project: [*(name.removesuffix("_id") for name in PROJECT_FIELDS.values()), "neighbourhood"],
            Journey: [name.removesuffix("_id") for name in JOURNEY_FIELDS.values()],
        }
        for model, rows in self.changed.items():
            if rows:
                changed = list(rows.values())
                model._default_manager.bulk_update(changed, list(columns[model]), batch_size=200)
                verb = f"import_{model._meta.model_name}"
                history.record_many(verb, changed, by=self.by, organisation=self.organisation)
        follow_referents(list(self.changed[Journey].values()), by=self.by)


def project_facts(line: Line) -> dict[str, Any]:
    """What a line says of its project."""
    return {name: line.values[name] for name in PROJECT_FIELDS if name in line.values}


def put(row: models.Model, attribute: str, value: Any) -> None:
    """Set one fact; QPV and its name go together."""
    if attribute == "qpv" and isinstance(row, Project):
        row.qpv, code = value
        row.neighbourhood_id = code or None
    else:
        setattr(row, attribute, value)
