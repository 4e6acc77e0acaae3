"""One line per act: who, what, on which row, when. And what rows that figures count were before they changed."""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.history import policies
from backend.lib import clock


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, row: models.Model) -> "EntryQuerySet":
        return self.filter(about_type=ContentType.objects.get_for_model(row), about_id=row.pk)

    def visible_to(self, user: User) -> "EntryQuerySet":
        return self.filter(policies.visible_entries(user))

    def last_at(self) -> Subquery:
        """When the newest of them is, as a column of the rows they are about (`about_id=OuterRef(…)`)."""
        return Subquery(self.order_by("-at").values("at")[:1])

    def number(self) -> Coalesce:
        """How many they are, as such a column."""
        return Coalesce(Subquery(self.order_by().values("about_id").annotate(n=Count("pk")).values("n")), 0)


class Entry(models.Model):
    """Never edited, never deleted by the app."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    about_label = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history line")
        verbose_name_plural = _("history")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["about_type", "about_id", "-at"], name="entry_about_at")]

    def __str__(self) -> str:
        return f"{self.verb} {self.about_label}"


class PastRow(models.Model):
    """What a counted row said from one moment until another, when it changed or was taken away.

    Written by the triggers of the counted tables alone (see `backend.history.kept`), whoever writes there and however.
    `facts`: {column: value}, of the columns that figures read and no others.
    """

    of_table = models.CharField(max_length=63)
    of_row = models.BigIntegerField()
    organisation = models.BigIntegerField(null=True)
    """Its key, without a constraint: rows of what an organisation was are written while it is being deleted."""
    known_from = models.DateTimeField()
    known_until = models.DateTimeField()
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("former state of a row")
        verbose_name_plural = _("former states of rows")
        ordering = ["of_table", "of_row", "known_until", "pk"]
        indexes = [
            models.Index(fields=["of_table", "of_row", "known_until"], name="past_row_of"),
            models.Index(fields=["of_table", "known_until"], name="past_row_until"),
        ]

    def __str__(self) -> str:
        return f"{self.of_table}:{self.of_row}"


class WatchedTable(models.Model):
    """A table whose former states are kept. `since`: from when on; None where nothing was in it yet."""

    name = models.CharField(max_length=63, unique=True)
    since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("table whose past is kept")
        verbose_name_plural = _("tables whose past is kept")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
