"""What a person's calendar shows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts.models import Link, User
from backend.accounts.queries import leads_of
from backend.calendars import ics
from backend.calendars.elsewhere import other_calendars
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.lib import clock
from backend.lib.texts import pick
from backend.mail.queries import language_of

FEED = "calendar_feed"
ANSWER = "invite_answer"
BEHIND, AHEAD = timedelta(days=90), timedelta(days=400)
CANCELLED_SHOWN = timedelta(days=30)
MOST = 1000


def feed_link(user: User) -> Link | None:
    """The live address of her calendar, if she has one (its secret is not kept)."""
    about = ContentType.objects.get_for_model(User)
    rows = Link.objects.filter(purpose=FEED, about_type=about, about_id=user.pk, user=user, revoked_at=None)
    return rows.filter(expires_at__gt=clock.now()).order_by("-pk").first()


def feed_of(user: User) -> bytes:
    """Her calendar from 90 days ago to 400 days ahead. The same rows give the same bytes.

    What is cancelled stays, marked, for 30 days and until its date: calendars that merge would keep a ghost otherwise.
    """
    language = language_of(user)
    with translation.override(language):
        return ics.build_feed(_moments(user, language), _("Jalon · my dates"), user.time_zone or "Europe/Paris")


def _moments(user: User, language: str) -> Iterator[ics.Moment]:
    now = clock.now()
    shown = Q(state=Invite.State.CONFIRMED) | Q(dtstamp__gte=now - CANCELLED_SHOWN) | Q(ends_at__gte=now)
    hers = Invite.objects.filter(attendees__user=user, attendees__removed_at=None)
    rows = hers.filter(shown, ends_at__gte=now - BEHIND, starts_at__lte=now + AHEAD).select_related("organisation")
    for invite in rows.order_by("starts_at", "uid").distinct()[:MOST]:
        is_off = invite.state == Invite.State.CANCELLED
        title = pick(invite, "title", language)
        yield ics.Moment(
            uid=invite.uid,
            sequence=invite.sequence,
            dtstamp=invite.dtstamp,
            starts_at=invite.starts_at,
            ends_at=invite.ends_at,
            summary=_("[Cancelled] %(title)s") % {"title": title} if is_off else title,
            organiser=invite.organiser,
            description=invite.url,
            place=invite.place,
            url=invite.url,
            method="PUBLISH",
            status="CANCELLED" if is_off else "CONFIRMED",
            days=invite.dated,
        )


# --- Answers --------------------------------------------------------------------------------------
def who_hears(invite: Invite, person: InviteAttendee | None) -> list[User]:
    """Who counts on this person's coming: whoever leads the meeting; of whoever leads it, the other one of two; else
    the leads of the organisation. None of them is herself."""
    rows = invite.attendees.filter(removed_at=None, user__is_active=True).select_related("user").order_by("pk")
    others = [one for one in rows if person is None or one.pk != person.pk]
    leading = [one.user for one in others if one.role == InviteAttendee.Role.CHAIR and one.user]
    if leading:
        return leading
    if person is not None and person.role == InviteAttendee.Role.CHAIR and len(others) == 1 and others[0].user:
        return [others[0].user]
    mine = person.user if person else None
    return [one for one in leads_of(invite.organisation).order_by("pk") if one != mine]


def waiting_answer(person: InviteAttendee) -> InviteAnswer | None:
    """The newest answer that came in her name and waits for her word."""
    return person.answers.filter(treatment=InviteAnswer.Treatment.WAITING).order_by("-received_at", "-pk").first()


def open_wish(about: models.Model, user: User) -> InviteAnswer | None:
    """The time she wished from her calendar for what stands about this row, while nobody has answered."""
    invites = Invite.objects.live().about(about)
    rows = InviteAnswer.objects.filter(invite__in=invites.order_by().values("pk"), attendee__user=user, wish="open")
    return rows.order_by("-pk").first()


def is_open(invite: Invite, person: InviteAttendee) -> bool:
    """Can she still say whether she comes?"""
    return invite.state == Invite.State.CONFIRMED and person.removed_at is None and invite.ends_at > clock.now()


def invited_to(rows: Sequence[models.Model]) -> dict[int, list[InviteAttendee]]:
    """{row: who is invited to what stands about it, with her answer}, for rows of one table; in two queries."""
    if not rows:
        return {}
    kind = ContentType.objects.get_for_model(rows[0])
    live = InviteAttendee.objects.filter(removed_at=None, invite__state=Invite.State.CONFIRMED)
    of_these = live.filter(invite__about_type=kind, invite__about_id__in=[row.pk for row in rows])
    found: dict[int, list[InviteAttendee]] = {}
    for one in of_these.select_related("invite", "user").order_by("role", "email"):
        found.setdefault(one.invite.about_id, []).append(one)
    return found


def own_place(people: Iterable[InviteAttendee], user: User) -> InviteAttendee | None:
    """Her own place among these people, while she can still say whether she comes."""
    return next((one for one in people if one.user_id == user.pk and is_open(one.invite, one)), None)


def people_seen(invite: Invite, user: User) -> list[InviteAttendee]:
    """Who is invited, as this person may know: of a group, one of them reads herself and who leads it."""
    listed = [one for one in invite.attendees.all() if one.removed_at is None]
    leads_it = any(one.user_id == user.pk and one.role == InviteAttendee.Role.CHAIR for one in listed)
    if len(listed) <= 2 or leads_it or user.leads(invite.organisation_id):
        return listed
    return [one for one in listed if one.user_id == user.pk or one.role == InviteAttendee.Role.CHAIR]


def place_of(invite: Invite, user: User) -> InviteAttendee | None:
    """Her own place among the people invited, while she can still say whether she comes."""
    return own_place(invite.attendees.all(), user)


def moment_of(invite: Invite) -> ics.Moment:
    """The event as it stands, for a calendar that asks nobody."""
    return ics.Moment(
        uid=invite.uid,
        sequence=invite.sequence,
        dtstamp=invite.dtstamp,
        starts_at=invite.starts_at,
        ends_at=invite.ends_at,
        summary=invite.title,
        organiser=invite.organiser,
        description="\n\n".join(text for text in (invite.description[:8000], invite.url) if text),
        place=invite.place,
        url=invite.url,
        method="PUBLISH",
        days=invite.dated,
    )


def calendar_file(invite: Invite) -> bytes:
    """The event as a file for any calendar, in the reader's language: the letter's UID, no answer asked."""
    return ics.build(moment_of(invite))


def calendars_elsewhere(invite: Invite) -> dict[str, str]:
    """{"google": address, "outlook": address} that open the event there, in the reader's language."""
    return other_calendars(moment_of(invite))
