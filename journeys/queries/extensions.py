"""More time asked for: what waits for a lead, and what a journey has been given."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock, prepared
from backend.web.reading import day
from journeys.models import Extension, Journey
from journeys.policies import may_decide_extension, may_withdraw_extension

DECIDED_SHOWN = 20
NEWS = clock.days(30)


def full(rows: "QuerySet[Extension]") -> "QuerySet[Extension]":
    """With everything that a line or a page shows of an extension."""
    return rows.select_related(
        "asked_by", "decided_by", "journey__holder__user", "journey__project", "journey__programme__organisation",
        "journey__referent",
    )  # fmt: skip


@dataclass(frozen=True)
class ExtensionLine:
    """One extension with what this reader may do about it ("" where she may not)."""

    extension: Extension
    decide_url: str
    withdraw_url: str

    @property
    def title(self) -> str:
        return _("Until %(day)s") % {"day": day(self.extension.until_on, weekday=False)}

    @property
    def note(self) -> str:
        """Why it was asked and by whom; once decided, why and by whom."""
        one = self.extension
        asked = _("asked by %(person)s") % {"person": one.asked_by} if one.asked_by else ""
        said = one.decision
        if one.decided_by:
            said = _("%(person)s: %(words)s") % {"person": one.decided_by, "words": one.decision}
        return " · ".join(part for part in (one.reason, asked, said) if part)

    @property
    def title_and_note(self) -> str:
        """In one line, where the journey is the title."""
        return f"{self.title} · {self.note}"


def line_of(extension: Extension, user: User) -> ExtensionLine:
    """`extension.journey` is at hand."""
    waits = extension.state == Extension.State.ASKED
    decides = waits and may_decide_extension(user, extension)
    withdraws = waits and may_withdraw_extension(user, extension)
    return ExtensionLine(
        extension,
        reverse("journeys:extension_decide", args=[extension.pk]) if decides else "",
        reverse("journeys:extension_withdraw", args=[extension.pk]) if withdraws else "",
    )


def extensions_of(journey: Journey, user: User) -> list[ExtensionLine]:
    """Those of one journey, the latest first; withdrawn ones are not shown. One query."""
    found = prepared.objects(
        ("extensions_of", journey.pk),
        lambda: (
            Extension.objects.filter(journey=journey.pk)
            .exclude(state=Extension.State.WITHDRAWN)
            .select_related("asked_by", "decided_by")
            .order_by("-created_at", "-pk")
        ),
    )
    for row in found:
        row.journey = journey
    return [line_of(row, user) for row in found]


def latest_extension(journey: Journey, user: User) -> ExtensionLine | None:
    """The one that waits, else the last answer while it is news. One query."""
    found = extensions_of(journey, user)
    line = found[0] if found else None
    is_news = line and (line.extension.decided_at is None or line.extension.decided_at > clock.now() - NEWS)
    return line if is_news else None


def waiting_extensions(user: User) -> "QuerySet[Extension]":
    """What waits for an answer in the programmes she leads, the oldest first."""
    rows = Extension.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"), state=Extension.State.ASKED
    )
    return full(rows).order_by("created_at", "pk")


def extension_lists(user: User) -> tuple[list[ExtensionLine], list[ExtensionLine]]:
    """(those waiting, those decided lately) in the programmes she leads. Two queries."""
    decided = Extension.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"),
        state__in=[Extension.State.GRANTED, Extension.State.REFUSED],
    )
    lately = full(decided).order_by("-decided_at", "-pk")[:DECIDED_SHOWN]
    return [line_of(row, user) for row in waiting_extensions(user)], [line_of(row, user) for row in lately]
