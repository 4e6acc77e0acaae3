"""The filters of the figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.doors import require
from backend.web.forms import DateField, Form
from evaluation.forms.past import check_known
from evaluation.queries.choices import Choices, choices_for
from evaluation.queries.scope import Scope
from evaluation.queries.small_groups import smallest_group


class ScopeForm(Form):
    """The filters of the figures; all optional. A steward, who reads the territory alone (`is_published`), gets no free
    dates, cohorts nor single programme: two close periods, or the whole and all programmes but a small one, could be
    subtracted to find one person."""

    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    since = DateField(label=_("First day"), required=False)
    until = DateField(label=_("Last day"), required=False)
    cohort = forms.ChoiceField(label=_("Started in"), required=False)
    known = DateField(label=_("As known on"), required=False)

    PERIODS = (
        ("year", _("This year")),
        ("last", _("Last year")),
        ("all", _("Since the beginning")),
        ("dates", _("Between two days")),
    )

    def __init__(self, choices: Choices, is_published: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = choices.organisations
        self.fields["programme"].choices = [("", _("all programmes")), *choices.programmes]
        self.fields["cohort"].choices = [("", _("any time")), *choices.cohorts]
        self.fields["period"].choices = [one for one in self.PERIODS if one[0] != "dates" or not is_published]
        if len(choices.organisations) < 2:
            del self.fields["organisation"]
        if is_published:
            for name in ("programme", "since", "until", "cohort", "known"):
                del self.fields[name]

    def clean_known(self) -> date | None:
        day: date | None = self.cleaned_data["known"]
        return check_known(day) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        return cleaned


OF_PEOPLE = ("commune", "qpv", "neighbourhood", "gender", "mentor")
"""What else journeys may be narrowed to."""
NARROW = (*OF_PEOPLE, "kind", "state", "milestone")
"""What else the rows behind a figure may be narrowed to."""


def read_scope(user: User, data: QueryDict, *, is_territory: bool = False) -> tuple[Scope, ScopeForm, Choices]:
    """The scope an address asks for, within what this person may read; what is wrong in it is left out and said.

    PermissionDenied where there is no organisation whose figures she reads so: no organisation would mean all of them.
    """
    choices = choices_for(user, is_territory=is_territory)
    require(bool(choices.organisations))
    wanted = data.get("organisation", choices.default)
    organisation = wanted if wanted in {pk for pk, _name in choices.organisations} else choices.default
    is_published = not user.leads(int(organisation) if organisation else None)
    form = ScopeForm(choices, is_published, _with_defaults(data, organisation, is_published))
    form.is_valid()
    given = form.cleaned_data
    since, until = period(given.get("period") or "year", given.get("since"), given.get("until"))
    scope = Scope(
        organisation=int(organisation) if organisation else None,
        programme=int(given["programme"]) if given.get("programme") else None,
        since=since,
        until=until,
        cohort=given.get("cohort", ""),
        is_published=is_published,
    )
    if is_published:
        scope = scope.narrowed(smallest_group=smallest_group(scope.organisation))
    return scope, form, choices


def _with_defaults(data: QueryDict, organisation: str, is_published: bool) -> QueryDict:
    """What the form shows: two days that are given count, unless another period than this year is chosen."""
    made = data.copy()
    made["organisation"] = organisation
    chosen = data.get("period") or "year"
    if is_published and chosen == "dates":
        chosen = "year"
    has_days = bool(data.get("since") or data.get("until"))
    made["period"] = "dates" if chosen == "year" and has_days and not is_published else chosen
    if made["period"] != "dates":
        made["since"] = made["until"] = ""
    return made


def period(name: str, since: date | None, until: date | None) -> tuple[date | None, date]:
    """First and last day; None for the beginning. This year ends today: what is due later is not late."""
    today = clock.today()
    if name == "year":
        return date(today.year, 1, 1), today
    if name == "last":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    if name == "dates":
        return since, until or today
    return None, today


def narrowed(scope: Scope, data: QueryDict, names: Sequence[str] = NARROW) -> Scope:
    """The scope, narrowed to one group or one cell of a table."""
    return scope.narrowed(**{name: data.get(name, "").replace("\0", "") for name in names})
