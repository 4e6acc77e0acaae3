"""The course of a pair: objectives, what both say half-way and at the end, how it feels; who is the primary mentor."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import attempt, find, number, require, succeeded
from journeys.models import Delivery
from mentoring import actions, policies, queries
from mentoring.forms import SayFitForm, SayReviewForm, SetObjectiveForm
from mentoring.models import Mentorship, Objective, Review, Session
from mentoring.views.found import pair_of
from mentoring.views.proposals import behind_link


@require_http_methods(["GET", "POST"])
def objective_set(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_set_objective(request.user, pair))
    form = SetObjectiveForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.set_objective, pair, by=request.user, **form.cleaned_data):
        messages.success(request, _("The objective is set: both see it on this page."))
        return redirect("mentoring:mentorship", pk)
    return render(request, "mentoring/objective_set.html", {"form": form, "pair": pair})


@require_POST
def objective_drop(request: HttpRequest, pk: int) -> HttpResponse:
    objective = find(Objective.objects.visible_to(request.user).select_related("mentorship__mentor", *JOURNEY), pk=pk)
    require(policies.may_drop_objective(request.user, objective))
    attempt(request, _("Dropped. Its trace is kept."), actions.drop_objective, objective, by=request.user)
    return redirect("mentoring:mentorship", objective.mentorship_id)


JOURNEY = ("mentorship__journey__holder", "mentorship__journey__programme__organisation")


@require_POST
def primary_change(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_change_primary(request.user, pair))
    words = _("%(mentor)s is the primary mentor from now on.") % {"mentor": pair.mentor}
    attempt(request, words, actions.change_primary, pair, by=request.user)
    return redirect("mentoring:mentorship", pk)


# --- What each says half-way and at the end -------------------------------------------------------
class ReviewDesk:
    """The form of one side's words at one moment; both doors (page and link) use it."""

    def __init__(self, request: HttpRequest, pair: Mentorship, user: User) -> None:
        self.pair, self.user, self.side = pair, user, policies.pair_side(user, pair)
        is_end = pair.state == Mentorship.State.ENDED
        self.moment = Review.Moment.END if is_end else Review.Moment.MIDWAY
        rows = pair.objectives.filter(dropped_at=None).order_by("pk")
        mine = pair.reviews.filter(moment=self.moment, side=self.side).first()
        self.mine = mine
        said = {"went_well": mine.went_well, "to_change": mine.to_change} if mine else {}
        placed = {f"objective_{one.pk}": one.end if is_end else one.midway for one in rows}
        self.form = SayReviewForm(
            request.POST if request.method == "POST" else None, initial=said | placed, objectives=rows, is_end=is_end
        )

    def done(self) -> bool:
        facts = {"moment": self.moment, "side": self.side, "by": self.user}
        form = self.form
        return form.is_valid() and succeeded(form, actions.say_review, self.pair, **facts, **form.values())

    def context(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "pair": self.pair,
            "other": self.pair.mentor if self.side == "holder" else self.pair.journey.holder,
            "side": self.side,
            "is_end": self.moment == Review.Moment.END,
            "mine": self.mine,
            "objective_fields": [self.form[f"objective_{pk}"] for pk in self.form.numbers],
        }


@require_http_methods(["GET", "POST"])
def review_say(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own words on the pair: half-way while it lasts, closing once it has ended."""
    pair = pair_of(request, pk)
    require(policies.may_say_review(request.user, pair))
    desk = ReviewDesk(request, pair, request.user)
    if desk.done():
        messages.success(request, _("Kept, thank you. The two of you and the programme leads read it."))
        return redirect("mentoring:mentorship", pk)
    return render(request, "mentoring/review_say.html", desk.context())


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter leads here, half-way or at the end: one's own words, nothing of what the other wrote."""
    found = behind_link(token, "pair_review", "pair_closing")
    if found is None or not _is_its_moment(found[0], found[2]):
        return render(request, "mentoring/pair_link_closed.html", status=404)
    link, user, pair = found
    with in_words_of_person(request, user):
        desk = ReviewDesk(request, pair, user)
        if desk.done():
            accounts.use_link(link)
            messages.success(request, _("Kept, thank you. The two of you and the programme leads read it."))
            return redirect("mentoring:review_link", token)
        return render(request, "mentoring/review_link.html", desk.context())


def _is_its_moment(link: Link, pair: Mentorship) -> bool:
    """A mid-term link is closed once the pair has ended; a closing one opens only then."""
    return pair.has_begun and (link.purpose == "pair_closing") == (pair.state == Mentorship.State.ENDED)


# --- How it feels ---------------------------------------------------------------------------------
@require_POST
def fit_say(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap and a few words; asked after the first two sessions."""
    pair = pair_of(request, pk)
    require(policies.may_say_fit(request.user, pair))
    back = _back(request) or reverse("mentoring:mentorship", args=[pk])
    return _say_fit(request, pair, request.user) or redirect(back)


def _back(request: HttpRequest) -> str:
    """The page of a session's log, when it was asked there."""
    session = number(request.POST.get("session", ""))
    return reverse("mentoring:session_log", args=[session]) if session else ""


def _say_fit(request: HttpRequest, pair: Mentorship, user: User) -> HttpResponse | None:
    """Keep the answer and say so; the page that shows what was typed with what is wrong beside it, when it can't be."""
    form = SayFitForm(request.POST)
    side = policies.pair_side(user, pair)
    other = pair.mentor if side == "holder" else pair.journey.holder
    if not form.is_valid():
        session = request.POST.get("session", "")
        return render(request, "mentoring/fit_say.html", {"form": form, "other": other, "session": session})
    words = _("Noted, thank you. %(other)s does not see it.") % {"other": other}
    attempt(request, words, actions.say_fit, pair, side=side, by=user, **form.cleaned_data)
    return None


@login_not_required
@never_cache
@require_http_methods(["POST"])
def fit_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the page of the letter that confirms hours, or asks for the log: the same link, the same session."""
    for purpose, page in (("session_log", "mentoring:session_log_link"), ("delivery_confirm", CONFIRM)):
        link = open_link(token, purpose)
        pair = _pair_behind(link) if link is not None else None
        if link is not None and link.user is not None and pair is not None and policies.pair_side(link.user, pair):
            with in_words_of_person(request, link.user):
                if (wrong := _say_fit(request, pair, link.user)) is not None:
                    return wrong
            accounts.use_link(link)
            return redirect(page, token)
    return render(request, "mentoring/pair_link_closed.html", status=404)


CONFIRM = "journeys:delivery_confirm_link"


def _pair_behind(link: Link) -> Mentorship | None:
    """The pair of the session that this link is about, or whose hours it confirms."""
    about = link.about
    rows = Mentorship.objects.select_related(*queries.PAIR)
    if isinstance(about, Session):
        return rows.filter(pk=about.mentorship_id).first()
    if isinstance(about, Delivery):
        return queries.pair_of(about)
    return None
