"""When a programme asks what: waves made, changed and stopped."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.actions.unsent import withdraw_unsent
from evaluation.models import Questionnaire, Request, Wave
from evaluation.queries.waves import another_moment, is_asked, step_codes
from journeys.models import Programme

FIXED = (
    *("questionnaire", "moment", "months", "days", "step_code", "nth", "opens_on", "audience", "mode"),
    *("shows_previous", "is_shared"),
)
"""What was promised, and what makes the series: it stays as it is once somebody was asked."""
MOST_MONTHS, MOST_DAYS, LONGEST_OPEN = 60, 180, 180


@dataclass(frozen=True)
class Plan:
    """What a wave is to be: see `Wave`."""

    questionnaire: Questionnaire
    moment: str
    months: int = 0
    days: int = 0
    step_code: str = ""
    nth: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    audience: str = Wave.Audience.HOLDER
    mode: str = Wave.Mode.IDENTIFIED
    open_days: int = 30
    asks_leavers: bool = False
    since: date | None = None
    shows_previous: bool = False
    correction_days: int = 0
    is_shared: bool = False


def facts_of(plan: Plan) -> dict[str, Any]:
    """The columns of the wave."""
    return {**asdict(plan), "questionnaire": plan.questionnaire}


@transaction.atomic
def create_wave(programme: Programme, plan: Plan, *, by: User | None) -> Wave:
    """From the next hour on the clock asks whom the plan says.

    Refused for a questionnaire without a published version, or that is asked at the same moment already; for a moment
    that lacks what it needs; for an anonymous wave that would have to know people again (see `check_plan`).
    """
    check_plan(programme, plan)
    wave = _kept(Wave(programme=programme, made_by=by, **facts_of(plan)))
    history.record("create_wave", wave, by=by, organisation=programme.organisation)
    return wave


@transaction.atomic
def edit_wave(wave: Wave, plan: Plan, *, by: User | None) -> Wave:
    """The wave is as the plan says. Refused like `create_wave`, once it was stopped, and for what is FIXED once
    somebody was asked: above all its mode, which is a promise."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("programme__organisation").get(pk=wave.pk)
    if wave.stopped_at:
        raise Refused(_("This wave was stopped. Make another one."))
    facts = facts_of(plan)
    changed = [name for name in FIXED if getattr(wave, name) != facts[name]]
    if changed and is_asked(wave):
        raise Refused(_("Somebody was asked already: this stays as it was promised to them."), field=changed[0])
    check_plan(wave.programme, plan, wave)
    for name, value in facts.items():
        setattr(wave, name, value)
    wave = _kept(wave)
    history.record("edit_wave", wave, by=by, organisation=wave.programme.organisation)
    return wave


@transaction.atomic
def stop_wave(wave: Wave, *, by: User | None) -> Wave:
    """It asks and reminds nobody any more: letters that have not left stay here, and whoever none of them reached was
    never asked. Who was asked can still answer. Stopped twice is stopped once."""
    if Wave.objects.filter(pk=wave.pk, stopped_at=None).update(stopped_at=clock.now()):
        organisation = wave.programme.organisation
        withdrawn = withdraw_unsent(Request.objects.filter(wave=wave), organisation, by=by)
        history.record("stop_wave", wave, by=by, organisation=organisation, never_asked=withdrawn)
    wave.refresh_from_db(fields=["stopped_at"])
    return wave


def _kept(wave: Wave) -> Wave:
    try:
        with transaction.atomic():
            wave.save()
    except IntegrityError:
        raise Refused(
            _("This questionnaire is asked of the same people at the same moment already."), field="moment"
        ) from None
    return wave


def check_plan(programme: Programme, plan: Plan, wave: Wave | None = None) -> None:
    """Refused, beside the field, for what could not be asked or promised. `wave`: the one that it changes."""
    _check_questionnaire(programme, plan)
    _check_moment(programme, plan)
    _check_lengths(plan)
    _check_mode(programme, plan, wave)
    _check_shared(plan)


def _check_questionnaire(programme: Programme, plan: Plan) -> None:
    questionnaire = plan.questionnaire
    if questionnaire.organisation_id not in (None, programme.organisation_id) or questionnaire.retired_at:
        raise Refused(_("This questionnaire can’t be asked here."), field="questionnaire")
    if not questionnaire.versions.published().exists():
        raise Refused(_("This questionnaire has no published version yet."), field="questionnaire")


def _check_moment(programme: Programme, plan: Plan) -> None:
    moment = Wave.Moment
    if plan.moment == moment.CAMPAIGN:
        if not plan.opens_on or not plan.closes_on:
            raise Refused(_("Say its first and its last day."), field="closes_on" if plan.opens_on else "opens_on")
        if plan.closes_on < max(plan.opens_on, clock.today(programme.organisation.time_zone)):
            raise Refused(_("Its last day comes after the first, and not before today."), field="closes_on")
    elif plan.opens_on or plan.closes_on:
        raise Refused(_("Only what is asked between two dates has a first and a last day."), field="opens_on")
    if plan.nth and plan.moment != moment.SESSION:
        raise Refused(_("Only sessions are counted."), field="nth")
    if plan.step_code:
        if plan.moment not in (moment.MODULE, moment.IMMERSION, moment.MILESTONE):
            raise Refused(_("This moment follows no step."), field="step_code")
        if plan.step_code not in step_codes(programme, plan.moment):
            raise Refused(_("This programme has no such step."), field="step_code")
    if plan.moment == moment.START and plan.audience in (Wave.Audience.TUTOR, Wave.Audience.COMPANY):
        raise Refused(_("At the start no stay has taken place: there is no tutor to ask."), field="audience")


def _check_lengths(plan: Plan) -> None:
    if plan.months > MOST_MONTHS or plan.days > MOST_DAYS:
        raise Refused(_("At most 60 months, and 180 days, after the moment."), field="months")
    if plan.moment == Wave.Moment.CAMPAIGN and (plan.months or plan.days):
        raise Refused(_("Between two dates, nothing is added to the day."), field="months")
    if not 1 <= plan.open_days <= LONGEST_OPEN:
        raise Refused(_("Open between 1 and 180 days."), field="open_days")
    if plan.correction_days > LONGEST_OPEN:
        raise Refused(_("Corrections stay open 180 days at most."), field="correction_days")


def _check_mode(programme: Programme, plan: Plan, wave: Wave | None) -> None:
    """An anonymous answer can be found by nobody: not to compare, show again nor correct it."""
    is_anonymous = plan.mode == Wave.Mode.ANONYMOUS
    if is_anonymous and plan.shows_previous:
        raise Refused(_("Nobody knows what somebody anonymous answered last time."), field="shows_previous")
    if is_anonymous and plan.correction_days:
        raise Refused(_("Nobody can find the answers of somebody anonymous again to correct them."), field="mode")
    other = another_moment(programme, plan.questionnaire, wave, is_anonymous=None if is_anonymous else True)
    if other and is_anonymous:
        raise Refused(
            _("This questionnaire is also asked %(moment)s here: before and after could not be compared person by"
              " person, for nobody knows who answered. Choose confidential, or another questionnaire.")
            % {"moment": other.label},
            field="mode",
        )  # fmt: skip
    if other:
        raise Refused(
            _("This questionnaire is asked anonymously %(moment)s here: nothing could be compared with it.")
            % {"moment": other.label},
            field="questionnaire",
        )


def _check_shared(plan: Plan) -> None:
    """Side by side stand answers that bear a name and are final: nobody brings theirs closer to the others' later."""
    if not plan.is_shared:
        return
    if plan.mode != Wave.Mode.IDENTIFIED:
        raise Refused(_("Only answers that bear a name can be put side by side."), field="is_shared")
    if plan.audience not in Wave.VOICES:
        raise Refused(_("Only the holder, the mentor and the tutor are put side by side."), field="is_shared")
    if plan.correction_days:
        raise Refused(
            _("What is put side by side can’t be corrected: one would know the other answers by then."),
            field="correction_days",
        )
