"""Requests to companies: wished by a holder, taken to the company, answered by a link or by phone."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.lib.workdays import working_days_before
from backend.web.reading import day
from journeys.actions import host_letters as letters
from journeys.actions.companies import locked
from journeys.models import Company, HostAsk, Offer, Step
from journeys.queries.places import places_of

PURPOSE = "host_ask"
OPEN_FOR_DAYS = 30
PATIENCE = 10  # working days
LONGEST_ANSWER = 240
State = HostAsk.State
ANSWERABLE = (State.SENT, State.UNANSWERED)


def _note(verb: str, ask: HostAsk, *, by: User | None, **details: object) -> None:
    history.record(verb, ask, by=by, organisation=ask.step.journey.programme.organisation, **details)


@transaction.atomic
def wish_host(
    company: Company, step: Step, *, offer: Offer | None = None, message: str = "", by: User | None
) -> HostAsk:
    """She would like a stay there for this step, in her words; whoever follows her has a letter. It holds a place.

    Refused unless the step is an open immersion of a journey under way in the same organisation; when the company is
    set aside or has no place; when the offer is closed; when a request there is under way for the step.
    """
    company = locked(company)
    _check_wish(company, step, offer)
    try:
        with transaction.atomic():
            ask = HostAsk.objects.create(
                company=company, step=step, offer=offer, message=message.strip(), wished_by=by, state=State.WISHED
            )
    except IntegrityError:
        raise Refused(_("A request to this company is already under way for this step.")) from None
    _note("wish_host", ask, by=by)
    letters.tell_team(ask, but=by)
    return ask


def _check_wish(company: Company, step: Step, offer: Offer | None) -> None:
    if step.kind != "immersion" or not step.is_open or not step.journey.is_live:
        raise Refused(_("A host is asked for an immersion step that is still open."), field="step")
    if step.journey.programme.organisation_id != company.organisation_id:
        raise Refused(_("This company is in the directory of another organisation."), field="step")
    if company.is_set_aside:
        raise Refused(_("This company receives nobody for now."))
    if offer is not None and (offer.company_id != company.pk or not offer.is_open):
        raise Refused(_("This offer is closed."))
    if HostAsk.objects.live().filter(company=company, step=step).exists():
        raise Refused(_("A request to this company is already under way for this step."))
    places = places_of([company])[company.pk]
    if not places.left and places.free_from:
        raise Refused(
            _("There is no place left this year: the next is free from %(day)s.") % {"day": day(places.free_from)}
        )
    if not places.has_one:
        raise Refused(_("There is no place left."))


@transaction.atomic
def send_host_ask(ask: HostAsk, *, by: User | None) -> HostAsk:
    """The company’s contact has a letter, whose link answers yes or no with a few words, without an account.

    The link is good for thirty days, until the answer or the withdrawal. Refused unless the request is still a wish,
    without the contact’s e-mail, or when the company was set aside meanwhile.
    """
    if ask.company.is_set_aside:
        raise Refused(_("This company receives nobody for now."))
    email = ask.company.contact_email
    if not email:
        raise Refused(_("No e-mail is known of this company: phone, then note its answer."))
    move(ask, State.SENT, stamps={"sent_at": clock.now(), "sent_by": by})
    link, token = accounts.make_link(PURPOSE, about=ask, email=email, days=OPEN_FOR_DAYS)
    _note("send_host_ask", ask, by=by, email=email)
    letters.ask_company(ask, token, link)
    return ask


@transaction.atomic
def answer_host_ask(ask: HostAsk, *, accepted: bool, words: str = "", link: Link) -> HostAsk:
    """The company says yes or no from its link, which then opens nothing any more; holder and team have a letter.

    Refused once it is answered or withdrawn; without a word when it says no.
    """
    _answered(ask, accepted=accepted, words=words, by=None, through=link.email)
    letters.tell_team(ask)
    return ask


@transaction.atomic
def record_host_answer(ask: HostAsk, *, accepted: bool, words: str = "", by: User | None) -> HostAsk:
    """The answer as the company gave it by phone, or a no before it was asked at all; the holder has a letter.

    Refused once it is answered or withdrawn; without a word when it is a no.
    """
    if ask.state == State.WISHED and accepted:  # asked and answered in one call
        move(ask, State.SENT, stamps={"sent_at": clock.now(), "sent_by": by})
    _answered(ask, accepted=accepted, words=words, by=by)
    return ask


def _answered(ask: HostAsk, *, accepted: bool, words: str, by: User | None, through: str = "") -> None:
    words = words.strip()[:LONGEST_ANSWER]
    if not accepted and not words:
        raise Refused(_("Say in a few words why not: the person will read it."), field="words")
    state = State.ACCEPTED if accepted else State.DECLINED
    move(ask, state, stamps={"answered_at": clock.now(), "answer": words})
    accounts.revoke_links(ask, purpose=PURPOSE)
    details = {"through": through} if through else {}
    _note("answer_host_ask" if through else "record_host_answer", ask, by=by, state=str(state), **details)
    letters.tell_holder(ask)


@transaction.atomic
def withdraw_host_ask(ask: HostAsk, *, by: User | None) -> HostAsk:
    """It is not asked for any more; the company’s link opens nothing, and the place is free again.

    Refused once it is answered.
    """
    was_sent = ask.state == State.SENT
    move(ask, State.WITHDRAWN)
    accounts.revoke_links(ask, purpose=PURPOSE)
    _note("withdraw_host_ask", ask, by=by)
    if was_sent:
        letters.tell_company_withdrawn(ask)
    return ask


def asked_before(ask: HostAsk) -> date:
    """Asked on this day or before, it has gone without an answer for the ten working days it is given."""
    zone = ZoneInfo(ask.step.journey.programme.organisation.time_zone)
    return working_days_before(clock.now().astimezone(zone).date(), PATIENCE)


@transaction.atomic
def give_up_host_ask(ask: HostAsk) -> bool:
    """After ten working days without an answer it stands as unanswered and the team has a letter. Was it done now?

    The link stays good: a late answer is still an answer.
    """
    zone = ZoneInfo(ask.step.journey.programme.organisation.time_zone)
    if ask.state != State.SENT or ask.sent_at is None or ask.sent_at.astimezone(zone).date() >= asked_before(ask):
        return False
    move(ask, State.UNANSWERED)
    _note("give_up_host_ask", ask, by=None)
    letters.tell_team(ask)
    return True
