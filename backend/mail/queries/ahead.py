"""The letters of the coming week: those that wait already, and those that duties on the clock will write."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models.functions import Lower

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail.ahead import Ahead, Forecast, forecast
from backend.mail.models import Email, FailingAddress, LetterChoice, LetterHours, LetterRules, WeeklyLetter
from backend.mail.pace import WEEK, opened
from backend.mail.queries import asked_of, rules_of
from backend.mail.signals import letters_ahead_asked
from backend.mail.weekly import NEVER, slot

WEEKLY = "mail/letters/weekly"
ROLES = ("lead", "mentor", "holder")


def letters_ahead(organisation: Organisation, now: datetime | None = None) -> Forecast:
    """What will leave by itself within seven days, and whom it would ask too much. As many queries for one person as
    for a thousand. Weekly letters are counted for all who may get one: whoever has nothing to be told gets none.
    """
    at = now or clock.now()
    rules = rules_of(organisation)
    answers: list[tuple[Any, Any]] = letters_ahead_asked.send(Email, organisation=organisation, now=at, until=at + WEEK)
    asked = [one for _receiver, found in answers for one in found or ()]
    wanted = _wanted([*asked, *_weekly(organisation, rules, at)])
    people = {one.reader for one in wanted}
    return forecast(wanted, asked_of(people, at), rules.asks_a_week, _hours(people, rules))


def _wanted(letters: list[Ahead]) -> list[Ahead]:
    """Those whose reader does not do without them."""
    people = {one.reader for one in letters}
    refused = LetterChoice.objects.filter(user__in=people, is_wanted=False).order_by()
    unwanted = set(refused.values_list("user", "kind"))
    return [one for one in letters if (one.reader, one.kind.code) not in unwanted]


def _hours(people: set[int], rules: LetterRules) -> dict[int, Any]:
    """{person: her next open moment, as a function}."""
    chosen = {one.user_id: one for one in LetterHours.objects.filter(user__in=people)}
    found = {}
    for user in User.objects.filter(pk__in=people).only("pk", "time_zone"):
        hours = chosen.get(user.pk, rules)
        found[user.pk] = partial(opened, zone=user.zone, opens_at=hours.opens_at, closes_at=hours.closes_at)
    return found


def _weekly(organisation: Organisation, rules: LetterRules, now: datetime) -> list[Ahead]:
    """One to each person with a part here, at the next time it is due."""
    if rules.weekly_day == NEVER:
        return []
    roles = Membership.objects.active().filter(organisation=organisation, role__in=ROLES, user__is_active=True)
    people = User.objects.filter(pk__in=roles.order_by().values("user")).only("pk", "time_zone")
    settled = WeeklyLetter.objects.filter(organisation=organisation, created_at__gt=now - WEEK).order_by()
    done = set(settled.values_list("user", "week"))
    found = []
    for user in people:
        for days in range(8):
            own = slot(now + timedelta(days=days), user.zone, rules.weekly_day, rules.weekly_hour)
            if own and (user.pk, own.week) not in done:
                due = max(own.due, now)
                if due < now + WEEK:
                    found.append(Ahead(user.pk, due, WEEKLY, own.over))
                break
    return found


def failing_among(addresses: Iterable[str]) -> int:
    """How many of these addresses letters come back from. One query."""
    asked = {one.lower() for one in addresses}
    failing = FailingAddress.objects.filter(cleared_at=None).annotate(small=Lower("address"))
    return failing.filter(small__in=asked).count()
