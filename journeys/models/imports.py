"""A spreadsheet of holders waiting for its preview to be confirmed."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.programmes import Programme


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> "ImportQuerySet":
        return self.filter(policies.visible_imports(user))


class Import(Stamped):
    """One uploaded file: what was read, corrected in place, then confirmed. Nothing else is written before that."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("to check")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped by an error")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    class Matching(models.TextChoices):
        NAME = "name", _("by e-mail, else by name and project")
        EMAIL = "email", _("by e-mail only")

    FINISHED = (State.DONE, State.UNDONE, State.DISCARDED)
    KEPT = timedelta(days=30)
    """How long what it says of people stays, once it waits for nobody or is finished."""
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PREVIEW: {State.RUNNING, State.DISCARDED},
        State.RUNNING: {State.DONE, State.FAILED},
        State.FAILED: {State.RUNNING, State.DISCARDED},
        State.DONE: {State.UNDONE},
    }

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="imports")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    starts_on = models.DateField(_("start of journeys without a date in the file"), default=clock.today)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEW)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    """{heading of the file: field of Jalon, or "" to leave it out}, as read or as corrected by the lead."""
    outcomes = models.JSONField(default=list)
    """One entry a line, once written: what became of it."""
    raw = models.JSONField(default=list)
    """[line of the file, its cells]: until confirmed, so that its columns can be read otherwise; then forgotten."""
    matching = models.CharField(_("how people are recognised"), max_length=10, choices=Matching, default="name")
    made = models.JSONField(default=dict)
    """{table: ids} of the rows that this import created, and what it changed, for undoing it."""
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["preview", "running", "done", "failed", "discarded", "undone"]),
                name="import_known_state",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_forgotten(self) -> bool:
        """Are only its counts left?"""
        return bool(self.result.get("forgotten"))

    @property
    def forgotten_at(self) -> datetime | None:
        """When what it says of people is thrown away."""
        return self.finished_at + self.KEPT if self.finished_at else None


class ColumnMapping(Stamped):
    """How an organisation's spreadsheet with these headings was read last time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="column_mappings")
    signature = models.CharField(max_length=64)
    """SHA-256 of the folded headings, in order."""
    columns = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("columns remembered")
        verbose_name_plural = _("columns remembered")
        ordering = ["organisation", "-used_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "signature"], name="column_mapping_once")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.signature[:8]}"
