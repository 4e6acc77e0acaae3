"""What is kept of notes besides their last text: drafts not sent yet, and what stood before an edit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.models import Stamped
from mentoring import policies
from mentoring.models.mentorships import Mentorship
from mentoring.models.sessions import Session


class LogDraft(Stamped):
    """What one person is writing in the log of a session, before she keeps it: hers alone, thrown away once kept.

    Of a session that nobody had planned there is only the pair yet.
    """

    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="drafts")
    mentorship = models.ForeignKey(Mentorship, null=True, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    """{field of the form: text}"""
    revision = models.PositiveIntegerField(default=0)
    """Grows with each save: a device that saves from an older one is told, and overwrites nothing."""
    device = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=clock.now)

    class Meta:
        verbose_name = _("draft of a log")
        verbose_name_plural = _("drafts of logs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="log_draft_once_a_person"),
            models.UniqueConstraint(fields=["mentorship", "user"], name="log_draft_once_a_person_and_pair"),
            models.CheckConstraint(
                condition=models.Q(session__isnull=True) ^ models.Q(mentorship__isnull=True),
                name="log_draft_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session or self.mentorship} · {self.revision}"


class NoteEditQuerySet(models.QuerySet["NoteEdit"]):
    def visible_to(self, user: User) -> "NoteEditQuerySet":
        return self.filter(policies.visible_note_edits(user))


class NoteEdit(Stamped):
    """A note as it stood before it was changed. Whoever may read the note now may read what it was, and nobody else."""

    class Kind(models.TextChoices):
        SUMMARY = "summary", _("shared summary")
        PRIVATE = "private_note", _("private note")
        PROGRAMME = "programme_note", _("note to the programme")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="note_edits")
    kind = models.CharField(_("note"), max_length=16, choices=Kind)
    was = models.TextField(_("before"), blank=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = NoteEditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit of a note")
        verbose_name_plural = _("edits of notes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["summary", "private_note", "programme_note"]),
                name="note_edit_known_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.get_kind_display()}"
