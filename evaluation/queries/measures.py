"""What can be counted: each measure with its definition in words. The code of a measure never changes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, what exactly is counted, and what a value is."""

    code: str
    title: Text
    definition: Text
    value: Text
    """The head of the column of values, on the page of rows."""
    version: int = 1


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "people",
            _("people accompanied"),
            _(
                "Different people with at least one journey under way on at least one day of the period, pauses "
                "included. A person in two programmes is one person."
            ),
            _("People"),
        ),
        Measure(
            "hours",
            _("hours received"),
            _(
                "Time spent together in training, mentoring and immersion during the period, as the ledger of hours "
                "has it: every line but void and merely planned ones, split by how sure it is. Preparation and travel "
                "are counted apart."
            ),
            _("Hours"),
        ),
        Measure(
            "immersions",
            _("immersions done"),
            _(
                "Immersion steps that fall in the period, by the day they were done or else due; done over all, "
                "waived ones aside. What was due after a journey had ended is left out; what a bridge carries to "
                "another programme counts once, where it was done; what a team does once for all its members counts "
                "once."
            ),
            pgettext_lazy("immersions", "Done"),
            version=3,
        ),
        Measure(
            "milestones",
            _("milestones reached"),
            _(
                "Milestone steps that fall in the period, by the day they were reached or else due; reached over all, "
                "waived ones aside. It counts achievements, not people: what a team reaches once for all its members "
                "counts once. What was due after a journey had ended is left out; what a bridge carries to another "
                "programme counts once, where it was reached."
            ),
            pgettext_lazy("milestones", "Reached"),
            version=3,
        ),
        Measure(
            "posture",
            _("measured change of posture"),
            _(
                "The same people’s scores at exit minus at the start, on a scale of 1 to 8: the mean of the three "
                "areas. Asked: everybody asked at exit in the period and at the start before. It says that their view "
                "of themselves has changed during the journey, not why."
            ),
            _("Change over time"),
        ),
        Measure(
            "response",
            _("response rate"),
            _(
                "Complete answers over everybody asked in the period, at the start and at exit. Partial answers do not "
                "count as complete, and returned letters stay among those asked (AAPOR RR1)."
            ),
            _("Complete"),
        ),
        Measure(
            "bridges",
            _("bridges crossed"),
            _(
                "Passages of a person and their project from one programme to another in the period, "
                "instead of the first or beside it, by the day they were crossed; each counts in the "
                "programme it leads to."
            ),
            pgettext_lazy("bridges", "Crossed"),
        ),
    )
}
