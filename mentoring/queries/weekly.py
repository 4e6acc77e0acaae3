"""What a weekly letter tells of mentoring: sessions to log, and pairs that wait for an answer."""

from collections.abc import Iterable
from functools import partial

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.mail.weekly import WEEK, Line, Part, Week
from backend.web.reading import day, moment
from mentoring.models import Mentorship, Session
from mentoring.queries.gatherings import one_a_gathering
from mentoring.queries.sessions import PEOPLE

LATE = "late"


def mentoring_lines(week: Week) -> list[Line]:
    """Two queries, whatever the number of readers."""
    return [*_to_log(week), *_to_answer(week)]


def _to_log(week: Week) -> Iterable[Line]:
    """Over, and nobody has said what happened; once more after a week."""
    rows = Session.objects.to_log(week.now).filter(
        mentorship__journey__programme__organisation=week.organisation, mentorship__mentor__user__in=week.people,
        mentorship__state=Mentorship.State.ACTIVE,
    )  # fmt: skip
    for one in one_a_gathering(rows.select_related(*PEOPLE)):
        url = (
            reverse("mentoring:gathering_log", args=[one.gathering_id])
            if one.gathering_id
            else reverse("mentoring:session_log", args=[one.pk])
        )
        is_late = one.ends_at < week.now - WEEK
        yield Line(
            one.mentorship.mentor.user_id, Part.OWED, f"session:{one.pk}", partial(_log, one), url,
            partial(_took_place, one, is_late), LATE if is_late else "",
            thing=(one.gathering or one, one.ends_at),
        )  # fmt: skip


def _log(one: Session) -> str:
    if one.gathering_id:
        return _("To log: your group session")
    return _("To log: your session with %(person)s") % {"person": one.mentorship.journey.holder}


def _took_place(one: Session, is_late: bool) -> str:
    return f"{moment(one.starts_at)} · {_('still waits')}" if is_late else moment(one.starts_at)


def _to_answer(week: Week) -> Iterable[Line]:
    """Proposed, and her own answer is awaited."""
    rows = Mentorship.objects.filter(
        journey__programme__organisation=week.organisation, state=Mentorship.State.PROPOSED
    ).annotate(holder_id=F("journey__holder__user"))
    mine = Q(mentor__user__in=week.people, mentor_accepted_at=None)
    mine |= Q(holder_id__in=week.people, holder_accepted_at=None)
    found = rows.filter(mine).select_related("mentor__user", "journey__holder__user").order_by("created_at", "pk")
    for one in found:
        sides = (
            (one.mentor.user_id, one.mentor_accepted_at, one.journey.holder),
            (one.holder_id, one.holder_accepted_at, one.mentor),
        )
        for reader, accepted_at, other in sides:
            if accepted_at is None:
                yield Line(
                    reader, Part.OWED, f"pair:{one.pk}", partial(_pair, other),
                    reverse("mentoring:mentorship", args=[one.pk]), partial(_since, one),
                    thing=(one, one.created_at),
                )  # fmt: skip


def _pair(other: object) -> str:
    return _("To answer: a pair with %(person)s is proposed") % {"person": other}


def _since(one: Mentorship) -> str:
    return _("since %(day)s") % {"day": day(one.created_at)}
