"""What is said when a mentor leaves: one letter a person. The calendars are put right by their own messages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.mail import actions as mail
from mentoring.actions.letters import LOG_DAYS, LOG_PURPOSE
from mentoring.models import Mentor, Session
from mentoring.queries.leaving import Wish

if TYPE_CHECKING:
    from mentoring.actions.leaving import Handed

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


def mentor_left(mentor: Mentor, handed: "Sequence[Handed]", to_log: Sequence[Session], number: int) -> None:
    """The one who leaves, each person she accompanied, each mentor who follows: `number` names this leaving."""
    _thank(mentor, handed, to_log, number)
    for name, template, of in (
        ("holder", "mentor_left_holder", [(one.holder, one) for one in handed]),
        ("next", "mentor_left_next", [(one.new.mentor.user, one) for one in handed if one.new]),
    ):
        by_person: dict[int, tuple[User, list[Handed]]] = {}
        for person, one in of:
            by_person.setdefault(person.pk, (person, []))[1].append(one)
        for person_pk, (reader, lines) in sorted(by_person.items()):
            mail.post(
                f"mentoring/letters/{template}",
                to=reader,
                key=f"mentor_left:{number}:{name}:{person_pk}",
                context={"mentor": mentor, "lines": lines, "first": lines[0]},
                about=mentor,
                organisation=mentor.organisation,
            )


def _thank(mentor: Mentor, handed: "Sequence[Handed]", to_log: Sequence[Session], number: int) -> None:
    """Thanks, her hours as a paper, and the sessions she has still to log, each with its own link."""
    _link, token = accounts.make_link(ATTESTATION_PURPOSE, about=mentor, user=mentor.user, days=ATTESTATION_DAYS)
    mail.post(
        "mentoring/letters/mentor_left",
        to=mentor.user,
        key=f"mentor_left:{number}:self",
        context={
            "mentor": mentor,
            "lines": handed,
            "to_log": [(session, _log_url(mentor, session)) for session in to_log],
            "link": settings.SITE_URL + reverse("mentoring:attestation_link", args=[token]),
        },
        about=mentor,
        organisation=mentor.organisation,
    )


def _log_url(mentor: Mentor, session: Session) -> str:
    _link, token = accounts.make_link(LOG_PURPOSE, about=session, user=mentor.user, days=LOG_DAYS)
    return settings.SITE_URL + reverse("mentoring:session_log_link", args=[token])
