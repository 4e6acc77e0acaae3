"""What changes about people: accounts, roles, invitations, signed links."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from backend.accounts import signals
from backend.accounts.models import ApiToken, Invitation, Link, Membership, Organisation, User
from backend.accounts.queries import digest, find_person
from backend.lib import clock
from backend.lib.refusal import Refused


@transaction.atomic
def ensure_person(
    email: str, *, by: User | None, first_name: str = "", last_name: str = "", language: str = "", phone: str = ""
) -> User:
    """The person with this e-mail, made without a password if unknown.

    Of somebody known only what is still empty is filled in: her own words are never overwritten from outside.
    """
    known = find_person(email)
    if known is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(
                    email, first_name=first_name, last_name=last_name, language=language, phone=phone
                )
        except IntegrityError:  # somebody created her in the meantime
            known = User.objects.get(email__iexact=email.strip())
    offered = {"first_name": first_name, "last_name": last_name, "language": language, "phone": phone}
    missing = {name: value for name, value in offered.items() if value and not getattr(known, name)}
    if missing:
        for name, value in missing.items():
            setattr(known, name, value)
        known.save(update_fields=list(missing))
    return known


@transaction.atomic
def empty_facts(user: User, names: Sequence[str], *, by: User | None) -> None:
    """What was filled in by mistake from outside (names, phone) is empty again."""
    for name in names:
        setattr(user, name, "")
    user.save(update_fields=list(names))


@transaction.atomic
def ensure_people(people: Mapping[str, tuple[str, str]], *, by: User | None) -> dict[str, User]:
    """`ensure_person` for many new e-mails at once: {e-mail: (first name, last name)} gives {e-mail: person}.

    E-mails in small letters. Whoever is known is left as she is. The number of queries grows with batches of 500.
    """
    new = [User(email=email, first_name=first, last_name=last) for email, (first, last) in people.items()]
    for user in new:
        user.set_unusable_password()
    User.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    emails = list(people)
    found: dict[str, User] = {}
    for start in range(0, len(emails), 500):
        rows = User.objects.annotate(address=Lower("email")).filter(address__in=emails[start : start + 500])
        found.update({user.email.lower(): user for user in rows.order_by("pk")})
    return found


@transaction.atomic
def grant_roles(users: Sequence[User], organisation: Organisation, role: str, *, by: User | None) -> None:
    """`grant_role` for many people, in a constant number of queries."""
    Membership.objects.bulk_create(
        [Membership(user=user, organisation=organisation, role=role) for user in users],
        batch_size=500,
        ignore_conflicts=True,
    )


@transaction.atomic
def create_organisation(name: str, *, slug: str, language: str = "fr", by: User | None) -> Organisation:
    """A support organisation, without people yet. Refused without a name, or when the short name is taken."""
    if not name.strip() or not slug:
        raise Refused(_("Give the organisation a name."), field="name")
    if Organisation.objects.filter(slug=slug).exists():
        raise Refused(_("An organisation already has this short name."), field="slug")
    return Organisation.objects.create(name=name.strip(), slug=slug, language=language)


@transaction.atomic
def grant_role(user: User, organisation: Organisation, role: str, *, by: User | None) -> Membership:
    """She holds this role in this organisation from now on (once, however often it is granted)."""
    membership, _created = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, ended_at=None
    )
    user.__dict__.pop("active_roles", None)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: User | None) -> Membership:
    """The role is over, and with it what it opened (the apps above hear of it); what was done under it stays."""
    changed = Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=clock.now())
    membership.refresh_from_db()
    if changed:
        signals.role_ended.send(Membership, membership=membership, by=by)
    return membership


@transaction.atomic
def remove_people(ids: Sequence[int], *, memberships: Sequence[int] = (), by: User | None) -> None:
    """These accounts, made by mistake and never used, and these memberships, are gone. Nothing else points at them."""
    for start in range(0, max(len(ids), len(memberships)), 5000):
        mine = Membership.objects.filter(pk__in=memberships[start : start + 5000])
        mine.order_by()._raw_delete(mine.db)
        people = User.objects.filter(pk__in=ids[start : start + 5000])
        people.order_by()._raw_delete(people.db)


@transaction.atomic
def choose_language(user: User, language: str, *, by: User | None) -> User:
    """Pages and letters reach her in this language. Refused for one we do not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("Jalon speaks French and English."))
    user.language = language
    user.save(update_fields=["language"])
    return user


@transaction.atomic
def create_invitation(organisation: Organisation, email: str, role: str, *, by: User | None) -> tuple[Invitation, str]:
    """An open invitation and the secret of its link; an older one for the same role is withdrawn.

    The letter is the business of `backend.mail`. Refused when she already holds the role.
    """
    if Membership.objects.active().filter(organisation=organisation, role=role, user__email__iexact=email).exists():
        raise Refused(_("This person already has this role."), field="email")
    Invitation.objects.open().filter(organisation=organisation, email__iexact=email, role=role).update(
        revoked_at=clock.now()
    )
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.strip().lower(),
        role=role,
        invited_by=by,
        token_hash=digest(token),
        expires_at=clock.now() + clock.days(settings.INVITATION_DAYS),
    )
    return invitation, token


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User | None) -> Membership:
    """The invited person has the role. Refused once it has expired, been withdrawn or been accepted."""
    changed = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=clock.now())
    if not changed:
        raise Refused(_("This invitation is no longer open. Ask the organisation to send another."))
    user = ensure_person(invitation.email, by=by)
    return grant_role(user, invitation.organisation, invitation.role, by=by)


@transaction.atomic
def make_link(
    purpose: str, *, about: models.Model, user: User | None = None, email: str = "", days: int = 30
) -> tuple[Link, str]:
    """A signed link for one purpose about one row, and its secret (given once, kept only as a hash).

    Made for `user`, or for `email` when the person has no account. Lasts `days` days.
    """
    token = secrets.token_urlsafe(24)
    link = Link.objects.create(
        purpose=purpose,
        about_type=ContentType.objects.get_for_model(about),
        about_id=about.pk,
        user=user,
        email=email,
        token_hash=digest(token),
        expires_at=clock.now() + clock.days(days),
    )
    return link, token


@transaction.atomic
def use_link(link: Link, *, at: datetime | None = None) -> None:
    """Remember when the link was last acted upon."""
    Link.objects.filter(pk=link.pk).update(last_used_at=at or clock.now())


@transaction.atomic
def prolong_links(about: models.Model, *, purpose: str, until: datetime) -> int:
    """Those about this row that are open for this purpose stay so until then at least; how many closed before."""
    kind = ContentType.objects.get_for_model(about)
    links = Link.objects.filter(about_type=kind, about_id=about.pk, purpose=purpose, revoked_at=None)
    return links.filter(expires_at__gt=clock.now(), expires_at__lt=until).update(expires_at=until)


@transaction.atomic
def revoke_links(about: models.Model, *, purpose: str | None = None) -> int:
    """Every live link about this row opens nothing any more; how many there were."""
    links = Link.objects.filter(about_type=ContentType.objects.get_for_model(about), about_id=about.pk, revoked_at=None)
    if purpose:
        links = links.filter(purpose=purpose)
    return links.update(revoked_at=clock.now())


LONGEST_TOKEN_DAYS, MOST_TOKENS = 365, 20


@transaction.atomic
def create_api_token(user: User, *, name: str, days: int, by: User | None) -> tuple[ApiToken, str]:
    """A key to the API that opens what `user` may do, for `days` days, and its secret: given once, kept as a hash.

    Refused without a name, for over a year, or beyond twenty live ones.
    """
    if not name.strip():
        raise Refused(_("Give this token a name, so that you know it again."), field="name")
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refused(_("A token lasts from one day to a year."), field="days")
    if ApiToken.objects.filter(user=user, expiry__gt=clock.now()).count() >= MOST_TOKENS:
        raise Refused(_("You have twenty tokens already: revoke one first."))
    digest_of_secret, secret = get_digest_token()
    token = ApiToken.objects.create(
        digest=digest_of_secret,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        name=name.strip()[:80],
        expiry=clock.now() + timedelta(days=days),
    )
    return token, secret


@transaction.atomic
def revoke_api_token(token: ApiToken, *, by: User | None) -> None:
    """It opens nothing any more."""
    token.delete()
