"""Hours corrected in the ledger: the session behind them says the same, and never declares the old ones again."""

import pytest

from backend.accounts.models import User
from backend.lib.refusal import Refused
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring import actions
from mentoring.models import Mentorship, Session
from tests.factories.journeys import step_of
from tests.factories.mentoring import make_past_session


@pytest.fixture
def session(pair: Mentorship, mentor: User) -> Session:
    """Logged as 1 h 30."""
    return actions.log_session(make_past_session(pair), summary="Le prix de vente", by=mentor)


def line(session: Session) -> Delivery:
    return Delivery.objects.filter(source=session.source).latest("pk")


def stands(session: Session) -> list[tuple[int, str]]:
    return list(Delivery.objects.filter(source=session.source).order_by("pk").values_list("minutes", "state"))


@pytest.mark.parametrize("settled", [False, True])
def test_the_session_takes_the_figure_that_stands_and_a_later_word_leaves_it(
    session: Session, holder: User, mentor: User, lead: User, settled: bool
) -> None:
    journeys.dispute_delivery(line(session), comment="Plus court", minutes=60, by=holder)
    if settled:
        journeys.settle_correction(line(session), minutes=60, reason="Une heure", by=lead)
    else:
        journeys.accept_correction(line(session), by=mentor)
    kept = Session.objects.get(pk=session.pk)
    assert (kept.state, kept.held_minutes, kept.held_at) == ("held", 60, session.held_at)
    actions.update_log(kept, summary="Le prix, et la marge", held_at=kept.held_at, minutes=60, by=mentor)
    assert stands(session) == [(90, "void"), (60, "confirmed")]


def test_what_did_not_take_place_is_off_for_good_and_nobody_is_blamed(
    session: Session, pair: Mentorship, holder: User, mentor: User
) -> None:
    journeys.dispute_delivery(line(session), comment="Personne", did_not_happen=True, by=holder)
    journeys.accept_correction(line(session), by=mentor)
    gone = Session.objects.get(pk=session.pk)
    assert (gone.state, gone.held_at, gone.held_minutes) == ("cancelled_by_mentor", None, None)
    assert (gone.is_late_cancellation, gone.summary) == (False, "Le prix de vente")
    assert gone.cancel_reason == line(session).void_reason != ""
    assert step_of(pair.journey, "mentoring").state == "planned"
    for act in (lambda: actions.update_log(gone, minutes=90, by=mentor), lambda: actions.log_session(gone, by=mentor)):
        with pytest.raises(Refused):
            act()
    assert stands(session) == [(90, "void")]
