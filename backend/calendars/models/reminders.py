"""The table of reminders: who was reminded of what, once for each date of it."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib.models import Stamped
from backend.mail.near import MOMENTS


class Reminder(Stamped):
    """One date that one person is reminded of, at one of the moments before it; `letter` says it, maybe with others.

    Of something that moves the new date is another one. The row of a letter that was dropped is taken away.
    """

    thing_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    thing_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("thing_type", "thing_id")
    at = models.DateTimeField(_("date told"), help_text=_("Of a day, its midnight in UTC."))
    moment = models.CharField(_("when"), max_length=4, choices=MOMENTS)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders")
    # In small letters; only for somebody without an account.
    address = models.EmailField(_("address"), blank=True, default="")
    letter = models.ForeignKey("mail.Email", null=True, blank=True, on_delete=models.CASCADE, related_name="reminders")

    class Meta:
        app_label = "calendars"
        verbose_name = _("reminder of a date")
        verbose_name_plural = _("reminders of dates")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="reminder_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["thing_type", "thing_id", "at", "moment", "user"],
                condition=~Q(user=None),
                name="reminder_once",
            ),
            models.UniqueConstraint(
                fields=["thing_type", "thing_id", "at", "moment", "address"],
                condition=Q(user=None),
                name="reminder_once_for_an_address",
            ),
            models.CheckConstraint(condition=Q(moment__in=["week", "day"]), name="reminder_known_moment"),
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(address="") | ~Q(user=None) & Q(address=""), name="reminder_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.address} · {self.at:%Y-%m-%d %H:%M}"
