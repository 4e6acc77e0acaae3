"""Who would accompany whom best: what is weighed, what forbids a pair, what a lead reads."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys.models import Journey, Project
from mentoring import actions
from mentoring.models import Conflict, Mentor, Need
from mentoring.queries.matching import cohort_plan, mentors_to_match, ranked_for
from mentoring.queries.matching.criteria import CRITERIA, FULL, hours_spent, read_tables, weights_of, without_hours
from tests.factories.journeys import make_commune, make_journey
from tests.factories.mentoring import make_mentor, make_pair, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    made = make_journey(organisation, holder, themes=["Mobilité"])
    Need.objects.create(journey=made, themes=["funding", "legal"], languages=["fr"])
    return made


def forbidden(journey: Journey, mentor: Mentor) -> str:
    return next(one.reasons.forbids for one in ranked_for(journey) if one.mentor == mentor)


def test_the_mentor_who_knows_what_is_looked_for_comes_first_with_the_reasons(
    organisation: Organisation, journey: Journey
) -> None:
    both = make_mentor(organisation, expertise=["legal", "funding"], sectors=["mobilite"])
    one = make_mentor(organisation, expertise=["funding", "team"], sectors=["Textile"])
    none = make_mentor(organisation, expertise=["digital"])
    ranked = ranked_for(journey)
    assert [each.mentor for each in ranked] == [both, one, none]
    assert ranked[0].score > ranked[1].score > ranked[2].score
    assert ranked[0].reasons.pros[:2] == [
        "Recherché, et connu\xa0: financement, forme juridique",
        "Connaît le secteur\xa0: Mobilité",
    ]
    assert ranked[1].reasons.cons[:2] == [
        "Recherché, absent du profil\xa0: forme juridique",
        "D’autres secteurs\xa0: Textile",
    ]


def test_what_forbids_a_pair_is_said_and_holds_whatever_the_score(organisation: Organisation, journey: Journey) -> None:
    best = {"expertise": ["funding", "legal"]}
    herself = make_mentor(organisation, journey.holder.user, **best)
    away = make_mentor(organisation, paused_until=clock.today(), **best)
    speaks = make_mentor(organisation, languages=["en"], **best)
    cousin = make_mentor(organisation, **best)
    Conflict.objects.create(mentor=cousin, holder=journey.holder, reason="Cousine")
    full = make_mentor(organisation, capacity=1, **best)
    make_pair(organisation, full)
    misfit = make_mentor(organisation, **best)
    actions.end_mentorship(make_pair(organisation, misfit, journey=journey), reason="not_a_fit", by=None)
    worst = make_mentor(organisation, expertise=["digital"])
    said = {one: forbidden(journey, one) for one in (herself, away, speaks, cousin, full, misfit)}
    assert said == {
        herself: "C’est la personne qui porte le projet.",
        away: "En pause jusqu’au lundi 23 novembre.",
        speaks: "Aucune langue en commun.",
        cousin: "Un conflit d’intérêts a été signalé.",
        full: "Au complet\xa0: 1 sur 1.",
        misfit: "Ce binôme a déjà existé, sans que cela convienne.",
    }
    plan = cohort_plan([journey], organisation.pk)
    assert plan.lines[0].ranked is not None
    assert plan.lines[0].ranked.mentor == worst


def test_a_pause_to_come_leaves_the_mentor_free_until_then(organisation: Organisation) -> None:
    start = clock.today() + timedelta(days=3)
    mentor = make_mentor(organisation)
    actions.update_mentor(mentor, paused_from=start, paused_until=start + timedelta(days=4), by=None)
    days = [mentor.is_paused(start + timedelta(days=shift)) for shift in (-1, 0, 4, 5)]
    assert days == [False, True, True, False]
    actions.update_mentor(mentor, paused_until=None, by=None)
    assert (mentor.paused_from, mentor.is_paused(start)) == (None, False)


def test_a_mentor_who_counts_in_hours_is_full_when_the_month_is_taken(
    organisation: Organisation, journey: Journey
) -> None:
    mentor = make_mentor(organisation, capacity=9, hours_a_month=3)
    pair = make_pair(organisation, mentor)
    tomorrow = clock.now() + timedelta(days=1)
    make_session(pair, tomorrow, minutes=120)
    assert (hours_spent([mentor], clock.now()), forbidden(journey, mentor)) == ({mentor.pk: 2.0}, "")
    make_session(pair, tomorrow + timedelta(hours=4), minutes=60)
    assert forbidden(journey, mentor) == "Les 3 heures de ce mois sont prises."
    assert without_hours([mentor, make_mentor(organisation)]) == {mentor.pk}


def test_distance_counts_as_the_person_wishes(organisation: Organisation, journey: Journey) -> None:
    home, other = make_commune(), make_commune("44143", "Rezé")
    Project.objects.filter(pk=journey.project_id).update(commune=home)
    journey.project.refresh_from_db()
    here = make_mentor(organisation, commune=home, meets_remotely=False)
    comes = make_mentor(organisation, commune=other, communes=[home], meets_remotely=False)
    remote = make_mentor(organisation, commune=other, meets_remotely=True)
    never = make_mentor(organisation, commune=other, meets_remotely=False)
    found = {}
    for wish in ("any", "in_person", "remote"):
        Need.objects.filter(journey=journey).update(meeting=wish)
        tables = read_tables([journey], mentors_to_match(organisation.pk))
        values = dict(zip(tables.mentors, np.rint(tables.values["near"][0] * (10 / FULL)).tolist(), strict=True))
        found[wish] = [values[one] for one in (here, comes, remote, never)]
    assert found == {"any": [10, 10, 6, 0], "in_person": [10, 10, 0, 0], "remote": [0, 0, 10, 0]}


def test_weights_move_the_choice_and_are_kept_within_bounds(organisation: Organisation, journey: Journey) -> None:
    knows = make_mentor(organisation, expertise=["funding", "legal"], sectors=["Textile"])
    sector = make_mentor(organisation, expertise=["digital"], sectors=["Mobilité"])
    by_themes = ranked_for(journey, {"themes": 5, "sectors": 0})
    by_sector = ranked_for(journey, {"themes": 0, "sectors": 5})
    assert (by_themes[0].mentor, by_sector[0].mentor) == (knows, sector)
    actions.keep_weights(organisation, {"themes": 99, "near": -3}, by=None)
    assert weights_of(organisation.pk) == {"themes": 5, "sectors": 3, "near": 0, "phases": 2, "room": 1, "known": 1}
    assert set(weights_of(organisation.pk)) == set(CRITERIA)


def test_a_cohort_is_matched_for_everybody_together_and_keeping_a_pair_has_a_price(organisation: Organisation) -> None:
    choosy, easy = make_journey(organisation), make_journey(organisation)
    Need.objects.create(journey=choosy, themes=["funding"])
    Need.objects.create(journey=easy, themes=["funding", "team"])
    expert = make_mentor(organisation, capacity=1, expertise=["funding"])
    wide = make_mentor(organisation, capacity=1, expertise=["team"])
    plan = cohort_plan([choosy, easy], organisation.pk)
    assert [line.ranked.mentor for line in plan.lines if line.ranked] == [expert, wide]
    kept = cohort_plan([choosy, easy], organisation.pk, kept={easy.pk: expert.pk})
    assert [line.ranked.mentor for line in kept.lines if line.ranked] == [wide, expert]
    assert [line.is_kept for line in kept.lines] == [False, True]
    lost = plan.points - kept.points
    assert (kept.lost_people, kept.lost_points, kept.lines[1].kept_points) == (0, lost, lost)
    assert lost > 0
    other = plan.lines[0].others[0]
    assert (other.ranked.mentor, other.people, other.points) == (wide, 0, lost)


def test_whoever_is_left_without_a_mentor_is_told_why(organisation: Organisation, journey: Journey) -> None:
    assert cohort_plan([journey], organisation.pk).lines[0].why_nobody == "Il n’y a pas encore de mentor."
    make_mentor(organisation, languages=["en"])
    assert cohort_plan([journey], organisation.pk).lines[0].why_nobody == "Aucune langue en commun."


def test_tables_are_read_with_as_many_queries_for_many_as_for_few(
    organisation: Organisation, assert_num_queries_same: Callable[..., int]
) -> None:
    mine: list[Journey] = []

    def add(count: int = 3) -> None:
        for _each in range(count):
            mine.append(make_journey(organisation))
            make_mentor(organisation, hours_a_month=3, communes=[make_commune()])

    add(1)

    def visit() -> None:
        plan = cohort_plan(
            Journey.objects.filter(pk__in=[one.pk for one in mine])
            .select_related("holder__user", "project__commune", "programme")
            .order_by("pk"),
            organisation.pk,
        )
        assert np.isfinite(plan.points)

    assert_num_queries_same(visit, add)
