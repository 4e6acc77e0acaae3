"""The board by phase, its new filters, the views one keeps, and what stays the same from page to file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.actions import end_role, grant_role
from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Journey, ProgrammeVersion, SavedView
from journeys.queries.board import Filters, board_page
from journeys.queries.board_columns import columns
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion, make_delivery, make_journey, make_programme

Browser = Callable[[User], Client]
URL = "/journeys/"


def somebody(organisation: Organisation, first: str, **fields: Any) -> Journey:
    return make_journey(organisation, make_member(organisation, "holder", first_name=first, last_name=first), **fields)


def names(user: User, **filters: Any) -> list[str]:
    _page, rows = board_page(user, Filters(**filters))
    return [row.journey.holder.user.first_name for row in rows]


def at(**changes: str) -> str:
    return "&".join(f"{name}={value}" for name, value in changes.items())


# --- Filters ----------------------------------------------------------------------------------------
def test_the_referent_is_me_somebody_or_nobody(organisation: Organisation, lead: User) -> None:
    other = make_member(organisation, "lead", first_name="Zoé")
    somebody(organisation, "Ana", referent=lead)
    somebody(organisation, "Bob", referent=other)
    somebody(organisation, "Cid")
    assert (names(lead, referent="me"), names(lead, referent="none")) == (["Ana"], ["Cid"])
    assert names(lead, referent=str(other.pk)) == ["Bob"]


def test_a_cohort_begins_between_two_days(organisation: Organisation, lead: User) -> None:
    for first, ago in (("Ana", 90), ("Bob", 60), ("Cid", 30)):
        somebody(organisation, first, started_on=clock.today() - timedelta(days=ago))
    days = {name: clock.today() - timedelta(days=ago) for name, ago in (("since", 60), ("until", 60))}
    assert names(lead, **days) == ["Bob"]
    assert names(lead, since=days["since"]) == ["Bob", "Cid"]
    assert names(lead, until=days["until"]) == ["Ana", "Bob"]


def test_archived_journeys_are_shown_only_when_asked_for(organisation: Organisation, lead: User) -> None:
    somebody(organisation, "Ana")
    for first in ("Bob", "Cid"):
        actions.leave_journey(somebody(organisation, first), reason="moved", by=None)
    Journey.objects.filter(holder__user__first_name="Cid").update(archived_at=clock.now())
    assert names(lead, state="all") == ["Ana", "Bob"]
    assert names(lead, state="left") == ["Bob"]
    assert names(lead, state="all", archived="with") == ["Ana", "Bob", "Cid"]
    assert names(lead, archived="only") == ["Cid"]


def test_a_newer_version_is_an_update_until_it_is_declined(organisation: Organisation, lead: User) -> None:
    ana, bob = somebody(organisation, "Ana"), somebody(organisation, "Bob")
    newest = ProgrammeVersion.objects.create(programme=ana.programme, number=2)
    assert names(lead, version="outdated") == []
    ProgrammeVersion.objects.filter(pk=newest.pk).update(published_at=clock.now())
    assert names(lead, version="outdated") == ["Ana", "Bob"]
    Journey.objects.filter(pk=bob.pk).update(declined_version=newest)
    _page, rows = board_page(lead, Filters())
    assert [(row.journey.holder.user.first_name, row.is_outdated) for row in rows] == [("Ana", True), ("Bob", False)]
    assert names(lead, version="outdated") == ["Ana"]


def test_the_track_narrows_and_on_its_way_has_no_sign(organisation: Organisation, lead: User) -> None:
    classic = make_programme(organisation, track="classic", hole_days=400, silence_weeks=99)
    fine = somebody(organisation, "Fine", programme=classic)
    make_companion(fine, lead)
    somebody(organisation, "Ill", programme=make_programme(organisation))
    assert (names(lead, track="classic"), names(lead, track="ess")) == (["Fine"], ["Ill"])
    assert (names(lead, sign="none"), names(lead, sign="any")) == (["Fine"], ["Ill"])


# --- By phase ---------------------------------------------------------------------------------------
def by_phase(organisation: Organisation, lead: User) -> None:
    """Two in emergence (one without a mentor, one at rest), one in creation that goes its way."""
    programme = make_programme(organisation, hole_days=400, silence_weeks=99)
    somebody(organisation, "Ana", programme=programme, phase="emergence")
    paused = somebody(organisation, "Bob", programme=programme, phase="emergence")
    actions.pause_journey(paused, reason="Naissance", review_on=clock.today() + timedelta(days=60), by=None)
    make_companion(somebody(organisation, "Cid", programme=programme, phase="creation"), lead)


def test_each_phase_is_a_column_and_every_count_leads_to_as_many_rows(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    by_phase(organisation, lead)
    page = client_of(lead).get(URL, {"view": "columns"})
    shown = {
        column.line.label: [row.journey.holder.user.first_name for row in column.rows]
        for column in page.context["columns"]
    }
    assert shown == {
        "Émergence": ["Ana", "Bob"],
        "Création": ["Cid"],
        "Consolidation": [],
        "Changement d’échelle": [],
    }
    cells = {(line.label, cell.kind): cell for line in page.context["lines"] for cell in line.cells}
    counts = {key: cell.count for key, cell in cells.items() if cell.count}
    assert counts == {
        ("Émergence", "no_mentor"): 1,
        ("Émergence", "paused"): 1,
        ("Création", "none"): 1,
        ("Ensemble", "no_mentor"): 1,
        ("Ensemble", "paused"): 1,
        ("Ensemble", "none"): 1,
    }
    for key, count in counts.items():
        found = client_of(lead).get(cells[key].url.replace("view=columns", "view=table")).context["total"]
        assert (key, found) == (key, count)


def test_counts_fit_the_other_filters(organisation: Organisation, lead: User) -> None:
    by_phase(organisation, lead)
    _columns, lines = columns(lead, Filters(q="ana", sign="any", phase="creation"), at, each=12)
    assert [(line.label, line.count) for line in lines] == [("Émergence", 1), ("Ensemble", 1)]


def test_a_column_shows_its_first_cards_and_where_the_others_are(organisation: Organisation, lead: User) -> None:
    for first in ("Ana", "Bob", "Cid"):
        somebody(organisation, first, phase="creation")
    found, _lines = columns(lead, Filters(), at, each=2)
    column = next(one for one in found if one.rows)
    assert ([row.journey.holder.user.first_name for row in column.rows], column.total) == (["Ana", "Bob"], 3)
    assert column.url == "view=table&phase=creation"


@pytest.mark.parametrize("view", ["table", "columns"])
def test_both_ways_cost_as_much_for_three_people_as_for_one(
    view: str,
    organisation: Organisation,
    lead: User,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    def add(first: str, phase: str) -> None:
        journey = somebody(organisation, first, phase=phase, referent=lead)
        make_companion(journey, lead)
        make_delivery(journey, days_ago=2)

    add("Ana", "creation")
    browser = client_of(lead)
    query = {"view": view, "per": "200"}
    more = (("Bob", "creation"), ("Cid", "emergence"))
    assert_num_queries_same(lambda: browser.get(URL, query), lambda: [add(*one) for one in more])


def test_the_file_has_the_rows_and_the_order_of_the_page(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    by_phase(organisation, lead)
    browser = client_of(lead)
    for query, wanted in (
        ({"sort": "name"}, ["Ana", "Bob", "Cid"]),
        ({"view": "columns", "sort": "name"}, ["Ana", "Bob", "Cid"]),
        ({"phase": "creation"}, ["Cid"]),
        ({"state": "paused"}, ["Bob"]),
    ):
        page = browser.get(URL, query)
        answer = browser.get(page.context["csv_url"])
        _head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        assert (query, [row[1] for row in rows]) == (query, wanted)


def test_the_files_first_columns_are_those_of_the_page(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    make_companion(somebody(organisation, "Ana", name="Café", referent=lead), lead)
    page = client_of(lead).get(URL)
    [row] = page.context["rows"]
    answer = client_of(lead).get("/journeys/export.csv")
    _head, told = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    shown = ["Ana", "Ana", "Café", "Incubation ESS", row.health.word, row.health.reason, "0", row.next_step.title]
    assert told[:8] == shown
    assert told[11:13] == ["Léa Riou", ""]


# --- Views one keeps --------------------------------------------------------------------------------
def test_a_view_is_kept_opened_renamed_and_deleted(organisation: Organisation, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)
    answer = browser.post("/journeys/views/add/?phase=creation&next=//evil.example&per=200", {"name": "Créations"})
    assert answer.headers["Location"] == "/journeys/?phase=creation&per=200"
    view = SavedView.objects.get()
    assert (view.name, view.query, view.organisation) == ("Créations", "phase=creation&per=200", None)
    assert browser.get(f"/journeys/views/{view.pk}/").headers["Location"] == "/journeys/?phase=creation&per=200"
    assert browser.get("/journeys/?per=200&phase=creation").context["saved_views"] == [(view, True)]
    browser.post(f"/journeys/views/{view.pk}/edit/", {"name": "Lancements", "organisation": organisation.pk})
    view.refresh_from_db()
    assert (view.name, view.organisation) == ("Lancements", organisation)
    browser.post(f"/journeys/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_what_the_board_no_longer_knows_is_dropped_on_opening(lead: User, client_of: Browser) -> None:
    view = SavedView.objects.create(
        user=lead, name="Vieille", query="phase=creation&programme=99&state=gone&redirect=https://evil.example&sort=due"
    )
    answer = client_of(lead).get(f"/journeys/views/{view.pk}/")
    assert answer.headers["Location"] == "/journeys/?phase=creation&sort=due"


def test_two_views_of_one_name_are_refused_beside_the_name(lead: User, client_of: Browser) -> None:
    actions.create_saved_view(name="À voir", query="", by=lead)
    asked = client_of(lead).get("/journeys/views/add/?sign=hole").content.decode()
    assert asked.count('type="radio" name="organisation"') == 2 and "Moi seulement" in asked
    page = client_of(lead).post("/journeys/views/add/?sign=hole", {"name": "À voir"})
    assert page.context["form"].errors == {"name": ["Vous avez déjà une vue de ce nom."]}
    assert page.context["said"] == [("Santé", "Trou")]


def test_one_keeps_forty_views_at_most(lead: User) -> None:
    for number in range(40):
        actions.create_saved_view(name=str(number), query="", by=lead)
    with pytest.raises(Refused, match="40 vues"):
        actions.create_saved_view(name="une de plus", query="", by=lead)


def test_a_shared_view_stands_above_every_leads_board_and_nobody_elses(
    organisation: Organisation, lead: User, mentor: User, outsider: User, client_of: Browser
) -> None:
    colleague = make_member(organisation, "lead")
    own = actions.create_saved_view(name="Mienne", query="", by=lead)
    shared = actions.create_saved_view(name="Partagée", query="sign=hole", by=lead, organisation=organisation)
    seen = {
        person: [view for view, _current in client_of(person).get(URL).context["saved_views"]]
        for person in (lead, colleague, mentor, outsider)
    }
    assert seen == {lead: [own, shared], colleague: [shared], mentor: [], outsider: []}


def test_a_shared_view_stays_with_the_leads_when_its_maker_leads_no_more(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    colleague = make_member(organisation, "lead")
    own = actions.create_saved_view(name="Mienne", query="", by=lead)
    shared = actions.create_saved_view(name="Partagée", query="sign=hole", by=lead, organisation=organisation)
    grant_role(lead, organisation, "mentor", by=None)  # she still opens the board
    end_role(Membership.objects.get(user=lead, role="lead"), by=None)
    former = client_of(User.objects.get(pk=lead.pk))
    assert [view for view, _current in former.get(URL).context["saved_views"]] == [own]
    for door in ("edit", "delete"):
        assert former.post(f"/journeys/views/{shared.pk}/{door}/", {"name": "À moi"}).status_code == 404
    assert former.post(f"/api/v1/saved-views/{shared.pk}/remove/").status_code == 404
    with pytest.raises(Refused, match="supprimez-la"):
        actions.update_saved_view(shared, name="Partagée", organisation=None, by=colleague)
    assert client_of(colleague).post(f"/journeys/views/{shared.pk}/delete/").status_code == 302
    assert list(SavedView.objects.all()) == [own]


def test_a_view_is_shared_with_ones_own_organisation_only(
    other_organisation: Organisation, lead: User, client_of: Browser
) -> None:
    page = client_of(lead).post("/journeys/views/add/", {"name": "Ailleurs", "organisation": other_organisation.pk})
    assert list(page.context["form"].errors) == ["organisation"]
    assert not SavedView.objects.exists()


def test_deleting_twice_is_deleting_once(lead: User) -> None:
    view = actions.create_saved_view(name="À voir", query="", by=lead)
    again = SavedView.objects.get(pk=view.pk)
    actions.delete_saved_view(view, by=lead)
    view.pk = again.pk
    actions.delete_saved_view(again, by=lead)
    assert SavedView.objects.count() == 0


# --- Pages without JavaScript -----------------------------------------------------------------------
def test_only_rows_that_she_leads_can_be_ticked(
    organisation: Organisation, other_organisation: Organisation, lead: User, mentor: User, client_of: Browser
) -> None:
    mine, theirs = somebody(organisation, "Ana"), somebody(other_organisation, "Eve")
    make_companion(theirs, lead)
    make_companion(mine, mentor)
    boxes = re.findall(r'name="pick" value="(\d+)"', client_of(lead).get(URL).content.decode())
    assert boxes == [str(mine.pk)]
    assert 'name="pick"' not in client_of(mentor).get(URL).content.decode()


# --- The API ----------------------------------------------------------------------------------------
def test_the_api_answers_with_the_rows_of_the_board(organisation: Organisation, lead: User, client_of: Browser) -> None:
    by_phase(organisation, lead)
    answer = client_of(lead).get("/api/v1/board/", {"phase": "emergence", "sign": "no_mentor"}).json()
    [row] = answer["results"]
    told = (answer["count"], row["holder_name"], row["phase"], row["signs"], row["health"], row["percent"])
    assert told == (1, "Ana Ana", "emergence", ["no_mentor"], "sans mentor", 0)
    assert client_of(lead).get(f"/api/v1/board/{row['journey']}/").json() == row


def test_the_api_keeps_views(organisation: Organisation, lead: User, client_of: Browser) -> None:
    browser = client_of(lead)
    body = {"name": "Silences", "query": "sign=silent&evil=1", "organisation": organisation.pk}
    made = browser.post("/api/v1/saved-views/", body, content_type="application/json").json()
    assert (made["name"], made["query"], made["organisation"]) == ("Silences", "sign=silent", organisation.pk)
    changed = browser.patch(f"/api/v1/saved-views/{made['id']}/", {"name": "Muets"}, content_type="application/json")
    assert (changed.json()["name"], changed.json()["organisation"]) == ("Muets", organisation.pk)
    alone = {"name": "Muets", "organisation": None}
    changed = browser.patch(f"/api/v1/saved-views/{made['id']}/", alone, content_type="application/json")
    assert changed.json()["organisation"] is None
    assert browser.post(f"/api/v1/saved-views/{made['id']}/remove/").status_code == 204
    assert browser.get("/api/v1/saved-views/").json()["results"] == []
