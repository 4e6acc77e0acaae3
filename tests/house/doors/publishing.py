"""Doors of publications."""

from datetime import timedelta
from typing import Any

from backend.lib import clock
from evaluation import actions
from evaluation.models import Campaign, ReportSchedule, Snapshot
from tests.house.doors import ANY_LEAD, FORBIDDEN, HIDDEN, LEAD_HIDDEN, SIGNED_IN, Row, World, allow, row

READERS = allow("lead", "observer", "steward", "other_lead", "other_observer", "other_steward", strangers=FORBIDDEN)
OF_A_SNAPSHOT = allow("lead", "observer", "steward", "other_steward", rest=HIDDEN)
"""Whoever reads the figures of the organisation; stewards those of all."""

NOT_EVERY_READER = {"observer": FORBIDDEN, "steward": FORBIDDEN, "other_steward": FORBIDDEN}
LEAD_OF_A_SNAPSHOT = allow("lead", rest=HIDDEN) | NOT_EVERY_READER

PLAN = {"until": "2026-01-31", "closes_on": "2026-02-15"}


def a_campaign(world: World) -> Campaign:
    day = clock.today() - timedelta(days=1)
    return actions.create_campaign(world.organisation, actions.CampaignPlan(until=day, closes_on=day), by=None)


def a_snapshot(world: World) -> Snapshot:
    campaign = actions.check_campaign(world.of(a_campaign), by=None)
    return actions.publish_campaign(campaign, by=None)


def a_file(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_snapshot).pk, "kind": "csv"}


def an_act(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_campaign).pk, "act": "check"}


def a_schedule(world: World) -> ReportSchedule:
    return actions.create_schedule(world.organisation, actions.SchedulePlan(every="month"), [], by=None)


def an_act_on_a_schedule(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_schedule).pk, "act": "pause"}


ROWS: list[Row] = [
    row("evaluation:snapshot_list", "GET", READERS),
    row("evaluation:snapshot", "GET", OF_A_SNAPSHOT, a_snapshot),
    row("evaluation:snapshot_file", "GET", OF_A_SNAPSHOT, a_file),
    row("evaluation:campaign_create", "GET POST", ANY_LEAD),
    row("evaluation:snapshot_verify", "GET", LEAD_OF_A_SNAPSHOT, a_snapshot),
    row("evaluation:campaign_update", "GET POST", LEAD_HIDDEN, a_campaign),
    row("evaluation:campaign_withdraw", "GET POST", LEAD_HIDDEN, a_campaign),
    row("evaluation:schedule_create", "GET POST", ANY_LEAD),
    row("evaluation:schedule", "GET", LEAD_HIDDEN, a_schedule),
    row("evaluation:schedule_update", "GET POST", LEAD_HIDDEN, a_schedule),
    row("evaluation:schedule_act", "POST", LEAD_HIDDEN, an_act_on_a_schedule),
    row("evaluation:campaign", "GET", LEAD_HIDDEN, a_campaign),
    row("evaluation:campaign_act", "POST", LEAD_HIDDEN, an_act),
    row("api:campaigns-list", "GET", SIGNED_IN),
    row("api:campaigns-list", "POST", ANY_LEAD, data=PLAN),
    row("api:campaigns-detail", "GET", LEAD_HIDDEN, a_campaign),
    row("api:campaigns-detail", "PATCH", LEAD_HIDDEN, a_campaign, data={"title": "Bilan"}),
    row("api:campaigns-checks", "GET", LEAD_HIDDEN, a_campaign),
    *(
        row(f"api:campaigns-{act}", "POST", LEAD_HIDDEN, a_campaign)
        for act in ("check", "review", "publish", "reopen", "withdraw", "discard")
    ),
    row("api:report-schedules-list", "GET", SIGNED_IN),
    row("api:report-schedules-list", "POST", ANY_LEAD, data={"every": "month"}),
    row("api:report-schedules-readers", "GET", ANY_LEAD),
    row("api:report-schedules-detail", "GET", LEAD_HIDDEN, a_schedule),
    row("api:report-schedules-detail", "PATCH", LEAD_HIDDEN, a_schedule, data={"seen": 0, "closes_after": 7}),
    *(row(f"api:report-schedules-{act}", "POST", LEAD_HIDDEN, a_schedule) for act in ("pause", "resume", "drop")),
    row("api:snapshots-list", "GET", SIGNED_IN),
    row("api:snapshots-detail", "GET", OF_A_SNAPSHOT, a_snapshot),
]
