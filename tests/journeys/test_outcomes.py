"""What came of a journey: noted, corrected without losing the former value, shown, confirmed by both sides."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions as journeys
from journeys.actions import outcomes as actions
from journeys.forms.outcomes import AmountField
from journeys.models import Journey, Outcome
from tests.factories.journeys import make_holder, make_journey, step_of
from tests.factories.mail import letters_to, link_in
from tests.factories.outcomes import FACTS, make_outcome

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
DAY = date(2026, 11, 2)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, started_on=date(2026, 1, 5), referent=lead, by=lead)


@pytest.fixture
def cooperation(journey: Journey) -> Outcome:
    return make_outcome(journey, "cooperation", DAY)


def test_each_kind_is_noted_and_reads_in_words(journey: Journey, lead: User, client_of: Browser) -> None:
    for kind in FACTS:
        make_outcome(journey, kind, DAY, by=lead)
    answer = client_of(lead).get(reverse("journeys:journey_detail", args=[journey.pk]))
    page = answer.content.decode().replace("\u202f", "\u00a0")
    for words in (
        "Projet créé : SCIC", "Emplois : +1,5 ETP", "Financement obtenu : 12 000 €, subvention, Région",
        "Coopération : Atelier du Lac", "Situation après le parcours : a créé une structure",
        "Activité du projet : toujours en activité", "Le parcours a-t-il aidé : beaucoup",
        "2 novembre 2026 · dit par Léa Riou · noté le 23 novembre 2026",
    ):  # fmt: skip
        assert words.replace(" :", "\u00a0:").replace("12 000 €", "12\u00a0000\u00a0€") in page.replace(
            "\u202f", "\u00a0"
        )


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("jobs", {"jobs_created": Decimal(1)}, "jobs_created"),
        ("funding", {"code": "grant"}, "amount"),
        ("funding", {"code": "gift", "amount_cents": 100}, "code"),
        ("cooperation", {"partner": ""}, "partner"),
        ("exit", {"code": "happy"}, "code"),
    ],
)
def test_what_lacks_is_refused_beside_its_field(journey: Journey, kind: str, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        make_outcome(journey, kind, DAY, **facts)
    assert refused.value.field == field


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(2026, 11, 24)])
def test_a_day_before_the_journey_or_to_come_is_refused(journey: Journey, on: date) -> None:
    with pytest.raises(Refused) as refused:
        make_outcome(journey, "exit", on)
    assert refused.value.field == "happened_on"


def test_a_project_is_created_once_whoever_of_its_team_says_so(journey: Journey, organisation: Organisation) -> None:
    make_outcome(journey, "created", DAY)
    mate = make_journey(
        organisation, make_holder(organisation).user, programme=journey.programme, project=journey.project,
        started_on=date(2026, 1, 5),
    )  # fmt: skip
    for one in (journey, mate):
        with pytest.raises(Refused, match="déjà notée"):
            make_outcome(one, "created", DAY)


def test_a_correction_keeps_the_former_value(journey: Journey, lead: User) -> None:
    was = make_outcome(journey, "funding", DAY)
    actions.prove_outcome(was, note="Arrêté de subvention", by=lead)
    facts = FACTS["funding"] | {"amount_cents": 900_000}
    now = actions.correct_outcome(was, happened_on=DAY, reason="Arrêté relu", by=lead, **facts)
    was.refresh_from_db()
    assert (was.state, was.amount_cents, was.withdraw_reason) == ("withdrawn", 1_200_000, "Arrêté relu")
    assert (now.state, now.amount_cents, now.replaces, now.source) == ("declared", 900_000, was, "lead")
    assert list(Outcome.objects.standing().filter(kind="funding")) == [now]
    assert Entry.objects.about(now).get().details == {"reason": "Arrêté relu", "was": was.pk}
    with pytest.raises(Refused):
        actions.correct_outcome(was, happened_on=DAY, reason="Encore", by=lead, **facts)


def test_what_is_withdrawn_says_why_and_is_read_by_leads_and_its_holder(
    journey: Journey, lead: User, mentor: User, holder: User
) -> None:
    journeys.add_companion(journey, mentor, "mentor", by=lead)
    one = make_outcome(journey, "exit", DAY)
    with pytest.raises(Refused):
        actions.withdraw_outcome(one, reason=" ", by=lead)
    actions.withdraw_outcome(one, reason="Autre personne", by=lead)
    seen = {person.email: Outcome.objects.visible_to(person).count() for person in (lead, holder, mentor)}
    assert seen == {lead.email: 1, holder.email: 1, mentor.email: 0}
    with pytest.raises(Refused):
        actions.withdraw_outcome(one, reason="Encore", by=lead)


def test_proven_needs_something_that_shows_it_from_this_journey(
    journey: Journey, organisation: Organisation, lead: User
) -> None:
    one = make_outcome(journey, "exit", DAY)
    with pytest.raises(Refused):
        actions.prove_outcome(one, by=lead)
    upload = journeys.Upload("kbis.pdf", b"%PDF-1.7\n%%EOF\n")
    elsewhere, here = (
        journeys.keep_evidence_files(step_of(each, "milestone"), [upload], by=lead)[0]
        for each in (make_journey(organisation), journey)
    )
    with pytest.raises(Refused, match="autre parcours"):
        actions.prove_outcome(one, proof_file=elsewhere, by=lead)
    facts: dict[str, Any] = {"happened_on": DAY, "proof_file": elsewhere, "by": lead}
    with pytest.raises(Refused, match="autre parcours"):
        actions.add_outcome(journey, kind="jobs", jobs_created=Decimal(1), jobs_lost=Decimal(0), **facts)
    with pytest.raises(Refused, match="autre parcours"):
        actions.correct_outcome(one, code="created", reason="Erreur", **facts)
    assert actions.prove_outcome(one, proof_file=here, by=lead).state == "proven"


def test_the_database_refuses_what_can_never_be(journey: Journey) -> None:
    good = {"journey": journey, "happened_on": DAY, "source": "lead"}
    for facts in (
        {"kind": "exit", "code": "a_lot"}, {"kind": "jobs"}, {"kind": "exit", "code": "training", "amount_cents": 1},
        {"kind": "funding", "code": "grant", "amount_cents": 0}, {"kind": "cooperation"},
        {"kind": "exit", "code": "training", "state": "proven", "proven_at": clock.now()},
        {"kind": "exit", "code": "training", "state": "withdrawn", "withdrawn_at": clock.now()},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.create(**good, **facts)


# --- Cooperations -------------------------------------------------------------------------------------
def test_the_other_side_is_asked_once_the_holder_has_confirmed_and_both_count(
    cooperation: Outcome, holder: User, anonymous: Client, client_of: Browser
) -> None:
    assert letters_to("atelier@example.org") == []
    confirm = reverse("journeys:cooperation_confirm", args=[cooperation.pk])
    for _twice in range(2):
        client_of(holder).post(confirm)
    letter = letters_to("atelier@example.org")
    assert len(letter) == 1
    path = link_in(letter[0], "/cooperation/")
    shown = anonymous.get(path).content.decode()
    assert "Hawa Diallo" in shown and "holder@example.org" not in shown
    cooperation.refresh_from_db()
    assert cooperation.holder_confirmed_at and not cooperation.is_confirmed_by_both  # reading confirms nothing
    anonymous.post(path, {"answer": "perhaps"})
    assert anonymous.post(path, {"answer": "yes"}).status_code == 200
    cooperation.refresh_from_db()
    assert cooperation.is_confirmed_by_both
    assert anonymous.post(path, {"answer": "no"}).status_code == 404
    cooperation.refresh_from_db()
    assert cooperation.partner_declined_at is None


def test_a_no_of_the_other_side_stands_against_a_lead_s_note(cooperation: Outcome, lead: User) -> None:
    actions.answer_cooperation(cooperation, is_true=False)
    with pytest.raises(Refused, match="a dit non"):
        actions.note_cooperation(cooperation, side="partner", words="Au téléphone", by=lead)
    assert not cooperation.is_confirmed_by_both


def test_a_lead_notes_what_both_told_her_in_words(cooperation: Outcome, lead: User) -> None:
    with pytest.raises(Refused):
        actions.note_cooperation(cooperation, side="partner", words="", by=lead)
    for side in ("partner", "holder"):
        actions.note_cooperation(cooperation, side=side, words="Au téléphone", by=lead)
    assert cooperation.is_confirmed_by_both
    assert letters_to("atelier@example.org") == []


def test_another_partner_is_to_be_confirmed_anew_the_same_one_stays(cooperation: Outcome, lead: User) -> None:
    for side in ("partner", "holder"):
        actions.note_cooperation(cooperation, side=side, words="Vu ensemble", by=lead)
    same = actions.correct_outcome(
        cooperation, happened_on=DAY - timedelta(days=3), reason="Jour", by=lead, **FACTS["cooperation"]
    )
    assert same.is_confirmed_by_both
    other = actions.correct_outcome(same, happened_on=DAY, reason="Nom", by=lead, partner="Le Relais")
    assert other.holder_confirmed_at is None and other.partner_confirmed_at is None


def test_what_the_other_side_has_said_outlives_a_correction(cooperation: Outcome, lead: User) -> None:
    """A no as well, and what was said while the lead was writing."""
    was = Outcome.objects.select_related("journey__programme__organisation").get(pk=cooperation.pk)
    actions.answer_cooperation(cooperation, is_true=False)
    same = actions.correct_outcome(was, happened_on=DAY, reason="Jour", by=lead, **FACTS["cooperation"])
    with pytest.raises(Refused, match="a dit non"):
        actions.note_cooperation(same, side="partner", words="Au téléphone", by=lead)
    actions.confirm_cooperation(same, by=None)
    assert letters_to("atelier@example.org") == []  # it has answered


def test_whoever_has_not_answered_is_asked_anew_about_a_corrected_line(
    cooperation: Outcome, lead: User, anonymous: Client
) -> None:
    actions.confirm_cooperation(cooperation, by=None)
    same = actions.correct_outcome(cooperation, happened_on=DAY, reason="Jour", by=lead, **FACTS["cooperation"])
    first, again = (link_in(one, "/cooperation/") for one in letters_to("atelier@example.org"))
    assert anonymous.post(first, {"answer": "yes"}).status_code == 404
    assert anonymous.post(again, {"answer": "yes"}).status_code == 200
    same.refresh_from_db()
    assert same.is_confirmed_by_both


def test_a_link_for_something_else_or_another_address_opens_nothing(
    cooperation: Outcome, lead: User, anonymous: Client
) -> None:
    from backend.accounts.actions import make_link

    for purpose, email in (("host_ask", "atelier@example.org"), ("cooperation", "other@example.org")):
        token = make_link(purpose, about=cooperation, email=email)[1]
        path = reverse("journeys:cooperation_link", args=[token])
        assert anonymous.post(path, {"answer": "yes"}).status_code == 404
    cooperation.refresh_from_db()
    assert cooperation.partner_confirmed_at is None


# --- Pages --------------------------------------------------------------------------------------------
def test_a_lead_notes_corrects_and_withdraws_from_the_page(journey: Journey, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)
    add = reverse("journeys:outcome_add", args=[journey.pk, "funding"])
    typed = {"happened_on": "2026-11-02", "amount": "12 000,50 €", "code": "loan", "funder": "France Active"}
    wrong = browser.post(add, typed | {"code": "gift", "amount": "beaucoup"})
    assert wrong.status_code == 200 and "France Active" in wrong.content.decode()
    assert wrong.context["form"].errors.keys() == {"amount", "code"}
    assert browser.post(add, typed).status_code == 302
    made = Outcome.objects.get()
    assert (made.amount_cents, made.code, made.recorded_by, made.source) == (1_200_050, "loan", lead, "lead")
    correct = reverse("journeys:outcome_correct", args=[made.pk])
    assert browser.get(correct).context["form"].initial["amount"] == Decimal("12000.50")
    assert browser.post(correct, typed | {"amount": "12000", "reason": "Sans les frais"}).status_code == 302
    now = Outcome.objects.standing().get()
    assert (now.amount_cents, now.replaces_id) == (1_200_000, made.pk)
    assert browser.post(reverse("journeys:outcome_withdraw", args=[now.pk]), {"reason": "Doublon"}).status_code == 302
    assert not Outcome.objects.standing().exists()
    assert browser.get(reverse("journeys:outcome_add", args=[journey.pk, "wealth"])).status_code == 404


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("fr", "12 000,5", "12000.5"), ("fr", "0,125", None), ("fr", "1,5", "1.5"), ("fr", "1.5 €", "1.5"),
        ("en", "12,000", "12000"), ("en", "1,234,567.5", "1234567.5"), ("en", "1,5", "1.5"), ("en", "0,125", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(language: str, typed: str, read: str | None) -> None:
    from django.core.exceptions import ValidationError

    with translation.override(language):
        if read is None:
            with pytest.raises(ValidationError):
                AmountField().clean(typed)
        else:
            assert AmountField().clean(typed) == Decimal(read)


def test_the_page_asks_as_much_of_the_database_whatever_came_of_it(
    journey: Journey, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    browser, path = client_of(lead), reverse("journeys:journey_detail", args=[journey.pk])
    make_outcome(journey, "exit", DAY, by=lead)

    def more() -> None:
        for kind in ("funding", "cooperation", "help"):
            make_outcome(journey, kind, DAY, by=lead)

    assert_num_queries_same(lambda: browser.get(path), more)
