"""What is said when a mentor leaves: one letter a person. The calendars are put right by their own messages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.mail import actions as mail
from mentoring.actions import gathering_letters, pair_letters
from mentoring.actions.letters import LOG_DAYS, LOG_PURPOSE
from mentoring.models import Mentor, Session, Side
from mentoring.queries.gatherings import one_a_gathering
from mentoring.queries.leaving import Wish

if TYPE_CHECKING:
    from mentoring.actions.leaving import Handed, Left

ATTESTATION_PURPOSE = "attestation"
ATTESTATION_DAYS = 180


def wishes_to_leave(mentor: Mentor, wish: Wish, number: int) -> None:
    """Each lead is told, once for each time she says it."""
    for lead in leads_of(mentor.organisation).order_by("pk"):
        mail.post(
            "mentoring/letters/wish_to_leave",
            to=lead,
            key=f"wish_to_leave:{number}:{lead.pk}",
            context={"mentor": mentor, "wish": wish},
            about=mentor,
            organisation=mentor.organisation,
        )


@dataclass(frozen=True)
class Line:
    """What one reader is told of one pair: where she answers when she is asked, where she says what passes on."""

    handed: "Handed"
    answer: str = ""
    past: str = ""

    @property
    def is_shared(self) -> bool:
        """Will whoever follows read what was shared?"""
        return self.handed.pair.withheld_at is None


def mentor_left(left: "Left", number: int) -> None:
    """The one who leaves, each person she accompanied, each mentor who follows: `number` names this leaving."""
    _thank(left, number)
    _tell(left, number, "holder", [(one.holder, _for_holder(one)) for one in left.handed])
    _tell(left, number, "next", [(one.next.user, _for_next(one)) for one in left.handed if one.next])


def _for_holder(one: "Handed") -> Line:
    answer = pair_letters.answer_link(one.asked, Side.HOLDER) if one.asked else ""
    return Line(one, answer, "" if one.ends else pair_letters.past_link(one.pair))


def _for_next(one: "Handed") -> Line:
    return Line(one, pair_letters.answer_link(one.asked, Side.MENTOR) if one.asked else "")


def _tell(left: "Left", number: int, name: str, of: list[tuple[User, Line]]) -> None:
    """One letter for all that concerns a person."""
    by_person: dict[int, tuple[User, list[Line]]] = {}
    for person, one in of:
        by_person.setdefault(person.pk, (person, []))[1].append(one)
    for person_pk, (reader, lines) in sorted(by_person.items()):
        hers = [one for one in left.withdrawn if one.journey.holder.user_id == person_pk]
        mail.post(
            f"mentoring/letters/mentor_left_{name}",
            to=reader,
            key=f"mentor_left:{number}:{name}:{person_pk}",
            context={
                "mentor": left.mentor,
                "new": [one for one in lines if one.handed.new],
                "asked": [one for one in lines if one.handed.asked],
                "rest": [one for one in lines if one.handed.next is None],
                "withdrawn": hers,
            },
            about=left.mentor,
            organisation=left.mentor.organisation,
        )


def _thank(left: "Left", number: int) -> None:
    """Thanks, her hours as a paper, and the sessions she has still to log, each with its own link."""
    mentor = left.mentor
    _link, token = accounts.make_link(ATTESTATION_PURPOSE, about=mentor, user=mentor.user, days=ATTESTATION_DAYS)
    mail.post(
        "mentoring/letters/mentor_left",
        to=mentor.user,
        key=f"mentor_left:{number}:self",
        context={
            "mentor": mentor,
            "lines": left.handed,
            "withdrawn": left.withdrawn,
            "to_log": [(session, _log_url(mentor, session)) for session in one_a_gathering(left.to_log)],
            "link": settings.SITE_URL + reverse("mentoring:attestation_link", args=[token]),
        },
        about=mentor,
        organisation=mentor.organisation,
    )


def _log_url(mentor: Mentor, session: Session) -> str:
    """Of a group session, the one that logs it for all."""
    if session.gathering:
        return gathering_letters.log_url(session.gathering)
    _link, token = accounts.make_link(LOG_PURPOSE, about=session, user=mentor.user, days=LOG_DAYS)
    return settings.SITE_URL + reverse("mentoring:session_log_link", args=[token])
