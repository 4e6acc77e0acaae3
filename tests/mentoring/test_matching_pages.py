"""The doors of matching: what is looked for, who must not meet, the pairs of a cohort, and the same over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from journeys.models import Journey
from mentoring import actions
from mentoring.models import Conflict, Mentor, Mentorship, Need
from mentoring.queries.matching import ranked_for, weights_of
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_mentor, make_pair

ClientOf = Callable[[User], Client]
MATCH = "mentoring:mentor_match"


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def choosy(organisation: Organisation, holder: User) -> Journey:
    """Hawa wants one thing, that the expert knows."""
    made = make_journey(organisation, holder, name="L’Atelier du réemploi")
    Need.objects.create(journey=made, themes=["funding"])
    return made


@pytest.fixture
def easy(organisation: Organisation) -> Journey:
    made = make_journey(organisation)
    Need.objects.create(journey=made, themes=["funding", "team"])
    return made


@pytest.fixture
def expert(organisation: Organisation) -> Mentor:
    return make_mentor(organisation, capacity=1, expertise=["funding"])


@pytest.fixture
def wide(organisation: Organisation) -> Mentor:
    return make_mentor(organisation, capacity=1, expertise=["team"])


def proposed(answer: Any) -> dict[int, int]:
    """{journey: mentor} of the page."""
    return {line.journey.pk: line.ranked.mentor.pk for line in answer.context["matched"]}


# --- A cohort -------------------------------------------------------------------------------------
def test_a_lead_matches_a_cohort_keeps_a_pair_at_its_price_and_makes_those_she_ticks(
    choosy: Journey, easy: Journey, expert: Mentor, wide: Mentor, lead: User, client_of: ClientOf
) -> None:
    client, url = client_of(lead), reverse(MATCH)
    page = client.get(url)
    assert proposed(page) == {choosy.pk: expert.pk, easy.pk: wide.pk}
    assert not page.context["ticked"]
    assert "Recherché, et connu\xa0: financement" in page.content.decode()
    kept = client.get(url, {"keep": f"{easy.pk}:{expert.pk}"})
    assert proposed(kept) == {choosy.pk: wide.pk, easy.pk: expert.pk}
    line = next(one for one in kept.context["matched"] if one.is_kept)
    assert line.kept_cost == kept.context["plan"].cost == "coûte 33 points à l’ensemble"
    assert kept.context["ticked"] == {easy.pk}
    assert not Mentorship.objects.exists()
    done = client.post(f"{url}?keep={easy.pk}:{expert.pk}", {"pick": [f"{easy.pk}:{expert.pk}"]})
    assert [(one.journey, one.mentor) for one in done.context["made"]] == [(easy, expert)]
    assert list(Mentorship.objects.values_list("journey", "mentor")) == [(easy.pk, expert.pk)]
    assert proposed(client.get(url)) == {choosy.pk: wide.pk}


def test_a_pair_let_go_leaves_the_address_and_the_others_stay_in_it(
    choosy: Journey, easy: Journey, expert: Mentor, wide: Mentor, lead: User, client_of: ClientOf
) -> None:
    query = f"keep={choosy.pk}:{wide.pk}&keep={easy.pk}:{expert.pk}&drop={easy.pk}&w_near=0"
    answer = client_of(lead).get(f"{reverse(MATCH)}?{query}")
    assert answer.headers["Location"] == f"{reverse(MATCH)}?keep={choosy.pk}:{wide.pk}&w_near=0"


@pytest.mark.parametrize(
    "query",
    [
        "keep=&keep=:&keep=a:b&keep=1&keep=1:2:3&keep=-4:9",
        "keep=99999999999999999999:1&keep=²:³",
        "w_themes=9&w_near=x&w_room=-1&programme=abc&since=hier&page=zz&organisation=zz",
        "w_themes=0&w_sectors=0&w_near=0&w_phases=0&w_room=0&w_known=0",
        "programme=99999999999999999999&organisation=99999999999999999999",
    ],
)
def test_what_cannot_be_read_in_the_address_is_left_out(
    choosy: Journey, expert: Mentor, lead: User, client_of: ClientOf, query: str
) -> None:
    answer = client_of(lead).get(f"{reverse(MATCH)}?{query}")
    assert (answer.status_code, proposed(answer)) == (200, {choosy.pk: expert.pk})
    assert answer.context["plan"].kept == 0


def test_a_kept_pair_that_may_not_be_says_why(
    choosy: Journey, expert: Mentor, wide: Mentor, lead: User, client_of: ClientOf
) -> None:
    actions.declare_conflict(expert, choosy.holder, reason="Cousine", by=lead)
    page = client_of(lead).get(reverse(MATCH), {"keep": f"{choosy.pk}:{expert.pk}"})
    [line] = page.context["plan"].lines
    assert (line.ranked.mentor, line.is_kept) == (wide, False)
    assert line.why_not_kept == f"{expert}\xa0: Un conflit d’intérêts a été signalé."
    assert page.context["kept_pairs"] == []


def test_the_same_page_sent_twice_pairs_once_and_a_refusal_stands_beside_its_line(
    choosy: Journey, easy: Journey, expert: Mentor, wide: Mentor, lead: User, client_of: ClientOf
) -> None:
    client, url = client_of(lead), reverse(MATCH)
    once = client.get(url).context["once"]
    actions.pair_mentor(choosy, wide, by=None)
    body = {"once": once, "pick": [f"{choosy.pk}:{expert.pk}", f"{easy.pk}:{expert.pk}", "0:0", "x"]}
    done = client.post(url, body)
    assert [(one.journey, one.mentor) for one in done.context["made"]] == [(easy, expert)]
    [refused] = done.context["refused"]
    assert (refused.journey, refused.refusal) == (
        choosy,
        f"{wide} accompagne ce parcours\xa0: dites pourquoi cela change.",
    )
    again = client.post(url, body)
    assert again.context["form"].non_field_errors() == [
        "C’était déjà envoyé, et c’est fait une fois. Validez de nouveau pour le faire une fois de plus."
    ]
    assert Mentorship.objects.count() == 2


def test_nothing_ticked_or_pairs_of_another_organisation_make_nothing(
    choosy: Journey, expert: Mentor, other_organisation: Organisation, lead: User, client_of: ClientOf
) -> None:
    theirs, mentor = make_journey(other_organisation), make_mentor(other_organisation)
    for picks in ([], [f"{theirs.pk}:{mentor.pk}"], [f"{choosy.pk}:{mentor.pk}"], [f"{theirs.pk}:{expert.pk}"]):
        answer = client_of(lead).post(reverse(MATCH), {"pick": picks})
        assert answer.context["form"].non_field_errors() == ["Cochez au moins un binôme."]
    assert not Mentorship.objects.exists()


def test_weights_moved_in_the_address_are_kept_by_one_press(
    choosy: Journey, expert: Mentor, lead: User, organisation: Organisation, client_of: ClientOf
) -> None:
    client = client_of(lead)
    page = client.get(reverse(MATCH), {"w_themes": "1", "w_near": "5"})
    assert (page.context["are_new"], page.context["plan"].weights["near"]) == (True, 5)
    answer = client.post(f"{reverse('mentoring:weights_keep')}?w_themes=1&w_near=5")
    assert answer.headers["Location"] == f"{reverse(MATCH)}?w_themes=1&w_near=5"
    assert weights_of(organisation.pk) == {"themes": 1, "sectors": 3, "near": 5, "phases": 2, "room": 1, "known": 1}
    assert not client.get(reverse(MATCH)).context["are_new"]


def test_only_the_cohort_asked_for_is_matched(
    choosy: Journey, easy: Journey, expert: Mentor, lead: User, client_of: ClientOf
) -> None:
    Journey.objects.filter(pk=easy.pk).update(started_on="2026-01-05")
    page = client_of(lead).get(reverse(MATCH), {"until": "2026-02-01"})
    assert proposed(page) == {easy.pk: expert.pk}


def test_a_cohort_asks_the_same_queries_for_one_and_for_three(
    organisation: Organisation, choosy: Journey, expert: Mentor, lead: User, client_of: ClientOf,
    assert_num_queries_same: Any,
) -> None:  # fmt: skip
    client = client_of(lead)

    def add() -> None:
        for _each in range(2):
            make_journey(organisation)
            make_mentor(organisation)

    assert_num_queries_same(lambda: client.get(reverse(MATCH)), add)


# --- What is looked for, and who must not meet ----------------------------------------------------
def test_a_holder_says_what_she_looks_for_and_her_home_asks_no_more(
    organisation: Organisation, holder: User, client_of: ClientOf
) -> None:
    journey, client = make_journey(organisation, holder), client_of(holder)
    url = reverse("mentoring:need_say", args=[journey.pk])
    asked = "Dites quel mentor vous recherchez"
    assert asked in client.get(reverse("home")).content.decode()
    body = {"themes": ["legal", "funding"], "languages": ["fr"], "meeting": "remote", "words": "Le matin."}
    assert client.post(url, body).headers["Location"] == reverse("journeys:journey_detail", args=[journey.pk])
    need = journey.mentoring_need
    assert (need.themes, need.languages, need.meeting, need.words, need.said_by) == (
        ["funding", "legal"], ["fr"], "remote", "Le matin.", holder,
    )  # fmt: skip
    assert asked not in client.get(reverse("home")).content.decode()
    wrong = client.post(url, {"themes": ["astrology"], "meeting": "remote", "words": "Le soir."})
    assert set(wrong.context["form"].errors) == {"themes"}
    assert wrong.context["form"]["words"].value() == "Le soir."


def test_what_is_looked_for_is_read_by_the_mentor_chosen_and_not_by_stewards(
    organisation: Organisation, choosy: Journey, expert: Mentor, holder: User, lead: User, steward: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    actions.say_need(choosy, words="Quelqu’un qui ose me contredire.", by=holder)
    pair = make_pair(organisation, expert, journey=choosy)
    url = reverse("mentoring:mentorship", args=[pair.pk])
    read = {user: "ose me contredire" in client_of(user).get(url).content.decode() for user in (expert.user, steward)}
    assert read == {expert.user: True, steward: False}
    assert not Need.objects.visible_to(steward).exists()


def test_a_conflict_keeps_two_people_apart_at_every_door_until_a_lead_lifts_it(
    organisation: Organisation, choosy: Journey, expert: Mentor, lead: User, client_of: ClientOf
) -> None:
    client = client_of(lead)
    body = {"holder": choosy.holder_id, "reason": "Ils sont associés"}
    assert client.post(reverse("mentoring:conflict_declare", args=[expert.pk]), body).status_code == 302
    conflict = Conflict.objects.get()
    said = "Un conflit d’intérêts a été signalé entre ces deux personnes."
    assert ranked_for(choosy)[0].reasons.forbids == "Un conflit d’intérêts a été signalé."
    page = client.post(reverse("mentoring:mentor_pair", args=[choosy.pk]), {"mentor": expert.pk})
    assert page.context["form"].errors == {"mentor": [said]}
    cohort = client.post(reverse(MATCH), {"pick": [f"{choosy.pk}:{expert.pk}"]})
    assert [one.refusal for one in cohort.context["refused"]] == [said]
    pair = {"journey": choosy.pk, "mentor": expert.pk}
    over_api = api(lead).post(reverse("api:mentorships-pair"), pair, format="json")
    assert (over_api.status_code, over_api.data["detail"]) == (409, said)
    many = api(lead).post(reverse("api:mentorships-pair-many"), {"pairs": [pair]}, format="json")
    assert many.data == [{**pair, "mentorship": None, "refusal": said}]
    lift = reverse("mentoring:conflict_lift", args=[conflict.pk])
    assert client_of(expert.user).post(lift).status_code == 403
    assert client.post(lift).status_code == 302
    assert api(lead).post(reverse("api:mentorships-pair"), pair, format="json").status_code == 201


def test_the_reason_of_a_conflict_is_read_by_leads_and_the_mentor_only(
    organisation: Organisation, choosy: Journey, expert: Mentor, lead: User, steward: User, client_of: ClientOf
) -> None:
    actions.declare_conflict(expert, choosy.holder, reason="Ils sont associés", by=lead)
    colleague = make_mentor(organisation)
    url = reverse("mentoring:mentor", args=[expert.pk])
    read = {
        user: "Ils sont associés" in client_of(user).get(url).content.decode()
        for user in (lead, expert.user, colleague.user, steward)
    }
    assert read == {lead: True, expert.user: True, colleague.user: False, steward: False}


# --- Profiles -------------------------------------------------------------------------------------
def test_a_mentor_accepts_the_charter_herself_once_and_keeps_her_trainings(
    expert: Mentor, lead: User, client_of: ClientOf
) -> None:
    url, client = reverse("mentoring:charter_accept", args=[expert.pk]), client_of(expert.user)
    assert client_of(lead).post(url).status_code == 403
    assert client.post(url).status_code == 302
    expert.refresh_from_db()
    assert str(expert.charter_accepted_on) == "2026-11-23"
    add = reverse("mentoring:training_add", args=[expert.pk])
    assert client.post(add, {"title": "Écoute active", "followed_on": "2027-01-01"}).context["form"].errors == {
        "followed_on": ["Ce jour est encore à venir."]
    }
    client.post(add, {"title": "Écoute active", "followed_on": "2026-03-12", "hours": "7"})
    assert "12 mars 2026 · 7\xa0h" in client.get(reverse("mentoring:mentor", args=[expert.pk])).content.decode()
    client.post(reverse("mentoring:training_remove", args=[expert.trainings.get().pk]))
    assert not expert.trainings.exists()


def test_mentors_are_listed_by_what_they_know_and_where_they_come(
    organisation: Organisation, lead: User, choosy: Journey, client_of: ClientOf
) -> None:
    home = choosy.project.commune
    one = make_mentor(organisation, expertise=["legal"], sectors=["Énergie"], phases=["creation"], languages=["br"])
    other = make_mentor(organisation, commune=home)
    comes = make_mentor(organisation, communes=[home])
    client = client_of(lead)
    found = {}
    for name, value in {"theme": "legal", "sector": "energ", "phase": "creation", "language": "br",
                        "commune": home.pk}.items():  # fmt: skip
        page = client.get(reverse("mentoring:mentor_list"), {name: value}).context["page"]
        found[name] = {mentor.pk for mentor in page.object_list}
    assert found == {
        **{name: {one.pk} for name in ("theme", "sector", "phase", "language")},
        "commune": {other.pk, comes.pk},
    }


# --- The API --------------------------------------------------------------------------------------
def test_the_api_tells_needs_ranks_plans_and_pairs_many(
    organisation: Organisation, choosy: Journey, easy: Journey, expert: Mentor, wide: Mentor, lead: User, holder: User
) -> None:
    said = {"journey": choosy.pk, "themes": ["team"], "meeting": "any"}
    answer = api(holder).post(reverse("api:mentor-needs-list"), said, format="json")
    assert (answer.status_code, answer.data["themes"], answer.data["said_by"]) == (201, ["team"], holder.pk)
    ranked = api(lead).get(reverse("api:mentor-matches-detail", args=[choosy.pk])).data
    assert [row["mentor"] for row in ranked] == [wide.pk, expert.pk]
    assert ranked[0]["pros"][0] == "Recherché, et connu\xa0: équipe et emploi"
    keep = {"keep": f"{easy.pk}:{wide.pk}"}
    plan = api(lead).get(reverse("api:mentor-matches-list"), keep).data
    assert {line["journey"]: (line["proposed"]["mentor"], line["is_kept"]) for line in plan["lines"]} == {
        choosy.pk: (expert.pk, False),
        easy.pk: (wide.pk, True),
    }
    assert (plan["count"], plan["matched"], plan["kept"], plan["lost_people"]) == (2, 2, 1, 0)
    pairs = [{"journey": choosy.pk, "mentor": wide.pk}, {"journey": easy.pk, "mentor": wide.pk}]
    rows = api(lead).post(reverse("api:mentorships-pair-many"), {"pairs": pairs}, format="json").data
    assert [(row["journey"], bool(row["mentorship"]), row["refusal"]) for row in rows] == [
        (choosy.pk, True, ""),
        (easy.pk, False, f"{wide} est au complet\xa0: 1 sur 1."),
    ]


def test_a_stranger_and_a_member_without_the_right_are_kept_out_of_what_carries_numbers(
    organisation: Organisation, choosy: Journey, expert: Mentor, outsider: User, holder: User
) -> None:
    body = {"pairs": [{"journey": choosy.pk, "mentor": expert.pk}]}
    url = reverse("api:mentorships-pair-many")
    assert api(outsider).post(url, body, format="json").status_code == 400
    make_pair(organisation, expert, journey=choosy)
    assert api(holder).post(url, body, format="json").status_code == 403
    need = {"journey": choosy.pk}
    assert api(expert.user).post(reverse("api:mentor-needs-list"), need, format="json").status_code == 403
    assert api(outsider).post(reverse("api:mentor-needs-list"), need, format="json").status_code == 400
