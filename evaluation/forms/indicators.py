"""What is typed about an indicator: its definition, its publication, a target, the baseline."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation
from backend.web.forms import CheckCards, DateField, Form, RadioCards
from evaluation.forms.design import text
from evaluation.models import IndicatorVersion
from evaluation.queries.indicators import iris
from evaluation.queries.indicators.describing import BREAKDOWNS
from evaluation.queries.indicators.offers import Offers, Pairs, matching

NARROWS = IndicatorVersion.NARROWS


class IndicatorForm(Form):
    """The definition; of a new one also whose it is, and of which programme."""

    title_fr = text(_("Title (French)"), 160, required=True)
    title_en = text(_("Title (English)"), 160)
    find = text(_("Look for a measure, a question or a score"), 80)
    measure = forms.ChoiceField(label=_("Measure"))
    shape = forms.ChoiceField(label=_("What the indicator shows"), choices=IndicatorVersion.Shape, widget=RadioCards)
    denominator = forms.ChoiceField(
        label=_("Second measure"), required=False, help_text=_("For a share or a ratio: what the first is divided by.")
    )
    cohort = forms.ChoiceField(label=_("Started in"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    qpv = forms.ChoiceField(label=_("Priority neighbourhood (QPV)"), required=False)
    neighbourhood = forms.ChoiceField(label=_("Which neighbourhood"), required=False)
    kind = forms.ChoiceField(label=_("Kind of hours"), required=False)
    state = forms.ChoiceField(label=_("State of hours"), required=False)
    milestone = forms.ChoiceField(label=pgettext_lazy("one of them", "Milestone"), required=False)
    matures_after = forms.IntegerField(
        label=_("Months that must have passed"),
        required=False,
        min_value=0,
        max_value=120,
        help_text=_("For what needs time to show: younger journeys are left out. Left empty, every journey counts."),
    )
    matures_from = forms.ChoiceField(label=_("Counted from"), choices=IndicatorVersion.Ripe)
    direction = forms.ChoiceField(label=_("Direction"), choices=IndicatorVersion.Direction)
    breakdowns = forms.MultipleChoiceField(
        label=_("Broken down by"), choices=list(BREAKDOWNS.items()), required=False, widget=CheckCards
    )
    iris = forms.MultipleChoiceField(
        label=_("Links to IRIS+"),
        required=False,
        help_text=_("What others call something close: a link, not a definition."),
        widget=forms.CheckboxSelectMultiple,
    )
    reading_fr = text(_("How to read it (French)"), 2000, _("For whoever opens it: what a good value means."), rows=3)
    reading_en = text(_("How to read it (English)"), 2000, rows=3)

    def __init__(
        self,
        *args: Any,
        offers: Offers,
        version: IndicatorVersion | None = None,
        typed: QueryDict | None = None,
        organisations: Sequence[Organisation] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial=_first(version) | self._typed(typed), **kwargs)
        self.typed = typed
        self.organisations = {str(one.pk): one for one in organisations}
        self.offers = offers
        self.fields["measure"].choices = [("", _("choose a measure")), *self._measures()]
        self.fields["denominator"].choices = [("", _("none")), *offers.measures]
        for name in NARROWS:
            self.fields[name].choices = [("", _("all")), *offers.narrows[name]]
        self.fields["iris"].choices = iris.choices()
        if version is None:
            self.fields["programme"] = forms.ChoiceField(
                label=_("Programme"), required=False, choices=[("", _("all programmes")), *offers.programmes]
            )
            if len(self.organisations) > 1:
                names = [(pk, one.name) for pk, one in self.organisations.items()]
                self.fields["organisation"] = forms.ChoiceField(label=_("Organisation"), choices=names)

    def _typed(self, data: QueryDict | None) -> dict[str, Any]:
        """What was typed before one looked for a measure: kept as it is, and not judged yet."""
        if data is None:
            return {}
        many = [name for name, field in self.base_fields.items() if isinstance(field, forms.MultipleChoiceField)]
        return {name: data.getlist(name) if name in many else data[name] for name in data}

    def _measures(self) -> list[tuple[str, Pairs]]:
        """Those found, where one looks for some; the one chosen stays."""
        every = [*self.offers.measures, *self.offers.questions]
        wanted = str(self.initial.get("find", ""))
        chosen = self.initial.get("measure")
        found = matching(every, wanted) if wanted.strip() else every
        if chosen and not any(chosen == code for _label, pairs in found for code, _title in pairs):
            found = [*((label, [one for one in pairs if one[0] == chosen]) for label, pairs in every), *found]
        return [(label, pairs) for label, pairs in found if pairs]

    @property
    def found(self) -> int | None:
        """How many measures were found; None where nobody looked."""
        if not str(self.initial.get("find", "")).strip():
            return None
        return sum(
            len(pairs)
            for _label, pairs in matching([*self.offers.measures, *self.offers.questions], str(self.initial["find"]))
        )

    @property
    def organisation(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        return self.organisations[self.cleaned_data.get("organisation") or next(iter(self.organisations))]

    @property
    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        plain = {name: given[name] for name in IndicatorVersion.FACTS if name not in ("narrow", "matures_after")}
        narrow = {name: given[name] for name in NARROWS if given.get(name)}
        return plain | {"narrow": narrow, "matures_after": given.get("matures_after") or 0}

    @property
    def has_narrowing(self) -> bool:
        """Is something said, or wrong, in the part that narrows?"""
        names = (*NARROWS, "matures_after")
        return any(self[name].value() or name in self.errors for name in names)

    @property
    def has_links(self) -> bool:
        """Is something said, or wrong, in the part of the links?"""
        return bool(self["iris"].value() or "iris" in self.errors)


def _first(version: IndicatorVersion | None) -> dict[str, Any]:
    if version is None:
        return {"shape": IndicatorVersion.Shape.FIGURE, "direction": IndicatorVersion.Direction.MORE}
    own = {name: getattr(version, name) for name in IndicatorVersion.FACTS}
    return own | own.pop("narrow") | {"matures_after": version.matures_after or None}


class PublishIndicatorForm(Form):
    """What changes, and whether old and new can be compared."""

    is_material = forms.ChoiceField(
        label=_("Does it count something else than before?"),
        choices=[
            ("yes", _("Yes: show old and new side by side for one period")),
            ("no", _("No: the new definition replaces the old one at once")),
        ],
        widget=RadioCards,
    )
    reason = text(_("What changes, and why"), 500, rows=2, required=True)

    def __init__(self, *args: Any, is_first: bool, is_judged: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_judged:
            del self.fields["is_material"]
        if is_first:
            del self.fields["reason"]

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"is_material": given.get("is_material") == "yes", "reason": given.get("reason", "")}


class TargetForm(Form):
    """What should be reached, by when; who decided, when, why."""

    value = forms.DecimalField(label=_("Target"), max_digits=12, decimal_places=2, localize=True)
    upto = forms.DecimalField(
        label=_("Up to"),
        max_digits=12,
        decimal_places=2,
        required=False,
        localize=True,
        help_text=_("Only where the best lies between two values."),
    )
    since = DateField(label=_("First day"), required=False)
    until = DateField(
        label=_("Last day"), required=False, help_text=_("Both left empty: a target over the whole programme.")
    )
    decided_by = text(_("Decided by"), 160, _("A committee, a funder, the team."), required=True)
    decided_on = DateField(label=_("Decided on"))
    why = text(_("Why this target"), 500, rows=2, required=True)


class BaselineForm(Form):
    """Where it stood before."""

    value = forms.DecimalField(label=_("Baseline"), max_digits=12, decimal_places=2, localize=True)
    day = DateField(label=pgettext_lazy("baseline", "As of"))
    source = text(_("Where it comes from"), 240, required=True)
