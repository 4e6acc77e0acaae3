"""Waves as leads make, change and stop them, on pages and over the API."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.actions.waves import Plan
from evaluation.models import Request, Wave
from evaluation.queries.rates import compare, disposition, rates
from evaluation.queries.requests import wave_count
from evaluation.queries.waves import could_show
from evaluation.receivers import tell_last_answers
from journeys.models import Journey, Programme
from journeys.signals import contact_asked
from tests.factories.evaluation import answer, make_answered, make_request, make_wave, wave_of
from tests.factories.journeys import make_holder, make_journey, make_programme
from tests.factories.surveys import make_questionnaire

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ClientOf = Callable[[User], Client]


def typed(programme: Programme, /, **more: Any) -> dict[str, Any]:
    """What the form is sent: after each session, of holders, identified."""
    questionnaire = wave_of(programme).questionnaire.pk
    return {
        "questionnaire": questionnaire, "moment": "session", "audience": "holder", "mode": "identified",
        "open_days": 20, **more,
    }  # fmt: skip


def plan(programme: Programme, **more: Any) -> Plan:
    return Plan(**{"questionnaire": wave_of(programme).questionnaire, "moment": "session", **more})


def errors(client: Client, programme: Programme, **more: Any) -> dict[str, list[str]]:
    answered = client.post(reverse("evaluation:wave_create", args=[programme.pk]), typed(programme, **more))
    assert answered.status_code == 200
    return {name: list(said) for name, said in answered.context["form"].errors.items()}


def test_a_lead_makes_a_wave_and_the_clock_asks(client_of: ClientOf, lead: User, programme: Programme) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    sent = typed(programme, moment="start", days="0", audience="holder")
    programme.waves.update(stopped_at=None)
    wave_of(programme).delete()
    answered = client_of(lead).post(reverse("evaluation:wave_create", args=[programme.pk]), sent)
    wave = Wave.objects.get(programme=programme, moment="start")
    assert (answered.status_code, answered["Location"]) == (302, reverse("evaluation:wave", args=[wave.pk]))
    assert (wave.open_days, wave.made_by, wave.mode) == (20, lead, "identified")
    assert Entry.objects.get(verb="create_wave").by == lead
    assert tasks.sweep_due_requests() == 1
    assert Request.objects.get().journey == journey


def test_the_look_before_says_whom_it_would_ask_and_what_that_could_show(
    client_of: ClientOf, lead: User, programme: Programme
) -> None:
    for started in (-3, 0, 10):
        make_journey(programme.organisation, programme=programme, started_on=date(2026, 11, 23) + timedelta(started))
    sent = typed(programme, moment="start", months="0", days="3", look="1")
    page = client_of(lead).post(reverse("evaluation:wave_create", args=[programme.pk]), sent)
    outlook = page.context["outlook"]
    assert (outlook.now, outlook.soon, outlook.cost.letters, outlook.cost.over, outlook.people) == (1, 2, 3, 0, 3)
    assert outlook.showing == "Avec 3 paires avant-après, seul un changement énorme serait visible."
    assert Wave.objects.filter(days=3).count() == 0


def test_a_wave_is_counted_without_the_others(programme: Programme, django_assert_num_queries: Any) -> None:
    other = make_programme(programme.organisation)
    make_request(make_journey(programme.organisation, programme=programme))
    make_request(make_journey(programme.organisation, programme=other))
    wave = wave_of(programme)
    with django_assert_num_queries(1):
        counted = wave_count(wave)
    assert (counted.asked, counted.states) == (1, {"sent": 1})


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (0, "Avec 0 paire avant-après, aucun changement ne se distinguerait du hasard."),
        (12, "Avec 12 paires avant-après, seul un changement très fort serait visible."),
        (15, "Avec 15 paires avant-après, seul un changement fort serait visible."),
        (40, "Avec 40 paires avant-après, un changement moyen serait visible."),
    ],
)
def test_what_pairs_could_show(people: int, words: str) -> None:
    assert could_show(people, is_paired=True) == words


def test_what_answers_without_a_before_could_show() -> None:
    assert could_show(20, is_paired=False).startswith("Avec 20 réponses, une proportion serait connue à environ 2")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"mode": "anonymous"}, "mode"),
        ({"mode": "anonymous", "shows_previous": "on"}, "shows_previous"),
        ({"mode": "anonymous", "correction_days": "5"}, "mode"),
        ({"moment": "start"}, "moment"),
        ({"moment": "start", "audience": "tutor", "days": "1"}, "audience"),
        ({"moment": "campaign"}, "opens_on"),
        ({"moment": "campaign", "opens_on": "2026-12-01"}, "closes_on"),
        ({"moment": "campaign", "opens_on": "2026-10-01", "closes_on": "2026-11-01"}, "closes_on"),
        ({"opens_on": "2026-12-01"}, "opens_on"),
        ({"moment": "mid", "nth": "2"}, "nth"),
        ({"step_code": "plan"}, "step_code"),
        ({"moment": "module", "step_code": "plan"}, "step_code"),
        ({"open_days": "0"}, "open_days"),
        ({"months": "61"}, "months"),
    ],
)
def test_what_can_not_be_asked_is_said_beside_its_field(
    client_of: ClientOf, lead: User, programme: Programme, more: dict[str, str], field: str
) -> None:
    assert list(errors(client_of(lead), programme, **more)) == [field]
    assert Wave.objects.filter(programme=programme).count() == 2


def test_anonymous_is_refused_with_the_reason_where_the_same_is_asked_before_or_after(
    client_of: ClientOf, lead: User, programme: Programme
) -> None:
    said = errors(client_of(lead), programme, mode="anonymous")["mode"][0]
    assert "au départ" in said
    assert "personne par personne" in said


def test_nothing_is_compared_with_an_anonymous_wave_either(programme: Programme, lead: User) -> None:
    questionnaire = wave_of(programme).questionnaire
    Wave.objects.filter(programme=programme).delete()
    actions.create_wave(programme, Plan(questionnaire, "session", mode="anonymous"), by=lead)
    with pytest.raises(Refused) as refused:
        actions.create_wave(programme, Plan(questionnaire, "exit"), by=lead)
    assert refused.value.field == "questionnaire"


def test_a_mode_is_free_until_somebody_was_asked_and_then_fixed_for_good(programme: Programme, lead: User) -> None:
    wave = wave_of(programme)
    before = Plan(wave.questionnaire, "start", mode="confidential")
    assert actions.edit_wave(wave, before, by=lead).mode == "confidential"
    make_request(make_journey(programme.organisation, programme=programme))
    for mode in ("identified", "anonymous"):
        with pytest.raises(Refused) as refused:
            actions.edit_wave(wave, Plan(wave.questionnaire, "start", mode=mode), by=lead)
        assert refused.value.field == "mode"
    later = Plan(wave.questionnaire, "start", mode="confidential", open_days=45, correction_days=7)
    assert actions.edit_wave(wave, later, by=lead).open_days == 45


def test_a_stopped_wave_asks_no_more_and_can_be_made_again(
    client_of: ClientOf, lead: User, programme: Programme
) -> None:
    wave = wave_of(programme)
    client = client_of(lead)
    assert client.get(reverse("evaluation:wave_stop", args=[wave.pk])).status_code == 200
    assert client.post(reverse("evaluation:wave_stop", args=[wave.pk])).status_code == 302
    make_journey(programme.organisation, programme=programme)
    assert tasks.sweep_due_requests() == 0
    with pytest.raises(Refused):
        actions.edit_wave(wave, Plan(wave.questionnaire, "start"), by=lead)
    again = actions.create_wave(programme, Plan(wave.questionnaire, "start"), by=lead)
    assert actions.set_default_waves(programme)[0] == again


def test_another_organisations_questionnaire_is_not_asked(
    programme: Programme, other_organisation: Organisation, lead: User
) -> None:
    theirs = wave_of(programme).questionnaire
    theirs.organisation = other_organisation
    theirs.save(update_fields=["organisation"])
    with pytest.raises(Refused) as refused:
        actions.create_wave(programme, Plan(theirs, "session"), by=lead)
    assert refused.value.field == "questionnaire"


# --- Asking again ----------------------------------------------------------------------------------
def test_an_ask_that_expired_is_sent_again_from_the_follow_up(
    client_of: ClientOf, lead: User, programme: Programme, clock: time_machine.Traveller
) -> None:
    asked = make_request(make_journey(programme.organisation, programme=programme))
    clock.shift(timedelta(days=31))
    tasks.sweep_expired_requests()
    client_of(lead).post(reverse("evaluation:request_resend", args=[asked.pk]), {"view": "missing"})
    asked.refresh_from_db()
    assert (asked.state, asked.asked_by) == ("sent", lead)
    about = {"about_type": ContentType.objects.get_for_model(Request), "about_id": asked.pk}
    assert Email.objects.filter(**about).count() == 2


@pytest.mark.parametrize(
    ("moment", "audience", "words"),
    [
        ("campaign", "mentor", "mentor"),
        ("campaign", "tutor", "immersion"),
        ("session", "holder", "d’elle-même"),
    ],
)
def test_asking_by_hand_whom_nobody_is_there_to_ask_is_refused(
    programme: Programme, lead: User, moment: str, audience: str, words: str
) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    with pytest.raises(Refused, match=words):
        actions.send_request(make_wave(programme, moment, audience), journey, by=lead)


# --- Rates -----------------------------------------------------------------------------------------
def test_each_rate_says_its_denominator() -> None:
    states = {"complete": 6, "partial": 2, "refused": 1, "sent": 1, "opened": 1, "expired": 3, "bounced": 2}
    found = {rate.code: rate for rate in rates(disposition(states))}
    assert {code: (rate.top, rate.bottom, rate.percent) for code, rate in found.items()} == {
        "RR1": (6, 16, 38), "RR2": (8, 16, 50), "RR5": (6, 14, 43), "RR6": (8, 14, 57),
    }  # fmt: skip
    assert found["RR1"].words == "6 complètes + 2 partielles + 1 refus + 5 sans réponse + 2 courriers revenus"
    assert found["RR5"].words == "6 complètes + 2 partielles + 1 refus + 5 sans réponse"


def people(programme: Programme, count: int, **holder: Any) -> list[Journey]:
    project = {"qpv": holder.pop("qpv", "outside")}
    made = []
    for _number in range(count):
        person = make_holder(programme.organisation, **holder)
        made.append(make_journey(programme.organisation, person.user, programme=programme, **project))
    return made


def test_those_who_are_missing_are_compared_with_those_who_answered(programme: Programme) -> None:
    inside = people(programme, 8, qpv="inside", birth_year=1999, gender="woman")
    outside = people(programme, 12, birth_year=1970, gender="man")
    asked = [(one, place < 1) for place, one in enumerate(inside)]
    asked += [(one, place < 11) for place, one in enumerate(outside)]
    found = {one.title: {group.label: group for group in one.groups} for one in compare(asked)}
    qpv = found["Quartier prioritaire aujourd’hui"]["en quartier prioritaire"]
    assert (qpv.answered, qpv.missing, qpv.differs) == (1, 7, True)
    assert qpv.points == (-79, -91, -35)
    assert set(found["Âge à l’entrée"]) == {"26–35", "56 ans et plus"}


def test_a_small_group_is_hidden_and_another_with_it(programme: Programme) -> None:
    asked = [(one, place < 6) for place, one in enumerate(people(programme, 12))]
    asked += [(one, False) for one in people(programme, 2, qpv="inside")]
    asked += [(one, False) for one in people(programme, 5, qpv="unknown")]
    groups = next(one.groups for one in compare(asked) if one.title == "Quartier prioritaire aujourd’hui")
    assert {group.label: group.is_hidden for group in groups} == {
        "en quartier prioritaire": True, "hors quartier prioritaire": False, "non renseigné": True,
    }  # fmt: skip
    assert all(group.gap is None for group in groups if group.is_hidden)


def test_too_few_on_one_side_are_not_compared(programme: Programme) -> None:
    assert compare([(one, place < 4) for place, one in enumerate(people(programme, 12))]) == []


def test_the_page_of_rates_opens(client_of: ClientOf, lead: User, programme: Programme) -> None:
    make_answered(make_journey(programme.organisation, programme=programme))
    make_request(make_journey(programme.organisation, programme=programme))
    page = client_of(lead).get(reverse("evaluation:wave_rates", args=[wave_of(programme).pk])).content.decode()
    assert "1 sur 2\xa0: 1 complète + 0 partielle + 0 refus + 1 sans réponse + 0 courrier revenu" in page


def test_the_follow_up_of_an_anonymous_wave_does_not_tell_who_has_answered(
    client_of: ClientOf, lead: User, programme: Programme
) -> None:
    wave = make_wave(programme, "campaign", mode="anonymous")
    one, two, three = (
        actions.send_request(wave, make_journey(programme.organisation, programme=programme), by=lead)
        for _n in range(3)
    )
    answer(one, {"EC11": 3})
    actions.complete_request(one, by=one.respondent)
    actions.remind_request(two, by=None)
    actions.refuse_request(three, by=three.respondent)
    client, here = client_of(lead), reverse("evaluation:wave", args=[wave.pk])
    page = client.get(here)
    assert [(row.pk, row.state) for row in page.context["page"]] == [(one.pk, "complete"), (two.pk, "sent")]
    lines = [re.sub(r"Camille \w+|\d+", "…", line) for line in re.findall(r"<li.*?</li>", page.content.decode(), re.S)]
    assert len({line for line in lines if "item-link" in line}) == 1  # whoever has answered looks like whoever has not
    assert [client.get(f"{here}?view={view}").status_code for view in ("missing", "answered", "closed")] == [
        404,
        404,
        200,
    ]
    for request, status in ((one, 404), (two, 404), (three, 200)):
        assert client.get(reverse("api:requests-detail", args=[request.pk])).status_code == status
    assert client.post(reverse("evaluation:request_remind", args=[two.pk])).status_code == 404


def reminded_by_hand(request: Request) -> bool:
    try:
        actions.remind_request(request, by=None)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    ("case", "can_enter", "can_remind"),
    [("open", True, True), ("late", False, False), ("stopped", True, False), ("twice", True, False)],
)
def test_acts_on_who_is_missing_stand_where_they_would_be_taken(
    client_of: ClientOf,
    lead: User,
    programme: Programme,
    clock: time_machine.Traveller,
    case: str,
    can_enter: bool,
    can_remind: bool,
) -> None:
    asked = make_request(make_journey(programme.organisation, programme=programme))
    answer(asked, dict.fromkeys(["EC11", "EC12", "EC13"], 3))
    if case == "late":
        clock.shift(timedelta(days=31))
        tasks.sweep_expired_requests()
    elif case == "stopped":
        actions.stop_wave(asked.wave, by=lead)
    elif case == "twice":
        assert [reminded_by_hand(Request.objects.get()) for _n in range(2)] == [True, True]
    page = client_of(lead).get(reverse("evaluation:wave", args=[asked.wave_id])).content.decode()
    assert Request.objects.get().state == "partial" and str(asked.respondent_name) in page
    assert (reverse("evaluation:request_remind", args=[asked.pk]) in page) == can_remind
    assert (reverse("evaluation:entry", args=[asked.pk]) in page) == can_enter
    assert reminded_by_hand(Request.objects.get()) == can_remind
    entered = {"entry": "paper", "by": lead}
    if can_enter:
        actions.enter_answers(Request.objects.get(), {"EC14": 3}, **entered)
    else:
        with pytest.raises(Refused):
            actions.enter_answers(Request.objects.get(), {"EC14": 3}, **entered)


@pytest.mark.parametrize(("mode", "is_heard"), [("identified", True), ("confidential", True), ("anonymous", False)])
def test_answering_anonymously_is_no_sign_of_life(programme: Programme, mode: str, is_heard: bool) -> None:
    wave = make_wave(programme, "campaign", mode=mode)
    asked = actions.send_request(wave, make_journey(programme.organisation, programme=programme), by=None)
    answer(asked, {"EC11": 3})
    told = contact_asked.send(None, journeys=[asked.journey_id])
    days = [found for receiver, found in told if receiver is tell_last_answers]
    assert [bool(rows) for rows in days] == [is_heard]


# --- Over the API -----------------------------------------------------------------------------------
def test_waves_are_made_changed_and_stopped_over_the_api(client_of: ClientOf, lead: User, programme: Programme) -> None:
    client = client_of(lead)
    sent = typed(programme, programme=programme.pk, days=2)
    made = client.post(reverse("api:waves-list"), sent, content_type="application/json")
    assert (made.status_code, made.json()["days"], made.json()["open_days"]) == (201, 2, 20)
    address = reverse("api:waves-detail", args=[made.json()["id"]])
    changed = client.patch(address, {"mode": "confidential"}, content_type="application/json")
    assert (changed.status_code, changed.json()["mode"], changed.json()["days"]) == (200, "confidential", 2)
    refused = client.patch(address, {"mode": "anonymous"}, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (409, "mode")
    assert client.post(f"{address}stop/", {}, content_type="application/json").json()["stopped_at"] is not None
    assert client.get(f"{address}rates/").json() == []


def test_the_list_of_waves_asks_the_same_of_the_database(
    client_of: ClientOf, lead: User, programme: Programme, assert_num_queries_same: Callable[..., int]
) -> None:
    client = client_of(lead)

    def more() -> None:
        for number in (1, 2):
            make_wave(programme, "exit", months=number)

    wave = make_wave(programme, "exit", months=6)
    assert_num_queries_same(lambda: client.get(reverse("api:waves-list")), more)
    assert_num_queries_same(
        lambda: client.get(reverse("evaluation:wave_rates", args=[wave.pk])),
        lambda: [make_programme(programme.organisation) for _number in (1, 2)],
    )


def test_over_the_api_a_questionnaire_of_others_is_one_that_there_is_not(
    client_of: ClientOf, lead: User, programme: Programme, other_organisation: Organisation
) -> None:
    hidden = make_questionnaire(other_organisation, {"A": {"Q1": {}}}).questionnaire
    said = []
    for number in (hidden.pk, 999_999):
        sent = typed(programme, programme=programme.pk, days=2) | {"questionnaire": number}
        made = client_of(lead).post(reverse("api:waves-list"), sent, content_type="application/json")
        said.append((made.status_code, made.json()))
    assert said[0] == said[1] and said[0][0] == 400
