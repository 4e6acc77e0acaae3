"""Statements of hours: prepared, read whole, signed."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import gives
from journeys import actions, policies
from journeys.api.files import PAPERS, paper_file
from journeys.api.ledger import DeliverySerializer
from journeys.models import Journey, Programme, Statement
from journeys.queries import statement_papers
from journeys.queries.statements import read


class StatementSerializer(serializers.ModelSerializer[Statement]):
    class Meta:
        model = Statement
        fields = (
            "id", "journey", "starts_on", "ends_on", "state", "prepared_by", "signed_by", "signed_at", "digest",
            "created_at",
        )  # fmt: skip


class PrepareStatementSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField(help_text="A journey of a programme you lead.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class PrepareStatementsSerializer(serializers.Serializer[Any]):
    programme = serializers.IntegerField(help_text="A programme you lead.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class PreparedSerializer(serializers.Serializer[Any]):
    """Ids: statements made, journeys that had one of these days, journeys with no hours to sign."""

    made = serializers.ListField(child=serializers.IntegerField())
    already = serializers.ListField(child=serializers.IntegerField())
    without = serializers.ListField(child=serializers.IntegerField())


class SignStatementSerializer(serializers.Serializer[Any]):
    seen = serializers.CharField(max_length=64, help_text="The `digest` of what was read (see `reading`).")


class ReadingSerializer(serializers.Serializer[Any]):
    """A statement read whole: `lines` signed or to sign, `outside` those of its days that stay out. Minutes."""

    digest = serializers.CharField()
    minutes = serializers.IntegerField()
    apart = serializers.IntegerField()
    lines = DeliverySerializer(many=True)
    outside = DeliverySerializer(many=True)


class StatementViewSet(ScopedViewSet):
    """The hours of a period, put to the holder to sign as a whole."""

    queryset = Statement.objects.select_related(
        "journey__programme__organisation", "journey__holder__user", "journey__project", "signed_by"
    ).order_by("-starts_on", "-pk")
    serializer_class = StatementSerializer
    create_class = PrepareStatementSerializer
    filterset_fields = {
        "journey": ["exact"],
        "journey__programme": ["exact"],
        "state": ["exact"],
        "starts_on": ["gte", "lte"],
        "ends_on": ["gte", "lte"],
    }
    ordering_fields = ("starts_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """The hours of these days wait for the holder's signature."""
        data = self.parsed()
        rows = Journey.objects.select_related("programme__organisation", "holder__user")
        journey = self.related(rows, data.pop("journey"), "journey")
        self.require(policies.may_prepare_statement(request.user, journey))
        return self.shown(actions.prepare_statement(journey, **data, by=request.user).pk, 201)

    @act(PrepareStatementsSerializer, answers=PreparedSerializer, detail=False)
    def prepare(self, request: Request) -> Response:
        """The statements of a whole programme in one act."""
        data = self.parsed()
        programme = self.related(Programme.objects.select_related("organisation"), data.pop("programme"), "programme")
        self.require(policies.may_prepare_statements(request.user, programme))
        found = actions.prepare_statements(programme, **data, by=request.user)
        return Response({name: [row.pk for row in getattr(found, name)] for name in ("made", "already", "without")})

    @act(answers=ReadingSerializer, method="get")
    def reading(self, request: Request, pk: str) -> Response:
        """Every line of it, and the digest that signing names."""
        return Response(ReadingSerializer(read(self.get_object()), context=self.get_serializer_context()).data)

    @gives(*PAPERS)
    @act(method="get", answers=OpenApiTypes.BINARY)
    def file(self, request: Request, pk: str) -> HttpResponse:
        """The statement as a paper: the same file as on its page."""
        row = self.get_object()
        paper = statement_papers.journey_paper(row.journey, row.starts_on, row.ends_on, statement=row)
        return paper_file(request, paper)

    @act(SignStatementSerializer)
    def sign(self, request: Request, pk: str) -> Response:
        """Its holder signs what she read; refused when the lines changed since."""
        return self.do(policies.may_sign_statement, actions.sign_statement)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """It is not to sign any more."""
        return self.do(policies.may_withdraw_statement, actions.withdraw_statement)
