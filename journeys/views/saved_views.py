"""Views of the board that a person keeps: save, open, rename, share, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.board import BoardForm, SavedViewForm, read_view
from journeys.models import SavedView
from journeys.queries.saved_views import saved_views
from journeys.views.answers import one_tap


def _view(request: HttpRequest, pk: int) -> SavedView:
    return find(SavedView.objects.visible_to(request.user), pk=pk)


def _board(query: str) -> str:
    url = reverse("journeys:journey_list")
    return f"{url}?{query}" if query else url


@require_safe
def saved_view_list(request: HttpRequest) -> HttpResponse:
    """All of them, to rename or delete."""
    require(policies.may_create_saved_view(request.user))
    views = [(view, policies.may_update_saved_view(request.user, view)) for view in saved_views(request.user)]
    return render(request, "journeys/saved_view_list.html", {"views": views})


@require_http_methods(["GET", "POST"])
def saved_view_create(request: HttpRequest) -> HttpResponse:
    """A name for the filters in this page's address."""
    require(policies.may_create_saved_view(request.user))
    shown = BoardForm(request.GET, user=request.user)
    form = SavedViewForm(request.POST or None, by=request.user)
    query = shown.query()
    if form.is_valid() and succeeded(
        form, actions.create_saved_view, query=query, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("“%(name)s” stands above the board now.") % {"name": form.outcome.name})
        return redirect(_board(query))
    context = {"form": form, "said": shown.said(), "board_url": _board(query), "view": None}
    return render(request, "journeys/saved_view_form.html", context)


@require_safe
def saved_view_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The board with these filters, those that it still knows."""
    view = _view(request, pk)
    require(policies.may_list_journeys(request.user))
    return redirect(_board(read_view(view, request.user).query()))


@require_http_methods(["GET", "POST"])
def saved_view_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, other readers."""
    view = _view(request, pk)
    require(policies.may_update_saved_view(request.user, view))
    form = SavedViewForm(request.POST or None, by=request.user, view=view)
    if form.is_valid() and succeeded(form, actions.update_saved_view, view, by=request.user, **form.cleaned_data):
        messages.success(request, _("The view is changed."))
        return redirect("journeys:saved_view_list")
    said = read_view(view, request.user).said()
    context = {"form": form, "said": said, "board_url": reverse("journeys:saved_view_list"), "view": view}
    return render(request, "journeys/saved_view_form.html", context)


@require_POST
def saved_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """It stands above no board any more."""
    view = _view(request, pk)
    require(policies.may_delete_saved_view(request.user, view))
    default = reverse("journeys:saved_view_list")
    return one_tap(request, actions.delete_saved_view, view, done=_("The view is deleted."), default=default)
