"""The follow-up group: who accompanies a journey, from when to when. Access begins and ends with membership."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail import actions as mail
from backend.mail.models import Email
from journeys.models import Companion, Journey

Role = Companion.Role
INVITED = (Role.REFERENT, Role.TRAINER, Role.ADVISER)


@dataclass(frozen=True)
class Guest:
    """Somebody invited by her name and e-mail, with the organisation she comes from."""

    email: str
    first_name: str
    last_name: str
    home: str = ""


@transaction.atomic
def add_companion(
    journey: Journey, user: User, role: str, *, by: User | None, home: str = "", invited_by: User | None = None
) -> Companion:
    """She sees this journey from now on, for as long as she accompanies it. Once, however often it is said."""
    companion, created = Companion.objects.get_or_create(
        journey=journey, user=user, role=role, ended_at=None, defaults={"home": home, "invited_by": invited_by}
    )
    if created:
        history.record("join_group", companion, by=by, organisation=journey.programme.organisation, role=str(role))
    return companion


@transaction.atomic
def end_companion(journey: Journey, user: User, role: str, *, by: User | None, reason: str = "") -> int:
    """She sees it no more; how many memberships that ended (none when it had ended already)."""
    rows = journey.companions.filter(user=user, role=role, ended_at=None)
    return _end(rows.select_related("user", "journey__holder__user", "journey__project"), journey, by, reason)


def _end(rows: Iterable[Companion], journey: Journey, by: User | None, reason: str) -> int:
    ended = 0
    for row in rows:
        changed = Companion.objects.current().filter(pk=row.pk)
        if changed.update(ended_at=clock.now(), end_reason=reason[:240]):
            history.record(
                "leave_group", row, by=by, organisation=journey.programme.organisation,
                role=row.role, reason=reason,
            )  # fmt: skip
            _tell_end(row, journey, by)
            ended += 1
    return ended


def _tell_end(companion: Companion, journey: Journey, by: User | None) -> None:
    """Who was told by letter that she joins is told that it ends, unless she ended it herself."""
    if by == companion.user or not Email.objects.filter(key=f"companion-invited:{companion.pk}").exists():
        return
    mail.post(
        "journeys/letters/companion_ended", to=companion.user, key=f"companion-ended:{companion.pk}", about=companion,
        organisation=journey.programme.organisation,
        context={"companion": companion, "journey": journey, "holder": journey.holder},
    )  # fmt: skip


@transaction.atomic
def assign_referent(journey: Journey, user: User | None, *, by: User | None, reason: str = "") -> Journey:
    """This lead answers for the journey from now on (nobody, with None); the former referent's part has ended.

    Said twice is once. Refused for somebody who does not lead the organisation, and for the holder herself.
    """
    if user is not None and not user.leads(journey.programme.organisation_id):
        raise Refused(_("The referent is a programme lead of the organisation."), field="user")
    if user is not None and user.pk == journey.holder.user_id:
        raise Refused(_("Nobody can be their own referent."), field="user")
    Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
    Journey.objects.filter(pk=journey.pk).update(referent=user)
    journey.referent = user
    former = journey.companions.current().filter(role=Role.REFERENT)
    if user is not None:
        former = former.exclude(user=user)
    why = reason or _("The referent has changed.")
    _end(former.select_related("user", "journey__holder__user", "journey__project").order_by("pk"), journey, by, why)
    if user is not None and journey.is_live:
        add_companion(journey, user, Role.REFERENT, by=by, invited_by=by)
    return journey


@transaction.atomic
def follow_referents(journeys: Sequence[Journey], *, by: User | None) -> None:
    """The follow-up groups of these journeys say what their `referent` says, in a few queries for each 500."""
    for start in range(0, len(journeys), 500):
        _follow_referents([row.pk for row in journeys[start : start + 500]], by)


def _follow_referents(ids: Sequence[int], by: User | None) -> None:
    known = Companion.objects.current().filter(role=Role.REFERENT, journey__in=ids)
    gone = known.exclude(user=F("journey__referent")) | known.filter(journey__referent=None)
    Companion.objects.filter(pk__in=list(gone.order_by().values_list("pk", flat=True))).update(
        ended_at=clock.now(), end_reason=_("The referent has changed.")
    )
    kept = set(known.order_by().values_list("journey", "user"))
    rows = Journey.objects.live().filter(pk__in=ids, referent__isnull=False)
    rows = rows.select_related("referent", "holder__user", "project", "programme__organisation").order_by("pk")
    new = [
        Companion(journey=row, user=row.referent, role=Role.REFERENT, invited_by=by)
        for row in rows
        if (row.pk, row.referent_id) not in kept
    ]
    if new:
        made = Companion.objects.bulk_create(new)
        history.record_many("join_group", made, by=by, organisation=new[0].journey.programme.organisation)


@transaction.atomic
def invite_companion(
    journey: Journey, person: User | Guest, role: str, *, by: User | None, home: str = ""
) -> Companion:
    """She accompanies this journey, as referent, trainer or adviser, and a letter tells her: once each time she joins.

    Somebody new gets an account without a password; she signs in with a code. Refused when the journey is over, for a
    mentor (paired on the page of mentors), the holder herself, somebody who is in it already, an adviser from nowhere,
    and a referent who does not lead the organisation.
    """
    if role not in INVITED:
        raise Refused(
            _("Choose referent, trainer or adviser: a mentor is chosen on the page of mentors."), field="role"
        )
    if not journey.is_live:
        raise Refused(_("This journey is over: there is nobody to accompany any more."))
    home = (person.home if isinstance(person, Guest) else home).strip()[:120]
    if role == Role.ADVISER and not home:
        raise Refused(_("Say which organisation the adviser comes from."), field="home")
    user = person if isinstance(person, User) else _guest(person, by)
    if user.pk == journey.holder.user_id:
        raise Refused(_("This is the journey’s own holder."), field="email")
    if journey.companions.current().filter(user=user, role=role).exists():
        raise Refused(_("%(person)s is in this group already.") % {"person": user}, field="email")
    if role == Role.REFERENT:
        assign_referent(journey, user, by=by)
    companion = add_companion(journey, user, role, by=by, home=home, invited_by=by)
    mail.post(
        "journeys/letters/companion_invited", to=user, key=f"companion-invited:{companion.pk}", about=companion,
        organisation=journey.programme.organisation,
        context={"companion": companion, "journey": journey, "holder": journey.holder, "invited_by": by},
    )  # fmt: skip
    return companion


def _guest(guest: Guest, by: User | None) -> User:
    if not (guest.first_name.strip() and guest.last_name.strip()):
        raise Refused(_("Give the first name and the name of the person."), field="last_name")
    return accounts.ensure_person(
        guest.email, by=by, first_name=guest.first_name.strip(), last_name=guest.last_name.strip()
    )


@transaction.atomic
def leave_group(companion: Companion, *, reason: str, by: User | None) -> Companion:
    """She accompanies the journey no more, and sees it no more from this moment. Ended twice is ended once.

    Refused without a reason, and for a mentor, whose pair is ended on its own page with what that takes along.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why it ends."), field="reason")
    if companion.role == Role.MENTOR:
        raise Refused(_("A mentorship is ended on its own page, so that its sessions follow."))
    journey = companion.journey
    if companion.role == Role.REFERENT and journey.referent_id == companion.user_id:
        assign_referent(journey, None, by=by, reason=reason.strip())
    else:
        _end([companion], journey, by, reason.strip())
    companion.refresh_from_db()
    return companion


@transaction.atomic
def close_group(journey: Journey, *, by: User | None) -> int:
    """A journey that is over is open no more to trainers and advisers; its referent still answers for it."""
    rows = journey.companions.current().filter(role__in=[Role.TRAINER, Role.ADVISER])
    rows = rows.select_related("user", "journey__holder__user", "journey__project").order_by("pk")
    return _end(rows, journey, by, _("The journey has ended."))


@transaction.atomic
def end_parts_of_role(membership: Membership, *, by: User | None) -> int:
    """A role that ends takes its parts in follow-up groups along: a lead's as referent; with the last one, as trainer.

    Mentors are the business of their pairs. How many parts ended.
    """
    user, organisation = membership.user, membership.organisation
    roles = [Role.REFERENT] if membership.role == Membership.Role.LEAD else []
    if not Membership.objects.active().filter(user=user, organisation=organisation).exists():
        roles = [Role.REFERENT, Role.TRAINER]
    return _end_parts(user, organisation, roles, by)


def _end_parts(user: User, organisation: Organisation, roles: Sequence[str], by: User | None) -> int:
    rows = Companion.objects.current().filter(user=user, role__in=roles, journey__programme__organisation=organisation)
    rows = rows.select_related("user", "journey__holder__user", "journey__project", "journey__programme__organisation")
    ended = 0
    why = _("The role in the organisation has ended.")
    for row in rows.order_by("pk"):
        ended += _end([row], row.journey, by, why)
    if Role.REFERENT in roles:
        Journey.objects.live().filter(referent=user, programme__organisation=organisation).update(referent=None)
    return ended


@transaction.atomic
def reveal_contacts(journey: Journey, *, by: User | None) -> None:
    """Somebody outside the follow-up group looks at contact details: history remembers who and when."""
    history.record("reveal_contacts", journey, by=by, organisation=journey.programme.organisation)


@transaction.atomic
def reveal_many_contacts(journeys: Iterable[Journey], *, by: User) -> int:
    """Somebody takes the addresses of these holders away in a file: one line each in history, and how many.

    Those she is with herself are left out. As many queries for one as for a thousand of an organisation; the rows
    come with their programme, holder and project.
    """
    hers = set(Companion.objects.current().filter(user=by).order_by().values_list("journey", flat=True))
    looked_at: dict[int, list[Journey]] = {}
    for one in journeys:
        if one.pk not in hers and one.holder.user_id != by.pk:
            looked_at.setdefault(one.programme.organisation_id, []).append(one)
    for rows in looked_at.values():
        history.record_many("reveal_contacts", rows, by=by, organisation=rows[0].programme.organisation)
    return sum(map(len, looked_at.values()))
