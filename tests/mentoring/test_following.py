"""Hours corrected in the ledger: the session behind them says the same, and never declares the old ones again."""

import pytest
from django.test import Client
from django.urls import reverse

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


def test_a_line_that_a_lead_corrects_alone_corrects_its_session(session: Session, lead: User) -> None:
    right = journeys.replace_delivery(line(session), minutes=45, reason="Moins long", by=lead)
    kept = Session.objects.get(pk=session.pk)
    assert (kept.state, kept.held_minutes, kept.held_at) == ("held", 45, right.happened_at)


def test_hours_that_a_lead_voids_count_no_more_until_a_lead_counts_them_again(
    session: Session, holder: User, mentor: User, lead: User, client: Client
) -> None:
    journeys.void_delivery(line(session), reason="Comptées ailleurs", by=lead)
    kept = Session.objects.get(pk=session.pk)
    assert (kept.state, kept.held_minutes, kept.held_at) == ("held", 0, session.held_at)
    for reader in (holder, mentor):
        client.force_login(reader)
        page = client.get(reverse("mentoring:session", args=[session.pk])).content.decode()
        assert "Comptées ailleurs" in page and "aucune ne compte" in page
    actions.update_log(kept, summary="Le prix, et la marge", by=mentor)
    with pytest.raises(Refused, match="recompter"):
        actions.update_log(kept, minutes=90, by=mentor)
    assert stands(session) == [(90, "void")]
    actions.update_log(kept, minutes=60, by=lead)
    assert stands(session) == [(90, "void"), (60, "declared")]


@pytest.mark.parametrize("minutes", [4, 601])
def test_a_correction_has_the_bounds_of_a_session(session: Session, holder: User, lead: User, minutes: int) -> None:
    corrections = [
        lambda: journeys.replace_delivery(line(session), minutes=minutes, reason="Faux", by=lead),
        lambda: journeys.dispute_delivery(line(session), comment="Non", minutes=minutes, by=holder),
        lambda: journeys.settle_correction(line(session), minutes=minutes, reason="Voilà", by=lead),
    ]
    for at, correct in enumerate(corrections):
        if at == 2:
            journeys.dispute_delivery(line(session), comment="Non", by=holder)
        with pytest.raises(Refused, match="5 minutes"):
            correct()
    assert [length for length, _state in stands(session)] == [90]


def test_the_words_of_a_log_that_is_too_long_can_be_mended(session: Session, mentor: User) -> None:
    Session.objects.filter(pk=session.pk).update(held_minutes=700)
    session.refresh_from_db()
    assert actions.update_log(session, summary="Deux jours", minutes=700, by=mentor).summary == "Deux jours"
    with pytest.raises(Refused, match="5 minutes"):
        actions.update_log(session, minutes=701, by=mentor)
