"""Who may read the outbox, and who may have a letter sent again."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from backend.accounts import policies as accounts

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from backend.mail.models import Email, FailingAddress, Incoming

RELAYED = ("mail/letters/reply",)
"""What one person wrote, passed on to another."""
FOR_ITS_READER = (*RELAYED, "mentoring/letters/briefing")
"""Words between two people (a briefing tells what the holder would like): nobody else reads them over a shoulder."""


def visible_emails(user: "User") -> Q:
    """The letters written to oneself, and for a lead every letter of her organisation, discreet ones only once they
    did not get through. Nobody else's."""
    came_back = apps.get_model("mail", "FailingAddress").objects.filter(letter=OuterRef("pk"))
    was_lost = Q(state__in=["failed", "dead"]) | Q(was_tried=True) | Q(Exists(came_back))
    told = Q(is_discreet=False) | was_lost
    return Q(to_user=user.pk) | (Q(organisation__in=user.organisation_ids("lead")) & told)


def visible_letter_choices(user: "User") -> Q:
    """One's own only: what somebody would rather not read is nobody else's to know, beyond what did not leave."""
    return Q(user=user.pk)


def may_choose_letters(user: "User", to: "User | str") -> bool:
    """One's own only; who has no account chooses by the link of the letter."""
    return to == user


def may_choose_hours(user: "User", to: "User") -> bool:
    """One's own only."""
    return to == user


def may_choose_near(user: "User", to: "User") -> bool:
    """One's own only."""
    return to == user


def may_set_letter_rules(user: "User", organisation: "Organisation") -> bool:
    """A lead of the organisation."""
    return user.leads(organisation.pk)


def may_see_outbox(user: "User") -> bool:
    """A lead of any organisation: the page shows only what `visible_emails` allows."""
    return user.has_role("lead")


def may_see_letter_samples(user: "User", organisation: "Organisation") -> bool:
    """A lead of the organisation in whose name they are shown."""
    return user.leads(organisation.pk)


def may_see_email(user: "User", email: "Email") -> bool:
    """Its recipient, or a lead of the organisation that wrote it."""
    return email.to_user_id == user.pk or user.leads(email.organisation_id)


def may_read_addresses(user: "User", email: "Email") -> bool:
    """Its recipient reads the addresses in a letter. Others read that it left: whom it tells of may be no
    journey of theirs, and nothing here would remember that they looked. (The demo's people are nobody.)"""
    return settings.DEMO or email.to_user_id == user.pk


def may_read_words(user: "User", email: "Email") -> bool:
    """What it says: leads read it too, without its secrets, unless it is between two people. (In the demo, all.)"""
    return settings.DEMO or email.to_user_id == user.pk or email.template not in FOR_ITS_READER


def may_read_recipient(user: "User", email: "Email") -> bool:
    """Where it went: also for somebody without an account, whose address a lead gave."""
    return email.to_user_id is None or may_read_addresses(user, email)


def may_retry_email(user: "User", email: "Email") -> bool:
    """A lead of the organisation that wrote it."""
    return user.leads(email.organisation_id)


def may_retry_emails(user: "User") -> bool:
    """A lead of any organisation: only letters of hers are taken."""
    return user.has_role("lead")


def visible_incoming(user: "User") -> Q:
    """For a lead, what came in for her organisation. (What is for no organisation is for whoever runs the server.)"""
    return Q(organisation__in=user.organisation_ids("lead"))


def may_see_received(user: "User") -> bool:
    """A lead of any organisation, and a steward, who sees how the mailbox fares and no letter."""
    return user.has_role("lead") or user.has_role("steward")


def may_settle_incoming(user: "User", incoming: "Incoming") -> bool:
    """A lead of the organisation it came for."""
    return user.leads(incoming.organisation_id)


def visible_failing(user: "User") -> Q:
    """For a lead, the addresses a letter of her organisation came back from, or that hold one of hers back, whoever
    wrote the letter that came back."""
    ours = user.organisation_ids("lead")
    held = apps.get_model("mail", "Email").objects.held().filter(organisation__in=ours)
    return Q(letter__organisation__in=ours) | Q(Exists(held.filter(to_address__iexact=OuterRef("address"))))


def may_clear_address(user: "User", failing: "FailingAddress") -> bool:
    """A lead of the organisation whose letter came back, or of one whose letters are held there."""
    return type(failing)._default_manager.filter(visible_failing(user), pk=failing.pk).exists()


def may_invite_person(user: "User", organisation: "Organisation", role: str) -> bool:
    """As `accounts` says: a lead invites into her own organisation, as anything but a steward."""
    return accounts.may_invite_person(user, organisation, role)
