"""A journey that nobody makes, and what belongs to it: unsaved rows, for letters to show."""

from typing import Any

from django.utils.translation import gettext as _

from backend.calendars.samples import request_of
from backend.mail.gallery import Cast
from journeys.models import (
    Commitment,
    Commune,
    Company,
    Delivery,
    Holder,
    Immersion,
    Journey,
    Module,
    ModuleDate,
    Programme,
    Project,
    Signature,
    Step,
    StepKind,
)


def programme(cast: Cast) -> Programme:
    return Programme(pk=0, organisation=cast.organisation, title_fr=_("Sample programme"))


def project(cast: Cast, name: str = "") -> Project:
    return Project(
        pk=0, organisation=cast.organisation, name=name or _("Sample grocery"), phase="creation",
        pitch=_("A grocery without packaging, run by its customers."), commune=Commune(insee="44109", name="Nantes"),
    )  # fmt: skip


def journey(cast: Cast, part: str = "holder", name: str = "") -> Journey:
    holder = Holder(pk=0, organisation=cast.organisation, user=getattr(cast, part))
    return Journey(
        pk=0, programme=programme(cast), project=project(cast, name), holder=holder, referent=cast.lead,
        state=Journey.State.ACTIVE, started_on=cast.on(-90), planned_end_on=cast.on(180),
    )  # fmt: skip


def step(cast: Cast) -> Step:
    return Step(
        pk=0, journey=journey(cast), kind=StepKind.MILESTONE, code="sample", title_fr=_("Business plan validated"),
        state=Step.State.IN_PROGRESS, earliest_on=cast.on(-10), due_on=cast.on(20),
    )  # fmt: skip


def commitment(cast: Cast, text: str, days: int, owner: str = "holder") -> Commitment:
    return Commitment(pk=0, journey=journey(cast), text=text, owner=getattr(cast, owner), due_on=cast.on(days))


def company(cast: Cast) -> Company:
    return Company(
        pk=0, organisation=cast.organisation, name=_("Sample bakery"), address=_("1 Sample Street, Nantes"),
        contact_name=str(cast.tutor), contact_email=cast.tutor.email,
    )  # fmt: skip


def immersion(cast: Cast, **more: Any) -> Immersion:
    values = {
        "pk": 0, "step": step(cast), "company": company(cast), "place": _("1 Sample Street, Nantes"),
        "tutor_name": str(cast.tutor), "tutor_email": cast.tutor.email, "starts_on": cast.on(12),
        "ends_on": cast.on(16), "state": Immersion.State.TO_SIGN, "language": "fr", **more,
    }  # fmt: skip
    return Immersion(**values)


def signature(cast: Cast, **more: Any) -> Signature:
    values = {
        "pk": 0, "immersion": immersion(cast), "party": "company", "name": str(cast.tutor), "email": cast.tutor.email,
        "answered_at": cast.at(0, 9, 30), "fingerprint": "5a" * 32, **more,
    }  # fmt: skip
    return Signature(**values)


def delivery(cast: Cast, minutes: int = 90, **more: Any) -> Delivery:
    values = {
        "pk": 0, "journey": journey(cast), "kind": Delivery.Kind.MENTORING, "happened_at": cast.at(-6, 14),
        "minutes": minutes, "declared_by": cast.mentor, **more,
    }  # fmt: skip
    return Delivery(**values)


def days(cast: Cast) -> dict[str, Any]:
    """What a letter with the days of a stay is written from: a series, so no calendar takes it but as a file."""
    request = request_of(cast)
    request["invite"].description_fr = _("Monday to Friday, from 9 to 4, with an hour for lunch. Tutor: Sacha Sample.")
    return {**request, "other_calendars": {}}


def module_date(cast: Cast) -> ModuleDate:
    module = Module(pk=0, organisation=cast.organisation, code="sample", title_fr=_("Find your first customers"))
    return ModuleDate(
        pk=0, module=module, starts_at=cast.at(6, 9, 30), ends_at=cast.at(6, 12, 30), seats=12,
        place=_("1 Sample Street, Nantes"), trainer=str(cast.trainer), trainer_email=cast.trainer.email,
        url="https://video.example.org/sample",
    )  # fmt: skip
