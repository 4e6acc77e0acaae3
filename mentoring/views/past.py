"""What was shared in a pair and passes on: said by its holder, on the page of the pair or from her letter."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import attempt, require
from mentoring import actions, policies
from mentoring.models import Mentorship
from mentoring.views.found import pair_of
from mentoring.views.proposals import behind_link


@require_POST
def past_withhold(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever follows reads none of the summaries."""
    pair = pair_of(request, pk)
    require(policies.may_withhold_past(request.user, pair))
    _say(request, pair, request.user, actions.withhold_past)
    return redirect(reverse("mentoring:mentorship", args=[pk]) + "#past")


@require_POST
def past_pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """She reads them after all."""
    pair = pair_of(request, pk)
    require(policies.may_pass_past_on(request.user, pair))
    _say(request, pair, request.user, actions.pass_past_on)
    return redirect(reverse("mentoring:mentorship", args=[pk]) + "#past")


def _say(request: HttpRequest, pair: Mentorship, user: User, action: Callable[..., Mentorship]) -> bool:
    words = {
        actions.withhold_past: _("Noted: whoever follows does not read them."),
        actions.pass_past_on: _("Noted: they pass on to whoever follows."),
    }
    return attempt(request, words[action], action, pair, by=user)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def past_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter of a mentor's leaving leads here. Reading changes nothing."""
    found = behind_link(token, "pair_past")
    if found is None or not policies.may_withhold_past(found[1], found[2]):
        return render(request, "mentoring/pair_link_closed.html", status=404)
    link, user, pair = found
    with in_words_of_person(request, user):
        if request.method == "POST":
            action = actions.pass_past_on if request.POST.get("act") == "pass" else actions.withhold_past
            if _say(request, pair, user, action):
                accounts.use_link(link)
            return redirect("mentoring:past_link", token)
        url = reverse("mentoring:past_link", args=[token])
        return render(request, "mentoring/past_link.html", {"pair": pair, "act_url": url})
