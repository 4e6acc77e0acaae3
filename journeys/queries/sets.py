"""What is known of many journeys at once, as common table expressions that signs and gaps are built on.

The leaves are written by the ORM: their tables, states and time zones are right on PostgreSQL and SQLite alike. What
the ORM cannot say (a join of groups, a window over a union) is SQL text here, in `signs` and `gaps`, nowhere else.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Max, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.utils import timezone

from backend.calendars.models import Invite, InviteAttendee
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.local_days import LocalDay
from backend.lib.prepared import Made, prepared
from journeys import signals
from journeys.models import Commitment, Delivery, Enrolment, Immersion, Journey, Step

OPEN_STEPS = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)
ENDED_STAYS = (Immersion.State.REJECTED, Immersion.State.CANCELLED, Immersion.State.COMPLETED, Immersion.State.ASSESSED)
RESTS = ("pause_journey", "complete_journey", "leave_journey")
WAKES = ("resume_journey", "reopen_journey")
"""Verbs of the history after which a journey rests, or is under way again."""


@dataclass(frozen=True)
class Part:
    """Some SQL and its values; as a common table expression, with its name and columns in `head`."""

    head: str
    text: str
    params: tuple[Any, ...] = ()


def leaf(head: str, rows: QuerySet[Any, Any]) -> Part:
    """The rows of a `values_list`, as a common table expression."""
    text, params = rows.order_by().query.sql_with_params()
    return Part(head, text, tuple(params))


def either(head: str, parts: Sequence[Part]) -> Part:
    """The rows of all of them."""
    params = tuple(value for part in parts for value in part.params)
    return Part(head, " UNION ALL ".join(part.text for part in parts), params)


def with_parts(parts: Sequence[Part], text: str, params: Sequence[Any] = ()) -> Part:
    """A whole statement: the expressions, then the question put to them.

    Each is worked out once (MATERIALIZED): folded into one another, their sizes are guessed as one row, and each of ten
    thousand journeys is looked for among ten thousand.
    """
    heads = ", ".join(f"{part.head} AS MATERIALIZED ({part.text})" for part in parts)
    return Part("", f"WITH {heads} {text}", (*(value for part in parts for value in part.params), *params))


def once(key: Hashable, statement: Callable[[], Part]) -> Part:
    """The whole statement, written once for each key, which says all that it is made from (see `prepared`)."""

    def made() -> Made:
        part = statement()
        return part.text, part.params, None

    text, params, _none = prepared(key, made)
    return Part("", text, tuple(params))


def read(statement: Part) -> list[tuple[Any, ...]]:
    """Its rows, as this database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return list(cursor.fetchall())


# --- The few words that differ -------------------------------------------------------------------------
def days_between(later: str, earlier: str) -> str:
    """Days from one day to another, a whole number."""
    if connection.vendor == "sqlite":
        return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
    return f"(CAST({later} AS date) - CAST({earlier} AS date))"


def latest_of(*values: str) -> str:
    """The latest of these days; none of them may be null."""
    return f"{'MAX' if connection.vendor == 'sqlite' else 'GREATEST'}({', '.join(values)})"


def a_day() -> str:
    """A place for a day in a statement, typed."""
    return "CAST(%s AS text)" if connection.vendor == "sqlite" else "CAST(%s AS date)"


def no_day() -> str:
    """No day, where a day stands."""
    return "NULL" if connection.vendor == "sqlite" else "CAST(NULL AS date)"


def as_day(text: str) -> str:
    """The day that this text writes."""
    return text if connection.vendor == "sqlite" else f"CAST({text} AS date)"


def apart() -> str:
    """The end of an expression that is read once: worked out apart, without being put aside as `with_parts` does.

    PostgreSQL would fold it into the question, and work out each of its columns wherever it is named.
    """
    return "" if connection.vendor == "sqlite" else " OFFSET 0"


def stored_day(day: date) -> Any:
    """A day as a value of a statement."""
    return connection.ops.adapt_datefield_value(day)


def read_day(value: Any) -> date | None:
    """A day as it comes out of a raw statement."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def day_of(path: Any) -> TruncDate:
    """The day of a moment where the reader is."""
    return TruncDate(path, tzinfo=timezone.get_current_timezone())


def day_of_each(path: Any) -> LocalDay:
    """The same of many lines: of a few, SQLite would take longer to read the statement than it saves."""
    return LocalDay(path, tzinfo=timezone.get_current_timezone())


# --- The leaves ----------------------------------------------------------------------------------------
Asked = QuerySet[Journey] | list[int]
"""The journeys asked about: a set, however large; or the numbers of the few that a page shows."""


def ids_of(journeys: Asked) -> Any:
    """Their numbers for the leaves: a subquery (the database knows its size, unlike that of `scope`), or a few in full.

    A few are written into the statement: as values, each leaf would prepare each of them again.
    """
    if not isinstance(journeys, list):
        return journeys.order_by().values("pk")
    if not journeys:
        raise EmptyResultSet
    return RawSQL(",".join(str(int(pk)) for pk in journeys), ())  # noqa: S611 - whole numbers


def scope(journeys: Asked) -> Part:
    """One row a journey asked about. Raises EmptyResultSet when there can be none."""
    rows = Journey.objects.filter(pk__in=ids_of(journeys))
    return leaf(
        "scope(journey, state, started_on, planned_end_on, ended_on, paused_on, review_on, hole_days, silence_weeks,"
        " person, organisation, seen_on)",
        rows.values_list(
            "pk", "state", "started_on", "planned_end_on", "ended_on", "paused_on", "review_on",
            "programme__hole_days", "programme__silence_weeks", "holder__user_id", "programme__organisation_id",
            day_of("holder__user__last_login"),
        ),
    )  # fmt: skip


def contacts() -> QuerySet[Delivery]:
    """What was received face to face until now: standing lines of contact time."""
    return Delivery.objects.standing().filter(sort=Delivery.Sort.CONTACT, happened_at__lte=clock.now())


def behind(ids: Any) -> Part:
    """The day of the last hours received."""
    rows = contacts().filter(journey__in=ids).order_by().values("journey")
    return leaf(
        "behind(journey, on_day)", rows.annotate(on_day=day_of(Max("happened_at"))).values_list("journey", "on_day")
    )


def entries(ids: Any, *verbs: str) -> QuerySet[Entry]:
    """Lines of the history of the journeys asked about."""
    kind = ContentType.objects.get_for_model(Journey)
    return Entry.objects.filter(about_type=kind, verb__in=verbs, about_id__in=ids)


def woken(ids: Any) -> Part:
    """The day a journey was last taken up again: what came before does not count as waiting."""
    rows = entries(ids, *WAKES).order_by().values("about_id").annotate(on_day=day_of(Max("at")))
    return leaf("woken(journey, on_day)", rows.values_list("about_id", "on_day"))


def heard(ids: Any) -> Part:
    """The last day something was promised or kept, and what the apps above have heard (`contact_asked`)."""
    promised = Commitment.objects.filter(journey__in=ids).order_by().values("journey")
    made = promised.annotate(on_day=day_of(Max("created_at"))).values_list("journey", "on_day")
    kept = promised.filter(done_at__isnull=False).annotate(on_day=day_of(Max("done_at")))
    parts = [leaf("", made), leaf("", kept.values_list("journey", "on_day"))]
    for answer in heard_above(ids):
        text, values = connection.ops.datetime_cast_date_sql("at", (), timezone.get_current_timezone_name())
        rows = leaf("", answer)
        wrapped = (
            f"SELECT journey, {text} FROM (SELECT NULL AS journey, NULL AS at WHERE 1 = 0 UNION ALL {rows.text}) said"  # noqa: S608 - columns only
        )
        parts.append(Part("", wrapped, (*values, *rows.params)))
    return either("heard(journey, on_day)", parts)


def heard_above(journeys: Any) -> list[QuerySet[Any, Any]]:
    """What the apps above answer to `contact_asked` about these journeys (ids, or a subquery of them)."""
    answers: list[tuple[Any, Any]] = signals.contact_asked.send(Journey, journeys=journeys)
    return [answer for _receiver, answer in answers if answer is not None]


def ahead(ids: Any) -> Part:
    """Everything dated from now on: module dates with a seat, stays, and what stands in the holder's calendar.

    `sort` and `ref` name it: (e)nrolment, (i)mmersion, inv(v)ite.
    """
    dates = Enrolment.objects.filter(
        step__journey__in=ids,
        state=Enrolment.State.ENROLLED,
        module_date__state="planned",
        module_date__ends_at__gt=clock.now(),
    ).values_list("step__journey", day_of("module_date__starts_at"), day_of("module_date__ends_at"), Value("e"), "pk")
    stays = (
        Immersion.objects.filter(step__journey__in=ids, ends_on__gte=clock.today())
        .exclude(state__in=ENDED_STAYS)
        .values_list("step__journey", "starts_on", "ends_on", Value("i"), "pk")
    )
    place = "user__holder_profiles__journeys"
    invites = InviteAttendee.objects.filter(
        **{f"{place}__in": ids, f"{place}__programme__organisation": F("invite__organisation")},
        removed_at=None,
        invite__state=Invite.State.CONFIRMED,
        invite__ends_at__gt=clock.now(),
    ).exclude(partstat=InviteAttendee.Partstat.DECLINED)
    days = (day_of("invite__starts_at"), day_of("invite__ends_at"))
    invited = invites.values_list(place, *days, Value("v"), "invite")
    return either("ahead(journey, from_on, to_on, sort, ref)", [leaf("", dates), leaf("", stays), leaf("", invited)])


DATED = (
    "SELECT journey, started_on AS since, seen_on AS news_on, {none} AS coming_on, planned_end_on AS end_on, hole_days,"
    " silence_weeks FROM scope WHERE state = 'active'"
    " UNION ALL SELECT journey, on_day, {none}, {none}, {none}, NULL, NULL FROM behind"
    " UNION ALL SELECT journey, on_day, {none}, {none}, {none}, NULL, NULL FROM woken"
    " UNION ALL SELECT journey, {none}, on_day, {none}, {none}, NULL, NULL FROM heard"
    " UNION ALL SELECT journey, {none}, {none}, from_on, {none}, NULL, NULL FROM ahead"
)
"""Everything dated of an active journey, put together by one grouping: joined one by one, ten thousand rows are looked
for among ten thousand wherever the planner takes them for a few."""


def lives(journeys: Asked) -> list[Part]:
    """The expressions down to `lives`: one row an active journey.

    `since`: the last hours, the start or the day it was taken up again; `quiet` days ago. `coming_on`: the nearest
    dated thing, or null. `end_in`: days until the planned end. `mute`: days since anything was heard at all.
    """
    news = latest_of("since", "COALESCE(news_on, since)")
    lengths = (
        days_between("%s", "since"),
        days_between("coming_on", "%s"),
        days_between("end_on", "%s"),
        days_between("%s", news),
    )
    text = f"SELECT journey, since, hole_days, silence_weeks, coming_on, {', '.join(lengths)} FROM known"  # noqa: S608 - columns
    today = stored_day(clock.today())
    head = "lives(journey, since, hole_days, silence_weeks, coming_on, quiet, coming_in, end_in, mute)"
    ids = ids_of(journeys)
    known = (
        "SELECT journey, MAX(since), MAX(news_on), MIN(coming_on), MAX(end_on), MAX(hole_days), MAX(silence_weeks)"  # noqa: S608 - columns
        f" FROM ({DATED.format(none=no_day())}) dated GROUP BY journey HAVING MAX(hole_days) IS NOT NULL"
    )
    return [
        scope(journeys),
        behind(ids),
        woken(ids),
        heard(ids),
        ahead(ids),
        Part("known(journey, since, news_on, coming_on, end_on, hole_days, silence_weeks)", known),
        Part(head, text, (today,) * 4),
    ]
