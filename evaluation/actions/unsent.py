"""What is asked and has not left: letters that stay here, and with them whatever told nobody anything."""

from django.db.models import QuerySet

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.mail import actions as mail
from backend.mail.models import Email
from evaluation.models import Request
from evaluation.queries.requests import untold_requests


def withdraw_unsent(requests: "QuerySet[Request]", organisation: Organisation, *, by: User | None) -> int:
    """Letters about these requests that have not left stay here, and whoever none of them reached was never asked; how
    many requests were withdrawn so.

    To be called in a transaction that keeps others from being asked meanwhile. Those not opened yet are held before
    their letters, as whoever refuses takes them.
    """
    silent = requests.filter(state=Request.State.SENT).select_for_update(no_key=True, of=("self",))
    list(silent.order_by("pk").values_list("pk"))
    letters = mail.drop_letters(*requests.filter(state__in=Request.OPEN))
    dropped = Email.objects.filter(pk__in=[one.pk for one in letters]).order_by()
    untold = untold_requests(requests, dropped).select_related("wave__questionnaire", "respondent").order_by("pk")
    found = list(untold)
    Request.objects.filter(pk__in=[one.pk for one in found], state=Request.State.SENT).update(
        state=Request.State.WITHDRAWN
    )
    history.record_many("withdraw_request", found, by=by, organisation=organisation)
    return len(found)
