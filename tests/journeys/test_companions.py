"""The follow-up group: joining, leaving, the referent, and access that ends with membership."""

from typing import Any

import pytest

from backend.accounts.models import Membership, Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions, policies
from journeys.models import Commitment, Companion, Journey
from journeys.queries.group import accompanied, group_page, last_contacts
from journeys.queries.trail import trail
from tests.factories.accounts import end_role, make_member, make_user
from tests.factories.journeys import make_companion, make_delivery, make_journey, step_of
from tests.factories.mentoring import make_held_session, make_pair

PAULE = actions.Guest("paule@adie.example.org", "Paule", "Adam", "Adie")


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder)


def invite(journey: Journey, lead: User | None = None, **asked: Any) -> Companion:
    return actions.invite_companion(journey, asked.get("person", PAULE), asked.get("role", "adviser"), by=lead)


def referents(journey: Journey) -> list[tuple[str, bool]]:
    rows = journey.companions.filter(role="referent").order_by("pk").select_related("user")
    return [(str(row.user), row.ended_at is None) for row in rows]


def test_an_adviser_of_elsewhere_gets_an_account_and_one_letter_that_says_it_all(journey: Journey, lead: User) -> None:
    companion = invite(journey, lead)
    user = companion.user
    assert (str(user), user.has_usable_password(), user.active_roles, companion.home) == (
        "Paule Adam",
        False,
        {},
        "Adie",
    )
    letter = Email.objects.get(to_address="paule@adie.example.org")
    assert letter.subject == f"Vous êtes invité·e à accompagner Hawa Diallo\u00a0: {journey.project}"
    for said in ("Léa Riou vous invite", "Hawa Diallo", f"/journeys/{journey.pk}/", "Pas de mot de passe"):
        assert said in letter.text
    with pytest.raises(Refused, match="déjà"):
        invite(journey, lead)
    assert Email.objects.filter(to_address="paule@adie.example.org").count() == 1


@pytest.mark.parametrize(
    ("person", "role", "field"),
    [
        (PAULE, "mentor", "role"),
        (actions.Guest("paule@adie.example.org", "Paule", "Adam"), "adviser", "home"),
        (actions.Guest("paule@adie.example.org", "", "Adam", "Adie"), "adviser", "last_name"),
        (actions.Guest("holder@example.org", "Hawa", "Diallo", "Adie"), "adviser", "email"),
        (PAULE, "referent", "user"),
    ],
)
def test_an_invitation_is_refused_beside_the_field_that_is_wrong(
    journey: Journey, person: actions.Guest, role: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        invite(journey, person=person, role=role)
    assert (refusal.value.field, journey.companions.count(), Email.objects.count()) == (field, 0, 0)


def test_nobody_is_invited_to_a_journey_that_is_over(journey: Journey) -> None:
    actions.leave_journey(journey, reason="moved", by=None)
    with pytest.raises(Refused):
        invite(journey)


def test_the_referent_and_her_line_in_the_group_are_always_in_step(
    journey: Journey, lead: User, organisation: Organisation
) -> None:
    other = make_member(organisation, Membership.Role.LEAD, first_name="Yann", last_name="Kerr")
    actions.assign_referent(journey, lead, by=lead)
    actions.assign_referent(journey, lead, by=lead)
    assert (journey.referent, referents(journey)) == (lead, [("Léa Riou", True)])
    actions.assign_referent(journey, other, by=lead)
    assert referents(journey) == [("Léa Riou", False), ("Yann Kerr", True)]
    actions.assign_referent(journey, None, by=lead)
    journey.refresh_from_db()
    assert (journey.referent, referents(journey)[1]) == (None, ("Yann Kerr", False))


def test_only_a_lead_of_the_organisation_is_its_referent(journey: Journey, mentor: User, outsider: User) -> None:
    for user in (mentor, outsider):
        with pytest.raises(Refused) as refusal:
            actions.assign_referent(journey, user, by=None)
        assert refusal.value.field == "user"
    assert referents(journey) == []


def test_a_journey_opened_with_a_referent_has_her_in_its_group(organisation: Organisation, lead: User) -> None:
    journey = make_journey(organisation, referent=lead)
    assert referents(journey) == [("Léa Riou", True)]
    assert Entry.objects.filter(verb="join_group").count() == 1


def test_leaving_asks_why_closes_the_journey_and_is_told_in_its_trail(journey: Journey, lead: User) -> None:
    companion = invite(journey, lead)
    with pytest.raises(Refused) as refusal:
        actions.leave_group(companion, reason=" ", by=lead)
    assert refusal.value.field == "reason"
    promise = actions.add_commitment(journey, text="Appeler", owner=companion.user, due_on=None, by=lead)
    assert Journey.objects.visible_to(companion.user).count() == 1
    assert list(Commitment.objects.visible_to(companion.user)) == [promise]
    actions.leave_group(companion, reason="Mission finie", by=lead)
    assert not Commitment.objects.visible_to(companion.user).exists()
    actions.leave_group(companion, reason="Encore", by=lead)
    assert (companion.end_reason, Journey.objects.visible_to(companion.user).count()) == ("Mission finie", 0)
    told = [(deed.title, deed.text, deed.by) for deed in trail(journey, lead)]
    told = [one for one in told if one[0] != "Engagement pris"][:2]
    assert told == [
        ("Départ du groupe de suivi", "Paule Adam · Mission finie", "Léa Riou"),
        ("Arrivée dans le groupe de suivi", "Paule Adam", "Léa Riou"),
    ]


def test_a_referent_who_leaves_is_the_referent_no_more(journey: Journey, lead: User) -> None:
    actions.assign_referent(journey, lead, by=lead)
    companion = journey.companions.get()
    actions.leave_group(companion, reason="Congé", by=lead)
    journey.refresh_from_db()
    assert (journey.referent, companion.end_reason) == (None, "Congé")


def test_a_mentor_is_not_ended_here(journey: Journey, mentor: User) -> None:
    companion = make_companion(journey, mentor)
    with pytest.raises(Refused):
        actions.leave_group(companion, reason="Congé", by=None)
    assert companion.ended_at is None


def test_a_journey_that_ends_closes_to_trainers_and_advisers(journey: Journey, lead: User) -> None:
    actions.assign_referent(journey, lead, by=lead)
    adviser = invite(journey, lead).user
    actions.leave_journey(journey, reason="moved", by=lead)
    assert Journey.objects.visible_to(adviser).count() == 0
    assert referents(journey) == [("Léa Riou", True)]


def test_who_was_invited_by_letter_is_told_by_one_letter_that_it_ends(journey: Journey, lead: User) -> None:
    companion = invite(journey, lead)
    actions.leave_group(companion, reason="Trop d’absences", by=lead)
    actions.leave_group(companion, reason="Encore", by=lead)
    letter = Email.objects.get(template="journeys/letters/companion_ended")
    assert letter.to_user == companion.user
    assert letter.subject.replace("\u00a0", " ") == f"Vous n’accompagnez plus {journey.holder} : {journey.project}"
    assert "comme conseiller ou conseillère : cela s’arrête aujourd’hui." in letter.text.replace("\u00a0", " ")
    assert "absences" not in letter.text  # the reason is for leads


def test_a_journey_that_ends_says_so_to_its_adviser(journey: Journey, lead: User) -> None:
    invite(journey, lead)
    actions.leave_journey(journey, reason="moved", by=lead)
    assert "est terminé." in Email.objects.get(template="journeys/letters/companion_ended").text


def test_no_letter_to_who_leaves_by_herself_or_was_never_told(journey: Journey, lead: User) -> None:
    companion = invite(journey, lead)
    actions.leave_group(companion, reason="Mission finie", by=companion.user)
    actions.leave_group(make_companion(journey, lead, Companion.Role.REFERENT), reason="Congé", by=None)
    assert not Email.objects.filter(template="journeys/letters/companion_ended").exists()


def test_the_end_of_a_role_ends_its_parts_in_that_organisation_only(
    journey: Journey, organisation: Organisation, other_organisation: Organisation
) -> None:
    yann = make_member(organisation, Membership.Role.LEAD, first_name="Yann", last_name="Kerr")
    actions.assign_referent(journey, yann, by=None)
    make_companion(journey, yann, Companion.Role.TRAINER)
    elsewhere = make_companion(make_journey(other_organisation), yann, Companion.Role.TRAINER)
    end_role(yann, organisation, "lead")
    journey.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (journey.referent, journey.companions.current().count(), elsewhere.ended_at) == (None, 0, None)
    assert Journey.objects.visible_to(yann).count() == 1


def test_a_trainer_with_another_role_left_stays_trainer(journey: Journey, organisation: Organisation) -> None:
    yann = make_member(organisation, Membership.Role.LEAD)
    Membership.objects.create(user=yann, organisation=organisation, role="mentor")
    make_companion(journey, yann, Companion.Role.TRAINER)
    end_role(yann, organisation, "lead")
    assert journey.companions.current().count() == 1


def test_advisers_promise_but_change_no_step_mentors_and_referents_do(journey: Journey, lead: User) -> None:
    step, milestone = step_of(journey, "module"), step_of(journey, "milestone")
    expected = {"adviser": False, "trainer": False, "mentor": True, "referent": True}
    for role, acts in expected.items():
        user = make_user()
        make_companion(journey, user, role)
        assert policies.may_add_commitment(user, journey)
        assert (policies.may_waive_step(user, step), policies.may_reach_milestone(user, milestone)) == (acts, acts), (
            role
        )
        assert not policies.may_advance_step(user, step)


def test_last_contact_is_the_latest_session_or_hours_not_a_sign_in(
    organisation: Organisation, mentor: User, holder: User, lead: User
) -> None:
    pair = make_pair(organisation, mentor, holder)
    make_held_session(pair, hours_ago=26)
    make_delivery(pair.journey, kind="module", days_ago=3, by=lead)
    found = {user: (contact.how, contact.words) for user, contact in last_contacts(pair.journey).items()}
    assert found == {
        mentor.pk: ("séance", "hier (séance)"),
        lead.pk: ("heures\xa0: formation", "il y a 3 jours (heures\xa0: formation)"),
    }
    adviser = invite(pair.journey, lead).user
    adviser.last_login = pair.journey.created_at
    adviser.save(update_fields=["last_login"])
    assert adviser.pk not in last_contacts(pair.journey)


def test_the_group_shows_the_referent_first_and_former_members_apart(
    journey: Journey, lead: User, mentor: User
) -> None:
    make_companion(journey, mentor)
    actions.leave_group(invite(journey, lead), reason="Fini", by=lead)
    actions.assign_referent(journey, lead, by=lead)
    page = group_page(journey, lead)
    assert [(str(one.user), one.note) for one in page["now"]] == [
        ("Léa Riou", "référent·e"),
        ("Marc Tessier", "mentor"),
    ]
    assert [(str(one.user), one.note) for one in page["past"]] == [("Paule Adam", "conseiller ou conseillère · Adie")]


def test_the_home_of_an_adviser_lists_what_she_accompanies_with_as_many_queries_for_three(
    journey: Journey, organisation: Organisation, lead: User, assert_num_queries_same: Any
) -> None:
    user = invite(journey, lead).user
    assert [str(one.journey.holder) for one in accompanied(user)] == ["Hawa Diallo"]

    def more() -> None:
        for _one in range(2):
            make_companion(make_journey(organisation), user, Companion.Role.TRAINER)

    actions.add_commitment(journey, text="Relire le plan", owner=user, due_on=None, by=user)
    assert [todo.title for todo in accompanied(user)[0].todos] == ["Relire le plan"]
    assert_num_queries_same(lambda: accompanied(user), more)
    assert len(accompanied(user)) == 3
