"""The tables that figures read, and of each the columns: what `as known on` a past date is worked out from.

A measure that reads another column or table says so here, in one line (`test_figures_read_what_is_kept` tells); the
next `manage.py migrate` does the rest. Never a name, an address or words, and nothing at all of an anonymous wave: the
promise that nobody ever reads who has answered, nor when, is worth more than a figure worked out again.
"""

from backend.history.kept import Kept, keep
from backend.history.models import Entry
from evaluation.models.requests import Request
from journeys.models import Bridge, Delivery, Holder, Journey, Outcome, Project, Step

OF_JOURNEY = "journey__programme__organisation"
NOT_ANONYMOUS = "{row}.wave_id IN (SELECT w.id FROM evaluation_wave w WHERE w.mode <> 'anonymous')"

keep(
    Kept(
        model=Journey,
        columns=(
            *("programme", "project", "holder", "state", "started_on", "ended_on", "leave_reason"),
            *("paused_on", "review_on", "planned_end_on"),
        ),
        organisation="programme__organisation",
    ),
    Kept(
        model=Step,
        columns=("journey", "kind", "code", "state", "due_on", "done_on", "is_shared", "carried_from", "shared_from"),
        organisation=OF_JOURNEY,
    ),
    Kept(
        model=Delivery,
        columns=("journey", "kind", "sort", "state", "happened_at", "minutes"),
        organisation=OF_JOURNEY,
    ),
    Kept(model=Project, columns=("commune", "qpv", "neighbourhood"), organisation="organisation"),
    Kept(model=Holder, columns=("user", "gender"), organisation="organisation"),
    Kept(
        model=Bridge,
        columns=("from_journey", "to_journey", "kind", "crossed_on"),
        organisation="to_journey__programme__organisation",
    ),
    Kept(
        model=Outcome,
        columns=(
            *("journey", "kind", "code", "state", "happened_on", "jobs_created", "jobs_lost", "amount_cents"),
            *("holder_confirmed_at", "partner_confirmed_at"),
        ),
        organisation=OF_JOURNEY,
    ),
    Kept(
        model=Request,
        columns=("wave", "version", "journey", "respondent", "state", "sent_at", "expires_at"),
        organisation=OF_JOURNEY,
        only=NOT_ANONYMOUS,
    ),
    # pauses are lines of the history, which never change
    Kept(model=Entry, columns=(), organisation="organisation", recorded="at", is_final=True),
)
