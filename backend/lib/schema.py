"""How the API describes itself: what each door reads and answers, refusals included."""

from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from backend.lib.api import ScopedViewSet


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong, in a sentence."""

    detail = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """A rule says no, in a sentence for the person; `field` names the input it is about, if one is."""

    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True)


BY_FIELD = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
WRONG_INPUT = OpenApiResponse(BY_FIELD, "The input has the wrong shape: a sentence per field.")
NO_TOKEN = OpenApiResponse(ProblemSerializer, "No token, or one that has expired or was revoked.")
NO_RIGHT = OpenApiResponse(ProblemSerializer, "You see this row, but this act is not yours.")
NOT_THERE = OpenApiResponse(ProblemSerializer, "No such row for you.")
REFUSED = OpenApiResponse(RefusalSerializer, "A rule refuses it, in a sentence.")


class HouseSchema(AutoSchema):
    """Every door tells 401; a row tells 404; what reads an input tells 400; what writes tells 403 and 409."""

    view: Any  # a ScopedViewSet, or a view of a library

    def get_request_serializer(self) -> Any:
        reads = isinstance(self.view, ScopedViewSet) and self.method in {"POST", "PUT", "PATCH"}
        return self.view.input_class() if reads else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if isinstance(self.view, ScopedViewSet):
            answers = getattr(getattr(self.view, self.view.action or "", None), "answers", None)
            if isinstance(answers, dict):
                return answers
            if isinstance(answers, int):
                return {answers: type(self.view).serializer_class}
            if self.view.action in {"create", "partial_update"}:
                written = type(self.view).written_class or type(self.view).serializer_class
                return {201 if self.view.action == "create" else 200: written}
        return super().get_response_serializers()

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        writes = self.method not in {"GET", "HEAD", "OPTIONS"}
        told = {"401": NO_TOKEN}
        if writes or self._is_list_view():
            told["400"] = WRONG_INPUT
        if writes:
            told |= {"403": NO_RIGHT, "409": REFUSED}
        if "{" in self.path:
            told["404"] = NOT_THERE
        describe: Any = self._get_response_for_code
        for code, answer in sorted(told.items()):
            bodies.setdefault(code, describe(answer, code, direction=direction))
        return bodies


class OnceGenerator(SchemaGenerator):
    """The document is the same for everybody: written once in each process and language, since it takes seconds."""

    written: ClassVar[dict[tuple[str | None, bool], Any]] = {}

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        key = (get_language(), public)
        if key not in self.written:
            written: Any = super()
            self.written[key] = written.get_schema(request=request, public=public)
        return self.written[key]
