"""The plan of a journey on its pages and through the API: for who makes it, and out of the way of who does not."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import Journey, Programme, Step
from tests.factories.journeys import make_companion, make_journey, make_programme
from tests.factories.versions import publish_next

START = date(2026, 11, 23)
Browser = Callable[[User], Client]


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User, programme: Programme) -> Journey:
    journey = make_journey(organisation, holder, programme=programme, started_on=START)
    make_companion(journey, mentor)
    return journey


def step(journey: Journey, code: str) -> Step:
    return journey.steps.select_related("journey__programme__organisation").get(code=code)


def door(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def said(answer: Any) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def page(browser: Client, journey: Journey) -> Any:
    return browser.get(door("journey_detail", journey)).context


# --- The journey page -----------------------------------------------------------------------------
def test_a_holder_sees_the_line_and_none_of_the_tools(journey: Journey, holder: User, client_of: Browser) -> None:
    publish_next(journey.programme)
    answer = client_of(holder).get(door("journey_detail", journey))
    assert (answer.context["shows_acts"], answer.context["tools"].add_url) == (False, "")
    assert set(re.findall(r"/steps/(?:\d+/)?([a-z]+/[a-z]*)", answer.content.decode())) <= {"milestone/propose"}


def test_a_lead_is_told_of_a_new_version_and_a_mentor_is_not(
    journey: Journey, lead: User, mentor: User, client_of: Browser
) -> None:
    assert page(client_of(lead), journey)["tools"].version is None
    version = publish_next(journey.programme, note="Un temps collectif")
    assert page(client_of(lead), journey)["tools"].version == version
    tools = page(client_of(mentor), journey)["tools"]
    assert (tools.version, bool(tools.add_url)) == (None, True)


def test_the_last_change_is_undone_from_the_page_by_its_author_or_a_lead(
    journey: Journey, lead: User, mentor: User, client_of: Browser
) -> None:
    actions.edit_step(step(journey, "plan"), weight=9, by=lead)
    assert page(client_of(mentor), journey)["tools"].undo_url == ""
    assert client_of(mentor).post(door("journey_undo", journey)).status_code == 403
    actions.edit_step(step(journey, "plan"), weight=5, by=mentor)
    tools = page(client_of(mentor), journey)["tools"]
    assert tools.last_words.replace("\u00a0", " ").startswith("« Plan d’affaires validé » modifiée par Marc Tessier")
    answer = client_of(mentor).post(tools.undo_url, {"change": tools.last.pk})
    assert (said(answer), step(journey, "plan").weight) == (["Le dernier changement est annulé."], 9)
    again = client_of(lead).post(tools.undo_url, {"change": tools.last.pk})
    assert said(again) == ["Il n’y a plus de changement de plan à annuler."]
    assert page(client_of(lead), journey)["tools"].undo_url == ""


# --- Adding, editing, restoring -------------------------------------------------------------------
def test_a_step_is_added_from_the_page_and_what_is_wrong_is_said_beside_its_field(
    journey: Journey, mentor: User, client_of: Browser
) -> None:
    browser, url = client_of(mentor), door("step_add", journey)
    typed = {"kind": "module", "title_fr": "Gestion", "weight": "2", "occurrences": ""}
    wrong = browser.post(url, typed)
    assert sorted(wrong.context["form"].errors) == ["due_on", "module"]
    assert 'value="Gestion"' in wrong.content.decode()
    after = [step(journey, "posture").pk]
    answer = browser.post(url, {**typed, "kind": "milestone", "max_days": "20", "after": after})
    assert answer.url == f"{door('journey_detail', journey)}#steps"
    made = step(journey, "own-gestion")
    assert (made.due_on, made.weight, made.is_required) == (START + timedelta(days=50), 2, False)
    backwards = browser.post(url, {**typed, "kind": "milestone", "due_on": "2026-12-01", "earliest_on": "2026-12-09"})
    assert list(backwards.context["form"].errors) == ["earliest_on"]


def test_a_ring_is_refused_on_the_page_and_nothing_typed_is_lost(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    url = door("step_edit", step(journey, "posture"))
    typed = {"title_fr": "Posture", "weight": "3", "after": [step(journey, "plan").pk]}
    answer = client_of(lead).post(url, typed)
    assert "Posture → Plan d’affaires validé → Posture" in str(answer.context["form"].errors["after"])
    assert answer.context["form"]["weight"].value() == "3"
    assert step(journey, "posture").title_fr == "Posture entrepreneuriale"
    client_of(lead).post(url, {"title_fr": "Posture", "weight": "3", "is_required": "on"})
    assert (step(journey, "posture").title_fr, step(journey, "posture").weight) == ("Posture", 3)


def test_a_waived_step_is_restored_and_an_own_one_removed_in_one_tap(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    browser = client_of(lead)
    actions.waive_step(step(journey, "plan"), reason="Déjà", by=lead)
    browser.post(door("step_restore", step(journey, "plan")))
    assert step(journey, "plan").state == "planned"
    own = actions.add_step(journey, kind="mentoring", title_fr="Point", max_days=9, by=lead)
    assert browser.get(door("step_edit", own)).context["is_own"] is True
    browser.post(door("step_remove", own))
    assert not Step.objects.filter(pk=own.pk).exists()
    kept = browser.post(door("step_remove", step(journey, "plan")))
    assert said(kept) == ["« Point » est retirée.".replace(" »", "\u00a0»").replace("« ", "«\u00a0"), *said(kept)[1:]]
    assert step(journey, "plan").state == "planned"


# --- Moving ---------------------------------------------------------------------------------------
def test_looking_at_a_move_changes_nothing_and_bad_days_are_said(
    journey: Journey, lead: User, client_of: Browser
) -> None:
    browser, url = client_of(lead), door("step_move", step(journey, "posture"))
    assert browser.get(url).context["preview"] is None
    seen = browser.get(url, {"due_on": "2027-01-10", "holds": "on"}).context["preview"]
    assert seen.summary == "3 étapes bougent, 1 dépasse sa date limite"
    assert (step(journey, "posture").due_on, journey.plan_changes.count()) == (START + timedelta(days=30), 0)
    for due in ("2020-01-01", "2099-01-01", "n’importe quoi", ""):
        wrong = browser.get(url, {"due_on": due}).context
        assert (list(wrong["form"].errors), wrong["preview"]) == (["due_on"], None)


def test_a_step_moved_without_holding_goes_on_following(journey: Journey, lead: User, client_of: Browser) -> None:
    browser, url = client_of(lead), door("step_move", step(journey, "plan"))
    seen = browser.get(url, {"due_on": "2027-03-01"}).context["apply"]
    browser.post(url, {"due_on": "2027-03-01", "earliest_on": "", "digest": seen.initial["digest"]})
    row = step(journey, "plan")
    assert (row.due_on, row.is_pinned) == (date(2027, 3, 1), False)
    actions.move_step(step(journey, "posture"), due_on=START + timedelta(days=40), by=lead)
    assert step(journey, "plan").due_on == date(2027, 3, 11)


# --- Versions -------------------------------------------------------------------------------------
def test_a_version_is_read_taken_up_or_declined(journey: Journey, lead: User, client_of: Browser) -> None:
    browser, url = client_of(lead), door("journey_version", journey)
    assert browser.get(url).context["offer"] is None
    actions.edit_step(step(journey, "plan"), weight=9, by=lead)
    version = publish_next(
        journey.programme,
        add=[{"code": "reseau"}],
        change={"plan": {"weight": 7, "title_fr": "Plan"}},
        drop=["mentorat"],
    )
    seen = browser.get(url).context
    assert [one["title"] for one in seen["added"]] == ["Reseau"]
    assert [(one.title, one.mine, one.theirs) for one in seen["kept"]] == [("Plan d’affaires validé", "9", "7")]
    assert (seen["dropped"], [one.theirs for one in seen["taken"]]) == (["Mentorat"], ["Plan"])
    browser.post(door("journey_version_decline", journey), {"version": version.pk})
    assert page(browser, journey)["tools"].version is None
    assert browser.get(url).context["is_declined"] is True
    answer = browser.post(url, {"version": version.pk})
    assert answer.url == f"{door('journey_detail', journey)}#steps"
    journey.refresh_from_db()
    assert (journey.version, journey.declined_version, step(journey, "plan").weight) == (version, None, 9)


def test_many_journeys_are_ticked_and_each_says_what_became_of_it(
    journey: Journey, organisation: Organisation, lead: User, programme: Programme, client_of: Browser
) -> None:
    edited, left = (make_journey(organisation, programme=programme, started_on=START) for _one in range(2))
    actions.edit_step(step(edited, "plan"), weight=9, by=lead)
    browser, url = client_of(lead), door("programme_offer", programme)
    assert browser.get(url).context["rows"] == []
    version = publish_next(programme, change={"plan": {"weight": 7}})
    assert {row["journey"].pk for row in browser.get(url).context["rows"]} == {journey.pk, edited.pk, left.pk}
    none = browser.post(url, {"version": version.pk})
    assert list(none.context["form"].errors) == ["journeys"]
    results = browser.post(url, {"version": version.pk, "journeys": [journey.pk, edited.pk]}).context["results"]
    assert {name: {one["journey"].pk for one in rows} for name, rows in results.items()} == {
        "applied": {journey.pk, edited.pk},
        "kept": {edited.pk},
        "plain": {journey.pk},
        "failed": set(),
    }
    assert [row["journey"].pk for row in browser.get(url).context["rows"]] == [left.pk]


def test_the_page_for_many_asks_as_many_queries_for_three_as_for_one(
    journey: Journey, organisation: Organisation, lead: User, programme: Programme,
    client_of: Browser, assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    publish_next(programme, add=[{"code": "reseau"}])
    old = programme.versions.get(number=1)
    browser, url = client_of(lead), door("programme_offer", programme)

    def two_more() -> None:
        for _one in range(2):
            other = make_journey(organisation, programme=programme)
            Journey.objects.filter(pk=other.pk).update(version=old)

    assert_num_queries_same(lambda: browser.get(url), two_more)


# --- The API --------------------------------------------------------------------------------------
def test_the_same_acts_through_the_api(journey: Journey, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)

    def post(path: str, **data: Any) -> Any:
        return browser.post(f"/api/v1/{path}/", data, content_type="application/json")

    made = post("steps", journey=journey.pk, kind="milestone", title_fr="Local", max_days=9).json()
    assert (made["code"], made["due_on"]) == ("own-local", "2026-12-02")
    posture = step(journey, "posture").pk
    edited = browser.patch(f"/api/v1/steps/{made['id']}/", {"after": [posture]}, content_type="application/json").json()
    assert (edited["after"], edited["due_on"]) == ([posture], "2027-01-01")
    ring = browser.patch(f"/api/v1/steps/{posture}/", {"after": [made["id"]]}, content_type="application/json")
    assert (ring.status_code, ring.json()["field"]) == (409, "after")
    seen = post(f"steps/{posture}/preview-move", due_on="2027-01-10").json()
    assert (seen["summary"], [one["days"] for one in seen["shifts"]]) == (
        "4 étapes bougent, 1 dépasse sa date limite", [18, 18, 18, 18],
    )  # fmt: skip
    assert post(f"steps/{posture}/move", due_on="2027-01-10", digest="other").status_code == 409
    moved = post(f"steps/{posture}/move", due_on="2027-01-10", digest=seen["digest"]).json()
    assert (moved["due_on"], moved["is_pinned"]) == ("2027-01-10", True)
    assert post(f"journeys/{journey.pk}/undo").status_code == 200
    assert step(journey, "posture").due_on == date(2026, 12, 23)
    post(f"steps/{posture}/waive", reason="Déjà")
    assert post(f"steps/{posture}/restore").json()["state"] == "planned"
    assert post(f"steps/{made['id']}/remove").status_code == 200
    assert post(f"steps/{posture}/remove").status_code == 409


def test_a_version_through_the_api(journey: Journey, lead: User, client_of: Browser) -> None:
    browser, base = client_of(lead), f"/api/v1/journeys/{journey.pk}"
    assert browser.get(f"{base}/offer/").json()["version"] is None
    version = publish_next(journey.programme, add=[{"code": "reseau"}])
    offer = browser.get(f"{base}/offer/").json()
    assert (offer["version"], offer["added"], offer["summary"]) == (version.pk, ["Reseau"], "1 étape ajoutée")
    body = {"version": version.pk}
    assert browser.post(f"{base}/decline-version/", body, content_type="application/json").status_code == 200
    taken = browser.post(f"{base}/apply-version/", body, content_type="application/json").json()
    assert taken["version"] == version.pk
    assert browser.post(f"{base}/apply-version/", body, content_type="application/json").status_code == 409
    wrong = browser.post(f"{base}/apply-version/", {"version": 0}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json())) == (400, ["version"])
