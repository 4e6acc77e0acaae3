"""Milestones proposed by the holder: accepted, or sent back with a sentence; she proposes again."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import MilestoneProposal, Step
from tests.factories.journeys import make_companion, make_journey, step_of

Browser = Callable[[User], Client]
DAY = date(2026, 11, 20)
TYPED = {"reached_on": "2026-11-20", "evidence": "Plan signé par la banque"}


@pytest.fixture
def step(organisation: Organisation, holder: User, lead: User, mentor: User) -> Step:
    journey = make_journey(organisation, holder, referent=lead, started_on=date(2026, 9, 1))
    make_companion(journey, mentor)
    return step_of(journey, "milestone")


def proposed(step: Step, evidence: str = "Plan signé") -> MilestoneProposal:
    return actions.propose_milestone(step, reached_on=DAY, evidence=evidence, by=step.journey.holder.user)


def letters(template: str) -> list[str]:
    rows = Email.objects.filter(template=f"journeys/letters/{template}")
    return sorted(rows.values_list("to_address", flat=True))


# --- Proposing ------------------------------------------------------------------------------------------
def test_the_holder_proposes_and_those_who_accept_are_told_once(step: Step, holder: User, client_of: Browser) -> None:
    url = reverse("journeys:milestone_propose", args=[step.pk])
    browser = client_of(holder)
    browser.post(url, TYPED)
    again = browser.post(url, TYPED)
    proposal = step.proposals.get()
    assert (proposal.state, proposal.proposed_by, proposal.reached_on) == ("proposed", holder, DAY)
    assert again.context["form"].non_field_errors() == ["Vous avez déjà proposé ce jalon\u00a0: il attend une réponse."]
    assert letters("milestone_proposed") == ["lead@example.org", "mentor@example.org"]
    step.refresh_from_db()
    assert step.state == "planned"


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"reached_on": "2026-11-24", "evidence": "x"}, "reached_on"), ({"reached_on": "2026-11-20"}, "evidence")],
)
def test_a_day_to_come_or_no_evidence_at_all_is_refused(
    step: Step, holder: User, client_of: Browser, typed: dict[str, str], field: str
) -> None:
    page = client_of(holder).post(reverse("journeys:milestone_propose", args=[step.pk]), typed)
    assert (list(page.context["form"].errors), step.proposals.count()) == ([field], 0)


def test_a_link_alone_is_evidence(step: Step, holder: User) -> None:
    actions.propose_milestone(step, reached_on=DAY, evidence_url="https://example.org/kbis", by=holder)
    assert step.proposals.get().evidence_url == "https://example.org/kbis"


def test_a_proposal_taken_back_comes_back_prefilled(step: Step, holder: User, client_of: Browser) -> None:
    proposal = proposed(step, "Premier essai")
    url = reverse("journeys:proposal_withdraw", args=[proposal.pk])
    answer = client_of(holder).post(url, follow=True)
    assert answer.context["form"]["evidence"].value() == "Premier essai"
    with pytest.raises(Refused):
        actions.accept_proposal(MilestoneProposal.objects.get(), by=None)


# --- Answering ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", ["mentor", "lead"])
def test_who_accompanies_accepts_and_the_step_is_done(
    step: Step, persona: str, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    person, proposal = request.getfixturevalue(persona), proposed(step)
    url = reverse("journeys:proposal_accept", args=[proposal.pk])
    client_of(person).post(url)
    client_of(person).post(url)
    step.refresh_from_db()
    proposal.refresh_from_db()
    milestone = step.milestone
    assert (step.state, step.done_on, proposal.state, proposal.decided_by) == ("done", DAY, "accepted", person)
    assert (milestone.reached_on, milestone.evidence, milestone.recorded_by) == (DAY, "Plan signé", person)
    assert letters("milestone_answered") == ["holder@example.org"]


def test_sent_back_with_a_sentence_the_holder_proposes_again(
    step: Step, mentor: User, holder: User, client_of: Browser
) -> None:
    first = proposed(step, "Le plan")
    url = reverse("journeys:proposal_send_back", args=[first.pk])
    empty = client_of(mentor).post(url, {"answer": " "})
    client_of(mentor).post(url, {"answer": "Il manque la page de signature."})
    letter = Email.objects.get(template="journeys/letters/milestone_answered")
    home = client_of(holder).get(reverse("home")).context["home"]
    page = client_of(holder).get(reverse("journeys:milestone_propose", args=[step.pk]))
    assert list(empty.context["form"].errors) == ["answer"]
    assert empty.context["files"] == [], "what was joined is listed beside the sentence"
    assert "Il manque la page de signature." in letter.text
    assert [todo.note for todo in home.todos if todo.code == "milestone"] == ["Il manque la page de signature."]
    assert page.context["form"]["evidence"].value() == "Le plan"
    second = proposed(step, "Le plan, signé")
    first.refresh_from_db()
    read = client_of(mentor).get(reverse("journeys:proposal_detail", args=[second.pk]))
    assert [one.pk for one in read.context["former"]] == [first.pk]
    assert (first.state, first.evidence, first.answer) == ("sent_back", "Le plan", "Il manque la page de signature.")


def test_only_one_of_two_answers_stands(step: Step, mentor: User, lead: User) -> None:
    proposal = proposed(step)
    stale = MilestoneProposal.objects.select_related("step__journey__programme__organisation").get()
    actions.send_back_proposal(proposal, answer="La date ?", by=mentor)
    with pytest.raises(Refused):
        actions.accept_proposal(stale, by=lead)
    step.refresh_from_db()
    assert (step.state, len(letters("milestone_answered"))) == ("planned", 1)


def test_a_lead_answers_the_proposal_rather_than_recording_beside_it(
    step: Step, lead: User, client_of: Browser
) -> None:
    proposal = proposed(step)
    url = reverse("journeys:milestone_reach", args=[step.pk])
    page = client_of(lead).get(url)
    with pytest.raises(Refused, match="proposé"):
        actions.reach_milestone(step, reached_on=DAY, evidence="Vu", by=lead)
    assert page.context["proposal"].pk == proposal.pk
    assert reverse("journeys:proposal_detail", args=[proposal.pk]) in page.content.decode()


@pytest.mark.parametrize(("persona", "status"), [("holder", 403), ("steward", 403), ("outsider", 404)])
def test_nobody_accepts_her_own_or_from_outside(
    step: Step, persona: str, status: int, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    proposal, person = proposed(step), request.getfixturevalue(persona)
    for verb in ("accept", "send_back"):
        url = reverse(f"journeys:proposal_{verb}", args=[proposal.pk])
        assert client_of(person).post(url, {"answer": "x"}).status_code == status
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_the_journey_page_leads_each_to_her_act(step: Step, holder: User, lead: User, client_of: Browser) -> None:
    url = reverse("journeys:journey_detail", args=[step.journey_id])
    before = client_of(holder).get(url).context["stops"]
    proposal = proposed(step)
    lines = client_of(lead).get(url).context["lines"]
    propose = reverse("journeys:milestone_propose", args=[step.pk])
    assert [stop.url for stop in before if stop.kind == "milestone"] == [propose]
    assert [line.record_url for line in lines if line.step.kind == "milestone"] == [
        reverse("journeys:proposal_detail", args=[proposal.pk])
    ]


def test_the_api_proposes_and_answers(step: Step, holder: User, mentor: User, client_of: Browser) -> None:
    made = client_of(holder).post("/api/v1/milestone-proposals/", {"step": step.pk, **TYPED}, "application/json")
    back = client_of(mentor).post(
        f"/api/v1/milestone-proposals/{made.json()['id']}/send-back/", {"answer": "La date ?"}, "application/json"
    )
    assert (made.status_code, back.json()["state"], back.json()["answer"]) == (201, "sent_back", "La date ?")


def test_a_lead_who_carries_the_project_does_not_answer_her_own_proposal(
    step: Step, organisation: Organisation, holder: User, client_of: Browser
) -> None:
    accounts.grant_role(holder, organisation, "lead", by=None)
    proposal = proposed(step)
    for verb in ("accept", "send_back"):
        url = reverse(f"journeys:proposal_{verb}", args=[proposal.pk])
        assert client_of(holder).post(url, {"answer": "Oui"}).status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
