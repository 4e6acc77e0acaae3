"""The letters of a pair: proposed, made, half-way, ended. Each is posted inside the transaction of its act."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.mail import actions as mail
from mentoring.actions.letters import organisation_of
from mentoring.models import Mentorship, Session, Side

ANSWER_PURPOSE, REVIEW_PURPOSE, CLOSING_PURPOSE = "pair_answer", "pair_review", "pair_closing"
PAST_PURPOSE = "pair_past"
LINK_DAYS = 30
PAGES = {
    ANSWER_PURPOSE: "mentoring:proposal_link",
    REVIEW_PURPOSE: "mentoring:review_link",
    CLOSING_PURPOSE: "mentoring:review_link",
    PAST_PURPOSE: "mentoring:past_link",
}


def people_of(pair: Mentorship) -> dict[str, User]:
    """The two, by side."""
    return {Side.MENTOR.value: pair.mentor.user, Side.HOLDER.value: pair.journey.holder.user}


def _post(template: str, pair: Mentorship, side: str, key: str, **more: Any) -> None:
    people = people_of(pair)
    mail.post(
        f"mentoring/letters/{template}",
        to=people[side],
        key=f"{key}:{side}",
        context={
            "pair": pair,
            "journey": pair.journey,
            "mentor": pair.mentor,
            "holder": people[Side.HOLDER],
            "side": side,
            "other": people[Side.HOLDER if side == Side.MENTOR else Side.MENTOR],
            **more,
        },
        about=pair,
        mentions=[(pair, pair.created_at)] if template.startswith("pair_proposed") else [],
        organisation=organisation_of(pair),
    )


def _link(pair: Mentorship, side: str, purpose: str) -> str:
    """The address of the page for this person and purpose, which needs no sign-in."""
    _row, token = accounts.make_link(purpose, about=pair, user=people_of(pair)[side], days=LINK_DAYS)
    return settings.SITE_URL + reverse(PAGES[purpose], args=[token])


def answer_link(pair: Mentorship, side: str) -> str:
    """Where she says yes or no to what is proposed."""
    return _link(pair, side, ANSWER_PURPOSE)


def past_link(pair: Mentorship) -> str:
    """Where the holder says whether what she shared in this pair passes on to whoever follows."""
    return _link(pair, Side.HOLDER, PAST_PURPOSE)


def pair_proposed(pair: Mentorship) -> None:
    """Each is told what she needs to decide, with a page of her own to say yes or no."""
    for side in Side.values:
        link = answer_link(pair, side)
        _post(f"pair_proposed_{side}", pair, side, f"pair_proposed:{pair.pk}", link=link, is_again=False)


def ask_again(pair: Mentorship) -> None:
    """The same letter once more, to whoever has not answered."""
    said = {Side.MENTOR.value: pair.mentor_accepted_at, Side.HOLDER.value: pair.holder_accepted_at}
    for side in Side.values:
        if not said[side]:
            link = answer_link(pair, side)
            _post(f"pair_proposed_{side}", pair, side, f"pair_proposed_again:{pair.pk}", link=link, is_again=True)


def pair_agreed(pair: Mentorship) -> None:
    """Both said yes, and the day is still to come."""
    for side in Side.values:
        _post("pair_agreed", pair, side, f"pair_agreed:{pair.pk}")


def pair_not_made(pair: Mentorship, *, untold: Collection[int] = ()) -> None:
    """It will not happen: told to whoever had not said no, without a reason. Not to those who are to stay `untold`."""
    for side, person in people_of(pair).items():
        if person.pk != pair.declined_by_id and person.pk not in untold:
            _post("pair_not_made", pair, side, f"pair_not_made:{pair.pk}")


def pair_declined(pair: Mentorship) -> None:
    """The lead who proposed it reads who declined, and why."""
    if pair.proposed_by is not None:
        mail.post(
            "mentoring/letters/pair_declined",
            to=pair.proposed_by,
            key=f"pair_declined:{pair.pk}",
            context={"pair": pair, "journey": pair.journey, "mentor": pair.mentor, "who": pair.declined_by},
            about=pair,
            organisation=organisation_of(pair),
        )


def pair_made(pair: Mentorship) -> None:
    """One letter to each of the two."""
    for side in (Side.MENTOR, Side.HOLDER):
        _post(f"pair_made_{side}", pair, side, f"pair_made:{pair.pk}")


def series_planned(sessions: list[Session], *, by: User | None) -> None:
    """One letter with all the dates to each of the two; an invite each goes to their calendars besides."""
    first = sessions[0]
    for side in Side.values:
        _post("series", first.mentorship, side, f"series:{first.pk}", sessions=sessions, session=first, by=by)


def review_asked(pair: Mentorship) -> None:
    """Half-way, each is asked what helps and what to change."""
    for side in Side.values:
        _post("pair_review", pair, side, f"pair_review:{pair.pk}", link=_link(pair, side, REVIEW_PURPOSE))


def pair_ended(pair: Mentorship) -> None:
    """One letter to each of the two; when they have met, with a page for a last word."""
    have_met = pair.sessions.filter(state=Session.State.HELD).exists()
    for side in (Side.MENTOR, Side.HOLDER):
        link = _link(pair, side, CLOSING_PURPOSE) if have_met else ""
        _post(f"pair_ended_{side}", pair, side, f"pair_ended:{pair.pk}", link=link)
