"""The first beat of several doors: the row, among those this person may see, with what its pages read."""

from django.http import Http404, HttpRequest

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib import prepared
from backend.lib.doors import find, number
from journeys.models import Journey, Module, ModuleDate
from journeys.queries.journeys import full
from journeys.queries.modules import with_taken


def find_journey(request: HttpRequest, pk: int) -> Journey:
    """The journey with its people, programme and project, or 404."""
    user = request.user
    rows = prepared.objects(
        ("journey", user.standing, pk), lambda: full(Journey.objects.visible_to(user)).filter(pk=pk).order_by("pk")
    )
    if not rows:
        raise Http404
    return rows[0]


def find_module(request: HttpRequest, pk: int) -> Module:
    return find(Module.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def find_module_date(request: HttpRequest, pk: int) -> ModuleDate:
    """The date with its module and how many seats are taken, or 404."""
    return find(with_taken(ModuleDate.objects.visible_to(request.user)), pk=pk)


def own_organisation(request: HttpRequest) -> Organisation | None:
    """The organisation she leads (the first, if several), or the one named in the address."""
    led = organisations_of(request.user, "lead").order_by("name", "pk")
    wanted = number(request.GET.get("organisation", ""))
    return led.filter(pk=wanted).first() or led.first()
