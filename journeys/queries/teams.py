"""A project and its team: who carries it, how far each is and all are together, what the team does once for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.web.reading import NBSP, day
from journeys.models import Carrier, Journey, Project, Step
from journeys.policies import may_join_project
from journeys.queries.journeys import Progress, progress, when_of
from journeys.queries.links import journey_url


@dataclass(frozen=True)
class TeamJourney:
    """One member's journey, with its own progress; `url` is "" for a reader to whom it is not open."""

    journey: Journey
    progress: Progress
    url: str


@dataclass(frozen=True)
class TeamMember:
    """One line of the team: who, in what part, from when to when, with which journeys."""

    carrier: Carrier
    journeys: list[TeamJourney]
    leave_url: str = ""
    part_url: str = ""

    @property
    def name(self) -> str:
        return str(self.carrier.holder)

    @property
    def part(self) -> str:
        return str(self.carrier.get_part_display())

    @property
    def status(self) -> str:
        return str(self.carrier.holder.get_status_display())

    @property
    def dates(self) -> str:
        """From when to when."""
        since = day(self.carrier.joined_on, weekday=False)
        if self.carrier.left_on is None:
            return _("since %(day)s") % {"day": since}
        return f"{since} → {day(self.carrier.left_on, weekday=False)}"


@dataclass(frozen=True)
class SharedStep:
    """A step that the team does once: where it stands, and who did it if it is done."""

    step: Step
    people: int

    @property
    def url(self) -> str:
        """Where a lead says that it is shared, or no longer."""
        return reverse("journeys:step_share", args=[self.step.pk])

    @property
    def when(self) -> str:
        return when_of(self.step)

    @property
    def by(self) -> str:
        return str((self.step.shared_from or self.step).journey.holder) if self.step.state == Step.State.DONE else ""


@dataclass(frozen=True)
class Deed:
    """One line of the team's history, as `{% timeline %}` shows it."""

    when: str
    title: str
    text: str
    icon: str
    tone: str


def common_steps(journeys: Sequence[Journey], *, shared: bool) -> list[SharedStep]:
    """The steps that at least two of these journeys have and share (or do each for herself), one line each."""
    copies: dict[tuple[int, str], list[Step]] = {}
    for journey in journeys:
        for step in journey.steps.all():
            if step.is_shared == shared and step.state != Step.State.WAIVED:
                copies.setdefault((journey.programme_id, step.code), []).append(step)
    shown = [(min(own, key=_done_first), len(own)) for own in copies.values() if len(own) > 1]
    return [SharedStep(step, count) for step, count in sorted(shown, key=lambda pair: (pair[0].position, pair[0].pk))]


def _done_first(step: Step) -> tuple[bool, bool, int]:
    return step.state != Step.State.DONE, step.shared_from_id is not None, step.pk


def together(journeys: Iterable[Journey]) -> Progress:
    """How far the team is: done weight over all weight, a shared step counted once and every other step for each.

    Of a step that several journeys of one programme share, one copy counts: done when it is done on one of them, with
    the largest weight it has there. Waived steps count nowhere. One journey alone: the same as its own progress.
    """
    done = total = 0
    shared: dict[tuple[int, str], tuple[int, bool]] = {}
    for journey in journeys:
        for step in journey.steps.all():
            if step.state == Step.State.WAIVED:
                continue
            is_done = step.state == Step.State.DONE
            if not step.is_shared:
                done, total = done + step.weight * is_done, total + step.weight
                continue
            weight, was_done = shared.get((journey.programme_id, step.code), (0, False))
            shared[journey.programme_id, step.code] = max(weight, step.weight), was_done or is_done
    done += sum(weight for weight, is_done in shared.values() if is_done)
    total += sum(weight for weight, _is_done in shared.values())
    return Progress(done_weight=done, total_weight=total)


def team_of(project: Project, user: User) -> tuple[list[TeamMember], list[TeamMember]]:
    """(who carries the project now, who did before), each with her journeys of this project; in four queries.

    The journeys of those who left are for leads only.
    """
    steps = Step.objects.select_related("shared_from__journey__holder__user").order_by("position", "pk")
    journeys: dict[int, list[Journey]] = {}
    rows = project.journeys.select_related("programme", "holder__user").prefetch_related(Prefetch("steps", steps))
    for row in rows.order_by("started_on", "pk"):
        for step in row.steps.all():
            step.journey = row
        journeys.setdefault(row.holder_id, []).append(row)
    seen = set(Journey.objects.visible_to(user).filter(project=project).order_by().values_list("pk", flat=True))
    leads = may_join_project(user, project)
    now, past = [], []
    for carrier in Carrier.objects.filter(project=project).select_related("holder__user").order_by("joined_on", "pk"):
        own = [
            TeamJourney(one, progress(one.steps.all()), journey_url(one) if one.pk in seen else "")
            for one in journeys.get(carrier.holder_id, [])
        ]
        if carrier.left_on is not None:
            past.append(TeamMember(carrier, own if leads else []))
        elif leads:
            urls = [reverse(f"journeys:{door}", args=[carrier.pk]) for door in ("project_leave", "part_change")]
            now.append(TeamMember(carrier, own, *urls))
        else:
            now.append(TeamMember(carrier, own))
    return now, past


def running(team: Iterable[TeamMember]) -> list[Journey]:
    """The journeys that the team's progress counts: those of its members that nobody has left."""
    return [one.journey for member in team for one in member.journeys if one.journey.state != Journey.State.LEFT]


def history_of(people: Iterable[TeamMember], *, tells_why: bool) -> list[Deed]:
    """Who joined and who left, the latest first; why she left only where `tells_why`."""
    found = []
    for member in people:
        carrier = member.carrier
        joined = Deed(
            day(carrier.joined_on), _("%(person)s joins") % {"person": member.name}, member.part, "user-plus", "good"
        )
        found.append((carrier.joined_on, 0, carrier.pk, joined))
        if carrier.left_on is not None:
            why = carrier.leave_reason if tells_why else ""
            left = Deed(
                day(carrier.left_on), _("%(person)s leaves") % {"person": member.name}, why, "user-minus", "neutral"
            )
            found.append((carrier.left_on, 1, carrier.pk, left))
    return [deed for *_order, deed in sorted(found, key=lambda one: one[:3], reverse=True)]


def facts_of(project: Project) -> str:
    """Phase and place in one line."""
    parts = [str(project.get_phase_display()), str(project.commune or "")]
    if project.qpv == Project.Qpv.INSIDE:
        parts.append(_("QPV %(name)s") % {"name": project.neighbourhood} if project.neighbourhood else _("in a QPV"))
    return f"{NBSP}· ".join(part for part in parts if part)


def project_page(project: Project, user: User) -> dict[str, Any]:
    """Everything the page of a project shows to `user`."""
    now, past = team_of(project, user)
    counted = running(now)
    leads = may_join_project(user, project)
    own = next((one.url for member in now for one in member.journeys if one.url), "")
    return {
        "project": project,
        "facts": facts_of(project),
        "team": now,
        "past": past,
        "leads": leads,
        "together": together(counted) if len(counted) > 1 else None,
        "shared": common_steps(counted, shared=True),
        "shareable": common_steps([one for one in counted if one.is_live], shared=False) if leads else [],
        "history": history_of([*now, *past], tells_why=leads),
        "join_url": reverse("journeys:project_join", args=[project.pk]) if leads else "",
        "back_url": own or reverse("home"),
        "back_label": _("My journey") if own else _("Home"),
    }


def share_words(step: Step) -> str:
    """What to say of a step that the team shares, or "": it is for all, or who did it for all."""
    if not step.is_shared:
        return ""
    if step.state == Step.State.DONE and step.shared_from_id is not None and step.shared_from is not None:
        return _("done for the whole team by %(person)s") % {"person": step.shared_from.journey.holder}
    return _("once for the whole team")
