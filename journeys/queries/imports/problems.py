"""What may be wrong with a cell, or worth saying of a line, in sentences. Kept by code: each reads her language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the way: the line is left aside until it is put right.
ERRORS: dict[str, Promise | str] = {
    "missing": _("Nothing is written here, and it is needed."),
    "email_missing": _("An e-mail is needed: it is how this person will sign in."),
    "email_bad": _("“%(text)s” is not an e-mail address."),
    "email_several": _("Several addresses: keep the one they read."),
    "email_twice": _("The same e-mail is already on line %(line)s."),
    "person_twice": _("The same person with the same project is already on line %(line)s."),
    "too_long": _("Too long: %(most)s characters at most, this has %(length)s."),
    "formula_error": _("The spreadsheet shows an error here instead of a value."),
    "phone_rounded": _(
        "The spreadsheet has rounded this number (%(text)s) and its last digits are lost: type it again."
    ),
    "phone_bad": _("“%(text)s” is not a phone number."),
    "phone_several": _("Several numbers: keep one."),
    "gender_unknown": _("“%(text)s”: write woman, man or other, or leave it empty."),
    "status_unknown": _("We don’t know the status “%(text)s”: choose the nearest."),
    "phase_unknown": _("We don’t know the phase “%(text)s”: choose one."),
    "yes_no": _("“%(text)s”: write yes or no, or leave it empty."),
    "birth_bad": _("“%(text)s” is neither a year nor a date like 31/12/1990."),
    "birth_far": _("A birth in %(year)s is not likely: check the year."),
    "date_bad": _("“%(text)s” is not a date: write it as day/month/year, like 05/09/2026."),
    "date_american": _("“%(text)s” has no month %(month)s: write the day first, then the month."),
    "date_far": _("%(text)s is too far from today: check the year."),
    "end_before_start": _("The end comes before the start (%(start)s)."),
    "commune_shared": _("The postcode %(text)s is shared by several communes: choose the right one."),
    "commune_either": _("“%(text)s” may be a postcode or an INSEE code: choose the commune."),
    "commune_close": _("We don’t know the commune “%(text)s”: choose it, or write its whole name."),
    "qpv_unknown": _(
        "“%(text)s” is not one of the priority neighbourhoods: write its name, yes, no, or leave it empty."
    ),
    "siren_bad": _("“%(text)s” is not a SIREN: nine digits, and the last checks the others."),
    "word_unknown": _("We don’t know “%(text)s”."),
    "number_bad": _("“%(text)s”: write a whole number from %(least)s to %(most)s."),
    "date_to_come": _("%(text)s is still to come: write the day it happened."),
    "pause_ends_before": _("The break would end before it begins."),
    "pause_without_end": _("Say until which day the break lasts."),
    "referent_unknown": _("“%(text)s” is no programme lead here: give the e-mail of one."),
}
# Not in the way: said beside the line, which is imported.
REMARKS: dict[str, Promise | str] = {
    "commune_elsewhere": _("“%(text)s” is outside the territory: the commune is left empty."),
    "name_split": _("“%(text)s” was read as first name “%(first)s”, last name “%(last)s”."),
    "email_kept": _(
        "Recognised by name and project. Their account has another address, which stays: only they change it."
    ),
    "name_kept": _("Recognised by e-mail. Their account is in the name of %(kept)s, and stays so."),
    "known_person": _("This person is already here: a journey is opened for them in this programme."),
    "known_account": _("This e-mail already has an account: it gains the role of project holder here."),
    "shared_project": _("Same project name and commune as line %(line)s (%(who)s): one project, carried together."),
    "joined_project": _("A project with this name and commune is already here: this person joins it."),
    "project_kept": _("Says otherwise of the shared project than line %(line)s, which is kept."),
    "start_kept": _("The journey began on %(kept)s: an import does not move it."),
    "ended": _("The journey is over: it is not opened again."),
    "qpv_not_in_commune": _("%(name)s is not in %(commune)s: check one or the other."),
    "mentor_by_account": _("This e-mail already has an account: it gains the role of mentor here."),
    "charter_kept": _("They accepted the charter on %(kept)s: an import does not change it."),
    "phone_kept": _("Their account has a phone number already, which stays: only they change it."),
    "several_journeys": _("Several journeys under way here and none with this project name: a new one is opened."),
}
TEXTS: dict[str, Promise | str] = {**ERRORS, **REMARKS}


@dataclass(frozen=True)
class Note:
    """Something to say about one cell (`field`) or the whole line (""); `choices` are texts that would put it right,
    `words` what each is called when it changes but a part of a long cell."""

    code: str
    field: str = ""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    known: str = ""
    """The words of the closed list that the cell is read with, if it is one."""

    @property
    def sentence(self) -> str:
        return str(TEXTS[self.code]) % self.params if self.params else str(TEXTS[self.code])

    @property
    def offers(self) -> list[tuple[str, str]]:
        """(text that would put it right, what it is called), each once."""
        return list(dict.fromkeys(zip(self.choices, self.words or self.choices, strict=True)))

    @property
    def is_error(self) -> bool:
        return self.code in ERRORS
