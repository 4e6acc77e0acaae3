"""The letters about times put forward."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from backend.accounts import actions as accounts
from backend.lib import clock
from backend.mail import actions as mail
from backend.mail.queries import language_of
from mentoring.actions.letters import organisation_of
from mentoring.models import TimeProposal
from mentoring.queries.times import days_to_last, from_whom, of_both_clocks, to_whom

ANSWER_PURPOSE = "times_answer"
WORDS_DAYS = 30


def times_put_forward(proposal: TimeProposal) -> None:
    """The other of the two reads the times, on her clock; the link takes one without signing in."""
    pair, reader = proposal.mentorship, to_whom(proposal)
    moments = list(proposal.times.values_list("starts_at", flat=True))
    days = days_to_last(moments, clock.now(), WORDS_DAYS)
    _link, token = accounts.make_link(ANSWER_PURPOSE, about=proposal, user=reader, days=days)
    language = language_of(reader, organisation_of(pair))
    with timezone.override(reader.zone), translation.override(language):
        lines = [(moment, of_both_clocks(pair, reader, moment)) for moment in moments]
    mail.post(
        "mentoring/letters/times_put_forward",
        to=reader,
        key=f"times:{proposal.pk}",
        context={
            "proposal": proposal,
            "pair": pair,
            "other": from_whom(proposal),
            "is_ask": proposal.side == "holder",
            "lines": lines,
            "link": settings.SITE_URL + reverse("mentoring:times_link", args=[token]),
        },
        about=proposal,
        organisation=organisation_of(pair),
    )


def times_declined(proposal: TimeProposal) -> None:
    """Whoever put them forward reads that none suits, and why."""
    pair = proposal.mentorship
    mail.post(
        "mentoring/letters/times_declined",
        to=from_whom(proposal),
        key=f"times_declined:{proposal.pk}",
        context={
            "proposal": proposal,
            "pair": pair,
            "other": to_whom(proposal),
            "link": settings.SITE_URL + reverse("mentoring:times_find", args=[pair.pk]),
        },
        about=proposal,
        organisation=organisation_of(pair),
    )
