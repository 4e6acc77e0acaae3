"""One line per act: who, what, on which row, when, and the details worth keeping."""

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
