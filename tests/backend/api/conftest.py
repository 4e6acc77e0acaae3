"""Programs that speak for people, and one row of every noun."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.lib import clock
from backend.mail.actions import choose_letters, keep_incoming, sweep_incoming
from backend.mail.kinds import REFUSABLE
from evaluation.models import Campaign, ReportSchedule, Snapshot
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.models import FollowUp, Import, Journey, Module, Neighbourhood
from mentoring import actions as mentoring
from mentoring.models import MentorImport, Mentorship
from tests.factories.evaluation import make_answered
from tests.factories.hosts import make_ask, make_offer
from tests.factories.indicators import make_indicator
from tests.factories.journeys import (
    make_commune,
    make_companion,
    make_confirmed_delivery,
    make_delivery,
    make_journey,
    make_programme,
    step_of,
)
from tests.factories.mail import make_email
from tests.factories.mentoring import make_held_session, make_opening, make_pair, make_session
from tests.factories.outcomes import make_outcome
from tests.factories.own_calendars import make_own_calendar
from tests.factories.stays import enrol, make_company, make_immersion, make_milestone, make_module_date, module_of

BASE = "/api/v1"


@pytest.fixture
def program_of() -> Callable[[User], APIClient]:
    """`program_of(lead).get("/api/v1/journeys/")`: a program with this person's token."""

    def sign_in(user: User) -> APIClient:
        _token, secret = accounts.create_api_token(user, name="Test", days=30, by=user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return sign_in


def fill(organisation: Organisation, lead: User, number: int) -> Journey:
    """One row of every noun that the API lists."""
    journey = make_journey(organisation, programme=make_programme(organisation), by=lead)
    Module.objects.create(organisation=organisation, code=f"module-{number}", title_fr=f"Module {number}")
    fill_mentoring(make_pair(organisation, journey=journey), lead)
    make_companion(journey, lead, "referent")
    date = make_module_date(module_of(journey), by=lead)
    enrol(date, journey, by=lead)
    make_immersion(journey, state="partly_signed")
    make_milestone(journey)
    make_delivery(journey, by=lead)
    actions.add_commitment(journey, text="Écrire", owner=lead, due_on=None, by=lead)
    Import.objects.create(programme=journey.programme, made_by=lead, file_name=f"{number}.csv", digest=str(number))
    make_commune(f"4400{number}", f"Commune {number}")
    neighbourhood = Neighbourhood.objects.create(code=f"QN0440{number}M", name=f"Quartier {number}")
    neighbourhood.communes.add(f"4400{number}")
    make_email(lead, organisation=organisation)
    keep_incoming(f"From: {lead.email}\nMessage-ID: <{number}@example.org>\n\nOui".encode(), way="web")
    sweep_incoming()
    choose_letters(lead, {REFUSABLE[number % len(REFUSABLE)].code: False}, by=lead)
    make_answered(journey)
    calendars.open_feed(lead, name=f"Bureau {number}", by=lead)
    make_own_calendar(lead, number=number)
    other = make_journey(organisation, programme=journey.programme, by=lead)
    fill_ledger(other)
    fill_plan(other, lead, number)
    fill_stays(make_journey(organisation, programme=journey.programme, by=lead), lead)
    fill_after(journey)
    return journey


def fill_after(journey: Journey) -> None:
    """What came of a journey, its holder asked for it, an indicator followed, and figures published."""
    make_outcome(journey, "created")
    make_indicator(journey.programme.organisation)
    FollowUp.objects.create(journey=journey, months=6)
    campaign = Campaign.objects.create(
        organisation=journey.programme.organisation, programme=journey.programme, until=clock.today(),
        closes_on=clock.today(), state=Campaign.State.PUBLISHED,
    )  # fmt: skip
    ReportSchedule.objects.create(
        organisation=campaign.organisation, programme=journey.programme, every="month", starts_on=clock.today()
    )
    Snapshot.objects.create(campaign=campaign, number=1, body="{}", sha256="0" * 64, published_at=clock.now())


def fill_mentoring(pair: Mentorship, lead: User) -> None:
    """A session, what was looked for, a training, whom this mentor must not accompany, her hours to book."""
    make_session(pair)
    mentoring.say_need(pair.journey, themes=["legal"], by=lead)
    mentoring.add_training(pair.mentor, title="Écoute", by=lead)
    mentoring.declare_conflict(pair.mentor, make_journey(pair.mentor.organisation).holder, reason="Famille", by=lead)
    opening = make_opening(pair.mentor)
    mentoring.change_opening_day(opening, day=opening.starts_on, by=lead)
    mentoring.declare_absence(pair.mentor, starts_on=opening.starts_on, ends_on=opening.starts_on, by=lead)
    fill_course(pair)


def fill_course(pair: Mentorship) -> None:
    """An objective, what both say of a pair after a session, times put forward, a meeting of two, a file of mentors."""
    holder, mentor = pair.journey.holder.user, pair.mentor
    mentoring.set_objective(pair, text="Oser", start=2, wanted=5, by=holder)
    make_held_session(pair)
    mentoring.say_fit(pair, side="holder", answer="good", by=holder)
    mentoring.say_review(pair, moment="midway", side="holder", went_well="On avance", by=holder)
    mentoring.propose_times(pair, side="mentor", times=[clock.now() + timedelta(days=20)], by=mentor.user)
    other = make_pair(mentor.organisation, mentor)
    mentoring.plan_gathering(
        mentor, pairs=[pair, other], starts_at=clock.now() + timedelta(days=30), place="Solilab", by=mentor.user
    )
    MentorImport.objects.create(organisation=mentor.organisation, made_by=mentor.user, file_name="m.csv", digest="0")


def fill_stays(journey: Journey, lead: User) -> None:
    """A host with a site, an offer and a request; a stay under way with an amendment and a lesson."""
    company = make_company(journey.programme.organisation, contact_email="accueil@exemple.fr")
    actions.add_site(company, name="Atelier", by=lead)
    make_offer(company)
    make_ask(journey, company=company)
    stay = make_immersion(journey, state="in_progress", starts_on=clock.today())
    actions.note_lesson(stay, text="Le prix juste", by=journey.holder.user)
    actions.draft_amendment(stay, replace(facts_of(stay), tutor_name="Autre tutrice"), reason="Congé", by=lead)


def fill_plan(journey: Journey, lead: User, number: int) -> None:
    """More time asked, a sign set aside, a view of the board, a passage to another programme."""
    later = clock.today() + timedelta(days=7)
    actions.ask_extension(
        journey, until_on=journey.planned_end_on + timedelta(days=30), reason="Le bail tarde", by=journey.holder.user
    )
    actions.snooze_sign(journey, code="no_mentor", until_on=later, reason="Elle cherche elle-même", by=lead)
    actions.create_saved_view(name=f"Vue {number}", query="sign=silent", by=lead)
    programme = make_programme(journey.programme.organisation)
    actions.bridge_journey(journey, programme=programme, kind="beside", by=lead)


def fill_ledger(journey: Journey) -> None:
    """A statement to sign, and a milestone proposed with a file."""
    happened = make_confirmed_delivery(journey, days_ago=3).happened_at.date()
    actions.prepare_statement(journey, starts_on=happened, ends_on=happened, by=None)
    actions.propose_milestone(
        step_of(journey, "milestone"),
        reached_on=clock.today(),
        uploads=[actions.Upload("plan.pdf", b"%PDF-1.7")],
        by=journey.holder.user,
    )


@pytest.fixture
def story(organisation: Organisation, lead: User, holder: User) -> dict[str, Any]:
    """A journey of `holder`, and what an API call names."""
    journey = make_journey(organisation, holder, by=lead)
    return {"journey": journey, "steps": {step.kind: step for step in journey.steps.order_by("-position")}}
