"""A whole mentorship: matched, agreed by both, planned three ways, held, logged, confirmed, reviewed, handed over."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.mail.models import Email
from journeys import tasks as journey_tasks
from journeys.models import Delivery
from mentoring import actions, tasks
from mentoring.models import Mentorship, ProposedTime, Review, Session
from tests.factories.journeys import make_journey
from tests.factories.mail import letters_to, link_in
from tests.factories.mentoring import make_mentor, make_opening

Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def newest(person: User, template: str) -> Email:
    """Her last letter of this kind, in the outbox."""
    found = [one for one in letters_to(person) if one.template.endswith(template)]
    assert found, f"no {template} for {person}: {[one.template for one in letters_to(person)]}"
    return found[-1]


def moments(*times: datetime) -> dict[str, str]:
    """Times as the form of times put forward takes them."""
    names = ("first", "second", "third", "fourth", "fifth")
    body: dict[str, str] = {}
    for name, moment in zip(names, times, strict=False):
        body |= {f"{name}_0": moment.date().isoformat(), f"{name}_1": f"{moment:%H:%M}"}
    return body


def test_a_cohort_is_matched_meets_is_reviewed_and_goes_on_with_another_mentor(
    organisation: Organisation, lead: User, mentor: User, holder: User, anonymous: Client, client_of: Browser,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    profile = make_mentor(organisation, mentor, expertise=["funding"], video_url="https://visio.example.org/salle")
    journey = make_journey(organisation, holder, referent=lead)
    other = make_journey(organisation)
    actions.say_need(journey, themes=["funding"], by=holder)
    actions.say_need(other, themes=["team"], by=None)
    second = make_mentor(organisation, expertise=["team", "funding"])

    # The lead matches the cohort: both pairs are proposed, nobody is decided for.
    page = client_of(lead).get(reverse("mentoring:mentor_match"))
    assert f"{journey.pk}:{profile.pk}" in page.content.decode()
    ticked = [f"{journey.pk}:{profile.pk}", f"{other.pk}:{second.pk}"]
    client_of(lead).post(reverse("mentoring:mentor_match"), {"pick": ticked})
    pair = Mentorship.objects.get(journey=journey)
    assert set(Mentorship.objects.values_list("state", flat=True)) == {"proposed"}

    # Each reads it in a letter, and signs the charter by a click, without signing in.
    for person in (mentor, holder):
        answer = link_in(newest(person, f"pair_proposed_{'mentor' if person == mentor else 'holder'}"), "/pair/")
        assert anonymous.get(answer).status_code == 200
        anonymous.post(answer, {"act": "accept"})
    pair.refresh_from_db()
    assert (pair.state, pair.mentor_accepted_at is not None, pair.holder_accepted_at is not None) == (
        "active", True, True,
    )  # fmt: skip
    client_of(holder).post(
        reverse("mentoring:objective_set", args=[pair.pk]),
        {"text": "Défendre mon budget", "start": "3", "wanted": "6"},
    )

    # Three ways to a date. One: the mentor puts times forward, the holder takes one from her letter.
    how = {"minutes_0": "1", "minutes_1": "0", "medium": "in_person", "place": "Solilab"}
    propose = reverse("mentoring:times_propose", args=[pair.pk])
    client_of(mentor).post(propose, {**moments(at(26, 10), at(27, 14)), **how})
    answer = link_in(newest(holder, "times_put_forward"), "/times/")
    anonymous.post(answer, {"time": ProposedTime.objects.order_by("starts_at")[0].pk})
    # Two: the holder asks, the mentor takes.
    client_of(holder).post(propose, {**moments(at(4, 9, month=12)), **how})
    answer = link_in(newest(mentor, "times_put_forward"), "/times/")
    anonymous.post(answer, {"time": ProposedTime.objects.get(starts_at=at(4, 9, month=12)).pk})
    # Three: she books an hour that he left open.
    make_opening(profile, starts_on=at(10, 0, month=12).date(), from_time=at(10, 14).time(), to_time=at(10, 15).time())
    free = client_of(holder).get(reverse("mentoring:opening_book", args=[pair.pk])).context["days"][0].offers[0]
    client_of(holder).post(reverse("mentoring:opening_book", args=[pair.pk]), {"starts_at": free.value})
    starts = list(pair.sessions.order_by("starts_at").values_list("starts_at", flat=True))
    assert starts == [at(26, 10), at(4, 9, month=12), at(10, 14, month=12)]

    # The first is moved. Two days before she writes her question; the day before he is briefed with it.
    first = pair.sessions.order_by("starts_at")[0]
    client_of(mentor).post(
        reverse("mentoring:session_move", args=[first.pk]),
        {"day": "2026-11-26", "time": "11:00", **how},
    )
    clock.move_to(at(24, 12))
    tasks.sweep_questions()
    question = link_in(newest(holder, "session_question"), "/question/")
    anonymous.post(question, {"act": "question", "text": "Combien demander à la banque ?"})
    clock.move_to(at(25, 12))
    assert (tasks.sweep_briefings(), tasks.sweep_briefings()) == (1, 0)
    assert "Combien demander à la banque ?" in newest(mentor, "letters/briefing").text

    # Held, logged from the letter in one tap, then in a few words; confirmed by her in one tap.
    clock.move_to(at(26, 12, 10))
    assert tasks.sweep_sessions_to_log() == 1
    log = link_in(newest(mentor, "session_log"), "/log/")
    anonymous.post(log, {"act": "held"})
    words = {"summary": "Le plan de trésorerie est prêt.", "private_note": "Hésite encore.", "themes": ["funding"]}
    step = {"next_text": "Appeler la banque", "next_owner": "holder", "next_due_on": "2026-12-01"}
    anonymous.post(log, {"act": "details", **words, **step})
    anonymous.post(link_in(newest(holder, "confirm_hours"), "/confirm/"), {"act": "confirm"})
    assert list(Delivery.objects.values_list("state", "minutes")) == [("confirmed", 60)]
    fit: dict[str, Any] = {"answer": "good"}
    client_of(holder).post(reverse("mentoring:fit_say", args=[pair.pk]), fit)
    assert [(one.nth, one.side, one.answer) for one in pair.fits.all()] == [(1, "holder", "good")]

    # Her commitment is due: done by a tap in the letter.
    clock.move_to(at(30, 12))
    assert journey_tasks.sweep_commitments() == 1
    due = journey.commitments.get(text="Appeler la banque")
    anonymous.post(
        link_in(newest(holder, "commitments_due"), "/commitments/link/"), {"act": "done", "commitment": due.pk}
    )
    due.refresh_from_db()
    assert due.done_at is not None

    # Half-way: both are asked once; each says it in her own words, and where she stands.
    half = pair.started_on + (journey.planned_end_on - pair.started_on) / 2
    clock.move_to(datetime(half.year, half.month, half.day, 12, tzinfo=PARIS))
    for _once in range(2):
        tasks.sweep_pairs()
    assert sum(one.template.endswith("pair_review") for one in letters_to(holder)) == 1
    objective = pair.objectives.get()
    review = link_in(newest(holder, "pair_review"), "/pair-words/")
    anonymous.post(review, {"went_well": "On avance.", "to_change": "Plus court.", f"objective_{objective.pk}": "5"})
    objective.refresh_from_db()
    assert (Review.objects.get().went_well, objective.midway) == ("On avance.", 5)

    # He leaves: one screen, one act; who follows reads where they stood, and never his private note.
    leave = reverse("mentoring:mentor_leave", args=[profile.pk])
    body = {
        "last_day": house_clock.today().isoformat(),
        f"to_{pair.pk}": str(second.pk),
        f"how_{pair.pk}": "now",
        f"words_{pair.pk}": "Elle va vite.",
    }
    client_of(lead).post(leave, body)
    new = Mentorship.objects.get(follows=pair)
    assert (new.mentor, new.state) == (second, "active")
    read = client_of(second.user).get(reverse("mentoring:mentorship", args=[new.pk])).content.decode()
    assert "Le plan de trésorerie est prêt." in read and "Elle va vite." in read
    assert "Hésite encore." not in read
    assert client_of(mentor).get(reverse("mentoring:mentorship", args=[pair.pk])).status_code in (403, 404)
    assert Session.objects.filter(mentorship=pair, state="held").count() == 1
