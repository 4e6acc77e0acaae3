"""What people are asked and told during and after a stay: how it goes, something wrong, how it went, what was said."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.queries import links_about
from backend.mail import actions as mail
from journeys.actions.extensions import deciders
from journeys.models import Assessment, CheckIn, Immersion

CHECK_IN, ASSESSMENT = "check_in", "assessment"  # purposes of the links
DOORS = {CHECK_IN: "journeys:check_in_link", ASSESSMENT: "journeys:assessment_link"}
OPEN_FOR_DAYS = 30


def page_of(immersion: Immersion, name: str = "journeys:immersion_detail") -> str:
    """The full address of a page about this stay."""
    return str(settings.SITE_URL) + reverse(name, args=[immersion.pk])


def _context(immersion: Immersion, **more: Any) -> dict[str, Any]:
    journey = immersion.step.journey
    return {
        "immersion": immersion,
        "holder": journey.holder,
        "company": immersion.company,
        "page": page_of(immersion),
        **more,
    }


def ask(row: CheckIn | Assessment, *, purpose: str, letter: str, key: str, **more: Any) -> bool:
    """One side is asked, by a fresh link; the holder says how it went signed in. False when there is no address."""
    immersion = row.immersion
    holder = immersion.step.journey.holder.user
    is_holder = row.side == row.Side.HOLDER
    if is_holder and purpose == ASSESSMENT:
        link = page_of(immersion, "journeys:stay_assess")
    elif not is_holder and not immersion.tutor_email:
        return False
    else:
        close_link(row, purpose=purpose)
        to: dict[str, Any] = {"user": holder} if is_holder else {"email": immersion.tutor_email.lower()}
        _link, token = accounts.make_link(purpose, about=row, **to, days=OPEN_FOR_DAYS)
        link = settings.SITE_URL + reverse(DOORS[purpose], args=[token])
    mail.post(
        f"journeys/letters/{letter}",
        to=holder if is_holder else immersion.tutor_email,
        name="" if is_holder else immersion.tutor_name,
        key=key,
        context=_context(immersion, link=link, is_holder=is_holder, **{"is_again": False, **more}),
        about=row,
        organisation=immersion.step.journey.programme.organisation,
        language=None if is_holder else immersion.language,
    )
    return True


def close_link(row: CheckIn | Assessment, *, purpose: str) -> None:
    """The links of this side open nothing any more."""
    accounts.revoke_links(row, purpose=purpose)


def last_address(row: CheckIn | Assessment, *, purpose: str) -> str:
    """Where the newest letter with a link of this side went; "" when there was none."""
    newest = links_about(row, purpose=purpose).order_by("-pk").values_list("email", flat=True).first()
    return (newest or "").lower()


def tell_wrong(check_in: CheckIn) -> None:
    """To the referent, or the leads, at once: one side says that something is wrong, with its words if there are."""
    immersion = check_in.immersion
    said = sha256(check_in.words.encode()).hexdigest()[:12]
    for person in deciders(immersion.step.journey):
        mail.post(
            "journeys/letters/check_in_wrong",
            to=person,
            key=f"check_in_wrong:{check_in.pk}:{check_in.answered_at:%Y%m%d%H%M%S}:{said}:{person.pk}",
            context=_context(immersion, check_in=check_in),
            about=check_in,
            organisation=immersion.step.journey.programme.organisation,
        )


def tell_first_answer(assessment: Assessment) -> None:
    """To the referent, or the leads, once a stay: a first answer is in, the stay can be closed with it."""
    immersion = assessment.immersion
    for person in deciders(immersion.step.journey):
        mail.post(
            "journeys/letters/assessment_in",
            to=person,
            key=f"assessment_in:{immersion.pk}:{person.pk}",
            context=_context(immersion, assessment=assessment),
            about=assessment,
            organisation=immersion.step.journey.programme.organisation,
        )


def tell_other_view(assessment: Assessment, *, other: Assessment) -> None:
    """To the side that answered first: the other has answered too, and what it said."""
    immersion = assessment.immersion
    is_holder = assessment.side == Assessment.Side.HOLDER
    if is_holder or immersion.tutor_email:
        mail.post(
            "journeys/letters/assessment_other",
            to=immersion.step.journey.holder.user if is_holder else immersion.tutor_email,
            name="" if is_holder else immersion.tutor_name,
            key=f"assessment_other:{assessment.pk}",
            context=_context(immersion, other=other, is_holder=is_holder),
            about=assessment,
            organisation=immersion.step.journey.programme.organisation,
            language=None if is_holder else immersion.language,
        )
