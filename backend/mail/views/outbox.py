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
from django.utils.translation import ngettext, npgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.actions import accept_invitation
from backend.accounts.models import User
from backend.accounts.queries import find_person, open_invitation, organisations_of
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from backend.mail import actions, policies, queries
from backend.mail.ahead import Forecast
from backend.mail.chosen import near_rules_of
from backend.mail.forms import NOT_THROUGH, PUT_OFF, InvitePersonForm, LetterRulesForm, NothingForm, OutboxFilter
from backend.mail.models import Email, EmailQuerySet
from backend.mail.queries.ahead import letters_ahead

PER_PAGE = 50
MOST_AT_ONCE = 500
AGAIN = {NOT_THROUGH, *queries.LOST}  # states of letters that can be sent again, all at once
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
    is_lost = chosen.get("state") in AGAIN
    figures = [(_counted(one, counts[one]), counts[one], TONES.get(one, "neutral"), one.value) for one in Email.State]
    lost = _narrowed(queries.retriable(user), chosen) if is_lost else Email.objects.none()
    context = {
        "page": page, "form": form, "figures": figures, "is_narrowed": any(chosen.values()), "is_demo": settings.DEMO,
        "failing": queries.failing_addresses(user).count(), "wait": queries.letters_waiting(user), "chosen": chosen,
        "again": _in_state(lost, chosen.get("state")).count() if is_lost else 0,
        "put_off": narrowed.put_off().count(), "led": organisations_of(user, "lead").order_by("name", "pk"),
    }  # fmt: skip
    return render(request, "mail/outbox.html", context | {"ahead": _ahead(user)})


def _ahead(user: User) -> list[tuple[str, Forecast, str]]:
    """Of each organisation she leads: what will leave by itself within a week, in a line and by kind."""
    found = []
    led = list(organisations_of(user, "lead").order_by("name", "pk"))
    for one in led:
        forecast = letters_ahead(one)
        if forecast.letters:
            words = {"name": one.name, "letters": forecast.count}
            heading = _("In the coming week: %(letters)s") % words
            if len(led) > 1:
                heading = _("In the coming week, from %(name)s: %(letters)s") % words
            found.append((heading, forecast, reverse("mail:letter_rules", args=[one.pk])))
    return found


def _counted(state: Email.State, count: int) -> str:
    """The word beside a number of letters in this state: "envoyés" where there are several."""
    words = {
        Email.State.SENT: npgettext("letters", "sent", "sent", count),
        Email.State.FAILED: npgettext("letters", "refused", "refused", count),
        Email.State.DEAD: npgettext("letters", "given up", "given up", count),
        Email.State.SUPERSEDED: npgettext("letters", "replaced", "replaced", count),
        Email.State.UNWANTED: npgettext("letters", "not wanted", "not wanted", count),
        Email.State.HELD: npgettext("letters", "held back", "held back", count),
        Email.State.DROPPED: npgettext("letters", "dropped", "dropped", count),
    }
    return words.get(state, state.label)


def _in_state(rows: EmailQuerySet, state: str | None) -> EmailQuerySet:
    if state == PUT_OFF:
        return rows.put_off()
    if state == NOT_THROUGH:
        return rows.filter(state__in=queries.LOST)
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
    form = LetterRulesForm(sent, initial=model_to_dict(queries.rules_of(ours)), near=near_rules_of(ours))
    if form.is_valid() and succeeded(form, actions.set_letter_rules, ours, by=user, **form.values()):
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
    is_lost = email.state in queries.LOST
    response = render(
        request,
        "mail/email_detail.html",
        {
            "email": email,
            "text": queries.readable_text(email, user),
            "address": queries.sent_to(email, user),
            "wrong": queries.what_went_wrong(email, user),
            "may_read": policies.may_read_words(user, email),
            "may_take": email.has_invite and policies.may_read_addresses(user, email),
            "is_lost": is_lost,
            "may_retry": is_lost and not email.is_secret and policies.may_retry_email(user, email),
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


@require_http_methods(["GET", "POST"])
def email_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what was refused or given up; opened again after a refusal, it leads back to the letter."""
    user = me(request)
    email = find(Email.objects.visible_to(user).select_related("organisation", "to_user"), pk=pk)
    require(policies.may_retry_email(user, email))
    if request.method != "POST":
        return redirect("mail:email_detail", email.pk)
    form = NothingForm(request.POST)
    if form.is_valid() and succeeded(form, actions.retry_email, email, by=user):
        waits = email.not_before > clock.now()
        messages.success(
            request,
            _("The letter leaves again in the hours of its reader.") if waits else _("The letter leaves again now."),
        )
        return redirect("mail:email_detail", email.pk)
    return _show(request, email, form, status=409)


@require_POST
def emails_retry(request: HttpRequest) -> HttpResponse:
    """Send again every letter that the list shows and that did not get through; what became of them is said."""
    user = me(request)
    require(policies.may_retry_emails(user))
    form = OutboxFilter(request.POST)
    chosen = form.cleaned_data if form.is_valid() else {}
    state = chosen.get("state") if chosen.get("state") in AGAIN else NOT_THROUGH
    lost = _in_state(_narrowed(queries.retriable(user), chosen), state)[:MOST_AT_ONCE]
    found = actions.retry_emails(lost, by=user)
    _say(request, found)
    return redirect("mail:outbox")


def _say(request: HttpRequest, found: actions.Retried) -> None:
    """What became of many letters sent again."""
    leave = ngettext("%(count)s letter leaves again.", "%(count)s letters leave again.", found.leaving)
    messages.success(request, leave % {"count": found.leaving})
    if found.later:
        later = ngettext(
            "%(count)s of them waits for the hours of its reader.",
            "%(count)s of them wait for the hours of their readers.",
            found.later,
        )
        messages.info(request, later % {"count": found.later})
    for why, count in found.reasons.items():
        stay = ngettext("One stays here: %(why)s", "%(count)s stay here: %(why)s", count)
        messages.warning(request, stay % {"count": count, "why": why})


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
