"""The team that carries a project: who joins, who leaves, whose part changes, and which steps it does once for all."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail import actions as mail
from journeys.actions.endings import hold_together
from journeys.actions.journeys import open_journey
from journeys.actions.shared import catch_up, follow_step, team_copies
from journeys.actions.states import leave_journey
from journeys.models import Carrier, Holder, Journey, Programme, Project, Step


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom the organisation does not know as a holder yet."""

    email: str
    first_name: str
    last_name: str


@transaction.atomic
def join_project(
    project: Project,
    person: Holder | Newcomer,
    *,
    part: str,
    joined_on: date,
    programme: Programme | None = None,
    by: User | None,
) -> Carrier:
    """She carries the project from that day, and in `programme` a journey of hers begins; a letter tells her.

    Somebody new gets an account and the role of holder. What the team shares and has done is done for her too. A
    journey of hers that still runs there goes on. Joining again, after leaving, is a new line of the team's history.
    Refused when she carries it already, before she last left, or for a programme or a person of elsewhere.
    """
    _check_joining(project, person, part, programme)
    project = Project.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=project.pk)
    holder = person if isinstance(person, Holder) else _welcome(project, person, by)
    before = list(project.carriers.filter(holder=holder).order_by("-left_on"))
    if any(one.left_on is None for one in before):
        raise Refused(_("%(person)s carries this project already.") % {"person": holder}, field="holder")
    if any(one.left_on and one.left_on > joined_on for one in before):
        raise Refused(_("This person was in the team until a later day: give a day after it."), field="joined_on")
    try:
        with transaction.atomic():
            carrier = Carrier.objects.create(project=project, holder=holder, part=part, joined_on=joined_on)
    except IntegrityError:
        raise Refused(_("%(person)s carries this project already.") % {"person": holder}, field="holder") from None
    history.record("join_project", carrier, by=by, organisation=project.organisation, part=part, joined_on=joined_on)
    journey = _begin(carrier, programme, by) if programme else None
    mail.post(
        "journeys/letters/project_joined", to=holder.user, key=f"project-joined:{carrier.pk}", about=carrier,
        organisation=project.organisation,
        context={"carrier": carrier, "project": project, "journey": journey, "added_by": by},
    )  # fmt: skip
    return carrier


def _check_joining(project: Project, person: Holder | Newcomer, part: str, programme: Programme | None) -> None:
    if part not in Carrier.Part.values:
        raise Refused(_("Choose the part this person has in the project."), field="part")
    if isinstance(person, Holder) and person.organisation_id != project.organisation_id:
        raise Refused(_("This person is a holder of another organisation."), field="holder")
    if isinstance(person, Newcomer) and not (person.first_name.strip() and person.last_name.strip()):
        raise Refused(_("Give the first name and the name of the person."), field="last_name")
    if programme is not None and programme.organisation_id != project.organisation_id:
        raise Refused(_("This programme belongs to another organisation."), field="programme")


def _welcome(project: Project, person: Newcomer, by: User | None) -> Holder:
    user = accounts.ensure_person(
        person.email, by=by, first_name=person.first_name.strip(), last_name=person.last_name.strip()
    )
    holder, _created = Holder.objects.get_or_create(organisation=project.organisation, user=user)
    return holder


def _begin(carrier: Carrier, programme: Programme, by: User | None) -> Journey:
    """Her journey there: the one that still runs, else a new one; with what the team has done already."""
    accounts.grant_role(carrier.holder.user, carrier.project.organisation, Membership.Role.HOLDER, by=by)
    running = Journey.objects.live().filter(programme=programme, project=carrier.project, holder=carrier.holder)
    journey = running.select_related("programme__organisation").first()
    if journey is None:
        journey = open_journey(programme, carrier.project, carrier.holder, started_on=carrier.joined_on, by=by)
    catch_up(journey, by=by)
    return journey


@transaction.atomic
def leave_project(
    carrier: Carrier,
    *,
    left_on: date,
    reason: str,
    end_journeys: str = "",
    without_anybody: bool = False,
    by: User | None,
) -> Carrier:
    """She carries the project until that day, and why; the line stays in the team's history.

    `end_journeys` (one of the reasons for leaving a journey) ends her journeys of this project on the same day; without
    it they go on. Refused without a reason, for a day to come or before she joined, when she has left already, and
    when nobody would carry a project that has journeys under way, unless `without_anybody` says that this is meant.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why they leave the project."), field="reason")
    if left_on > clock.today():
        raise Refused(_("A member leaves on a day that has come."), field="left_on")
    if left_on < carrier.joined_on:
        raise Refused(_("This person joined after this day."), field="left_on")
    project = Project.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=carrier.project_id)
    changed = Carrier.objects.current().filter(pk=carrier.pk)
    if not changed.update(left_on=left_on, leave_reason=reason.strip()[:240]):
        raise Refused(_("This person has left this project already."))
    carrier.refresh_from_db(fields=["left_on", "leave_reason"])
    history.record(
        "leave_project", carrier, by=by, organisation=project.organisation, reason=reason.strip(), left_on=left_on
    )
    if end_journeys:
        hers = Journey.objects.live().filter(project=project, holder=carrier.holder_id)
        ending = list(hers.select_related("programme__organisation", "holder__user", "project").order_by("pk"))
        hold_together(ending)
        for journey in ending:
            leave_journey(journey, reason=end_journeys, on=max(left_on, journey.started_on), by=by)
    if not without_anybody:
        _check_somebody_stays(project)
    return carrier


def _check_somebody_stays(project: Project) -> None:
    live = Journey.objects.live().filter(project=project).count()
    if live and not project.carriers.current().exists():
        words = ngettext(
            "Nobody would carry this project any more, and %(count)d journey of it is under way. End it, or say that "
            "the project goes on without anybody.",
            "Nobody would carry this project any more, and %(count)d journeys of it are under way. End them, or say "
            "that the project goes on without anybody.",
            live,
        )
        raise Refused(words % {"count": live}, field="without_anybody")


@transaction.atomic
def change_part(carrier: Carrier, *, part: str, by: User | None) -> Carrier:
    """She has another part in the project from now on. Refused for an unknown one, or when she has left."""
    if part not in Carrier.Part.values:
        raise Refused(_("Choose the part this person has in the project."), field="part")
    was = carrier.part
    if not Carrier.objects.current().filter(pk=carrier.pk).update(part=part):
        raise Refused(_("This person has left this project already."))
    carrier.part = part
    if part != was:
        history.record("change_part", carrier, by=by, organisation=carrier.project.organisation, was=was, now=str(part))
    return carrier


@transaction.atomic
def share_step(step: Step, *, shared: bool, by: User | None) -> Step:
    """The team does this step once for all its members from now on, or each for herself again.

    When one of them has done it already, it is done for all. When it is no longer shared, each copy stays as it is.
    Refused when no team-mate has this step on a journey under way in the same programme.
    """
    copies = team_copies(step, only_shared=False)
    if shared and len(copies) < 2:
        raise Refused(_("Nobody else in the team has this step: there is nobody to share it with."))
    moved = [copy for copy in copies or [step] if copy.is_shared != shared]
    Step.objects.filter(pk__in=[copy.pk for copy in moved]).update(is_shared=shared)
    step.is_shared = shared
    for copy in moved:
        history.record("share_step", copy, by=by, organisation=step.journey.programme.organisation, shared=shared)
    done = [copy for copy in copies if copy.state == Step.State.DONE and copy.done_on]
    if shared and done:
        first = min(done, key=lambda copy: (copy.done_on or clock.today(), copy.pk))
        first.is_shared = True
        follow_step(first, by=by)
        step.refresh_from_db(fields=["state", "done_on", "shared_from"])
    return step
