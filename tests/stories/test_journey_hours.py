"""Hours, from the mentor’s log to every page: declared, disputed, corrected, confirmed from the letter."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from backend.accounts.actions import make_link
from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys.models import Delivery
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_pair

Browser = Callable[[User], Client]


def test_hours_travel_from_the_log_to_every_page(
    organisation: Organisation, lead: User, mentor: User, holder: User, anonymous: Client, client_of: Browser
) -> None:
    journey = make_journey(organisation, holder, referent=lead, started_on=clock.today() - timedelta(days=50))
    pair = make_pair(organisation, mentor, journey=journey)

    # After fifty days without anything the lead finds a hole, and plans from it.
    main = client_of(lead).get("/").context["home"].main
    assert (main.journey, main.sign.code) == (journey, "hole")

    # The mentor logs a session; the holder's home asks her one thing.
    make_held_session(pair)
    delivery = Delivery.objects.get()
    home = client_of(holder).get("/").context["home"]
    assert (home.main.code, home.ledger.minutes, home.ledger.sure) == ("confirm", delivery.minutes, 0)

    # It was shorter: she says so, the lead is told first thing, and corrects the line.
    client_of(holder).post(reverse("journeys:delivery_dispute", args=[delivery.pk]), {"comment": "Une heure."})
    main = client_of(lead).get("/").context["home"].main
    assert (main.journey, main.sign.code) == (journey, "disputed")
    client_of(lead).post(
        reverse("journeys:delivery_replace", args=[delivery.pk]),
        {
            "happened_at_0": "2026-11-22",
            "happened_at_1": "10:00",
            "minutes_0": "1",
            "minutes_1": "0",
            "reason": "Une heure",
        },
    )
    corrected = Delivery.objects.get(replaces=delivery)

    # She confirms from a link, without signing in; a second tap changes nothing.
    _link, token = make_link("delivery_confirm", about=corrected, user=holder)
    for _tap in range(2):
        anonymous.post(reverse("journeys:delivery_confirm_link", args=[token]), {"act": "confirm"})
    corrected.refresh_from_db()
    assert (corrected.state, corrected.confirmed_by) == ("confirmed", holder)

    # The same sixty minutes stand everywhere, and nobody needs the lead any more.
    pages = [
        client_of(holder).get("/").context["home"].ledger,
        client_of(holder).get(reverse("journeys:ledger")).context["ledger"],
        client_of(mentor).get(reverse("journeys:journey_detail", args=[journey.pk])).context["ledger"],
        client_of(lead).get("/").context["home"].hours,
    ]
    assert [(page.minutes, page.sure) for page in pages] == [(60, 60)] * 4
    assert client_of(lead).get("/").context["home"].needs == []
