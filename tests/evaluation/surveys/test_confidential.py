"""What a lead who knows when people answered learns of a confidential wave, by its files and history: nothing more."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import QuestionnaireVersion, Request, Wave
from evaluation.queries.results import results_of
from evaluation.queries.results.data import data_set
from evaluation.queries.results.files import parcel
from journeys.models import Journey, Programme, Project
from tests.factories.sheets import ended, people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, {"A": {"S1": {"scale_max": 5}}})


def test_whoever_answered_in_another_month_or_version_stands_in_a_file_like_the_others(
    programme: Programme, version: QuestionnaireVersion, clock: time_machine.Traveller
) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    people = people_of(programme, 10)
    for one in people[:9]:
        sent(wave, one, {"S1": 1})
    clock.shift(timedelta(days=20))
    draft = actions.draft_version(version.questionnaire, by=None)
    item = draft.items.get()
    actions.save_item(item.section, item, by=None, text_en="S1, then?")
    actions.publish_version(draft, by=None, note="English", material={"S1": False})
    sent(wave, people[9], {"S1": 5})
    data = data_set(wave)
    told = {(month, number) for _sheet, month, number in data.keys}
    assert (len(data.rows), told) == (10, {("2026-12", None)})
    assert parcel(data, "spss", "wide", date(2026, 12, 13)).data


def test_versions_that_five_answered_each_are_told(programme: Programme, version: QuestionnaireVersion) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    for one in people_of(programme, 5):
        sent(wave, one, {"S1": 1})
    assert {key[-1] for key in data_set(wave).keys} == {1}


@pytest.mark.parametrize(("mode", "is_told"), [("identified", True), ("confidential", False)])
def test_nobody_reads_who_corrected_what_in_a_confidential_wave(
    client_of: ClientOf, lead: User, programme: Programme, version: QuestionnaireVersion, mode: str, is_told: bool
) -> None:
    wave = wave_of(programme, version, mode=mode, correction_days=30)
    request = sent(wave, people_of(programme, 1)[0], {"S1": 1})
    asked = Request.objects.select_related("version", "wave", "journey__programme__organisation").get(pk=request.pk)
    actions.save_answers(asked, {"S1": 5}, by=request.respondent)
    found = client_of(lead).get(reverse("api:history-list"), {"verb": "correct_answers"}).json()["results"]
    assert [one["details"] for one in found] == ([{"items": ["S1"]}] if is_told else [])
    mine = client_of(asked.respondent).get(reverse("api:history-list"), {"verb": "correct_answers"}).json()
    assert mine["count"] == 1


def test_a_group_is_made_of_what_was_true_when_they_answered(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave, people = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL), people_of(programme, 15)
    for place, one in enumerate(people):
        Project.objects.filter(pk=one.project_id).update(phase="creation" if place < 8 else "emergence")
        one.refresh_from_db()
        sent(wave, one, {"S1": 1 if place else 5})

    ended(wave)

    def told() -> list[int]:
        (item,) = results_of(wave, "phase:creation").items
        assert item.counts
        return [share.n for share in item.counts.shares]

    assert told() == [7, 0, 0, 0, 1]
    Project.objects.filter(pk=people[0].project_id).update(phase="emergence")  # as a lead may, to see who it was
    assert told() == [7, 0, 0, 0, 1]


def test_no_group_less_one_of_another_kind_leaves_a_few_people(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    wave, people = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL), people_of(programme, 25)
    for place, one in enumerate(people):  # all of the neighbourhood are in creation, and one more
        facts = {"phase": "creation" if place < 8 else "emergence", "qpv": "inside" if place < 7 else "outside"}
        Project.objects.filter(pk=one.project_id).update(**facts)
        one.refresh_from_db()
        sent(wave, one, {"S1": 5 if place == 7 else 1})
    groups = {one.key: one.is_hidden for one in results_of(ended(wave)).groups}
    assert groups == {
        "phase:creation": False, "phase:emergence": False, "qpv:inside": True, "qpv:outside": True,
    }  # fmt: skip
    identified = wave_of(programme, version, moment=Wave.Moment.EXIT)
    for one in people:
        sent(identified, one, {"S1": 1})
    assert not any(one.is_hidden for one in results_of(identified).groups)


def two_groups(programme: Programme, wave: Wave, people: list[Journey]) -> None:
    for place, one in enumerate(people):
        Project.objects.filter(pk=one.project_id).update(phase="creation" if place < 5 else "emergence")
        one.refresh_from_db()
        sent(wave, one, {"S1": 3})


def test_groups_wait_until_nothing_of_the_wave_can_grow_or_change(
    programme: Programme, version: QuestionnaireVersion, clock: time_machine.Traveller
) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL, open_days=10, correction_days=20)
    people = people_of(programme, 12)
    two_groups(programme, wave, people[:10])
    silent, refuser = (actions.send_request(wave, one, by=None) for one in people[10:])
    actions.begin_request(silent, by=silent.respondent)
    actions.refuse_request(refuser, by=refuser.respondent)

    def is_shown() -> bool:
        found = results_of(wave)
        assert bool(found.groups) != bool(found.groups_wait)
        if not found.groups:
            with pytest.raises(KeyError):
                results_of(wave, "phase:creation")
        return bool(found.groups)

    assert not is_shown()
    ended(wave)
    assert not is_shown()  # one can still answer, one can still think better of it
    Request.objects.filter(pk=silent.pk).update(state="expired")
    assert not is_shown()
    clock.shift(timedelta(days=11))
    assert not is_shown()  # what was sent can still be corrected
    clock.shift(timedelta(days=10))
    assert is_shown() and results_of(wave, "phase:creation").sent == 5


def test_a_group_is_compared_with_no_wave_that_still_grows(programme: Programme, version: QuestionnaireVersion) -> None:
    first = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    last = wave_of(programme, version, mode=Wave.Mode.IDENTIFIED, moment=Wave.Moment.EXIT)
    people = people_of(programme, 10)
    two_groups(programme, first, people)
    for one in people:
        sent(last, one, {"S1": 5})
    found = results_of(last, "phase:creation")
    assert (found.before, found.items[0].change) == (None, None) and results_of(last).before == first
    ended(first)
    found = results_of(last, "phase:creation")
    assert found.before == first and found.items[0].change


def test_why_groups_wait_stands_in_their_place(
    client_of: ClientOf, lead: User, programme: Programme, version: QuestionnaireVersion
) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    two_groups(programme, wave, people_of(programme, 10))
    client, page = client_of(lead), reverse("evaluation:wave_results", args=[wave.pk])
    api = reverse("api:waves-results", args=[wave.pk])
    why, narrowed = "Les groupes s’affichent une fois cette vague terminée", {"group": "phase:creation"}
    shown = client.get(page).content.decode()
    assert why in shown and 'name="group"' not in shown
    told = client.get(api).json()
    assert told["groups"] == [] and told["groups_wait"].startswith(why)
    doors = [(page, narrowed), (page, narrowed | {"view": "present"}), (api, narrowed)]
    assert [client.get(url, data).status_code for url, data in doors] == [404, 404, 404]
    ended(wave)
    shown = client.get(page).content.decode()
    assert why not in shown and 'name="group"' in shown
    assert client.get(api).json()["groups_wait"] == ""
    assert [client.get(url, data).status_code for url, data in doors] == [200, 200, 200]
