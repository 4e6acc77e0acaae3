"""Jobs of journeys: ids in, the row fetched, one action called."""

import logging

from django.db.models import Q

from backend.lib import clock
from backend.lib.sweeps import duty, each
from journeys import actions
from journeys.actions import outcomes
from journeys.actions.immersions import amendment_reminders, amendments, assessments, check_ins, drafts, reminders
from journeys.models import Amendment, Delivery, FollowUp, HostAsk, Immersion, Import, ModuleDate
from journeys.queries.commitments import people_with_due
from journeys.queries.confirming import people_to_remind
from journeys.queries.follow_ups import follow_ups_due, today_in_any_zone
from journeys.queries.paper_facts import has_other_words
from journeys.queries.thread import SILENT_DAYS

log = logging.getLogger("jalon.journeys")
A_SWEEP = 200
LINE = ("declared_by", "step", "journey__holder__user", "journey__project", "journey__programme__organisation")


def run_import(pk: int) -> None:
    """Write the lines of a confirmed import, from where it stands."""
    batch = Import.objects.select_related("programme__organisation", "confirmed_by").filter(pk=pk).first()
    if batch is None:
        log.warning("import %s is gone", pk)
        return
    actions.run_import(batch)


@duty
def sweep_imports() -> None:
    """Take up imports whose worker died, and discard those that nobody came back to."""
    running = Import.objects.filter(state=Import.State.RUNNING).order_by("pk")
    each(running.values_list("pk", flat=True), run_import, is_whole=False)
    waiting = Q(state=Import.State.PREVIEW, created_at__lt=clock.now() - Import.KEPT)
    stopped = Q(state=Import.State.FAILED, confirmed_at__lt=clock.now() - Import.KEPT)
    left = Import.objects.filter(waiting | stopped).select_related("programme__organisation").order_by("pk")
    each(left, lambda batch: actions.discard_import(batch, by=None))


@duty
def sweep_forgotten_imports() -> int:
    """Throw away what finished imports say of people once it served; how many imports."""
    old = Import.objects.filter(state__in=Import.FINISHED, finished_at__lt=clock.now() - Import.KEPT)
    rows = old.exclude(result__has_key="forgotten").select_related("programme__organisation").order_by("pk")
    return each(rows, actions.forget_import)


@duty
def sweep_immersions_to_start() -> None:
    """Start every validated immersion whose first day has come where its organisation is; one refuses whose day comes
    later in its time zone."""
    tomorrow = clock.today("UTC") + clock.days(1)
    due = Immersion.objects.filter(state=Immersion.State.VALIDATED, starts_on__lte=tomorrow)
    rows = due.select_related("company", "step__journey__programme__organisation").order_by("pk")
    each(rows, lambda row: actions.start_immersion(row, by=None))


@duty
def sweep_signature_reminders() -> None:
    """Before a stay begins, or an amendment takes effect: who has not signed is reminded, the team told who is awaited;
    a stay that can't begin is told blocked."""
    soon = clock.today("UTC") + clock.days(12)
    recent = clock.today("UTC") - clock.days(8)
    near = Immersion.objects.filter(state__in=reminders.NOT_READY, starts_on__range=(recent, soon)).order_by("pk")
    each(
        near.select_related("step__journey__programme__organisation"),
        lambda row: reminders.is_due(row) and reminders.remind_before_start(row),
    )
    out = Amendment.objects.filter(
        state__in=amendment_reminders.NOT_READY, immersion__state__in=amendments.LIVE
    ).select_related("immersion__site", "immersion__company", "immersion__step__journey__programme__organisation")
    each(
        out.order_by("pk"),
        lambda row: amendment_reminders.is_due(row) and amendment_reminders.remind_of_amendment(row),
    )


@duty
def sweep_changed_texts() -> int:
    """Texts out to be signed whose parties have changed their name or address since are drafts again; how many now."""
    rows = Immersion.objects.filter(state__in=drafts.EDITABLE).exclude(fingerprint="").order_by("pk")
    rows = rows.select_related(
        "company", "site", "step__journey__holder__user", "step__journey__project",
        "step__journey__programme__organisation",
    )  # fmt: skip
    return each(rows, lambda row: has_other_words(row) and drafts.wipe_other_words(row, by=None))


@duty
def sweep_host_asks() -> int:
    """Requests that a company has left without an answer for ten working days stand as unanswered; how many now."""
    due = HostAsk.objects.filter(state=HostAsk.State.SENT, sent_at__lt=clock.now() - clock.days(13)).order_by("pk")
    rows = due.select_related("company", "offer", "step__journey__programme__organisation")
    return each(rows, actions.give_up_host_ask)


@duty
def sweep_stays() -> None:
    """Ask both sides how a stay goes half-way, and how it went at its end; remind who has not said how it went."""
    since = clock.today("UTC") - clock.days(max(assessments.REMIND_AFTER) + 5)
    near = Immersion.objects.filter(
        state__in=assessments.RUNNING, starts_on__lte=clock.today("UTC") + clock.days(1), ends_on__gte=since
    )
    rows = near.select_related("step__journey__programme__organisation").order_by("pk")
    each(rows, lambda row: check_ins.is_due(row) and check_ins.ask_check_ins(row))
    each(rows, lambda row: assessments.is_due(row) and assessments.ask_assessments(row))


@duty
def sweep_trainer_links() -> int:
    """Ask the trainer of each date of today who came, by a letter with a link; how many letters."""
    now = clock.now()
    due = ModuleDate.objects.filter(
        state=ModuleDate.State.PLANNED, starts_at__lt=now + clock.days(1), ends_at__gt=now - clock.days(1)
    ).exclude(trainer_email="")
    return each(due.select_related("module__organisation").order_by("pk"), actions.ask_trainer)


@duty
def sweep_evidence() -> None:
    """Throw away files that no row names, and those joined to nothing for a week."""
    gone = actions.sweep_evidence()
    if gone:
        log.info("%s evidence files swept", gone)


@duty
def sweep_corrections() -> int:
    """Disputed lines that nobody has answered for ten days are put to a lead; how many now."""
    since = clock.now() - clock.days(SILENT_DAYS)
    rows = Delivery.objects.filter(state=Delivery.State.DISPUTED, settle_asked_at=None, disputed_at__lt=since)
    rows = rows.exclude(messages__created_at__gte=since).select_related(*LINE).order_by("pk")
    return each(rows, actions.ask_to_settle)


@duty
def sweep_commitments() -> int:
    """Tell each owner what she has due, the day before or on the day; how many letters.

    Whoever gets a letter of her session today reads it there: she gets no other.
    """
    return each(people_with_due(), lambda told: actions.remind_of_commitments(*told))


@duty
def sweep_hours_to_confirm() -> int:
    """Remind each holder once of the hours that she has neither confirmed nor disputed; how many letters."""
    return each(people_to_remind(), lambda told: actions.remind_of_hours(*told))


@duty
def sweep_follow_ups() -> int:
    """Ask what became of the projects whose journey ended 6, 12 or 36 months ago; how many letters. Rung twice, it asks
    once; after a day without a worker it asks what it missed."""
    today = today_in_any_zone()
    return sum(
        each(
            follow_ups_due(months, today)[:A_SWEEP],
            lambda journey, months=months: outcomes.send_follow_up(journey, months),  # type: ignore[misc]
        )
        for months in FollowUp.MONTHS
    )
