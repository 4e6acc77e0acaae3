"""When a letter leaves that can wait: in the hours of its reader, and not more a week than her organisation allows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history.actions import record
from backend.lib.refusal import Refused
from backend.mail.kinds import KIND_OF, known_kind
from backend.mail.letters import reader_of, zone_of
from backend.mail.models import Email, LetterHours, LetterRules, Mention
from backend.mail.near import CHOICES, DAY, NEAR, WEEK
from backend.mail.pace import Wish, leaving, opened
from backend.mail.queries import asked_of, hours_of, rules_of
from backend.mail.rules import NearChoice, NearRule

Why = Email.Why


def keep_pace(email: Email, zone: ZoneInfo) -> None:
    """This letter leaves when its reader may be written to, from its `not_before` on, or is dropped with its reason.

    Nothing is saved. Two senders at once count one after the other: the person's row is held.
    """
    rules, is_ask = rules_of(email.organisation), KIND_OF[email.template].is_ask
    opens_at, closes_at = hours_of(email.to_user, rules)
    to_open = partial(opened, zone=zone, opens_at=opens_at, closes_at=closes_at)
    wish, taken = Wish(email.not_before, email.drop_after, is_ask, email.is_urgent), []
    if is_ask and not email.is_urgent and email.to_user:
        person = User.objects.select_for_update(no_key=True).get(pk=email.to_user.pk).pk
        taken = asked_of([person], to_open(wish.at), but=email)[person]
    found = leaving(wish, taken, rules.asks_a_week, to_open)
    email.not_before, email.why = found.at, Why(found.why)
    if found.is_dropped:
        email.state, email.message = Email.State.DROPPED, b""


def paced(email: Email, wanted: datetime) -> dict[str, Any]:
    """What to write on a letter that goes back to waiting and may leave from `wanted` on: once more by the hours of its
    reader and by her week, if it can wait. Nothing is saved; call it in a transaction."""
    kind = KIND_OF.get(email.template)
    if kind is None or not kind.is_refusable:
        return {"state": Email.State.PENDING, "not_before": wanted, "why": Why.NONE}
    again = Email(
        pk=email.pk, template=email.template, organisation=email.organisation, to_user=email.to_user,
        is_urgent=email.is_urgent, drop_after=email.drop_after, not_before=wanted,
    )  # fmt: skip
    keep_pace(again, zone_of(reader_of(email.to_user or email.to_address, "", None, email.organisation)))
    emptied = {"message": b""} if again.state == Email.State.DROPPED else {}
    return {"state": again.state, "not_before": again.not_before, "why": again.why, **emptied}


@transaction.atomic
def drop_letters(*about: models.Model, telling: Iterable[str] = ()) -> list[Email]:
    """These rows take place no more, at another time, or were answered: letters about them that can wait and have not
    left stay here, and so do those of these templates (`telling`) that name them among others; which they are.

    Any other that tells of several things stays here once none of them waits any more. What must be read (a paper to
    sign, a cancellation) leaves all the same.
    """
    if not about:
        return []
    own, named = Q(), Q()
    numbers: dict[ContentType, list[int]] = {}
    for row in about:
        numbers.setdefault(ContentType.objects.get_for_model(row), []).append(row.pk)
    for kind, pks in numbers.items():
        own |= Q(about_type=kind, about_id__in=pks)
        named |= Q(thing_type=kind, thing_id__in=pks)
    naming = Mention.objects.filter(named).order_by()
    waiting = Email.objects.filter(state__in=[Email.State.PENDING, Email.State.HELD], attempts=0)
    # Mostly none waits: that is seen with one plain question.
    about_them = waiting.filter(own | Q(pk__in=naming.values("email"))).order_by().values_list("pk", "template")
    near = [pk for pk, template in about_them if _can_wait(template)]
    if not near:
        return []
    told = naming.filter(email__in=near)
    whole = told.filter(email__template__in=telling).values("email")
    emptied = told.filter(~Exists(Mention.objects.filter(~named, email=OuterRef("email")))).values("email")
    rows = waiting.filter(own | Q(pk__in=whole) | Q(pk__in=emptied), pk__in=near)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    told.exclude(email__in=found).delete()
    Email.objects.filter(pk__in=[email.pk for email in found]).update(
        state=Email.State.DROPPED, why=Why.CANCELLED, message=b""
    )
    return found


def _can_wait(template: str) -> bool:
    """The weekly letter waits too, but tells of everything."""
    kind = known_kind(template)
    return kind.is_refusable and kind.code != "weekly"


@transaction.atomic
def set_letter_rules(
    organisation: Organisation, *, by: User | None, near: Mapping[str, Iterable[str]] | None = None, **rules: Any
) -> LetterRules:
    """When letters that can wait leave (`opens_at`, `closes_at`: hours of the day) and how many asks a person gets in
    seven days (`asks_a_week`). Those already written leave as they were to. `near`: {kind of dates: when people are
    reminded of it}; a kind that is not named stays as it is. Refused for an unknown one."""
    kept, _new = LetterRules.objects.update_or_create(organisation=organisation, defaults=rules)
    for kind, moments in (near or {}).items():
        if kind not in {one.code for one in NEAR}:
            raise Refused(_("There is no such kind of dates."), field="near")
        said = {"week_before": WEEK in moments, "day_before": DAY in moments}
        NearRule.objects.update_or_create(organisation=organisation, kind=kind, defaults=said)
    told = {kind: sorted(moments) for kind, moments in (near or {}).items()}
    record("set_letter_rules", kept, by=by, organisation=organisation, **rules, **({"near": told} if told else {}))
    return kept


@transaction.atomic
def choose_near(user: User, moments: str, *, by: User | None) -> None:
    """When this person is reminded of dates: one of `near.CHOICES`; "" leaves it to each organisation. Refused for
    anything else."""
    if moments not in dict(CHOICES):
        raise Refused(_("Choose when you are reminded."), field="near_moments")
    if moments:
        NearChoice.objects.update_or_create(user=user, defaults={"moments": moments})
    else:
        NearChoice.objects.filter(user=user).delete()
    record("choose_near", user, by=by, moments=moments)


@transaction.atomic
def choose_hours(user: User, *, opens_at: int, closes_at: int, by: User | None) -> LetterHours:
    """Between which hours of her day letters that can wait reach this person, whatever her organisation says."""
    kept, _new = LetterHours.objects.update_or_create(
        user=user, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
    record("choose_hours", kept, by=by, opens_at=opens_at, closes_at=closes_at)
    return kept
