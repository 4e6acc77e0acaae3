"""Pairs as they are read: proposals that wait, their course, and the pairs of a journey one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Delivery, Journey
from mentoring import policies
from mentoring.models import Fit, Mentor, Mentorship, MentorshipQuerySet, Objective, Review, Session, Side
from mentoring.queries.matching import criteria
from mentoring.queries.matching.words import reasons_of

LATE_DAYS = 7
PAIR = (
    "mentor__user",
    "mentor__organisation",
    "mentor__commune",
    "journey__holder__user",
    "journey__project__commune",
    "journey__programme__organisation",
    "proposed_by",
    "declined_by",
)


def pairs_of(user: User) -> MentorshipQuerySet:
    """The pairs she may see, with everyone they name."""
    return Mentorship.objects.visible_to(user).select_related(*PAIR)


# --- Proposals ------------------------------------------------------------------------------------
def proposals_to_answer(user: User) -> MentorshipQuerySet:
    """What is proposed to her and waits for her own answer, the oldest first."""
    mine = Q(mentor__user=user.pk, mentor_accepted_at=None) | Q(journey__holder__user=user.pk, holder_accepted_at=None)
    return pairs_of(user).filter(mine, state=Mentorship.State.PROPOSED).order_by("created_at", "pk")


def due_again() -> MentorshipQuerySet:
    """Proposals that have waited for a week, and of which no second letter was written."""
    since = clock.now() - timedelta(days=LATE_DAYS)
    rows = Mentorship.objects.filter(state=Mentorship.State.PROPOSED, created_at__lte=since, asked_again_at=None)
    return rows.select_related(*PAIR).order_by("pk")


def due_to_start() -> MentorshipQuerySet:
    """Accepted by both, and their day has come."""
    rows = Mentorship.objects.filter(state=Mentorship.State.ACCEPTED)
    return rows.filter(Q(started_on=None) | Q(started_on__lte=clock.today())).select_related(*PAIR).order_by("pk")


def why_these_two(pair: Mentorship) -> list[str]:
    """What speaks for the pair in the words of matching, in the reader's language."""
    mentors = Mentor.objects.filter(pk=pair.mentor_id).with_load().select_related("user", "commune")
    tables = criteria.read_tables([pair.journey], mentors.prefetch_related("communes"))
    return reasons_of(tables, 0, 0, with_room=False).pros


def load_of(mentor: Mentor) -> int:
    """How many people she accompanies now: proposals do not count."""
    return mentor.mentorships.filter(state=Mentorship.State.ACTIVE).count()


# --- The pairs of a journey -----------------------------------------------------------------------
@dataclass(frozen=True)
class Chain:
    """The pairs of one journey besides the one that is looked at."""

    beside: list[Mentorship]
    """Under way, or proposed."""
    before: list[Mentorship]
    """Those that ended, the latest first; to the leads, also what was declined or withdrawn."""


def chain_of(user: User, pair: Mentorship) -> Chain:
    """What she may see of the others."""
    rows = pairs_of(user).filter(journey=pair.journey_id).exclude(pk=pair.pk).order_by("-started_on", "-pk")
    live = [one for one in rows if one.state in Mentorship.LIVE]
    return Chain(live, [one for one in rows if one.state == Mentorship.State.ENDED])


# --- The course -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """One point of the scale of an objective: its number, and what stands there ("" for nothing)."""

    point: int
    start: bool
    now: bool
    wanted: bool
    within: bool
    """Between the start and where she is now."""


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective and its scale."""

    objective: Objective
    now: int
    """Where she is as far as is known: at the end, half-way, else at the start."""

    @property
    def places(self) -> list[Place]:
        one = self.objective
        low, high = sorted((one.start, self.now))
        return [Place(n, n == one.start, n == self.now, n == one.wanted, low <= n <= high) for n in range(1, 9)]

    @property
    def scale(self) -> str:
        """Its points in a few words."""
        words = _("from %(start)d to %(wanted)d of 8, now at %(now)d")
        return words % {"start": self.objective.start, "wanted": self.objective.wanted, "now": self.now}

    @property
    def is_reached(self) -> bool:
        return self.now >= self.objective.wanted > self.objective.start

    @property
    def has_moved(self) -> bool:
        return self.objective.midway is not None or self.objective.end is not None


def objective_lines(rows: "QuerySet[Objective]") -> list[ObjectiveLine]:
    """Those that were not dropped, the oldest first."""
    found = rows.filter(dropped_at=None).order_by("pk")
    return [ObjectiveLine(one, one.end or one.midway or one.start) for one in found]


@dataclass(frozen=True)
class FitAsk:
    """The question how it feels, on whatever page it is put; `session` leads back to the page of its log."""

    url: str
    other: str
    session: int | None = None
    page: str = ""
    """Where it is asked of somebody who has signed in."""
    template: str = "mentoring/parts/fit_ask.html"

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(one.value, str(one.label)) for one in Fit.Answer]


@dataclass(frozen=True)
class Course:
    """What a reader sees of the course of a pair."""

    objectives: list[ObjectiveLine]
    dropped: list[Objective]
    midway: list[Review]
    end: list[Review]
    fits: list[Fit]
    """Both sides' answers, for leads; empty for the two."""
    ask: FitAsk | None
    """How it feels, when it is to be asked of her now."""
    owes_review: bool

    @property
    def is_in_doubt(self) -> bool:
        return in_doubt(self.fits)


def course_of(user: User, pair: Mentorship) -> Course:
    """What she may read of it, and what is asked of her."""
    side = policies.pair_side(user, pair)
    objectives = Objective.objects.visible_to(user).filter(mentorship=pair)
    reviews = list(Review.objects.visible_to(user).filter(mentorship=pair).select_related("said_by"))
    midway = [one for one in reviews if one.moment == Review.Moment.MIDWAY]
    reads = policies.may_read_fits(user, pair)
    return Course(
        objectives=objective_lines(objectives),
        dropped=list(objectives.exclude(dropped_at=None)),
        midway=midway,
        end=[one for one in reviews if one.moment == Review.Moment.END],
        fits=list(Fit.objects.visible_to(user).filter(mentorship=pair)) if reads else [],
        ask=fit_ask(pair, user) if side else None,
        owes_review=bool(side and pair.state == Mentorship.State.ACTIVE and pair.review_asked_at)
        and side not in {one.side for one in midway},
    )


def fit_to_say(pair: Mentorship, side: str) -> int:
    """After which held session this side is asked now how it feels: 1 or 2; 0 when it is not, or has answered."""
    if pair.state != Mentorship.State.ACTIVE or side not in Side.values:
        return 0
    held = pair.sessions.filter(state=Session.State.HELD).count()
    said = set(pair.fits.filter(side=side).order_by().values_list("nth", flat=True))
    return held if held in (1, 2) and held not in said else 0


def fit_ask(pair: Mentorship, user: User, *, token: str = "", session: int | None = None) -> FitAsk | None:
    """What is to be asked of her now; None when nothing is. With the `token` of her link she need not sign in."""
    side = policies.pair_side(user, pair)
    if not fit_to_say(pair, side):
        return None
    url = reverse("mentoring:fit_link", args=[token]) if token else reverse("mentoring:fit_say", args=[pair.pk])
    page = reverse("mentoring:mentorship", args=[pair.pk]) + "#fit"
    return FitAsk(url, str(pair.journey.holder if side == Side.MENTOR else pair.mentor), session, page)


def fit_ask_after(delivery: Delivery, user: User, token: str) -> FitAsk | None:
    """The same on the page where she has just confirmed the hours of a session."""
    pair = pair_of(delivery)
    return fit_ask(pair, user, token=token) if pair else None


def pair_of(delivery: Delivery) -> Mentorship | None:
    """The pair whose session this line of the ledger comes from."""
    sessions = Session.objects.of_source(delivery.source).order_by()
    return Mentorship.objects.filter(sessions__in=sessions).select_related(*PAIR).first()


def other_of_pair(about: object, writer: User | None) -> list[User]:
    """Whom she accompanies, or who accompanies her, in the live pair that this session, pair, question of times or line
    of the ledger belongs to; nobody when she is not of the pair."""
    pair = about if isinstance(about, Mentorship) else getattr(about, "mentorship", None)
    if isinstance(about, Delivery):
        pair = pair_of(about)
    if writer is None or not isinstance(pair, Mentorship) or pair.state not in Mentorship.LIVE:
        return []
    both = [pair.mentor.user, pair.journey.holder.user]
    return [one for one in both if one != writer] if writer in both else []


def in_doubt(fits: Iterable[Fit]) -> bool:
    """Does one side say at last that it is not a good fit, or has it hesitated twice?"""
    by_side: dict[str, list[Fit]] = {}
    for fit in sorted(fits, key=lambda one: one.nth):
        by_side.setdefault(fit.side, []).append(fit)
    return any(
        said[-1].answer == Fit.Answer.NOT_A_FIT or [one.answer for one in said] == [Fit.Answer.DECIDING] * 2
        for said in by_side.values()
    )


def pairs_in_doubt() -> MentorshipQuerySet:
    """The same in the database: pairs under way that a lead is to look at."""
    unsure = Q(fits__answer=Fit.Answer.DECIDING)
    rows = Mentorship.objects.filter(state=Mentorship.State.ACTIVE).annotate(
        holder_unsure=Count("fits", filter=unsure & Q(fits__side=Side.HOLDER)),
        mentor_unsure=Count("fits", filter=unsure & Q(fits__side=Side.MENTOR)),
    )
    twice = Q(holder_unsure=2) | Q(mentor_unsure=2)
    return rows.filter(twice | Q(pk__in=_no_fit()))


def _no_fit() -> "QuerySet[Fit, int]":
    """Pairs of which one side's latest answer is that it is not a good fit."""
    fits = Fit.objects.filter(answer=Fit.Answer.NOT_A_FIT).order_by()
    second = Fit.objects.filter(nth=2).exclude(answer=Fit.Answer.NOT_A_FIT).order_by()
    taken_back = Q()
    for side in Side.values:
        taken_back |= Q(nth=1, side=side, mentorship__in=second.filter(side=side).values("mentorship"))
    return fits.exclude(taken_back).values_list("mentorship", flat=True)


def due_for_review() -> list[Mentorship]:
    """Pairs under way, not asked yet, with half of their sessions held or half of their time gone (and one held)."""
    rows = Mentorship.objects.filter(state=Mentorship.State.ACTIVE, review_asked_at=None).select_related(*PAIR)
    held = dict(
        Session.objects.filter(mentorship__in=rows.order_by().values("pk"), state=Session.State.HELD)
        .order_by()
        .values_list("mentorship")
        .annotate(count=Count("pk"))
    )
    found = rows.filter(pk__in=held).prefetch_related("journey__steps").order_by("pk")
    return [pair for pair in found if _is_half_way(pair, held[pair.pk])]


def _is_half_way(pair: Mentorship, held: int) -> bool:
    journey: Journey = pair.journey
    expected = sum(
        step.occurrences
        for step in journey.steps.all()
        if step.kind == "mentoring" and step.state not in ("waived", "abandoned")
    )
    if held > 1 and 2 * held >= expected:
        return True
    starts, ends = pair.started_on, journey.planned_end_on
    return starts is not None and ends > starts and 2 * (clock.today() - starts) >= ends - starts
