"""Two leads at the same moment: one amendment is drafted, one version of it is saved, one of two acts closes it."""

from dataclasses import replace

import pytest

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.models import Amendment
from tests.factories.journeys import make_journey
from tests.factories.stays import make_immersion
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_leads_draft_one_amendment_and_save_one_version_of_it(organisation: Organisation, lead: User) -> None:
    stay = make_immersion(make_journey(organisation, by=lead), state="validated")
    wanted = [replace(facts_of(stay), place=f"Quai {number}") for number in (1, 2)]
    said = at_once(*[lambda one=one: actions.draft_amendment(stay, one, reason="Travaux", by=lead) for one in wanted])
    amendment = Amendment.objects.get()
    assert sorted(said) == ["L’avenant n°\xa01 est ouvert\xa0: menez-le à son terme ou abandonnez-le d’abord.", "done"]
    assert amendment.facts == {"place": wanted[said.index("done")].place}
    wanted = [replace(one, tutor_name="Paule") for one in wanted]
    said = at_once(*[
        lambda one=one: actions.update_amendment(amendment, one, reason="Travaux", revision=0, by=lead)
        for one in wanted
    ])  # fmt: skip
    amendment.refresh_from_db()
    assert (said.count("done"), amendment.revision) == (1, 1)
    assert amendment.facts["place"] == wanted[said.index("done")].place


def test_one_lead_sends_while_another_gives_up(organisation: Organisation, lead: User) -> None:
    stay = make_immersion(make_journey(organisation, by=lead), state="validated")
    amendment = actions.draft_amendment(stay, replace(facts_of(stay), place="Quai 1"), reason="Travaux", by=lead)
    said = at_once(
        lambda: actions.send_amendment_to_sign(amendment, by=lead),
        lambda: actions.cancel_amendment(amendment, reason="Doublon", by=lead),
    )
    amendment.refresh_from_db()
    assert (said[1], amendment.state) == ("done", "cancelled")  # given up before or after it went out
    asked = amendment.signatures.exclude(state="wiped").count()
    assert asked == (3 if said[0] == "done" else 0)
