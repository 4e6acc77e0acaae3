"""Weekly letters: each written once, at its time, or not at all."""

from datetime import datetime

from django.db import IntegrityError, transaction

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.lib.sweeps import alone
from backend.mail.actions.letters import post
from backend.mail.models import WeeklyLetter
from backend.mail.queries.weekly import due_weekly, sheets_of
from backend.mail.weekly import Sheet, Slot

BATCH = 200
"""Letters per ring, so that a job stays well under its minute; with more it rings again at once."""
SWEEP = "backend.mail.tasks.sweep_weekly_letters"


def sweep_weekly_letters(now: datetime | None = None) -> int:
    """Whoever is due her weekly letter gets it, unless there is nothing to say; how many letters were written.

    A worker stopped on the day makes up for it until the third day after; then the week goes without.
    """
    at, written, room = now or clock.now(), 0, BATCH
    for organisation in Organisation.objects.order_by("pk"):
        due, told = 0, list[bool]()
        with alone(organisation):
            due, told = _told(organisation, at, room)
        written, room = written + told.count(True), room - due
        if not room:
            # Where nothing was settled, ringing at once would go round and round.
            if told:
                with transaction.atomic():
                    enqueue(SWEEP)
            break
    return written


def _told(organisation: Organisation, at: datetime, room: int) -> tuple[int, list[bool]]:
    """How many were due, and for each whose week is settled whether she gets a letter."""
    due, settled = due_weekly(organisation, at)[:room], []
    sheets = sheets_of(organisation, due, at)
    for user, own in due:
        with alone(user):
            settled.append(write_weekly_letter(user, organisation, own, sheets[user.pk]))
    return len(due), settled


@transaction.atomic
def write_weekly_letter(user: User, organisation: Organisation, own: Slot, said: Sheet) -> bool:
    """Her week is settled: with a letter if there is something to say; True when this call posts it. Twice is once."""
    try:
        with transaction.atomic():
            row = WeeklyLetter.objects.create(user=user, organisation=organisation, week=own.week, told=said.told)
    except IntegrityError:  # another sweep was faster
        return False
    if not said.lines:
        return False
    row.email = post(
        "mail/letters/weekly",
        to=user,
        key=f"weekly:{organisation.pk}:{user.pk}:{own.week}",
        context={"sections": said.sections, "first": own.due},
        organisation=organisation,
        drop_after=own.over,
        mentions=[line.thing for line in said.lines if line.thing],
    )
    row.save(update_fields=["email"])
    return True
