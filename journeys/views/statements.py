"""Statements of hours: a period read and taken away, prepared by a lead, signed by the holder; one journey or all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.statements import PeriodForm, PrepareStatementForm
from journeys.models import Programme, Statement
from journeys.queries import statement_files, statement_pages, statement_papers
from journeys.views.answers import one_tap
from journeys.views.finding import find_journey

FORMATS = {
    "pdf": ("application/pdf", statement_files.as_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", statement_files.as_workbook),
}


def _statement(request: HttpRequest, pk: int) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related(
        "journey__programme__organisation", "journey__holder__user", "journey__project", "signed_by", "prepared_by"
    )
    return find(rows.prefetch_related("journey__companions"), pk=pk)


def _programme(request: HttpRequest, pk: int) -> Programme:
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(policies.may_read_programme_hours(request.user, programme))
    return programme


def _file(paper: statement_papers.Paper, form: str) -> HttpResponse:
    content_type, make = FORMATS[form]
    return HttpResponse(
        make(paper),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{paper.name}.{form}"'},
    )


# --- One journey over a period ----------------------------------------------------------------------
@require_safe
def period_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of any days, and the files that say the same."""
    journey = find_journey(request, pk)
    form = PeriodForm(request.GET, default=statement_papers.whole(journey))
    page = statement_pages.period_page(journey, form.period)
    return render(request, "journeys/period_hours.html", {"form": form, **page})


@require_safe
def period_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The same as a file; days that cannot be are told on the page."""
    journey = find_journey(request, int(pk))
    days = PeriodForm(request.GET, default=statement_papers.whole(journey))
    if days.is_wrong:
        return redirect(f"{reverse('journeys:period_hours', args=[journey.pk])}?{request.GET.urlencode()}")
    return _file(statement_papers.journey_paper(journey, *days.period), form)


# --- A statement ------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def statement_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find_journey(request, pk)
    require(policies.may_prepare_statement(request.user, journey))
    form = PrepareStatementForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.prepare_statement, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("The statement is ready: a letter tells %(person)s.") % {"person": journey.holder})
        return redirect("journeys:statement_detail", form.outcome.pk)
    return render(request, "journeys/statement_prepare.html", {"form": form, "journey": journey})


@require_safe
def statement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole of it; its holder signs it here."""
    statement = _statement(request, pk)
    return render(request, "journeys/statement_detail.html", statement_pages.statement_page(statement, request.user))


@require_safe
def statement_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    statement = _statement(request, int(pk))
    paper = statement_papers.journey_paper(
        statement.journey, statement.starts_on, statement.ends_on, statement=statement
    )
    return _file(paper, form)


@require_POST
def statement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """One act signs what was read, and nothing else."""
    statement = _statement(request, pk)
    require(policies.may_sign_statement(request.user, statement))
    return one_tap(
        request,
        actions.sign_statement,
        statement,
        done=_("Signed, thank you."),
        default=reverse("journeys:statement_detail", args=[statement.pk]),
        seen=request.POST.get("seen", ""),
    )


@require_POST
def statement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    statement = _statement(request, pk)
    require(policies.may_withdraw_statement(request.user, statement))
    return one_tap(
        request,
        actions.withdraw_statement,
        statement,
        done=_("The statement is withdrawn; its days are free for another."),
        default=reverse("journeys:journey_ledger", args=[statement.journey_id]),
    )


# --- A programme ------------------------------------------------------------------------------------
@require_safe
def programme_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """One line a person over a period."""
    programme = _programme(request, pk)
    today = clock.today()
    form = PeriodForm(request.GET, default=(today.replace(month=1, day=1), today))
    page = statement_pages.programme_page(programme, request.user, form.period)
    return render(request, "journeys/programme_hours.html", {"form": form, **page})


@require_safe
def programme_hours_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    programme = _programme(request, int(pk))
    today = clock.today()
    days = PeriodForm(request.GET, default=(today.replace(month=1, day=1), today))
    if days.is_wrong:
        return redirect(f"{reverse('journeys:programme_hours', args=[programme.pk])}?{request.GET.urlencode()}")
    return _file(statement_papers.programme_paper(programme, *days.period), form)


@require_http_methods(["GET", "POST"])
def statements_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """The statements of a whole programme in one act; the page then says who has one and who has nothing."""
    programme = _programme(request, pk)
    require(policies.may_prepare_statements(request.user, programme))
    asked = PeriodForm(request.GET, default=(clock.today(), clock.today()))
    initial = asked.cleaned_data if asked.is_bound and asked.is_valid() else None
    form = PrepareStatementForm(request.POST or None, initial=initial)
    prepared = None
    if form.is_valid() and succeeded(form, actions.prepare_statements, programme, by=request.user, **form.cleaned_data):
        prepared = form.outcome
    context = {
        "form": form,
        "programme": programme,
        "prepared": prepared,
        "period": form.cleaned_data if prepared else {},
    }
    return render(request, "journeys/statements_prepare.html", context)
