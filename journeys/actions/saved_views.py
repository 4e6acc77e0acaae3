"""Views of the board that a person keeps, for herself or for the leads of an organisation."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history.actions import record
from backend.lib.refusal import Refused
from journeys.models import SavedView

MOST = 40


def _named(view: SavedView) -> SavedView:
    """Saved, unless she has another view of this name."""
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("You already have a view of this name."), field="name") from None
    return view


@transaction.atomic
def create_saved_view(*, name: str, query: str, by: User, organisation: Organisation | None = None) -> SavedView:
    """The filters in `query` stand under this name above her board, and above every lead's of `organisation` if given.

    Refused when she has a view of this name, or forty of them.
    """
    if SavedView.objects.filter(user=by).count() >= MOST:
        raise Refused(_("You have %(most)d views: delete one first.") % {"most": MOST})
    view = _named(SavedView(user=by, name=name.strip(), query=query, organisation=organisation))
    record("create_saved_view", view, by=by, organisation=organisation)
    return view


@transaction.atomic
def update_saved_view(
    view: SavedView, *, name: str, by: User | None, organisation: Organisation | None = None
) -> SavedView:
    """It has this name, and these readers.

    Refused when whoever made it has another view of this name, and when somebody else would keep it from the others: it
    would go back to its maker alone.
    """
    if organisation is None and by is not None and by.pk != view.user_id:
        raise Refused(
            _("Only whoever made this view keeps it for themselves: delete it instead."), field="organisation"
        )
    view.name, view.organisation = name.strip(), organisation
    _named(view)
    record("update_saved_view", view, by=by, organisation=organisation)
    return view


@transaction.atomic
def delete_saved_view(view: SavedView, *, by: User | None) -> None:
    """It stands above no board any more; what it showed is untouched. Twice is once."""
    gone, _rows = SavedView.objects.filter(pk=view.pk).delete()
    if gone:
        record("delete_saved_view", view, by=by, organisation=view.organisation)
