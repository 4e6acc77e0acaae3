"""A mentor's leaving over the API: the same act, the same refusals, the same figures as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Organisation, User
from backend.lib import clock
from mentoring import actions
from mentoring.actions import Burden
from mentoring.models import Mentor, Mentorship
from mentoring.queries.leaving import has_left
from tests.factories.mentoring import make_mentor, make_pair, make_past_session, make_session

ClientOf = Callable[[User], Client]


@pytest.fixture
def nadia(organisation: Organisation) -> Mentor:
    return make_mentor(organisation, capacity=6)


def post(client: Client, mentor: Mentor, **sent: Any) -> tuple[int, Any]:
    answer = client.post(f"/api/v1/mentors/{mentor.pk}/leave/", sent, content_type="application/json")
    return answer.status_code, answer.json()


def test_what_the_preview_proposes_is_done_by_one_act_and_never_twice(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    session, api = make_session(pair), client_of(lead)
    preview = api.get(f"/api/v1/mentors/{profile.pk}/leaving/").json()
    (line,) = preview["lines"]
    assert (line["mentorship"], line["proposed"]) == (pair.pk, nadia.pk)
    assert [(one["session"], one["is_free"]) for one in line["ahead"]] == [(session.pk, True)]
    handing = {"mentorship": pair.pk, "mentor": line["proposed"], "words": "Elle avance vite."}
    status, said = post(api, profile, handings=[handing])
    new = Mentorship.objects.get(follows=pair)
    assert status == 200 and has_left(profile)
    assert said["handed"] == [
        {
            "mentorship": pair.pk, "mentor": nadia.pk, "is_asked": False, "ends": False, "moved": [session.pk],
            "cancelled": [], "passed": [], "closed": [], "followed_by": new.pk,
        }
    ]  # fmt: skip
    status, said = post(api, profile, handings=[])
    assert (status, said["field"]) == (409, None)


def test_what_cannot_be_is_refused_and_nothing_changes(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    api, elsewhere = client_of(lead), make_pair(organisation)
    assert post(api, profile, handings=[])[0] == 409
    tomorrow = (clock.now().date().replace(year=clock.today().year + 1)).isoformat()
    mine = {"mentorship": pair.pk}
    for handings, more, status in (
        ([{"mentorship": elsewhere.pk}], {}, 400),
        ([mine, mine], {}, 400),
        ([{**mine, "mentor": profile.pk}], {}, 400),
        ([{**mine, "mentor": nadia.pk, "ends": True}], {}, 400),
        ([{**mine, "mentor": 987654}], {}, 400),
        ([mine], {"last_day": tomorrow}, 409),
        ([mine], {"cancelled": ["x"]}, 400),
    ):
        assert post(api, profile, handings=handings, **more)[0] == status, (handings, more)
    pair.refresh_from_db()
    assert pair.state == "active" and not has_left(profile)


def test_her_hours_and_the_burden_are_those_of_the_pages(
    profile: Mentor, pair: Mentorship, lead: User, mentor: User, client_of: ClientOf
) -> None:
    session = make_past_session(pair)
    actions.log_session(session, by=mentor, burden=Burden(seconds=18, taps=2, keys=0))
    span = {"starts_on": f"{clock.today().year - 1}-01-01"}
    said = client_of(mentor).get(f"/api/v1/mentors/{profile.pk}/hours/", span).json()
    contact = said["hours"][0]
    assert (said["people"], contact["sort"], contact["minutes"]) == (1, "contact", contact["by_state"]["declared"])
    assert contact["minutes"] > 0
    assert client_of(mentor).get(f"/api/v1/mentors/{profile.pk}/hours/", {"starts_on": "31/31"}).status_code == 400
    found = client_of(lead).get("/api/v1/mentors/burden/", span).json()
    assert (found["seconds"]["middle"], found["taps"]["most"], found["unasked"]["percent"]) == (18, 2, 100)
    assert client_of(lead).get("/api/v1/mentors/burden/", {"organisation": 987654}).status_code == 403


def test_the_preview_takes_as_many_queries_for_three_as_for_one(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client_of(lead).get(f"/api/v1/mentors/{profile.pk}/leaving/").status_code == 200
        return len(found)

    make_session(pair)
    queries()
    one = queries()
    Mentor.objects.filter(pk=profile.pk).update(capacity=5)
    for _number in range(2):
        make_session(make_pair(organisation, profile), clock.now() + timedelta(days=3 + _number))
    assert queries() == one
