"""Statements worked out once: the text is remembered, never a row, nor the moment, nor another day's or zone's."""

import gc
import tracemalloc
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.db.models import Count, Prefetch, Value
from django.db.models.functions import TruncDate
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock, prepared
from tests.factories.accounts import make_member, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    prepared.forget()


class Written:
    """A query that counts how often it is written."""

    def __init__(self, make: Any) -> None:
        self.times, self._make = 0, make

    def __call__(self) -> Any:
        self.times += 1
        return self._make()


def names() -> Any:
    return Organisation.objects.order_by("name").values_list("name", "created_at")


def test_a_statement_is_written_once_and_its_rows_read_anew() -> None:
    written = Written(names)
    assert prepared.rows("names", written) == []
    make_organisation(name="Atelier")
    assert [name for name, _at in prepared.rows("names", written)] == ["Atelier"]
    assert prepared.rows("names", written) == list(names())
    assert written.times == 1


def test_another_key_is_another_statement() -> None:
    make_organisation(name="Atelier")
    assert len(prepared.rows(("names", 1), names)) == 1
    assert prepared.rows(("names", 2), lambda: names().filter(name="Other")) == []


def test_values_come_out_as_the_orm_gives_them() -> None:
    one = make_organisation(name="Atelier")
    asked = Organisation.objects.annotate(day=TruncDate("created_at"), n=Count("memberships"), same=Value("é%"))
    lines = asked.values_list("created_at", "day", "n", "same", "pk")
    for _again in range(2):
        assert prepared.rows("typed", lambda: lines) == list(lines)
    assert prepared.rows("typed", lambda: lines)[0][0] == one.created_at


def since_now() -> Any:
    """Who joined until now, and in the hour before it."""
    now = clock.now()
    return User.objects.filter(date_joined__lte=now, date_joined__gt=now - timedelta(hours=1)).values_list("pk")


def test_the_moment_is_put_in_anew(clock: time_machine.Traveller) -> None:
    """What the clock gives, and what is reckoned from it, is never that of the first time."""
    person, written = make_user(), Written(since_now)
    assert prepared.rows("recent", written) == [(person.pk,)]
    clock.shift(timedelta(minutes=59, seconds=59))
    assert prepared.rows("recent", written) == [(person.pk,)]
    clock.shift(timedelta(seconds=1))
    assert prepared.rows("recent", written) == []
    clock.shift(timedelta(hours=-1, seconds=-1))
    assert prepared.rows("recent", written) == []
    assert written.times == 1


def test_another_day_or_zone_is_another_statement(clock: time_machine.Traveller) -> None:
    written = Written(lambda: Organisation.objects.annotate(day=TruncDate("created_at")).values_list("day"))
    prepared.rows("days", written)
    with timezone.override(ZoneInfo("Indian/Reunion")):
        prepared.rows("days", written)
    assert written.times == 2
    clock.shift(timedelta(days=1))
    prepared.rows("days", written)
    assert written.times == 3


def test_a_pretended_moment_is_the_moment() -> None:
    from backend.lib import clock as house

    person = make_user()
    assert prepared.rows("recent", since_now) == [(person.pk,)]
    with house.pretend(house.now() - timedelta(minutes=1)):
        assert prepared.rows("recent", since_now) == []


def test_a_question_without_an_answer_is_asked_of_nobody() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert prepared.rows("none", lambda: names().filter(pk__in=[])) == []
        assert prepared.rows("none", names) == []
    assert len(queries) == 1, "only the second, which is another: what cannot be asked is not remembered"


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 2 * len(names().query.sql_with_params()[0]))
    written = Written(names)
    for key in ("a", "b", "a", "c", "a"):
        prepared.rows(key, written)
    assert written.times == 3, "a was asked for last, so b was forgotten"
    prepared.rows("b", written)
    assert written.times == 4


def test_what_reads_rows_to_be_written_is_written_anew() -> None:
    """The key can’t tell what has been read: it is read again each time."""
    first = make_organisation(name="Atelier")

    def known() -> Any:
        return names().filter(pk__in=list(Organisation.objects.order_by("pk").values_list("pk", flat=True)))

    assert [name for name, _at in prepared.rows("known", known)] == [first.name]
    make_organisation(name="Bureau")
    assert [name for name, _at in prepared.rows("known", known)] == ["Atelier", "Bureau"]


def people() -> Any:
    """Rows with everything that a page may ask for beside them."""
    return (
        Membership.objects.filter(ended_at=None, created_at__lte=clock.now())
        .select_related("user", "organisation")
        .prefetch_related("organisation__memberships")
        .annotate(day=TruncDate("created_at"), others=Count("organisation__memberships"))
        .defer("organisation__address")
        .order_by("user__email")
    )


def told(row: Any) -> tuple[Any, ...]:
    return (
        row, row.user.email, row.organisation.name, row.day, row.others, row.created_at, row.get_deferred_fields(),
        row.organisation.get_deferred_fields(), [one.pk for one in row.organisation.memberships.all()],
    )  # fmt: skip


def test_rows_of_models_are_those_of_the_orm_and_read_anew() -> None:
    written = Written(people)
    assert prepared.objects("people", written) == []
    organisation = make_organisation(name="Atelier")
    for role in ("lead", "mentor"):
        make_member(organisation, role)
    with CaptureQueriesContext(connection) as queries:
        found = [told(row) for row in prepared.objects("people", written)]
    assert found == [told(row) for row in people()]
    assert (len(found), len(queries)) == (2, 2), "the rows, and what is fetched beside them"
    organisation.name = "Bureau"
    organisation.save()
    assert {row.organisation.name for row in prepared.objects("people", written)} == {"Bureau"}
    assert written.times == 1


def test_rows_of_models_follow_the_moment_and_may_be_none(clock: time_machine.Traveller) -> None:
    make_member(make_organisation(), "lead")
    written = Written(people)
    assert len(prepared.objects("people", written)) == 1
    clock.shift(timedelta(minutes=-1))
    assert prepared.objects("people", written) == []
    assert written.times == 1
    assert prepared.objects("nobody", lambda: people().filter(pk__in=[])) == []


def test_what_is_fetched_beside_may_not_ask_for_the_moment() -> None:
    """It is remembered as it was first asked for, and would stay at that moment."""

    def recent(moment: Any) -> Any:
        beside = Membership.objects.filter(created_at__lte=moment()).order_by("pk")
        return Organisation.objects.prefetch_related(Prefetch("memberships", beside)).order_by("pk")

    organisation, long_ago = make_organisation(), clock.now()
    assert prepared.objects("then", lambda: recent(lambda: long_ago)) == [organisation]
    with pytest.raises(ValueError, match="cannot ask the clock"):
        prepared.objects("now", lambda: recent(clock.now))

    def below() -> Any:
        beside = User.objects.prefetch_related(Prefetch("memberships", recent_members())).order_by("pk")
        return Membership.objects.prefetch_related(Prefetch("user", beside)).order_by("pk")

    def recent_members() -> Any:
        return Membership.objects.filter(created_at__lte=clock.now()).order_by("pk")

    with pytest.raises(ValueError, match="cannot ask the clock"):
        prepared.objects("below", below)


def test_nothing_beside_leaves_the_rows() -> None:
    """That nothing can be fetched beside says nothing of the rows themselves."""
    organisation = make_member(make_organisation(), "lead").organisations.get()
    beside = Prefetch("memberships", Membership.objects.none(), to_attr="hers")
    [found] = prepared.objects("bare", lambda: Organisation.objects.prefetch_related(beside).order_by("pk"))
    assert (found, getattr(found, "hers", None)) == (organisation, [])


def test_what_only_the_order_asks_for_is_no_value() -> None:
    make_organisation(name="Atelier")

    def ordered() -> Any:
        return Organisation.objects.order_by("created_at").values_list("name").distinct()

    assert prepared.rows("ordered", ordered) == list(ordered()) == [("Atelier",)]


def test_little_is_remembered_beside_the_text() -> None:
    """Of a statement the ORM makes thirty times as much as its text: a process would hold half a gigabyte of them."""
    prepared.objects(0, lambda: one_of(0))
    tracemalloc.start()
    before, _peak = tracemalloc.get_traced_memory()
    for n in range(1, 51):
        prepared.objects(n, partial(one_of, n))
    gc.collect()
    after, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(prepared._kept) == 51
    assert after - before < 10 * sum(len(one.text) for one in prepared._kept.values())


def one_of(number: int) -> Any:
    return Membership.objects.filter(pk=number).select_related("user", "organisation").order_by("pk")


def test_a_person_is_told_by_who_she_is_and_what_she_holds() -> None:
    organisation = make_organisation()
    one, other = make_member(organisation, "lead"), make_member(organisation, "mentor")
    assert one.standing == (one.pk, False, (organisation.pk, "lead"))
    assert one.standing != other.standing
    one.memberships.update(ended_at=clock.now())
    assert User.objects.get(pk=one.pk).standing == (one.pk, False)
