"""Writing again to a tutor who has not said how a stay goes or went: by hand, with a pause, a fresh link each time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.reading import moment
from journeys.actions.immersions import stay_letters as letters
from journeys.actions.immersions.assessments import RUNNING, asked_on, due_reminders
from journeys.actions.immersions.drafts import locked, note
from journeys.models import Assessment, CheckIn, Immersion
from journeys.models.stays import Seen
from journeys.queries.signing import PAUSE

TUTOR = Seen.TUTOR


@transaction.atomic
def resend_check_in(immersion: Immersion, *, by: User | None) -> CheckIn:
    """The tutor has the letter again that asks how it goes, with a fresh link: her alone.

    Refused unless she was asked during this stay, once she has answered, without her e-mail, and within 24 hours of the
    last letter to this address, which is named.
    """
    immersion = locked(immersion)
    row = immersion.check_ins.filter(side=TUTOR).first()
    if immersion.state != Immersion.State.IN_PROGRESS or row is None:
        raise Refused(_("The tutor is not asked how it goes now."))
    row.immersion = immersion
    _refuse(row, letters.CHECK_IN, row.asked_at)
    row.asked_at = clock.now()
    row.save(update_fields=["asked_at"])
    note("resend_check_in", immersion, by=by)
    key = f"check_in_again:{row.pk}:{row.asked_at:%Y%m%d%H%M%S}"
    letters.ask(row, purpose=letters.CHECK_IN, letter="check_in_ask", key=key)
    return row


@transaction.atomic
def resend_assessment(immersion: Immersion, *, by: User | None) -> Assessment:
    """The tutor has the letter again that asks how it went, with a fresh link; it counts for the reminder then due.

    Refused before the day on which she is asked and once the assessment is closed; otherwise as for the check-in.
    """
    immersion = locked(immersion)
    today = clock.today(immersion.step.journey.programme.organisation.time_zone)
    is_off = immersion.outcome == Immersion.Outcome.NOT_HAPPENED or immersion.state not in RUNNING
    if is_off or today < asked_on(immersion):
        raise Refused(_("The tutor is not asked how it went now."))
    row, _is_new = Assessment.objects.get_or_create(immersion=immersion, side=TUTOR)
    row.immersion = immersion
    _refuse(row, letters.ASSESSMENT, row.last_letter_at)
    now, was_asked = clock.now(), row.asked_at is not None
    row.asked_at, row.reminded_at = row.asked_at or now, now if was_asked else None
    row.reminders = max(row.reminders, due_reminders(immersion))
    row.save(update_fields=["asked_at", "reminded_at", "reminders"])
    note("resend_assessment", immersion, by=by)
    key = f"assessment_again:{row.pk}:{now:%Y%m%d%H%M%S}"
    letters.ask(row, purpose=letters.ASSESSMENT, letter="assessment_ask", key=key, is_again=was_asked)
    return row


def _refuse(row: CheckIn | Assessment, purpose: str, last: datetime | None) -> None:
    email = row.immersion.tutor_email.lower()
    if row.answered_at is not None:
        raise Refused(_("The tutor has answered already."))
    if not email:
        raise Refused(_("No e-mail of the tutor is known: add it by an amendment, or phone."))
    is_same = letters.last_address(row, purpose=purpose) in ("", email)  # another tutor was never written to
    if last is not None and is_same and clock.now() < last + PAUSE:
        raise Refused(
            _("The last letter left on %(when)s: wait until %(until)s before writing again.")
            % {"when": moment(last), "until": moment(last + PAUSE)}
        )
