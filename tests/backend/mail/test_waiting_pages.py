"""When letters wait, leads read since when, why, and what to do; nobody else does."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.lib.heartbeat import beat
from backend.mail import queries, tasks
from backend.mail.actions.relay import note_trouble, server_rests
from backend.mail.models import Email, Relay
from backend.mail.smtp import NotNow, ServerTrouble
from tests.factories.journeys import make_journey
from tests.factories.mail import Mailbox, make_email, smtp_server

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def waiting(organisation: Organisation, holder: User, clock: time_machine.Traveller) -> None:
    """Two letters that should have left six minutes ago, and a journey for the home to be full."""
    make_journey(organisation)
    for _ in range(2):
        make_email(holder, organisation=organisation)
    clock.shift(timedelta(minutes=6))


def test_leads_read_that_nobody_is_sending_and_others_do_not(
    client_of: SignIn, waiting: None, lead: User, holder: User, observer: User, outsider: User
) -> None:
    words = "attendent depuis 9\xa0h\xa0: plus rien ne les envoie"
    for url in (reverse("home"), reverse("mail:outbox")):
        assert words in client_of(lead).get(url).content.decode()
    for person in (holder, observer, outsider):
        assert "plus rien ne les envoie" not in client_of(person).get(reverse("home"), follow=True).content.decode()


def test_leads_read_what_the_server_said_without_an_address(
    settings: Any, client_of: SignIn, waiting: None, lead: User
) -> None:
    beat()
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"
    tasks.sweep_outbox()
    lead.language = "en"
    lead.save()
    page = client_of(lead).get(reverse("mail:outbox")).content.decode()
    assert "letters have been waiting since 9:00: the mail server does not answer" in page
    assert "ConnectionRefusedError" in page
    home = client_of(lead).get(reverse("home")).content.decode()
    assert "letters have been waiting since 9:00: the mail server does not answer" in home


def test_readyz_names_what_keeps_letters_and_counts_those_given_up(
    client: Client, waiting: None, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=10))
    beat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["letters"]["given_up"]) == (503, 0)
    assert answer.json()["checks"]["outbox"].endswith("letters wait since 2026-11-23T08:00:00Z: busy")


# --- What is known ----------------------------------------------------------------------------------
@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with smtp_server() as box:
        settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = "django.core.mail.backends.smtp.EmailBackend", False
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER = "127.0.0.1", box.port, ""
        yield box


def test_health_counts_what_waits_and_since_when(mailbox: Mailbox, holder: User, clock: time_machine.Traveller) -> None:
    assert queries.outbox_health() == queries.OutboxHealth(0, 0, None, 0, 0)
    email = make_email(holder)
    make_email(holder, not_before=house_clock.now() + timedelta(hours=3))
    mailbox.answers[holder.email] = ["451 busy"]
    clock.shift(timedelta(minutes=7))
    dead = make_email(holder)
    Email.objects.filter(pk=dead.pk).update(state="dead")
    tasks.deliver(email.pk)  # put back to later, it still waits since it was written
    health = queries.outbox_health()
    assert health == queries.OutboxHealth(2, 1, email.created_at, 1, 0)
    assert health.oldest == timedelta(minutes=7)


def test_why_letters_wait_is_told_by_what_is_known(
    settings: Any, mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    def told() -> tuple[int, str] | None:
        wait = queries.letters_waiting()
        return (wait.count, wait.cause) if wait else None

    assert told() is None  # nothing waits, and no worker was ever seen
    beat()
    make_email(holder)
    clock.shift(timedelta(minutes=6))
    assert told() == (1, "nobody")
    beat()
    assert told() is None
    here, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tasks.sweep_outbox()
    since = Relay.objects.get().failing_since
    clock.shift(timedelta(minutes=2))
    tasks.sweep_outbox()
    assert (told(), Relay.objects.get().failures, Relay.objects.get().failing_since) == ((1, "silent"), 2, since)
    settings.EMAIL_PORT = here
    clock.shift(timedelta(minutes=10))
    beat()
    assert (tasks.sweep_outbox(), told(), Relay.objects.get().trouble) == (1, None, "")
    make_email(holder)
    clock.shift(timedelta(minutes=16))
    beat()
    assert told() == (1, "busy")
    Email.objects.all().delete()
    clock.shift(timedelta(minutes=16))
    assert told() == (0, "nobody")  # the clock rings no reminder either


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "login"),
        (ssl.SSLCertVerificationError("self-signed"), "trust"),
        (ConnectionRefusedError(), "silent"),
        (smtplib.SMTPServerDisconnected("gone"), "silent"),
        (smtplib.SMTPSenderRefused(550, b"no", "rdv@example.org"), "refuses"),
        (smtplib.SMTPRecipientsRefused({"x@example.org": (451, b"later")}), "refuses"),
    ],
)
@pytest.mark.usefixtures("db")
def test_each_trouble_of_the_server_has_its_words(error: Exception, kind: str) -> None:
    trouble = ServerTrouble("no way")
    trouble.__cause__ = error
    note_trouble(trouble)
    assert (Relay.objects.get().trouble, bool(Relay.objects.get().get_trouble_display())) == (kind, True)


@pytest.mark.usefixtures("db")
def test_bells_leave_a_silent_server_to_the_sweep_for_a_minute_whatever_the_cache_forgets(
    settings: Any, mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    emails = [make_email(holder) for _n in range(3)]
    here, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert (tasks.deliver(emails[0].pk), server_rests(), Relay.objects.get().failures) == (0, True, 1)
    cache.clear()
    assert (tasks.deliver(emails[1].pk), Relay.objects.get().failures) == (0, 1)  # nobody rang at its door
    tasks.sweep_outbox()
    assert (server_rests(), Relay.objects.get().failures) == (True, 2)
    settings.EMAIL_PORT = here
    assert not server_rests()  # another server is none of its business
    settings.EMAIL_PORT = 1
    clock.shift(timedelta(seconds=56))
    assert not server_rests()
    clock.shift(timedelta(hours=-1))
    assert not server_rests()  # of a clock that was set back
    clock.shift(timedelta(hours=1))
    settings.EMAIL_PORT = here
    assert (tasks.deliver(emails[2].pk), server_rests(), Relay.objects.get().rests_until) == (1, False, None)


@pytest.mark.usefixtures("db")
def test_a_server_that_says_later_to_some_is_rung_at_for_the_next() -> None:
    note_trouble(NotNow("451 later"))
    assert (Relay.objects.get().trouble, server_rests()) == ("refuses", False)
