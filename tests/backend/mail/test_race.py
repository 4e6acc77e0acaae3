"""Two workers, one letter: the database decides, not luck."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from backend.lib import clock
from backend.mail import queries
from backend.mail.actions import delivery
from backend.mail.mime import CalendarPart
from backend.mail.models import Email
from tests.factories.mail import make_email

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
WORKERS = 4


def at_once(ids: list[int]) -> list[int]:
    """Every worker claims its letter at the same moment; the ids that were won."""
    start = Barrier(len(ids))

    def work(pk: int) -> int | None:
        try:
            start.wait()
            claimed = delivery.claim(pk)
            return claimed.pk if claimed else None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(ids)) as pool:
        return [pk for pk in pool.map(work, ids) if pk is not None]


def test_one_letter_is_claimed_by_exactly_one_of_many_workers() -> None:
    for _ in range(5):
        email = make_email()
        assert at_once([email.pk] * WORKERS) == [email.pk]
        email.refresh_from_db()
        assert email.attempts == 1


def test_of_one_stream_only_the_oldest_unsent_letter_is_in_flight() -> None:
    letters = []
    for sequence in range(WORKERS):
        part = CalendarPart("uid@jalon", "REQUEST", sequence, clock.now(), b"BEGIN:VCALENDAR\r\n")
        with transaction.atomic():
            letters.append(make_email(invite=part, stream="s"))
    Email.objects.update(state=Email.State.PENDING)  # as if nobody had superseded anything
    assert at_once([email.pk for email in letters]) == [letters[0].pk]
    assert queries.outbox_health().pending == WORKERS
