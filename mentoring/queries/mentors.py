"""Mentors as they are listed and chosen."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.web import reading
from journeys.models import Journey, Step, StepKind
from mentoring.models import Mentor, MentorQuerySet, Mentorship


def list_mentors(user: User, *, search: str = "", only: str = "") -> MentorQuerySet:
    """The mentors she may see, each with `load`; `only` is "free", "full" or "paused"."""
    mentors = Mentor.objects.visible_to(user).with_load().select_related("user", "commune", "organisation")
    for word in search.split():
        mentors = mentors.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__iexact=word)
            | Q(headline__icontains=word)
            | Q(commune__name__icontains=word)
        )
    away = Q(paused_until__gte=clock.today())
    if only == "free":
        mentors = mentors.exclude(away).filter(Q(load__lt=F("capacity")))
    elif only == "full":
        mentors = mentors.filter(Q(load__gte=F("capacity")))
    elif only == "paused":
        mentors = mentors.filter(away)
    return mentors.order_by("user__last_name", "user__first_name", "pk")


@dataclass(frozen=True)
class MentorChoice:
    """One mentor for one journey: can she be chosen, else why not; and what speaks for her."""

    mentor: Mentor
    load: int
    reason: str
    is_near: bool
    accompanied_before: bool

    @property
    def is_free(self) -> bool:
        return not self.reason


def choices_for(journey: Journey) -> list[MentorChoice]:
    """Every mentor of the organisation: first those who can be chosen, nearest and least loaded first."""
    before = Mentorship.objects.filter(mentor=OuterRef("pk"), journey=journey).order_by()
    current = set(journey.mentorships.live().order_by().values_list("mentor", flat=True))
    mentors = (
        Mentor.objects.filter(organisation=journey.programme.organisation_id)
        .with_load()
        .annotate(accompanied=Exists(before))
        .select_related("user", "commune")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    choices = [
        MentorChoice(
            mentor=mentor,
            load=mentor.load,
            reason=_why_not(mentor, journey, current),
            is_near=mentor.commune_id is not None and mentor.commune_id == journey.project.commune_id,
            accompanied_before=mentor.accompanied,
        )
        for mentor in mentors
    ]
    return sorted(choices, key=lambda one: (not one.is_free, not one.is_near, one.load / max(1, one.mentor.capacity)))


def _why_not(mentor: Mentor, journey: Journey, current: set[int]) -> str:
    """The sentence for a mentor who cannot be chosen; empty when she can."""
    if mentor.user_id == journey.holder.user_id:
        return _("This is the project holder.")
    if mentor.pk in current:
        return _("Already the mentor of this journey.")
    if mentor.is_paused():
        return _("Taking a break until %(day)s.") % {"day": reading.day(mentor.paused_until)}
    if mentor.load >= mentor.capacity:
        return _("Full: %(load)s of %(capacity)s.") % {"load": mentor.load, "capacity": mentor.capacity}
    return ""


def full_mentors(organisation_ids: Iterable[int]) -> MentorQuerySet:
    """Mentors of these organisations who can take nobody more, each with `load`."""
    return (
        Mentor.objects.filter(organisation__in=list(organisation_ids))
        .with_load()
        .filter(Q(load__gte=F("capacity")))
        .select_related("user", "organisation")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def journeys_without_mentor(organisation_ids: Iterable[int]) -> QuerySet[Journey]:
    """Journeys under way in these organisations that have a mentoring step and no mentor, the oldest first."""
    paired = Mentorship.objects.live().filter(journey=OuterRef("pk"), is_primary=True).order_by()
    open_states = [Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS]
    wants = Step.objects.filter(journey=OuterRef("pk"), kind=StepKind.MENTORING, state__in=open_states).order_by()
    return (
        Journey.objects.active()
        .filter(programme__organisation__in=list(organisation_ids))
        .filter(~Exists(paired), Exists(wants))
        .select_related("holder__user", "project__commune", "programme")
        .order_by("started_on", "pk")
    )
