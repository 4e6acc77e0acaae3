"""Weekly letters: who is due one now, and what it says. As many queries for one reader as for a thousand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, Model, OuterRef, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail.ahead import Forecast
from backend.mail.models import Email, Incoming, LetterChoice, LetterHours, LetterRules, Mention, WeeklyLetter
from backend.mail.pace import first_free, opened
from backend.mail.queries import LATE, asked_of, rules_of, told_lately
from backend.mail.queries.ahead import letters_ahead
from backend.mail.signals import readers_asked, week_asked
from backend.mail.weekly import WEEK, Line, Part, Sheet, Slot, Week, sheet, slot

State = Email.State
KIND, TEMPLATE = "weekly", "mail/letters/weekly"
ROLES = ("lead", "mentor", "holder")
REMEMBERED = timedelta(days=70)
FARTHEST = (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("UTC"), ZoneInfo("Etc/GMT+12"))
UNREAD = (State.DROPPED, State.UNWANTED, State.SUPERSEDED, State.FAILED, State.DEAD)

Due = tuple[User, Slot]


def due_weekly(organisation: Organisation, now: datetime) -> list[Due]:
    """Whoever is to be told her week now: it is time on her clock, her week is not settled, she wants to know, she may
    be written to at this hour, and there is room among what is asked of her. Who has no room yet is due later.
    """
    rules = rules_of(organisation)
    weeks = {one.week for zone in FARTHEST if (one := slot(now, zone, rules.weekly_day, rules.weekly_hour))}
    if not weeks:
        return []
    found = []
    for user in _unsettled(organisation, weeks):
        own = slot(now, user.zone, rules.weekly_day, rules.weekly_hour)
        if own is not None:
            found.append((user, own))
    return _with_room(found, rules, now)


def _unsettled(organisation: Organisation, weeks: set[str]) -> list[User]:
    """Present people with a part in this organisation, who want weekly letters and have none for this week."""
    answers: list[tuple[Any, Any]] = readers_asked.send(WeeklyLetter, organisation=organisation)
    others = {pk for _receiver, people in answers for pk in people or ()}
    roles = Membership.objects.active().filter(organisation=organisation, role__in=ROLES).order_by().values("user")
    settled = WeeklyLetter.objects.filter(organisation=organisation, week__in=weeks, user=OuterRef("pk"))
    refused = LetterChoice.objects.filter(kind=KIND, is_wanted=False)
    rows = User.objects.filter(Q(pk__in=roles) | Q(pk__in=others), ~Exists(settled), is_active=True)
    rows = rows.exclude(Exists(refused.filter(Q(user=OuterRef("pk")))))
    return list(rows.exclude(Exists(refused.filter(user=None, address=OuterRef("email")))).order_by("pk"))


def _with_room(due: Sequence[Due], rules: LetterRules, now: datetime) -> list[Due]:
    """Those who may be asked something at this very moment."""
    people = [user.pk for user, _slot in due]
    chosen = {one.user_id: one for one in LetterHours.objects.filter(user__in=people)} if people else {}
    asked = asked_of(people, now) if people else {}
    found = []
    for user, own in due:
        hours = chosen.get(user.pk, rules)
        to_open = partial(opened, zone=user.zone, opens_at=hours.opens_at, closes_at=hours.closes_at)
        if first_free(now, asked[user.pk], rules.asks_a_week, to_open) == now:
            found.append((user, own))
    return found


def sheets_of(organisation: Organisation, due: Sequence[Due], now: datetime) -> dict[int, Sheet]:
    """{reader: what her letter says}; a sheet without lines for whom there is nothing to say."""
    if not due:
        return {}
    people = frozenset(user.pk for user, _slot in due)
    week = Week(organisation, people, now, max(own.until for _user, own in due), ZoneInfo(organisation.time_zone))
    lines: dict[int, list[Line]] = {pk: [] for pk in people}
    answers: list[tuple[Any, Any]] = week_asked.send(WeeklyLetter, week=week)
    for line in [*(one for _receiver, found in answers for one in found or ()), *_letters(week)]:
        if line.reader in lines:
            lines[line.reader].append(line)
    known, heard = known_of(organisation, people, now), _heard(week, lines)
    return {
        user.pk: sheet(
            [replace(one, is_only_so=one.is_only_so or one in heard) for one in lines[user.pk]],
            known.get(user.pk, {}),
            own.until,
        )
        for user, own in due
    }


def _heard(week: Week, lines: Mapping[int, list[Line]]) -> set[Line]:
    """What other letters have told: all that they told lately, and before that what has not become late since."""
    asked = [(one, one.thing) for own in lines.values() for one in own if one.thing and not one.is_date]
    people = User.objects.filter(pk__in=week.people).only("pk")
    told = told_lately(people, [thing for _one, thing in asked], since=week.now - REMEMBERED)
    found = set()
    for one, (row, _at) in asked:
        by_others = [telling.at for telling in told.get((one.reader, row), ()) if telling.kind != KIND]
        if by_others and (not one.stage or by_others[-1] > week.now - WEEK):
            found.add(one)
    return found


def known_of(organisation: Organisation, people: Iterable[int], now: datetime) -> dict[int, dict[str, str]]:
    """{person: {subject: stage}}: what the last weekly letter that she got left her with. One query."""
    rows = WeeklyLetter.objects.filter(
        organisation=organisation, user__in=list(people), created_at__gt=now - REMEMBERED
    ).exclude(email__state__in=UNREAD)
    return dict(rows.order_by("created_at", "pk").values_list("user", "told"))


def in_weekly_letter(model: type[Model], reader: str, *, row: str = "pk", on: str = "") -> Exists:
    """Did a weekly letter tell of this `row` of `model` to its `reader` (fields), within seven days? Then no reminder
    of its own tells it again. `on`: its day, if another day is another matter."""
    told = Mention.objects.filter(
        thing_type=ContentType.objects.get_for_model(model), thing_id=OuterRef(row), email__to_user=OuterRef(reader),
        email__template=TEMPLATE, email__state__in=(State.PENDING, State.SENDING, State.SENT),
        email__created_at__gt=clock.now() - WEEK,
    )  # fmt: skip
    return Exists(told.annotate(on=TruncDate("at", tzinfo=UTC)).filter(on=OuterRef(on)) if on else told)


def _letters(week: Week) -> list[Line]:
    """For leads: letters that did not get through, that wait too long, or that came in and were set aside."""
    leads = Membership.objects.active().filter(organisation=week.organisation, role="lead", user__in=week.people)
    readers = list(leads.order_by("user").values_list("user", flat=True))
    if not readers:
        return []
    counts = Email.objects.filter(organisation=week.organisation).aggregate(
        lost=Count("pk", filter=Q(state__in=[State.DEAD, State.FAILED])),
        late=Count("pk", filter=Q(state=State.PENDING, not_before__lt=week.now - LATE)),
        held=Count("pk", filter=Q(state=State.HELD)),
    )
    aside = Incoming.objects.filter(organisation=week.organisation, state=Incoming.State.ASIDE).count()
    outbox, received = reverse("mail:outbox"), reverse("mail:received")
    facts = (
        ("lost", counts["lost"], _lost, f"{outbox}?state=lost"),
        ("late", counts["late"], _late, outbox),
        ("held", counts["held"], _held, received),
        ("aside", aside, _aside, f"{received}?state=aside"),
    )
    found = [
        Line(pk, Part.LETTERS, f"letters:{name}", partial(words, count), url, stage=str(count))
        for pk in readers
        for name, count, words, url in facts
        if count
    ]
    ahead = letters_ahead(week.organisation, week.now)
    if ahead.over:
        year, number, _weekday = week.first_on.isocalendar()
        stage = f"{year}-{number}"
        found += [
            Line(pk, Part.LETTERS, "letters:ahead", partial(_ahead, ahead), outbox, stage=stage) for pk in readers
        ]
    return found


def _ahead(ahead: Forecast) -> str:
    return _("In the coming week: %(letters)s") % {"letters": ahead.words}


def _lost(count: int) -> str:
    words = ngettext("%(count)d letter did not get through", "%(count)d letters did not get through", count)
    return words % {"count": count}


def _late(count: int) -> str:
    words = ngettext("%(count)d letter is waiting to leave", "%(count)d letters are waiting to leave", count)
    return words % {"count": count}


def _held(count: int) -> str:
    words = ngettext(
        "%(count)d letter is held, as its address fails", "%(count)d letters are held, as their addresses fail", count
    )
    return words % {"count": count}


def _aside(count: int) -> str:
    words = ngettext("%(count)d letter received is set aside", "%(count)d letters received are set aside", count)
    return words % {"count": count}
