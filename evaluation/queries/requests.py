"""Who is to be asked, reminded, or followed up."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from backend.accounts.models import User
from backend.lib import clock
from backend.mail.models import Email
from backend.mail.queries import Cost, cost_of
from evaluation.models import Request, Wave
from journeys.models import Journey, Programme

WINDOW_DAYS = 180
"""A cohort that is imported late is asked too, but not about a start (or an end) more than half a year ago."""
REMIND_AFTER_DAYS = 7


def programmes_without_waves() -> "QuerySet[Programme]":
    """Programmes that ask nothing yet, however they came here."""
    return Programme.objects.filter(waves=None).order_by("pk")


def journeys_to_ask(wave: Wave, today: date) -> "QuerySet[Journey]":
    """Whom this wave is due for and nobody has asked: under way (start), completed (exit); never those who left."""
    since = today - clock.days(WINDOW_DAYS)
    if wave.moment == Wave.Moment.START:
        due = Q(state=Journey.State.ACTIVE, started_on__range=(since, today))
    else:
        due = Q(state=Journey.State.COMPLETED, ended_on__range=(since, today))
    asked = Request.objects.filter(wave=wave, journey=OuterRef("pk"))
    return (
        Journey.objects.filter(due, ~Exists(asked), programme=wave.programme_id, holder__user__is_active=True)
        .select_related("holder__user", "project", "programme__organisation")
        .order_by("pk")
    )


def due_requests(today: date, limit: int) -> list[tuple[Wave, Journey]]:
    """At most `limit` pairs to ask now: one query per wave, whatever the number of people."""
    found: list[tuple[Wave, Journey]] = []
    for wave in Wave.objects.select_related("questionnaire", "programme").order_by("pk"):
        room = limit - len(found)
        if room <= 0:
            break
        found += [(wave, journey) for journey in journeys_to_ask(wave, today)[:room]]
    return found


def requests_to_remind(now: datetime) -> "QuerySet[Request]":
    """Not sent after a week, or a week after the first reminder; never a third time, never once refused or closed."""
    week_ago = now - clock.days(REMIND_AFTER_DAYS)
    late = Q(reminders=0, sent_at__lte=week_ago) | Q(reminders=1, reminded_at__lte=week_ago)
    return with_people(Request.objects.answerable(now).filter(late)).order_by("pk")


def returned_requests() -> "QuerySet[Request]":
    """Those whose letter the recipient's server refused, and which nobody has begun."""
    from django.contrib.contenttypes.models import ContentType

    returned = Email.objects.filter(
        about_type=ContentType.objects.get_for_model(Request),
        about_id=OuterRef("pk"),
        created_at__gte=OuterRef("sent_at"),
        state__in=[Email.State.FAILED, Email.State.DEAD],
    )
    return with_people(Request.objects.filter(Exists(returned), state=Request.State.SENT)).order_by("pk")


def with_people(requests: "QuerySet[Request]") -> "QuerySet[Request]":
    return requests.select_related(
        "wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project"
    )


@dataclass(frozen=True)
class WaveCount:
    """What became of a wave's requests."""

    wave: Wave
    states: dict[str, int]

    @property
    def asked(self) -> int:
        return sum(self.states.values())

    @property
    def complete(self) -> int:
        return self.states.get("complete", 0)

    @property
    def waiting(self) -> int:
        return sum(self.states.get(state, 0) for state in Request.OPEN)

    @property
    def refused(self) -> int:
        return self.states.get("refused", 0)

    @property
    def bounced(self) -> int:
        return self.states.get("bounced", 0)

    @property
    def expired(self) -> int:
        return self.states.get("expired", 0)

    @property
    def percent(self) -> int | None:
        return round(100 * self.complete / self.asked) if self.asked else None


def wave_counts(user: User) -> list[WaveCount]:
    """Every wave this lead follows, with how many requests stand in each state. Two queries."""
    waves = list(
        Wave.objects.filter(programme__organisation__in=user.organisation_ids("lead"))
        .select_related("programme__organisation", "questionnaire")
        .order_by("programme__organisation__name", "programme__title_fr", "-moment", "pk")
    )
    states: dict[int, dict[str, int]] = {wave.pk: {} for wave in waves}
    rows = Request.objects.filter(wave__in=list(states)).order_by().values_list("wave", "state").annotate(n=Count("pk"))
    for wave, state, n in rows:
        states[wave][state] = n
    return [WaveCount(wave, states[wave.pk]) for wave in waves]


VIEWS: dict[str, list[str]] = {
    "missing": [*Request.OPEN, Request.State.EXPIRED],
    "answered": [Request.State.COMPLETE],
    "closed": [Request.State.REFUSED, Request.State.BOUNCED],
}


def wave_requests(wave: Wave, view: str) -> "QuerySet[Request]":
    """The requests of one wave in one view of the follow-up, those who wait longest first."""
    found = Request.objects.filter(wave=wave, state__in=VIEWS[view])
    return with_people(found).order_by("sent_at", "respondent__last_name", "pk")


def not_asked(wave: Wave) -> "QuerySet[Journey]":
    """Journeys of the programme that could be asked by hand: under way or completed, and never asked in this wave."""
    asked = Request.objects.filter(wave=wave, journey=OuterRef("pk"))
    states = [Journey.State.ACTIVE, Journey.State.PAUSED, Journey.State.COMPLETED]
    return (
        Journey.objects.filter(~Exists(asked), programme=wave.programme_id, state__in=states)
        .select_related("holder__user", "project", "programme")
        .order_by("holder__user__last_name", "holder__user__first_name", "pk")
    )


def cost_of_asking(wave: Wave) -> Cost:
    """What it would cost to ask everybody whom this wave has not asked: letters, and people asked too much."""
    return cost_of(list(not_asked(wave).values_list("holder__user", flat=True)), wave.programme.organisation)
