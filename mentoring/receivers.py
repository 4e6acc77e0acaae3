"""News from journeys."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.accounts.models import Membership, Organisation, User
from backend.accounts.signals import role_ended
from backend.calendars.models import InviteAnswer
from backend.calendars.near import Coming
from backend.calendars.queries import Kind
from backend.calendars.signals import kinds_asked, spared_asked, time_wished
from backend.lib import clock, prepared
from backend.mail.ahead import Ahead
from backend.mail.models import Email, WeeklyLetter
from backend.mail.signals import letters_ahead_asked, reply_came, week_asked
from backend.mail.weekly import Line, Week
from journeys.models import Delivery, Journey
from journeys.queries.holes import Sign
from journeys.queries.letters import Matter
from journeys.queries.links import Act
from journeys.queries.plans import Appointment
from journeys.signals import (
    acts_asked,
    after_confirming_asked,
    confirm_days_asked,
    delivery_corrected,
    journey_ended,
    letters_asked,
    letters_today_asked,
    loose_ends_asked,
    meetings_asked,
    move_asked,
    plans_asked,
    sign_words_asked,
    signs_asked,
    steps_moved,
)
from mentoring import actions, policies
from mentoring.models import Mentorship, Session, Side, Terms
from mentoring.queries.ahead import sessions_ahead
from mentoring.queries.along import appointments
from mentoring.queries.coming import briefed_apart, told_today
from mentoring.queries.letters import letter_matters
from mentoring.queries.openings import pair_to_book
from mentoring.queries.pairs import fit_ask_after, other_of_pair
from mentoring.queries.sessions import last_met
from mentoring.queries.signs import sign_rows, sign_words
from mentoring.queries.weekly import mentoring_lines


@receiver(journey_ended, dispatch_uid="mentoring.end_pairs")
def end_pairs(sender: object, journey: Journey, **kwargs: Any) -> None:
    """The pairs end with the journey."""
    actions.end_mentorships_of(journey)


@receiver(role_ended, dispatch_uid="mentoring.check_handed_over")
def keep_whom_she_accompanies(sender: object, membership: Membership, **kwargs: Any) -> None:
    """No role of a mentor ends before it is decided who follows her."""
    if membership.role == Membership.Role.MENTOR:
        actions.check_handed_over(membership)


@receiver(delivery_corrected, dispatch_uid="mentoring.session_follows_the_ledger")
def follow_the_ledger(sender: object, delivery: Delivery, by: User | None, did_not_happen: bool, **kwargs: Any) -> None:
    """The session behind these hours says what both agreed upon, or what a lead settled, corrected or voided."""
    actions.follow_delivery(delivery, did_not_happen=did_not_happen, by=by)


@receiver(meetings_asked, dispatch_uid="mentoring.last_met")
def tell_meetings(sender: object, journey: Journey, **kwargs: Any) -> dict[int, datetime]:
    """When each mentor last met the holder."""
    return last_met(journey)


@receiver(acts_asked, dispatch_uid="mentoring.acts_on_a_journey")
def offer_acts(sender: object, journey: Journey, user: User, **kwargs: Any) -> list[Act]:
    """On the page of a journey: plan a session with its pair, read the pair, choose or change the mentor."""

    def pairs() -> "QuerySet[Mentorship]":
        found = Mentorship.objects.visible_to(user).live().filter(journey=journey.pk)
        return found.select_related("mentor", "journey__programme", "journey__holder").order_by("-is_primary", "pk")

    rows = prepared.objects(("pairs_of", user.standing, journey.pk), pairs)
    live = sorted(rows, key=lambda one: one.is_waiting)  # a pair under way goes before what is proposed
    pair = live[0] if live else None
    found: list[Act] = []
    if pair and policies.may_plan_session(user, pair):
        url = reverse("mentoring:session_plan", args=[pair.pk])
        found.append(Act(_("Plan a session"), url, "calendar-days", is_main=True))
    if pair and policies.may_find_times(user, pair):
        url = reverse("mentoring:times_find", args=[pair.pk])
        found.append(Act(_("Find a time"), url, "clock"))
    if bookable := pair_to_book(journey, user) if pair else None:
        url = reverse("mentoring:opening_book", args=[bookable.pk])
        found.append(Act(_("Book a session"), url, "calendar-days", is_main=True))
    if pair and pair.is_waiting:
        found.append(Act(_("The pair proposed"), reverse("mentoring:mentorship", args=[pair.pk]), "user-group"))
    elif pair:
        found.append(Act(_("The mentorship"), reverse("mentoring:mentorship", args=[pair.pk]), "user-group"))
    if policies.may_pair_mentor(user, journey):
        label = _("Change the mentor") if pair else _("Choose a mentor")
        found.append(Act(label, reverse("mentoring:mentor_pair", args=[journey.pk]), "user-plus", is_main=pair is None))
    elif pair is None and journey.is_live and policies.may_say_need(user, journey):
        is_own = journey.holder.user_id == user.pk
        label = _("Say what mentor I look for") if is_own else _("Say what mentor is looked for")
        found.append(Act(label, reverse("mentoring:need_say", args=[journey.pk]), "magnifying-glass"))
    return found


@receiver(move_asked, dispatch_uid="mentoring.who_would_get_a_new_invite")
def say_what_would_move(
    sender: object, journey: Journey, shifts: dict[int, int], by: User | None, **kwargs: Any
) -> list[Appointment]:
    """The sessions of these steps that are still to come."""
    return appointments(journey, shifts, by)


@receiver(steps_moved, dispatch_uid="mentoring.move_sessions_along")
def move_sessions(
    sender: object,
    journey: Journey,
    shifts: dict[int, int],
    by: User | None,
    only: dict[str, str] | None = None,
    **kwargs: Any,
) -> list[Appointment]:
    """They follow their step, and both people get the new invite."""
    return actions.move_sessions_along(journey, shifts, only=only, by=by)


@receiver(plans_asked, dispatch_uid="mentoring.plans_of_journeys")
def tell_plans(sender: object, journeys: list[int], user: User, **kwargs: Any) -> dict[int, str]:
    """Where the next session of each pair is planned; the primary mentor's first."""

    def asked() -> "QuerySet[Mentorship, Any]":
        pairs = Mentorship.objects.visible_to(user).filter(journey__in=journeys, state=Mentorship.State.ACTIVE)
        return pairs.order_by("is_primary", "-pk").values_list("journey", "pk")

    rows = prepared.rows(("plans", user.standing, *journeys), asked)
    return {journey: reverse("mentoring:session_plan", args=[pair]) for journey, pair in rows}


@receiver(loose_ends_asked, dispatch_uid="mentoring.sessions_to_log")
def tell_sessions_to_log(sender: object, journey: Journey, user: User, **kwargs: Any) -> list[Act]:
    """Before a journey is completed: sessions that are over and that nobody has logged."""
    count = Session.objects.to_log(clock.now()).filter(mentorship__journey=journey).count()
    words = ngettext("%(count)d session to log", "%(count)d sessions to log", count)
    url = reverse("mentoring:session_list")
    return [Act(words % {"count": count}, url, "chat-bubble-left-right")] if count else []


@receiver(signs_asked, dispatch_uid="mentoring.signs_of_pairs")
def tell_signs(sender: object, journeys: Any, **kwargs: Any) -> dict[str, QuerySet[Any, Any]]:
    """Nobody to accompany, proposals that wait, pairs in doubt, pairs that do not meet."""
    return sign_rows(journeys)


@receiver(sign_words_asked, dispatch_uid="mentoring.signs_of_pairs_in_words")
def tell_sign_words(sender: object, codes: dict[int, list[str]], **kwargs: Any) -> dict[tuple[int, str], Sign]:
    """With whom, since when, who is awaited."""
    return sign_words(codes)


@receiver(confirm_days_asked, dispatch_uid="mentoring.confirm_days")
def tell_confirm_days(sender: object, **kwargs: Any) -> dict[int, int]:
    """After how many days each organisation's terms call hours unconfirmed."""
    return dict(Terms.objects.order_by().values_list("organisation", "confirm_days"))


@receiver(letters_today_asked, dispatch_uid="mentoring.letters_before_sessions")
def tell_letters_today(sender: object, users: list[User], **kwargs: Any) -> set[int]:
    """Who is about to get a question or a briefing, which carries what she has due."""
    return told_today(users, clock.now())


@receiver(after_confirming_asked, dispatch_uid="mentoring.how_it_feels")
def ask_how_it_feels(sender: object, delivery: Delivery, user: User, token: str, **kwargs: Any) -> object:
    """After the first two sessions of a pair, its holder is asked how it feels."""
    return fit_ask_after(delivery, user, token)


@receiver(time_wished, dispatch_uid="mentoring.wish_to_move_a_session")
def put_wish_forward(sender: object, answer: InviteAnswer, **kwargs: Any) -> bool:
    """Of a session of two, the other one reads it and moves the session there in one tap."""
    session = answer.invite.about if answer.invite else None
    if not isinstance(session, Session) or not answer.attendee or not answer.wish_from or not answer.wish_to:
        return False
    user, pair = answer.attendee.user, session.mentorship
    sides = {pair.mentor.user_id: Side.MENTOR, pair.journey.holder.user_id: Side.HOLDER}
    if user is None or user.pk not in sides:
        return False
    minutes = int((answer.wish_to - answer.wish_from).total_seconds() // 60)
    words = answer.comment
    actions.wish_move(session, side=sides[user.pk], starts_at=answer.wish_from, minutes=minutes, words=words, by=user)
    return True


@receiver(reply_came, dispatch_uid="mentoring.pass_on_reply")
def say_who_reads(sender: object, letter: Email, writer: User | None, **kwargs: Any) -> list[User]:
    """An answer to a letter about a session or a pair is for the other of the two."""
    return other_of_pair(letter.about, writer)


@receiver(kinds_asked, dispatch_uid="mentoring.kinds_of_dates")
def tell_kinds(sender: object, **_more: Any) -> list[Kind]:
    """Sessions, alone or in a group, stand in calendars."""
    return [
        Kind("sessions", gettext_lazy("Mentoring sessions"), about=("mentoring.session", "mentoring.gathering"), rank=1)
    ]


@receiver(letters_asked, dispatch_uid="mentoring.letters_of_a_journey")
def tell_letter_matters(sender: object, journey: Journey, **_more: Any) -> list[Matter]:
    """Pairs, sessions, times put forward."""
    return letter_matters(journey)


@receiver(week_asked, dispatch_uid="mentoring.week")
def tell_week(sender: type[WeeklyLetter], week: Week, **_more: Any) -> list[Line]:
    """Sessions to log, pairs to answer."""
    return mentoring_lines(week)


@receiver(letters_ahead_asked, dispatch_uid="mentoring.letters_ahead")
def tell_letters_ahead(
    sender: object, organisation: Organisation, now: datetime, until: datetime, **_more: Any
) -> list[Ahead]:
    """What the clock will write in the coming days."""
    return sessions_ahead(organisation, now, until)


@receiver(spared_asked, dispatch_uid="mentoring.briefed_apart")
def tell_briefed(
    sender: object, coming: list[Coming], now: datetime, until: datetime, **_more: Any
) -> list[tuple[Any, Any]]:
    """Her briefing tells a mentor of her sessions on their eve."""
    return briefed_apart(coming, now, until)
