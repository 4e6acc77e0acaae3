"""The journey page and its ledger, as each reader may see them."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import prepared
from backend.mail.queries import address_fails
from backend.web.reading import day, hours
from journeys.models import Commitment, Delivery, Journey
from journeys.models.ledger import DeliveryQuerySet
from journeys.policies import (
    Abilities,
    abilities,
    may_complete_commitment,
    may_list_journeys,
    may_read_letters,
    may_reveal_contacts,
    may_see_team,
    reads_contacts,
)
from journeys.queries.confirming import unconfirmed, waiting_days
from journeys.queries.facts import known_of
from journeys.queries.group import around
from journeys.queries.holes import Health, Sign, read_health
from journeys.queries.home import upcoming
from journeys.queries.imports.values import national
from journeys.queries.journeys import mentors_of, progress, project_facts, stations, steps_of
from journeys.queries.ledger import ledger, lines_of
from journeys.queries.links import acts_above, address
from journeys.queries.milestones import proposal_to_check
from journeys.queries.outcomes import outcomes_page
from journeys.queries.page_holes import holes_of
from journeys.queries.sign_rows import told_of
from journeys.queries.states import standing_of
from journeys.queries.steps import note_with_records, own_url, plan_tools, records_of, step_lines
from journeys.queries.trail import trail

LATEST_LINES = 5


@dataclass(frozen=True)
class Promise:
    """One commitment, and whether this reader may tick it."""

    commitment: Commitment
    may_complete: bool

    @property
    def note(self) -> str:
        """Who, and by when."""
        due = self.commitment.due_on
        if not due:
            return str(self.commitment.owner)
        words = _("%(person)s, late since %(day)s") if self.commitment.is_late else _("%(person)s, by %(day)s")
        return words % {"person": self.commitment.owner, "day": day(due, weekday=False)}

    @property
    def tone(self) -> str:
        return "warn" if self.commitment.is_late else "info"

    @property
    def url(self) -> str:
        return reverse("journeys:commitment_complete", args=[self.commitment.pk])

    @property
    def change_url(self) -> str:
        return reverse("journeys:commitment_detail", args=[self.commitment.pk])


def promises(journey: Journey, user: User) -> tuple[list[Promise], list[Promise]]:
    """(open commitments, those kept lately)."""
    rows = prepared.objects(
        ("promises", journey.pk),
        lambda: (
            Commitment.objects.filter(journey=journey.pk, dropped_at=None)
            .select_related("owner", "done_by")
            .order_by("pk")
        ),
    )
    for row in rows:
        row.journey = journey
    open_ones = sorted(
        (row for row in rows if row.done_at is None), key=lambda row: (row.due_on is None, row.due_on, row.pk)
    )
    kept = sorted((row.done_at, row.pk, row) for row in rows if row.done_at)[: -LATEST_LINES - 1 : -1]
    told = [row for _at, _pk, row in kept]
    found = [[Promise(row, may_complete_commitment(user, row)) for row in rows] for rows in (open_ones, told)]
    return found[0], found[1]


def health_of(journey: Journey) -> Health:
    """How this one journey is, as the board says it; a milestone to check leads to what was proposed."""
    health = read_health(journey, known_of([journey.pk])[journey.pk])
    if not any(sign.code == "proposal" for sign in health.signs):
        return health
    url = proposal_to_check([journey.pk]).get(journey.pk, "")
    return replace(health, signs=[replace(one, url=url) if one.code == "proposal" else one for one in health.signs])


def signs_for(journey: Journey, user: User, health: Health | None, *, leads: bool) -> list[Sign]:
    """What is not well, as this reader is told: for a lead, with its row named and where she acts."""
    if health is None or not leads:
        return health.signs if health else []
    return told_of(journey, health.signs, is_around=reads_contacts(user, journey))


def _latest_lines(journey: int) -> list[Delivery]:
    rows = Delivery.objects.filter(journey=journey)
    latest = ("-happened_at", "-pk")
    return prepared.objects(("latest_lines", journey), lambda: lines_of(rows).order_by(*latest)[:LATEST_LINES])


def journey_page(journey: Journey, user: User) -> dict[str, Any]:
    """Everything the page of one journey shows to `user`."""
    can = abilities(user, journey)
    steps = steps_of(journey)
    open_promises, kept = promises(journey, user)
    records = records_of(journey)
    tools = plan_tools(journey, user)
    acts = bool(tools.add_url)
    health = health_of(journey) if not can.carries else None
    return {
        "journey": journey,
        "can": can,
        "health": health,
        "signs": signs_for(journey, user, health, leads=can.leads),
        **holes_of(journey, user, health, can.leads),
        "project_facts": project_facts(journey),
        "mentors": mentors_of(journey),
        "stops": stations(
            steps,
            url_of=lambda step: f"#step-{step.pk}" if acts else own_url(step, user, records),
            words_of=lambda step: note_with_records(step, records),
        ),
        "progress": progress(steps),
        "lines": step_lines(steps, user, records),
        "tools": tools,
        "upcoming": upcoming(journey) if journey.is_live else [],
        "promises": open_promises,
        "kept": kept,
        "ledger": ledger(journey.deliveries.all()),
        "deliveries": _latest_lines(journey.pk),
        "trail": trail(journey, user) if can.leads else [],
        "acts": acts_above(journey, user) if journey.is_live else [],
        **standing_of(journey, user),
        **outcomes_page(journey, user),
        "around": [one for one in around(journey, journey.companions.all()) if one.is_more],
        "sees_team": may_see_team(user, journey.project),
        "sees_letters": may_read_letters(user, journey),
        "shows_acts": acts,
        **_contact(journey, user, can),
        **_addresses(journey, user, can),
    }


def _contact(journey: Journey, user: User, can: Abilities) -> dict[str, Any]:
    """How to reach the holder, whether letters do, and who may see it."""
    return {
        "shows_contacts": reads_contacts(user, journey) and not can.carries,
        "may_reveal": may_reveal_contacts(user, journey) and not can.carries,
        "phone": national(journey.holder.phone or journey.holder.user.phone),
        "address_fails": address_fails(journey.holder.user.email),
    }


def _addresses(journey: Journey, user: User, can: Abilities) -> dict[str, str]:
    """Where the page leads: back, to its parts, and to what this reader may change."""
    board = may_list_journeys(user) and not can.carries
    doors = {
        "ledger_url": "journeys:journey_ledger",
        "add_url": "journeys:commitment_add",
        "pause_url": "journeys:journey_pause",
        "resume_url": "journeys:journey_resume",
        "complete_url": "journeys:journey_complete",
        "leave_url": "journeys:journey_leave",
        "group_url": "journeys:group",
        "letters_url": "journeys:journey_letters",
        "reveal_url": "journeys:contacts_reveal",
        "reopen_url": "journeys:journey_reopen",
        "archive_url": "journeys:journey_archive",
        "unarchive_url": "journeys:journey_unarchive",
        "bridge_url": "journeys:journey_bridge",
        "extension_url": "journeys:extension_ask",
    }
    return {
        **{name: reverse(door, args=[journey.pk]) for name, door in doors.items()},
        "back_url": reverse("journeys:journey_list") if board else address("home"),
        "back_label": _("Journeys") if board else _("Home"),
    }


def ledger_page(journey: Journey, user: User, own: list[Journey]) -> dict[str, Any]:
    """Every line of the ledger of one journey; `own` are the reader's own journeys, to go from one to the other."""
    rows = Delivery.objects.filter(journey=journey)
    totals = ledger(rows)
    unsure = _("%(length)s still to be confirmed") % {"length": hours(totals.unsure)}
    return {
        "journey": journey,
        "can": abilities(user, journey),
        "ledger": totals,
        "sure_note": unsure if totals.unsure else _("all of them"),
        "deliveries": _waiting_told(list(lines_of(rows).order_by("-happened_at", "-pk")), rows),
        "switch": [
            (one.project.name, reverse("journeys:journey_ledger", args=[one.pk]), one.pk == journey.pk) for one in own
        ]
        if len(own) > 1
        else [],
    }


def _waiting_told(lines: list[Delivery], rows: DeliveryQuerySet) -> list[Delivery]:
    """Each line knows for how many days it has waited, where that is longer than its organisation allows."""
    waiting = {one.pk: waiting_days(one) for one in unconfirmed(rows)}
    for line in lines:
        line.waits = waiting.get(line.pk)
    return lines
