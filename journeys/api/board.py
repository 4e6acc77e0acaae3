"""The board over HTTP: the same filters, saved views and acts on many journeys as the page."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.lib import clock
from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import TABLES, gives
from backend.lib.refusal import Refused
from journeys import actions, policies
from journeys.api.files import table_file
from journeys.forms.board import BoardForm
from journeys.models import Journey, SavedView
from journeys.queries import board_export, bulk
from journeys.queries.board import Row, board, rows_of


class BoardRowSerializer(serializers.Serializer[Row]):
    """One line of the board."""

    journey = serializers.IntegerField(source="journey.pk")
    holder_name = serializers.CharField(source="journey.holder.user.get_full_name")
    project_name = serializers.CharField(source="journey.project.name")
    programme = serializers.IntegerField(source="journey.programme_id")
    phase = serializers.CharField(source="journey.project.phase")
    state = serializers.CharField(source="journey.state")
    referent = serializers.IntegerField(source="journey.referent_id", allow_null=True)
    percent = serializers.IntegerField()
    health = serializers.CharField(source="health.word")
    reason = serializers.CharField(source="health.reason")
    signs = serializers.SerializerMethodField()
    next_step = serializers.CharField(source="next_step.title", default="")
    next_on = serializers.DateField(allow_null=True)
    last_contact = serializers.DateTimeField(allow_null=True)
    is_outdated = serializers.BooleanField()

    def get_signs(self, row: Row) -> list[str]:
        return [sign.code for sign in row.health.signs]


class ManySerializer(serializers.Serializer[Any]):
    """Which journeys: their numbers, or `all` that fit the filters in the address."""

    journeys = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=bulk.MOST)
    all = serializers.BooleanField(required=False, default=False)


class AssignReferentSerializer(ManySerializer):
    referent = serializers.IntegerField()


class MessageSerializer(ManySerializer):
    subject = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=5000)
    key = serializers.SlugField(max_length=32, help_text="Names this message: with the same key nobody gets it twice.")


class RowRefusalSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()
    detail = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of each journey."""

    done = serializers.ListField(child=serializers.IntegerField())
    same = serializers.ListField(child=serializers.IntegerField())
    refused = RowRefusalSerializer(many=True)


class BoardViewSet(ScopedViewSet):
    """The cohort board. The address takes the filters of the page: phase, track, sign, referent, version, since…"""

    queryset = Journey.objects.order_by("pk")
    serializer_class = BoardRowSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.require(policies.may_list_journeys(request.user))

    def asked(self) -> BoardForm:
        query = QueryDict(self.request.META.get("QUERY_STRING", ""))
        return BoardForm(query, user=self.request.user)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False) or self.action != "list":
            return rows
        return board(self.request.user, self.asked().filters)

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of numbers, then only its rows in full."""
        page = super().paginate_queryset(queryset.values_list("pk", flat=True))
        return None if page is None else rows_of(page)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One line."""
        [row] = rows_of([self.get_object().pk])
        return Response(self.get_serializer(row).data)

    def chosen(self, data: dict[str, Any], *, with_ended: bool = True) -> list[Journey]:
        """The journeys of this act; 400 when none is named, 409 when they are too many."""
        self.require(policies.may_act_on_many(self.request.user))
        picks, everything = data.pop("journeys", None), data.pop("all")
        if picks is None and not everything:
            raise serializers.ValidationError({"journeys": ["Name the journeys, or ask for all that fit."]})
        found = bulk.chosen(
            self.request.user, self.asked().filters, None if everything else picks, with_ended=with_ended
        )
        if found.too_many:
            raise Refused(f"{found.too_many} > {bulk.MOST}", field="journeys")
        return found.journeys

    def told(self, outcome: actions.Outcome) -> Response:
        refused = [{"journey": one.pk, "detail": sentence} for one, sentence in outcome.refused]
        done, same = ([one.pk for one in rows] for rows in (outcome.done, outcome.same))
        return Response({"done": done, "same": same, "refused": refused})

    def file(self, reachable: bool) -> HttpResponse:
        user, form = self.request.user, self.asked()
        self.require(policies.may_export_journeys(user))
        rows = board_export.exported(user, form.filters, by_phase=form.way == "columns")
        known = board_export.with_addresses(user, rows) if reachable else None
        if known is not None:
            self.require(policies.may_reveal_many_contacts(user))
            actions.reveal_many_contacts(known, by=user)
        head = board_export.export_head(with_contacts=reachable)
        name = f"jalon-{_('journeys')}-{clock.today():%Y-%m-%d}"
        lines = board_export.export_rows(rows, reachable=known)
        return table_file(self.request, name, str(_("Journeys")), head, lines)

    @gives(*TABLES)
    @act(method="get", answers=OpenApiTypes.BINARY, detail=False)
    def export(self, request: Request) -> HttpResponse:
        """The board as it is filtered, as a file."""
        return self.file(reachable=False)

    @gives(*TABLES)
    @act(answers=OpenApiTypes.BINARY, detail=False)
    def export_contacts(self, request: Request) -> HttpResponse:
        """The same with the holders’ addresses; history remembers each person whose journey is not yours."""
        return self.file(reachable=True)

    @act(AssignReferentSerializer, answers=OutcomeSerializer, detail=False)
    def assign_referent(self, request: Request) -> Response:
        """One referent for many journeys."""
        data = self.parsed()
        journeys = self.chosen(data)
        referent = bulk.referents_to_choose(request.user, journeys).filter(pk=data["referent"]).first()
        if referent is None:
            raise serializers.ValidationError({"referent": ["No lead of these organisations has this number."]})
        return self.told(actions.assign_referent_to_many(journeys, referent, by=request.user))

    @act(ManySerializer, answers=OutcomeSerializer, detail=False)
    def update_version(self, request: Request) -> Response:
        """The newest version of their programmes; what was changed for a person stays."""
        journeys = self.chosen(self.parsed(), with_ended=False)
        allowed = [one for one in journeys if policies.may_apply_version(request.user, one)]
        versions = {one.programme.pk: one.version for one in bulk.updates_of(allowed)}
        return self.told(actions.apply_newest_to_many(allowed, versions, by=request.user))

    @act(MessageSerializer, answers=OutcomeSerializer, detail=False)
    def message(self, request: Request) -> Response:
        """One letter to each of the holders; ended journeys only if the filters in the address ask for them."""
        data = self.parsed()
        journeys = self.chosen(data, with_ended=self.asked().filters.asks_for_ended)
        return self.told(actions.message_holders(journeys, **data, by=request.user))


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    class Meta:
        model = SavedView
        fields = ("id", "name", "query", "organisation", "user", "created_at")


class WriteSavedViewSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    organisation = serializers.IntegerField(required=False, allow_null=True, help_text="Shared with its leads.")


class CreateSavedViewSerializer(WriteSavedViewSerializer):
    query = serializers.CharField(max_length=1000, allow_blank=True, help_text="As in the address of the board.")


class SavedViewViewSet(ScopedViewSet):
    """Names for sets of filters of the board."""

    queryset = SavedView.objects.order_by("name", "pk")
    serializer_class = SavedViewSerializer
    create_class = CreateSavedViewSerializer
    update_class = WriteSavedViewSerializer
    filterset_fields = ("organisation",)

    def place(self, data: dict[str, Any]) -> Organisation | None:
        number = data.pop("organisation", None)
        place = Organisation.objects.filter(pk=number).first() if number else None
        if not policies.may_share_saved_view(self.request.user, number) or bool(place) != bool(number):
            raise serializers.ValidationError({"organisation": ["You lead no organisation of this number."]})
        return place

    def create(self, request: Request) -> Response:
        """Keep a view. Of the query, what the board does not know is dropped."""
        self.require(policies.may_create_saved_view(request.user))
        data = self.parsed()
        place = self.place(data)
        query = BoardForm(QueryDict(data.pop("query")), user=request.user).query()
        view = actions.create_saved_view(**data, query=query, organisation=place, by=request.user)
        return self.shown(view.pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Another name, other readers; the same ones when they are not named."""
        view = self.get_object()
        self.require(policies.may_update_saved_view(request.user, view))
        data = self.parsed()
        place = self.place(data) if "organisation" in data else view.organisation
        actions.update_saved_view(view, **data | {"organisation": place}, by=request.user)
        return self.shown(view.pk)

    @act(code=204)
    def remove(self, request: Request, pk: str) -> Response:
        """Above no board any more."""
        view = self.get_object()
        self.require(policies.may_delete_saved_view(request.user, view))
        actions.delete_saved_view(view, by=request.user)
        return Response(status=204)
