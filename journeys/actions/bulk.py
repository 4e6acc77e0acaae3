"""The same act on many journeys: one transaction each, so that a refusal stops nothing but its own row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history.actions import record
from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of
from backend.mail.actions import post
from backend.mail.models import Email
from journeys.actions.companions import assign_referent
from journeys.actions.plan.versions import apply_version_to_many
from journeys.models import Journey, ProgrammeVersion

LETTER = "journeys/letters/board_message"


@dataclass
class Outcome:
    """What became of each journey: done, already so, or refused with its sentence."""

    done: list[Journey] = field(default_factory=list)
    same: list[Journey] = field(default_factory=list)
    refused: list[tuple[Journey, str]] = field(default_factory=list)


def for_each(journeys: Iterable[Journey], act: Callable[[Journey], bool]) -> Outcome:
    """`act` on each, in its own transaction; it answers False when nothing had to change."""
    outcome = Outcome()
    for journey in journeys:
        try:
            with transaction.atomic():
                changed = act(journey)
        except MAY_BE_REFUSALS as error:
            refusal = refusal_of(error)
            outcome.refused.append((journey, refusal.sentence))
        else:
            (outcome.done if changed else outcome.same).append(journey)
    return outcome


def assign_referent_to_many(journeys: Iterable[Journey], referent: User, *, by: User | None) -> Outcome:
    """`referent` follows each of these journeys; those that already have this referent stay as they are."""

    def act(journey: Journey) -> bool:
        if journey.referent_id == referent.pk:
            return False
        assign_referent(journey, referent, by=by)
        return True

    return for_each(journeys, act)


def message_holders(journeys: Iterable[Journey], *, subject: str, text: str, key: str, by: User) -> Outcome:
    """Each holder gets one letter with this text, answered to `by`; a person with two journeys gets one.

    `key` names this message: sent again with the same key, nobody gets it twice. Noted in each journey's history.
    """
    told: set[int] = set()

    def act(journey: Journey) -> bool:
        person = journey.holder.user
        letter = f"board-message:{key}:{person.pk}"
        if person.pk in told or Email.objects.filter(key=letter).exists():
            return False
        if not person.is_active:
            raise Refused(_("This account is closed: no letter can be sent."))
        post(
            LETTER,
            to=person,
            key=letter,
            context={"message_subject": subject, "message_text": text, "sender": by},
            about=journey,
            organisation=journey.programme.organisation,
            reply_to=by.email,
        )
        record("message_holder", journey, by=by, organisation=journey.programme.organisation, subject=subject)
        told.add(person.pk)
        return True

    return for_each(journeys, act)


def apply_newest_to_many(
    journeys: Iterable[Journey], versions: Mapping[int, ProgrammeVersion], *, by: User | None
) -> Outcome:
    """Each journey takes up the version of its programme in `versions` ({programme: version}); local edits win.

    Those that are on it already, or that have ended, stay as they are.
    """

    rows = list(journeys)
    behind: dict[int, list[Journey]] = defaultdict(list)
    for journey in rows:
        version = versions.get(journey.programme_id)
        if version is not None and journey.is_live and version.number > journey.version.number:
            behind[journey.programme_id].append(journey)
    taken = {
        one.journey.pk: one
        for programme, some in behind.items()
        for one in apply_version_to_many(some, versions[programme], by=by)
    }
    outcome = Outcome()
    for journey in rows:
        found = taken.get(journey.pk)
        if found is None:
            outcome.same.append(journey)
        elif found.refusal:
            outcome.refused.append((journey, found.refusal))
        else:
            outcome.done.append(journey)
    return outcome
