"""Journeys over HTTP: the same rules and verbs as the pages."""

from journeys.api.amendments import AmendmentViewSet
from journeys.api.board import BoardViewSet, SavedViewViewSet
from journeys.api.bridges import BridgeViewSet
from journeys.api.companies import CompanyViewSet
from journeys.api.companions import CompanionViewSet
from journeys.api.extensions import ExtensionViewSet
from journeys.api.hosts import HostAskViewSet, OfferViewSet, SiteViewSet
from journeys.api.immersions import ImmersionViewSet
from journeys.api.imports import ImportViewSet
from journeys.api.journeys import CommitmentViewSet, JourneyViewSet, StepViewSet
from journeys.api.ledger import DeliveryViewSet
from journeys.api.milestones import EvidenceFileViewSet, MilestoneProposalViewSet, MilestoneViewSet
from journeys.api.modules import EnrolmentViewSet, ModuleDateViewSet, ModuleViewSet
from journeys.api.needs import NeedViewSet, SnoozeViewSet
from journeys.api.outcomes import FollowUpViewSet, OutcomeViewSet
from journeys.api.programmes import ProgrammeStepViewSet, ProgrammeVersionViewSet, ProgrammeViewSet
from journeys.api.projects import HolderViewSet, ProjectViewSet
from journeys.api.signing import SignatureViewSet
from journeys.api.statements import StatementViewSet
from journeys.api.stays import LessonViewSet
from journeys.api.territory import CommuneViewSet, NeighbourhoodViewSet

routes = [
    ("communes", CommuneViewSet),
    ("neighbourhoods", NeighbourhoodViewSet),
    ("programmes", ProgrammeViewSet),
    ("programme-versions", ProgrammeVersionViewSet),
    ("programme-steps", ProgrammeStepViewSet),
    ("projects", ProjectViewSet),
    ("holders", HolderViewSet),
    ("journeys", JourneyViewSet),
    ("board", BoardViewSet),
    ("saved-views", SavedViewViewSet),
    ("extensions", ExtensionViewSet),
    ("bridges", BridgeViewSet),
    ("steps", StepViewSet),
    ("commitments", CommitmentViewSet),
    ("modules", ModuleViewSet),
    ("module-dates", ModuleDateViewSet),
    ("enrolments", EnrolmentViewSet),
    ("companies", CompanyViewSet),
    ("sites", SiteViewSet),
    ("offers", OfferViewSet),
    ("host-asks", HostAskViewSet),
    ("immersions", ImmersionViewSet),
    ("amendments", AmendmentViewSet),
    ("lessons", LessonViewSet),
    ("signatures", SignatureViewSet),
    ("milestones", MilestoneViewSet),
    ("milestone-proposals", MilestoneProposalViewSet),
    ("evidence-files", EvidenceFileViewSet),
    ("deliveries", DeliveryViewSet),
    ("statements", StatementViewSet),
    ("imports", ImportViewSet),
    ("needs", NeedViewSet),
    ("snoozes", SnoozeViewSet),
    ("companions", CompanionViewSet),
    ("outcomes", OutcomeViewSet),
    ("follow-ups", FollowUpViewSet),
]
