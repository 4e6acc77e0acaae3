"""A letter as it is written: for one reader, in her language, complete, and without secrets for others."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.mail import actions, queries, tasks
from backend.mail.letters import masked, reader_of, without_addresses
from backend.mail.mime import Letter, ascii_address, build
from tests.factories.mail import Mailbox, last_letter_to, link_in, make_email, parsed

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
words = st.text(max_size=200)


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "key": "key", "sender_name": "Les Écossolies", "sender": "rdv@jalon.localhost", "to_name": "Hawa Diallo",
        "to": "hawa@example.org", "subject": "Bonjour", "text": "Bonjour\n", "html": "<p>Bonjour</p>\n",
        "language": "fr", "date": NOW,
    }  # fmt: skip
    return Letter(**{**values, **changes})


@settings(deadline=None)
@given(name=words, subject=words, text=words)
def test_no_text_can_add_a_header_or_a_recipient(name: str, subject: str, text: str) -> None:
    raw = build(letter(sender_name=name, to_name=name, subject=subject, text=text))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message = parsed(raw)
    assert [address.addr_spec for address in message["To"].addresses] == ["hawa@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["rdv@jalon.localhost"]
    assert set(message.keys()) == {
        "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "Content-Language",
    }  # fmt: skip


def test_what_was_written_is_what_is_read() -> None:
    message = parsed(
        build(letter(subject="Séance déplacée : « à lundi »", text="é" * 500 + "\nfin\n", reply_to="a@b.fr"))
    )
    assert (message["Subject"], message["Reply-To"]) == ("Séance déplacée : « à lundi »", "a@b.fr")
    assert message["To"].addresses[0].display_name == "Hawa Diallo"
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert [part.get_content().splitlines() for part in message.iter_parts()] == [
        ["é" * 500, "fin"], ["<p>Bonjour</p>"],
    ]  # fmt: skip


def test_the_same_letter_is_the_same_bytes_and_another_key_another_message_id() -> None:
    assert build(letter()) == build(letter())
    assert parsed(build(letter()))["Message-ID"] != parsed(build(letter(key="other")))["Message-ID"]


def test_a_domain_with_accents_is_written_as_servers_know_it() -> None:
    assert ascii_address("zoe@écoles.example") == "zoe@xn--coles-9ra.example"
    assert ascii_address("Zoe@Example.org") == "Zoe@Example.org"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("own", "house", "asked", "expected"),
    [("en", "fr", None, "en"), ("", "en", None, "en"), ("fr", "en", "en", "en"), ("", "fr", None, "fr")],
)
def test_the_language_is_hers_else_her_organisation_s(
    holder: User, organisation: Organisation, own: str, house: str, asked: str | None, expected: str
) -> None:
    holder.language, organisation.language = own, house
    assert reader_of(holder, "", asked, organisation).language == expected
    assert reader_of("x@example.org", "", None, organisation).language == house
    assert reader_of("x@example.org", "", None, None).language == "fr"


@pytest.mark.django_db
def test_an_unknown_time_zone_is_read_as_paris(holder: User, organisation: Organisation) -> None:
    holder.time_zone = "Mars/Olympus"
    assert make_email(holder, organisation=organisation).language == "fr"


@pytest.mark.django_db
def test_text_is_not_escaped_and_the_page_is(holder: User) -> None:
    email = make_email(holder, context={"notice_subject": "L’un & l’autre", "notice": "1 < 2 & 3"})
    assert (email.subject, "1 < 2 & 3" in email.text, "1 &lt; 2 &amp; 3" in email.html) == (
        "L’un & l’autre",
        True,
        True,
    )


@pytest.mark.django_db
def test_words_go_back_to_the_organisation_and_the_letter_comes_in_its_name(
    holder: User, organisation: Organisation, settings: Any
) -> None:
    message = parsed(make_email(holder, organisation=organisation).message)
    assert message["From"].addresses[0].display_name == "Les Écossolies"
    assert message["From"].addresses[0].addr_spec == settings.MAIL_ADDRESS
    assert message["Reply-To"] == organisation.contact_email


# --- Secrets --------------------------------------------------------------------------------------
TOKEN = "Ab3_" * 8
LINK = f"http://testserver/l/{TOKEN}"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (f"See {LINK}.", "See http://testserver/l/«…»."),
        (f'<a href="{LINK}">', '<a href="http://testserver/l/«…»">'),
        (f"{LINK}/yes?x=1", "http://testserver/l/«…»/yes?x=1"),
        ("http://testserver/letters/12/", "http://testserver/letters/12/"),
        ("no link at all " + TOKEN, "no link at all " + TOKEN),
    ],
)
def test_the_secret_of_a_link_is_masked(body: str, shown: str) -> None:
    assert masked(body) == shown


def test_what_a_server_said_is_read_without_the_address() -> None:
    said = "550 5.1.1 <zoe@example.org>: no mailbox zoe@example.org here"
    assert without_addresses(said) == "550 5.1.1 «…»: no mailbox «…» here"


@pytest.fixture
def not_the_demo(settings: Any) -> None:
    settings.DEMO = False


@pytest.mark.django_db
def test_outside_the_demo_no_row_keeps_a_link_that_works(mailbox: Mailbox, holder: User, not_the_demo: None) -> None:
    email = make_email(holder, context={"notice_subject": "x", "notice": f"See {LINK}"})
    assert TOKEN not in email.text + email.html
    assert link_in(email) == f"/l/{TOKEN}"
    tasks.deliver(email.pk)
    email.refresh_from_db()
    assert (bytes(email.message), queries.links_in(email)) == (b"", [])
    assert TOKEN in mailbox.messages[0].decode()


@pytest.mark.django_db
def test_outside_the_demo_a_code_is_nowhere_but_in_the_letter(
    mailbox: Mailbox, holder: User, not_the_demo: None
) -> None:
    email = make_email(
        holder, template="mail/letters/sign_in_code", context={"code": "482913", "minutes": 15}, is_secret=True
    )
    assert (email.text, email.html, queries.readable_text(email, holder)) == ("", "", "")
    assert "482913" not in email.subject
    tasks.deliver(email.pk)
    assert "482913" in mailbox.read()[0].get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_letters_of_a_former_demo_are_masked_when_read(holder: User, settings: Any) -> None:
    email = make_email(holder, context={"notice_subject": "x", "notice": f"See {LINK}"})
    assert TOKEN in queries.readable_text(email, holder)
    settings.DEMO = False
    assert TOKEN not in queries.readable_text(email, holder) + queries.readable_html(email, holder)


# --- Every letter of this app, as it reads --------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_code_letter_says_all_in_a_few_words(holder: User, language: str, snapshot: Any) -> None:
    holder.language = language
    make_email(holder, template="mail/letters/sign_in_code", context={"code": "482913", "minutes": 15})
    snapshot(last_letter_to(holder))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_letter_to_an_unknown_address_gives_nothing_away(language: str, snapshot: Any) -> None:
    context = {"address": "who@example.org"}
    make_email("who@example.org", template="mail/letters/unknown_address", context=context, language=language)
    snapshot(last_letter_to("who@example.org"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_invitation_says_who_invites_to_what(
    organisation: Organisation, lead: User, language: str, snapshot: Any
) -> None:
    organisation.language = language
    organisation.save()
    actions.invite_person(organisation, "New@example.org", "mentor", by=lead)
    email = last_letter_to("new@example.org")
    path = link_in(email, "/invitations/")
    assert re.fullmatch(r"/invitations/[\w-]{32}/", path)
    snapshot(email, hide=path)


@pytest.mark.django_db
def test_history_replayed_for_the_demo_counts_as_sent(mailbox: Mailbox, holder: User) -> None:
    make_email(holder)
    assert actions.settle_history(before=house_clock.now() + timedelta(minutes=1)) == 1
    assert (tasks.sweep_outbox(), last_letter_to(holder).state) == (0, "sent")
