"""The words of a log: drafts, two texts typed at once, what a note was, the second letter, what it cost."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend.accounts.models import User
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys.models import Commitment
from mentoring import actions, queries, tasks
from mentoring.models import Competence, LogDraft, Mentorship, NoteEdit, Session
from tests.factories.mentoring import make_held_session, make_pair, make_past_session, make_session
from tests.mentoring.test_log_link import letter_link

ClientOf = Callable[[User], Client]


def test_the_competencies_are_those_of_the_posture_questionnaire() -> None:
    with Path("evaluation/data/entrecomp_posture_items.csv").open(encoding="utf-8") as file:
        rows = [
            (row["code"], row["competence_en"], row["competence_fr"].replace("'", "’")) for row in csv.DictReader(file)
        ]
    ours = []
    for code in Competence:
        with translation.override("en"):
            english = str(code.label)
        with translation.override("fr"):
            ours.append((code.value, english, str(code.label)))
    assert ours == rows


@pytest.fixture
def held(pair: Mentorship) -> Session:
    return make_held_session(pair)


def page(client: Client, session: Session, **typed: Any) -> Any:
    """The answer to what is posted on the signed-in page of the log."""
    return client.post(reverse("mentoring:session_log", args=[session.pk]), {"act": "details", **typed})


def notes(session: Session) -> tuple[str, str, str]:
    session.refresh_from_db()
    return session.summary, session.programme_note, session.private_note


# --- Everything the page offers -------------------------------------------------------------------
@pytest.mark.django_db
def test_the_full_log_from_the_page(held: Session, mentor: User, client_of: ClientOf) -> None:
    typed = {
        "summary": "Le prix.", "programme_note": "Besoin d’un juriste.", "private_note": "Fatiguée.",
        "themes": ["legal"], "competencies": ["EC31", "EC24"], "plan_next": "on", "plan_day": "2026-12-07",
        "plan_time": "10:30", "next_text": "Appeler la banque", "next_owner": "holder", "next_text_2": "Relire le plan",
        "next_owner_2": "mentor", "next_due_on_2": "2026-12-01", "seconds": "41", "taps": "6", "keys": "80",
    }  # fmt: skip
    assert page(client_of(mentor), held, **typed).status_code == 302
    assert notes(held) == ("Le prix.", "Besoin d’un juriste.", "Fatiguée.")
    assert (held.themes, held.competencies) == (["legal"], ["EC24", "EC31"])
    assert (held.log_seconds, held.log_taps, held.log_keys) == (41, 6, 80)
    ahead = Session.objects.get(state="planned")
    assert (ahead.starts_at.isoformat(), ahead.minutes) == ("2026-12-07T09:30:00+00:00", 90)
    assert Email.objects.exclude(uid="").count() == 2 * Session.objects.count()
    assert list(Commitment.objects.order_by("pk").values_list("text", "owner", "due_on")) == [
        ("Appeler la banque", held.mentorship.journey.holder.user_id, None),
        ("Relire le plan", mentor.pk, date(2026, 12, 1)),
    ]


@pytest.mark.django_db
def test_a_next_date_already_taken_keeps_everything_typed(
    held: Session, pair: Mentorship, mentor: User, client_of: ClientOf
) -> None:
    make_session(pair, house_clock.now() + timedelta(days=2))
    when = house_clock.now() + timedelta(days=2, hours=2)
    typed = {"summary": "Le prix.", "plan_next": "on", "plan_day": when.date().isoformat(), "plan_time": "10:00"}
    answer = page(client_of(mentor), held, **typed)
    assert "Vous avez déjà une séance avec Hawa Diallo" in str(answer.context["details_form"].errors["plan_time"])
    assert answer.context["details_form"]["summary"].value() == "Le prix."
    assert notes(held)[0] == ""


@pytest.mark.django_db
def test_the_next_date_follows_the_pace_of_the_pair(pair: Mentorship, clock: time_machine.Traveller) -> None:
    first = make_held_session(pair, hours_ago=24 * 21 + 1)
    assert queries.suggest_next(first, "Europe/Paris") == first.starts_at + timedelta(days=28)  # the first one ahead
    second = make_held_session(pair, hours_ago=1.5)
    assert queries.suggest_next(second, "Europe/Paris") == second.starts_at + timedelta(days=21)


@pytest.mark.django_db
def test_a_meeting_nobody_planned_takes_the_same_boxes(
    pair: Mentorship, mentor: User, lead: User, client_of: ClientOf
) -> None:
    typed = {
        "day": "2026-11-22", "time": "10:00", "minutes_0": 1, "minutes_1": 0, "medium": "phone", "summary": "Ok.",
        "programme_note": "Suite", "private_note": "Pour moi", "competencies": ["EC35"],
    }  # fmt: skip
    url = reverse("mentoring:session_record", args=[pair.pk])
    assert client_of(mentor).post(url, typed).status_code == 302
    assert client_of(lead).post(url, {**typed, "time": "15:00"}).status_code == 302
    hers, leads = Session.objects.order_by("held_at")
    assert (notes(hers), hers.competencies) == (("Ok.", "Suite", "Pour moi"), ["EC35"])
    assert notes(leads) == ("Ok.", "Suite", "")
    with pytest.raises(Refused):
        actions.update_log(hers, private_note="Glissée", by=lead)


@pytest.mark.django_db
def test_what_the_log_cost_is_added_up_and_bounded(held: Session, mentor: User, client_of: ClientOf) -> None:
    for counts in ({"seconds": "20", "taps": "3", "keys": "10"}, {"seconds": "9" * 15, "taps": "x", "keys": "1"},
                   {"seconds": "9" * 15, "taps": "1", "keys": "1"}):  # fmt: skip
        page(client_of(mentor), held, **counts)
    held.refresh_from_db()
    assert (held.log_seconds, held.log_taps, held.log_keys) == (4 * 3600, 4, 11)


# --- What was ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_a_note_was_is_kept_and_an_empty_one_leaves_no_trace(
    held: Session, mentor: User, client_of: ClientOf
) -> None:
    actions.update_log(held, summary="Un", private_note="Deux", by=mentor)
    actions.update_log(held, summary="Trois", private_note="Deux", by=mentor)
    assert list(NoteEdit.objects.values_list("kind", "was", "changed_by")) == [("summary", "Un", mentor.pk)]
    shown = client_of(mentor).get(reverse("mentoring:session", args=[held.pk])).content.decode()
    assert "par Marc Tessier\xa0: voir ce que c’était" in shown and "<p>Un</p>" in shown


# --- Two at once ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_two_who_write_the_same_note_lose_nothing(held: Session, mentor: User, lead: User, client_of: ClientOf) -> None:
    client = client_of(mentor)
    seen = client.get(reverse("mentoring:session_log", args=[held.pk])).context["seen"]
    actions.update_log(held, summary="Celui de Léa", themes=["legal"], by=lead)
    typed = {"summary": "Celui de Marc", "themes": ["market"], "programme_note": "", "private_note": "", "seen": seen}
    answer = page(client, held, **typed)
    assert answer.context["details_form"]["summary"].value() == "Celui de Marc"
    assert [(text, name) for _label, text, name in answer.context["crossed"]] == [("Celui de Léa", "summary")]
    assert notes(held)[0] == "Celui de Léa"
    again = {**typed, "seen": answer.context["seen"], "crossed": "summary", "resolve": "both"}
    assert page(client, held, **again).status_code == 302
    assert notes(held)[0] == "Celui de Léa\n\nCelui de Marc"
    assert held.themes == ["market"]  # seen anew by then


@pytest.mark.django_db
def test_what_she_left_alone_is_not_put_back_over_anothers_words(
    held: Session, mentor: User, lead: User, client_of: ClientOf
) -> None:
    client = client_of(mentor)
    seen = client.get(reverse("mentoring:session_log", args=[held.pk])).context["seen"]
    actions.update_log(held, summary="Celui de Léa", themes=["legal"], by=lead)
    page(client, held, summary="", private_note="À moi", themes=["market"], seen=seen)
    assert notes(held) == ("Celui de Léa", "", "À moi")
    assert held.themes == ["market", "legal"]


# --- Drafts ---------------------------------------------------------------------------------------
def save(client: Client, path: str, revision: int, **typed: str) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, {"act": "draft", "revision": revision, **typed})
    return answer.status_code, json.loads(answer.content)


@pytest.mark.django_db
def test_a_draft_comes_back_on_another_device_and_dies_when_kept(
    held: Session, mentor: User, lead: User, client_of: ClientOf
) -> None:
    path = reverse("mentoring:session_log", args=[held.pk])
    phone, laptop = client_of(mentor), client_of(mentor)
    assert save(phone, path, 0, summary="Sur le téléphone")[1]["revision"] == 1
    there = laptop.get(path)
    assert there.context["details_form"]["summary"].value() == "Sur le téléphone"
    assert "Enregistré sur un ordinateur" in there.content.decode()
    assert save(laptop, path, 1, summary="Sur l’ordinateur")[1]["revision"] == 2
    code, said = save(phone, path, 1, summary="Encore le téléphone")
    assert (code, said["revision"], said["fields"]) == (409, 2, {"summary": ["Sur l’ordinateur"]})
    assert LogDraft.objects.get().fields == {"summary": ["Sur l’ordinateur"]}
    assert client_of(lead).get(path).context["draft"] is None
    page(phone, held, summary="Encore le téléphone", revision=1)
    assert LogDraft.objects.count() == 1  # the laptop's text was never seen by the phone: it stays
    save(client_of(lead), path, 0, summary="De Léa")
    page(laptop, held, summary="Tout", revision=2)
    assert list(LogDraft.objects.values_list("user", flat=True)) == [lead.pk]  # hers is nobody else's to throw away
    assert notes(held)[0] == "Tout"


@pytest.mark.django_db
def test_what_is_typed_of_a_meeting_nobody_planned_comes_back_too(
    pair: Mentorship, mentor: User, client_of: ClientOf
) -> None:
    path = reverse("mentoring:session_record", args=[pair.pk])
    phone, laptop = client_of(mentor), client_of(mentor)
    typed = {"day": "2026-11-22", "time": "10:00", "minutes_0": "1", "minutes_1": "5", "medium": "video"}
    assert save(phone, path, 0, **typed, summary="Au téléphone", themes="legal")[0] == 200
    there = laptop.get(path).context
    form, details = there["form"], there["details_form"]
    assert (form["day"].value(), form["minutes"].value(), form["medium"].value()) == ("2026-11-22", 65, "video")
    assert (details["summary"].value(), details["themes"].value()) == ("Au téléphone", ["legal"])
    assert save(laptop, path, 0, **typed, summary="À l’ordinateur")[0] == 409
    wrong = laptop.post(path, {**typed, "summary": "À l’ordinateur", "minutes_0": "11", "revision": 1})
    assert (wrong.status_code, wrong.context["details_form"]["summary"].value()) == (200, "À l’ordinateur")
    assert laptop.post(path, {**typed, "summary": "Les deux", "revision": 1}).status_code == 302
    assert not LogDraft.objects.exists()
    assert Session.objects.values_list("summary", "held_minutes").get() == ("Les deux", 65)


@pytest.mark.django_db
def test_what_is_too_long_or_past_comes_back_whole_beside_its_sentence(
    held: Session, mentor: User, client_of: ClientOf
) -> None:
    typed = {"summary": "é😀" * 10_001, "plan_next": "on", "plan_day": "2020-01-01", "plan_time": "10:00"}
    form = page(client_of(mentor), held, **typed).context["details_form"]
    assert (form["summary"].value(), list(form.errors)) == (typed["summary"], ["summary"])
    assert "maxlength" not in str(form["summary"])  # the browser would cut it
    form = page(client_of(mentor), held, **typed | {"summary": "Court 😀"}).context["details_form"]
    assert (form["summary"].value(), list(form.errors)) == ("Court 😀", ["plan_day"])


@pytest.mark.django_db
def test_a_draft_nobody_came_back_to_is_forgotten(held: Session, mentor: User, clock: time_machine.Traveller) -> None:
    actions.keep_draft(held, fields={"summary": ["x"]}, revision=0, device="phone", by=mentor)
    clock.shift(timedelta(days=30))
    assert tasks.sweep_log_drafts() == 0
    clock.shift(timedelta(seconds=1))
    assert tasks.sweep_log_drafts() == 1


# --- The link ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_link_shows_no_word_kept_before_and_adds_below(
    pair: Mentorship, mentor: User, anonymous: Client, clock: time_machine.Traveller
) -> None:
    session = make_past_session(pair, agenda="Ordre du jour")
    tasks.sweep_sessions_to_log()
    link = letter_link()
    anonymous.post(link, {"act": "held"})
    for n in ("un", "deux"):
        anonymous.post(
            link, {"act": "details", "summary": f"S-{n}", "private_note": f"P-{n}", "programme_note": f"N-{n}"}
        )
    assert notes(session) == ("S-un\n\nS-deux", "N-un\n\nN-deux", "P-un\n\nP-deux")
    assert save(anonymous, link, 0, summary="S-trois")[0] == 200
    code, said = save(Client(), link, 0, summary="S-quatre")
    assert (code, said["fields"]) == (409, {})
    shown = anonymous.get(link).content.decode()
    assert not [word for word in ("S-un", "P-un", "N-deux", "S-trois", "Ordre du jour") if word in shown]
    clock.shift(timedelta(hours=48, seconds=1))
    late = anonymous.get(link).content.decode()
    assert "Ce lien a fait son travail" in late and "<textarea" not in late
    anonymous.post(link, {"act": "details", "summary": "S-tard"})
    anonymous.post(link, {"act": "missed", "missed-outcome": "no_show"})
    assert (notes(session)[0], session.state) == ("S-un\n\nS-deux", "held")


# --- The second letter ----------------------------------------------------------------------------
def letters(name: str) -> int:
    return Email.objects.filter(template=f"mentoring/letters/{name}").count()


@pytest.mark.django_db
def test_one_second_letter_after_three_days_and_never_a_third(pair: Mentorship, clock: time_machine.Traveller) -> None:
    make_past_session(pair)
    tasks.sweep_sessions_to_log()
    clock.shift(timedelta(days=3) - timedelta(seconds=1))
    assert tasks.sweep_log_reminders() == 0
    clock.shift(timedelta(seconds=1))
    assert [tasks.sweep_log_reminders() for _time in range(2)] == [1, 0]
    clock.shift(timedelta(days=6))
    assert tasks.sweep_log_reminders() == 0
    assert (letters("session_log"), letters("session_log_again")) == (1, 1)
    again = Email.objects.get(template="mentoring/letters/session_log_again")
    assert again.subject == "Votre séance avec Hawa Diallo reste à consigner"
    assert "du lundi 23 novembre" in again.text and "/log/" in again.text


@pytest.mark.django_db
@pytest.mark.parametrize("several", [False, True])
def test_what_is_moved_after_both_letters_is_asked_and_reminded_anew(
    pair: Mentorship, mentor: User, clock: time_machine.Traveller, several: bool
) -> None:
    if several:
        pairs = [pair, make_pair(pair.mentor.organisation, pair.mentor)]
        starts_at = house_clock.now() - timedelta(hours=3)
        with time_machine.travel(starts_at - timedelta(days=1), tick=False):
            gathering = actions.plan_gathering(pair.mentor, pairs=pairs, starts_at=starts_at, by=mentor)
    else:
        session = make_past_session(pair)
    for _appointment in range(2):
        assert tasks.sweep_sessions_to_log() == 1
        clock.shift(timedelta(days=3))
        assert [tasks.sweep_log_reminders() for _time in range(2)] == [1, 0]
        later = house_clock.now() + timedelta(hours=1)
        if several:
            actions.move_gathering(gathering, starts_at=later, by=mentor)
        else:
            actions.move_session(session, starts_at=later, by=mentor)
        clock.shift(timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["logged", "missed", "ended"])
def test_no_second_letter_once_it_is_said_or_the_pair_has_ended(
    pair: Mentorship, mentor: User, clock: time_machine.Traveller, what: str
) -> None:
    session = make_past_session(pair)
    tasks.sweep_sessions_to_log()
    acts: dict[str, Callable[[], Any]] = {
        "logged": lambda: actions.log_session(session, by=mentor),
        "missed": lambda: actions.miss_session(session, outcome="no_show", by=mentor),
        "ended": lambda: actions.end_mentorship(pair, reason="other", by=None),
    }
    acts[what]()
    clock.shift(timedelta(days=4))
    assert tasks.sweep_log_reminders() == 0
