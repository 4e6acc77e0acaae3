"""Mentors: the list, the profile, welcoming one, one's own profile."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from backend.mail.queries import address_fails
from mentoring import actions, policies, queries
from mentoring.forms import CreateMentorForm, FindMentorForm, UpdateMentorForm
from mentoring.models import Conflict, Mentor, Mentorship, MentorshipQuerySet
from mentoring.queries.leaving import wish_of
from mentoring.queries.matching import hours_spent, without_hours
from mentoring.views.found import mentor_of


@require_safe
def mentor_list(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_mentors(request.user))
    form = FindMentorForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    mentors = queries.list_mentors(request.user, **wanted)
    page = Paginator(mentors, 30).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "no_hours": without_hours(list(page.object_list)),
        "is_filtered": any(wanted.values()) or bool(form.errors),
        "page": page,
        "may_create": request.user.has_role("lead"),
        "led": list(Organisation.objects.filter(pk__in=request.user.organisation_ids("lead")).order_by("name", "pk")),
        "waiting": queries.journeys_without_mentor(request.user.organisation_ids("lead")).count(),
        "today": clock.today(),
    }
    return render(request, "mentoring/mentor_list.html", context)


@require_safe
def mentor(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Mentor.objects.visible_to(request.user).with_load().with_presence().prefetch_related("communes")
    mentor = find(rows.select_related("user", "commune", "organisation"), pk=pk)
    pairs = Mentorship.objects.visible_to(request.user).filter(mentor=mentor)
    may_update = policies.may_update_mentor(request.user, mentor)
    now = clock.now()
    context = {
        "mentor": mentor,
        "lines": queries.holder_lines(pairs.filter(state=Mentorship.State.ACTIVE), now),
        "ended": _ended(pairs),
        "hours": queries.hours_of_year(mentor.user, now) if may_update else None,
        "no_hours": without_hours([mentor]),
        "taken": round(60 * hours_spent([mentor], now).get(mentor.pk, 0)),
        "trainings": queries.training_lines(mentor),
        "conflicts": Conflict.objects.visible_to(request.user).filter(mentor=mentor).select_related("holder__user"),
        "may_update": may_update,
        "may_lift": request.user.leads(mentor.organisation_id),
        "may_list": policies.may_list_mentors(request.user),
        "shows_contacts": policies.may_read_mentor_contacts(request.user, mentor),
        "address_fails": address_fails(mentor.user.email),
        "is_paused": mentor.is_paused(),
        "has_break": mentor.paused_until is not None and mentor.paused_until >= clock.today(),
        "is_me": mentor.user_id == request.user.pk,
        "wish": wish_of(mentor) if may_update else None,
        "may_leave": policies.may_leave_mentor(request.user, mentor),
        "may_wish": policies.may_wish_to_leave(request.user, mentor),
    }
    return render(request, "mentoring/mentor.html", context)


def _ended(pairs: MentorshipQuerySet) -> MentorshipQuerySet:
    """Former pairs; what was only proposed is none."""
    rows = pairs.begun().filter(state=Mentorship.State.ENDED)
    return rows.select_related("journey__holder__user", "journey__project")


@require_http_methods(["GET", "POST"])
def mentor_create(request: HttpRequest) -> HttpResponse:
    organisations = list(organisations_of(request.user, "lead").order_by("name"))
    require(bool(organisations))
    organisation = _chosen(organisations, request.GET.get("organisation"))
    require(policies.may_create_mentor(request.user, organisation))
    words = queries.sector_words([organisation.pk])
    form = CreateMentorForm(request.POST or None, initial={"language": organisation.language}, sectors=words)
    if form.is_valid() and succeeded(form, actions.create_mentor, organisation, by=request.user, **form.cleaned_data):
        messages.success(request, _("%(mentor)s is welcomed by letter.") % {"mentor": form.outcome})
        return redirect("mentoring:mentor", form.outcome.pk)
    tabs = [(one.name, f"?organisation={one.pk}", one == organisation) for one in organisations]
    context = {"form": form, "organisation": organisation, "tabs": tabs if len(tabs) > 1 else []}
    return render(request, "mentoring/mentor_create.html", context)


def _chosen(organisations: list[Organisation], pk: str | None) -> Organisation:
    return next((one for one in organisations if str(one.pk) == pk), organisations[0])


@require_http_methods(["GET", "POST"])
def mentor_update(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = mentor_of(request, pk)
    require(policies.may_update_mentor(request.user, mentor))
    form = UpdateMentorForm(
        request.POST or None,
        initial=UpdateMentorForm.initial_of(mentor),
        sectors=queries.sector_words([mentor.organisation_id]),
    )
    if form.is_valid() and succeeded(form, actions.update_mentor, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("The profile is up to date."))
        return redirect("mentoring:mentor", mentor.pk)
    return render(request, "mentoring/mentor_update.html", {"form": form, "mentor": mentor})
