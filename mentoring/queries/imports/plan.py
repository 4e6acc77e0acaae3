"""What confirming would do to each line: a mentor to welcome, facts to update, nothing, or nothing until put right."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Commune, Phase
from journeys.queries.import_pages import Judged
from journeys.queries.imports import CREATE, ERROR, SKIPPED, UNCHANGED, UPDATE, Change, Line, Note, Outcome, count_kinds
from journeys.queries.imports.lines import flag_twice, person_key
from journeys.queries.imports.places import Territory
from journeys.queries.imports.values import national
from journeys.queries.imports.words import key
from mentoring.models import Mentor, MentorImport, SpokenLanguage, Theme, Training, words_for
from mentoring.queries.imports.cells import read_line, titles_followed
from mentoring.queries.imports.columns import LABELS

PROFILE = (
    "capacity", "hours_a_month", "expertise", "sectors", "phases", "languages", "commune", "communes",
    "meets_remotely", "headline", "bio", "paused_from", "paused_until",
)  # fmt: skip
ACCOUNT = ("first_name", "last_name", "phone")
SHOWN_OF_NEW = ("phone", *PROFILE, "charter_accepted_on", "trainings")


class MentorPreview(Judged):
    """What confirming an import of mentors would do now. A constant number of queries."""

    labels = LABELS

    def __init__(self, batch: MentorImport) -> None:
        self.batch, self.header, self.today = batch, batch.header, clock.today()
        self.territory = Territory.load()
        lines = [read_line(index, row, self.territory, self.today) for index, row in enumerate(batch.rows)]
        flag_twice(lines)
        self._meet(lines)
        self.outcomes = [self._judge(line) for line in lines]
        self.counts = count_kinds(self.outcomes)

    @property
    def letters(self) -> int:
        """How many letters of welcome would leave."""
        return self.counts[CREATE]

    def mentor_of(self, outcome: Outcome) -> Mentor | None:
        """The profile that stands here for this line."""
        return self.mentors.get(outcome.user.pk) if outcome.user else None

    def _meet(self, lines: list[Line]) -> None:
        emails = {line.values["email"] for line in lines if "email" in line.values}
        users = User.objects.annotate(address=Lower("email")).filter(address__in=emails).order_by("pk")
        self.users = {user.email.lower(): user for user in users}
        here = Mentor.objects.filter(organisation=self.batch.organisation_id, user__in=self.users.values())
        self.mentors = {one.user_id: one for one in here.select_related("commune").prefetch_related("communes")}
        self.trainings: dict[int, list[Training]] = defaultdict(list)
        for training in Training.objects.filter(mentor__in=self.mentors.values()):
            self.trainings[training.mentor_id].append(training)

    # --- One line ---------------------------------------------------------------------------------
    def _judge(self, line: Line) -> Outcome:
        outcome = Outcome(line, ERROR, notes=list(line.notes), user=self.users.get(line.values.get("email", "")))
        if line.is_skipped:
            outcome.kind = SKIPPED
            return outcome
        mentor = self.mentor_of(outcome)
        self._check_break(outcome, mentor)
        if outcome.errors:
            return outcome
        self._say_who(outcome, mentor)
        if mentor is None:
            outcome.kind = CREATE
        else:
            outcome.changes = self._changes(outcome, mentor)
            outcome.kind = UPDATE if outcome.changes else UNCHANGED
        return outcome

    def _check_break(self, outcome: Outcome, mentor: Mentor | None) -> None:
        values = outcome.line.values
        first = values.get("paused_from") or (mentor.paused_from if mentor else None)
        last = values.get("paused_until") or (mentor.paused_until if mentor else None)
        if first and not last:
            outcome.notes.append(Note("pause_without_end", "paused_until"))
        elif first and last and first > last and {"paused_from", "paused_until"} & set(values):
            outcome.notes.append(Note("pause_ends_before", "paused_until"))

    def _say_who(self, outcome: Outcome, mentor: Mentor | None) -> None:
        user, values = outcome.user, outcome.line.values
        if user is None:
            return
        outcome.matched = "email" if mentor else "account"
        if mentor is None:
            outcome.notes.append(Note("mentor_by_account"))
        name = user.get_full_name()
        if name and person_key(name, "") != person_key(values.get("first_name", ""), values["last_name"]):
            outcome.notes.append(Note("name_kept", "last_name", {"kept": name}))
        if user.phone and "phone" in values and national(user.phone) != national(values["phone"]):
            outcome.notes.append(Note("phone_kept", "phone"))
        said, kept = values.get("charter_accepted_on"), mentor.charter_accepted_on if mentor else None
        if said and kept and said != kept:
            outcome.notes.append(Note("charter_kept", "charter_accepted_on", {"kept": f"{kept:%d/%m/%Y}"}))

    def _changes(self, outcome: Outcome, mentor: Mentor) -> list[Change]:
        """What the line says and the profile does not; what it leaves empty stays."""
        values, user = outcome.line.values, outcome.user
        found = [
            Change(name, "", values[name])
            for name in ACCOUNT
            if user is not None and values.get(name) and not getattr(user, name)
        ]
        for name in PROFILE:
            old = fact_of(mentor, name)
            if name in values and not _same(old, values[name]):
                found.append(Change(name, old, values[name]))
        if "charter_accepted_on" in values and mentor.charter_accepted_on is None:
            found.append(Change("charter_accepted_on", None, values["charter_accepted_on"]))
        followed = titles_followed(mentor, self.trainings)
        new = [title for title in values.get("trainings", []) if key(title) not in followed]
        if new:
            found.append(Change("trainings", [str(one) for one in self.trainings[mentor.pk]], new))
        return found

    # --- In words ---------------------------------------------------------------------------------
    def said(self, change: Change) -> tuple[str, str]:
        """A change in words: before, after."""
        return self._show(change.field, change.old), self._show(change.field, change.new)

    def facts(self, outcome: Outcome) -> list[tuple[str | Promise, str]]:
        """What is worth reading of somebody new."""
        values = outcome.line.values
        return [(LABELS[name], self._show(name, values[name])) for name in SHOWN_OF_NEW if name in values]

    def _show(self, name: str, value: Any) -> str:
        return show(name, value, self.territory)


def show(name: str, value: Any, territory: Territory) -> str:
    """One value in words; "empty" when there is none."""
    if value in (None, "", []):
        return _("empty")
    if name in ("commune", "communes"):
        return ", ".join(territory.commune_name(one) for one in ([value] if name == "commune" else value))
    return SHOWN.get(name, _plain)(value)


def fact_of(mentor: Mentor, name: str) -> Any:
    """What a profile says now, as a cell would."""
    if name == "communes":
        return [commune.insee for commune in mentor.communes.all()]
    if name == "commune":
        return mentor.commune.insee if mentor.commune else ""
    return getattr(mentor.user if name in ACCOUNT else mentor, name)


def communes_of(codes: list[str]) -> list[Commune]:
    """The communes of these INSEE codes."""
    return list(Commune.objects.filter(insee__in=codes).order_by("name"))


def _same(old: Any, new: Any) -> bool:
    if isinstance(new, list):
        return {key(str(one)) for one in old} == {key(str(one)) for one in new}
    return bool(old == new)


def _plain(value: Any) -> str:
    return (
        date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(value, date)
        else (", ".join(value) if isinstance(value, list) else str(value))
    )


SHOWN: dict[str, Callable[[Any], str]] = {
    "phone": lambda value: national(str(value)),
    "expertise": lambda value: ", ".join(words_for(value, Theme)),
    "languages": lambda value: ", ".join(words_for(value, SpokenLanguage)),
    "phases": lambda value: ", ".join(words_for(value, Phase)),
    "meets_remotely": lambda value: _("yes") if value else _("no"),
}
