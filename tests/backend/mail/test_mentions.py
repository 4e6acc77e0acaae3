"""What letters told whom: the memory by which nobody is told of one date twice, whatever writes to her."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.lib import clock
from backend.mail.models import Email, Mention
from backend.mail.queries import Telling, told_lately
from tests.factories.calendars import make_invite
from tests.factories.mail import make_email

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_who_was_told_of_which_date_by_letters_that_leave_or_left(
    holder: User, mentor: User, organisation: Organisation, other_organisation: Organisation,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    now = clock.now()
    when = now + 7 * DAY
    both = [(organisation, when), (other_organisation, date(2026, 12, 1))]
    make_email(holder, mentions=both)
    make_email("Tutor@Example.org", mentions=both[:1], not_before=now + DAY)
    make_email(mentor, mentions=[(organisation, when - DAY), *both[1:]])
    people = [holder, mentor, "tutor@example.org", "somebody@example.org"]
    with django_assert_num_queries(1):
        told = told_lately(people, both, since=now - DAY)
    assert told == {
        (holder.pk, organisation): [Telling(now, "account")],
        (holder.pk, other_organisation): [Telling(now, "account")],
        ("tutor@example.org", organisation): [Telling(now + DAY, "account")],
        (mentor.pk, other_organisation): [Telling(now, "account")],
    }
    assert list(told_lately(people, both, since=now + DAY)) == [("tutor@example.org", organisation)]
    assert told_lately([], both, since=now) == told_lately(people, [], since=now) == {}
    Email.objects.filter(to_user=holder).update(state="sent", sent_at=now + 2 * DAY)
    assert told_lately([holder], both[:1], since=now + DAY)[holder.pk, organisation][0].at == now + 2 * DAY
    for state in ("failed", "dead", "superseded", "unwanted", "kept_back", "dropped"):
        Email.objects.filter(to_user=holder).update(state=state, sent_at=None)
        assert told_lately([holder], both, since=now - DAY) == {}
    assert Mention.objects.count() == 5


@pytest.mark.django_db
def test_an_invite_and_its_moves_tell_of_the_date_they_say(
    holder: User, mentor: User, organisation: Organisation
) -> None:
    was = clock.now() + 7 * DAY
    make_invite(organisation, mentor, holder, starts_at=was)
    calendars.move_invite(organisation, starts_at=was + DAY, by=None)
    for at, count in ((was, 0), (was + DAY, 2)):
        assert len(told_lately([holder, mentor], [(organisation, at)], since=clock.now())) == count
    calendars.cancel_invite(organisation, by=None)
    assert told_lately([holder, mentor], [(organisation, was + DAY)], since=clock.now()) == {}
