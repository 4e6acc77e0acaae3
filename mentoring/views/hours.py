"""A mentor's hours: read for any period, taken away as an attestation, completed with preparation and travel."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.queries import open_link
from backend.lib import clock
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, require, succeeded
from journeys.models import Delivery
from journeys.queries.ledger import APART, ledger
from journeys.queries.statement_files import as_pdf
from mentoring import actions, policies, queries
from mentoring.forms import DeclareApartForm, PeriodForm
from mentoring.models import Mentor
from mentoring.queries.attestation import attestation as paper_of
from mentoring.queries.attestation import hours_of
from mentoring.views.found import mentor_of

MENTORS = Mentor.objects.select_related("user", "organisation")


def _mentor(request: HttpRequest, pk: int) -> Mentor:
    mentor = mentor_of(request, pk)
    require(policies.may_read_attestation(request.user, mentor))
    return mentor


@require_safe
def mentor_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Contact time, preparation and travel apart, by state, over the days asked."""
    mentor = _mentor(request, pk)
    form = PeriodForm(request.GET)
    first, last = form.period()
    context = {
        "mentor": mentor,
        "form": form,
        "first": first,
        "last": last,
        "hours": ledger(hours_of(mentor, first, last)),
        "is_me": mentor.user_id == request.user.pk,
        "is_mistaken": bool(form.errors),
    }
    return render(request, "mentoring/mentor_hours.html", context)


@require_safe
def attestation(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of the days asked; days that cannot be are told on the page."""
    mentor = _mentor(request, pk)
    form = PeriodForm(request.GET)
    first, last = form.period()
    if form.errors:
        return redirect(f"{reverse('mentoring:mentor_hours', args=[pk])}?{request.GET.urlencode()}")
    return _file(mentor, first, last)


@login_not_required
@never_cache
@require_safe
def attestation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The last letter of a mentor who left leads here: the paper of all her hours."""
    link = open_link(token, "attestation")
    mentor = MENTORS.filter(pk=link.about_id).first() if link else None
    if link is None or mentor is None or mentor.user_id != link.user_id:
        return render(request, "mentoring/link_closed.html", status=404)
    with in_words_of_person(request, mentor.user):
        return _file(mentor, *_whole(mentor))


def _whole(mentor: Mentor) -> tuple[date, date]:
    """From her first pair to today."""
    today = clock.today(mentor.organisation.time_zone)
    days = mentor.mentorships.exclude(started_on=None).order_by("started_on").values_list("started_on", flat=True)
    first = days.first()
    return min(first or today, today), today


def _file(mentor: Mentor, first: date, last: date) -> HttpResponse:
    paper = paper_of(mentor, first, last)
    headers = {"Content-Disposition": f'attachment; filename="{paper.name}.pdf"'}
    return HttpResponse(as_pdf(paper), content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "POST"])
def apart_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Preparation and travel of one session."""
    session = find(queries.sessions_of(request.user), pk=pk)
    require(policies.may_declare_apart(request.user, session))
    lines = Delivery.objects.filter(journey=session.mentorship.journey_id, source=session.source, sort__in=APART)
    said = dict(lines.standing().order_by("pk").values_list("sort", "minutes"))
    form = DeclareApartForm(request.POST or None, initial=said)
    if form.is_valid():
        given = {name: minutes or 0 for name, minutes in form.cleaned_data.items()}
        if succeeded(form, actions.declare_apart, session, by=request.user, **given):
            messages.success(request, _("Noted, apart from the hours of the session."))
            return redirect("mentoring:session", pk)
    return render(request, "mentoring/apart_declare.html", {"form": form, "session": session})
