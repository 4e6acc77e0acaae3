"""What somebody promised: done, moved or dropped, on its page or from the link in the letter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts.actions import use_link
from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import find, number, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from journeys import actions, policies
from journeys.forms.journeys import DropCommitmentForm, MoveCommitmentForm
from journeys.models import Commitment
from journeys.queries.commitments import PEOPLE, commitments_of
from journeys.queries.links import journey_url


@dataclass(frozen=True)
class Card:
    """One commitment with its forms."""

    commitment: Commitment
    move_form: MoveCommitmentForm
    drop_form: DropCommitmentForm


class CommitmentDesk:
    """What was posted about one of these commitments: `act` is "done", "undo", "move" or "drop"."""

    def __init__(self, request: HttpRequest, rows: list[Commitment], by: User) -> None:
        self.request, self.by = request, by
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        wanted = number(request.POST.get("commitment", "")) if self.act else None
        self.chosen = next((one for one in rows if one.pk == wanted), None)
        self.cards = [self._card(one) for one in rows]

    def _card(self, one: Commitment) -> Card:
        data = {act: self.request.POST if one == self.chosen and self.act == act else None for act in ("move", "drop")}
        prefix = f"c{one.pk}"
        return Card(
            one,
            MoveCommitmentForm(data["move"], initial={"due_on": one.due_on}, prefix=prefix),
            DropCommitmentForm(data["drop"], prefix=prefix),
        )

    def done(self) -> bool:
        """Do what was posted; True when there is nothing left to correct."""
        card = next((one for one in self.cards if one.commitment == self.chosen), None)
        if card is None:
            return False
        taps = {
            "done": (actions.complete_commitment, _("Done, well done.")),
            "undo": (actions.reopen_commitment, _("It stands open again.")),
        }
        if self.act in taps:
            return self._tap(*taps[self.act], card)
        if self.act == "move":
            return self._typed(card.move_form, actions.move_commitment, card, _("The date is moved."))
        return self.act == "drop" and self._typed(
            card.drop_form, actions.drop_commitment, card, _("Dropped, with your word.")
        )

    def _tap(self, action: Callable[..., Any], sentence: str, card: Card) -> bool:
        try:
            action(card.commitment, by=self.by)
        except MAY_BE_REFUSALS as error:
            messages.info(self.request, refusal_of(error).sentence)
            return True
        messages.success(self.request, sentence)
        return True

    def _typed(self, form: Any, action: Callable[..., Any], card: Card, sentence: str) -> bool:
        if not (form.is_valid() and succeeded(form, action, card.commitment, by=self.by, **form.cleaned_data)):
            return False
        messages.success(self.request, sentence)
        return True


@require_http_methods(["GET", "POST"])
def commitment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, another day, dropped with a word, or open again: its owner, or a lead for her."""
    rows = Commitment.objects.visible_to(request.user).select_related(*PEOPLE, "done_by", "dropped_by")
    commitment = find(rows, pk=pk)
    require(policies.may_move_commitment(request.user, commitment))
    desk = CommitmentDesk(request, [commitment], request.user)
    back = f"{journey_url(commitment.journey)}#commitments"
    if desk.done():
        return redirect(back)
    context = {"card": desk.cards[0], "commitment": commitment, "back": back}
    return render(request, "journeys/commitment_detail.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def commitments_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter: what she promised, and nothing else. Reading it changes nothing."""
    link = open_link(token, "commitments")
    if link is None or link.user is None or link.about != link.user:
        return render(request, "journeys/commitments_gone.html", status=404)
    with in_words_of_person(request, link.user):
        desk = CommitmentDesk(request, commitments_of(link.user), link.user)
        if desk.done():
            use_link(link)
            return redirect("journeys:commitments_link", token=token)
        is_all_done = not any(card.commitment.is_open for card in desk.cards)
        return render(request, "journeys/commitments_link.html", {"cards": desk.cards, "is_all_done": is_all_done})
