"""The terms of an organisation's mentoring, kept by its leads."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from mentoring.models import Terms
from mentoring.queries.terms import ROOM, room_in

FACTS = ("charter", "video_template", "late_hours", "confirm_days")


@transaction.atomic
def keep_terms(organisation: Organisation, *, by: User | None, **facts: Any) -> Terms:
    """The given facts (see FACTS) are as given from now on, the others stay; sessions already planned keep their link.

    Refused for an address of rooms that is not https or has no `{room}`, and for numbers out of bounds.
    """
    unknown = set(facts) - set(FACTS)
    assert not unknown, f"not a fact of terms: {unknown}"
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    _check(wanted)
    terms, _is_new = Terms.objects.get_or_create(organisation=organisation)
    changed = sorted(name for name, value in wanted.items() if getattr(terms, name) != value)
    if changed:
        for name in changed:
            setattr(terms, name, wanted[name])
        terms.save(update_fields=changed)
        history.record("keep_terms", terms, by=by, organisation=organisation, fields=changed)
    return terms


def _check(wanted: dict[str, Any]) -> None:
    for name, (low, high) in Terms.BOUNDS.items():
        if name in wanted and not low <= wanted[name] <= high:
            raise Refused(_("From %(low)s to %(high)s.") % {"low": low, "high": high}, field=name)
    if len(wanted.get("charter", "")) > Terms.LONGEST_CHARTER:
        raise Refused(_("At most %(most)s characters.") % {"most": Terms.LONGEST_CHARTER}, field="charter")
    template = wanted.get("video_template", "")
    if template:
        _check_template(template)


def _check_template(template: str) -> None:
    if not template.startswith("https://"):
        raise Refused(
            _("The address begins with https://: what is said there is between the two."), field="video_template"
        )
    if template.count(ROOM) != 1:
        raise Refused(
            _("Write {room} once, where the name of the room goes: https://meet.example.org/{room}."),
            field="video_template",
        )
    try:
        URLValidator(schemes=["https"])(room_in(template))
    except ValidationError:
        raise Refused(_("This is not an address that opens."), field="video_template") from None
    if ROOM in urlsplit(template).netloc:
        raise Refused(_("The name of the room goes after the name of the server."), field="video_template")
