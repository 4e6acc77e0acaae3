"""Letters in a real browser: those that wait or were lost and are sent again, all that may be written, and an invite
answered from its letter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from backend.calendars.models import InviteAttendee
from backend.lib.heartbeat import beat
from backend.mail import tasks
from backend.mail.models import Email
from mentoring.models import Session
from tests.browser.walk import Walk
from tests.factories.mail import make_email
from tests.factories.story import HEROINE, Cast, PostOffice, make_small_cast, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(new_phone: Callable[[Cast], Walk]) -> Walk:
    """The phone of a lead; a pair meets tomorrow, and the letters about it have left."""
    phone = new_phone(make_small_cast())
    work()
    phone.become(phone.cast.lead)
    return phone


# --- Letters that wait, and letters lost -------------------------------------------------------------
def test_a_lead_sees_letters_wait_then_lost_and_sends_them_again(lead: Walk, post: PostOffice, settings: Any) -> None:
    ours = lead.cast.organisation
    waiting = [make_email(to, organisation=ours, name=to) for to in ("gone@example.org", HEROINE)]
    the_mail_server_is_away_and_her_home_says_so(lead, post, settings)
    it_is_back_and_one_letter_is_refused(lead, post)
    she_opens_the_lost_letters_and_sends_them_again(lead, post)
    assert (
        list(Email.objects.filter(pk__in=[one.pk for one in waiting]).values_list("state", flat=True)) == ["sent"] * 2
    )


def the_mail_server_is_away_and_her_home_says_so(lead: Walk, post: PostOffice, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    tasks.sweep_outbox()
    lead.clock.shift(timedelta(minutes=6))
    beat()
    lead.open("/")
    lead.says("2 courriers attendent depuis 9 h : le serveur de courrier ne répond pas", "Rien n’est perdu")
    lead.look("home-letters-wait")
    lead.follow("/letters/")
    lead.says("Prévenez la personne qui gère ce serveur.", "Ce que le serveur a dit : ConnectionRefusedError")
    lead.look("letters-wait")
    settings.EMAIL_PORT = post.box.port


def it_is_back_and_one_letter_is_refused(lead: Walk, post: PostOffice) -> None:
    post.box.answers["gone@example.org"] = ["550 5.1.1 <gone@example.org>: no such mailbox"]
    lead.clock.shift(timedelta(minutes=6))
    tasks.sweep_outbox()
    beat()
    assert tasks.tell_undelivered() == 1
    lead.page.reload()
    assert "attendent depuis" not in lead.words()
    lead.open("/")
    lead.says("1 courrier n’est pas arrivé", "Vérifiez l’adresse, ou appelez.")


def she_opens_the_lost_letters_and_sends_them_again(lead: Walk, post: PostOffice) -> None:
    told = post.link_for(lead.cast.lead.email, "state=lost")
    lead.follow("state=lost")
    assert lead.page.url == lead.site + told  # the home leads where the letter leads
    lead.says("Un courrier n’est pas arrivé.", "Refusé")
    lead.look("letters-lost")
    lead.follow(reverse("mail:email_detail", args=[Email.objects.get(state="failed").pk]))
    lead.says("Ce qui n’a pas marché 550 5.1.1", "no such mailbox")
    lead.look("letter-lost")
    lead.page.go_back()
    lead.press("button:has-text('Renvoyer ces courriers')")
    lead.says("1 courrier repart.")
    assert len(post.letters_to("gone@example.org")) == 1
    lead.open("/letters/?state=lost")
    lead.says("Aucun courrier ne répond à cette recherche.")


# --- All letters -------------------------------------------------------------------------------------
def test_a_lead_reads_any_letter_before_anybody_gets_it_in_both_languages(lead: Walk) -> None:
    written = Email.objects.count()
    lead.open("/letters/")
    lead.press("a:has-text('Tous les courriers')")
    lead.says("Votre code pour vous connecter à Jalon")
    lead.press("a:has-text('Anglais')")
    lead.says("Your code to sign in to Jalon", "Aussitôt, quand quelqu’un demande à se connecter.")
    assert lead.main().get_by_role("link", name="Your code to sign in").get_attribute("lang") == "en"
    lead.follow("/calendars/invite/")
    letter = lead.page.frame_locator("iframe.letter-frame")
    expect(letter.get_by_text("Will you be there?")).to_be_visible()
    lead.says("Quand une date est fixée.", "Non, il part toujours.")
    lead.press("a:has-text('Français')")
    expect(letter.get_by_text("Viendrez-vous ?")).to_be_visible()
    expect(letter.get_by_role("link", name="Peut-être")).to_be_visible()
    assert letter.locator("html").get_attribute("lang") == "fr"
    lead.look("sample")
    lead.press("a:has-text('Texte seul')")
    lead.says("Viendrez-vous ?", "Peut-être :")
    lead.follow("#dates")
    assert urlsplit(lead.page.url).fragment == "dates"
    assert Email.objects.count() == written


# --- Yes, maybe, no ----------------------------------------------------------------------------------
def test_an_invite_is_answered_from_its_letter_and_only_a_press_answers(lead: Walk, post: PostOffice) -> None:
    her, phone = InviteAttendee.objects.get(user__email=HEROINE), lead
    phone.sign_out()
    for say in ("yes", "no", "maybe"):
        phone.open(post.link_for(HEROINE, f"say={say}"))
        her.refresh_from_db()
        assert (her.partstat, her.answered_at) == ("NEEDS-ACTION", None)
    phone.says("Viendrez-vous ?", "Votre réponse Pas encore de réponse")
    phone.look("answer-maybe")
    phone.press("button[value=maybe]")
    phone.says("C’est noté : peut-être", "Peut-être le 23 novembre, 9 h")
    phone.look("answered-maybe")
    phone.unfold()
    phone.type(comment="Mon train arrive à 10 h.")
    phone.press("button[value=no]")
    her.refresh_from_db()
    assert (her.partstat, her.answers.latest("pk").comment) == ("DECLINED", "Mon train arrive à 10 h.")
    phone.become(phone.cast.mentor)
    phone.open(reverse("mentoring:session", args=[Session.objects.get().pk]))
    phone.says("Zoé Lambert", "Décliné le 23 novembre, 9 h")
    phone.look("session-answered")
