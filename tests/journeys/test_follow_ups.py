"""The follow-up: asked once at 6, 12 and 36 months, answered from the letter in one tap, never of who said no."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.mail.models import LetterChoice
from journeys import tasks
from journeys.actions import outcomes as actions
from journeys.models import FollowUp, Journey, Outcome
from journeys.queries.follow_ups import months_after
from tests.factories.journeys import make_holder, make_journey, make_programme
from tests.factories.mail import letters_to, link_in
from tests.factories.outcomes import ended, make_outcome

pytestmark = pytest.mark.django_db
END = date(2026, 5, 20)  # six months and three days ago


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return ended(organisation, on=END, user=holder)


def asked() -> list[tuple[int, int]]:
    return list(FollowUp.objects.order_by("pk").values_list("journey", "months"))


def the_page(holder: User) -> str:
    return link_in(letters_to(holder)[-1], "/after/")


def facts(*kinds: str) -> list[Any]:
    rows = Outcome.objects.standing().filter(kind__in=kinds) if kinds else Outcome.objects.standing()
    return list(rows.order_by("kind").values_list("kind", "code", "happened_on"))


# --- Whom, and when -----------------------------------------------------------------------------------
def test_it_is_asked_once_however_often_the_clock_rings(journey: Journey, holder: User) -> None:
    assert tasks.sweep_follow_ups() == 1
    assert tasks.sweep_follow_ups() == 0
    assert asked() == [(journey.pk, 6)]
    assert [one.template for one in letters_to(holder)] == ["journeys/letters/follow_up"]


def test_it_is_asked_at_each_of_the_three_moments_and_never_again(journey: Journey, holder: User) -> None:
    for months in (6, 12, 36):
        day = months_after(END, months)
        for on, count in ((day - timedelta(days=1), 0), (day, 1), (day + timedelta(days=1), 0)):
            with time_machine.travel(f"{on}T10:00:00+00:00", tick=False):
                assert tasks.sweep_follow_ups() == count, (months, on)
    with time_machine.travel("2031-01-01T10:00:00+00:00", tick=False):
        assert tasks.sweep_follow_ups() == 0
    assert [months for _pk, months in asked()] == [6, 12, 36]


def test_a_worker_stopped_for_weeks_asks_what_it_missed_and_nothing_half_a_year_late(
    journey: Journey, organisation: Organisation
) -> None:
    old = ended(organisation, on=date(2025, 5, 1), days=100)  # at 12 months: 1 May 2026, half a year ago
    with time_machine.travel("2027-01-15T10:00:00+00:00", tick=False):
        assert tasks.sweep_follow_ups() == 1
    assert asked() == [(journey.pk, 6)]
    assert not FollowUp.objects.filter(journey=old).exists()


@pytest.mark.parametrize("why", ["inactive", "unwanted", "refused", "stopped", "bridged", "gave_up", "again"])
def test_who_is_spared(organisation: Organisation, holder: User, why: str) -> None:
    journey = ended(organisation, on=END, user=holder)
    if why == "inactive":
        User.objects.filter(pk=holder.pk).update(is_active=False)
    elif why == "unwanted":
        LetterChoice.objects.create(user=holder, kind="surveys", is_wanted=False)
    elif why == "refused":
        FollowUp.objects.create(journey=journey, months=6, state="refused")
    elif why == "stopped":
        make_outcome(journey, "activity", END, code="stopped")
    elif why in ("bridged", "gave_up"):
        Journey.objects.filter(pk=journey.pk).update(state="left", leave_reason=why)
    else:
        make_journey(organisation, holder, project=journey.project, programme=make_programme(organisation))
    with time_machine.travel("2027-05-21T10:00:00+00:00", tick=False):
        assert tasks.sweep_follow_ups() == 0
    assert not letters_to(holder)


def test_one_that_breaks_stops_none_of_the_others(
    journey: Journey, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ended(organisation, on=END - timedelta(days=1))
    before = actions.send_follow_up

    def breaking(row: Journey, months: int) -> FollowUp:
        if row.pk == other.pk:
            raise RuntimeError
        return before(row, months)

    monkeypatch.setattr(actions, "send_follow_up", breaking)
    assert tasks.sweep_follow_ups() == 1
    assert asked() == [(journey.pk, 6)]


def test_the_letter_takes_its_place_in_the_week(journey: Journey, holder: User) -> None:
    tasks.sweep_follow_ups()
    letter = letters_to(holder)[0]
    assert (letter.organisation, letter.drop_after is not None) == (journey.programme.organisation, True)
    assert "List-Unsubscribe" in bytes(letter.message).decode()


# --- The answer ---------------------------------------------------------------------------------------
def test_reading_changes_nothing_and_one_tap_says_it(journey: Journey, holder: User, anonymous: Client) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.get(page)
    anonymous.head(page)
    assert facts() == []
    for _twice in range(2):
        assert anonymous.post(page, {"act": "active"}).status_code == 302
    assert facts() == [("activity", "active", date(2026, 11, 23))]
    said = Outcome.objects.get()
    assert (said.source, said.recorded_by, said.follow_up) == ("holder", holder, FollowUp.objects.get())
    assert FollowUp.objects.get().state == "answered"
    anonymous.post(page, {"act": "changed"})
    assert facts() == [("activity", "changed", date(2026, 11, 23))]
    assert Outcome.objects.filter(state="withdrawn").count() == 1  # the former answer is kept


def test_details_are_taken_whole_or_sent_back_with_what_was_typed(
    journey: Journey, holder: User, anonymous: Client
) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.post(page, {"act": "active"})
    typed = {
        "act": "tell",
        "amount": "8 000",
        "funder": "Ville de Nantes",
        "help": "somewhat",
        "created_on": "2026-07-01",
    }
    wrong = anonymous.post(page, typed)
    assert wrong.context["form"].errors.keys() == {"funding", "legal_form"}
    assert "Ville de Nantes" in wrong.content.decode()
    assert facts("funding", "help", "created") == []
    whole = typed | {"funding": "grant", "legal_form": "SCOP", "jobs_created": "1,5", "exit": "created"}
    assert anonymous.post(page, whole).status_code == 302
    assert anonymous.post(page, whole | {"once": ""}).status_code == 302
    today = date(2026, 11, 23)
    assert facts("funding", "help", "created", "jobs", "exit") == [
        ("created", "", date(2026, 7, 1)), ("exit", "created", today), ("funding", "grant", today),
        ("help", "somewhat", today), ("jobs", "", today),
    ]  # fmt: skip
    net = Outcome.objects.get(kind="jobs")
    assert (net.jobs_created, net.jobs_lost) == (Decimal("1.5"), Decimal(0))


def test_stopped_is_said_in_one_tap_and_dated_after(journey: Journey, holder: User, anonymous: Client) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.post(page, {"act": "stopped"})
    anonymous.post(page, {"act": "tell", "stopped_on": "2026-09-30"})
    assert facts() == [("activity", "stopped", date(2026, 9, 30))]


def test_a_no_is_heard_and_can_be_taken_back(journey: Journey, holder: User, anonymous: Client) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    for _twice in range(2):
        anonymous.post(page, {"act": "refuse"})
    assert FollowUp.objects.get().state == "refused"
    with time_machine.travel("2027-05-21T10:00:00+00:00", tick=False):
        assert tasks.sweep_follow_ups() == 0
    anonymous.post(page, {"act": "active"})
    assert FollowUp.objects.get().state == "answered"


def test_what_a_lead_has_proven_stays(journey: Journey, holder: User, lead: User, anonymous: Client) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.post(page, {"act": "stopped"})
    actions.prove_outcome(Outcome.objects.get(), note="Radiation vue au registre", by=lead)
    anonymous.post(page, {"act": "active"})
    assert facts() == [("activity", "stopped", date(2026, 11, 23))]


def test_a_creation_that_is_known_is_not_asked_anew(journey: Journey, holder: User, anonymous: Client) -> None:
    make_outcome(journey, "created", date(2026, 5, 1))
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.post(page, {"act": "active"})
    form = anonymous.get(page).context["form"]
    assert (form.initial["created_on"], form.initial["legal_form"]) == (date(2026, 5, 1), "SCIC")
    anonymous.post(page, {"act": "tell", "created_on": "2026-05-01", "legal_form": "SCIC"})
    assert Outcome.objects.filter(kind="created").count() == 1


def test_a_team_tells_of_its_jobs_once(journey: Journey, organisation: Organisation, anonymous: Client) -> None:
    mate = make_holder(organisation).user
    ended(organisation, on=END, user=mate, project=journey.project, programme=journey.programme)
    tasks.sweep_follow_ups()
    first, second = (the_page(person) for person in (journey.holder.user, mate))
    for page in (first, second):
        anonymous.post(page, {"act": "active"})
    assert "jobs_created" in anonymous.get(second).context["form"].fields
    anonymous.post(first, {"act": "tell", "jobs_created": "2"})
    assert "jobs_created" not in anonymous.get(second).context["form"].fields
    assert "jobs_created" in anonymous.get(first).context["form"].fields


def test_jobs_are_asked_since_they_were_last_told(journey: Journey, holder: User, anonymous: Client) -> None:
    tasks.sweep_follow_ups()
    page = the_page(holder)
    anonymous.post(page, {"act": "active"})
    form = anonymous.get(page).context["form"]
    assert str(form.fields["jobs_created"].label) == "Emplois rémunérés créés depuis le 1er novembre 2025"
    anonymous.post(page, {"act": "tell", "jobs_created": "2"})
    with time_machine.travel("2027-05-21T10:00:00+00:00", tick=False):
        tasks.sweep_follow_ups()
        page = the_page(holder)
        anonymous.post(page, {"act": "active"})
        form = anonymous.get(page).context["form"]
    assert str(form.fields["jobs_created"].label) == "Emplois rémunérés créés depuis le 23 novembre 2026"


def test_a_link_that_expired_or_is_of_another_person_opens_nothing(
    journey: Journey, holder: User, mentor: User, anonymous: Client
) -> None:
    from backend.accounts.actions import make_link

    tasks.sweep_follow_ups()
    page = the_page(holder)
    token = make_link("follow_up", about=FollowUp.objects.get(), user=mentor)[1]
    assert anonymous.post(f"/after/{token}/", {"act": "active"}).status_code == 404
    with time_machine.travel("2027-03-21T10:00:00+00:00", tick=False):
        assert anonymous.post(page, {"act": "active"}).status_code == 404
    assert facts() == []
