"""A spreadsheet of mentors waiting for its preview to be confirmed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from journeys.models import ImportedFile
from mentoring import policies


class MentorImportQuerySet(models.QuerySet["MentorImport"]):
    def visible_to(self, user: User) -> "MentorImportQuerySet":
        return self.filter(policies.visible_mentor_imports(user))


class MentorImport(ImportedFile):
    """A file of mentors of one organisation."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("to check")
        DONE = "done", _("done")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    FINISHED = (State.DONE, State.UNDONE, State.DISCARDED)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PREVIEW: {State.DONE, State.DISCARDED},
        State.DONE: {State.UNDONE},
    }

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mentor_imports")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEW)

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
