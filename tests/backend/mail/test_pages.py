"""The outbox as pages and over the API, and the door an invited person comes in by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.mail import actions
from backend.mail.models import Email
from tests.factories.accounts import make_user
from tests.factories.calendars import make_invite
from tests.factories.mail import last_letter_to, letters_to, link_in, make_email

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def subjects(response: Any) -> list[str]:
    return [email.subject for email in response.context["page"]]


# --- One's own --------------------------------------------------------------------------------------
def test_everybody_reads_the_letters_written_to_her_and_no_other(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation, other_organisation: Organisation,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    client, door = client_of(holder), reverse("mail:letters_own")
    assert "Pas encore de courrier" in client.get(door).content.decode()
    hers = [make_email(holder, organisation=one) for one in (organisation, other_organisation)]
    make_email(holder, is_secret=True)
    make_email(lead, organisation=organisation)
    old = make_email(holder, organisation=organisation)
    Email.objects.filter(pk=old.pk).update(state="superseded")
    assert subjects(client.get(door)) == [email.subject for email in reversed(hers)]
    assert_num_queries_same(lambda: client.get(door), lambda: make_email(holder, organisation=organisation))
    assert door in client.get(f"/letters/{hers[0].pk}/").content.decode()


# --- The outbox -----------------------------------------------------------------------------------
def test_a_lead_sees_the_letters_of_her_organisation_newest_first(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    ours = [make_email(holder, organisation=organisation) for _ in range(2)]
    make_email(holder, organisation=other_organisation)
    response = client_of(lead).get(reverse("mail:outbox"))
    assert subjects(response) == [email.subject for email in reversed(ours)]


def test_an_empty_outbox_says_what_to_do(client_of: SignIn, lead: User) -> None:
    page = client_of(lead).get(reverse("mail:outbox")).content.decode()
    assert reverse("mail:person_invite") in page and "Pas encore de courrier" in page


def test_filters_narrow_by_state_words_and_subject(
    client_of: SignIn, lead: User, mentor: User, holder: User, organisation: Organisation
) -> None:
    make_invite(organisation, mentor, holder)
    failed = make_email("x@example.org", organisation=organisation, name="Zoé Martin")
    Email.objects.filter(pk=failed.pk).update(state="failed")
    client = client_of(lead)
    url = reverse("mail:outbox")
    assert subjects(client.get(url, {"state": "failed"})) == [failed.subject]
    assert subjects(client.get(url, {"q": "zoé"})) == [failed.subject]
    assert subjects(client.get(url, {"area": "mail"})) == [failed.subject]
    assert len(subjects(client.get(url, {"area": "dates"}))) == 2
    assert subjects(client.get(url, {"q": "nobody"})) == []
    assert len(subjects(client.get(url, {"state": "nonsense"}))) == 3


def test_the_list_costs_the_same_for_one_letter_and_for_three(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    client = client_of(lead)
    make_email(holder, organisation=organisation)
    count = assert_num_queries_same(
        lambda: client.get(reverse("mail:outbox")),
        lambda: [make_email(holder, organisation=organisation) for _ in range(2)],
    )
    assert count == 29


def test_one_letter_is_shown_in_a_frame_that_can_do_nothing(
    client_of: SignIn, lead: User, mentor: User, holder: User, organisation: Organisation
) -> None:
    make_invite(organisation, mentor, holder)
    email = last_letter_to(holder)
    client = client_of(lead)
    page = client.get(reverse("mail:email_detail", args=[email.pk]))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert f'src="{reverse("mail:email_body", args=[email.pk])}"' in page.content.decode()
    body = client.get(reverse("mail:email_body", args=[email.pk]))
    assert body.content.decode() == email.html
    assert (body["X-Frame-Options"], "script" in body["Content-Security-Policy"]) == ("SAMEORIGIN", False)
    assert body["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_invite_of_a_letter_is_downloaded_byte_for_byte(
    client_of: SignIn, mentor: User, holder: User, organisation: Organisation
) -> None:
    make_invite(organisation, mentor, holder)
    email = last_letter_to(holder)
    response = client_of(holder).get(reverse("mail:email_invite", args=[email.pk]))
    assert response.content == bytes(email.calendar)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    plain = make_email(holder)
    assert client_of(holder).get(reverse("mail:email_invite", args=[plain.pk])).status_code == 404


def test_outside_the_demo_a_lead_learns_that_a_code_left_and_nothing_more(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation, settings: Any
) -> None:
    settings.DEMO = False
    context = {"code": "482913", "minutes": 15}
    email = make_email(
        holder, template="mail/letters/sign_in_code", context=context, is_secret=True, organisation=organisation
    )
    client = client_of(lead)
    for name in ("email_detail", "email_body"):
        assert "482913" not in client.get(reverse(f"mail:{name}", args=[email.pk])).content.decode()
    assert "482913" not in client.get(reverse("mail:outbox")).content.decode()


def test_a_lead_sends_again_and_is_told_when_she_cannot(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation
) -> None:
    email = make_email(holder, organisation=organisation)
    url = reverse("mail:email_retry", args=[email.pk])
    client = client_of(lead)
    assert client.post(url).status_code == 409
    assert client.get(url).headers["Location"] == reverse("mail:email_detail", args=[email.pk])  # asked for again
    Email.objects.filter(pk=email.pk).update(state="dead", attempts=12)
    assert client.post(url).status_code == 302
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("pending", 0)


# --- The API --------------------------------------------------------------------------------------
def test_the_api_lists_what_the_page_lists_and_retries(
    client_of: SignIn, lead: User, holder: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    email = make_email(holder, organisation=organisation)
    make_email("x@example.org", organisation=other_organisation)
    client = client_of(lead)
    found = client.get(reverse("api:emails-list")).json()["results"]
    assert [(row["id"], row["state"], row["text"]) for row in found] == [(email.pk, "pending", email.text)]
    retry = reverse("api:emails-retry", args=[email.pk])
    assert client.post(retry, content_type="application/json").status_code == 409
    Email.objects.filter(pk=email.pk).update(state="failed")
    assert client.post(retry, content_type="application/json").json()["state"] == "pending"


# --- Invitations ----------------------------------------------------------------------------------
def invite(organisation: Organisation, lead: User, email: str = "new@example.org", role: str = "mentor") -> str:
    """The address in the letter of a new invitation."""
    actions.invite_person(organisation, email, role, by=lead)
    return link_in(last_letter_to(email), "/invitations/")


def role_of(email: str, organisation: Organisation) -> list[str]:
    held = Membership.objects.active().filter(user__email=email, organisation=organisation)
    return list(held.order_by("role").values_list("role", flat=True))


def test_a_lead_invites_from_the_page(client_of: SignIn, lead: User, organisation: Organisation) -> None:
    client = client_of(lead)
    asked = client.get(reverse("mail:person_invite")).content.decode()
    assert '<option value="holder" selected>' in asked  # nobody becomes a lead by a select left alone
    body = {"organisation": organisation.pk, "email": "new@example.org", "role": "mentor"}
    assert client.post(reverse("mail:person_invite"), body).status_code == 302
    assert [email.template for email in letters_to("new@example.org")] == ["mail/letters/invitation"]
    wrong = client.post(reverse("mail:person_invite"), {**body, "email": lead.email, "role": "lead"})
    assert wrong.status_code == 409 and wrong.context["form"].errors["email"]


def test_nobody_invites_into_an_organisation_that_is_not_hers(
    client_of: SignIn, lead: User, other_organisation: Organisation
) -> None:
    body = {"organisation": other_organisation.pk, "email": "new@example.org", "role": "mentor"}
    response = client_of(lead).post(reverse("mail:person_invite"), body)
    assert response.context["form"].errors["organisation"] and not Email.objects.exists()


def test_a_lead_makes_nobody_a_steward_who_reads_every_organisation(
    client_of: SignIn, lead: User, organisation: Organisation
) -> None:
    body = {"organisation": organisation.pk, "email": "new@example.org", "role": "steward"}
    response = client_of(lead).post(reverse("mail:person_invite"), body)
    assert response.context["form"].errors["role"] and not Email.objects.exists()
    User.objects.filter(pk=lead.pk).update(is_staff=True)
    assert client_of(lead).post(reverse("mail:person_invite"), body).status_code == 302
    assert [email.template for email in letters_to("new@example.org")] == ["mail/letters/invitation"]


def test_opening_the_link_changes_nothing_and_accepting_lets_a_newcomer_in(
    anonymous: Client, organisation: Organisation, lead: User
) -> None:
    path = invite(organisation, lead)
    page = anonymous.get(path).content.decode()
    assert "Léa Riou" in page and "Les Écossolies" in page
    assert role_of("new@example.org", organisation) == []
    response = anonymous.post(path)
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert role_of("new@example.org", organisation) == ["mentor"]
    assert anonymous.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)
    assert anonymous.get(path).status_code == 404


def test_somebody_with_an_account_signs_in_as_always(
    anonymous: Client, organisation: Organisation, lead: User, clock: time_machine.Traveller
) -> None:
    known = make_user("known@example.org")
    Client().force_login(known)
    path = invite(organisation, lead, known.email)
    response = anonymous.post(path)
    assert response["Location"] == reverse("account_login") and "_auth_user_id" not in anonymous.session
    assert role_of(known.email, organisation) == ["mentor"]


def test_somebody_else_signed_in_is_told_so(
    client_of: SignIn, organisation: Organisation, lead: User, outsider: User
) -> None:
    path = invite(organisation, lead)
    client = client_of(outsider)
    assert outsider.email in client.get(path).content.decode()
    client.post(path)
    assert role_of("new@example.org", organisation) == role_of(outsider.email, organisation) == []


def test_an_invitation_expires_and_a_newer_one_replaces_it(
    anonymous: Client, organisation: Organisation, lead: User, clock: time_machine.Traveller
) -> None:
    old, new = invite(organisation, lead), invite(organisation, lead)
    assert (anonymous.get(old).status_code, anonymous.get(new).status_code) == (404, 200)
    assert [email.state for email in letters_to("new@example.org")] == ["superseded", "pending"]
    clock.shift(timedelta(days=15))
    assert anonymous.post(new).status_code == 404


# --- Signing in -----------------------------------------------------------------------------------
def ask_for_a_code(client: Client, email: str) -> Any:
    return client.post(reverse("account_request_login_code"), {"email": email})


def test_a_person_signs_in_with_the_code_of_her_letter(anonymous: Client, holder: User) -> None:
    answer = ask_for_a_code(anonymous, holder.email.upper())
    assert answer.status_code == 302
    email = last_letter_to(holder)
    assert (email.template, email.is_secret) == ("mail/letters/sign_in_code", True)
    code = email.text.split("\n\n")[2].strip()
    anonymous.post(reverse("account_confirm_login_code"), {"code": code})
    assert anonymous.session["_auth_user_id"] == str(holder.pk)


def test_an_unknown_address_gets_the_same_answer_and_a_neutral_letter(anonymous: Client, holder: User) -> None:
    known, unknown = ask_for_a_code(Client(), holder.email), ask_for_a_code(anonymous, "nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert last_letter_to("nobody@example.org").template == "mail/letters/unknown_address"


def test_a_second_code_replaces_a_first_that_still_waits(anonymous: Client, holder: User) -> None:
    ask_for_a_code(anonymous, holder.email)
    ask_for_a_code(Client(), holder.email)
    assert [email.state for email in letters_to(holder)] == ["superseded", "pending"]


def test_nobody_signs_up_by_herself(anonymous: Client) -> None:
    anonymous.post(reverse("account_signup"), {"email": "new@example.org"})
    assert not User.objects.filter(email="new@example.org").exists()
