"""How the servers fare that letters leave by and come in from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.lib import clock


class Relay(models.Model):
    """The mail server of the settings, by its address without the password: since when it takes nothing, and why."""

    class Trouble(models.TextChoices):
        NONE = "", ""
        SILENT = "silent", _("the mail server does not answer")
        TRUST = "trust", _("the mail server can’t show who it is")
        LOGIN = "login", _("the mail server refuses Jalon’s password")
        REFUSES = "refuses", _("the mail server takes no letter")

    name = models.CharField(max_length=300, unique=True)
    trouble = models.CharField(max_length=10, choices=Trouble, blank=True, default=Trouble.NONE)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    # Until then only the sweep tries it, so that no bell waits in vain.
    rests_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trouble="", failing_since=None)
                | ~models.Q(trouble="") & ~models.Q(failing_since=None),
                name="relay_trouble_has_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Inbox(models.Model):
    """The mailbox that is read on the clock, by its address without the password: how far, and how it fares."""

    name = models.CharField(max_length=300, unique=True)
    validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("mailbox read")
        verbose_name_plural = _("mailboxes read")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
