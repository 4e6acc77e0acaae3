"""What people are told about requests to companies: the company asked, the team, the holder."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from backend.accounts.models import Link, User
from backend.accounts.queries import leads_of
from backend.mail import actions as mail
from journeys.models import HostAsk


def _post(letter: str, ask: HostAsk, *, to: User | str, key: str, name: str = "", **context: Any) -> None:
    journey = ask.step.journey
    mail.post(
        f"journeys/letters/{letter}",
        to=to,
        name=name,
        key=key,
        context={"ask": ask, "holder": str(journey.holder), "company": ask.company.name, "offer": ask.offer, **context},
        about=ask,
        mentions=[(ask, ask.created_at)],
        organisation=journey.programme.organisation,
    )


def ask_company(ask: HostAsk, token: str, link: Link) -> None:
    """The letter whose link answers yes or no."""
    _post(
        "host_ask", ask, to=link.email, name=ask.company.contact_name, key=f"host_ask:{link.pk}",
        project=ask.step.journey.project, until=link.expires_at,
        link=settings.SITE_URL + reverse("journeys:host_ask_link", args=[token]),
    )  # fmt: skip


def tell_company_withdrawn(ask: HostAsk) -> None:
    """It need not answer any more."""
    if ask.company.contact_email:
        _post(
            "host_ask_withdrawn", ask, to=ask.company.contact_email, name=ask.company.contact_name,
            key=f"host_ask_withdrawn:{ask.pk}",
        )  # fmt: skip


def tell_team(ask: HostAsk, *, but: User | None = None) -> None:
    """The referent, or without one the leads: a wish to take up, or what the company answered. Not who did it."""
    referent = ask.step.journey.referent
    leads = leads_of(ask.step.journey.programme.organisation).order_by("pk")
    link = settings.SITE_URL + reverse("journeys:host_ask_detail", args=[ask.pk])
    for reader in [referent] if referent else leads:
        if reader != but:
            _post("host_ask_team", ask, to=reader, key=f"host_ask_{ask.state}:{ask.pk}:{reader.pk}", link=link)


def tell_holder(ask: HostAsk) -> None:
    """What the company answered."""
    link = settings.SITE_URL + reverse("journeys:host_ask_detail", args=[ask.pk])
    _post(
        "host_ask_answer", ask, to=ask.step.journey.holder.user, key=f"host_ask_answer:{ask.pk}:{ask.state}", link=link
    )
