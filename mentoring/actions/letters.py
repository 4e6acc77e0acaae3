"""The letters and invites of mentoring. Each is posted inside the transaction of the act it tells about."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.mail import actions as mail
from journeys.models import Delivery
from mentoring.models import Mentor, Mentorship, Session

LOG_PURPOSE = "session_log"
CONFIRM_PURPOSE = "delivery_confirm"
LOG_DAYS = 30
CONFIRM_DAYS = 60
LANGUAGES = ("fr", "en")


def organisation_of(pair: Mentorship) -> Organisation:
    """Whose programme it is: the letters are written in its name."""
    return pair.journey.programme.organisation


# --- Mentors ----------------------------------------------------------------------------
def welcome_mentor(mentor: Mentor) -> None:
    """What is expected of her, and how to sign in."""
    mail.post(
        "mentoring/letters/welcome_mentor",
        to=mentor.user,
        key=f"welcome_mentor:{mentor.pk}",
        context={"mentor": mentor},
        about=mentor,
        organisation=mentor.organisation,
    )


# --- Invites --------------------------------------------------------------------------------------
def invite_to_session(session: Session, *, by: User | None) -> None:
    """The session stands in both calendars."""
    pair = session.mentorship
    calendars.send_invite(
        about=session,
        organisation=organisation_of(pair),
        attendees=_people(session),
        by=by,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        titles=_titles(session),
        descriptions=_descriptions(session),
        place=session.where,
        url=_page(session),
    )


def _people(session: Session) -> list[calendars.Attendee]:
    pair = session.mentorship
    return [calendars.Attendee(pair.mentor.user, "CHAIR"), calendars.Attendee(pair.journey.holder.user)]


def move_invitation(session: Session, *, by: User | None) -> None:
    """The same event as it stands now; the letter says how it stood, too."""
    calendars.move_invite(
        session,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        titles=_titles(session),
        descriptions=_descriptions(session),
        place=session.where,
        by=by,
    )


def hand_over_invitation(session: Session, *, by: User | None) -> None:
    """The same event with another mentor: she is invited, the holder told, the former one's calendar freed."""
    calendars.move_invite(
        session,
        attendees=_people(session),
        titles=_titles(session),
        descriptions=_descriptions(session),
        place=session.where,
        template="mentoring/letters/session_handed_over",
        context=_about(session),
        by=by,
    )


def cancel_invitation(session: Session, *, by: User | None) -> None:
    """The event leaves both calendars; the letter says why."""
    calendars.cancel_invite(session, template="mentoring/letters/session_cancelled", context=_about(session), by=by)


def _about(session: Session) -> dict[str, object]:
    pair = session.mentorship
    return {"session": session, "pair": pair, "mentor": pair.mentor, "holder": pair.journey.holder.user}


def _titles(session: Session) -> dict[str, str]:
    pair = session.mentorship
    names = {"holder": pair.journey.holder, "mentor": pair.mentor}
    return {language: _title(language, names, session) for language in LANGUAGES}


def _descriptions(session: Session) -> dict[str, str]:
    lines = {}
    for language in LANGUAGES:
        with translation.override(language):
            project = _("Project: %(project)s") % {"project": session.mentorship.journey.project}
            how = _("How: %(how)s") % {"how": session.get_medium_display()}
            lines[language] = "\n".join(line for line in (session.agenda, project, how) if line)
    return lines


def _title(language: str, names: Mapping[str, object], session: Session) -> str:
    """Who meets; of several planned together, also which one."""
    with translation.override(language):
        title = _("Mentoring: %(holder)s and %(mentor)s") % names
        if session.series_size is None:
            return title
        facts = {"title": title, "place": session.series_place, "size": session.series_size}
        return _("%(title)s (%(place)s of %(size)s)") % facts


def _page(session: Session) -> str:
    return settings.SITE_URL + reverse("mentoring:session", args=[session.pk])


# --- The log and the hours ------------------------------------------------------------------------
def ask_session_log(session: Session, *, again: bool = False) -> None:
    """The mentor's link logs this session without signing in. Once per appointment: a moved session is asked anew.

    `again`: the second letter, which is the last.
    """
    name = "session_log_again" if again else "session_log"
    mentor = session.mentorship.mentor.user
    _link, token = accounts.make_link(LOG_PURPOSE, about=session, user=mentor, days=LOG_DAYS)
    mail.post(
        f"mentoring/letters/{name}",
        to=mentor,
        key=f"{name}:{session.pk}:{session.ends_at:%Y%m%dT%H%M}",
        context={**_about(session), "link": settings.SITE_URL + reverse("mentoring:session_log_link", args=[token])},
        about=session,
        mentions=[(session, session.ends_at)],
        organisation=organisation_of(session.mentorship),
    )


def confirm_hours(session: Session, delivery: Delivery) -> None:
    """The holder is asked once to confirm this line of the ledger, in one tap."""
    holder = session.mentorship.journey.holder.user
    _link, token = accounts.make_link(CONFIRM_PURPOSE, about=delivery, user=holder, days=CONFIRM_DAYS)
    mail.post(
        "mentoring/letters/confirm_hours",
        to=holder,
        key=f"confirm_hours:{delivery.pk}",
        context={
            **_about(session),
            "delivery": delivery,
            "link": settings.SITE_URL + reverse("journeys:delivery_confirm_link", args=[token]),
        },
        about=delivery,
        mentions=[(delivery, delivery.happened_at)],
        organisation=organisation_of(session.mentorship),
    )
