"""Passages between programmes: where a project may go on, what is already done there, and what a page says of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import prepared
from backend.lib.texts import fold, pick
from backend.web.reading import day, hours
from journeys.models import Bridge, Companion, Delivery, Journey, Milestone, Programme, ProgrammeVersion, Step
from journeys.models import StepTemplate as Template
from journeys.queries.links import journey_url

STAYING = (Companion.Role.MENTOR, Companion.Role.REFERENT)


@dataclass(frozen=True)
class Equivalent:
    """A step of the other programme and the step of this person that matches it, with what shows that it was done."""

    template: Template
    step: Step
    milestone: Milestone | None
    minutes: int
    why: str
    is_elsewhere: bool
    """It was done on another journey of the same project than the one that is left."""

    @property
    def is_done(self) -> bool:
        return self.step.state == Step.State.DONE

    @property
    def title(self) -> str:
        return pick(self.template, "title")

    @property
    def note(self) -> str:
        """When it was done, what was received, what shows it; else where it stands."""
        if not self.is_done:
            return _("%(why)s, “%(state)s” so far") % {"why": self.why, "state": self.step.get_state_display()}
        done = self.milestone.reached_on if self.milestone else self.step.done_on
        parts = [
            _("done on %(day)s") % {"day": day(done, weekday=False)} if done else "",
            _("%(length)s received") % {"length": hours(self.minutes)} if self.minutes else "",
            self.milestone.evidence if self.milestone else "",
            self.why,
            str(self.step.journey.programme) if self.is_elsewhere else "",
        ]
        return " · ".join(part for part in parts if part)


def programmes_to_bridge(journey: Journey, user: User) -> "QuerySet[Programme]":
    """Open programmes she leads in the same organisation, where this project and person have no journey under way."""
    here = journey.programme.organisation_id
    if not user.leads(here):
        return Programme.objects.none()
    published = ProgrammeVersion.objects.published().filter(programme=OuterRef("pk")).order_by()
    live = Journey.objects.live().filter(programme=OuterRef("pk"), project=journey.project_id, holder=journey.holder_id)
    rows = Programme.objects.filter(Exists(published), ~Exists(live.order_by()), organisation=here, is_open=True)
    return rows.exclude(pk=journey.programme_id).order_by("title_fr", "pk")


def equivalents(journey: Journey, programme: Programme) -> list[Equivalent]:
    """For each step of the programme in force, the step of this project and person that matches it, if there is one.

    Same kind and the same module, the same code, or the same title but for capitals, accents and spaces; what is done
    comes first, and each step answers for one. Five queries, however many steps there are.
    """
    version = programme.versions.filter(published_at__isnull=False).order_by("-number").first()
    templates = list(version.steps.order_by("position", "pk")) if version else []
    pool = _own_steps(journey)
    found: list[tuple[Template, Step, str]] = []
    taken: set[int] = set()
    for template in templates:
        match = _best(template, pool, taken)
        if match:
            found.append((template, *match))
            taken.add(root_of(match[0]))
    return _with_evidence(journey, found)


def _own_steps(journey: Journey) -> list[Step]:
    """Hers on this journey, and those done on other journeys of the same project; done ones first."""
    rows = Step.objects.filter(journey__project=journey.project_id, journey__holder=journey.holder_id)
    steps = rows.select_related("journey__programme").order_by("-journey__started_on", "-journey", "position", "pk")
    kept = [step for step in steps if step.journey_id == journey.pk or step.state == Step.State.DONE]
    return sorted(kept, key=lambda step: (step.state != Step.State.DONE, step.journey_id != journey.pk))


def root_of(step: Step) -> int:
    """Where it was first done: a step carried over a bridge leads back to it."""
    return step.carried_from_id or step.pk


def _best(template: Template, pool: Iterable[Step], taken: set[int]) -> tuple[Step, str] | None:
    for step in pool:
        why = _why(template, step) if root_of(step) not in taken and step.state != Step.State.ABANDONED else ""
        if why:
            return step, why
    return None


def _why(template: Template, step: Step) -> str:
    """In what way the two are the same; nothing when they are not."""
    if template.kind != step.kind:
        return ""
    if template.module_id and template.module_id == step.module_id:
        return _("same module")
    if template.code == step.code:
        return _("same step")
    return _("same title") if _titles(template) & _titles(step) else ""


def _titles(row: Template | Step) -> set[str]:
    """In both languages, as they are compared: straight and curly apostrophes are one."""
    return {fold(title.replace("’", "'")) for title in (row.title_fr, row.title_en)} - {""}


def _with_evidence(journey: Journey, found: list[tuple[Template, Step, str]]) -> list[Equivalent]:
    roots = [root_of(step) for _template, step, _why in found]
    shown = Milestone.objects.filter(step__in=[step.pk for _template, step, _why in found])
    milestones = {row.step_id: row for row in shown.order_by("pk")}
    received = Delivery.objects.standing().filter(step__in=roots, sort=Delivery.Sort.CONTACT).order_by()
    minutes = dict(received.values_list("step").annotate(total=Sum("minutes")))
    return [
        Equivalent(
            template=template,
            step=step,
            milestone=milestones.get(step.pk),
            minutes=minutes.get(root_of(step), 0),
            why=why,
            is_elsewhere=step.journey_id != journey.pk,
        )
        for template, step, why in found
    ]


def people_who_stay(journey: Journey) -> list[tuple[User, str]]:
    """Who may accompany the new journey too: the referent and the mentors of this one, with what they are."""
    found: dict[int, tuple[User, list[str]]] = {}
    if journey.referent:
        found[journey.referent.pk] = (journey.referent, [str(Companion.Role.REFERENT.label)])
    rows = journey.companions.filter(ended_at=None, role__in=STAYING).select_related("user").order_by("pk")
    for row in rows:
        words = found.setdefault(row.user_id, (row.user, []))[1]
        if str(row.get_role_display()) not in words:
            words.append(str(row.get_role_display()))
    return [(person, ", ".join(words)) for person, words in found.values()]


@dataclass(frozen=True)
class Crossing:
    """One bridge as the page of either journey says it; `url` is empty for who may not see the other side."""

    bridge: Bridge
    other: Journey
    is_arrival: bool
    url: str
    minutes: int
    """Received on the former journey: only said on arrival."""

    @property
    def title(self) -> str:
        words = _("Came from “%(programme)s”") if self.is_arrival else _("Went on in “%(programme)s”")
        if self.bridge.kind == Bridge.Kind.BESIDE:
            words = _("Beside “%(programme)s”")
        return words % {"programme": self.other.programme}

    @property
    def note(self) -> str:
        when = day(self.bridge.crossed_on, weekday=False)
        return " · ".join(part for part in (when, self.bridge.reason) if part)

    @property
    def received(self) -> str:
        return hours(self.minutes) if self.minutes else ""


def _bridges(journey: int) -> "QuerySet[Bridge]":
    """Those that end or begin with it."""
    both = Bridge.objects.filter(Q(to_journey=journey) | Q(from_journey=journey))
    return both.select_related("from_journey__programme", "to_journey__programme").order_by("pk")


def crossings(journey: Journey, user: User) -> list[Crossing]:
    """The bridge this journey came by, then those that left it. Three queries at most."""
    rows = prepared.objects(("crossings", journey.pk), lambda: _bridges(journey.pk))
    rows.sort(key=lambda row: row.to_journey_id != journey.pk)
    if not rows:
        return []
    others = [row.from_journey_id if row.to_journey_id == journey.pk else row.to_journey_id for row in rows]
    seen = set(Journey.objects.visible_to(user).filter(pk__in=others).order_by().values_list("pk", flat=True))
    contact = Delivery.objects.standing().filter(journey__in=others, sort=Delivery.Sort.CONTACT).order_by()
    minutes = dict(contact.values_list("journey").annotate(total=Sum("minutes")))
    return [_crossing(row, journey, seen, minutes) for row in rows]


def _crossing(row: Bridge, journey: Journey, seen: set[int], minutes: dict[int, int]) -> Crossing:
    is_arrival = row.to_journey_id == journey.pk
    other = row.from_journey if is_arrival else row.to_journey
    return Crossing(
        bridge=row,
        other=other,
        is_arrival=is_arrival,
        url=journey_url(other) if other.pk in seen else "",
        minutes=minutes.get(other.pk, 0) if is_arrival else 0,
    )
