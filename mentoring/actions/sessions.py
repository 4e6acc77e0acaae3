"""Sessions: planned, moved, cancelled, each with its invite; and what they mean for the mentoring step."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.web import reading
from journeys import actions as journeys
from journeys.models import Step
from mentoring.actions import gathering_letters, letters
from mentoring.actions.asks import drop_asks
from mentoring.actions.holds import hold_people, still_active
from mentoring.models import Mentor, Mentorship, Session, SessionQuerySet
from mentoring.models.sessions import LONGEST, SHORTEST
from mentoring.queries.busy import clash
from mentoring.queries.steps import mentoring_step, usual_minutes
from mentoring.queries.terms import meets_at

FARTHEST = timedelta(days=2 * 366)
ASKED_OF_A_TIME = ("log_asked_at", "log_reminded_at", "question_asked_at", "briefed_at")
"""What the letters of one appointment leave on it: at another time, each is written anew."""


@transaction.atomic
def plan_session(
    pair: Mentorship,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    medium: str = Session.Medium.IN_PERSON,
    place: str = "",
    url: str = "",
    agenda: str = "",
    step: Step | None = None,
    series: tuple[int, int] | None = None,
    by: User | None,
) -> Session:
    """A session of `minutes` (by default that of the mentoring step) stands in both calendars, both told by letter.

    The mentoring step becomes scheduled. A video session without its link meets in the mentor's own room, else in a
    new one of the organisation's. `series`: its place among so many planned together.

    Refused when the pair is not active, the start is past, the length is not 5 to 600
    minutes, no link is known, or one of the two already has something then (named to whoever may know it).
    """
    if pair.state != Mentorship.State.ACTIVE:
        raise Refused(_("This mentorship has ended: no session can be planned any more."))
    step = step or mentoring_step(pair.journey)
    minutes = usual_minutes(step) if minutes is None else minutes
    ends_at = end_of(starts_at, minutes)
    check_time(starts_at, minutes)
    _check_free(pair, starts_at, ends_at, by=by)
    if still_active([pair]) != [pair.pk]:
        raise Refused(_("This mentorship has ended: no session can be planned any more."))
    url = meeting_url(pair.mentor, medium, url)
    session = Session.objects.create(
        mentorship=pair,
        step=step,
        starts_at=starts_at,
        ends_at=ends_at,
        medium=medium,
        place=place.strip(),
        url=url,
        agenda=agenda.strip(),
        series_place=series and series[0],
        series_size=series and series[1],
        planned_by=by,
    )
    settle_step(session, by=by)
    history.record("plan_session", session, by=by, organisation=pair.journey.programme.organisation)
    letters.invite_to_session(session, by=by)
    return session


@transaction.atomic
def move_session(
    session: Session,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    medium: str | None = None,
    place: str | None = None,
    url: str | None = None,
    agenda: str | None = None,
    by: User | None,
) -> Session:
    """The same event at its new time or place: both calendars are updated, the letter says the old and the new.

    What is not given stays. Nothing goes out when nothing changes. Refused as for planning, or once it is no longer
    planned, or another mentor has it meanwhile.
    """
    hold_people(session.mentorship)
    claim(session)
    if session.gathering_id:
        raise Refused(_("This session is one of a group: move the group session."))
    was = session.starts_at
    minutes = session.minutes if minutes is None else minutes
    ends_at = end_of(starts_at, minutes)
    if medium is not None and url is not None:
        url = meeting_url(session.mentorship.mentor, medium, url)
    given = {"medium": medium, "place": place, "url": url, "agenda": agenda, "starts_at": starts_at, "ends_at": ends_at}
    wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    changed = {name: value for name, value in wanted.items() if getattr(session, name) != value}
    if not changed:
        return session
    if {"starts_at", "ends_at"} & set(changed):
        check_time(starts_at, minutes)
        _check_free(session.mentorship, starts_at, ends_at, by=by, but=session)
        changed |= dict.fromkeys(ASKED_OF_A_TIME)
        drop_wishes(session, by=by)
        accounts.revoke_links(session, purpose=letters.LOG_PURPOSE)
    for name, value in changed.items():
        setattr(session, name, value)
    session.save(update_fields=list(changed))
    organisation = session.mentorship.journey.programme.organisation
    history.record("move_session", session, by=by, organisation=organisation, was=was, fields=sorted(changed))
    drop_asks([session])
    letters.move_invitation(session, by=by)
    return session


@transaction.atomic
def cancel_session(session: Session, *, reason: str, for_mentor: bool, by: User | None) -> Session:
    """The session is off: it leaves both calendars, the letter says why, the step is no longer scheduled by it.

    `for_mentor`: on whose side the reason lies (the mentor's, else the holder's). Refused without a reason, once it
    has begun, or when it is no longer planned.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why: the other person will read it."), field="reason")
    if session.has_begun:
        raise Refused(_("This session has begun: say in its log what became of it."))
    to = Session.State.CANCELLED_BY_MENTOR if for_mentor else Session.State.CANCELLED_BY_HOLDER
    move(session, to, stamps={"cancelled_at": clock.now(), "cancel_reason": reason.strip()[:240]})
    drop_wishes(session, by=by)
    settle_step(session, by=by)
    organisation = session.mentorship.journey.programme.organisation
    drop_asks([session])
    history.record("cancel_session", session, by=by, organisation=organisation, reason=reason)
    if session.gathering_id:
        gathering_letters.take_off(session, by=by)
    else:
        letters.cancel_invitation(session, by=by)
    return session


def settle_step(session: Session, *, by: User | None, reopen: bool = False) -> None:
    """The mentoring step says what its sessions say: enough held is done, some is in progress, one ahead is scheduled.

    A waived or abandoned step stays so; one that is done too, unless `reopen`.
    """
    if session.step_id is None:
        return
    step = Step.objects.select_related("journey__programme__organisation").get(pk=session.step_id)
    if step.state in (Step.State.WAIVED, Step.State.ABANDONED):
        return
    sessions = Session.objects.filter(step=step)
    held = sessions.filter(state=Session.State.HELD).order_by("held_at").values_list("held_at", "starts_at")
    if len(held) >= max(1, step.occurrences):
        held_at, starts_at = list(held)[-1]
        journeys.advance_step(step, Step.State.DONE, on=reading.as_day(held_at or starts_at), by=by)
    elif step.state != Step.State.DONE or reopen:
        journeys.advance_step(step, _state_of(len(held), sessions), by=by)


def _state_of(held: int, sessions: SessionQuerySet) -> Step.State:
    if held:
        return Step.State.IN_PROGRESS
    ahead = sessions.filter(state=Session.State.PLANNED).exists()
    return Step.State.SCHEDULED if ahead else Step.State.PLANNED


def claim(session: Session) -> None:
    """Hold the row, as it stands now, until the end of the transaction. Hold its people first (`hold_people`).

    Refused when it is no longer planned, or when another mentor has it meanwhile.
    """
    now = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if now.state != Session.State.PLANNED:
        session.state = now.state
        raise Refused(
            _("This session can’t be moved any more: it is now “%(state)s”.") % {"state": session.get_state_display()}
        )
    if now.mentorship_id != session.mentorship_id:
        raise Refused(_("Another mentor has this session meanwhile. Reload the page to see how it stands now."))
    for name in ("starts_at", "ends_at", "medium", "place", "url", "agenda"):
        setattr(session, name, getattr(now, name))


def drop_wishes(session: Session, *, by: User | None) -> None:
    """It is at another time now, or off: nobody has to answer what was wished for it."""
    session.wishes.open().update(state="withdrawn", answered_at=clock.now(), answered_by=by)


def end_of(starts_at: datetime, minutes: int) -> datetime:
    """`minutes` later. Counted in UTC: on the wall clock, the night the hour changes would be an hour off."""
    return starts_at.astimezone(UTC) + timedelta(minutes=minutes)


def meeting_url(mentor: Mentor, medium: str, url: str) -> str:
    """The link as given, else a room for a video. Refused when it is a video and no room is known."""
    found = meets_at(mentor, medium, url)
    if medium == Session.Medium.VIDEO and not found:
        raise Refused(_("Give the link at which you meet."), field="url")
    return found


def check_minutes(minutes: int) -> None:
    """Refused outside 5 to 600 minutes."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(_("A session lasts from 5 minutes to 10 hours."), field="minutes")


def check_time(starts_at: datetime, minutes: int) -> None:
    """Refused in the past, more than two years away, and for a length outside its bounds."""
    check_minutes(minutes)
    if starts_at <= clock.now():
        raise Refused(_("This moment is past: choose one that is still to come."), field="day")
    if starts_at > clock.now() + FARTHEST:
        raise Refused(_("That is more than two years away: check the year."), field="day")


def _check_free(
    pair: Mentorship, starts_at: datetime, ends_at: datetime, *, by: User | None, but: Session | None = None
) -> None:
    """Refused when either person has something else then (it is named to its own). Both rows are held while we look."""
    hold_people(pair)
    people = [pair.mentor.user, pair.journey.holder.user]
    if taken := clash(people, starts_at, ends_at, by=by, but=but):
        raise Refused(taken, field="time")
