"""Programmes designed over HTTP: settings, versions, the steps of a draft, files."""

import json
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib import clock
from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import gives
from journeys import actions, policies
from journeys.actions.programme_rules import NUMBERS, PROGRAMME_TEXTS, RESOURCES, SETTING_NUMBERS, STEPS, TEXTS
from journeys.api.files import DAYS, PAPERS, days_asked, paper_file
from journeys.models import Commune, Module, Phase, Programme, ProgrammeVersion, StepKind, StepTemplate
from journeys.queries import statement_papers, version_pages
from journeys.queries.programme_files import programme_file
from journeys.queries.programmes import stamp_of_settings
from journeys.queries.version_words import in_words
from journeys.queries.versions import difference, stamp_of


class ResourceSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    url = serializers.URLField(max_length=500, help_text="An https address.")


class StepTemplateSerializer(serializers.ModelSerializer[StepTemplate]):
    resources = ResourceSerializer(many=True, read_only=True)
    stamp = serializers.SerializerMethodField(help_text="Changes with the step: send it back when you change the step.")

    class Meta:
        model = StepTemplate
        fields = (
            "id", "version", "code", "position", "kind", "title_fr", "title_en", "weight", "is_required", "is_shared",
            "min_days", "max_days", "minutes_expected", "occurrences", "evidence_fr", "evidence_en", "resources",
            "module", "after", "stamp",
        )  # fmt: skip

    def get_stamp(self, step: StepTemplate) -> str:
        return stamp_of(step)


class ProgrammeVersionSerializer(serializers.ModelSerializer[ProgrammeVersion]):
    steps = StepTemplateSerializer(many=True, read_only=True)

    class Meta:
        model = ProgrammeVersion
        fields = ("id", "programme", "number", "note", "published_at", "published_by", "steps")


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    phases = serializers.ListField(child=serializers.CharField(), read_only=True)
    versions = ProgrammeVersionSerializer(many=True, read_only=True)
    stamp = serializers.SerializerMethodField(help_text="Changes with the settings: send it back when you change them.")

    class Meta:
        model = Programme
        fields = (
            "id", "organisation", "code", "title_fr", "title_en", "summary_fr", "summary_en", "track", "phases",
            "communes", "capacity", "hole_days", "silence_weeks", "smallest_group", "is_open", "versions", "stamp",
        )  # fmt: skip

    def get_stamp(self, programme: Programme) -> str:
        return stamp_of_settings(programme)


def _text(names: dict[str, int], name: str, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=names[name], required=False, allow_blank=True, **kwargs)


def _number(bounds: dict[str, tuple[int, int]], name: str, **kwargs: Any) -> serializers.IntegerField:
    low, high = bounds[name]
    return serializers.IntegerField(min_value=low, max_value=high, required=False, **kwargs)


class UpdateProgrammeSerializer(serializers.Serializer[Any]):
    title_fr = serializers.CharField(max_length=PROGRAMME_TEXTS["title_fr"])
    title_en = _text(PROGRAMME_TEXTS, "title_en")
    summary_fr = _text(PROGRAMME_TEXTS, "summary_fr")
    summary_en = _text(PROGRAMME_TEXTS, "summary_en")
    track = serializers.ChoiceField(Programme.Track.choices, required=False)
    phases = serializers.ListField(child=serializers.ChoiceField(Phase.choices), required=False, max_length=4)
    communes = serializers.PrimaryKeyRelatedField(
        queryset=Commune.objects.all(), many=True, required=False, help_text="None: every commune."
    )
    capacity = _number(SETTING_NUMBERS, "capacity", allow_null=True)
    hole_days = _number(SETTING_NUMBERS, "hole_days")
    silence_weeks = _number(SETTING_NUMBERS, "silence_weeks")
    smallest_group = _number(SETTING_NUMBERS, "smallest_group", help_text="Published figures show no smaller one.")
    is_open = serializers.BooleanField(required=False)
    stamp = serializers.CharField(max_length=16, required=False, help_text="That of the settings as they were read.")


class CreateProgrammeSerializer(UpdateProgrammeSerializer):
    organisation = serializers.IntegerField()
    code = serializers.SlugField(max_length=40, required=False, help_text="Made from the title if it is not given.")
    stamp = None  # type: ignore[assignment]  # nothing was read


class DuplicateProgrammeSerializer(serializers.Serializer[Any]):
    title_fr = serializers.CharField(max_length=PROGRAMME_TEXTS["title_fr"])
    title_en = _text(PROGRAMME_TEXTS, "title_en")
    code = serializers.SlugField(max_length=40, required=False)


class ImportProgrammeSerializer(serializers.Serializer[Any]):
    organisation = serializers.IntegerField()
    file = serializers.JSONField(help_text="The object that `export` gives.")
    code = serializers.SlugField(max_length=40, required=False, help_text="Instead of the code of the file.")


class ProgrammeFileSerializer(serializers.Serializer[Any]):
    """What `export` gives and `import` reads."""

    format = serializers.CharField()
    version = serializers.IntegerField()
    programme = serializers.JSONField()


class ProgrammeViewSet(ScopedViewSet):
    """What the organisations offer, with the steps of each version; drafts for their leads only."""

    queryset = Programme.objects.order_by("title_fr", "pk")
    serializer_class = ProgrammeSerializer
    create_class = CreateProgrammeSerializer
    update_class = UpdateProgrammeSerializer
    filterset_fields = ("organisation", "code", "track", "is_open")
    ordering_fields = ("title_fr", "code", "id")

    def get_queryset(self) -> Any:
        rows = super().get_queryset().prefetch_related("communes")
        if getattr(self, "swagger_fake_view", False):
            return rows
        versions = ProgrammeVersion.objects.visible_to(self.request.user).order_by("-number")
        steps = StepTemplate.objects.prefetch_related("after").order_by("position", "pk")
        return rows.prefetch_related(Prefetch("versions", versions), Prefetch("versions__steps", steps))

    def _organisation(self, pk: int) -> Organisation:
        found = organisations_of(self.request.user).filter(pk=pk).first()
        if found is None:
            raise serializers.ValidationError({"organisation": ["No such organisation for you."]})
        return found

    def create(self, request: Request) -> Response:
        """A programme with an empty draft: add its steps, then publish it."""
        data = self.parsed()
        organisation = self._organisation(data.pop("organisation"))
        self.require(policies.may_create_programme(request.user, organisation))
        data["communes"] = [one.pk for one in data.get("communes", [])]
        return self.shown(actions.create_programme(organisation, data, publish=False, by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the settings given; the rest stays."""
        programme = self.get_object()
        self.require(policies.may_update_programme(request.user, programme))
        return self.shown(actions.update_programme(programme, **self.parsed(partial=True), by=request.user).pk)

    @act()
    def draft(self, request: Request, pk: str) -> Response:
        """Start the draft of the next version; when there is one already, nothing changes."""
        return self.do(policies.may_start_draft, actions.start_draft)

    @act(DuplicateProgrammeSerializer, code=201)
    def duplicate(self, request: Request, pk: str) -> Response:
        """Another programme of the organisation with the same settings and steps, as a draft."""
        programme = self.get_object()
        self.require(policies.may_duplicate_programme(request.user, programme))
        return self.shown(actions.duplicate_programme(programme, **self.parsed(), by=request.user).pk, 201)

    @act(method="get", answers=ProgrammeFileSerializer)
    def export(self, request: Request, pk: str) -> Response:
        """The programme as one object, to keep or to bring in elsewhere."""
        programme = self.get_object()
        self.require(policies.may_export_programme(request.user, programme))
        return Response(json.loads(programme_file(programme)))

    @gives(*PAPERS, more=DAYS)
    @act(method="get", answers=OpenApiTypes.BINARY)
    def hours(self, request: Request, pk: str) -> HttpResponse:
        """Everybody’s hours over a period, as a paper; without days, this year."""
        programme = self.get_object()
        self.require(policies.may_read_programme_hours(request.user, programme))
        today = clock.today()
        days = days_asked(request, (today.replace(month=1, day=1), today))
        return paper_file(request, statement_papers.programme_paper(programme, *days))

    @act(ImportProgrammeSerializer, detail=False, url_path="import", code=201)
    def bring_in(self, request: Request) -> Response:
        """The programme that `export` gave, as a draft; checked whole before anything is written."""
        data = self.parsed()
        organisation = self._organisation(data["organisation"])
        self.require(policies.may_import_programme(request.user, organisation))
        sent = json.dumps(data["file"]).encode()
        made = actions.import_programme(organisation, sent, code=data.get("code", ""), by=request.user)
        return self.shown(made.programme.pk, 201)


class UpdateProgrammeStepSerializer(serializers.Serializer[Any]):
    title_fr = _text(TEXTS, "title_fr")
    title_en = _text(TEXTS, "title_en")
    weight = _number(NUMBERS, "weight")
    is_required = serializers.BooleanField(required=False)
    is_shared = serializers.BooleanField(required=False)
    min_days = _number(NUMBERS, "min_days")
    max_days = _number(NUMBERS, "max_days")
    minutes_expected = _number(NUMBERS, "minutes_expected")
    occurrences = _number(NUMBERS, "occurrences", help_text="Mentoring only.")
    evidence_fr = _text(TEXTS, "evidence_fr")
    evidence_en = _text(TEXTS, "evidence_en")
    resources = serializers.ListField(child=ResourceSerializer(), required=False, max_length=RESOURCES)
    module = serializers.IntegerField(required=False, allow_null=True, help_text="A module of the catalogue.")
    new_module_fr = serializers.CharField(max_length=160, required=False, help_text="Makes a new module.")
    new_module_en = serializers.CharField(max_length=160, required=False, allow_blank=True)
    after = serializers.ListField(
        child=serializers.SlugField(), required=False, max_length=STEPS, help_text="Codes of what must come first."
    )
    stamp = serializers.CharField(max_length=16, required=False, help_text="That of the step as it was read.")


class AddProgrammeStepSerializer(UpdateProgrammeStepSerializer):
    kind = serializers.ChoiceField(StepKind.choices)
    stamp = None  # type: ignore[assignment]  # nothing was read


class PublishVersionSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=240, required=False, allow_blank=True)


class SayingSerializer(serializers.Serializer[Any]):
    fact = serializers.CharField(source="label")
    old = serializers.CharField()
    new = serializers.CharField()


class StepDifferenceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    became = serializers.ChoiceField(["added", "removed", "changed"])
    is_moved = serializers.BooleanField()
    facts = SayingSerializer(many=True)


class StepFinder(ScopedViewSet):
    """What both kinds of doors onto steps need."""

    def step_facts(self, **kwargs: Any) -> dict[str, Any]:
        """The input, its module found among those this person may see."""
        facts = self.parsed(**kwargs)
        if facts.get("module") is not None:
            facts["module"] = self.related(Module.objects.all(), facts["module"], "module")
        return facts


class ProgrammeVersionViewSet(StepFinder):
    """Published versions, for every member; drafts, for their leads."""

    queryset = ProgrammeVersion.objects.select_related("programme__organisation").prefetch_related(
        Prefetch("steps", StepTemplate.objects.prefetch_related("after").order_by("position", "pk"))
    ).order_by("programme", "-number")  # fmt: skip
    serializer_class = ProgrammeVersionSerializer
    filterset_fields = {"programme": ["exact"], "number": ["exact"], "published_at": ["isnull"]}
    ordering_fields = ("number", "published_at", "id")

    @act(method="get", answers=StepDifferenceSerializer(many=True))
    def difference(self, request: Request, pk: str) -> Response:
        """What it changes to the published version before it, in words; steps that are the same are left out."""
        version = self.get_object()
        found = in_words(difference(version_pages.previous_of(version), version))
        return Response(StepDifferenceSerializer(found, many=True).data)

    @act(AddProgrammeStepSerializer, code=201)
    def steps(self, request: Request, pk: str) -> Response:
        """Add a step at the end of the draft."""
        version = self.get_object()
        self.require(policies.may_add_programme_step(request.user, version))
        actions.add_programme_step(version, **self.step_facts(), by=request.user)
        return self.shown(version.pk, 201)

    @act(PublishVersionSerializer)
    def publish(self, request: Request, pk: str) -> Response:
        """The draft is the next version, for good."""
        return self.do(policies.may_publish_version, actions.publish_version)

    @act(code=204)
    def discard(self, request: Request, pk: str) -> Response:
        """The draft and its steps are gone."""
        version = self.get_object()
        self.require(policies.may_discard_version(request.user, version))
        actions.discard_version(version, by=request.user)
        return Response(status=204)


class MoveProgrammeStepSerializer(serializers.Serializer[Any]):
    place = serializers.IntegerField(min_value=1, max_value=STEPS, help_text="1 is first.")


class ProgrammeStepViewSet(StepFinder):
    """The steps of versions; those of a draft can be changed."""

    queryset = StepTemplate.objects.select_related("version__programme__organisation").prefetch_related(
        "after"
    ).order_by("version", "position", "pk")  # fmt: skip
    serializer_class = StepTemplateSerializer
    update_class = UpdateProgrammeStepSerializer
    filterset_fields = ("version", "version__programme", "code", "kind")
    ordering_fields = ("position", "id")

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; code and kind stay. Send the stamp that was read, and nobody is overwritten."""
        step = self.get_object()
        self.require(policies.may_update_programme_step(request.user, step))
        return self.shown(actions.update_programme_step(step, **self.step_facts(partial=True), by=request.user).pk)

    @act(MoveProgrammeStepSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """To a place of the draft; the others close up."""
        return self.do(policies.may_move_programme_step, actions.move_programme_step)

    @act(code=204)
    def remove(self, request: Request, pk: str) -> Response:
        """Gone from the draft; what waited for it waits for what it waited for."""
        step = self.get_object()
        self.require(policies.may_remove_programme_step(request.user, step))
        actions.remove_programme_step(step, by=request.user)
        return Response(status=204)
