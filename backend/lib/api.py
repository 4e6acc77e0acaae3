"""One base for every API door: the same beats as the pages.

An app lists its doors in `api.py`:

    class SessionViewSet(ScopedViewSet):
        queryset = Session.objects.select_related("mentorship__mentor__user")     # narrowed by visible_to(user)
        serializer_class = SessionSerializer                                      # how a row is printed
        filterset_fields, ordering_fields = ("state",), ("starts_at",)            # nothing else can be asked

        @act(CancelSessionSerializer)                                             # POST /sessions/{id}/cancel/
        def cancel(self, request: Request, pk: str) -> Response:
            return self.do(policies.may_cancel_session, actions.cancel_session)   # find, may, parse, act, answer

    routes = [("sessions", SessionViewSet)]                                  # doors "api:sessions-list", "-cancel"…
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal

from django.utils import translation
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal is a 409 with its sentence; a day out of reach is a 400; the rest as REST framework does."""
    if isinstance(error, MAY_BE_REFUSALS):
        with suppress(*MAY_BE_REFUSALS):  # what is none is raised again
            error = refusal_of(error)
    if isinstance(error, Refused):
        answer = {"detail": error.sentence, "field": error.field, **error.details}
        return Response(answer, status=status.HTTP_409_CONFLICT)
    if isinstance(error, OverflowError):  # a day of the year 1 or 9999, out of which no time zone can be reckoned
        error = ValidationError(translation.gettext("A date in it is out of reach: check the year."))
    if isinstance(error, RecursionError):  # lists within lists without end
        error = ParseError()
    said = exception_handler(error, context)
    if said is not None:
        said.data = _whole(said.data)
    return said


def _whole(said: Any) -> Any:
    """What is told again of what was sent: half a character, which JSON can name and no page can carry, is “?”."""
    if isinstance(said, Mapping):
        return {name: _whole(one) for name, one in said.items()}
    if isinstance(said, list | tuple):
        return [_whole(one) for one in said]
    return said.encode("utf-8", "replace").decode() if isinstance(said, str) else said


class EmptySerializer(serializers.Serializer[Any]):
    """An act that needs no word."""


class ReasonSerializer(serializers.Serializer[Any]):
    """An act that needs only its reason."""

    reason = serializers.CharField(max_length=240)


def act(
    serializer: type[serializers.BaseSerializer[Any]] = EmptySerializer,
    *,
    answers: Any = None,
    detail: bool = True,
    url_path: str | None = None,
    code: int = 200,
    method: Literal["get", "post"] = "post",
) -> Callable[[Callable[..., Response]], Any]:
    """A named act on a row (`detail`) or on the collection: its input, and what it answers (the row, by default)."""

    def dress(function: Any) -> Any:
        # HouseSchema and `parsed` read these.
        function.input_class = serializer
        function.answers = {code: answers} if answers is not None else code
        path = url_path or function.__name__.replace("_", "-")
        return action(detail=detail, methods=[method], url_path=path)(function)

    return dress


def reads(of: Any, *, answers: Any) -> Callable[[Callable[..., Response]], Any]:
    """GET at the address of the act `of`: what that act would change, as it stands now."""

    def dress(function: Any) -> Any:
        function.input_class, function.answers = EmptySerializer, {200: answers}
        return of.mapping.get(function)

    return dress


class ScopedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows only what `queryset.visible_to(user)` gives: a stranger gets 404. Writes are named actions."""

    lookup_value_regex = r"[0-9]+"
    filterset_fields: Any = ()
    ordering_fields: Any = ()
    # What `create` and `partial_update` read; `@act` names its own.
    create_class: type[serializers.BaseSerializer[Any]] | None = None
    update_class: type[serializers.BaseSerializer[Any]] | None = None
    # What those two answer, when it says more than `serializer_class`.
    written_class: type[serializers.BaseSerializer[Any]] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth and "HTTP_ACCEPT_LANGUAGE" not in request.META and request.user.language:
            translation.activate(request.user.language)

    def get_queryset(self) -> Any:
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return queryset.visible_to(self.request.user)

    def require(self, allowed: bool) -> None:
        """403 unless allowed."""
        if not allowed:
            raise PermissionDenied

    def input_class(self) -> type[serializers.BaseSerializer[Any]]:
        """The serializer that reads what this door is sent."""
        named = {"create": self.create_class, "partial_update": self.update_class}.get(self.action or "")
        return named or getattr(getattr(self, self.action or "", None), "input_class", None) or EmptySerializer

    def parsed(self, **kwargs: Any) -> dict[str, Any]:
        """The checked input of this act; 400 with a sentence per field otherwise."""
        serializer = self.input_class()(data=self.request.data, context=self.get_serializer_context(), **kwargs)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def related(self, queryset: Any, pk: Any, field: str) -> Any:
        """The row that the input names, if this person may see it; 400 beside `field` otherwise."""
        row = queryset.visible_to(self.request.user).filter(pk=pk).first()
        if row is None:
            raise serializers.ValidationError({field: [translation.gettext("No such row for you.")]})
        return row

    def do(self, may: Callable[[Any, Any], bool], action: Callable[..., Any], **more: Any) -> Response:
        """The five beats of an act on the row in the address; answers with the row as it stands afterwards."""
        row = self.get_object()
        self.require(may(self.request.user, row))
        action(row, **self.parsed(), **more, by=self.request.user)
        return self.shown(row.pk)

    def shown(self, pk: Any, status: int = 200) -> Response:
        """The row, read anew as the list reads it."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise NotFound
        return Response(self.get_serializer(row).data, status=status)
