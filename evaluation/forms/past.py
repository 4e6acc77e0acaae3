"""A past day that an address asks for, and everything read as it was known at its end."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.history.queries import as_known_on, can_look_back, known_since
from backend.lib import clock
from backend.web import reading
from backend.web.forms import DateField, Form
from evaluation.queries.scope import midnight

View = Callable[..., HttpResponseBase]


def end_of(day: date) -> datetime:
    """The last moment of a day in the active time zone; of today, now."""
    return min(midnight(day + timedelta(days=1)) - timedelta(microseconds=1), clock.now())


def check_known(day: date) -> date:
    """The day; ValidationError, with a sentence, where what was known then can't be told."""
    if day > clock.today():
        raise ValidationError(_("This day is still to come."))
    since = known_since()
    if since is not None and end_of(day) < since:
        first = reading.day(timezone.localdate(since), weekday=False)
        said = _("What was known on a day is kept since %(day)s: choose that day or a later one.")
        raise ValidationError(said % {"day": first})
    if not can_look_back():
        raise ValidationError(
            _("This server can’t look back: its database role lacks the right to temporary tables. Ask who runs it.")
        )
    return day


@contextmanager
def as_asked(day: date | None) -> Iterator[None]:
    """As known at the end of that day; as known now without one."""
    if day is None or day == clock.today():
        yield
    else:
        with as_known_on(end_of(day)):
            yield


def day_asked(user: User, data: Mapping[str, Any], *, is_territory: bool = False) -> tuple[date | None, list[str]]:
    """The day of an address, for whoever may ask for one (leads, in their organisation); and what is wrong with it."""
    from evaluation.forms.scope import read_scope

    if not data.get("known"):
        return None, []
    asked = data if isinstance(data, QueryDict) else QueryDict()
    _scope, form, _choices = read_scope(user, asked, is_territory=is_territory)
    if "known" not in form.fields:
        return None, [for_leads()]
    return form.cleaned_data.get("known"), list(form.errors.get("known", []))


def for_leads() -> str:
    """Who reads what was known on a past day, in a sentence."""
    return _("What was known on a past day is read by leads of the organisation; you read what is known today.")


def as_known(view: View, *, is_territory: bool = False) -> View:
    """The whole page, and the files that leave from it, as known on the day asked (`?known=2026-03-31`).

    What is wrong with that day stands in `request.known_wrong`, for pages that have no field to say it beside.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        day, wrong = day_asked(user, request.GET, is_territory=is_territory)
        vars(request).update(known_on=day, known_wrong=wrong)
        with as_asked(day):
            answer: Any = view(request, *args, **kwargs)
            if day and answer.streaming:  # read by the end of this block
                answer.streaming_content = list(answer.streaming_content)
        made: HttpResponseBase = answer
        return made

    return shown


class WhyForm(Form):
    """Two days on which a figure was known."""

    before = DateField(label=gettext_lazy("As known on"))
    after = DateField(label=gettext_lazy("and on"), required=False)

    def clean_before(self) -> date:
        return check_known(self.cleaned_data["before"])

    def clean_after(self) -> date:
        day = self.cleaned_data["after"]
        return check_known(day) if day else clock.today()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        before, after = cleaned.get("before"), cleaned.get("after")
        if before and after and after <= before:
            self.add_error("after", _("The last day comes before the first."))
        return cleaned
