"""The catalogue of training modules: written, corrected, no longer offered, offered again."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.models import Module

SHORTEST, LONGEST = 15, 60 * 60
CODE_LENGTH = 40
TRIES = 20


def _checked(*, title_fr: str, minutes: int, **texts: str) -> dict[str, str | int]:
    if not title_fr.strip():
        raise Refused(_("Give the module a French title."), field="title_fr")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(_("A module lasts from 15 minutes to 60 hours in all."), field="minutes")
    return {"title_fr": title_fr.strip(), "minutes": minutes, **{name: text.strip() for name, text in texts.items()}}


def _code(title: str, number: int) -> str:
    """From the title, once: “Coûts et prix” → couts-et-prix, then couts-et-prix-2…"""
    tail = f"-{number}" if number > 1 else ""
    return (slugify(title)[: CODE_LENGTH - len(tail)].strip("-") or "module") + tail


@transaction.atomic
def create_module(
    organisation: Organisation,
    *,
    title_fr: str,
    title_en: str = "",
    summary_fr: str = "",
    summary_en: str = "",
    minutes: int = 180,
    by: User | None,
) -> Module:
    """A module stands in the catalogue; its code is made from the French title and never changes.

    Refused without a French title, or for less than 15 minutes or more than 60 hours.
    """
    facts = _checked(
        title_fr=title_fr, title_en=title_en, summary_fr=summary_fr, summary_en=summary_en, minutes=minutes
    )
    taken = set(organisation.modules.values_list("code", flat=True))
    number = 0
    for _try in range(TRIES):
        number = next(n for n in range(number + 1, 10_000) if _code(title_fr, n) not in taken)
        try:
            with transaction.atomic():
                module = Module.objects.create(organisation=organisation, code=_code(title_fr, number), **facts)
        except IntegrityError:  # somebody took this code in the meantime
            continue
        history.record("create_module", module, by=by, code=module.code)
        return module
    raise Refused(_("Too many modules have this title: choose another."), field="title_fr")


@transaction.atomic
def update_module(
    module: Module,
    *,
    title_fr: str,
    title_en: str = "",
    summary_fr: str = "",
    summary_en: str = "",
    minutes: int = 180,
    by: User | None,
) -> Module:
    """What the catalogue says is now as given; dates, steps and hours stay as they are.

    Given what stands already, nothing happens. Refused as in create_module.
    """
    given = _checked(
        title_fr=title_fr, title_en=title_en, summary_fr=summary_fr, summary_en=summary_en, minutes=minutes
    )
    changed = sorted(name for name, value in given.items() if getattr(module, name) != value)
    if not changed:
        return module
    for name in changed:
        setattr(module, name, given[name])
    module.save(update_fields=changed)
    history.record("update_module", module, by=by, fields=changed)
    return module


@transaction.atomic
def retire_module(module: Module, *, by: User | None) -> Module:
    """It is no longer offered: no new dates, out of the holders’ catalogue; dates and steps there are stay.

    Done twice is done once.
    """
    return _offer(module, "retire_module", is_retired=True, by=by)


@transaction.atomic
def restore_module(module: Module, *, by: User | None) -> Module:
    """It is offered again. Done twice is done once."""
    return _offer(module, "restore_module", is_retired=False, by=by)


def _offer(module: Module, verb: str, *, is_retired: bool, by: User | None) -> Module:
    if Module.objects.filter(pk=module.pk, is_retired=not is_retired).update(is_retired=is_retired):
        history.record(verb, module, by=by)
    module.is_retired = is_retired
    return module
