"""What a holder looks for; the pairs proposed for a cohort, kept, compared and made."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib.doors import attempt, find, fresh_once, require, succeeded
from backend.mail.queries import cost_of
from journeys.models import Journey, Programme
from mentoring import actions, policies, queries
from mentoring.forms import MatchForm, PairManyForm, SayNeedForm
from mentoring.models import Mentor, Need
from mentoring.queries.matching import CRITERIA, Line, cohort_plan, weights_of

PER_PAGE = 100


@require_http_methods(["GET", "POST"])
def need_say(request: HttpRequest, pk: int) -> HttpResponse:
    """What is looked for in a mentor on this journey."""
    rows = Journey.objects.visible_to(request.user).select_related("holder__user", "project", "programme__organisation")
    journey = find(rows, pk=pk)
    require(policies.may_say_need(request.user, journey))
    need = Need.objects.visible_to(request.user).filter(journey=journey).first()
    form = SayNeedForm(request.POST or None, initial=SayNeedForm.initial_of(need))
    is_own = journey.holder.user_id == request.user.pk
    leads = policies.may_pair_mentor(request.user, journey)
    back = reverse("mentoring:mentor_pair" if leads else "journeys:journey_detail", args=[journey.pk])
    if form.is_valid() and succeeded(form, actions.say_need, journey, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted. It can be changed until a mentor is found."))
        return redirect(back)
    context = {"form": form, "journey": journey, "is_own": is_own, "leads": leads, "back": back}
    return render(request, "mentoring/need_say.html", context)


# --- A cohort -------------------------------------------------------------------------------------
def _organisation(request: HttpRequest) -> tuple[Organisation, list[Organisation]]:
    """The one of those she leads that the address names, else the first; and all of them. 403 without any."""
    led = list(organisations_of(request.user, "lead").order_by("name", "pk"))
    require(bool(led))
    asked = request.GET.get("organisation", "")
    return next((one for one in led if str(one.pk) == asked), led[0]), led


@require_http_methods(["GET", "POST"])
def mentor_match(request: HttpRequest) -> HttpResponse:
    """The pairs proposed for a cohort. They are made when a lead has ticked them."""
    organisation, led = _organisation(request)
    if "drop" in request.GET:
        return redirect(f"{request.path}?{_without(request.GET)}")
    programmes = Programme.objects.filter(organisation=organisation).order_by("title_fr", "pk")
    shown = MatchForm(request.GET, programmes=programmes, kept_weights=weights_of(organisation.pk))
    journeys = list(queries.journeys_without_mentor([organisation.pk], **shown.filters))
    form = PairManyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        wanted = _wanted(request, form, organisation)
        if not wanted:
            form.add_error(None, _("Tick at least one pair."))
        elif succeeded(form, _chosen(request), wanted, by=request.user):
            return render(request, "mentoring/match_done.html", _done(request, form.outcome))
    page = Paginator(journeys, PER_PAGE).get_page(request.GET.get("page"))
    rows = slice(max(0, page.start_index() - 1), page.end_index())
    plan = cohort_plan(journeys, organisation.pk, weights=shown.weights, kept=shown.kept, shown=rows)
    dropped = {line.journey.pk for line in plan.lines if line.why_not_kept}
    kept = {line.journey.pk for line in plan.lines if line.is_kept}
    context = {
        "form": form,
        "shown": shown,
        "once": fresh_once(),
        "weight_fields": [shown[f"w_{name}"] for name in CRITERIA],
        "are_new": shown.weights != shown.kept_weights,
        "is_open": any(shown.filters.values()) or bool(shown.errors) or shown.weights != shown.kept_weights,
        "is_filtered": any(shown.filters.values()) or bool(shown.errors),
        "plan": plan,
        "page": page,
        "matched": [line for line in plan.lines if line.ranked],
        "alone": [line for line in plan.lines if not line.ranked],
        "kept_pairs": [f"{one}:{mentor}" for one, mentor in shown.kept.items() if one not in dropped],
        "ticked": set(form.pairs()) if request.method == "POST" else kept,
        "cost": cost_of(_people(plan.lines), organisation),
        "organisation": organisation,
        "tabs": [(one.name, f"?organisation={one.pk}", one == organisation) for one in led if len(led) > 1],
        "query": request.GET.urlencode(),
    }
    return render(request, "mentoring/mentor_match.html", context)


def _chosen(request: HttpRequest) -> Callable[..., list[actions.Paired]]:
    """Proposed to both, unless the lead ticks that all of them have agreed already."""
    return actions.pair_many if "both_agreed" in request.POST else actions.propose_many


def _people(lines: Iterable[Line]) -> list[int]:
    """Whom the letters of these pairs would go to, the two of each."""
    pairs = [(line.journey.holder.user_id, line.ranked.mentor.user_id) for line in lines if line.ranked]
    return [person for pair in pairs for person in pair]


def _without(asked: QueryDict) -> str:
    """The same address with the pair of one person let go."""
    query = asked.copy()
    let_go = set(query.pop("drop"))
    query.setlist("keep", [text for text in query.getlist("keep") if text.partition(":")[0] not in let_go])
    return query.urlencode(safe=":")


def _wanted(request: HttpRequest, form: PairManyForm, organisation: Organisation) -> list[tuple[Journey, Mentor]]:
    """The ticked pairs whose rows she may pair, in this organisation; anything else in the form is left out."""
    form.is_valid()
    asked = form.pairs()
    rows = Journey.objects.visible_to(request.user).filter(programme__organisation=organisation, pk__in=asked)
    journeys = rows.select_related("holder__user", "project", "programme__organisation").order_by("pk")
    mentors = Mentor.objects.visible_to(request.user).filter(organisation=organisation, pk__in=asked.values())
    known = mentors.select_related("user").in_bulk()
    return [
        (journey, known[asked[journey.pk]])
        for journey in journeys
        if asked[journey.pk] in known and policies.may_pair_many(request.user, journey)
    ]


def _done(request: HttpRequest, outcome: list[actions.Paired]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("keep", None)
    query.pop("page", None)
    return {
        "made": [one for one in outcome if one.pair],
        "refused": [one for one in outcome if not one.pair],
        "are_proposed": "both_agreed" not in request.POST,
        "back": f"{reverse('mentoring:mentor_match')}?{query.urlencode()}",
    }


@require_POST
def weights_keep(request: HttpRequest) -> HttpResponse:
    """The organisation matches with the weights of the address from now on."""
    organisation, _led = _organisation(request)
    require(policies.may_keep_weights(request.user, organisation))
    shown = MatchForm(request.GET, programmes=Programme.objects.none(), kept_weights=weights_of(organisation.pk))
    words = _("Your organisation matches with these weights from now on.")
    attempt(request, words, actions.keep_weights, organisation, shown.weights, by=request.user)
    return redirect(f"{reverse('mentoring:mentor_match')}?{request.GET.urlencode()}")
