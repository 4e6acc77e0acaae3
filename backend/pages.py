"""Pages that belong to no single app: health for machines, and the demo's one-click sign-in."""

from collections.abc import Callable

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.models import Membership
from backend.lib import readiness

CHECKS: dict[str, Callable[[], str]] = {
    "database": readiness.database,
    "migrations": readiness.migrations,
    "queue": readiness.queue,
}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Fit to answer: 200, or 503 with what is not. After the database fails nothing else is asked."""
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        found[name] = check() or "ok"
        if name == "database" and found[name] != "ok":
            break
    is_ready = all(state == "ok" for state in found.values())
    answer = {"status": "ok" if is_ready else "not ready", "checks": found}
    return JsonResponse(answer, status=200 if is_ready else 503)


@login_not_required
@never_cache
@require_safe
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Mounted in the demo only: one click and you are the first person with this role."""
    first = (
        Membership.objects.active()
        .filter(role=role, user__is_active=True)
        .select_related("user")
        .order_by("organisation", "pk")
        .first()
    )
    if first is None:
        raise Http404
    login(request, first.user)
    return redirect("home")
