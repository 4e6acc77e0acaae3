"""Every table of journeys."""

from journeys.models.attention import SavedView, Snooze
from journeys.models.immersions import Company, Immersion, Signature
from journeys.models.imports import ColumnMapping, Import
from journeys.models.journeys import Commitment, Companion, Journey, Step
from journeys.models.ledger import Delivery, Statement
from journeys.models.milestones import EvidenceFile, Milestone, MilestoneProposal
from journeys.models.modules import Enrolment, Module, ModuleDate
from journeys.models.plans import Bridge, Extension, PlanChange
from journeys.models.programmes import Programme, ProgrammeVersion, StepFacts, StepKind, StepTemplate
from journeys.models.projects import Carrier, Holder, Phase, Project
from journeys.models.territory import Commune, Neighbourhood

__all__ = [
    "Bridge",
    "Carrier",
    "ColumnMapping",
    "Commitment",
    "Commune",
    "Companion",
    "Company",
    "Delivery",
    "Enrolment",
    "EvidenceFile",
    "Extension",
    "Holder",
    "Immersion",
    "Import",
    "Journey",
    "Milestone",
    "MilestoneProposal",
    "Module",
    "ModuleDate",
    "Neighbourhood",
    "Phase",
    "PlanChange",
    "Programme",
    "ProgrammeVersion",
    "Project",
    "SavedView",
    "Signature",
    "Snooze",
    "Statement",
    "Step",
    "StepFacts",
    "StepKind",
    "StepTemplate",
]
