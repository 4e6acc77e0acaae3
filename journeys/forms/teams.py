"""What is typed about the team of a project."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from journeys.actions import Newcomer
from journeys.models import Carrier, Holder, Journey, Programme, Project

lazy_capital = lazy(capfirst, str)
PARTS = [(value, lazy_capital(label)) for value, label in Carrier.Part.choices]


class JoinProjectForm(Form):
    """Somebody known as a holder, or somebody new by her name and e-mail; then her part, day and programme."""

    sometimes = ("holder", "first_name", "last_name", "email")
    holder = forms.ModelChoiceField(
        Holder.objects.none(), label=_("Somebody you know"), required=False, empty_label=_("Somebody new")
    )
    first_name = forms.CharField(label=_("First name"), required=False, max_length=80)
    last_name = forms.CharField(label=_("Name"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)
    part = forms.ChoiceField(
        label=_("Their part in the project"), choices=PARTS, initial=Carrier.Part.PARTNER, widget=RadioCards
    )
    joined_on = DateField(
        label=_("From which day?"), initial=clock.today, help_text=_("Their journey begins on this day too.")
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("Their journey, in which programme?"),
        required=False,
        empty_label=_("No journey for now"),
        help_text=_("Hours are received by people: each member has a journey of their own."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carries = project.carriers.current().order_by().values("holder")
        people = Holder.objects.filter(organisation=project.organisation_id).exclude(pk__in=carries)
        self.fields["holder"].queryset = people.select_related("user")
        running = Journey.objects.live().filter(project=project).order_by()
        offered = Programme.objects.filter(organisation=project.organisation_id, versions__published_at__isnull=False)
        offered = offered.filter(Q(is_open=True) | Q(pk__in=running.values("programme")))
        self.fields["programme"].queryset = offered.distinct()
        self.fields["programme"].initial = (
            Journey.objects.live().filter(project=project).order_by("-started_on").values_list("programme", flat=True)
        ).first()

    def clean(self) -> dict[str, Any]:
        """One person: chosen, or told by all three of first name, name and e-mail."""
        said = super().clean() or self.cleaned_data
        if not said.get("holder") and "email" not in self.errors:
            for name in ("first_name", "last_name", "email"):
                if not said.get(name):
                    self.add_error(name, _("Fill this in, or choose somebody you know."))
        return said

    @property
    def asked(self) -> dict[str, Any]:
        """What the action wants."""
        said = dict(self.cleaned_data)
        names = {name: said.pop(name) for name in ("email", "first_name", "last_name")}
        holder = said.pop("holder")
        return {**said, "person": holder or Newcomer(**names)}


class LeaveProjectForm(Form):
    left_on = DateField(label=_("Last day in the team"), initial=clock.today)
    reason = forms.CharField(
        label=_("Why do they leave the project?"),
        help_text=_("Leads can read it in the history of the team."),
        max_length=240,
        widget=Paragraph(rows=2),
    )
    end_journeys = forms.ChoiceField(label=_("And their journey?"), required=False, widget=RadioCards)
    without_anybody = forms.BooleanField(label=_("The project goes on without anybody for now"), required=False)

    def __init__(self, *args: Any, is_last: bool, has_journey: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [(value, _ended(label)) for value, label in Journey.LeaveReason.choices if value != "bridged"]
        self.fields["end_journeys"].choices = [("", _("It goes on")), *ends]
        if not has_journey:
            del self.fields["end_journeys"]
        if not (is_last and has_journey):
            del self.fields["without_anybody"]


def _ended_now(label: Any) -> str:
    from django.utils.translation import gettext

    return gettext("It ends: %(reason)s") % {"reason": label}


_ended = lazy(_ended_now, str)


class ChangePartForm(Form):
    part = forms.ChoiceField(label=_("Their part in the project"), choices=PARTS, widget=RadioCards)


class ShareStepForm(Form):
    """A tap: shared, or each for herself again."""

    shared = forms.BooleanField(required=False)
