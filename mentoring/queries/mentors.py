"""Mentors as they are listed and chosen."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.texts import fold
from backend.web import reading
from journeys.models import Commune, Journey, Programme, Project, Step, StepKind
from mentoring.models import Mentor, MentorQuerySet, Mentorship, Training


def list_mentors(
    user: User,
    *,
    search: str = "",
    only: str = "",
    theme: str = "",
    sector: str = "",
    phase: str = "",
    language: str = "",
    commune: Commune | None = None,
) -> MentorQuerySet:
    """The mentors she may see, each with `load` and `is_here`, those who have left last.

    `only` is "free", "full", "paused" or "left"; the first three are of those who are here.
    """
    mentors = Mentor.objects.visible_to(user).with_load().with_presence()
    mentors = mentors.select_related("user", "commune", "organisation")
    for word in search.split():
        mentors = mentors.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__iexact=word)
            | Q(headline__icontains=word)
            | Q(commune__name__icontains=word)
        )
    if commune:
        mentors = mentors.filter(
            Q(commune=commune) | Q(pk__in=Mentor.objects.filter(communes=commune).order_by().values("pk"))
        )
    if theme or sector or phase or language:
        mentors = mentors.filter(pk__in=_who_knows(user, theme, sector, phase, language))
    today = clock.today()
    away = Q(paused_until__gte=today) & (Q(paused_from=None) | Q(paused_from__lte=today))
    if only == "left":
        mentors = mentors.exclude(pk__in=Mentor.objects.here().order_by().values("pk"))
    elif only:
        mentors = mentors.here()
    if only == "free":
        mentors = mentors.exclude(away).filter(Q(load__lt=F("capacity")))
    elif only == "full":
        mentors = mentors.filter(Q(load__gte=F("capacity")))
    elif only == "paused":
        mentors = mentors.filter(away)
    return mentors.order_by(F("is_here").desc(), "user__last_name", "user__first_name", "pk")


def _who_knows(user: User, theme: str, sector: str, phase: str, language: str) -> list[int]:
    """Their numbers; a sector is found whatever its accents and capitals, from its first letters on."""
    rows = Mentor.objects.visible_to(user).order_by().values_list("pk", "expertise", "sectors", "phases", "languages")
    wanted = fold(sector)
    return [
        pk
        for pk, expertise, sectors, phases, languages in rows
        if (not theme or theme in expertise)
        and (not phase or phase in phases)
        and (not language or language in languages)
        and (not wanted or any(fold(word).startswith(wanted) for word in sectors))
    ]


def sector_words(organisation_ids: Iterable[int], most: int = 12) -> list[str]:
    """The words with which projects of these organisations say their sector, the most used first."""
    rows = Project.objects.filter(organisation__in=list(organisation_ids)).order_by("pk")
    found = Counter(word for themes in rows.values_list("themes", flat=True) for word in themes)
    return [word for word, _count in found.most_common(most)]


def training_lines(mentor: Mentor) -> list[tuple[Training, str]]:
    """Each training she has followed, the latest first, with its day and length in words."""
    lines = []
    for one in mentor.trainings.all():
        parts = [reading.dated(one.followed_on) if one.followed_on else ""]
        parts.append(reading.hours(int(one.hours * 60)) if one.hours else "")
        lines.append((one, " · ".join(part for part in parts if part)))
    return lines


def full_mentors(organisation_ids: Iterable[int]) -> MentorQuerySet:
    """Mentors of these organisations who can take nobody more, each with `load`."""
    return (
        Mentor.objects.here()
        .filter(organisation__in=list(organisation_ids))
        .with_load()
        .filter(Q(load__gte=F("capacity")))
        .select_related("user", "organisation")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def journeys_without_mentor(
    organisation_ids: Iterable[int],
    *,
    programme: Programme | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Journey]:
    """Journeys under way in these organisations that have a mentoring step and no mentor, the oldest first.

    Of one programme, or begun within these days, when they are given.
    """
    paired = Mentorship.objects.live().filter(journey=OuterRef("pk"), is_primary=True).order_by()
    open_states = [Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS]
    wants = Step.objects.filter(journey=OuterRef("pk"), kind=StepKind.MENTORING, state__in=open_states).order_by()
    asked = {"programme": programme, "started_on__gte": since, "started_on__lte": until}
    return (
        Journey.objects.active()
        .filter(programme__organisation__in=list(organisation_ids))
        .filter(**{name: value for name, value in asked.items() if value})
        .filter(~Exists(paired), Exists(wants))
        .select_related("holder__user", "project__commune", "programme")
        .order_by("started_on", "pk")
    )


def needs_to_say(user: User) -> QuerySet[Journey]:
    """Her own journeys that wait for a mentor, and on which nobody has said yet what is looked for."""
    return journeys_without_mentor(user.organisation_ids("holder")).filter(holder__user=user, mentoring_need=None)
