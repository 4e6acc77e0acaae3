"""What a person's calendar shows."""

import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.queries import digest, leads_of
from backend.calendars import ics
from backend.calendars.elsewhere import other_calendars
from backend.calendars.models import Feed, Invite, InviteAnswer, InviteAttendee, InviteQuerySet, OwnCalendar, dated
from backend.calendars.published import build_feed
from backend.calendars.signals import kinds_asked
from backend.calendars.troubles import NEW_PASSWORD, OTHER_CALENDAR, sentence_of
from backend.lib import clock
from backend.lib.texts import pick
from backend.mail.models import Email
from backend.mail.queries import language_of

ANSWER = "invite_answer"
BEHIND, AHEAD = timedelta(days=90), timedelta(days=400)
CANCELLED_SHOWN = timedelta(days=30)
MOST = 10_000
FACTS = (
    "uid", "sequence", "dtstamp", "starts_at", "ends_at", "days", "title_fr", "title_en", "organiser", "place", "url",
    "state",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of dates, as its app declares it (see signals.kinds_asked): a person ticks which ones a feed carries."""

    code: str
    label: object
    """Plural, lazily translated."""
    about: tuple[str, ...] = ()
    """Whose invites these are: `app.model` of what they are about."""
    rank: int = 9
    """Its place among the others, as they are listed."""
    days: Callable[[User, date, date], Iterable[ics.Day]] | None = None
    """Gives her days from one to the other, in a constant number of queries; called in her language."""


def kinds() -> list[Kind]:
    """Every kind of dates there is, in a steady order."""
    answers: list[tuple[Any, Any]] = kinds_asked.send(sender=Kind)
    return sorted((kind for _app, told in answers for kind in told), key=lambda kind: (kind.rank, kind.code))


def day_uid(row: models.Model, made_at: datetime) -> str:
    """The UID of the day of this row, for a `Kind`: always the same, and it tells nothing."""
    known = uuid.uuid5(uuid.NAMESPACE_OID, f"{row._meta.label_lower}:{row.pk}:{made_at.isoformat()}")
    return f"{known.hex}@{settings.MAIL_DOMAIN.lower()}"


def called_off(title: str) -> str:
    """The title of what takes place no more: some calendars show nothing else of it."""
    return _("[Cancelled] %(title)s") % {"title": title}


def is_told(day: ics.Day, today: date) -> bool:
    """What is off stays for a month and until its day: calendars that merge would keep a ghost otherwise."""
    return not day.is_off or day.on >= today or day.dtstamp >= clock.now() - CANCELLED_SHOWN


def feeds_of(user: User) -> "QuerySet[Feed]":
    """Her addresses that give something, the oldest first."""
    return Feed.objects.visible_to(user).order_by("created_at", "pk")


def calendars_of(user: User) -> "QuerySet[OwnCalendar]":
    """Her own calendars that Jalon writes, or is about to, the oldest first."""
    return OwnCalendar.objects.visible_to(user).order_by("created_at", "pk")


@dataclass(frozen=True)
class Fares:
    """How a calendar of somebody's own fares."""

    sentence: object
    """What stands in the way; "" when nothing does."""
    act: str
    """What she can do about it: password, other, retry, or "" (it passes by itself, or all is well)."""
    written: int
    refused: int
    taken: int


def how_it_fares(calendar: OwnCalendar) -> Fares:
    """In one query."""
    stands, refused = Q(digest__gt=""), Q(refused_digest__gt="")
    found = calendar.dates.aggregate(
        written=models.Count("pk", filter=stands),
        refused=models.Count("pk", filter=refused & Q(is_taken=False)),
        taken=models.Count("pk", filter=refused & Q(is_taken=True)),
    )
    reason, act = calendar.reason, ""
    if reason:
        act = "password" if reason in NEW_PASSWORD else "other" if reason in OTHER_CALENDAR else "retry"
    return Fares(sentence_of(reason) if reason else "", act, **found)


def feed_address(secret: str) -> str:
    return settings.SITE_URL + reverse("calendars:feed", args=[secret])


def is_cut(user: User) -> bool:
    """Has she more dates than a calendar takes?"""
    return _shown(user).count() > MOST


def open_feed(token: str) -> Feed | None:
    """The feed behind this secret, of somebody who may sign in."""
    rows = Feed.objects.open().filter(token_hash=digest(token), user__is_active=True)
    return rows.select_related("user").first()


def feed_of(user: User, left_out: Collection[str] = ()) -> bytes:
    """Her calendar from 90 days ago to 400 days ahead, without the kinds left out. The same rows give the same bytes.

    What is cancelled stays, marked, for 30 days and until its date: calendars that merge would keep a ghost otherwise.
    Of over ten thousand dates the latest are kept, and the calendar says so.
    """
    with translation.override(language_of(user)):
        found = _entries(user, left_out)
        is_cut = len(found) > MOST
        about = _("Only your %(count)s latest dates are here.") % {"count": MOST} if is_cut else ""
        return build_feed(found[-MOST:], _("Jalon · my dates"), user.zone.key, about=about)


def dates_of(user: User, left_out: Collection[str] = ()) -> list[ics.Moment | ics.Day]:
    """What a calendar of her own keeps: the same dates but those that are cancelled, which are taken away there."""
    with translation.override(language_of(user)):
        return _entries(user, left_out, with_cancelled=False)[-MOST:]


def _entries(user: User, left_out: Collection[str], *, with_cancelled: bool = True) -> list[ics.Moment | ics.Day]:
    """In order of time; of invites, one more than are kept, so that it can be said that there are more."""
    all_kinds = kinds()
    labels = [label for kind in all_kinds if kind.code in left_out for label in kind.about]
    found: list[ics.Moment | ics.Day] = list(_moments(user, language_of(user), labels, with_cancelled=with_cancelled))
    today = clock.today(user.zone.key)
    for kind in all_kinds:
        if kind.days and kind.code not in left_out:
            days = kind.days(user, today - BEHIND, today + AHEAD)
            found += (one for one in days if (is_told(one, today) if with_cancelled else not one.is_off))
    return sorted(found, key=_place)


def _place(one: ics.Moment | ics.Day) -> tuple[datetime, str]:
    """By the time it starts, then by UID."""
    return (one.starts_at if isinstance(one, ics.Moment) else datetime.combine(one.on, time(0), UTC)), one.uid


def _hers(user: User) -> "QuerySet[InviteAttendee]":
    return InviteAttendee.objects.filter(user=user, removed_at=None)


def _shown(user: User) -> InviteQuerySet:
    now = clock.now()
    shown = Q(state=Invite.State.CONFIRMED) | Q(dtstamp__gte=now - CANCELLED_SHOWN) | Q(ends_at__gte=now)
    # Of a list rather than row by row: SQLite would read all of hers again for each.
    rows = Invite.objects.filter(shown, pk__in=_hers(user).values("invite"))
    return rows.filter(ends_at__gte=now - BEHIND, starts_at__lte=now + AHEAD)


def _moments(user: User, language: str, without: Sequence[str], *, with_cancelled: bool) -> Iterator[ics.Moment]:
    """The latest, of one more than are kept, so that it can be said that there are more."""
    rows = _shown(user) if with_cancelled else _shown(user).live()
    for label in without:
        app, _dot, model = label.partition(".")
        rows = rows.exclude(about_type__app_label=app, about_type__model=model)
    shorten = _first_names(user)
    facts = rows.order_by("-starts_at", "-uid").values_list(*FACTS, named=True)
    for invite in facts[: MOST + 1]:
        is_off = invite.state == Invite.State.CANCELLED
        title = shorten(pick(invite, "title", language))
        yield ics.Moment(
            uid=invite.uid,
            sequence=invite.sequence,
            dtstamp=invite.dtstamp,
            starts_at=invite.starts_at,
            ends_at=invite.ends_at,
            summary=called_off(title) if is_off else title,
            organiser=invite.organiser,
            description=invite.url,
            place=invite.place,
            url=invite.url,
            method="PUBLISH",
            status="CANCELLED" if is_off else "CONFIRMED",
            days=dated(invite.days),
        )


def _first_names(user: User) -> Callable[[str], str]:
    """Makes of a title one that gives no surname of whoever is invited with her: companies far away keep feeds."""
    people = InviteAttendee.objects.filter(invite__in=_hers(user).values("invite"), user__isnull=False)
    names = people.order_by().values_list("name", "user__first_name", "user__last_name").distinct()
    short: dict[str, str] = {}
    for name, first, last in names:
        if first:
            short |= {full: first for full in (name, f"{first} {last}") if full.strip() and full != first}
    if not short:
        return str
    longest_first = sorted(short, key=lambda full: (-len(full), full))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda title: pattern.sub(lambda found: short[found[0]], title)


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


def stream_of(invite: Invite, person: InviteAttendee) -> str:
    """The letters of this event to this person: they leave in order, the newest only."""
    return f"{invite.uid}|{person.email}"


def invited_by(token: str) -> Email | None:
    """The latest letter with the date, to whom the address `rdv-<token>@…` was made for; None when nobody's."""
    person = InviteAttendee.objects.filter(token=token.lower()).select_related("invite").first() if token else None
    if person is None:
        return None
    told = Email.objects.of_stream(stream_of(person.invite, person))
    return told.select_related("organisation", "to_user", "passes_on").order_by("-pk").first()


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
        description="\n\n".join(text for text in (ics.shortened(invite.description), invite.url) if text),
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
