"""One's own keys to the API."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts import actions, policies
from backend.accounts.forms import CreateApiTokenForm
from backend.accounts.models import ApiToken, User
from backend.lib.doors import find, require, succeeded


def me(request: HttpRequest) -> User:
    """The person signed in; the middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Her tokens; a new one is shown in the answer that makes it, and never again."""
    user = me(request)
    require(policies.may_create_api_token(user))
    form, secret = CreateApiTokenForm(request.POST or None), ""
    if form.is_valid() and succeeded(form, actions.create_api_token, user, by=user, **form.cleaned_data):
        secret = form.outcome[1]
        form = CreateApiTokenForm()
    context = {
        "form": form,
        "secret": secret,
        "tokens": ApiToken.objects.visible_to(user).order_by("-created"),
    }
    return render(request, "accounts/token_list.html", context)


@require_POST
def token_revoke(request: HttpRequest, digest: str) -> HttpResponse:
    user = me(request)
    token = find(ApiToken.objects.visible_to(user), digest=digest)
    require(policies.may_revoke_api_token(user, token))
    actions.revoke_api_token(token, by=user)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("accounts:token_list")
