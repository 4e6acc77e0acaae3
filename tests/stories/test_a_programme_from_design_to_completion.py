"""One programme and one person: designed, published, personalised, moved, renewed, paused, bridged, completed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from journeys import actions
from journeys.models import Bridge, Delivery, Journey, Module, Programme, ProgrammeVersion, Step
from mentoring.models import Mentorship, Session
from tests.factories.journeys import finish, make_delivery, make_holder, make_project
from tests.factories.mentoring import make_pair, make_session

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Lead:
    """Her browser; each form is sent to its page and must be accepted."""

    client: Client

    def send(self, name: str, *args: Any, **values: Any) -> None:
        address = reverse(f"journeys:{name}", args=args)
        answer = self.client.post(address, values)
        said = answer.content.decode() if answer.status_code == 200 else ""
        assert answer.status_code == 302, f"{answer.status_code} {address}: {said[said.find('<main') :]}"

    def sees(self, name: str, *args: Any, **query: Any) -> Any:
        answer = self.client.get(reverse(f"journeys:{name}", args=args), query)
        assert answer.status_code == 200
        return answer.context


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=PARIS)


def test_from_the_blank_programme_to_the_completed_journey(
    organisation: Organisation,
    lead: User,
    mentor: User,
    holder: User,
    client_of: Browser,
    clock: time_machine.Traveller,
) -> None:
    office = Lead(client_of(lead))
    programme = she_designs_and_publishes(office, organisation)
    journey = the_holder_begins(office, organisation, programme, holder, lead)
    pair = make_pair(organisation, mentor, journey=journey)
    she_personalises(office, journey)
    she_moves_a_step_and_sees_the_cascade_first(office, journey, pair)
    a_new_version_arrives_and_her_edit_is_kept(office, programme, journey)
    it_rests_and_goes_on(office, journey, clock)
    there = it_crosses_to_another_programme(office, organisation, journey)
    it_is_completed(office, there)
    the_hours_are_whole(client_of(holder), journey, there)


def she_designs_and_publishes(office: Lead, organisation: Organisation) -> Programme:
    settings = {"track": "ess", "phases": ["emergence"], "hole_days": 30, "silence_weeks": 4, "is_open": "on"}
    office.send("programme_create", title_fr="Premiers pas", title_en="First steps", **settings)
    programme = Programme.objects.get(title_fr="Premiers pas")
    if not programme.versions.exists():
        office.send("draft_start", programme.pk)
    draft = programme.versions.get(published_at=None)
    usual = {"min_days": 0, "weight": 1, "is_required": "on"}
    office.send("programme_step_add", draft.pk, "module", title_fr="Posture", title_en="Posture",
                new_module_fr="Posture", minutes_expected_0="7", minutes_expected_1="0", max_days=30,
                **usual)  # fmt: skip
    posture = draft.steps.get(kind="module")
    office.send("programme_step_add", draft.pk, "mentoring", title_fr="Mentorat", title_en="Mentoring",
                occurrences=4, minutes_expected_0="6", minutes_expected_1="0", max_days=60, after=[posture.code],
                **usual)  # fmt: skip
    pairing = draft.steps.get(kind="mentoring")
    office.send("programme_step_add", draft.pk, "milestone", title_fr="Plan validé", title_en="Plan approved",
                evidence_fr="Plan à trois ans", max_days=30, after=[pairing.code], **usual)  # fmt: skip
    # A circle is refused, by its titles, and nothing she typed is lost.
    circle = {"title_fr": "Posture, et plus", "title_en": "Posture", "module": posture.module_id, "max_days": 30,
              "minutes_expected_0": "7", "minutes_expected_1": "0",
              "after": [draft.steps.get(kind="milestone").code], **usual}  # fmt: skip
    answer = office.client.post(reverse("journeys:programme_step_update", args=[posture.pk]), circle)
    assert answer.status_code == 200 and answer.context["form"]["title_fr"].value() == "Posture, et plus"
    assert "Plan validé" in str(answer.context["form"].errors)
    office.send("version_publish", draft.pk, note="La première")
    draft.refresh_from_db()
    assert not draft.is_draft and Module.objects.get(organisation=organisation).title_fr == "Posture"
    return programme


def the_holder_begins(
    office: Lead, organisation: Organisation, programme: Programme, user: User, lead: User
) -> Journey:
    holder = make_holder(organisation, user)
    project = make_project(organisation, holder, name="L’atelier vélo")
    journey = actions.open_journey(programme, project, holder, started_on=date(2026, 11, 23), referent=lead, by=lead)
    assert list(journey.steps.order_by("position").values_list("title_fr", "due_on")) == [
        ("Posture", date(2026, 12, 23)),
        ("Mentorat", date(2027, 2, 21)),
        ("Plan validé", date(2027, 3, 23)),
    ]
    return journey


def she_personalises(office: Lead, journey: Journey) -> None:
    plan = journey.steps.get(kind="milestone")
    office.send(
        "step_add", journey.pk, kind="milestone", title_fr="Premier client", title_en="First client",
        weight=2, occurrences=1, due_on="2027-04-30", after=[plan.pk],
    )  # fmt: skip
    mentoring = journey.steps.get(kind="mentoring")
    office.send(
        "step_edit", mentoring.pk, title_fr="Mentorat renforcé", title_en="More mentoring", is_required="on", weight=3,
        occurrences=6, minutes_expected_0="9", minutes_expected_1="0",
        after=list(mentoring.after.order_by("pk").values_list("pk", flat=True)),
    )  # fmt: skip
    mentoring.refresh_from_db()
    assert (mentoring.title_fr, mentoring.weight, mentoring.occurrences) == ("Mentorat renforcé", 3, 6)
    # A slip, and back.
    office.send("step_waive", plan.pk, reason="Déjà validé ailleurs")
    office.send("journey_undo", journey.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.waive_reason) == (Step.State.PLANNED, "")


def she_moves_a_step_and_sees_the_cascade_first(office: Lead, journey: Journey, pair: Mentorship) -> None:
    """Fourteen days later: three steps move, and the meeting with them at the same hour."""
    mentoring = journey.steps.get(kind="mentoring")
    session = make_session(pair, starts_at=at("2026-12-14"))
    Session.objects.filter(pk=session.pk).update(step=mentoring)
    posture = journey.steps.get(kind="module")
    asked = {"due_on": "2027-01-06", "holds": "on"}
    page = office.sees("step_move", posture.pk, **asked)
    shifts = page["preview"].cascade.shifts
    assert len(shifts) == 3 and page["preview"].people
    posture.refresh_from_db()
    assert posture.due_on == date(2026, 12, 23), "looking moves nothing"
    office.send("step_move", posture.pk, **asked, digest=page["preview"].digest, with_meetings="on")
    due = dict(journey.steps.values_list("title_fr", "due_on"))
    assert due["Posture"] == date(2027, 1, 6) and due["Mentorat renforcé"] == date(2027, 3, 7)
    session.refresh_from_db()
    assert session.starts_at == at("2026-12-28")


def a_new_version_arrives_and_her_edit_is_kept(office: Lead, programme: Programme, journey: Journey) -> None:
    office.send("draft_start", programme.pk)
    draft: ProgrammeVersion = programme.versions.get(published_at=None)
    mentoring = draft.steps.get(kind="mentoring")
    page = office.sees("programme_step_update", mentoring.pk)
    office.send(
        "programme_step_update", mentoring.pk, stamp=page["form"].stamp, title_fr="Mentorat de projet",
        title_en="Project mentoring", occurrences=4, minutes_expected_0="6", minutes_expected_1="0", min_days=0,
        max_days=75, weight=1, is_required="on", after=[draft.steps.get(kind="module").code],
    )  # fmt: skip
    office.send(
        "programme_step_add", draft.pk, "immersion", title_fr="Immersion", title_en="Immersion",
        minutes_expected_0="35", minutes_expected_1="0", min_days=0, max_days=90, weight=2, is_required="on",
    )  # fmt: skip
    office.send("version_publish", draft.pk, note="Une immersion pour chacun")
    offer = office.sees("journey_version", journey.pk)
    assert offer["form"].initial["version"] == draft.pk
    office.send("journey_version", journey.pk, version=draft.pk)
    journey.refresh_from_db()
    titles = set(journey.steps.values_list("title_fr", flat=True))
    assert journey.version_id == draft.pk
    assert {
        "Mentorat renforcé",
        "Immersion",
        "Premier client",
        "Posture",
    } <= titles and "Mentorat de projet" not in titles


def it_rests_and_goes_on(office: Lead, journey: Journey, clock: time_machine.Traveller) -> None:
    """Paused for thirty days, resumed after ten: the plan has moved by ten."""
    before = dict(journey.steps.values_list("title_fr", "due_on"))
    end = journey.planned_end_on
    office.send("journey_pause", journey.pk, reason="Naissance", review_on="2026-12-23")
    assert (Journey.objects.get(pk=journey.pk).planned_end_on - end).days == 30
    clock.move_to(at("2026-12-03"))
    office.send("journey_resume", journey.pk)
    journey.refresh_from_db()
    assert (journey.state, (journey.planned_end_on - end).days) == (Journey.State.ACTIVE, 10)
    after = dict(journey.steps.values_list("title_fr", "due_on"))
    assert (after["Mentorat renforcé"] - before["Mentorat renforcé"]).days == 10


def it_crosses_to_another_programme(office: Lead, organisation: Organisation, journey: Journey) -> Journey:
    """The training she has had stands as done there; her hours stay where they were received."""
    finish(journey, but=lambda step: step.kind != "module")
    make_delivery(journey, kind="module", minutes=420)
    first = journey.programme
    office.send("programme_duplicate", first.pk, title_fr="Consolider", title_en="Consolidate")
    other = Programme.objects.get(title_fr="Consolider")
    draft = other.versions.filter(published_at=None).first()
    if draft:
        office.send("version_publish", draft.pk, note="")
    address = f"{reverse('journeys:journey_bridge', args=[journey.pk])}?programme={other.pk}"
    form = office.client.get(address).context["form"]
    body = {"kind": "move", "steps": form.initial["steps"], "companions": form.initial["companions"], "reason": "Prête"}
    assert office.client.post(address, body).status_code == 302
    bridge = Bridge.objects.get()
    journey.refresh_from_db()
    there = bridge.to_journey
    assert (journey.state, journey.leave_reason, there.state) == ("left", "bridged", "active")
    carried = there.steps.get(kind="module")
    assert (carried.state, carried.carried_from) == (Step.State.DONE, journey.steps.get(kind="module"))
    assert Membership.objects.filter(user=journey.holder.user, role="holder", ended_at=None).exists()
    return there


def it_is_completed(office: Lead, journey: Journey) -> None:
    """Not while something required is missing, which is named; then it is."""
    answer = office.client.post(reverse("journeys:journey_complete", args=[journey.pk]), {"on": "2026-12-03"})
    assert answer.status_code == 200 and journey.state == Journey.State.ACTIVE
    finish(journey, but=lambda step: not step.is_open)
    office.send("journey_complete", journey.pk, on="2026-12-03")
    journey.refresh_from_db()
    assert (journey.state, journey.ended_on) == (Journey.State.COMPLETED, date(2026, 12, 3))
    # Ended is not gone: it is set aside, then opened again.
    office.send("journey_archive", journey.pk)
    office.send("journey_reopen", journey.pk, reason="Un jalon de plus", planned_end_on="2027-06-30")
    journey.refresh_from_db()
    assert (journey.state, journey.archived_at, journey.ended_on) == (Journey.State.ACTIVE, None, None)


def the_hours_are_whole(holder: Client, first: Journey, second: Journey) -> None:
    """Seven hours received, on the journey where they were, and nowhere twice."""
    assert [line.journey_id for line in Delivery.objects.order_by("pk")] == [first.pk]
    pages = [holder.get(reverse("journeys:journey_ledger", args=[one.pk])).context["ledger"] for one in (first, second)]
    assert sum(page.minutes for page in pages) == 420
