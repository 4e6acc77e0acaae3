"""A spreadsheet of mentors waiting for its preview to be confirmed."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from mentoring import policies


class MentorImportQuerySet(models.QuerySet["MentorImport"]):
    def visible_to(self, user: User) -> "MentorImportQuerySet":
        return self.filter(policies.visible_mentor_imports(user))


class MentorImport(Stamped):
    """One uploaded file: read, corrected in place, then confirmed. Nothing else is written before that."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("to check")
        DONE = "done", _("done")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    FINISHED = (State.DONE, State.UNDONE, State.DISCARDED)
    KEPT = timedelta(days=30)
    """How long what it says of people stays, once it waits for nobody or is finished."""
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PREVIEW: {State.DONE, State.DISCARDED},
        State.DONE: {State.UNDONE},
    }

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mentor_imports")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    rows_total = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEW)
    result = models.JSONField(default=dict)
    """Counts by kind, once confirmed; `left`: the lines left aside and why."""
    made = models.JSONField(default=dict)
    """What undoing needs: mentors and memberships created, facts changed with what they said before."""
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MentorImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of mentors")
        verbose_name_plural = _("imports of mentors")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["preview", "done", "discarded", "undone"]),
                name="mentor_import_known_state",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def forgotten_at(self) -> datetime | None:
        """When what it says of people is thrown away."""
        return self.finished_at + self.KEPT if self.finished_at else None
