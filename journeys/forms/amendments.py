"""What is typed about an amendment, an early end and a renewal."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from journeys.actions.immersions.amendments import missing_of, parties_of, stay_with
from journeys.actions.immersions.facts import Stay, facts_of, followed, tidy
from journeys.forms.agreements import Seen, SiteChoice, StepChoice, seal, unseal
from journeys.forms.immersions import capitalised, words
from journeys.forms.second_look import SecondLookForm
from journeys.models import Amendment, Immersion, Signature, Site, Step

NAMES = ("starts_on", "ends_on", "site", "place", "tutor_name", "tutor_job", "tutor_email")


class AmendmentForm(SecondLookForm):
    """How the stay will be, prefilled as it is; the schedule has its own page."""

    starts_on = DateField(label=_("First day"), help_text=_("Today or later; once begun, it stays."))
    ends_on = DateField(label=_("Last day"), help_text=_("At most 30 calendar days, first and last included."))
    site = SiteChoice(Site.objects.none(), label=_("Site"), required=False, empty_label=_("No site of its own"))
    place = forms.CharField(label=_("Place of the stay"), max_length=200, required=False)
    tutor_name = forms.CharField(label=_("Tutor"), max_length=120)
    tutor_job = forms.CharField(label=_("Tutor’s job"), max_length=120, required=False)
    tutor_email = forms.EmailField(label=_("Tutor’s e-mail"), required=False)
    reason = forms.CharField(
        label=_("Why?"), max_length=240, widget=Paragraph(rows=2), help_text=_("Printed on the amendment.")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, immersion: Immersion, amendment: Amendment | None = None, **kwargs: Any) -> None:
        self.base = stay_with(amendment) if amendment else facts_of(immersion)
        self.immersion, self.amendment = immersion, amendment
        first: dict[str, Any] = {name: getattr(self.base, name) for name in NAMES}
        why, at = (amendment.reason, amendment.revision) if amendment else ("", 0)
        first |= {"reason": why, "seen": seal(immersion, self.base, NAMES, revision=at, reason=why)}
        super().__init__(*args, initial=first, **kwargs)
        self.immersion = immersion
        self.fallen: list[date] = []
        sites = Site.objects.filter(company=immersion.company_id).select_related("company").order_by("name", "pk")
        sites = sites.filter(is_closed=False) | sites.filter(pk=self.base.site.pk if self.base.site else None)
        if sites.exists():
            self.fields["site"].queryset = sites
        else:
            del self.fields["site"]

    @property
    def where(self) -> str:
        """Site and place; without sites of its own, the place."""
        return "site place" if "site" in self.fields else "place"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        known = {name: data[name] for name in NAMES if name in data}
        seen = self.was_seen()
        if seen and self.amendment is None:  # what she left alone follows the agreement, amended meanwhile or not
            known = {
                name: getattr(self.base, name) if value == seen.facts.get(name) else value
                for name, value in known.items()
            }
        if "starts_on" in known and "ends_on" in known:
            data["stay"] = self._whole(replace(self.base, **known))
            if (known["starts_on"], known["ends_on"]) != (self.base.starts_on, self.base.ends_on):
                self.look(data["stay"], self.immersion.step, but=self.immersion)
        return data

    def was_seen(self) -> Seen | None:
        """What this page showed, and the revision it was read at."""
        return unseal(self.cleaned_data.get("seen", ""), self.immersion)

    def revision(self) -> int | None:
        """The revision to save upon: that of now if nothing this page showed has changed since."""
        seen, amendment = self.was_seen(), self.amendment
        if seen is None or amendment is None:
            return None
        same = all(getattr(self.base, name) == value for name, value in seen.facts.items())
        return amendment.revision if same and seen.reason == amendment.reason else -1

    def _whole(self, stay: Stay) -> Stay:
        """What follows from what was typed: the place of another site, the days of other dates."""
        try:
            stay, self.fallen = followed(tidy(stay), self.base)
        except Refused as refusal:
            self.add_error(None, refusal.sentence)
        return stay


class SignAmendmentForm(Form):
    """A signed paper has come."""

    party = forms.ChoiceField(label=_("Who signed?"), choices=words(Signature.Party), widget=RadioCards)
    signed_on = DateField(label=_("Signed on"), help_text=_("The day written on the paper."))

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = missing_of(amendment) or parties_of(amendment)
        self.fields["party"].choices = [(str(one), capitalised(one.label)) for one in left]
        self.fields["signed_on"].initial = clock.today()
        if len(left) == 1:
            self.fields["party"].initial = str(left[0])


class EndEarlyForm(Form):
    """The last day, why, and on whose side."""

    last_day_on = DateField(
        label=_("Last day of presence"), help_text=_("Come or to come: there is no day and no hour after it.")
    )
    side = forms.ChoiceField(label=_("On whose side?"), choices=words(Immersion.Side), widget=RadioCards)
    reason = forms.CharField(
        label=_("Why?"), max_length=240, widget=Paragraph(rows=3),
        help_text=_("Told to the project holder, the company and the tutor."),
    )  # fmt: skip

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        first = {
            "last_day_on": immersion.last_day_on, "side": immersion.closing_side, "reason": immersion.closing_reason,
        }  # fmt: skip
        super().__init__(*args, initial=first, **kwargs)


class RenewForm(SecondLookForm):
    """When it goes on; and for which step, once the first one is over."""

    step = StepChoice(Step.objects.none(), label=_("For which step"), empty_label=_("Choose…"))
    starts_on = DateField(label=_("First day"), help_text=_("After the last day of the former agreement."))
    ends_on = DateField(label=_("Last day"), help_text=_("At most 30 calendar days, first and last included."))

    def __init__(self, *args: Any, immersion: Immersion, steps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.immersion = immersion
        self.fields["step"].queryset = steps
        if immersion.step.is_open:
            self.fields["step"].initial = immersion.step_id

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            days = {name: data[name] for name in ("starts_on", "ends_on")}
            self.look(replace(facts_of(self.immersion), **days), data["step"], renews=self.immersion)
        return data
