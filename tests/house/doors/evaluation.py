"""Doors of evaluation."""

from typing import Any

from backend.accounts import actions as accounts
from evaluation import actions
from evaluation.models import Request, Response, Wave
from journeys.models import Journey, Programme
from tests.factories.evaluation import answer, make_request, wave_of
from tests.factories.journeys import make_companion, make_journey
from tests.house.doors import (
    ANY_LEAD,
    FORBIDDEN,
    HIDDEN,
    LEAD_ONLY,
    OK,
    OPEN,
    SIGNED_IN,
    WITH_LINK_ONLY,
    Row,
    World,
    allow,
    row,
)


def creates(pattern: dict[str, str]) -> dict[str, str]:
    """As `pattern` for those who see the parent; 400 for those who do not."""
    return {persona: OK if found == HIDDEN else found for persona, found in pattern.items()}


def a_journey(world: World) -> Journey:
    return make_journey(world.organisation, world.holder)


def a_followed_journey(world: World) -> Journey:
    """The holder's, whom the mentor follows."""
    journey = world.of(a_journey)
    make_companion(journey, world.people["mentor"])
    return journey


def another_journey(world: World) -> Journey:
    """Of the same programme, not asked yet."""
    return make_journey(world.organisation, programme=world.of(a_journey).programme)


def a_request(world: World) -> Request:
    """The holder was asked, and has given some answers."""
    asked = make_request(world.of(a_journey))
    answer(asked, {"EC11": 4})
    return asked


def a_letter_out(world: World) -> Request:
    """Asked, not begun: the letter may still come back."""
    return make_request(world.of(a_journey))


def a_response(world: World) -> Response:
    asked = world.of(a_request)
    return actions.complete_request(asked, by=asked.respondent)


def a_wave(world: World) -> Wave:
    return wave_of(world.of(a_journey).programme)


def a_programme(world: World) -> Programme:
    return world.of(a_journey).programme


def a_returned_letter(world: World) -> Request:
    """Its letter came back: it may be asked again."""
    return actions.bounce_request(make_request(world.of(a_journey)), by=None)


def a_plan(world: World) -> dict[str, Any]:
    """What the form of a wave is sent."""
    questionnaire = world.of(a_wave).questionnaire.pk
    return {
        "questionnaire": questionnaire,
        "moment": "mid",
        "audience": "mentor",
        "mode": "identified",
        "open_days": 20,
    }


def a_new_wave(world: World) -> dict[str, Any]:
    return {"programme": world.of(a_programme).pk, **a_plan(world)}


def a_questionnaire(world: World) -> Any:
    return world.of(a_wave).questionnaire


def an_asked_questionnaire(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_programme).pk, "questionnaire": world.of(a_questionnaire).pk}


def a_link(world: World) -> dict[str, Any]:
    asked = world.of(a_request)
    return {"token": accounts.make_link("request_answer", about=asked, user=asked.respondent)[1]}


def bad_link(world: World) -> dict[str, Any]:
    return {"token": "no-such-token"}


def numbered(sample: Any) -> Any:
    """The same arguments, and the first area."""

    def make(world: World) -> dict[str, Any]:
        made = world.of(sample)
        return {**(made if isinstance(made, dict) else {"pk": made.pk}), "number": 1}

    return make


def a_reference(world: World) -> dict[str, Any]:
    return {"organisation": world.organisation.pk, "percent": "7,8", "year": "2024", "source": "Essai"}


def to_ask(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_wave).pk, "journey": world.of(another_journey).pk}


RESPONDENT = allow("holder", rest=HIDDEN) | {"lead": FORBIDDEN}
"""Only the person who was asked; the lead knows of it but does not answer."""
FOLLOW_UP = allow("lead", rest=HIDDEN) | {"holder": FORBIDDEN}
WAVE = allow("lead", rest=HIDDEN) | {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
SIDE_BY_SIDE = allow("holder", "mentor", "lead", rest=HIDDEN) | {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
"""The two of a pair, and the lead; who only looks on sees that the journey is there."""
OF_PROGRAMME = LEAD_ONLY | {"other_steward": FORBIDDEN}
"""Everybody of the organisation, and stewards, read that the programme is offered."""
READERS = allow("lead", "observer", "steward", "other_lead", "other_observer", "other_steward", strangers=FORBIDDEN)
"""Leads as figures stand now; the others are taken to what was published."""
STATES = allow("lead", "steward", "other_lead", "other_steward", strangers=FORBIDDEN)
"""Whoever reads the territory as it stands now, and states a fact of it, each for her own organisation."""

FOLLOWS_ALL = allow("steward", "other_steward", strangers=FORBIDDEN)
"""Stewards; a lead of one organisation among several does not change the list of all."""

ROWS: list[Row] = [
    row("evaluation:link", "GET POST", WITH_LINK_ONLY, bad_link, link=a_link),
    row("evaluation:link_save", "POST", WITH_LINK_ONLY, bad_link, link=a_link, data={"EC11": "5"}),
    row("evaluation:link_review", "GET POST", WITH_LINK_ONLY, bad_link, link=a_link),
    row("evaluation:link_refuse", "GET POST", WITH_LINK_ONLY, bad_link, link=a_link),
    row("evaluation:link_screen", "GET POST", WITH_LINK_ONLY, numbered(bad_link), link=numbered(a_link)),
    row("evaluation:request", "GET POST", RESPONDENT, a_request),
    row("evaluation:request_save", "POST", RESPONDENT, a_request, data={"EC11": "5"}),
    row("evaluation:request_review", "GET POST", RESPONDENT, a_request),
    row("evaluation:request_refuse", "GET POST", RESPONDENT, a_request),
    row("evaluation:request_screen", "GET POST", RESPONDENT, numbered(a_request)),
    row("evaluation:link_worker", "GET", OPEN),
    row("evaluation:request_worker", "GET", OPEN),
    row("evaluation:entry", "GET POST", FOLLOW_UP, a_request, data={"entry": "paper"}),
    row("evaluation:entry_save", "POST", FOLLOW_UP, a_request, data={"EC11": "5"}),
    row("evaluation:entry_review", "GET POST", FOLLOW_UP, a_request),
    row("evaluation:entry_screen", "GET POST", FOLLOW_UP, numbered(a_request)),
    row("evaluation:my_posture", "GET", SIGNED_IN),
    row("evaluation:voices", "GET", SIDE_BY_SIDE, a_followed_journey),
    row("evaluation:request_list", "GET", ANY_LEAD),
    row("evaluation:wave", "GET", WAVE, a_wave),
    row("evaluation:wave_results", "GET", WAVE, a_wave),
    row("evaluation:wave_export", "GET POST", WAVE, a_wave, data={"file": "json"}),
    row("evaluation:wave_create", "GET POST", OF_PROGRAMME, a_programme, data=a_plan),
    row("evaluation:wave_edit", "GET POST", WAVE, a_wave, data=a_plan),
    row("evaluation:wave_stop", "GET POST", WAVE, a_wave),
    row("evaluation:wave_rates", "GET", WAVE, a_wave),
    row("evaluation:agreement", "GET", OF_PROGRAMME, an_asked_questionnaire),
    row("evaluation:request_resend", "POST", FOLLOW_UP, a_returned_letter),
    row("evaluation:request_send", "POST", WAVE, to_ask),
    row("evaluation:request_remind", "POST", FOLLOW_UP, a_request),
    row("evaluation:request_bounce", "POST", FOLLOW_UP, a_letter_out),
    row("evaluation:indicators", "GET", READERS),
    row("evaluation:territory", "GET", READERS),
    row("evaluation:territory_reference", "GET POST", STATES, data=a_reference),
    row("evaluation:territory_list", "GET POST", FOLLOWS_ALL),
    row("evaluation:figure_rows", "GET", READERS, lambda world: {"code": "people"}),
    row("evaluation:figure_why", "GET", READERS, lambda world: {"code": "people"}),
    row("evaluation:figure_compare", "GET", READERS),
    row("evaluation:figure_chart", "GET", READERS, lambda world: {"code": "people"}),
    row("api:questionnaires-list", "GET", SIGNED_IN),
    row("api:questionnaires-detail", "GET", SIGNED_IN, a_questionnaire),
    row("api:waves-list", "GET", SIGNED_IN),
    row("api:waves-detail", "GET", allow("lead", "steward", "other_steward", rest=HIDDEN), a_wave),
    row("api:waves-list", "POST", creates(OF_PROGRAMME), data=a_new_wave),
    row("api:waves-detail", "PATCH", WAVE, a_wave, data={"open_days": 12}),
    row("api:waves-stop", "POST", WAVE, a_wave),
    row("api:waves-rates", "GET", WAVE, a_wave),
    row("api:requests-resend", "POST", FOLLOW_UP, a_returned_letter),
    row("api:waves-results", "GET", WAVE, a_wave),
    row("api:waves-agreement", "GET", WAVE, a_wave),
    row("api:waves-export", "POST", WAVE, a_wave, data={"file": "json"}),
    row("api:requests-list", "GET", SIGNED_IN),
    row("api:requests-detail", "GET", allow("lead", "holder", rest=HIDDEN), a_request),
    row(
        "api:requests-send",
        "POST",
        SIGNED_IN | {"steward": FORBIDDEN, "other_steward": FORBIDDEN},
        data=lambda world: {"wave": world.of(a_wave).pk, "journey": world.of(another_journey).pk},
    ),
    row("api:requests-remind", "POST", FOLLOW_UP, a_request),
    row("api:requests-bounce", "POST", FOLLOW_UP, a_letter_out),
    row("api:requests-answer", "POST", RESPONDENT, a_request, data={"answers": {"EC12": 3}}),
    row("api:requests-enter", "POST", FOLLOW_UP, a_request, data={"entry": "phone", "answers": {"EC12": 3}}),
    row("api:requests-complete", "POST", RESPONDENT, a_request),
    row("api:requests-refuse", "POST", RESPONDENT, a_request),
    row("api:responses-list", "GET", SIGNED_IN),
    row("api:responses-detail", "GET", allow("lead", "holder", rest=HIDDEN), a_response),
    row("api:voices-detail", "GET", SIDE_BY_SIDE, a_followed_journey),
    row("api:indicators-list", "GET", ANY_LEAD),
    row("api:indicators-detail", "GET", ANY_LEAD, lambda world: {"code": "people"}),
    row("api:indicators-questions", "GET", ANY_LEAD),
    row("api:territory-list", "GET", STATES),
    row("api:territory-lists-load", "POST", FOLLOWS_ALL, data={"territory": "Pays", "communes": "insee;nom\n"}),
    row("api:territory-neighbourhoods", "GET", STATES),
    row("api:territory-summary", "GET", STATES),
    row("api:territory-table", "GET", STATES),
    row("api:indicators-rows", "GET", ANY_LEAD, lambda world: {"code": "people"}),
]

_LETTER = "the letter's own link: one purpose, one request, signed and expiring"
OPEN_DOORS = {
    f"evaluation:{name}": _LETTER for name in ("link", "link_screen", "link_refuse", "link_review", "link_save")
} | {
    "evaluation:link_worker": "a script without data, for whoever comes by the letter",
    "evaluation:request_worker": "a script without data: a browser renews it whoever is signed in",
}
