"""A mentor leaves: who follows, what becomes of each date, what she still had to do; decided together, told once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Commitment, Journey
from mentoring.actions import leaving_letters, letters
from mentoring.actions.holds import hold_mentor, hold_mentors, hold_users
from mentoring.actions.leaving_meetings import (
    Meeting,
    ahead_of,
    cancel_meetings,
    meetings_of,
    pass_meeting,
    pass_session,
    said_of,
)
from mentoring.actions.mentorships import end_mentorship, let_go, pair_mentor
from mentoring.actions.openings import end_opening, lift_absence
from mentoring.actions.proposals import propose_mentor
from mentoring.actions.sessions import cancel_session
from mentoring.models import Absence, Mentor, Mentorship, Opening, Session
from mentoring.queries.leaving import STAY, WISH, Wish, wish_of

EARLIEST, FARTHEST = timedelta(days=60), timedelta(days=2 * 366)


@dataclass(frozen=True)
class Handing:
    """What a lead decides about one pair: the mentor who follows, nobody yet, or (`ends`) nobody at all."""

    pair: int
    to: Mentor | None = None
    asks: bool = False
    """She and the holder are asked first: the pair that follows is only proposed."""
    ends: bool = False
    words: str = ""

    @property
    def at_once(self) -> Mentor | None:
        """Who follows from today, without being asked."""
        return None if self.asks else self.to


@dataclass(frozen=True)
class Handed:
    """What became of one pair: `new` follows, or `asked` is proposed."""

    pair: Mentorship
    new: Mentorship | None
    asked: Mentorship | None
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

    @property
    def next(self) -> Mentor | None:
        """Who follows, or is asked to."""
        found = self.new or self.asked
        return found.mentor if found else None

    @property
    def words(self) -> str:
        """In one line, without what there is none of."""
        if self.new:
            first = _("%(mentor)s follows") % {"mentor": self.next}
        elif self.asked:
            first = _("%(mentor)s and the holder are asked first") % {"mentor": self.next}
        else:
            first = _("the mentoring ends here") if self.ends else _("waits for a mentor")
        counted = [
            (len(self.moved), ngettext("%(count)s date kept", "%(count)s dates kept", len(self.moved))),
            (
                len(self.cancelled),
                ngettext("%(count)s date cancelled", "%(count)s dates cancelled", len(self.cancelled)),
            ),
            (
                len(self.passed),
                ngettext("%(count)s commitment passed on", "%(count)s commitments passed on", len(self.passed)),
            ),
            (
                len(self.closed),
                ngettext("%(count)s commitment closed", "%(count)s commitments closed", len(self.closed)),
            ),
        ]
        return " · ".join([first, *(words % {"count": count} for count, words in counted if count)])


@dataclass(frozen=True)
class Left:
    """What became of all of them, of what was only proposed, and of the sessions that she has still to log."""

    mentor: Mentor
    handed: list[Handed]
    withdrawn: list[Mentorship]
    to_log: list[Session]


@dataclass(frozen=True)
class Letters:
    """How many letters somebody would get, and how many messages that only put her calendar right."""

    name: str
    words: int
    dates: int


@dataclass(frozen=True)
class Look:
    """What leaving would do with these choices, down to the letter."""

    left: Left
    letters: list[Letters]


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
    gatherings: Mapping[int, Mentor] | None = None,
    last_day: date | None = None,
    by: User | None,
) -> Left:
    """She accompanies nobody here any more, and her role ends. Everybody is told by one letter.

    For each of her pairs: the mentor who follows has a new pair, with what she had still to do and each session ahead
    at its time (but those `cancelled`); when both are asked first, a pair is proposed, and as without anybody the
    sessions are cancelled and what she had to do is dropped. `gatherings`: {group session ahead: the mentor who takes
    it}, with those who go on with her; the others are cancelled for all who are invited. What has begun stays hers to
    log, from her letter. What was only proposed with her is withdrawn; her openings, absences and times put forward are
    closed.
    Refused as a whole, and nothing changes, when a pair is not decided upon, when a mentor who follows is full, on a
    break, in conflict or taken at one of the times, when nobody of a group session goes on with the mentor who is to
    take it, when the last day is to come or over 60 days ago, or when she has left already.
    """
    gatherings = gatherings or {}
    membership = _hold(mentor, [*(one.to for one in handings if one.to), *gatherings.values()])
    pairs = _held_pairs(mentor)
    if membership is None and not pairs:
        raise Refused(_("%(mentor)s has left already: nothing was done twice.") % {"mentor": mentor})
    day = _checked(mentor, last_day)
    wanted = {one.pair: one for one in handings}
    chosen = [(pair, _decided(wanted, pair)) for pair in pairs if pair.state == Mentorship.State.ACTIVE]
    withdrawn = _withdraw_proposed(mentor, pairs, by=by)
    follows = {pair.pk: one.at_once.pk for pair, one in chosen if one.at_once}
    ahead = ahead_of(mentor)
    meetings = meetings_of(ahead, gatherings, follows)
    cancel_meetings(meetings, mentor, by=by)
    handed = [_hand_over(pair, one, ahead.get(pair.pk, []), set(cancelled), day, by=by) for pair, one in chosen]
    _settle_meetings(meetings, handed, mentor, by=by)
    _close_agenda(mentor, by=by)
    entry = history.record("leave_mentor", mentor, by=by, organisation=mentor.organisation, last_day=day)
    left = Left(mentor, handed, withdrawn, _to_log(mentor))
    leaving_letters.mentor_left(left, entry.pk)
    if membership is not None:
        accounts.end_role(membership, by=by)
    return left


@transaction.atomic
def look_at_leaving(mentor: Mentor, *, by: User | None, **choices: Any) -> Look:
    """What `leave_mentor` would do with the same `choices`, refusals included: it is done, read, and taken back whole.

    No row stays and no letter leaves. New pairs it names do not exist.
    """
    last = Email.objects.order_by("pk").last()
    before = last.pk if last else 0
    with transaction.atomic():
        left = leave_mentor(mentor, by=by, **choices)
        written = list(Email.objects.filter(pk__gt=before).order_by("pk").select_related("to_user"))
        transaction.set_rollback(True)
    others = set(Email.objects.filter(pk__gt=before).order_by().values_list("pk", flat=True))  # somebody else's
    by_address: dict[str, list[Email]] = {}
    for email in written:
        if email.pk not in others:
            by_address.setdefault(email.to_address, []).append(email)
    letters = []
    for address, rows in by_address.items():
        dates = sum(one.method != "" for one in rows)
        letters.append(Letters(str(rows[0].to_user or address), len(rows) - dates, dates))
    return Look(left, letters)


@transaction.atomic
def check_handed_over(membership: Membership) -> None:
    """Refused while anybody is entrusted to her, or a session of hers is ahead: the sentence says where to decide.

    Her openings and absences are closed with her role, which ends elsewhere.
    """
    rows = Mentor.objects.filter(user=membership.user_id, organisation=membership.organisation_id)
    mentor = rows.select_related("user", "organisation").first()
    if mentor is None:
        return
    hold_mentor(mentor)
    ahead = Session.objects.filter(mentorship__mentor=mentor, state=Session.State.PLANNED, starts_at__gt=clock.now())
    if mentor.mentorships.live().exists() or ahead.exists():
        url = settings.SITE_URL + reverse("mentoring:mentor_leave", args=[mentor.pk])
        words = _("%(mentor)s still accompanies people here: say first who follows, on %(url)s")
        raise Refused(words % {"mentor": mentor, "url": url}, leave=url)
    _close_agenda(mentor, by=None)


def _hold(mentor: Mentor, others: Sequence[Mentor]) -> Membership | None:
    """Her role, if it has not ended; with it the mentors, then their calendars and those of whom she accompanies."""
    role = Membership.objects.active().filter(
        user=mentor.user_id, organisation=mentor.organisation_id, role=Membership.Role.MENTOR
    )
    membership = role.select_for_update(no_key=True).order_by("pk").first()
    people = set(hold_mentors({mentor.pk, *(one.pk for one in others)}))
    journeys_of_hers = mentor.mentorships.live().order_by().values("journey")
    beside = Mentorship.objects.live().filter(journey__in=journeys_of_hers).order_by()
    for pair in beside.values_list("journey__holder__user", "mentor__user"):
        people |= set(pair)
    hold_users(people)
    return membership


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


def _withdraw_proposed(mentor: Mentor, pairs: Sequence[Mentorship], *, by: User | None) -> list[Mentorship]:
    """What was only proposed has nothing to hand over. She, and whom she accompanies, read it in their one letter."""
    active = [one for one in pairs if one.state == Mentorship.State.ACTIVE]
    told = {mentor.user_id, *(one.journey.holder.user_id for one in active)}
    return [
        let_go(one, reason=Mentorship.EndReason.WITHDRAWN, by=by, untold=told) for one in pairs if one not in active
    ]


def _hand_over(
    pair: Mentorship, handing: Handing, ahead: Sequence[Session], dropped: set[int], day: date, *, by: User | None
) -> Handed:
    """One pair, as decided; its meetings of several are settled once all pairs are."""
    if words := handing.words.strip():
        pair.handover = words
        pair.save(update_fields=["handover"])
    alone = [one for one in ahead if one.gathering_id is None]
    moved = [one for one in alone if handing.at_once and one.pk not in dropped]
    gone = [one for one in alone if one not in moved]
    for session in gone:
        cancel_session(session, reason=said_of(pair.mentor), for_mentor=True, by=by)
    end_mentorship(
        pair, reason=Mentorship.EndReason.MENTOR_LEFT, by=by, on=max(day, pair.started_on or day),
        keeps=[one.pk for one in ahead], tells=False,
    )  # fmt: skip
    follower = _follow(pair, handing, by=by) if handing.to else None
    new, asked = (None, follower) if handing.asks else (follower, None)
    for session in moved:
        assert new is not None
        pass_session(session, new, by=by)
    to = new.mentor.user if new else None
    tasks = journeys.hand_over_commitments(pair.journey, pair.mentor.user, to=to, by=by)
    passed, closed = (tasks, []) if new else ([], tasks)
    return Handed(pair, new, asked, handing.ends, moved, gone, passed, closed)


def _follow(pair: Mentorship, handing: Handing, *, by: User | None) -> Mentorship:
    """The pair that follows, begun or proposed; refused beside the choice it comes from."""
    assert handing.to is not None
    if handing.to.pk == pair.mentor_id:
        raise Refused(_("This is the mentor who leaves."), field=f"to_{pair.pk}")
    make = propose_mentor if handing.asks else pair_mentor
    try:
        new = make(pair.journey, handing.to, by=by, is_primary=pair.is_primary, tells=False)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=f"to_{pair.pk}") from None
    new.follows = pair
    new.save(update_fields=["follows"])
    return new


def _settle_meetings(meetings: Sequence[Meeting], handed: Sequence[Handed], mentor: Mentor, *, by: User | None) -> None:
    """Her meetings of several: hers who takes them, with those who go on with her; what became of each is noted."""
    of_pair = {one.pair.pk: one for one in handed}
    news = {pk: one.new for pk, one in of_pair.items() if one.new}
    for meeting in meetings:
        fates = [(of_pair[one.mentorship_id].moved, one) for one in meeting.stays]
        fates += [(of_pair[one.mentorship_id].cancelled, one) for one in meeting.goes]
        if meeting.to is not None:
            pass_meeting(meeting, news, mentor, by=by)
        for fate, session in fates:
            fate.append(session)
            fate.sort(key=lambda one: (one.starts_at, one.pk))


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
    people = rows.select_related("mentorship__journey__holder__user", "gathering__mentor__user")
    return list(people.order_by("-starts_at", "-pk"))
