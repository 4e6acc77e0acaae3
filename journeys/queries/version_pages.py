"""Versions of a programme as pages show them: the table of versions, one version, the draft at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.web.graph import Node, draw_graph, layers_of
from backend.web.line import KINDS
from backend.web.reading import day
from journeys import policies
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.drafts import lacks_of
from journeys.queries.programmes import amount_of, days_of
from journeys.queries.version_words import in_short, in_words
from journeys.queries.versions import after_codes, compare, steps_of


@dataclass(frozen=True)
class Line:
    """One step as a page lists it, with where the buttons would move it."""

    step: StepTemplate
    place: int
    days: str
    amount: str
    after: str
    icon: str
    is_last: bool

    @property
    def other_title(self) -> str:
        """The title in the other language than the one it is shown in."""
        return next((one for one in (self.step.title_fr, self.step.title_en) if one and one != str(self.step)), "")

    @property
    def other_language(self) -> str:
        return "en" if self.other_title == self.step.title_en else "fr"


@dataclass(frozen=True)
class VersionLine:
    """One published version in the list of them."""

    version: ProgrammeVersion
    note: str
    has_previous: bool


def published_words(version: ProgrammeVersion) -> str:
    """When a version was published, and by whom where it is known; nothing for a draft."""
    if version.published_at is None:
        return ""
    facts = {"when": day(version.published_at, weekday=False), "who": str(version.published_by or "")}
    words = _("Published on %(when)s by %(who)s") if facts["who"] else _("Published on %(when)s")
    return words % facts


def lines_of(steps: Sequence[StepTemplate]) -> list[Line]:
    return [
        Line(
            step=step,
            place=place,
            days=days_of(step),
            amount=amount_of(step),
            after=", ".join(str(one) for one in step.after.all()),
            icon=KINDS[step.kind][1],
            is_last=place == len(steps),
        )
        for place, step in enumerate(steps, start=1)
    ]


def graph_of(steps: Sequence[StepTemplate]) -> SafeString | str:
    """What waits for what, drawn; nothing while no step waits for another."""
    nodes = [Node(step.code, str(step), step.kind, after_codes(step)) for step in steps]
    waiting = sum(bool(node.after) for node in nodes)
    if not waiting:
        return ""
    depth = 1 + max(layers_of(nodes).values())
    summary = ngettext(
        "%(count)d step waits for another; the longest way has %(depth)d steps. The list says the same.",
        "%(count)d steps wait for others; the longest way has %(depth)d steps. The list says the same.",
        waiting,
    ) % {"count": waiting, "depth": depth}
    return draw_graph(nodes, title=_("What waits for what"), summary=summary)


def versions_of(programme: Programme, user: User) -> list[ProgrammeVersion]:
    """The versions this person may read, newest first."""
    rows = ProgrammeVersion.objects.visible_to(user).filter(programme=programme)
    return list(rows.select_related("published_by").order_by("-number"))


def previous_of(version: ProgrammeVersion) -> ProgrammeVersion | None:
    """The last published version before this one."""
    earlier = ProgrammeVersion.objects.published().filter(programme=version.programme_id, number__lt=version.number)
    return earlier.order_by("-number").first()


def version_page(version: ProgrammeVersion) -> dict[str, Any]:
    """One version to read: its steps, its drawing, what it changed."""
    steps, previous = steps_of(version), previous_of(version)
    found = compare(steps_of(previous), steps)
    return {
        "version": version,
        "programme": version.programme,
        "lines": lines_of(steps),
        "graph": graph_of(steps),
        "published": published_words(version),
        "previous": previous,
        "short": in_short(found) if previous else "",
    }


def design_page(version: ProgrammeVersion) -> dict[str, Any]:
    """The draft at work: the same, and what it lacks."""
    page = version_page(version)
    lacks = lacks_of(version.programme, [line.step for line in page["lines"]])
    return page | {
        "must": [lack for lack in lacks if lack.is_blocking],
        "could": [lack for lack in lacks if not lack.is_blocking],
        "kinds": [(kind, words, sign) for kind, (words, sign) in KINDS.items()],
        "is_same": bool(page["previous"]) and not page["short"],
    }


def difference_page(old: ProgrammeVersion | None, new: ProgrammeVersion) -> dict[str, Any]:
    """What `new` changes to `old`, step by step in words."""
    found = compare(steps_of(old), steps_of(new))
    return {"old": old, "new": new, "programme": new.programme, "steps": in_words(found), "short": in_short(found)}


def offer_page(programme: Programme, user: User, steps: Sequence[StepTemplate]) -> dict[str, Any]:
    """What the page of a programme adds: the drawing, the versions, and for its leads the draft and their acts."""
    versions = versions_of(programme, user)
    published = [one for one in versions if not one.is_draft]
    return {
        "graph": graph_of(steps),
        "versions": [
            VersionLine(one, " · ".join(filter(None, (published_words(one), one.note))), place + 1 < len(published))
            for place, one in enumerate(published)
        ],
        "draft": next((one for one in versions if one.is_draft), None),
        "may_design": policies.may_start_draft(user, programme),
    }
