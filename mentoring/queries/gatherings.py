"""A meeting of several, as its people read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.accounts.models import User
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.sessions import PEOPLE, sessions_of


@dataclass(frozen=True)
class Meeting:
    """A gathering with the sessions that the reader sees; `first` tells when and where, the same for all."""

    gathering: Gathering
    sessions: Sequence[Session]

    @property
    def first(self) -> Session:
        """One that still stands if there is one."""
        return (self.planned or list(self.sessions))[0]

    @property
    def planned(self) -> list[Session]:
        return [one for one in self.sessions if one.state == Session.State.PLANNED]

    @property
    def is_to_log(self) -> bool:
        return any(one.is_to_log for one in self.sessions)


def meeting_of(gathering: Gathering, user: User) -> Meeting:
    """As this reader may see it: the mentor and leads every session, an invited person her own."""
    rows = sessions_of(user).filter(gathering=gathering).order_by("mentorship__journey__holder__user__last_name", "pk")
    return Meeting(gathering, list(rows))


def meeting_by_letter(gathering: Gathering) -> Meeting:
    """As the link of a letter opens it to its mentor, whoever accompanies these people by now: all her sessions."""
    rows = Session.objects.filter(gathering=gathering, mentorship__mentor=gathering.mentor_id).select_related(*PEOPLE)
    return Meeting(gathering, list(rows.order_by("mentorship__journey__holder__user__last_name", "pk")))


def one_a_gathering(sessions: Iterable[Session]) -> list[Session]:
    """Each session, but one only of those that are logged together."""
    found: dict[tuple[str, int], Session] = {}
    for one in sessions:
        found.setdefault(("gathering", one.gathering_id) if one.gathering_id else ("session", one.pk), one)
    return list(found.values())


def people_invited(gathering: Gathering) -> int:
    """How many are expected besides the mentor."""
    return Session.objects.filter(gathering=gathering, state=Session.State.PLANNED).count()


def pairs_to_gather(mentor: Mentor, user: User) -> list[Mentorship]:
    """Her pairs under way that this reader sees, by project: the members of a collective stand together."""
    pairs = Mentorship.objects.visible_to(user).filter(mentor=mentor, state=Mentorship.State.ACTIVE)
    rows = pairs.select_related(
        "mentor__user", "mentor__organisation", "journey__holder__user", "journey__project",
        "journey__programme__organisation",
    )  # fmt: skip
    return list(rows.order_by("journey__project__name", "journey__holder__user__last_name", "pk"))
