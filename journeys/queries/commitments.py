"""What is due, and whom a letter tells of it."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail.queries.weekly import in_weekly_letter
from journeys import signals
from journeys.models import Commitment, Journey
from journeys.models.journeys import CommitmentQuerySet

MORNING = 8
"""The hour of her clock from which she is told."""
FRESH = timedelta(hours=12)
"""What was promised less than this ago needs no reminder yet."""
KEPT_DAYS = 14
"""How long what is done or dropped stays on the page of the letter, to be undone."""
PEOPLE = ("owner", "journey__holder__user", "journey__project", "journey__programme__organisation")


def due_of(owner: User) -> CommitmentQuerySet:
    """Hers, open, due today or tomorrow on her clock, that no letter has told of for this date."""
    today = timezone.localdate(clock.now(), owner.zone)
    rows = untold_commitments().filter(owner=owner, due_on__gte=today, due_on__lte=today + clock.days(1))
    return rows.select_related(*PEOPLE).order_by("due_on", "pk")


def untold_commitments(fresh: timedelta = FRESH) -> CommitmentQuerySet:
    """Open, of journeys under way, promised before that, and that no letter has told of for their date."""
    told = Q(told_for=None) | ~Q(told_for=F("due_on"))
    live = Commitment.objects.open().filter(journey__state=Journey.State.ACTIVE, owner__is_active=True)
    weekly = in_weekly_letter(Commitment, "owner", on="due_on")
    return live.filter(told, ~weekly, created_at__lt=clock.now() - fresh)


def late_of(owner: User, organisation: Organisation) -> list[Commitment]:
    """Hers here that are late already: listed in a letter that goes out anyway."""
    today = timezone.localdate(clock.now(), owner.zone)
    rows = Commitment.objects.open().filter(owner=owner, due_on__lt=today, journey__state=Journey.State.ACTIVE)
    here = rows.filter(journey__programme__organisation=organisation)
    return list(here.select_related(*PEOPLE).order_by("due_on", "pk"))


def people_with_due() -> list[tuple[User, Organisation]]:
    """(owner, organisation) that may be told now: it is morning where she is, and no other letter carries it."""
    now = clock.now()
    near = (clock.today("UTC") - clock.days(1), clock.today("UTC") + clock.days(2))
    rows = untold_commitments().filter(due_on__range=near).select_related("owner", "journey__programme__organisation")
    found = {(one.owner, one.journey.programme.organisation): one for one in rows.order_by("owner", "pk")}
    awake = [pair for pair in found if timezone.localtime(now, pair[0].zone).hour >= MORNING]
    carried = told_elsewhere([owner for owner, _organisation in awake])
    return [pair for pair in awake if pair[0].pk not in carried]


def told_elsewhere(people: list[User]) -> set[int]:
    """Those whom another letter of today tells what is due: each app above answers `letters_today_asked`."""
    answers: list[tuple[Any, Any]] = signals.letters_today_asked.send(Commitment, users=people) if people else []
    return {pk for _receiver, found in answers for pk in found or ()}


def commitments_of(owner: User) -> list[Commitment]:
    """What the page of her letter shows: hers that are open, then those done or dropped lately."""
    since = clock.now() - clock.days(KEPT_DAYS)
    rows = Commitment.objects.visible_to(owner).filter(owner=owner)
    shown = rows.filter(
        Q(done_at=None, dropped_at=None, journey__state=Journey.State.ACTIVE)
        | Q(done_at__gte=since)
        | Q(dropped_at__gte=since)
    )
    found = list(shown.select_related(*PEOPLE, "done_by", "dropped_by"))
    return sorted(found, key=lambda one: (not one.is_open, one.due_on is None, one.due_on or clock.today(), one.pk))
