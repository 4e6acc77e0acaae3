"""What is typed about statements: the days they are about."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form


class PeriodForm(Form):
    """A first and a last day, both included; the one given at first stands where nothing is typed."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))

    def __init__(self, data: Any, *, default: tuple[date, date]) -> None:
        asked = data if data and ("starts_on" in data or "ends_on" in data) else None
        super().__init__(asked, initial={"starts_on": default[0], "ends_on": default[1]})
        self.default = default

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", forms.ValidationError(_("The last day comes after the first.")))
        return data

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and not self.is_valid()

    @property
    def period(self) -> tuple[date, date]:
        """The days asked for, or the default ones."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        return self.default


class PrepareStatementForm(Form):
    """The days of a statement: last month, unless something else is typed."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        starts_on, ends_on = last_month()
        given = initial or {}
        super().__init__(
            data,
            initial={"starts_on": given.get("starts_on") or starts_on, "ends_on": given.get("ends_on") or ends_on},
        )


def last_month() -> tuple[date, date]:
    """The whole month before this one."""
    end = clock.today().replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end
