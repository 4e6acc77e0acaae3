"""A mentor leaves: who follows, what becomes of each date, what she still had to do; decided together, told once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions as journeys
from journeys.models import Commitment, Journey
from mentoring.actions import leaving_letters, letters
from mentoring.actions.gatherings import cancel_gathering
from mentoring.actions.mentorships import end_mentorship, pair_mentor
from mentoring.actions.openings import end_opening, lift_absence
from mentoring.actions.sessions import cancel_session, hold_users
from mentoring.models import Absence, Mentor, Mentorship, Opening, Session
from mentoring.queries.busy import clash
from mentoring.queries.leaving import STAY, WISH, Wish, wish_of

EARLIEST, FARTHEST = timedelta(days=60), timedelta(days=2 * 366)


@dataclass(frozen=True)
class Handing:
    """What a lead decides about one pair: the mentor who follows, nobody yet, or (`ends`) nobody at all."""

    pair: int
    to: Mentor | None = None
    ends: bool = False
    words: str = ""


@dataclass(frozen=True)
class Handed:
    """What became of one pair."""

    pair: Mentorship
    new: Mentorship | None
    ends: bool
    moved: list[Session] = field(default_factory=list)
    cancelled: list[Session] = field(default_factory=list)
    passed: list[Commitment] = field(default_factory=list)
    closed: list[Commitment] = field(default_factory=list)

    @property
    def holder(self) -> User:
        return self.pair.journey.holder.user

    @property
    def journey(self) -> Journey:
        return self.pair.journey


@dataclass(frozen=True)
class Left:
    """What became of all of them, and of the sessions that she has still to log."""

    mentor: Mentor
    handed: list[Handed]
    to_log: list[Session]


@transaction.atomic
def wish_to_leave(mentor: Mentor, *, leaves_on: date, words: str = "", by: User | None) -> Wish:
    """The leads know that she wishes to stop on that day, and read her words. Nothing changes until one of them acts.

    Said again, the last word stands. Refused for a day that is past or more than two years away.
    """
    today = clock.today(mentor.organisation.time_zone)
    if leaves_on < today:
        raise Refused(_("This day is past."), field="leaves_on")
    if leaves_on > today + FARTHEST:
        raise Refused(_("That is more than two years away: check the year."), field="leaves_on")
    facts = {"leaves_on": leaves_on.isoformat(), "words": words.strip()[:2000]}
    entry = history.record(WISH, mentor, by=by, organisation=mentor.organisation, **facts)
    wish = wish_of(mentor)
    assert wish is not None
    leaving_letters.wishes_to_leave(mentor, wish, entry.pk)
    return wish


@transaction.atomic
def stay(mentor: Mentor, *, by: User | None) -> None:
    """She stays after all. Without a wish to leave, nothing changes."""
    if wish_of(mentor) is not None:
        history.record(STAY, mentor, by=by, organisation=mentor.organisation)


@transaction.atomic
def leave_mentor(
    mentor: Mentor,
    *,
    handings: Sequence[Handing],
    cancelled: Collection[int] = (),
    last_day: date | None = None,
    by: User | None,
) -> Left:
    """She accompanies nobody here any more, and her role ends. Everybody is told by one letter.

    For each of her pairs: the mentor who follows has a new pair, with what she had still to do and each session ahead
    at its time (but those `cancelled`); without one, the sessions are cancelled and what she had to do is dropped. A
    group session ahead is cancelled for all who are invited, whoever follows. What has begun stays hers to log, from
    her letter. Her openings, absences and times put forward are closed.
    Refused as a whole, and nothing changes, when a pair is not decided upon, when a mentor who follows is full, on a
    break, in conflict or taken at one of the times, when the last day is to come or over 60 days ago, or when she has
    left already.
    """
    _hold(mentor, [one.to for one in handings if one.to])
    pairs = _held_pairs(mentor)
    role = Membership.objects.active().filter(
        user=mentor.user_id, organisation=mentor.organisation_id, role=Membership.Role.MENTOR
    )
    membership = role.select_for_update(no_key=True).order_by("pk").first()
    if membership is None and not pairs:
        raise Refused(_("%(mentor)s has left already: nothing was done twice.") % {"mentor": mentor})
    day = _checked(mentor, last_day)
    wanted = {one.pair: one for one in handings}
    _withdraw_proposed(pairs, by=by)
    gathered = _cancel_gatherings(mentor, by=by)
    handed = [
        _hand_over(pair, _decided(wanted, pair), set(cancelled), day, gathered, by=by)
        for pair in pairs
        if pair.state == Mentorship.State.ACTIVE
    ]
    _close_agenda(mentor, by=by)
    entry = history.record("leave_mentor", mentor, by=by, organisation=mentor.organisation, last_day=day)
    to_log = _to_log(mentor)
    leaving_letters.mentor_left(mentor, handed, to_log, entry.pk)
    if membership is not None:
        accounts.end_role(membership, by=by)
    return Left(mentor, handed, to_log)


def _hold(mentor: Mentor, others: Sequence[Mentor]) -> None:
    """The mentors, then their calendars: held in one order, so that two who act at once wait for each other."""
    keys = {mentor.pk, *(one.pk for one in others)}
    rows = Mentor.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    held = list(rows.values_list("user"))
    people = {person for (person,) in held}
    people |= set(mentor.mentorships.live().order_by().values_list("journey__holder__user", flat=True))
    hold_users(people)


def _held_pairs(mentor: Mentor) -> list[Mentorship]:
    rows = mentor.mentorships.live().select_for_update(of=("self",), no_key=True)
    return list(
        rows.select_related(
            "mentor__user", "mentor__organisation", "journey__holder__user", "journey__project",
            "journey__programme__organisation",
        ).order_by("pk")
    )  # fmt: skip


def _checked(mentor: Mentor, last_day: date | None) -> date:
    today = clock.today(mentor.organisation.time_zone)
    day = last_day or today
    if day > today:
        raise Refused(
            _("Everything changes as soon as you press: come back on that day, or choose today."), field="last_day"
        )
    if day < today - EARLIEST:
        raise Refused(_("The last day is at most 60 days ago."), field="last_day")
    return day


def _decided(wanted: dict[int, Handing], pair: Mentorship) -> Handing:
    if pair.pk not in wanted:
        raise Refused(
            _("%(holder)s was entrusted to this mentor in the meantime: say who follows.")
            % {"holder": pair.journey.holder},
            field=f"to_{pair.pk}",
        )
    return wanted[pair.pk]


def _withdraw_proposed(pairs: Sequence[Mentorship], *, by: User | None) -> None:
    """What was only proposed has nothing to hand over."""
    for pair in pairs:
        if pair.state != Mentorship.State.ACTIVE:
            end_mentorship(pair, reason=Mentorship.EndReason.WITHDRAWN, by=by)


def _cancel_gatherings(mentor: Mentor, *, by: User | None) -> list[Session]:
    """Her meetings of several ahead: each is off whole, by one notice to all, instead of losing them one by one."""
    ahead = Session.objects.filter(
        gathering__mentor=mentor, state=Session.State.PLANNED, starts_at__gt=clock.now()
    ).order_by("starts_at", "pk")
    rows = list(ahead.select_related("gathering__mentor__organisation", "gathering__mentor__user"))
    meetings = {one.gathering_id: one.gathering for one in rows}
    for gathering in meetings.values():
        assert gathering is not None
        cancel_gathering(gathering, reason=_said(mentor), by=by)
    return list(Session.objects.filter(pk__in=[one.pk for one in rows]).order_by("starts_at", "pk"))


def _said(mentor: Mentor) -> str:
    return _("%(mentor)s no longer accompanies people here.") % {"mentor": mentor}


def _hand_over(
    pair: Mentorship, handing: Handing, dropped: set[int], day: date, gathered: Sequence[Session], *, by: User | None
) -> Handed:
    """One pair, as decided."""
    if words := handing.words.strip():
        pair.handover = words
        pair.save(update_fields=["handover"])
    ahead = _ahead(pair)
    moved = [one for one in ahead if handing.to and one.pk not in dropped]
    gone = [one for one in ahead if one not in moved]
    for session in gone:
        cancel_session(session, reason=_said(pair.mentor), for_mentor=True, by=by)
    gone += [one for one in gathered if one.mentorship_id == pair.pk]
    end_mentorship(
        pair, reason=Mentorship.EndReason.MENTOR_LEFT, by=by, on=max(day, pair.started_on or day),
        keeps=[one.pk for one in moved], tells=False,
    )  # fmt: skip
    new = _follow(pair, handing, by=by) if handing.to else None
    for session in moved:
        assert new is not None
        _pass_on(session, new, by=by)
    to = new.mentor.user if new else None
    tasks = journeys.hand_over_commitments(pair.journey, pair.mentor.user, to=to, by=by)
    passed, closed = (tasks, []) if new else ([], tasks)
    return Handed(pair, new, handing.ends, moved, gone, passed, closed)


def _ahead(pair: Mentorship) -> list[Session]:
    rows = pair.sessions.filter(state=Session.State.PLANNED, starts_at__gt=clock.now()).order_by("starts_at", "pk")
    rows = rows.select_for_update(of=("self",), no_key=True)
    return list(rows.select_related("mentorship__mentor__user", "mentorship__journey__holder__user", "step"))


def _follow(pair: Mentorship, handing: Handing, *, by: User | None) -> Mentorship:
    """The pair that follows, refused beside the choice it comes from."""
    assert handing.to is not None
    if handing.to.pk == pair.mentor_id:
        raise Refused(_("This is the mentor who leaves."), field=f"to_{pair.pk}")
    try:
        new = pair_mentor(pair.journey, handing.to, by=by, is_primary=pair.is_primary, tells=False)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=f"to_{pair.pk}") from None
    new.follows = pair
    new.save(update_fields=["follows"])
    return new


def _pass_on(session: Session, new: Mentorship, *, by: User | None) -> None:
    """The same date with the mentor who follows: the holder is told of the change, the leaver's calendar is freed."""
    if words := clash([new.mentor.user], session.starts_at, session.ends_at, by=by, but=session):
        raise Refused(words, field=f"session_{session.pk}")
    was = session.mentorship
    session.mentorship, session.opening = new, None
    session.log_asked_at = session.briefed_at = None
    session.save(update_fields=["mentorship", "opening", "log_asked_at", "briefed_at"])
    accounts.revoke_links(session, purpose=letters.LOG_PURPOSE)
    history.record("hand_over_session", session, by=by, organisation=was.mentor.organisation, was=was.pk)
    letters.hand_over_invitation(session, by=by)


def _close_agenda(mentor: Mentor, *, by: User | None) -> None:
    """Nothing can be booked with her any more."""
    for opening in Opening.objects.filter(mentor=mentor, ended_at=None).select_related("mentor__organisation"):
        end_opening(opening, by=by)
    ahead = Absence.objects.filter(mentor=mentor, ends_on__gte=clock.today(mentor.organisation.time_zone))
    for absence in ahead.select_related("mentor__organisation"):
        lift_absence(absence, by=by)


def _to_log(mentor: Mentor) -> list[Session]:
    """What has begun and nobody has logged: asked in her last letter, once."""
    rows = Session.objects.filter(
        mentorship__mentor=mentor, state=Session.State.PLANNED, starts_at__lte=clock.now(),
        starts_at__gt=clock.now() - timedelta(days=letters.LOG_DAYS),
    )  # fmt: skip
    rows.filter(log_asked_at=None).update(log_asked_at=clock.now())
    return list(rows.select_related("mentorship__journey__holder__user").order_by("-starts_at", "-pk"))
