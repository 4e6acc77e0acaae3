"""A spreadsheet waiting for its preview to be confirmed, and how its columns are read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.programmes import Programme


class ImportedFile(Stamped):
    """One uploaded file, whoever it lists: what was read, corrected in place, then confirmed. Nothing else is written
    before that."""

    KEPT = timedelta(days=30)
    """How long what it says of people stays, once it waits for nobody or is finished."""

    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    raw = models.JSONField(default=list)
    """[line of the file, its cells]: until confirmed, so that its columns can be read otherwise; then forgotten."""
    rows_total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    """Counts by kind, once confirmed; `left`: the lines left aside and why."""
    outcomes = models.JSONField(default=list)
    """One entry a line, once written: what became of it."""
    made = models.JSONField(default=dict)
    """What undoing needs: the rows that were created, and the facts that were changed with what they said before."""
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    state: str  # each kind of file has its own, among them "preview" and "done"
    get_state_display: Callable[[], str]

    class Meta:
        abstract = True

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

    @property
    def once_forgotten(self) -> dict[str, Any]:
        """Its fields when what it says of people is thrown away: the counts stay."""
        result = {name: said for name, said in self.result.items() if name != "left"} | {"forgotten": True}
        return {"rows": [], "raw": [], "outcomes": [], "made": {}, "result": result}


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> "ImportQuerySet":
        return self.filter(policies.visible_imports(user))


class Import(ImportedFile):
    """A file of holders, for one programme."""

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
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PREVIEW: {State.RUNNING, State.DISCARDED},
        State.RUNNING: {State.DONE, State.FAILED},
        State.FAILED: {State.RUNNING, State.DISCARDED},
        State.DONE: {State.UNDONE},
    }

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="imports")
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_on = models.DateField(_("start of journeys without a date in the file"), default=clock.today)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEW)
    rows_done = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    """{heading of the file: field of Jalon, or "" to leave it out}, as read or as corrected by the lead."""
    matching = models.CharField(_("how people are recognised"), max_length=10, choices=Matching, default="name")
    confirmed_at = models.DateTimeField(null=True, blank=True)

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


class ColumnMapping(Stamped):
    """How an organisation's spreadsheet with these headings was read last time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="column_mappings")
    listing = models.CharField(max_length=20, default="holders")
    """Whom such a file lists: the same headings may be read otherwise in a file of mentors."""
    signature = models.CharField(max_length=64)
    """SHA-256 of the folded headings, in order."""
    columns = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("columns remembered")
        verbose_name_plural = _("columns remembered")
        ordering = ["organisation", "-used_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "listing", "signature"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.signature[:8]}"
