"""What confirming would do to each line: create, update, nothing, or nothing until it is put right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.accounts.models import User
from journeys.models import Holder, Journey, Project
from journeys.queries.imports.known import Known
from journeys.queries.imports.lines import Line, person_key
from journeys.queries.imports.problems import Note
from journeys.queries.imports.values import read_phone
from journeys.queries.imports.words import key

CREATE, UPDATE, UNCHANGED, ERROR, SKIPPED = KINDS = ("create", "update", "unchanged", "error", "skipped")

HOLDER_FIELDS = {"gender": "gender", "birth": "birth_year", "status": "status", "phone": "phone"}
PROJECT_FIELDS = {
    "project": "name",
    "pitch": "pitch",
    "themes": "themes",
    "phase": "phase",
    "legal_form": "legal_form",
    "commune": "commune_id",
    "qpv": "qpv",
    "general_interest": "is_general_interest",
    "siren": "siren",
}
JOURNEY_FIELDS = {"planned_end_on": "planned_end_on", "referent": "referent_id"}
USER_FIELDS = ("first_name", "last_name")


@dataclass(frozen=True)
class Change:
    """One fact of a row that is here already: what it is and what it becomes."""

    field: str
    old: Any
    new: Any


@dataclass
class Outcome:
    """What confirming would do with one line, and to which rows."""

    line: Line
    kind: str
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    user: User | None = None
    holder: Holder | None = None
    project: Project | None = None
    journey: Journey | None = None
    referent: User | None = None
    matched: str = ""
    """What she was recognised by: "email", "name" (and project), "account" (not yet a holder here), or nothing."""

    @property
    def errors(self) -> list[Note]:
        return [note for note in self.notes if note.is_error]

    @property
    def remarks(self) -> list[Note]:
        return [note for note in self.notes if not note.is_error]


class Planner:
    """Judges lines one by one against what is known; needs all the lines first, for what they share."""

    def __init__(self, lines: Iterable[Line], known: Known) -> None:
        self.known = known
        self.first_of: dict[tuple[str, str], Line] = {}
        self.taken: dict[int, Line] = {}
        for line in lines:
            if not line.errors and not line.is_skipped:
                self.first_of.setdefault(line.project_key, line)

    def judge(self, line: Line) -> Outcome:
        """The outcome of one line. Never writes."""
        outcome = Outcome(line, ERROR, notes=list(line.notes))
        if line.is_skipped:
            outcome.kind = SKIPPED
            return outcome
        self._match(outcome)
        self._find_referent(outcome)
        if outcome.errors:
            return outcome
        self._find_project(outcome)
        self._say_who(outcome)
        self._compare(outcome)
        outcome.kind = CREATE if outcome.journey is None else UPDATE if outcome.changes else UNCHANGED
        return outcome

    # --- Who --------------------------------------------------------------------------------------
    def _match(self, outcome: Outcome) -> None:
        """By e-mail among the organisation's holders, then by name and project, then by e-mail among all accounts."""
        line, known = outcome.line, self.known
        email = line.values.get("email", "")
        outcome.holder = known.holder_by_email(line) or known.holder_by_name(line)
        outcome.user = outcome.holder.user if outcome.holder else known.users.get(email)
        if outcome.holder is not None:
            outcome.matched = "email" if known.holder_by_email(line) else "name"
        elif outcome.user is not None:
            outcome.matched = "account"
        if outcome.holder is not None and not line.errors:
            other = self.taken.setdefault(outcome.holder.pk, line)
            if other.index != line.index:
                outcome.notes.append(Note("person_twice", "last_name", {"line": other.line}))
        if outcome.user is None and not email and not any(note.field == "email" for note in line.errors):
            outcome.notes.append(Note("email_missing", "email"))

    def _find_referent(self, outcome: Outcome) -> None:
        said = outcome.line.values.get("referent", "")
        if said:
            leads = self.known.leads
            outcome.referent = leads.get(said.lower()) or leads.get(person_key(said, ""))
            if outcome.referent is None:
                emails = tuple(address for address in leads if "@" in address)
                outcome.notes.append(Note("referent_unknown", "referent", {"text": said}, emails))

    def _say_who(self, outcome: Outcome) -> None:
        user, line = outcome.user, outcome.line
        if user is None:
            return
        email, name = line.values.get("email"), user.get_full_name()
        if outcome.holder is None:
            outcome.notes.append(Note("known_account"))
        elif outcome.journey is None:
            outcome.notes.append(Note("known_person"))
        if email and email != user.email.lower():
            outcome.notes.append(Note("email_kept", "email"))
        elif name and person_key(name, "") != person_key(line.values.get("first_name", ""), line.values["last_name"]):
            outcome.notes.append(Note("name_kept", "last_name", {"kept": name}))

    # --- What -------------------------------------------------------------------------------------
    def _find_project(self, outcome: Outcome) -> None:
        """Hers by its name; else the one she carries here, renamed; else one of that name and commune; else new."""
        line, known, holder = outcome.line, self.known, outcome.holder
        journeys = known.journeys_of.get(holder.pk, []) if holder else []
        live = [journey for journey in journeys if journey.is_live]
        wanted = line.project_key[0]
        hers = known.projects_of.get(holder.pk, []) if holder else []
        named = [pk for pk in hers if key(known.projects[pk].name) == wanted]
        here = {journey.project_id for journey in journeys}
        chosen = next((pk for pk in named if pk in here), named[0] if named else None)
        if chosen is None and len(live) == 1 and live[0].project_id in known.projects:
            chosen = live[0].project_id
        elif chosen is None and len(live) > 1:
            outcome.notes.append(Note("several_journeys", "project"))
        if chosen is None:
            chosen = self._shared(outcome)
        if chosen is not None:
            outcome.project = known.projects.get(chosen)
            of_project = [journey for journey in journeys if journey.project_id == chosen]
            outcome.journey = next((one for one in of_project if one.is_live), of_project[-1] if of_project else None)

    def _shared(self, outcome: Outcome) -> int | None:
        """Somebody else's project with this name and commune: she carries it too, and is told so."""
        line = outcome.line
        first = self.first_of.get(line.project_key)
        like = self.known.project_like(line)
        if first is not None and first.index != line.index:
            outcome.notes.append(Note("shared_project", "project", {"line": first.line, "who": first.name}))
        elif like is not None:
            outcome.notes.append(Note("joined_project", "project"))
        return like

    # --- What changes -----------------------------------------------------------------------------
    def _compare(self, outcome: Outcome) -> None:
        values = outcome.line.values
        if outcome.user is not None:
            for name in USER_FIELDS:
                if values.get(name) and not getattr(outcome.user, name):
                    outcome.changes.append(Change(name, "", values[name]))
        if outcome.holder is not None:
            self._differences(outcome, HOLDER_FIELDS, outcome.holder, values)
        facts = self._own_project_facts(outcome)
        if outcome.project is not None:
            self._differences(outcome, PROJECT_FIELDS, outcome.project, facts)
        journey = outcome.journey
        if journey is None:
            return
        if not journey.is_live:
            outcome.notes.append(Note("ended"))
            return
        said = dict(values) | ({"referent": outcome.referent.pk} if outcome.referent else {})
        self._differences(outcome, JOURNEY_FIELDS, journey, said)
        start = values.get("started_on")
        if start and start != journey.started_on:
            outcome.notes.append(Note("start_kept", "started_on", {"kept": f"{journey.started_on:%d/%m/%Y}"}))

    def _own_project_facts(self, outcome: Outcome) -> Mapping[str, Any]:
        """What this line may say of its project: the first line of a shared project is believed, the others fill in."""
        line = outcome.line
        first = self.first_of.get(line.project_key)
        if first is None or first.index == line.index:
            return line.values
        both = [name for name in PROJECT_FIELDS if name in line.values and name in first.values and name != "project"]
        differing = [name for name in both if line.values[name] != first.values[name]]
        if differing:
            outcome.notes.append(Note("project_kept", differing[0], {"line": first.line}))
        return {name: value for name, value in line.values.items() if name not in first.values}

    @staticmethod
    def _differences(outcome: Outcome, fields: Mapping[str, str], row: object, values: Mapping[str, Any]) -> None:
        """A change for each fact that the line says and the row does not. What the line leaves empty stays."""
        for name, attribute in fields.items():
            if name not in values:
                continue
            old = (row.qpv, row.neighbourhood_id or "") if name == "qpv" else getattr(row, attribute)  # type: ignore[attr-defined]  # a Project
            new = values[name]
            if not SAME.get(name, _equal)(old, new):
                outcome.changes.append(Change(name, old, new))


def _equal(old: Any, new: Any) -> bool:
    return bool(old == new)


SAME: dict[str, Callable[[Any, Any], bool]] = {
    "phone": lambda old, new: old == new or read_phone(old) == new,
    "themes": lambda old, new: {key(one) for one in old} == {key(one) for one in new},
    # "In a QPV", without saying which, does not take back the name of the one we know.
    "qpv": lambda old, new: old == new or (new == ("inside", "") and old[0] == "inside"),
    "project": lambda old, new: key(old) == key(new),
}


def count_kinds(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many lines of each kind."""
    counts = dict.fromkeys(KINDS, 0)
    for outcome in outcomes:
        counts[outcome.kind] += 1
    return counts
