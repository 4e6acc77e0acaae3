"""Letters one does without: what may be refused, by whom, and what becomes of what was to leave."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from backend.mail import actions, tasks
from backend.mail.choosing import token_of, who
from backend.mail.kinds import KIND_OF
from backend.mail.models import Email, LetterChoice
from backend.mail.queries import unwanted_kinds
from tests.factories.accounts import make_user
from tests.factories.mail import Mailbox, make_email, parsed

pytestmark = pytest.mark.django_db


@pytest.fixture
def nudge(monkeypatch: pytest.MonkeyPatch) -> str:
    """A template that needs no context, as a reminder."""
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF["evaluation/letters/survey_reminder"])
    return "mail/letters/account_notice"


def test_every_letter_has_its_kind() -> None:
    found = {
        f"{path.parent.parent.name}/letters/{path.name.removesuffix('_subject.txt')}"
        for path in Path(settings.BASE_DIR).glob("*/**/letters/*_subject.txt")
        if ".venv" not in path.parts
    }
    assert found == set(KIND_OF)


def test_a_refused_kind_is_written_down_and_never_leaves(
    holder: User, organisation: Organisation, nudge: str, mailbox: Mailbox
) -> None:
    waiting, key = make_email(holder, organisation=organisation, template=nudge), "nudge:2"
    actions.choose_letters(holder, {"surveys": False}, by=holder)
    refused = make_email(holder, organisation=organisation, template=nudge, key=key)
    assert make_email(holder, template=nudge, key=key) == refused
    tasks.sweep_outbox()
    assert mailbox.recipients == []
    assert list(Email.objects.filter(to_user=holder).order_by("pk").values_list("state", "message")) == [
        ("unwanted", b""), ("unwanted", b""),
    ]  # fmt: skip
    assert waiting.pk != refused.pk
    actions.choose_letters(holder, {"surveys": True}, by=holder)
    assert make_email(holder, template=nudge).state == "pending"
    assert Entry.objects.filter(verb="choose_letters").count() == 2


def test_a_letter_that_is_needed_can_not_be_refused(holder: User) -> None:
    for kind in ("account", "dates", "nothing"):
        with pytest.raises(Refused, match="nécessaires"):
            actions.choose_letters(holder, {kind: False}, by=holder)
    assert not LetterChoice.objects.exists()


def test_the_letter_offers_one_click_to_its_mail_program(holder: User, nudge: str) -> None:
    message = parsed(make_email(holder, template=nudge).message)
    url = reverse("mail:letters_stop", args=["surveys", token_of(holder.pk, "")])
    assert message["List-Unsubscribe"] == f"<{settings.SITE_URL}{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_needs_no_cookie_and_a_get_changes_nothing(holder: User) -> None:
    url = reverse("mail:letters_stop", args=["surveys", token_of(holder.pk, "")])
    program = Client(enforce_csrf_checks=True)
    assert (program.get(url).status_code, unwanted_kinds(holder)) == (200, set())
    for _time in range(2):
        answer = program.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, unwanted_kinds(holder)) == (200, {"surveys"})
    assert LetterChoice.objects.count() == 1


def test_somebody_without_an_account_chooses_too_and_keeps_her_choice_with_one(nudge: str) -> None:
    address = "Host@Example.org"
    url = reverse("mail:letter_choices_link", args=[token_of(None, address)])
    kept = Client().post(
        url,
        {
            "news": "on",
            "reports": "on",
            "questions": "on",
            "reminders": "on",
            "hours": "on",
            "briefings": "on",
            "near": "on",
            "weekly": "on",
        },
    )
    assert (kept.status_code, unwanted_kinds(address)) == (302, {"surveys"})
    assert make_email("host@example.org", template=nudge).state == "unwanted"
    host = make_user("host@example.org")
    assert unwanted_kinds(host) == {"surveys"}
    actions.choose_letters(host, {"surveys": True}, by=host)
    assert unwanted_kinds(host) == set()


def test_a_token_opens_its_own_reader_only(holder: User) -> None:
    token = token_of(holder.pk, "")
    assert who(token) == (holder.pk, "")
    assert who(token[:-1] + ("A" if token[-1] != "A" else "Q")) == (None, "")
    assert [who(bad) for bad in ("", "é" * 30, "a" * 22, "a" * 40)] == [(None, "")] * 4
