"""Letters about reports: to leads what to mend, to readers what was published or withdrawn. Each once a person."""

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.mail import actions as mail
from backend.mail.models import Email
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.letters import Mending, Report
from evaluation.queries.publishing.schedules import readers_of

PUBLISHED, WITHDRAWN, MEND = (f"evaluation/letters/{name}" for name in ("report", "report_withdrawn", "report_to_mend"))


def send_report(snapshot: Snapshot, *, by: User | None) -> int:
    """Each reader of its schedule who may still read it is written to, in the transaction that publishes; to how many.

    Nobody where it comes of no schedule, or of one that is paused.
    """
    schedule = snapshot.campaign.schedule
    if schedule is None or schedule.paused_at:
        return 0
    told = 0
    for reader in readers_of(schedule):
        _post(PUBLISHED, snapshot, reader, f"report:{snapshot.pk}:{reader.pk}")
        told += 1
    return told


def tell_withdrawn(snapshot: Snapshot) -> int:
    """Whoever was written to about this snapshot hears that it is withdrawn; how many."""
    sent = Email.objects.about(snapshot).filter(template=PUBLISHED, to_user__is_active=True)
    told = 0
    for letter in sent.select_related("to_user").order_by("pk"):
        assert letter.to_user is not None
        _post(WITHDRAWN, snapshot, letter.to_user, f"report-withdrawn:{snapshot.pk}:{letter.to_user.pk}")
        told += 1
    return told


def _post(template: str, snapshot: Snapshot, reader: User, key: str) -> None:
    organisation = snapshot.campaign.organisation
    context = {"report": Report(snapshot)}
    mail.post(template, to=reader, key=key, context=context, about=snapshot, organisation=organisation)


def tell_leads(campaign: Campaign, *, is_closing: bool) -> int:
    """Each lead hears what to mend, when it opens; and once more where its closing day has come; how many."""
    told = 0
    for lead in leads_of(campaign.organisation).order_by("pk"):
        mail.post(
            MEND, to=lead, key=f"report-{'closing' if is_closing else 'mend'}:{campaign.pk}:{lead.pk}",
            context={"mending": Mending(campaign, is_closing=is_closing)}, about=campaign,
            organisation=campaign.organisation,
        )  # fmt: skip
        told += 1
    return told
