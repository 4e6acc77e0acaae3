"""Letters about hours: a corrected line to confirm anew, a statement to sign. Posted inside the act's transaction."""

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.mail import actions as mail
from journeys.models import Delivery, Statement

CONFIRM_PURPOSE = "delivery_confirm"
CONFIRM_DAYS = 60


def confirm_again(delivery: Delivery, *, was: Delivery) -> None:
    """A lead corrected a line: the holder is asked once to confirm the right one, in one tap.

    The key is that of any letter that asks for this line: one letter a line in all.
    """
    holder = delivery.journey.holder.user
    _link, token = accounts.make_link(CONFIRM_PURPOSE, about=delivery, user=holder, days=CONFIRM_DAYS)
    mail.post(
        "journeys/letters/confirm_again",
        to=holder,
        key=f"confirm_hours:{delivery.pk}",
        context={
            "delivery": delivery,
            "was": was,
            "link": settings.SITE_URL + reverse("journeys:delivery_confirm_link", args=[token]),
        },
        about=delivery,
        mentions=[(delivery, delivery.happened_at)],
        organisation=delivery.journey.programme.organisation,
    )


def statement_prepared(statement: Statement) -> None:
    """The hours of a period wait for the holder's signature: told once."""
    mail.post(
        "journeys/letters/statement_prepared",
        to=statement.journey.holder.user,
        key=f"statement:{statement.pk}",
        context={
            "statement": statement,
            "link": settings.SITE_URL + reverse("journeys:statement_detail", args=[statement.pk]),
        },
        about=statement,
        mentions=[(statement, statement.ends_on)],
        organisation=statement.journey.programme.organisation,
    )
