"""The letter of what is due: one for all, with one link that needs no sign-in."""

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail import actions as mail
from journeys.models import Commitment

PURPOSE = "commitments"
LINK_DAYS = 30


def commitments_due(owner: User, due: list[Commitment], late: list[Commitment], organisation: Organisation) -> None:
    """What is due today or tomorrow, and what is late besides."""
    mail.post(
        "journeys/letters/commitments_due",
        to=owner,
        key=f"commitments_due:{due[0].pk}:{due[0].due_on:%Y%m%d}",
        context={"due": due, "late": late, "owner": owner, "link": commitments_link(owner)},
        about=due[0].journey if len({one.journey_id for one in (*due, *late)}) == 1 else None,
        organisation=organisation,
        mentions=[(one, one.due_on) for one in [*due, *late] if one.due_on],
        drop_after=clock.now() + clock.days(1),
    )


def commitments_link(owner: User) -> str:
    """Where she ticks, moves or drops what she promised, and nothing else."""
    _made, token = accounts.make_link(PURPOSE, about=owner, user=owner, days=LINK_DAYS)
    return settings.SITE_URL + reverse("journeys:commitments_link", args=[token])
