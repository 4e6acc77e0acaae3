"""Every table of journeys."""

from journeys.models.agreements import Amendment, Paper, Signature
from journeys.models.attention import SavedView, Snooze
from journeys.models.companies import Company, HostAsk, Objective, Offer, Site
from journeys.models.immersions import Immersion, Party
from journeys.models.imports import ColumnMapping, Import, ImportedFile
from journeys.models.journeys import Commitment, Companion, Journey, Step
from journeys.models.ledger import Delivery, DeliveryMessage, Statement
from journeys.models.milestones import EvidenceFile, Milestone, MilestoneProposal
from journeys.models.modules import Enrolment, Module, ModuleDate
from journeys.models.outcomes import FollowUp, Outcome
from journeys.models.plans import Bridge, Extension, PlanChange
from journeys.models.programmes import Programme, ProgrammeVersion, StepFacts, StepKind, StepTemplate
from journeys.models.projects import Carrier, Holder, Phase, Project
from journeys.models.stays import Assessment, CheckIn, Lesson, Observation, StayQuestion
from journeys.models.territory import Commune, Neighbourhood, QpvReference

__all__ = [
    "Amendment",
    "Assessment",
    "Bridge",
    "Carrier",
    "CheckIn",
    "ColumnMapping",
    "Commitment",
    "Commune",
    "Companion",
    "Company",
    "Delivery",
    "DeliveryMessage",
    "Enrolment",
    "EvidenceFile",
    "Extension",
    "FollowUp",
    "Holder",
    "HostAsk",
    "Immersion",
    "Import",
    "ImportedFile",
    "Journey",
    "Lesson",
    "Milestone",
    "MilestoneProposal",
    "Module",
    "ModuleDate",
    "Neighbourhood",
    "Objective",
    "Observation",
    "Offer",
    "Outcome",
    "Paper",
    "Party",
    "Phase",
    "PlanChange",
    "Programme",
    "ProgrammeVersion",
    "Project",
    "QpvReference",
    "SavedView",
    "Signature",
    "Site",
    "Snooze",
    "Statement",
    "StayQuestion",
    "Step",
    "StepFacts",
    "StepKind",
    "StepTemplate",
]
