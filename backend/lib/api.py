"""One base for every API door: the same beats as the pages."""

from typing import Any

from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import exception_handler

from backend.lib.refusal import Refused


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal is a 409 with its sentence; the rest as REST framework does."""
    if isinstance(error, Refused):
        return Response({"detail": error.sentence, "field": error.field}, status=status.HTTP_409_CONFLICT)
    return exception_handler(error, context)


class ScopedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows only what `queryset.visible_to(user)` gives: a stranger gets 404. Writes are named actions."""

    def get_queryset(self) -> Any:
        queryset: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return queryset.visible_to(self.request.user)

    def require(self, allowed: bool) -> None:
        """403 unless allowed."""
        if not allowed:
            raise PermissionDenied

    def parsed(self, **kwargs: Any) -> dict[str, Any]:
        """The checked input of this act; 400 with a sentence per field otherwise."""
        serializer = self.get_serializer(data=self.request.data, **kwargs)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
