"""Every table of journeys."""

from journeys.models.immersions import Company, Immersion, Signature
from journeys.models.imports import Import
from journeys.models.journeys import Commitment, Companion, Journey, Step
from journeys.models.ledger import Delivery, Milestone
from journeys.models.modules import Enrolment, Module, ModuleDate
from journeys.models.programmes import Programme, ProgrammeVersion, StepKind, StepTemplate
from journeys.models.projects import Holder, Phase, Project
from journeys.models.territory import Commune, Neighbourhood

__all__ = [
    "Commitment",
    "Commune",
    "Companion",
    "Company",
    "Delivery",
    "Enrolment",
    "Holder",
    "Immersion",
    "Import",
    "Journey",
    "Milestone",
    "Module",
    "ModuleDate",
    "Neighbourhood",
    "Phase",
    "Programme",
    "ProgrammeVersion",
    "Project",
    "Signature",
    "Step",
    "StepKind",
    "StepTemplate",
]
