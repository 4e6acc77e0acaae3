"""Who may see what stands in the calendars."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import User
    from backend.calendars.models import Feed, InviteAnswer, InviteAttendee, OwnCalendar


def visible_invites(user: "User") -> Q:
    """What one is invited to, and for a lead what her organisation has planned."""
    return Q(attendees__user=user.pk, attendees__removed_at=None) | Q(organisation__in=user.organisation_ids("lead"))


def visible_feeds(user: "User") -> Q:
    """One's own addresses, while they give something."""
    return Q(user=user.pk, closed_at=None)


def may_open_feed(user: "User", owner: "User") -> bool:
    """Of one's own calendar only."""
    return user.pk == owner.pk


def may_update_feed(user: "User", feed: "Feed") -> bool:
    """One's own."""
    return feed.user_id == user.pk


def may_renew_feed(user: "User", feed: "Feed") -> bool:
    """One's own."""
    return feed.user_id == user.pk


def may_close_feed(user: "User", feed: "Feed") -> bool:
    """One's own."""
    return feed.user_id == user.pk


def visible_calendars(user: "User") -> Q:
    """One's own, until they are disconnected: nobody else is told that they exist."""
    return Q(user=user.pk, state__in=["choosing", "kept", "stopped"])


def may_connect_calendar(user: "User", owner: "User") -> bool:
    """For one's own dates only."""
    return user.pk == owner.pk


def may_choose_calendar(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_search_calendars(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_renew_calendar_password(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_retry_calendar(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_update_calendar(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_disconnect_calendar(user: "User", calendar: "OwnCalendar") -> bool:
    """One's own."""
    return calendar.user_id == user.pk


def may_answer_invite(user: "User", person: "InviteAttendee") -> bool:
    """For oneself only."""
    return person.user_id == user.pk


def may_confirm_answer(user: "User", answer: "InviteAnswer") -> bool:
    """The person in whose name it came, from the link in her letter."""
    return answer.attendee is not None and answer.attendee.user_id == user.pk


def may_disown_answer(user: "User", answer: "InviteAnswer") -> bool:
    """The person in whose name it came, from the link in her letter."""
    return may_confirm_answer(user, answer)
