"""Letters received, and the rules by which letters leave, over HTTP."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.mail.actions import keep_incoming, sweep_incoming

pytestmark = pytest.mark.django_db
Programs = Callable[[User], APIClient]


def test_a_lead_reads_what_was_set_aside_and_settles_it_and_strangers_read_nothing(
    program_of: Programs, organisation: Organisation, lead: User, holder: User, outsider: User
) -> None:
    kept = keep_incoming(f"From: {holder.email}\nSubject: Bonjour\n\nJe viens.".encode(), way="web")
    sweep_incoming()
    program = program_of(lead)
    row = program.get("/api/v1/letters-received/", {"state": "aside"}).json()["results"][0]
    found = {name: row[name] for name in ("id", "subject", "sender", "said", "reason", "letter")}
    assert found == {
        "id": kept.pk, "subject": "Bonjour", "sender": holder.email, "said": "Je viens.", "reason": "unknown_address",
        "letter": None,
    }  # fmt: skip
    settled = program.post(f"/api/v1/letters-received/{kept.pk}/settle/").json()
    assert (settled["state"], settled["sender"], settled["said"]) == ("treated", "", "")
    for person in (holder, outsider):
        assert program_of(person).get("/api/v1/letters-received/").json()["count"] == 0


def test_rules_and_hours_are_read_where_they_are_set(
    program_of: Programs, organisation: Organisation, lead: User, holder: User
) -> None:
    program, rules = program_of(lead), {"opens_at": 9, "closes_at": 18, "asks_a_week": 2}
    weekly = {"weekly_day": 1, "weekly_hour": 8}
    near = {"sessions": ["day"], "gatherings": ["day"], "modules": ["day", "week"], "immersions": ["day", "week"],
            "milestones": ["week"]}  # fmt: skip
    assert program.get("/api/v1/emails/rules/").json() == [
        {"organisation": organisation.pk, "opens_at": 8, "closes_at": 20, "asks_a_week": 3, **weekly, "near": near}
    ]
    said = {"organisation": organisation.pk, **rules, "weekly_hour": 7, "near": {"sessions": ["week"], "modules": []}}
    weekly["weekly_hour"] = 7
    now = {"organisation": organisation.pk, **rules, **weekly, "near": {**near, "sessions": ["week"], "modules": []}}
    assert program.post("/api/v1/emails/rules/", said, format="json").json() == now
    assert program.get("/api/v1/emails/rules/").json() == [now]
    wrong = program.post("/api/v1/emails/rules/", {**said, "near": {"picnics": ["day"]}}, format="json")
    assert wrong.status_code == 409
    own = program_of(holder)
    assert own.get("/api/v1/emails/rules/").status_code == 403
    assert own.get("/api/v1/letter-choices/hours/").json() == {"opens_at": 9, "closes_at": 18}
    own.post("/api/v1/letter-choices/hours/", {"opens_at": 10, "closes_at": 12})
    assert own.get("/api/v1/letter-choices/hours/").json() == {"opens_at": 10, "closes_at": 12}
    assert own.get("/api/v1/letter-choices/near/").json() == {"moments": ""}
    own.post("/api/v1/letter-choices/near/", {"moments": "both"})
    assert own.get("/api/v1/letter-choices/near/").json() == {"moments": "both"}
