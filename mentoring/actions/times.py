"""Times put forward by one of the two: the other takes one and it is a session, or answers in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars import actions as calendars
from backend.calendars.queries import open_wish
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from mentoring.actions import time_letters
from mentoring.actions.holds import hold_people
from mentoring.actions.sessions import (
    check_minutes,
    check_time,
    claim,
    end_of,
    meeting_url,
    move_session,
    plan_session,
)
from mentoring.models import Mentorship, ProposedTime, Session, Side, TimeProposal
from mentoring.queries.busy import diary_of
from mentoring.queries.steps import mentoring_step, usual_minutes
from mentoring.queries.times import from_whom

WORDS_STAND = timedelta(days=30)
"""How long an ask without times waits for its answer."""


@transaction.atomic
def prefer_way(pair: Mentorship, *, way: str, by: User | None) -> Mentorship:
    """How these two would rather find a time: it comes first where they look for one. Nothing else is closed.

    The latest word of the two stands. Refused when the pair is not under way.
    """
    if pair.state != Mentorship.State.ACTIVE:
        raise Refused(_("This mentorship is not under way."))
    if pair.finds_time_by != way:
        pair.finds_time_by = way
        pair.save(update_fields=["finds_time_by"])
        history.record("prefer_way", pair, by=by, organisation=pair.journey.programme.organisation, way=way)
    return pair


@transaction.atomic
def propose_times(
    pair: Mentorship,
    *,
    side: str,
    times: Sequence[datetime | None],
    minutes: int | None = None,
    medium: str = Session.Medium.IN_PERSON,
    place: str = "",
    url: str = "",
    agenda: str = "",
    by: User | None,
) -> TimeProposal:
    """Up to five times stand open for the other of the two, told by a letter whose link takes one without signing in.

    They replace what this side had put forward (withdrawn), and answer what the other had (none suited). The holder
    may ask in words alone (`agenda`). Refused when the pair is not active, without a time or a word, for more than
    five, for one that could not be planned (past, too far, somebody has something then), and for a bad length. Each
    time stands in the row in which it was typed (None for an empty one), so that a refusal names it.
    """
    hold_people(pair)
    if Mentorship.objects.values_list("state", flat=True).get(pk=pair.pk) != Mentorship.State.ACTIVE:
        raise Refused(_("This mentorship is not under way: no time can be put forward."))
    minutes = usual_minutes(mentoring_step(pair.journey)) if minutes is None else minutes
    check_minutes(minutes)
    moments = _checked(pair, times, minutes, by=by)
    if not moments and (side == Side.MENTOR or not agenda.strip()):
        raise Refused(_("Give at least one time."), field="first")
    if side == Side.MENTOR:
        meeting_url(pair.mentor, medium, url)  # refused now rather than when a time is taken
    facts: dict[str, Any] = {"minutes": minutes, "medium": medium, "place": place.strip(), "url": url}
    return _put_forward(pair, side, moments, by=by, agenda=agenda, **facts)


@transaction.atomic
def wish_move(
    session: Session, *, side: str, starts_at: datetime, minutes: int, words: str = "", by: User | None
) -> TimeProposal:
    """The other of the two reads that this side would rather have the session then, and moves it there in one tap.

    The session stands until then. It replaces what this side wished before for this session, and answers what the other
    did. Refused when the session is not planned or is one of a group, when the pair is not active, and for a time to
    which the session could not be moved.
    """
    pair = session.mentorship
    hold_people(pair)
    claim(session)
    if session.gathering_id or pair.state != Mentorship.State.ACTIVE:
        raise Refused(_("This session can’t be moved by one of you alone."))
    check_minutes(minutes)
    moments = _checked(pair, [starts_at], minutes, by=by, but=session)
    facts: dict[str, Any] = {"minutes": minutes, "medium": session.medium, "place": session.place, "url": session.url}
    return _put_forward(pair, side, moments, by=by, agenda=words, moves=session, **facts)


def _put_forward(
    pair: Mentorship, side: str, moments: Sequence[datetime], *, by: User | None, agenda: str,
    moves: Session | None = None, **facts: Any,
) -> TimeProposal:  # fmt: skip
    """They stand open, and the other of the two is told."""
    for standing in pair.proposals.open().filter(moves=moves).order_by("pk"):
        to = TimeProposal.State.WITHDRAWN if standing.side == side else TimeProposal.State.DECLINED
        move(standing, to, stamps={"answered_at": clock.now(), "answered_by": by})
    proposal = TimeProposal.objects.create(
        mentorship=pair, side=side, made_by=by, agenda=agenda.strip()[:240], moves=moves, **facts
    )
    ProposedTime.objects.bulk_create(ProposedTime(proposal=proposal, starts_at=one) for one in moments)
    organisation = pair.journey.programme.organisation
    history.record("propose_times", proposal, by=by, organisation=organisation, count=len(moments))
    time_letters.times_put_forward(proposal)
    return proposal


def _checked(
    pair: Mentorship, times: Sequence[datetime | None], minutes: int, *, by: User | None, but: Session | None = None
) -> list[datetime]:
    moments = sorted({one for one in times if one})
    if len(moments) > TimeProposal.MOST:
        raise Refused(_("At most %(most)s times at once.") % {"most": TimeProposal.MOST}, field="first")
    for moment in moments:
        try:
            check_time(moment, minutes)
        except Refused as refusal:
            raise Refused(refusal.sentence, field=_row_of(times, moment)) from None
    rows = [(one, end_of(one, minutes)) for one in moments]
    diary = diary_of(pair, rows, by=by, but=but) if rows else None
    for starts_at, ends_at in rows:
        if taken := diary and diary.clash(starts_at, ends_at):
            raise Refused(taken, field=_row_of(times, starts_at))
    return moments


ROWS = ("first", "second", "third", "fourth", "fifth")


def _row_of(times: Sequence[datetime | None], moment: datetime) -> str:
    """The field in which it was typed."""
    return ROWS[list(times).index(moment)]


@transaction.atomic
def take_time(time: ProposedTime, *, by: User | None) -> Session:
    """The session is planned at this time (or moved to it, if it stands): both calendars, both told. The other times
    are no longer offered.

    However many take at once, or while it is withdrawn: one act wins and the others read why not. Refused as for
    planning (the clash is named), once the times have an answer, or when this one has passed.
    """
    hold_people(time.proposal.mentorship)
    if time.proposal.moves:
        claim(time.proposal.moves)
    proposal = TimeProposal.objects.select_related(
        "moves__mentorship__mentor__user", "moves__mentorship__journey__programme__organisation",
        "mentorship__mentor__user", "mentorship__mentor__organisation", "mentorship__journey__holder__user",
        "mentorship__journey__programme__organisation",
    ).get(pk=time.proposal_id)  # fmt: skip
    check_open(proposal)
    if time.starts_at <= clock.now():
        raise Refused(_("This time has passed: take another one, or say that none suits."))
    session = _at_this_time(proposal, time.starts_at, by=by)
    organisation = proposal.mentorship.journey.programme.organisation
    history.record("take_time", proposal, by=by, organisation=organisation, session=session.pk)
    return session


def _at_this_time(proposal: TimeProposal, starts_at: datetime, *, by: User | None) -> Session:
    """The session that comes of it, and the proposal taken."""
    stamps: dict[str, Any] = {"answered_at": clock.now(), "answered_by": by}
    if proposal.moves:
        move(proposal, TimeProposal.State.TAKEN, stamps=stamps)  # first: with the move all other wishes fall
        return move_session(proposal.moves, starts_at=starts_at, minutes=proposal.minutes, by=by)
    facts = {name: getattr(proposal, name) for name in ("minutes", "medium", "place", "url", "agenda")}
    session = plan_session(proposal.mentorship, starts_at=starts_at, by=by, **facts)
    move(proposal, TimeProposal.State.TAKEN, stamps=stamps | {"session": session})
    return session


@transaction.atomic
def decline_times(proposal: TimeProposal, *, words: str = "", by: User | None) -> TimeProposal:
    """None suits: whoever put them forward reads it, with these words, and may put others forward.

    Refused once the times have an answer.
    """
    hold_people(proposal.mentorship)
    list(Session.objects.select_for_update(no_key=True, of=("self",)).filter(wishes=proposal).order_by("pk"))
    proposal.refresh_from_db(fields=["state"])
    check_open(proposal)
    stamps = {"answered_at": clock.now(), "answered_by": by, "answer": words.strip()[:240]}
    move(proposal, TimeProposal.State.DECLINED, stamps=stamps)
    organisation = proposal.mentorship.journey.programme.organisation
    history.record("decline_times", proposal, by=by, organisation=organisation)
    wish = open_wish(proposal.moves, from_whom(proposal)) if proposal.moves else None
    if wish:
        calendars.decline_wish(wish, words=proposal.answer, by=by)
    else:
        time_letters.times_declined(proposal)
    return proposal


@transaction.atomic
def withdraw_times(proposal: TimeProposal, *, by: User | None) -> TimeProposal:
    """They are no longer offered; the link in the letter says so. Refused once they have an answer."""
    hold_people(proposal.mentorship)
    proposal.refresh_from_db(fields=["state"])
    check_open(proposal)
    move(proposal, TimeProposal.State.WITHDRAWN, stamps={"answered_at": clock.now(), "answered_by": by})
    organisation = proposal.mentorship.journey.programme.organisation
    history.record("withdraw_times", proposal, by=by, organisation=organisation)
    return proposal


def withdraw_times_of(pair: Mentorship, *, by: User | None) -> int:
    """With the end of a pair: nothing that was put forward stands any more; how many there were."""
    stamps = {"state": TimeProposal.State.WITHDRAWN, "answered_at": clock.now(), "answered_by": by}
    return pair.proposals.open().update(**stamps)


@transaction.atomic
def expire_times(proposal: TimeProposal) -> bool:
    """All of its times have passed without an answer (or, for words alone, a month): True when done by this call."""
    if proposal.times.filter(starts_at__gt=clock.now()).exists():
        return False
    if not proposal.times.exists() and proposal.created_at > clock.now() - WORDS_STAND:
        return False
    stamps = {"state": TimeProposal.State.EXPIRED, "answered_at": clock.now()}
    return bool(TimeProposal.objects.open().filter(pk=proposal.pk).update(**stamps))


def check_open(proposal: TimeProposal) -> None:
    """Refused, with the sentence that says how the times stand, once they are no longer open."""
    said = {
        TimeProposal.State.TAKEN.value: _("A time has already been taken: the session stands in both calendars."),
        TimeProposal.State.DECLINED.value: _("These times have had their answer: none suited."),
        TimeProposal.State.WITHDRAWN.value: _("These times have been withdrawn meanwhile: nothing was planned."),
        TimeProposal.State.EXPIRED.value: _("These times have all passed."),
    }
    if proposal.state in said:
        raise Refused(said[proposal.state])
