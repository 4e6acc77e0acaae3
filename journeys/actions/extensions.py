"""More time: asked for a journey, decided by a lead with a reason, or withdrawn. Each is told once."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from journeys.actions.states import lock_journey
from journeys.models import Extension, Journey

LONGEST = timedelta(days=2 * 365)


@transaction.atomic
def ask_extension(journey: Journey, *, until_on: date, reason: str, by: User | None) -> Extension:
    """More time is asked, until that day; the referent (else every lead of the programme) is told by letter.

    Refused without a reason, for a day that is not after the planned end or is more than two years after it, when the
    journey is not under way, and while another one waits for its answer.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why more time is needed."), field="reason")
    lock_journey(journey)
    if journey.state not in (Journey.State.ACTIVE, Journey.State.PAUSED):
        raise Refused(_("More time is asked while the journey is under way."))
    if until_on <= max(journey.planned_end_on, clock.today()):
        raise Refused(_("Choose a day after the planned end."), field="until_on")
    if until_on > max(journey.planned_end_on, clock.today()) + LONGEST:
        raise Refused(_("Two more years at most: check the year."), field="until_on")
    try:
        with transaction.atomic():
            extension = Extension.objects.create(journey=journey, asked_by=by, until_on=until_on, reason=reason.strip())
    except IntegrityError:
        raise Refused(_("More time is asked already: it waits for an answer.")) from None
    history.record("ask_extension", journey, by=by, organisation=journey.programme.organisation, reason=reason.strip())
    for person in deciders(journey):
        if by is None or person.pk != by.pk:
            _post("extension_asked", extension, person, f"extension_asked:{extension.pk}:{person.pk}")
    return extension


def deciders(journey: Journey) -> list[User]:
    """The referent if she leads the programme, else every lead."""
    referent, organisation = journey.referent, journey.programme.organisation
    if referent is not None and referent.leads(organisation.pk):
        return [referent]
    return list(leads_of(organisation).order_by("pk"))


@transaction.atomic
def decide_extension(extension: Extension, *, granted: bool, reason: str, by: User | None) -> Extension:
    """Granted, and the planned end of the journey is that day; or refused. The holder, and whoever asked for her, are
    told by letter, with the reason.

    Refused without a reason, when it was decided or withdrawn already, when the journey is over, and when the planned
    end has moved past that day in the meantime. Of two who decide at the same moment, one succeeds.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why."), field="reason")
    journey = lock_journey(extension.journey)
    extension.refresh_from_db(fields=["state"])
    state = Extension.State.GRANTED if granted else Extension.State.REFUSED
    stamps = {"decided_at": clock.now(), "decided_by": by, "decision": reason.strip()}
    move(extension, state, stamps=stamps)
    if granted:
        _extend(journey, extension)
    history.record(
        "decide_extension", journey, by=by, organisation=journey.programme.organisation, reason=reason.strip(),
        granted=granted, until_on=extension.until_on,
    )  # fmt: skip
    told = {journey.holder.user, extension.asked_by} - {by, None}
    for person in sorted((one for one in told if one), key=lambda one: one.pk):
        _post("extension_decided", extension, person, f"extension_decided:{extension.pk}:{person.pk}")
    return extension


def _extend(journey: Journey, extension: Extension) -> None:
    if journey.state not in (Journey.State.ACTIVE, Journey.State.PAUSED):
        raise Refused(_("This journey is over: there is no end to move any more."))
    if extension.until_on <= journey.planned_end_on:
        raise Refused(_("The planned end is already on that day or later."), field="granted")
    journey.planned_end_on = extension.until_on
    journey.save(update_fields=["planned_end_on"])


@transaction.atomic
def withdraw_extension(extension: Extension, *, by: User | None) -> Extension:
    """Whoever asked does not ask any more. Refused once it is decided."""
    move(extension, Extension.State.WITHDRAWN, stamps={"decided_at": clock.now()})
    journey = extension.journey
    history.record("withdraw_extension", journey, by=by, organisation=journey.programme.organisation)
    return extension


def _post(letter: str, extension: Extension, person: User, key: str) -> None:
    journey = extension.journey
    mail.post(
        f"journeys/letters/{letter}",
        to=person,
        key=key,
        context={"extension": extension, "journey": journey, "holder": journey.holder.user},
        about=extension,
        mentions=[(extension, extension.created_at)],
        organisation=journey.programme.organisation,
    )
