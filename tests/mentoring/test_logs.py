"""The log: one line in the ledger, asked once, corrected by replacing, never doubled."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Commitment, Delivery, Step
from mentoring import actions, tasks
from mentoring.models import Mentorship, Session
from tests.factories.journeys import step_of
from tests.factories.mentoring import make_held_session, make_past_session, make_session

ClientOf = Callable[[User], Client]


def ledger(pair: Mentorship) -> list[tuple[str, int, str]]:
    """(source, minutes, state) of every line, void ones too, oldest first."""
    return list(pair.journey.deliveries.order_by("pk").values_list("source", "minutes", "state"))


def step(pair: Mentorship) -> Step:
    return step_of(pair.journey, "mentoring")


def test_a_logged_session_stands_in_the_ledger_as_declared_and_asks_the_holder_once(
    pair: Mentorship, mentor: User
) -> None:
    session = make_past_session(pair)
    actions.log_session(session, by=mentor)
    session.refresh_from_db()
    assert (session.state, session.held_at, session.held_minutes) == ("held", session.starts_at, 90)
    assert (session.logged_at, session.logged_by) == (house_clock.now(), mentor)
    assert ledger(pair) == [(f"session:{session.pk}", 90, "declared")]
    assert step(pair).state == "in_progress"
    letter = Email.objects.get(template="mentoring/letters/confirm_hours")
    assert (letter.to_address, letter.subject) == (
        "holder@example.org",
        "1\u00a0h\u00a030 avec Marc Tessier\u00a0: est-ce exact\u00a0?",
    )
    assert "http://testserver/confirm/" in letter.text


def test_a_session_is_logged_once(pair: Mentorship, mentor: User, lead: User) -> None:
    session = make_past_session(pair)
    same = Session.objects.get(pk=session.pk)
    actions.log_session(session, by=mentor)
    with pytest.raises(Refused):
        actions.log_session(same, by=lead)
    assert len(ledger(pair)) == 1
    assert Email.objects.filter(template="mentoring/letters/confirm_hours").count() == 1


def test_a_session_that_has_not_begun_is_not_logged(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair)
    for act in (lambda: actions.log_session(session, by=mentor),
                lambda: actions.miss_session(session, outcome="no_show", by=mentor)):  # fmt: skip
        with pytest.raises(Refused):
            act()
    assert ledger(pair) == []


@pytest.mark.parametrize("minutes", [4, 601])
def test_an_odd_length_is_refused(pair: Mentorship, minutes: int) -> None:
    with pytest.raises(Refused) as refusal:
        actions.log_session(make_past_session(pair), minutes=minutes, by=None)
    assert refusal.value.field == "minutes"
    assert ledger(pair) == []


def test_other_times_and_words_are_kept_as_given(pair: Mentorship, mentor: User, holder: User) -> None:
    session = make_past_session(pair)
    actions.log_session(
        session,
        held_at=session.starts_at + timedelta(minutes=15),
        minutes=60,
        medium="phone",
        summary=" Le prix est fixé. ",
        themes=["funding", "gardening", "market"],
        private_note="Fatiguée.",
        next_steps=[
            actions.NextStep("Appeler la banque", due_on=date(2026, 12, 1)),
            actions.NextStep("Relire le plan", is_mentors=True),
            actions.NextStep("  "),
        ],
        by=mentor,
    )
    session.refresh_from_db()
    assert (session.held_minutes, session.medium, session.summary) == (60, "phone", "Le prix est fixé.")
    assert (session.themes, session.private_note) == (["market", "funding"], "Fatiguée.")
    assert ledger(pair) == [(f"session:{session.pk}", 60, "declared")]
    assert list(Commitment.objects.order_by("pk").values_list("text", "owner", "due_on")) == [
        ("Appeler la banque", holder.pk, date(2026, 12, 1)),
        ("Relire le plan", mentor.pk, None),
    ]


def test_the_last_session_of_the_quota_closes_the_step(pair: Mentorship) -> None:
    Step.objects.filter(pk=step(pair).pk).update(occurrences=2)
    make_held_session(pair, hours_ago=50)
    assert step(pair).state == "in_progress"
    make_held_session(pair, hours_ago=3)
    assert (step(pair).state, step(pair).done_on) == ("done", date(2026, 11, 23))


def test_a_waived_step_stays_waived(pair: Mentorship) -> None:
    session = make_past_session(pair)
    journeys.waive_step(step(pair), reason="Déjà accompagnée", by=None)
    actions.log_session(session, by=None)
    assert step(pair).state == "waived"


def test_words_may_come_later_and_change_no_line(pair: Mentorship, mentor: User) -> None:
    session = make_held_session(pair)
    before = Email.objects.count()
    next_step = actions.NextStep("Appeler la banque")
    for _time in range(2):
        actions.update_log(session, summary="Le prix.", themes=["legal"], next_steps=[next_step], by=mentor)
    session.refresh_from_db()
    assert (session.summary, session.themes) == ("Le prix.", ["legal"])
    assert Commitment.objects.count() == 1
    assert ledger(pair) == [(f"session:{session.pk}", 90, "declared")]
    assert Email.objects.count() == before


def test_corrected_minutes_void_the_line_and_replace_it(pair: Mentorship, mentor: User) -> None:
    session = make_held_session(pair)
    actions.update_log(session, minutes=60, by=mentor)
    source = f"session:{session.pk}"
    assert ledger(pair) == [(source, 90, "void"), (source, 60, "declared")]
    voided, standing = pair.journey.deliveries.order_by("pk")
    assert (voided.void_reason, standing.replaces) == ("Le compte rendu de la séance a été corrigé.", voided)
    assert Email.objects.filter(template="mentoring/letters/confirm_hours").count() == 2


def test_a_slip_of_the_finger_is_undone_until_the_holder_confirms(pair: Mentorship, mentor: User, holder: User) -> None:
    session = make_held_session(pair)
    actions.miss_session(session, outcome="no_show", reason="Pas venue", by=mentor)
    session.refresh_from_db()
    assert (session.state, session.held_minutes, session.cancel_reason) == ("no_show", None, "Pas venue")
    assert ledger(pair) == [(f"session:{session.pk}", 90, "void")]
    assert step(pair).state == "planned"
    actions.log_session(session, by=mentor)
    journeys.confirm_delivery(pair.journey.deliveries.get(state="declared"), by=holder)
    with pytest.raises(Refused) as refusal:
        actions.miss_session(session, outcome="no_show", by=mentor)
    assert refusal.value.sentence == "Hawa Diallo a confirmé ces heures."
    assert [state for _source, _minutes, state in ledger(pair)] == ["void", "confirmed"]


@pytest.mark.parametrize("outcome", ["no_show", "cancelled_by_holder", "cancelled_by_mentor"])
def test_a_missed_session_gives_no_hours(pair: Mentorship, mentor: User, outcome: str) -> None:
    session = make_past_session(pair)
    actions.miss_session(session, outcome=outcome, by=mentor)
    session.refresh_from_db()
    assert session.state == outcome
    assert ledger(pair) == []
    with pytest.raises(Refused):
        actions.miss_session(make_past_session(pair, hours_ago=30), outcome="held", by=mentor)


def test_a_call_nobody_planned_is_recorded_without_an_invite(pair: Mentorship, mentor: User) -> None:
    session = actions.record_session(
        pair, held_at=house_clock.now() - timedelta(hours=1), minutes=20, summary="Point rapide.", by=mentor
    )
    assert (session.state, session.medium, session.step) == ("held", "phone", step(pair))
    assert ledger(pair) == [(f"session:{session.pk}", 20, "declared")]
    assert not Email.objects.exclude(uid="").exists()
    with pytest.raises(Refused):
        actions.record_session(pair, held_at=house_clock.now() + timedelta(hours=1), by=mentor)
    assert Session.objects.count() == 1


def test_a_call_recorded_twice_is_counted_once(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    url = reverse("mentoring:session_record", args=[pair.pk])
    typed = {"day": "2026-11-22", "time": "10:00", "minutes_0": 1, "minutes_1": 0, "medium": "phone", "summary": "Ok."}
    assert client_of(mentor).post(url, typed).status_code == 302
    again = client_of(mentor).post(url, typed)
    assert (again.status_code, list(again.context["form"].errors)) == (200, ["time"])
    assert [line[1:] for line in ledger(pair)] == [(60, "declared")]


# --- The clock asks -------------------------------------------------------------------------------
def asked() -> list[str]:
    return list(Email.objects.filter(template="mentoring/letters/session_log").values_list("to_address", flat=True))


def test_the_sweep_asks_each_mentor_once_however_often_it_rings(pair: Mentorship) -> None:
    make_past_session(pair)
    make_session(pair)
    assert tasks.sweep_sessions_to_log() == 1
    assert tasks.sweep_sessions_to_log() == 0
    assert asked() == ["mentor@example.org"]


def test_a_session_still_going_on_is_not_asked_about(pair: Mentorship, clock: time_machine.Traveller) -> None:
    make_past_session(pair, hours_ago=1)
    assert tasks.sweep_sessions_to_log() == 0
    clock.shift(timedelta(minutes=30))
    assert tasks.sweep_sessions_to_log() == 1


@pytest.mark.parametrize(("days", "letters"), [(13, 1), (14, 0), (40, 0)])
def test_after_a_long_stop_old_sessions_only_stand_in_the_list(pair: Mentorship, days: int, letters: int) -> None:
    session = make_past_session(pair, hours_ago=24 * days + 3)
    assert tasks.sweep_sessions_to_log() == letters
    assert list(Session.objects.to_log(house_clock.now())) == [session]


def test_what_is_logged_or_missed_is_not_asked_about(pair: Mentorship, mentor: User) -> None:
    make_held_session(pair)
    actions.miss_session(make_past_session(pair, hours_ago=30), outcome="no_show", by=mentor)
    assert tasks.sweep_sessions_to_log() == 0


def test_a_mentor_whose_account_is_closed_is_not_written_to(pair: Mentorship, mentor: User) -> None:
    make_past_session(pair)
    mentor.is_active = False
    mentor.save()
    assert tasks.sweep_sessions_to_log() == 0
    assert asked() == []


def test_one_session_that_breaks_does_not_silence_the_others(pair: Mentorship, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = make_past_session(pair), make_past_session(pair, hours_ago=30)
    whole = actions.ask_session_log

    def ask(session: Session) -> bool:
        if session.pk == broken.pk:
            raise RuntimeError("no")
        return whole(session)

    monkeypatch.setattr(tasks.actions, "ask_session_log", ask)
    assert tasks.sweep_sessions_to_log() == 1
    sound.refresh_from_db()
    assert sound.log_asked_at == house_clock.now()


# --- The page, signed in --------------------------------------------------------------------------
def test_one_tap_logs_and_two_taps_do_not_double(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    session = make_past_session(pair)
    url = reverse("mentoring:session_log", args=[session.pk])
    client = client_of(mentor)
    assert client.get(url).status_code == 200
    assert ledger(pair) == []
    first = client.post(url, {"act": "held"}, follow=True).content.decode()
    second = client.post(url, {"act": "held"}, follow=True).content.decode()
    assert "C’est noté." in first
    assert "déjà notée, par Marc Tessier" in second
    assert len(ledger(pair)) == 1


def test_a_lead_logs_for_the_mentor_without_a_private_note(pair: Mentorship, lead: User, client_of: ClientOf) -> None:
    session = make_past_session(pair)
    url = reverse("mentoring:session_log", args=[session.pk])
    client_of(lead).post(url, {"act": "held"})
    body = {
        "act": "details",
        "summary": "Le prix.",
        "themes": ["legal"],
        "private_note": "Glissée",
        "next_owner": "mentor",
    }
    page = client_of(lead).get(url)
    assert "private_note" not in page.context["details_form"].fields
    client_of(lead).post(url, body)
    session.refresh_from_db()
    assert (session.logged_by, session.summary, session.private_note) == (lead, "Le prix.", "")


def test_a_private_note_is_shown_to_its_author_only(
    pair: Mentorship, mentor: User, holder: User, lead: User, steward: User, client_of: ClientOf
) -> None:
    session = make_held_session(pair, summary="Le prix est fixé.")
    actions.update_log(session, private_note="Secret de mentor", by=mentor)
    url = reverse("mentoring:session", args=[session.pk])
    pages = {person: client_of(person).get(url).content.decode() for person in (mentor, holder, lead, steward)}
    assert {person.email for person, page in pages.items() if "Secret de mentor" in page} == {"mentor@example.org"}
    readers = {person.email for person, page in pages.items() if "Le prix est fixé." in page}
    assert readers == {"mentor@example.org", "holder@example.org", "lead@example.org"}


def test_wrong_details_come_back_as_typed(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    session = make_held_session(pair)
    body = {
        "act": "details",
        "summary": "Le prix.",
        "next_text": "",
        "next_owner": "holder",
        "next_due_on": "2026-12-01",
    }
    answer = client_of(mentor).post(reverse("mentoring:session_log", args=[session.pk]), body)
    form = answer.context["details_form"]
    assert form.errors == {"next_text": ["Il y a une date\xa0: que faut-il faire d’ici là\xa0?"]}
    assert form["summary"].value() == "Le prix."


def test_every_line_of_the_ledger_comes_from_one_session(pair: Mentorship) -> None:
    for hours in (3, 30, 60):
        make_held_session(pair, hours_ago=hours)
    sources = list(Delivery.objects.order_by("source").values_list("source", flat=True))
    assert sources == sorted(session.source for session in Session.objects.order_by("pk"))
