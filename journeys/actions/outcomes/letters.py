"""What people are asked about what came of a journey: its holder, and whom she cooperates with."""

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.lib import clock
from backend.mail import actions as mail
from journeys.models import FollowUp, Outcome

FOLLOW_UP, COOPERATION = "follow_up", "cooperation"
OPEN_FOR_DAYS, LEAVES_WITHIN_DAYS = 90, 30


def ask_holder(follow_up: FollowUp) -> None:
    """Three answers of one tap each; the link asks nothing else, and no account. Left out rather than a month late."""
    journey = follow_up.journey
    made, token = accounts.make_link(FOLLOW_UP, about=follow_up, user=journey.holder.user, days=OPEN_FOR_DAYS)
    mail.post(
        "journeys/letters/follow_up",
        to=journey.holder.user,
        key=f"follow_up:{follow_up.pk}",
        context={
            "project": journey.project.name, "programme": journey.programme.title, "months": follow_up.months,
            "is_last": follow_up.months == FollowUp.MONTHS[-1], "until": made.expires_at,
            "link": settings.SITE_URL + reverse("journeys:follow_up_link", args=[token]),
        },
        about=follow_up,
        drop_after=clock.now() + clock.days(LEAVES_WITHIN_DAYS),
        organisation=journey.programme.organisation,
    )  # fmt: skip


def ask_partner(outcome: Outcome) -> None:
    """Yes or no in one tap, without an account."""
    journey = outcome.journey
    made, token = accounts.make_link(COOPERATION, about=outcome, email=outcome.partner_email, days=OPEN_FOR_DAYS)
    mail.post(
        "journeys/letters/cooperation_ask",
        to=outcome.partner_email,
        name=outcome.partner,
        key=f"cooperation:{made.pk}",
        context={
            "holder": str(journey.holder), "project": journey.project.name, "since": outcome.happened_on,
            "until": made.expires_at, "link": settings.SITE_URL + reverse("journeys:cooperation_link", args=[token]),
        },
        about=outcome,
        organisation=journey.programme.organisation,
    )  # fmt: skip
