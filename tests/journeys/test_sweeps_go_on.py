"""Each duty with two rows due, the first of which breaks in the database: the second is done all the same."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils.module_loading import import_string

from backend.accounts.models import Organisation, User
from backend.lib.sweeps import stumbles
from journeys import tasks
from journeys.models import HostAsk, Immersion, Import
from mentoring import actions as mentoring
from mentoring.models import TimeProposal
from mentoring.tasks import sweep_passed_times
from tests.conftest import NOON
from tests.factories.hosts import make_ask
from tests.factories.imports import make_import, simple
from tests.factories.journeys import make_journey, make_programme
from tests.factories.mentoring import make_pair
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
SOON = NOON.date() + timedelta(days=1)


@dataclass
class Case:
    """Two rows due, the act that breaks for the first of them, the duty, and the states before and after."""

    model: type[Any]
    act: str
    duty: Callable[[], object]
    was: str
    then: str


CASES = {
    "host asks": Case(HostAsk, "journeys.actions.give_up_host_ask", tasks.sweep_host_asks, "sent", "unanswered"),
    "stays": Case(
        Immersion, "journeys.actions.start_immersion", tasks.sweep_immersions_to_start, "validated", "in_progress"
    ),
    "texts": Case(
        Immersion, "journeys.actions.immersions.drafts.wipe_other_words", tasks.sweep_changed_texts, "to_sign", "draft"
    ),
    "previews": Case(Import, "journeys.actions.discard_import", tasks.sweep_imports, "preview", "discarded"),
    "imports": Case(Import, "journeys.actions.run_import", tasks.sweep_imports, "running", "done"),
    "times": Case(TimeProposal, "mentoring.actions.expire_times", sweep_passed_times, "open", "expired"),
}


def make_due(name: str, organisation: Organisation, lead: User, clock: time_machine.Traveller) -> None:
    """Two of these, and so late that something is to be done with them."""
    for number in range(2):
        if name in ("previews", "imports"):
            line = simple(f"P{number};Nom{number};p{number}@example.org;Projet {number}")
            make_import(make_programme(organisation), line, by=lead)
        elif name == "times":
            pair = make_pair(organisation)
            mentoring.propose_times(pair, side="holder", times=[], agenda="Un mardi", by=pair.journey.holder.user)
        elif name == "host asks":
            make_ask(make_journey(organisation, by=lead), state="sent")
        else:
            state = {"stays": "validated", "texts": "to_sign"}[name]
            make_immersion(make_journey(organisation, by=lead), state=state, starts_on=SOON)
    if name == "imports":
        Import.objects.update(state="running", confirmed_at=NOON, confirmed_by=lead)
    elif name == "texts":
        User.objects.exclude(holder_profiles=None).update(last_name="Autrement")
    else:
        clock.shift(timedelta(days=1 if name == "stays" else 40))


def states(model: type[Any]) -> list[str]:
    return list(model.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("name", CASES)
def test_a_first_row_that_breaks_stays_and_the_second_is_done(
    name: str, organisation: Organisation, lead: User, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    make_due(name, organisation, lead, clock)
    assert states(case.model) == [case.was, case.was]
    first, whole = case.model.objects.order_by("pk")[0], import_string(case.act)

    def breaks(row: Any, **how: Any) -> Any:
        if row == first:
            # An import writes chunk by chunk, in transactions of its own.
            with transaction.atomic() if name == "imports" else nullcontext(), connection.cursor() as cursor:
                cursor.execute("SELECT nothing_of_the_kind")
        return whole(row, **how)

    monkeypatch.setattr(case.act, breaks)
    case.duty()
    assert states(case.model) == [case.was, case.then]
    assert [one.rows for one in stumbles()] == [1]
    monkeypatch.undo()
    case.duty()
    assert (states(case.model), stumbles()) == ([case.then, case.then], [])
