"""Who is to be asked, reminded, or followed up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from backend.accounts.models import User
from backend.accounts.queries import organisations_of
from backend.lib import clock
from backend.mail.models import Email, Mention
from backend.mail.queries import Cost, cost_of
from backend.mail.queries.ahead import letters_ahead
from backend.mail.queries.weekly import in_weekly_letter
from evaluation.models import Request, Wave
from evaluation.models.requests import RequestQuerySet
from journeys.models import Journey, Programme

REMIND_AFTER_DAYS = 7
ASKING = "evaluation/letters/survey_request"


def programmes_without_waves() -> "QuerySet[Programme]":
    """Programmes that ask nothing yet, however they came here."""
    return Programme.objects.filter(waves=None).order_by("pk")


def requests_to_remind(now: datetime) -> "QuerySet[Request]":
    """Not sent after a week, or a week after the first reminder; never a third time, never once refused or closed, nor
    within a week of a weekly letter that told it, nor in a wave that was stopped."""
    week_ago = now - clock.days(REMIND_AFTER_DAYS)
    late = Q(reminders=0, sent_at__lte=week_ago) | Q(reminders=1, reminded_at__lte=week_ago)
    untold = Request.objects.remindable(now).filter(late, ~in_weekly_letter(Request, "respondent"))
    return with_people(untold).order_by("pk")


def returned_requests() -> "QuerySet[Request]":
    """Those whose letter the recipient's server refused, and which nobody has begun."""
    returned = Email.objects.filter(
        about_type=ContentType.objects.get_for_model(Request),
        about_id=OuterRef("pk"),
        created_at__gte=OuterRef("sent_at"),
        state__in=[Email.State.FAILED, Email.State.DEAD],
    )
    return with_people(Request.objects.filter(Exists(returned), state=Request.State.SENT)).order_by("pk")


def with_people(requests: "QuerySet[Request]") -> "QuerySet[Request]":
    return requests.select_related(
        "wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project",
        "journey__holder__user", "wave__programme__organisation",
    )  # fmt: skip


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
    return _counted(waves)


def wave_count(wave: Wave) -> WaveCount:
    """The same of one wave. One query."""
    return _counted([wave])[0]


def _counted(waves: list[Wave]) -> list[WaveCount]:
    states: dict[int, dict[str, int]] = {wave.pk: {} for wave in waves}
    rows = Request.objects.asked().filter(wave__in=list(states)).order_by()
    for wave, state, n in rows.values_list("wave", "state").annotate(n=Count("pk")):
        states[wave][state] = n
    return [WaveCount(wave, states[wave.pk]) for wave in waves]


VIEWS: dict[str, list[str]] = {
    "missing": [*Request.OPEN, Request.State.EXPIRED],
    "answered": [Request.State.COMPLETE],
    "closed": [Request.State.REFUSED, Request.State.BOUNCED],
    "asked": [*Request.OPEN, Request.State.EXPIRED, Request.State.COMPLETE],
}


def views_of(wave: Wave) -> list[str]:
    """The views its follow-up has: an anonymous one does not part who answered from who did not."""
    return ["asked", "closed"] if wave.is_anonymous else ["missing", "answered", "closed"]


def wave_requests(wave: Wave, view: str) -> "QuerySet[Request]":
    """The requests of one wave in one view of the follow-up, those who wait longest first; `can_answer` and
    `can_remind`: would these acts be taken now?"""
    now, rows = clock.now(), Request.objects
    found = rows.filter(wave=wave, state__in=VIEWS[view]).annotate(
        can_answer=Case(When(RequestQuerySet.is_answerable(now), then=True), default=False),
        can_remind=Case(When(RequestQuerySet.is_remindable(now), then=True), default=False),
    )
    return with_people(found).order_by("sent_at", "respondent__last_name", "pk")


@dataclass(frozen=True)
class Unsent:
    """What stopping a wave keeps from leaving: so many letters, and so many people who would never have been asked."""

    letters: int
    people: int


def unsent(wave: Wave) -> Unsent:
    """As it stands now. Two queries."""
    waiting = waiting_letters(Request.objects.open().filter(wave=wave).order_by().values("pk"))
    return Unsent(waiting.count(), untold_requests(Request.objects.filter(wave=wave), waiting).count())


def never_asked(wave: Wave) -> int:
    """How many people a stopped wave never asked, for their letters stayed here. At most one query."""
    return Request.objects.filter(wave=wave, state=Request.State.WITHDRAWN).count() if wave.stopped_at else 0


def waiting_letters(requests: Any) -> "QuerySet[Email]":
    """Those about these requests that have not left, nor been tried."""
    kind = ContentType.objects.get_for_model(Request)
    states = [Email.State.PENDING, Email.State.HELD]
    return Email.objects.filter(about_type=kind, about_id__in=requests, state__in=states, attempts=0).order_by()


def untold_requests(requests: "QuerySet[Request]", letters: "QuerySet[Email]") -> "QuerySet[Request]":
    """Those of which nobody was told anything: what asks it was dropped or is one of these letters, and no other
    that names it has left."""
    kind, stays = ContentType.objects.get_for_model(Request), [Email.State.DROPPED, Email.State.SUPERSEDED]
    these = Q(pk__in=letters.values("pk"))
    left = Email.objects.filter(~Q(state__in=[*stays, Email.State.UNWANTED]), ~these).order_by()
    told = Mention.objects.filter(thing_type=kind, thing_id=OuterRef("pk"), email__in=left.values("pk"))
    asking = Email.objects.filter(these | Q(state__in=stays), about_type=kind, template=ASKING).order_by()
    return requests.filter(~Exists(told), state=Request.State.SENT, pk__in=asking.values("about_id"))


def not_asked(wave: Wave) -> "QuerySet[Journey]":
    """Journeys of the programme that could be asked by hand: under way or completed, and never asked in this wave."""
    asked = Request.objects.asked().filter(wave=wave, journey=OuterRef("pk"))
    states = [Journey.State.ACTIVE, Journey.State.PAUSED, Journey.State.COMPLETED]
    return (
        Journey.objects.filter(~Exists(asked), programme=wave.programme_id, state__in=states)
        .select_related("holder__user", "project", "programme")
        .order_by("holder__user__last_name", "holder__user__first_name", "pk")
    )


def asks_ahead(user: User) -> list[tuple[str, str]]:
    """(organisation, its letters of the coming week in a line) of those she leads, where any will leave."""
    led = [(one.name, letters_ahead(one)) for one in organisations_of(user, "lead").order_by("name", "pk")]
    return [(name, forecast.words) for name, forecast in led if forecast.letters]


def cost_of_asking(wave: Wave) -> Cost:
    """What it would cost to ask everybody whom this wave has not asked: letters, and people asked too much."""
    return cost_of(list(not_asked(wave).values_list("holder__user", flat=True)), wave.programme.organisation)
