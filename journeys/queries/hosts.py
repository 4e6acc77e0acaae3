"""Offers that match a journey, requests to companies, and what companies answered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import overload

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce

from backend.accounts.models import User
from journeys import policies
from journeys.models import Company, HostAsk, Immersion, Journey, Offer, Step
from journeys.queries.places import Limits, Places, places_of

State = HostAsk.State
OPEN_STEPS = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)
LIVE_JOURNEYS = ("active", "paused")
OFF = (Immersion.State.REJECTED, Immersion.State.CANCELLED)
UNANSWERED_IN_A_ROW = 3
SHOWN: dict[str, tuple[str, ...]] = {
    "wished": (State.WISHED,),
    "sent": (State.SENT,),
    "accepted": (State.ACCEPTED,),
    "closed": (State.DECLINED, State.UNANSWERED, State.WITHDRAWN),
    "all": tuple(State.values),
}


# --- Requests ---------------------------------------------------------------------------------------
def _asks(user: User) -> "QuerySet[HostAsk]":
    return HostAsk.objects.visible_to(user).select_related(
        "company__organisation", "company__commune", "offer__site", "wished_by", "sent_by",
        "step__journey__holder__user", "step__journey__project", "step__journey__programme__organisation",
        "step__journey__referent",
    )  # fmt: skip


def ask_rows(user: User) -> "QuerySet[HostAsk]":
    """The requests she may see, with what their pages read."""
    return _asks(user)


def host_asks(user: User, show: str = "wished") -> "QuerySet[HostAsk]":
    """Those she may see in one of SHOWN: what waits longest first, what is closed latest first."""
    rows = _asks(user).filter(state__in=SHOWN.get(show, SHOWN["wished"]))
    return rows.order_by("created_at", "pk") if show in ("wished", "sent") else rows.order_by("-created_at", "pk")


def ask_counts(user: User) -> dict[str, int]:
    """How many stand behind each of SHOWN, in one query."""
    filters = {code: Count("pk", filter=Q(state__in=states)) for code, states in SHOWN.items()}
    return dict(HostAsk.objects.visible_to(user).order_by().aggregate(**filters))


def waiting_wishes(user: User) -> "QuerySet[HostAsk]":
    """What holders wish for and nobody has taken up yet, in the organisations that she leads."""
    led = user.organisation_ids("lead")
    return _asks(user).filter(state=State.WISHED, company__organisation__in=led).order_by("created_at", "pk")


def ask_acts(user: User, ask: HostAsk) -> dict[str, bool]:
    """What she may do now: her right, and the state it is in."""
    is_open = ask.step.is_open and ask.step.journey.is_live
    return {
        "send": ask.state == State.WISHED
        and not ask.company.is_set_aside
        and bool(ask.company.contact_email)
        and policies.may_send_host_ask(user, ask),
        "answer": ask.state in (State.WISHED, State.SENT, State.UNANSWERED)
        and policies.may_record_host_answer(user, ask),
        "withdraw": ask.is_live and policies.may_withdraw_host_ask(user, ask),
        "draft": ask.state == State.ACCEPTED and is_open and policies.may_plan_immersion(user, ask.step),
        "read_contacts": policies.reads_host_contacts(user, ask.company),
    }


def stay_after(ask: HostAsk) -> Immersion | None:
    """The stay that came of an accepted request, if one was drafted."""
    rows = Immersion.objects.filter(step=ask.step_id, company=ask.company_id, created_at__gte=ask.created_at)
    return rows.order_by("-pk").first()


# --- What companies answered --------------------------------------------------------------------------
@dataclass(frozen=True)
class Answers:
    """How a company answers: out of `asked` that were taken to it, `answered`, in `days` on average."""

    asked: int
    answered: int
    accepted: int
    days: float | None
    in_a_row: int
    """Unanswered requests since the last answer."""

    @property
    def suggests_aside(self) -> bool:
        return self.in_a_row >= UNANSWERED_IN_A_ROW


def history_of(company: Company, user: User) -> "QuerySet[HostAsk]":
    """Each time it was asked, the latest first, as far as she may see the journeys."""
    return _asks(user).filter(company=company, sent_at__isnull=False).order_by("-sent_at", "pk")


def answers_of(company: Company) -> Answers:
    """How it answers, over everything it was ever asked; in two queries."""
    asked = HostAsk.objects.filter(company=company, sent_at__isnull=False).exclude(state=State.WITHDRAWN)
    took = ExpressionWrapper(F("answered_at") - F("sent_at"), output_field=DurationField())
    told = Q(answered_at__isnull=False)
    sums = asked.order_by().aggregate(
        asked=Count("pk"), answered=Count("pk", filter=told), accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
        took=Avg(took, filter=told),
    )  # fmt: skip
    in_a_row = 0
    for state in asked.exclude(state=State.SENT).order_by("-sent_at", "-pk").values_list("state", flat=True):
        if state != State.UNANSWERED:
            break
        in_a_row += 1
    took_avg: timedelta | None = sums["took"]
    days = took_avg / timedelta(days=1) if took_avg is not None else None
    return Answers(sums["asked"], sums["answered"], sums["accepted"], days, in_a_row)


def days_to_answer(ask: HostAsk) -> int | None:
    """Whole days between asking and the answer."""
    return (ask.answered_at - ask.sent_at).days if ask.answered_at and ask.sent_at else None


# --- Offers that match ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Match:
    """One offer for one step: what they share, and whether a request is under way."""

    offer: Offer
    places: Places
    shared: tuple[str, ...]
    is_near: bool
    ask: HostAsk | None

    @property
    def place(self) -> str:
        site = self.offer.site
        commune = (site.commune if site else None) or self.offer.company.commune
        return " · ".join(str(part) for part in (site, commune) if part)


@dataclass(frozen=True)
class Ranked:
    """One offer before its page is read: enough to put it in order."""

    pk: int
    company: int
    shared: tuple[str, ...]
    is_near: bool
    names: tuple[str, str]

    @property
    def rank(self) -> tuple[int, int, tuple[str, str], int]:
        return (-len(self.shared), -self.is_near, self.names, self.pk)


class Matches(Sequence[Match]):
    """Offers in order, read from the database page by page; `full` companies have no place left for now."""

    def __init__(
        self, rows: "QuerySet[Offer]", ranked: list[Ranked], places: dict[int, Places], asks: dict[int, HostAsk],
        full: int,
    ) -> None:  # fmt: skip
        self._rows, self._ranked, self._places, self._asks, self.full = rows, ranked, places, asks, full

    def __len__(self) -> int:
        return len(self._ranked)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> list[Match]: ...
    def __getitem__(self, index: int | slice) -> Match | list[Match]:
        if isinstance(index, int):
            return self._read([self._ranked[index]])[0]
        return self._read(self._ranked[index])

    def _read(self, ranked: list[Ranked]) -> list[Match]:
        offers = {one.pk: one for one in self._rows.filter(pk__in=[one.pk for one in ranked])}
        return [
            Match(offers[one.pk], self._places[one.company], one.shared, one.is_near, self._asks.get(one.company))
            for one in ranked
            if one.pk in offers  # closed meanwhile
        ]


def _to_place() -> "QuerySet[Step]":
    """The open immersion steps of journeys under way, without a live stay."""
    busy = Immersion.objects.exclude(state__in=OFF).order_by().values("step")
    rows = Step.objects.filter(kind="immersion", state__in=OPEN_STEPS, journey__state__in=LIVE_JOURNEYS)
    return rows.exclude(pk__in=busy).select_related(
        "journey__project__commune", "journey__programme__organisation", "journey__holder__user"
    )


def steps_to_place(user: User) -> "QuerySet[Step]":
    """Her own, the nearest first."""
    return _to_place().filter(journey__holder__user=user.pk).order_by("due_on", "pk")


def steps_to_ask_for(user: User, company: Company) -> "QuerySet[Step]":
    """Those of the people for whom she may ask this company, by name, without a request there under way.

    A lead asks for anybody of her organisation, a referent for those whom she follows.
    """
    rows = _to_place().filter(policies.visible_steps(user), journey__programme__organisation=company.organisation_id)
    if not user.leads(company.organisation_id):
        rows = rows.filter(journey__referent=user.pk)
    asked = HostAsk.objects.live().filter(company=company).order_by().values("step")
    names = ("journey__holder__user__last_name", "journey__holder__user__first_name", "due_on", "pk")
    return rows.exclude(pk__in=asked).order_by(*names)


@dataclass(frozen=True)
class NoAsk:
    """Why a holder can't ask: `why` is "no_journey", "not_begun", "over", "no_step", "has_stay" or "done"."""

    why: str
    journey: Journey | None = None
    stay: Immersion | None = None


def why_no_ask(user: User) -> NoAsk:
    """For a holder without a step to place: what stands in the way, and where to go on."""
    mine = Journey.objects.filter(holder__user=user.pk).select_related("referent").order_by("-started_on", "-pk")
    journey = mine.filter(state__in=LIVE_JOURNEYS).first()
    if journey is None:
        last = mine.first()
        if last is None:
            return NoAsk("no_journey")
        return NoAsk("not_begun" if last.state == Journey.State.DRAFT else "over", last)
    steps = journey.steps.filter(kind="immersion")
    if not steps.exists():
        return NoAsk("no_step", journey)
    stays = Immersion.objects.filter(step__in=steps.filter(state__in=OPEN_STEPS)).exclude(state__in=OFF)
    stay = stays.select_related("company").order_by("-starts_on", "-pk").first()
    return NoAsk("has_stay", journey, stay) if stay else NoAsk("done", journey)


def wanted_words(step: Step) -> dict[str, str]:
    """{folded: as written} of the themes of the project."""
    return {word.casefold(): word for word in step.journey.project.themes}


def offers(
    user: User,
    *,
    organisation: int | None = None,
    q: str = "",
    objective: str = "",
    commune: str = "",
    accessible: bool = False,
) -> "QuerySet[Offer]":
    """The open offers she may see, narrowed by words, objective, commune and accessibility; free ones or not."""
    rows = (
        Offer.objects.visible_to(user)
        .open()
        .select_related("company__commune", "company__organisation", "site__commune")
        .exclude(site__is_closed=True)
        .order_by("company__name", "title", "pk")
    )  # fmt: skip
    if organisation:
        rows = rows.filter(company__organisation=organisation)
    for word in q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word) | Q(company__name__icontains=word))
    if objective:
        rows = rows.filter(objective=objective)
    if commune:
        rows = rows.filter(Q(site__commune=commune) | Q(site__commune=None, company__commune=commune))
    if accessible:
        rows = rows.exclude(accessibility="", company__accessibility="")
    return rows


def matches(rows: "QuerySet[Offer]", step: Step | None, user: User) -> Matches:
    """Offers with a place left, those that share most with the project first, then those of its commune.

    In as many queries however many there are; only the page that is shown is read whole.
    """
    slim = list(
        rows.annotate(where=Coalesce("site__commune", "company__commune"))
        .order_by("pk")
        .values_list(
            "pk",
            "title",
            "themes",
            "where",
            "company",
            "company__name",
            "company__sectors",
            "company__places_a_year",
            "company__starts_a_month",
        )
    )
    hosts = {row[4]: Limits(row[4], row[7], row[8]) for row in slim}
    places = places_of(hosts.values(), among=rows.order_by().values("company"))
    asks = _live_asks(step, user)
    wanted = wanted_words(step) if step else {}
    home = step.journey.project.commune_id if step else None
    ranked = []
    for pk, title, themes, where, company, name, sectors, *_places in slim:
        if places[company].has_one or company in asks:
            folded = dict.fromkeys(word.casefold() for word in (*themes, *sectors)) if wanted else {}
            shared = tuple(wanted[word] for word in folded if word in wanted)
            ranked.append(Ranked(pk, company, shared, bool(home) and where == home, (name, title)))
    full = len(set(hosts) - {one.company for one in ranked})
    return Matches(rows, sorted(ranked, key=lambda one: one.rank), places, asks, full)


def _live_asks(step: Step | None, user: User) -> dict[int, HostAsk]:
    live = HostAsk.objects.visible_to(user).live().filter(step=step) if step else []
    return {ask.company_id: ask for ask in live}


def stays_by_outcome(stays: Iterable[Immersion]) -> dict[str, int]:
    """{what became of it: how many}: the outcome when there is one, else the state."""
    found: dict[str, int] = defaultdict(int)
    for stay in stays:
        found[str(stay.get_outcome_display() if stay.outcome else stay.get_state_display())] += 1
    return dict(found)
