"""The days of a stay in the calendars of holder and tutor: one series, which follows the agreement.

One event of several days is one UID, so that each change is one letter to each of them, with all the days in it.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import User
from backend.calendars import actions as calendars
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.texts import LANGUAGES
from journeys.actions.immersions import schedule
from journeys.actions.immersions import signing_letters as letters
from journeys.models import Immersion

Span = tuple[date, datetime, datetime]
ENDED, CANCELLED = "stay_ended", "stay_cancelled"


def _zone(immersion: Immersion) -> str:
    return immersion.step.journey.programme.organisation.time_zone


def days_of(immersion: Immersion) -> list[Span]:
    """Each day with hours, up to the last day of the stay: when it begins and ends on the clock of the place."""
    zone = ZoneInfo(_zone(immersion))
    found = []
    for entry in immersion.schedule:
        on = schedule.day_of(entry)
        start, end = (schedule.minute_of(text) for text in (entry["slots"][0][0], entry["slots"][-1][1]))
        if on <= immersion.final_day:
            midnight = datetime.combine(on, datetime.min.time(), tzinfo=zone)
            found.append((on, midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)))
    return found


def tell_sides(letter: str, immersion: Immersion, *, key: str, by: User | None, **context: Any) -> None:
    """Holder, tutor and the company’s signatory have one letter each; those of the first two hold the days.

    Without hours to come, or when nothing of her calendar changes, the letter is a plain one.
    """
    days, standing = days_of(immersion), _standing(immersion)
    told: set[str] = set()
    if days and max(days[-1][2], standing.ends_at if standing else days[-1][2]) > clock.now():
        told = _post_days(letter, immersion, days, by=by, context={**_named(immersion), **context})
    letters.tell_sides(letter, immersion, key=key, but=told, **{"invite": None, "by": by, **context})


def end_days(immersion: Immersion, *, by: User | None, letter: str, key: str, **context: Any) -> None:
    """The days after the last one leave the calendars, and both sides are told why in the same letter."""
    if days_of(immersion):
        tell_sides(letter, immersion, key=key, by=by, **context)
        return
    drop_days(immersion, by=by)
    letters.tell_sides(letter, immersion, key=key, invite=None, by=by, **context)


def trim_days(immersion: Immersion, *, by: User | None) -> None:
    """The stay stopped before its last day, as its real hours say: the same, when some of it was still to come."""
    standing = _standing(immersion)
    if standing and standing.ends_at > clock.now() and immersion.final_day < immersion.ends_on:
        end_days(immersion, by=by, letter=ENDED, key=f"{ENDED}:{immersion.pk}:{immersion.revision}")


def cancel_days(immersion: Immersion, *, by: User | None) -> None:
    """The stay will not take place or not go on: its days to come leave the calendars, those that have begun stay.

    Holder, tutor and the company’s signatory have one letter each; before validation, whoever was asked to sign; nobody
    once all has passed.
    """
    begun = [span for span in days_of(immersion) if span[1] <= clock.now()]
    if immersion.validated_at is None or immersion.final_day < clock.today(_zone(immersion)):
        drop_days(immersion, by=by)
        if immersion.validated_at is None:
            letters.tell_asked(CANCELLED, immersion, key=f"{CANCELLED}:{immersion.pk}", invite=None, by=by)
        return
    if begun:
        context = {**_named(immersion), "has_begun": True}
        told = _post_days(CANCELLED, immersion, begun, by=by, context=context) if _standing(immersion) else set()
    else:  # a cancellation goes to those who may have it in their calendars
        told = {one.address for one in _people(immersion)} if _standing(immersion) else set()
        drop_days(immersion, by=by)
    key = f"{CANCELLED}:{immersion.pk}"
    letters.tell_sides(CANCELLED, immersion, key=key, but=told, invite=None, by=by, has_begun=bool(begun))


def drop_days(immersion: Immersion, *, by: User | None) -> None:
    """The stay does not take place: while some of it is still to come, it leaves the calendars, with one letter."""
    standing = _standing(immersion)
    if standing and standing.ends_at > clock.now():
        calendars.cancel_invite(immersion, by=by)


def _standing(immersion: Immersion) -> Invite | None:
    """What calendars hold of this stay."""
    return Invite.objects.live().about(immersion).first()


def _post_days(
    letter: str, immersion: Immersion, days: Sequence[Span], *, by: User | None, context: dict[str, Any]
) -> set[str]:
    """The series is sent or moved; the addresses of those to whom a letter left."""
    facts: dict[str, Any] = {
        "starts_at": days[0][1],
        "ends_at": days[-1][2],
        "days": days,
        "titles": _in_each(_title, immersion),
        "descriptions": _in_each(_description, immersion, {on for on, _start, _end in days}),
        "place": immersion.place or immersion.company.address,
        "attendees": _people(immersion),
        "template": f"journeys/letters/{letter}",
        "context": context,
    }
    standing = _standing(immersion)
    before = standing.dtstamp if standing else None
    if before is None:
        invite = calendars.send_invite(
            about=immersion, organisation=immersion.step.journey.programme.organisation, url=_page(immersion), **facts,
            by=by,
        )  # fmt: skip
    else:
        moved = calendars.move_invite(immersion, template_added=facts["template"], **facts, by=by)
        assert moved is not None
        invite = moved
    sent = invite.attendees.filter(removed_at=None, sent_method="REQUEST", sent_dtstamp=invite.dtstamp)
    return set(sent.values_list("email", flat=True)) if invite.dtstamp != before else set()


def _people(immersion: Immersion) -> list[calendars.Attendee]:
    """The holder, and her tutor when an e-mail is known."""
    people = [calendars.Attendee(immersion.step.journey.holder.user)]
    if immersion.tutor_email:
        people.append(calendars.Attendee(email=immersion.tutor_email, name=immersion.tutor_name))
    return people


def _named(immersion: Immersion) -> dict[str, Any]:
    return {"immersion": immersion, "holder": immersion.step.journey.holder, "company": immersion.company}


def _page(immersion: Immersion) -> str:
    return settings.SITE_URL + reverse("journeys:immersion_detail", args=[immersion.pk])


def _in_each(words: Any, immersion: Immersion, *more: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = words(immersion, *more)
    return found


def _title(immersion: Immersion) -> str:
    names = {"person": immersion.step.journey.holder, "company": immersion.company}
    return _("Immersion of %(person)s at %(company)s") % names


def _description(immersion: Immersion, days: Collection[date]) -> str:
    """The whole stay in words: calendars show one day at a time, and none shows the break."""
    lines = [_("Tutor: %(name)s") % {"name": immersion.tutor_name}]
    for entry in immersion.schedule:
        on = schedule.day_of(entry)
        if on in days:
            slots = ", ".join(schedule.read(slot) for slot in entry["slots"])
            lines.append(f"{on:%d/%m/%Y} {slots}")
    return "\n".join(lines)
