"""The course of a pair: objectives, reviews of both, and a fit that the other never reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from mentoring import actions, queries, tasks
from mentoring.models import Fit, Mentorship, Objective, Review
from tests.factories.accounts import make_member
from tests.factories.mentoring import make_held_session

ClientOf = Callable[[User], Client]


def test_objectives_are_five_at_most_on_a_scale_and_dropped_with_a_trace(pair: Mentorship, holder: User) -> None:
    made = [actions.set_objective(pair, text=f"Objectif {n}", start=2, wanted=6, by=holder) for n in range(5)]
    for facts, field in (
        ({"text": "De trop", "start": 2, "wanted": 6}, None),
        ({"text": "", "start": 2, "wanted": 6}, "text"),
        ({"text": "Hors échelle", "start": 0, "wanted": 6}, "start"),
        ({"text": "Au-delà", "start": 2, "wanted": 9}, "wanted"),
        ({"text": "À rebours", "start": 6, "wanted": 2}, "wanted"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.set_objective(pair, by=holder, **facts)
        assert refusal.value.field == field
        if field is None:
            actions.drop_objective(made[0], by=holder)
    lines = queries.course_of(holder, pair).objectives
    assert [line.objective.text for line in lines] == [f"Objectif {n}" for n in range(1, 5)]
    assert [one.text for one in queries.course_of(holder, pair).dropped] == ["Objectif 0"]


def test_half_way_both_are_asked_once_and_say_where_she_is(
    pair: Mentorship, holder: User, mentor: User, client_of: ClientOf
) -> None:
    aim = actions.set_objective(pair, text="Oser demander", start=2, wanted=6, by=holder)
    for number in range(2):
        make_held_session(pair, hours_ago=100 - 24 * number)
    assert tasks.sweep_pairs() == 0
    make_held_session(pair, hours_ago=5)
    assert (tasks.sweep_pairs(), tasks.sweep_pairs()) == (1, 0)
    assert actions.ask_review(pair) is False
    assert Email.objects.filter(key__startswith="pair_review:").count() == 2
    actions.say_review(pair, moment="midway", side="holder", went_well="L’écoute", points={aim.pk: 4}, by=holder)
    actions.say_review(pair, moment="midway", side="mentor", to_change="Le rythme", points={aim.pk: 7}, by=mentor)
    aim.refresh_from_db()
    assert (aim.start, aim.midway, aim.wanted, aim.end) == (2, 4, 6, None)
    for reader in (holder, mentor):
        page = client_of(reader).get(reverse("mentoring:mentorship", args=[pair.pk])).content.decode()
        assert "L’écoute" in page
        assert "Le rythme" in page


def test_the_end_asks_both_for_a_last_word_and_the_mentor_has_only_her_link(
    pair: Mentorship, holder: User, mentor: User, client: Client, client_of: ClientOf
) -> None:
    make_held_session(pair)
    aim = actions.set_objective(pair, text="Oser demander", start=2, wanted=6, by=holder)
    actions.end_mentorship(pair, reason="completed", by=None)
    _link, token = accounts.make_link("pair_closing", about=pair, user=mentor)
    page = reverse("mentoring:review_link", args=[token])
    assert client.get(page).status_code == 200
    client.post(page, {"went_well": "Une belle rencontre", f"objective_{aim.pk}": "6"})
    review = Review.objects.get()
    assert (review.moment, review.side, review.went_well) == ("end", "mentor", "Une belle rencontre")
    aim.refresh_from_db()
    assert aim.end == 6
    url = reverse("mentoring:mentorship", args=[pair.pk])
    assert client_of(mentor).get(url).status_code == 404
    assert "Une belle rencontre" in client_of(holder).get(url).content.decode()
    assert Email.objects.get(key=f"pair_ended:{pair.pk}:mentor").text.count("/pair-words/") == 1


def test_the_fit_is_asked_after_two_sessions_and_shown_to_leads_alone(
    pair: Mentorship, holder: User, mentor: User, lead: User, client_of: ClientOf
) -> None:
    with pytest.raises(Refused, match="après les deux premières"):
        actions.say_fit(pair, side="holder", answer="good", by=holder)
    make_held_session(pair, hours_ago=60)
    assert queries.course_of(holder, pair).ask is not None
    client_of(holder).post(
        reverse("mentoring:fit_say", args=[pair.pk]), {"answer": "deciding", "words": "Je cherche mes mots"}
    )
    assert queries.course_of(holder, pair).ask is None
    make_held_session(pair, hours_ago=30)
    actions.say_fit(pair, side="holder", answer="deciding", words="Toujours pas", by=holder)
    actions.say_fit(pair, side="mentor", answer="good", by=mentor)
    assert list(queries.pairs_in_doubt()) == [pair]
    url = reverse("mentoring:mentorship", args=[pair.pk])
    read = {who: client_of(who).get(url).content.decode() for who in (mentor, holder, lead)}
    assert "Je cherche mes mots" not in read[mentor] + read[holder]
    assert "Ce binôme est incertain" not in read[mentor] + read[holder]
    assert "Je cherche mes mots" in read[lead]
    assert "Ce binôme est incertain" in read[lead]
    sides = {
        who: [row["side"] for row in client_of(who).get(reverse("api:mentor-fits-list")).json()["results"]]
        for who in read
    }
    assert {who.email: sorted(found) for who, found in sides.items()} == {
        "mentor@example.org": ["mentor"],
        "holder@example.org": ["holder", "holder"],
        "lead@example.org": ["holder", "holder", "mentor"],
    }
    home = client_of(lead).get(reverse("home")).content.decode()
    assert "Binôme incertain" in home or "binôme incertain" in home
    make_held_session(pair, hours_ago=5)
    with pytest.raises(Refused):
        actions.say_fit(pair, side="mentor", answer="good", by=mentor)
    assert [queries.course_of(who, pair).ask for who in (holder, mentor)] == [None, None]
    # A mentor who leads as well reads no more of her own pair than before.
    make_member(pair.mentor.organisation, Membership.Role.LEAD, mentor.email)
    door = client_of(mentor)
    assert "Je cherche mes mots" not in door.get(url).content.decode()
    assert [row["side"] for row in door.get(reverse("api:mentor-fits-list")).json()["results"]] == ["mentor"]


def test_whoever_confirms_or_logs_from_her_letter_is_asked_there(
    pair: Mentorship, holder: User, mentor: User, client: Client
) -> None:
    session = make_held_session(pair)
    delivery = pair.journey.deliveries.get()
    _link, hers = accounts.make_link("delivery_confirm", about=delivery, user=holder)
    _link, his = accounts.make_link("session_log", about=session, user=mentor)
    confirm = reverse("journeys:delivery_confirm_link", args=[hers])
    assert "Comment vous entendez-vous" not in client.get(confirm).content.decode()
    client.post(confirm, {"act": "confirm"})
    assert "Comment vous entendez-vous" in client.get(confirm).content.decode()
    log = reverse("mentoring:session_log_link", args=[his])
    assert "Comment vous entendez-vous" in client.get(log).content.decode()
    for token, page in ((hers, confirm), (his, log)):
        answer = client.post(reverse("mentoring:fit_link", args=[token]), {"answer": "good"})
        assert answer.headers["Location"] == page
    assert sorted(Fit.objects.values_list("side", "nth", "answer")) == [("holder", 1, "good"), ("mentor", 1, "good")]
    assert "Comment vous entendez-vous" not in client.get(log).content.decode()


def test_a_later_good_takes_back_an_earlier_no(pair: Mentorship, holder: User) -> None:
    make_held_session(pair, hours_ago=60)
    actions.say_fit(pair, side="holder", answer="not_a_fit", by=holder)
    assert queries.in_doubt(Fit.objects.all())
    assert pair in queries.pairs_in_doubt()
    make_held_session(pair, hours_ago=30)
    actions.say_fit(pair, side="holder", answer="good", by=holder)
    assert not queries.in_doubt(Fit.objects.all())
    assert not queries.pairs_in_doubt().exists()


def test_the_page_of_a_pair_asks_as_much_for_one_objective_as_for_three(
    organisation: Organisation, pair: Mentorship, lead: User, client_of: ClientOf, assert_num_queries_same: Any
) -> None:
    client, url = client_of(lead), reverse("mentoring:mentorship", args=[pair.pk])

    def add(count: int = 2) -> None:
        for number in range(count):
            actions.set_objective(pair, text=f"Objectif {number}", start=1, wanted=8, by=lead)

    add(1)
    assert_num_queries_same(lambda: client.get(url), add)
    assert Objective.objects.count() == 3
