"""The page of one’s own posture: the first time, now, and what can be said of the change."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import POSTURE, QuestionnaireVersion, Request, Wave
from evaluation.queries.posture import my_postures
from journeys.models import Journey
from tests.factories.evaluation import make_answered, make_request, next_posture
from tests.factories.journeys import make_journey, make_programme
from tests.factories.voices import answer_voice, ask_voice, shared_waves

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = reverse("evaluation:my_posture")


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder, programme=make_programme(organisation))


def text(client_of: ClientOf, person: User, url: str = URL) -> str:
    """The words of the page, without its tags."""
    page = client_of(person).get(url).content.decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def test_nothing_yet_then_one_moment(client_of: ClientOf, journey: Journey, holder: User) -> None:
    assert "Rien pour l’instant" in text(client_of, holder)
    make_answered(journey, "start", 3)
    page = text(client_of, holder)
    assert "Après votre prochain questionnaire, cette page montre aussi ce qui a changé." in page
    assert "De la première fois à maintenant" not in page


def test_what_is_asked_says_what_it_follows(client_of: ClientOf, journey: Journey, holder: User) -> None:
    make_request(journey, "start")
    assert "Votre parcours dans « Incubation ESS » commence." in text(client_of, holder)


def test_the_change_is_told_with_what_can_be_said_of_it(client_of: ClientOf, journey: Journey, holder: User) -> None:
    make_answered(journey, "start", 3)
    next_posture("EC21")
    make_answered(journey, "exit", 5)
    page = text(client_of, holder)
    assert "premières réponses : +2,0 points sur 8 (Idées et opportunités, En action)." in page
    assert "Idées et opportunités 3,0 5,0 +2,0 Encore trop peu de personnes ont répondu" in page
    assert "Ressources – 5,0 – Ses questions ont changé entre-temps" in page
    assert "On ne la connaît pas encore : trop peu de personnes ont répondu." in page
    assert "Chaque fois que vous avez répondu" not in page


def test_with_enough_people_the_noise_is_told_in_points(client_of: ClientOf, journey: Journey, holder: User) -> None:
    for n in range(20):
        values = {f"EC1{i}": 1 + (n + i * (n % 3)) % 8 for i in range(1, 6)}
        make_answered(make_journey(journey.programme.organisation, programme=journey.programme), "start", values)
    make_answered(journey, "start", 3)
    make_answered(journey, "exit", 4)
    page = text(client_of, holder)
    assert re.search(r"Idées et opportunités 3,0 4,0 \+1,0 Dans la marge d’erreur du questionnaire", page)
    assert re.search(
        r"« Idées et opportunités » : \d,\d points dans un sens ou dans l’autre \(premières réponses de 21 pers", page
    )


def test_nobody_sees_the_posture_of_another(
    client_of: ClientOf, journey: Journey, lead: User, mentor: User, outsider: User
) -> None:
    make_answered(journey, "start", 3)
    for person in (lead, mentor, outsider):
        assert journey.project.name not in text(client_of, person)


def test_the_page_and_the_home_cost_the_same_whatever_was_answered(
    client_of: ClientOf, journey: Journey, holder: User, assert_num_queries_same: Callable[..., int]
) -> None:
    make_answered(journey, "start", 3)

    def more() -> None:
        make_answered(journey, "exit", 4)
        for n in range(22):
            other = make_journey(journey.programme.organisation, programme=journey.programme)
            make_answered(other, "start", {f"EC1{i}": 1 + (n + i * (n % 3)) % 8 for i in range(1, 6)})
        make_answered(make_journey(journey.programme.organisation, holder, programme=journey.programme), "start", 5)

    client = client_of(holder)
    assert assert_num_queries_same(lambda: client.get(URL), more) <= 14


def test_the_home_shows_the_radar_and_leads_to_the_page(client_of: ClientOf, journey: Journey, holder: User) -> None:
    make_answered(journey, "start", 3)
    page = client_of(holder).get(reverse("home")).content.decode()
    assert 'class="chart chart-radar"' in page
    assert f'href="{URL}"' in page


# --- What others see ------------------------------------------------------------------------------
@pytest.fixture
def asked(journey: Journey, holder: User, mentor: User) -> dict[str, Request]:
    """Holder, mentor and tutor were asked the same, to be put side by side; the holder had answered before."""
    make_answered(journey, "start", 3)
    version = QuestionnaireVersion.objects.get(questionnaire__code=POSTURE)
    people = {"holder": holder, "mentor": mentor, "tutor": None}
    waves = shared_waves(journey.programme, version)
    return {role: ask_voice(wave, version, journey, people[role]) for role, wave in waves.items()}


def say(request: Request, value: int, *but: str) -> None:
    codes = request.version.items.order_by("pk").values_list("code", flat=True)
    answer_voice(request, {code: value for code in codes if not code.startswith(but or "?")})


def drawn(user: User) -> dict[str, list[float | None]]:
    (own,) = my_postures(user)
    return dict(own.series)


def test_others_are_drawn_once_the_holder_has_answered(asked: dict[str, Request], holder: User) -> None:
    say(asked["mentor"], 6)
    say(asked["tutor"], 2, "EC2")
    assert drawn(holder) == {"maintenant": [3.0, 3.0, 3.0]}
    say(asked["holder"], 5)
    assert drawn(holder) == {
        "maintenant": [5.0, 5.0, 5.0],
        "au départ": [3.0, 3.0, 3.0],
        "mon mentor": [6.0, 6.0, 6.0],
        "mon tuteur ou ma tutrice": [2.0, None, 2.0],
    }


def test_saying_no_opens_nothing_before_time_is_over(
    asked: dict[str, Request], holder: User, clock: time_machine.Traveller
) -> None:
    say(asked["mentor"], 6)
    actions.refuse_request(asked["holder"], by=holder)
    assert "mon mentor" not in drawn(holder)
    clock.shift(timedelta(days=31))
    assert "mon mentor" not in drawn(holder), "only one voice was given: there is nothing to put beside it"


def test_who_was_not_told_that_answers_are_put_side_by_side_is_not_drawn(
    asked: dict[str, Request], holder: User
) -> None:
    for request in asked.values():
        say(request, 6)
    Wave.objects.filter(audience="mentor").update(is_shared=False)
    assert set(drawn(holder)) == {"maintenant", "au départ", "mon tuteur ou ma tutrice"}


def test_others_are_left_out_where_they_were_asked_otherwise(asked: dict[str, Request], holder: User) -> None:
    for request in asked.values():
        say(request, 6)
    next_posture("EC21")
    make_answered(asked["holder"].journey, "exit", 7)
    assert drawn(holder)["mon mentor"] == [6.0, None, 6.0]


def test_others_cost_as_much_for_two_journeys_as_for_one(
    asked: dict[str, Request], client_of: ClientOf, holder: User, assert_num_queries_same: Callable[..., int]
) -> None:
    for request in asked.values():
        say(request, 6)
    programme = asked["holder"].journey.programme
    client = client_of(holder)
    assert_num_queries_same(
        lambda: client.get(URL),
        lambda: make_answered(make_journey(programme.organisation, holder, programme=programme), "start", 5),
    )
