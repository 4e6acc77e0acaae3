"""The outbox as pages, and the door an invited person comes in by."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.actions import accept_invitation
from backend.accounts.models import User
from backend.accounts.queries import find_person, open_invitation, organisations_of
from backend.lib.doors import find, require, succeeded
from backend.mail import actions, policies, queries
from backend.mail.forms import PUT_OFF, InvitePersonForm, LetterRulesForm, NothingForm, OutboxFilter
from backend.mail.models import Email, EmailQuerySet

PER_PAGE = 50
TONES = {"sent": "good", "failed": "bad", "dead": "bad", "kept_back": "warn"}
# A letter is a document of its own: its styles stand in it, and nothing else may run or load.
LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups"
)
FRAMING_CSP = f"{settings.SECURE_CSP}; frame-src 'self'"


def me(request: HttpRequest) -> User:
    """The person signed in; the middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every letter of the organisation, newest first; counts by state, filters."""
    user = me(request)
    require(policies.may_see_outbox(user))
    rows = queries.outbox(user)
    form = OutboxFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    narrowed = _narrowed(rows, chosen)
    shown = _in_state(narrowed, chosen.get("state"))
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts_by_state(narrowed)
    figures = [(label, counts[state], TONES.get(state, "neutral"), state) for state, label in Email.State.choices]
    context = {
        "page": page, "form": form, "figures": figures, "is_narrowed": any(chosen.values()), "is_demo": settings.DEMO,
        "failing": queries.failing_addresses(user).count(),
        "put_off": narrowed.put_off().count(), "led": organisations_of(user, "lead").order_by("name", "pk"),
    }  # fmt: skip
    return render(request, "mail/outbox.html", context)


def _in_state(rows: EmailQuerySet, state: str | None) -> EmailQuerySet:
    if state == PUT_OFF:
        return rows.put_off()
    return rows.filter(state=state) if state else rows


def _narrowed(rows: EmailQuerySet, chosen: dict[str, Any]) -> EmailQuerySet:
    words = (chosen.get("q") or "").strip()
    if chosen.get("area"):
        rows = rows.in_area(chosen["area"])
    if words:
        rows = rows.filter(Q(to_name__icontains=words) | Q(to_address__iexact=words) | Q(subject__icontains=words))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def letter_rules(request: HttpRequest, organisation: int) -> HttpResponse:
    """When letters of the organisation leave, and how much it may ask of a person in a week."""
    user = me(request)
    ours = find(organisations_of(user), pk=organisation)
    require(policies.may_set_letter_rules(user, ours))
    sent = request.POST if request.method == "POST" else None
    form = LetterRulesForm(sent, initial=model_to_dict(queries.rules_of(ours)))
    if form.is_valid() and succeeded(form, actions.set_letter_rules, ours, by=user, **form.cleaned_data):
        messages.success(request, _("Kept: letters written from now on follow it."))
        return redirect("mail:outbox")
    return render(request, "mail/letter_rules.html", {"form": form, "organisation": ours})


@require_safe
def email_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as its reader sees it, and what became of it."""
    user = me(request)
    email = find(Email.objects.visible_to(user).select_related("organisation", "to_user"), pk=pk)
    require(policies.may_see_email(user, email))
    return _show(request, email, NothingForm())


def _show(request: HttpRequest, email: Email, form: NothingForm, status: int = 200) -> HttpResponse:
    user = me(request)
    may_retry = policies.may_retry_email(user, email) and email.state in (Email.State.FAILED, Email.State.DEAD)
    response = render(
        request,
        "mail/email_detail.html",
        {
            "email": email,
            "text": queries.readable_text(email, user),
            "address": queries.sent_to(email, user),
            "wrong": queries.what_went_wrong(email, user),
            "may_take": email.has_invite and policies.may_read_addresses(user, email),
            "may_retry": may_retry and not email.is_secret,
            "is_lead": policies.may_see_outbox(user),
            "form": form,
            "is_demo": settings.DEMO,
        },
        status=status,
    )
    response["Content-Security-Policy"] = FRAMING_CSP
    return response


@require_safe
@xframe_options_sameorigin
def email_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter's page alone, for the frame that shows it."""
    user = me(request)
    email = find(Email.objects.visible_to(user), pk=pk)
    require(policies.may_see_email(user, email))
    response = HttpResponse(queries.readable_html(email, user))
    response["Content-Security-Policy"] = LETTER_CSP
    return response


@require_safe
def email_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The invite.ics of a letter, byte for byte: with the addresses of all who are invited."""
    user = me(request)
    email = find(Email.objects.visible_to(user).exclude(method=""), pk=pk)
    require(policies.may_see_email(user, email) and policies.may_read_addresses(user, email))
    response = HttpResponse(bytes(email.calendar), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


@require_POST
def email_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what was refused or given up."""
    user = me(request)
    email = find(Email.objects.visible_to(user).select_related("organisation", "to_user"), pk=pk)
    require(policies.may_retry_email(user, email))
    form = NothingForm(request.POST)
    if form.is_valid() and succeeded(form, actions.retry_email, email, by=user):
        messages.success(request, _("The letter leaves again now."))
        return redirect("mail:email_detail", email.pk)
    return _show(request, email, form, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody into one's organisation, with a role."""
    user = me(request)
    require(user.has_role("lead"))
    form = InvitePersonForm(request.POST or None, user=user)
    if form.is_valid():
        asked = form.cleaned_data
        require(policies.may_invite_person(user, asked["organisation"], asked["role"]))
        if succeeded(form, actions.invite_person, asked["organisation"], asked["email"], asked["role"], by=user):
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": asked["email"]})
            return redirect("mail:person_invite")
    return render(request, "mail/person_invite.html", {"form": form}, status=409 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, and to what; accepted by POST only, since scanners of mail follow links."""
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "mail/invitation_closed.html", status=404)
    visitor = request.user if isinstance(request.user, User) else None
    is_other = visitor is not None and visitor.email.lower() != invitation.email.lower()
    form = NothingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_other and form.is_valid():
        newcomer = find_person(invitation.email)
        was_here = newcomer is not None and newcomer.last_login is not None
        if succeeded(form, accept_invitation, invitation, by=visitor):
            return _let_in(request, form.outcome.user, was_here)
    return render(
        request,
        "mail/invitation_accept.html",
        {"invitation": invitation, "form": form, "is_other": is_other, "visitor": visitor},
    )


def _let_in(request: HttpRequest, user: User, was_here: bool) -> HttpResponse:
    """The letter proved the address of a newcomer: she is signed in. Somebody who has an account signs in as always."""
    if request.user == user:
        return redirect("home")
    if was_here or not user.is_active:
        messages.success(request, _("The invitation is accepted. Sign in to go on."))
        return redirect(reverse("account_login"))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("Welcome to Jalon."))
    return redirect("home")
