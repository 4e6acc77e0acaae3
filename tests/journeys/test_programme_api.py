"""The designer over HTTP: the same rules and verbs as the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import Programme, ProgrammeVersion
from tests.factories.journeys import make_programme

Browser = Callable[[User], Client]
API = "/api/v1"


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def draft(programme: Programme) -> ProgrammeVersion:
    return actions.start_draft(programme, by=None)


def post(client: Client, path: str, body: dict[str, Any] | None = None, method: str = "post") -> Any:
    return getattr(client, method)(f"{API}/{path}", body or {}, content_type="application/json")


def test_a_programme_is_designed_and_published_over_http(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    client = client_of(lead)
    made = post(client, "programmes/", {"organisation": organisation.pk, "title_fr": "Le soir", "hole_days": 21})
    assert made.status_code == 201
    assert (made.json()["code"], made.json()["hole_days"]) == ("le-soir", 21)
    [version] = made.json()["versions"]
    first = {"kind": "mentoring", "title_fr": "Mentorat", "occurrences": 4}
    for facts in (first, {"kind": "milestone", "title_fr": "Plan", "after": ["mentorat"]}):
        answer = post(client, f"programme-versions/{version['id']}/steps/", facts)
        assert answer.status_code == 201
    steps = answer.json()["steps"]
    assert [(step["code"], step["after"]) for step in steps] == [("mentorat", []), ("plan", [steps[0]["id"]])]
    cycle = post(client, f"programme-steps/{steps[0]['id']}/", {"after": ["plan"]}, "patch")
    assert (cycle.status_code, cycle.json()["field"]) == (409, "after")
    published = post(client, f"programme-versions/{version['id']}/publish/", {"note": "Pour commencer"})
    assert published.json()["published_at"] is not None
    late = post(client, f"programme-steps/{steps[1]['id']}/", {"weight": 4}, "patch")
    assert late.status_code == 409
    told = client.get(f"{API}/programme-versions/{version['id']}/difference/").json()
    assert [(one["code"], one["became"]) for one in told] == [("mentorat", "added"), ("plan", "added")]


def test_a_stale_stamp_is_refused_over_http_too(draft: ProgrammeVersion, lead: User, client_of: Browser) -> None:
    client = client_of(lead)
    plan = draft.steps.get(code="plan")
    read = client.get(f"{API}/programme-steps/{plan.pk}/").json()["stamp"]
    assert post(client, f"programme-steps/{plan.pk}/", {"weight": 5, "stamp": read}, "patch").json()["weight"] == 5
    assert post(client, f"programme-steps/{plan.pk}/", {"weight": 6, "stamp": read}, "patch").status_code == 409


@pytest.mark.parametrize("persona", ["holder", "mentor", "observer", "outsider"])
def test_a_draft_is_nobody_elses_over_http(
    persona: str, programme: Programme, draft: ProgrammeVersion, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(persona))
    numbers = [one["number"] for row in client.get(f"{API}/programmes/").json()["results"] for one in row["versions"]]
    assert numbers == ([] if persona == "outsider" else [1])
    assert client.get(f"{API}/programme-versions/{draft.pk}/").status_code == 404
    step = draft.steps.get(code="plan")
    assert client.get(f"{API}/programme-steps/{step.pk}/").status_code == 404


def test_a_programme_goes_out_and_comes_in_over_http(
    programme: Programme, lead: User, outsider: User, other_organisation: Organisation, client_of: Browser
) -> None:
    sent = client_of(lead).get(f"{API}/programmes/{programme.pk}/export/").json()
    made = post(client_of(outsider), "programmes/import/", {"organisation": other_organisation.pk, "file": sent})
    assert made.status_code == 201
    assert client_of(outsider).get(f"{API}/programmes/{made.json()['id']}/export/").json() == sent
    sent["programme"]["steps"][0]["max"] = "x"
    wrong = post(client_of(outsider), "programmes/import/", {"organisation": other_organisation.pk, "file": sent})
    assert (wrong.status_code, wrong.json()["field"]) == (409, "file")


def test_the_lists_cost_as_much_for_three_as_for_one(
    organisation: Organisation, programme: Programme, lead: User, client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    client = client_of(lead)
    for path in ("programmes", "programme-versions", "programme-steps"):
        assert_num_queries_same(
            lambda path=path: client.get(f"{API}/{path}/"), lambda: [make_programme(organisation) for _ in range(2)]
        )


def test_lists_within_lists_without_end_are_a_bad_request(
    organisation: Organisation, lead: User, client_of: Any
) -> None:
    body = f'{{"organisation": {organisation.pk}, "file": {"[" * 100_000}{"]" * 100_000}}}'
    answer = client_of(lead).post(f"{API}/programmes/import/", body, content_type="application/json")
    assert answer.status_code == 400
