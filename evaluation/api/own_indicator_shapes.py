"""How indicators of leads are printed and read over the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.accounts.models import User
from backend.web.forms import check_year
from evaluation.models import Baseline, Indicator, IndicatorVersion, Target
from evaluation.queries.indicators.aims import Aim
from evaluation.queries.indicators.describing import BREAKDOWNS, sentences
from evaluation.queries.indicators.measured import find_measures
from evaluation.queries.indicators.opened import Part
from evaluation.queries.indicators.pages import Followed
from evaluation.queries.indicators.valued import Valued, as_read, unit_of
from evaluation.queries.indicators.versions import stamp_of

Version = IndicatorVersion


# --- Printed ------------------------------------------------------------------------------------------
class DefinitionSerializer(serializers.ModelSerializer[IndicatorVersion]):
    """One definition. `narrow`: which rows count, by name; `is_material`: it counts something else than the one before,
    which is shown beside it until `beside_until`."""

    narrow = serializers.DictField(child=serializers.CharField(), read_only=True)
    breakdowns = serializers.ListField(child=serializers.CharField(), read_only=True)
    iris = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = IndicatorVersion
        fields: tuple[str, ...] = (
            "number", *Version.FACTS, "is_material", "reason", "beside_until", "published_at", "published_by",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class DefinitionInWordsSerializer(DefinitionSerializer):
    """With what it counts, in sentences."""

    sentences = serializers.SerializerMethodField()

    class Meta(DefinitionSerializer.Meta):
        fields = (*DefinitionSerializer.Meta.fields, "sentences")
        read_only_fields = fields

    def get_sentences(self, row: IndicatorVersion) -> list[str]:
        return sentences(row)


class DraftSerializer(DefinitionInWordsSerializer):
    """The definition being written; `revision`: to say with its publication, so that nobody publishes unseen words."""

    class Meta(DefinitionSerializer.Meta):
        fields = (*DefinitionInWordsSerializer.Meta.fields, "revision")
        read_only_fields = fields


class TargetSerializer(serializers.ModelSerializer[Target]):
    """In the unit people read (hours, per cent); `replaced_at`: null for one that stands."""

    class Meta:
        model = Target
        fields: tuple[str, ...] = (
            "id", "value", "upto", "since", "until", "decided_by", "decided_on", "why", "replaced_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class BaselineSerializer(serializers.ModelSerializer[Baseline]):
    """Where it stood before, in the unit people read."""

    class Meta:
        model = Baseline
        fields: tuple[str, ...] = ("value", "day", "source")
        read_only_fields: tuple[str, ...] = fields


class OwnIndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """An indicator that an organisation follows; `definition`: null before the first is published."""

    definition = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    baseline = serializers.SerializerMethodField()

    class Meta:
        model = Indicator
        fields: tuple[str, ...] = (
            "id", "code", "organisation", "programme", "owner", "archived_at", "definition", "targets", "baseline",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(DefinitionSerializer(allow_null=True))
    def get_definition(self, row: Indicator) -> Any:
        published: list[IndicatorVersion] = row.published
        return DefinitionSerializer(published[0]).data if published else None

    @extend_schema_field(TargetSerializer(many=True))
    def get_targets(self, row: Indicator) -> Any:
        """Those that stand."""
        return TargetSerializer(row.standing, many=True).data

    @extend_schema_field(BaselineSerializer(allow_null=True))
    def get_baseline(self, row: Indicator) -> Any:
        found = getattr(row, "baseline", None)
        return BaselineSerializer(found).data if found else None


class OpenedIndicatorSerializer(OwnIndicatorSerializer):
    """With every definition published, the newest first, and every target it ever had. For its leads also the `draft`,
    and what is `seen`: to say with a change, which is refused where somebody else has changed it since."""

    definitions = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    draft = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField()

    class Meta(OwnIndicatorSerializer.Meta):
        fields = (*OwnIndicatorSerializer.Meta.fields, "definitions", "draft", "seen")
        read_only_fields = fields

    @extend_schema_field(DefinitionInWordsSerializer(many=True))
    def get_definitions(self, row: Indicator) -> Any:
        find_measures(row.published)
        return DefinitionInWordsSerializer(_of(row, row.published), many=True).data

    @extend_schema_field(TargetSerializer(many=True))
    def get_targets(self, row: Indicator) -> Any:
        """Those that stand first."""
        rows = sorted(row.targets.all(), key=lambda one: (one.replaced_at is not None, one.pk))
        return TargetSerializer(rows, many=True).data

    @extend_schema_field(DraftSerializer(allow_null=True))
    def get_draft(self, row: Indicator) -> Any:
        draft = row.versions.drafts().first() if self._is_led(row) else None
        return DraftSerializer(_of(row, [draft])[0]).data if draft else None

    @extend_schema_field(serializers.CharField())
    def get_seen(self, row: Indicator) -> str:
        return stamp_of(row) if self._is_led(row) else ""

    def _is_led(self, row: Indicator) -> bool:
        user: User = self.context["request"].user
        return user.leads(row.organisation_id)


def _of(indicator: Indicator, versions: list[IndicatorVersion]) -> list[IndicatorVersion]:
    for one in versions:
        one.indicator = indicator
    return versions


# --- Valued -------------------------------------------------------------------------------------------
class ValueSerializer(serializers.Serializer[Any]):
    """A value in the unit people read (`unit`: "%", "h", "points", "" for a count), with its 95 % interval.

    `numerator` and `denominator` are in the unit of rows (minutes for hours). `is_closed`: told to leads only.
    """

    definition = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    shown = serializers.CharField()
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    precision = serializers.CharField()
    is_hidden = serializers.BooleanField()
    is_closed = serializers.BooleanField()

    class Meta:
        ref_name = "IndicatorValue"


class AimSerializer(serializers.Serializer[Aim]):
    """A value against a target, in the target's own period; `elapsed`: the part of it gone by, from 0 to 1."""

    target = serializers.IntegerField(source="target.pk")
    value = serializers.FloatField(allow_null=True)
    standing = serializers.CharField()
    elapsed = serializers.FloatField(allow_null=True)
    words = serializers.CharField()

    class Meta:
        ref_name = "IndicatorAim"


class FollowedSerializer(serializers.Serializer[Any]):
    """An indicator valued; `beside`: by the definition it replaced, while both are shown."""

    indicator = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    current = ValueSerializer()
    beside = ValueSerializer(allow_null=True)
    aim = AimSerializer(allow_null=True)
    baseline = BaselineSerializer(allow_null=True)


class IndicatorPartSerializer(serializers.Serializer[Part]):
    """One group of a breakdown; `of`: sums over sums."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not what it is called
    value = serializers.FloatField(allow_null=True)
    shown = serializers.CharField()
    of = serializers.CharField()


class BreakdownSerializer(serializers.Serializer[Any]):
    dimension = serializers.CharField()
    parts = IndicatorPartSerializer(many=True)


class OpenedValueSerializer(FollowedSerializer):
    """With the scope that was valued, of how many people it is not known, and its breakdowns (for leads)."""

    since = serializers.DateField(allow_null=True)
    until = serializers.DateField()
    missing = serializers.IntegerField()
    breakdowns = BreakdownSerializer(many=True)


def printed_value(found: Valued) -> dict[str, Any]:
    figure, version = found.figure, found.version
    return {
        "definition": version.number, "value": found.value, "shown": found.shown, "unit": unit_of(version),
        "low": as_read(version, figure.low), "high": as_read(version, figure.high), "numerator": figure.numerator,
        "denominator": figure.denominator, "note": found.note, "precision": figure.precision,
        "is_hidden": figure.is_hidden, "is_closed": found.is_closed,
    }  # fmt: skip


def printed(one: Followed) -> dict[str, Any]:
    return {
        "indicator": one.indicator.pk, "code": one.indicator.code, "title": one.version.title,
        "current": printed_value(one.found), "beside": printed_value(one.beside) if one.beside else None,
        "aim": one.aim, "baseline": one.baseline,
    }  # fmt: skip


# --- Read ---------------------------------------------------------------------------------------------
class FactsSerializer(serializers.Serializer[Any]):
    """What a definition says; what is left out stays. Codes of measures are those of `indicators` and its `questions`.

    `narrow`: some of cohort, commune, qpv, neighbourhood, kind, state, milestone; an empty one counts everybody.
    """

    title_fr = serializers.CharField(max_length=160)
    title_en = serializers.CharField(max_length=160, required=False, allow_blank=True)
    reading_fr = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    reading_en = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    measure = serializers.CharField(max_length=200)
    shape = serializers.ChoiceField(choices=Version.Shape.choices, required=False)
    denominator = serializers.CharField(max_length=200, required=False, allow_blank=True)
    narrow = serializers.DictField(child=serializers.CharField(max_length=240, allow_blank=True), required=False)
    matures_after = serializers.IntegerField(min_value=0, max_value=120, required=False)
    matures_from = serializers.ChoiceField(choices=Version.Ripe.choices, required=False)
    direction = serializers.ChoiceField(choices=Version.Direction.choices, required=False)
    breakdowns = serializers.MultipleChoiceField(choices=list(BREAKDOWNS), required=False)
    iris = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=100)

    def validate_narrow(self, value: dict[str, str]) -> dict[str, str]:
        if unknown := [name for name in value if name not in Version.NARROWS]:
            known = {"name": unknown[0][:40], "names": ", ".join(Version.NARROWS)}
            raise serializers.ValidationError(_("Nothing is narrowed by “%(name)s”: %(names)s.") % known)
        return value


class CreateIndicatorSerializer(FactsSerializer):
    organisation = serializers.IntegerField(required=False, help_text="Left out: the only one you lead.")
    programme = serializers.IntegerField(required=False, allow_null=True, help_text="Left out: all programmes.")


class ReviseIndicatorSerializer(FactsSerializer):
    seen = serializers.CharField(max_length=60, help_text="As read; 409 (`is_stale`) if it was changed since.")


class PublishIndicatorSerializer(serializers.Serializer[Any]):
    """Whether it counts something else than before, and why it changes; a first definition needs no reason."""

    is_material = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=500, default="", allow_blank=True)
    revision = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="That of the draft when it was read: 409 if changed.",
    )


class DiscardIndicatorSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="That of the draft when it was read: 409 if changed.",
    )


class DayField(serializers.DateField):
    """A day of the years that pages take too."""

    default_validators = [check_year]


class SetTargetSerializer(serializers.Serializer[Any]):
    """In the unit people read; both days left out: over the whole programme."""

    value = serializers.DecimalField(max_digits=12, decimal_places=2)
    upto = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True)
    since = DayField(required=False, allow_null=True)
    until = DayField(required=False, allow_null=True)
    decided_by = serializers.CharField(max_length=160)
    decided_on = DayField()
    why = serializers.CharField(max_length=500)


class DropTargetSerializer(serializers.Serializer[Any]):
    target = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class SetBaselineSerializer(serializers.Serializer[Any]):
    value = serializers.DecimalField(max_digits=12, decimal_places=2)
    day = DayField()
    source = serializers.CharField(max_length=240)  # type: ignore[assignment]  # a field of this name
