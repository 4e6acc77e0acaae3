"""The journey as a line of stations: what a stop is, and what of the line has been travelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.web.html import one_of

KINDS = {
    "module": (_("Module"), "academic-cap"),
    "mentoring": (_("Mentoring"), "chat-bubble-left-right"),
    "immersion": (_("Immersion"), "building-storefront"),
    "milestone": (_("Milestone"), "flag"),
}
STATES = {
    "planned": _("To come"),
    "scheduled": _("Date set"),
    "in_progress": _("Under way"),
    "done": _("Done"),
    "waived": _("Waived"),
    "abandoned": _("Dropped"),
}


@dataclass(frozen=True)
class Stop:
    """One station, ready to be drawn."""

    label: str
    kind: str
    state: str
    when: Any = ""
    url: str = ""
    note: str = ""
    is_current: bool = False
    is_travelled: bool = False

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind][0])

    @property
    def kind_icon(self) -> str:
        return KINDS[self.kind][1]

    @property
    def state_label(self) -> str:
        return str(STATES[self.state])


def read(stop: Any, name: str, default: Any = "") -> Any:
    """The value of `name` on a dict or an object."""
    found = stop.get(name, default) if isinstance(stop, dict) else getattr(stop, name, default)
    return default if found is None else found


def make_stops(given: Iterable[Any]) -> list[Stop]:
    """Stops from dicts or objects; what was passed before the current (or last done) one is travelled."""
    rows = list(given)
    current = next((i for i, row in enumerate(rows) if read(row, "is_current", False)), None)
    done = [i for i, row in enumerate(rows) if str(read(row, "state")) == "done"]
    reached = current if current is not None else max(done, default=-1)
    return [
        Stop(
            label=str(read(row, "label")),
            kind=one_of(str(read(row, "kind")), KINDS, "kind"),
            state=one_of(str(read(row, "state")), STATES, "state"),
            when=read(row, "when"),
            url=str(read(row, "url")),
            note=str(read(row, "note")),
            is_current=i == current,
            is_travelled=i < reached and str(read(row, "state")) not in ("planned", "scheduled"),
        )
        for i, row in enumerate(rows)
    ]
