"""What is signed about a stay: who is asked and answers, what was amended, and the papers that were made."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.immersions import Immersion, Party


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> "AmendmentQuerySet":
        return self.filter(policies.visible_amendments(user))

    def open(self) -> "AmendmentQuerySet":
        return self.filter(state__in=Amendment.OPEN)


class Amendment(Stamped):
    """A numbered change of a live agreement; what it changes holds only once it is in force."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        TO_SIGN = "to_sign", _("to sign")
        PARTLY_SIGNED = "partly_signed", pgettext_lazy("amendment", "partly signed")
        TO_VALIDATE = "to_validate", _("to validate")
        IN_FORCE = "in_force", _("in force")
        REJECTED = "rejected", pgettext_lazy("amendment", "rejected")
        CANCELLED = "cancelled", pgettext_lazy("amendment", "cancelled")

    OPEN = (State.DRAFT, State.TO_SIGN, State.PARTLY_SIGNED, State.TO_VALIDATE)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.TO_SIGN, State.CANCELLED},
        State.TO_SIGN: {State.PARTLY_SIGNED, State.TO_VALIDATE, State.DRAFT, State.REJECTED, State.CANCELLED},
        State.PARTLY_SIGNED: {State.TO_VALIDATE, State.DRAFT, State.REJECTED, State.CANCELLED},
        State.TO_VALIDATE: {State.IN_FORCE, State.DRAFT, State.REJECTED, State.CANCELLED},
    }

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.DRAFT)
    was = models.JSONField(default=dict, help_text=_("Name of each changed fact -> how it stands in the agreement."))
    facts = models.JSONField(default=dict, help_text=_("Name of each changed fact -> how it will stand."))
    reason = models.CharField(_("why"), max_length=240)
    concerned = models.JSONField(default=list, help_text=_("The parties that must sign it."))
    revision = models.PositiveIntegerField(default=0, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_to_sign_at = models.DateTimeField(null=True, blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    validated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closing_reason = models.CharField(_("justification"), max_length=240, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["immersion", "number"]
        constraints = [
            models.UniqueConstraint(fields=["immersion", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["immersion"],
                condition=Q(state__in=["draft", "to_sign", "partly_signed", "to_validate"]),
                name="amendment_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft", "to_sign", "partly_signed", "to_validate", "in_force", "rejected", "cancelled",
                    ]
                ),
                name="amendment_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(in_force_at__isnull=False), name="amendment_in_force_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "cancelled"]) | ~Q(closing_reason=""),
                name="amendment_closed_has_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.immersion} · {self.number}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def visible_to(self, user: User) -> "SignatureQuerySet":
        return self.filter(policies.visible_signatures(user))

    def standing(self) -> "SignatureQuerySet":
        """Those of the agreement itself, as it reads now."""
        return self.filter(amendment=None, state=Signature.State.SIGNED)


class Signature(Stamped):
    """One party asked to sign the agreement, or an amendment of it, as it stood when asked; and what it did.

    A wiped row stays: it says that somebody had signed (or was asked to sign) a text that has changed since.
    """

    Party = Party

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        SIGNED = "signed", _("signed")
        REFUSED = "refused", pgettext_lazy("signature", "refused")
        WIPED = "wiped", _("wiped")

    class Method(models.TextChoices):
        PAPER = "paper", _("on paper")
        LINK = "link", _("online")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.ASKED: {State.SIGNED, State.REFUSED, State.WIPED},
        State.SIGNED: {State.WIPED},
        State.REFUSED: {State.WIPED},
    }

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="signatures")
    amendment = models.ForeignKey(Amendment, null=True, blank=True, on_delete=models.CASCADE, related_name="signatures")
    party = models.CharField(_("party"), max_length=14, choices=Party)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.SIGNED)
    name = models.CharField(_("name"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    opened_at = models.DateTimeField(_("link opened"), null=True, blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answer given"), null=True, blank=True)
    method = models.CharField(_("how"), max_length=5, choices=Method, default=Method.PAPER)
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.CharField(_("why it is refused"), max_length=240, blank=True)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["immersion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["immersion", "party"],
                condition=Q(amendment=None) & ~Q(state="wiped"),
                name="signature_once_each",
            ),
            models.UniqueConstraint(
                fields=["amendment", "party"],
                condition=Q(amendment__isnull=False) & ~Q(state="wiped"),
                name="signature_once_each_amendment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "signed", "refused", "wiped"]), name="signature_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False), name="signature_signed_has_day"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="signature_refused_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()} · {self.get_state_display()}"

    @property
    def is_awaited(self) -> bool:
        """Asked, on a text that is still out to be signed and reads as it did then."""
        text = self.amendment or self.immersion
        is_out = text.state in (Immersion.State.TO_SIGN, Immersion.State.PARTLY_SIGNED)  # the same words for both
        return self.state == self.State.ASKED and is_out and self.fingerprint == text.fingerprint

    @property
    def stands(self) -> bool:
        """Signs the agreement itself as it reads now."""
        return self.state == self.State.SIGNED and self.amendment_id is None


class Paper(Stamped):
    """A document that was made, known by the fingerprint printed on it; anybody who holds it may check it."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("agreement")
        AMENDMENT = "amendment", _("amendment")
        ATTESTATION = "attestation", _("attestation")

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="papers")
    amendment = models.ForeignKey(Amendment, null=True, blank=True, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("document"), max_length=12, choices=Kind)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["immersion", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["agreement", "amendment", "attestation"]), name="paper_known_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.fingerprint[:12]}"
