"""A line of hours and what is said of it: its page, the links of both sides, the lead who settles it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.actions import use_link
from backend.accounts.models import Link, User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, number, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of
from journeys import actions, policies
from journeys.forms import ledger as forms
from journeys.models import Delivery
from journeys.queries.ledger import lines_of
from journeys.queries.links import asks_after
from journeys.queries.thread import figures_said, own_figure, past_threads, side_of, thread_of


class Desk:
    """What one side may do with a line of hours, and does: on its page and behind both links.

    `act` names what was posted: "confirm", "dispute", "accept" or "answer".
    """

    def __init__(self, request: HttpRequest, delivery: Delivery, by: User) -> None:
        self.request, self.delivery, self.by = request, delivery, by
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        self.side = side_of(by, delivery)
        self.thread = thread_of(delivery)
        data = request.POST
        self.dispute = forms.DisputeDeliveryForm(data if self.act == "dispute" else None)
        own = own_figure(self.thread, self.side)
        self.answer = forms.AnswerCorrectionForm(data if self.act == "answer" else None, thread=self.thread, own=own)

    def done(self) -> bool:
        """Do what was posted; True when there is nothing left to correct."""
        acts: dict[str, Callable[[], bool]] = {"accept": self._accept, "answer": self._answer}
        if self.side == "holder":
            acts |= {"confirm": self._confirm, "dispute": self._dispute}
        return acts[self.act]() if self.act in acts else False

    def _confirm(self) -> bool:
        with suppress(Refused):  # voided meanwhile: the page says so
            actions.confirm_delivery(self.delivery, by=self.by)
        return True

    def _dispute(self) -> bool:
        form = self.dispute
        return form.is_valid() and succeeded(
            form, actions.dispute_delivery, self.delivery, by=self.by, **form.cleaned_data
        )

    def _accept(self) -> bool:
        seen = number(self.request.POST.get("seen", ""))
        try:
            actions.accept_correction(self.delivery, by=self.by, seen=seen)
        except MAY_BE_REFUSALS as error:
            messages.info(self.request, refusal_of(error).sentence)
            return True
        messages.success(self.request, _("Agreed: it is settled."))
        return True

    def _answer(self) -> bool:
        form = self.answer
        if not (form.is_valid() and succeeded(
            form, actions.answer_correction, self.delivery, by=self.by, **form.cleaned_data
        )):  # fmt: skip
            return False
        messages.success(self.request, _("Sent: the other side reads it and answers."))
        return True

    def context(self) -> dict[str, Any]:
        """What the pages show."""
        thread, state = self.thread, self.delivery.state
        is_turn = bool(thread.turn) and thread.turn == self.side
        return {
            "delivery": self.delivery,
            "thread": thread,
            "past": past_threads(self.delivery),
            "right": getattr(self.delivery, "replaced_by", None) if state == Delivery.State.VOID else None,
            "is_holder": self.side == "holder",
            "is_turn": is_turn,
            "may_accept": is_turn and thread.can_accept,
            "may_confirm": self.side == "holder" and state in (Delivery.State.DECLARED, Delivery.State.DISPUTED),
            "may_dispute": self.side == "holder" and state in (Delivery.State.DECLARED, Delivery.State.CONFIRMED),
            "answer_form": self.answer,
            "form": self.dispute,
        }


def _line(request: HttpRequest, pk: int) -> Delivery:
    return find(lines_of(Delivery.objects.visible_to(request.user)), pk=pk)


@require_safe
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of hours: what it says, what was said of it and by whom the readers are allowed."""
    return _detail(request, _line(request, pk))


@require_POST
def delivery_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept what the other side says, in one tap, or answer in words."""
    delivery = _line(request, pk)
    require(policies.may_answer_correction(request.user, delivery))
    desk = Desk(request, delivery, request.user)
    if desk.done():
        return redirect("journeys:delivery_detail", pk)
    return _detail(request, delivery, desk)


def _detail(request: HttpRequest, delivery: Delivery, desk: Desk | None = None) -> HttpResponse:
    desk = desk or Desk(request, delivery, request.user)
    context = {
        **desk.context(),
        "may_read": policies.may_read_thread(request.user, delivery),
        "may_settle": delivery.state == Delivery.State.DISPUTED
        and policies.may_settle_correction(request.user, delivery),
        "answer_url": reverse("journeys:delivery_answer", args=[delivery.pk]),
    }
    return render(request, "journeys/delivery_detail.html", context)


@require_http_methods(["GET", "POST"])
def delivery_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides' words, and the figure that a lead chooses with a reason."""
    delivery = _line(request, pk)
    require(policies.may_settle_correction(request.user, delivery))
    thread = thread_of(delivery)
    form = forms.SettleCorrectionForm(request.POST or None, figures=figures_said(thread))
    if form.is_valid() and succeeded(form, actions.settle_correction, delivery, by=request.user, **form.values()):
        messages.success(request, _("Settled: both are told, with your reason."))
        return redirect("journeys:delivery_detail", form.outcome.pk)
    context = {"form": form, "delivery": delivery, "thread": thread}
    return render(request, "journeys/delivery_settle.html", context)


# --- Without signing in ---------------------------------------------------------------------------
def _behind_link(token: str, purpose: str, side: str) -> tuple[Link, Delivery, User] | None:
    """The link, its line of hours and its bearer, while the link is good and she is that side of it."""
    link = open_link(token, purpose)
    if link is None or link.user is None or not isinstance(link.about, Delivery):
        return None
    delivery = lines_of(Delivery.objects.filter(pk=link.about.pk)).get()
    is_hers = delivery.declared_by_id == link.user.pk if side == "declarer" else side_of(link.user, delivery) == side
    return (link, delivery, link.user) if is_hers else None


def _link_page(request: HttpRequest, token: str, *, purpose: str, side: str, door: str) -> HttpResponse:
    found = _behind_link(token, purpose, side)
    if found is None:
        return render(request, "journeys/delivery_confirm_gone.html", status=404)
    link, delivery, user = found
    with in_words_of_person(request, user):
        desk = Desk(request, delivery, user)
        if desk.done():
            use_link(link)
            return redirect(f"journeys:{door}", token=token)
        asks = asks_after(delivery, user, token) if side == "holder" else []
        return render(request, f"journeys/{door}.html", {**desk.context(), "asks": asks})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_confirm_link(request: HttpRequest, token: str) -> HttpResponse:
    """The holder's letter: reading it changes nothing; one tap confirms, or words say what is wrong and what it was."""
    return _link_page(request, token, purpose="delivery_confirm", side="holder", door="delivery_confirm_link")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter of whoever declared the hours: both figures; accept in one tap, or answer."""
    return _link_page(request, token, purpose="delivery_answer", side="declarer", door="delivery_answer_link")
