"""The team of a project over HTTP: who carries it, who joins and leaves."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys import actions, policies
from journeys.models import Carrier, Holder, Journey, Programme
from journeys.queries import teams


class ProgressSerializer(serializers.Serializer[Any]):
    """Done weight over the weight of all steps but the waived ones."""

    done_weight = serializers.IntegerField()
    total_weight = serializers.IntegerField()
    percent = serializers.IntegerField()

    class Meta:
        ref_name = "TeamProgress"


class TeamJourneySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="journey.pk")
    programme = serializers.IntegerField(source="journey.programme_id")
    state = serializers.CharField(source="journey.state")
    progress = ProgressSerializer()


class TeamMemberSerializer(serializers.Serializer[Any]):
    """One line of the team. Names and progress only: contact details and status are for leads, on holders."""

    id = serializers.IntegerField(source="carrier.pk")
    holder = serializers.IntegerField(source="carrier.holder_id")
    name = serializers.CharField()
    part = serializers.ChoiceField(Carrier.Part.choices, source="carrier.part")
    joined_on = serializers.DateField(source="carrier.joined_on")
    left_on = serializers.DateField(source="carrier.left_on", allow_null=True)
    journeys = TeamJourneySerializer(many=True)


class TeamSerializer(serializers.Serializer[Any]):
    """`together`: a shared step counts once, every other step for each member; waived steps count nowhere."""

    members = TeamMemberSerializer(many=True)
    former = TeamMemberSerializer(many=True)
    together = ProgressSerializer()


class JoinSerializer(serializers.Serializer[Any]):
    holder = serializers.IntegerField(required=False, help_text="A holder of the organisation; else somebody new:")
    email = serializers.EmailField(required=False)
    first_name = serializers.CharField(required=False, max_length=80)
    last_name = serializers.CharField(required=False, max_length=80)
    part = serializers.ChoiceField(Carrier.Part.choices, default=Carrier.Part.PARTNER)
    joined_on = serializers.DateField()
    programme = serializers.IntegerField(required=False, allow_null=True, help_text="Where the journey begins.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A holder, or all three of e-mail, first name and name."""
        missing = [name for name in ("email", "first_name", "last_name") if not data.get(name)]
        if not data.get("holder") and missing:
            raise serializers.ValidationError({name: ["Give this, or a holder."] for name in missing})
        return data


class LeaveSerializer(serializers.Serializer[Any]):
    carrier = serializers.IntegerField(help_text="The line of the team that ends.")
    left_on = serializers.DateField()
    reason = serializers.CharField(max_length=240)
    end_journeys = serializers.ChoiceField(Journey.LeaveReason.choices, required=False)
    without_anybody = serializers.BooleanField(required=False)


class PartSerializer(serializers.Serializer[Any]):
    carrier = serializers.IntegerField()
    part = serializers.ChoiceField(Carrier.Part.choices)


class TeamActs(ScopedViewSet):
    """What a project offers besides itself: its team."""

    def _team(self, code: int = 200) -> Response:
        project = self.get_object()
        now, past = teams.team_of(project, self.request.user)
        shown = {"members": now, "former": past, "together": teams.together(teams.running(now))}
        return Response(TeamSerializer(shown).data, status=code)

    @act(answers=TeamSerializer, method="get")
    def team(self, request: Request, pk: str) -> Response:
        """Who carries it and who did, how far each is and all are together."""
        self.require(policies.may_see_team(request.user, self.get_object()))
        return self._team()

    @act(JoinSerializer, answers=TeamSerializer, code=201)
    def join(self, request: Request, pk: str) -> Response:
        """Somebody joins the team; answers with the team."""
        project = self.get_object()
        self.require(policies.may_join_project(request.user, project))
        data = self.parsed()
        names = {name: data.pop(name, "") for name in ("email", "first_name", "last_name")}
        holder, programme = data.pop("holder", None), data.pop("programme", None)
        here = Holder.objects.filter(organisation=project.organisation_id)
        person = self.related(here, holder, "holder") if holder else actions.Newcomer(**names)
        if programme:
            data["programme"] = self.related(Programme.objects, programme, "programme")
        actions.join_project(project, person, **data, by=request.user)
        return self._team(201)

    @act(LeaveSerializer, answers=TeamSerializer)
    def leave(self, request: Request, pk: str) -> Response:
        """Somebody leaves the team; the line stays in its history. Answers with the team."""
        return self._change(policies.may_leave_project, actions.leave_project)

    @act(PartSerializer, answers=TeamSerializer)
    def part(self, request: Request, pk: str) -> Response:
        """Somebody has another part in the project. Answers with the team."""
        return self._change(policies.may_change_part, actions.change_part)

    def _change(self, may: Any, action: Any) -> Response:
        """The line is of this project; the right is asked before what was sent is read."""
        project = self.get_object()
        self.require(policies.may_join_project(self.request.user, project))
        data = self.parsed()
        rows = Carrier.objects.filter(project=project).select_related("project__organisation", "holder__user")
        carrier = self.related(rows, data.pop("carrier"), "carrier")
        self.require(may(self.request.user, carrier))
        action(carrier, **data, by=self.request.user)
        return self._team()
