"""What matching looks at besides profiles: what a journey asks for, who must not meet, what counts most."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from journeys.models import Holder, Journey
from mentoring import policies
from mentoring.models.mentors import Mentor
from mentoring.models.words import SpokenLanguage, Theme, words_for


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: User) -> "NeedQuerySet":
        return self.filter(policies.visible_needs(user))


class Need(Stamped):
    """What a holder looks for in a mentor, on one journey."""

    class Meeting(models.TextChoices):
        ANY = "any", pgettext_lazy("meeting", "either")
        IN_PERSON = "in_person", pgettext_lazy("meeting", "in person")
        REMOTE = "remote", pgettext_lazy("meeting", "at a distance")

    journey = models.OneToOneField(Journey, on_delete=models.CASCADE, related_name="mentoring_need")
    themes = models.JSONField(_("help looked for"), default=list, blank=True)
    languages = models.JSONField(_("languages spoken"), default=list, blank=True)
    meeting = models.CharField(_("how to meet"), max_length=10, choices=Meeting, default=Meeting.ANY)
    words = models.TextField(_("in one’s own words"), blank=True)
    said_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a mentor")
        verbose_name_plural = _("needs of a mentor")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(meeting__in=["any", "in_person", "remote"]), name="need_known_meeting"
            )
        ]

    def __str__(self) -> str:
        return str(self.journey)

    @property
    def theme_words(self) -> list[str]:
        return words_for(self.themes, Theme)

    @property
    def language_words(self) -> list[str]:
        return words_for(self.languages, SpokenLanguage)


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: User) -> "ConflictQuerySet":
        return self.filter(policies.visible_conflicts(user))


class Conflict(Stamped):
    """This mentor must not accompany this person: they work together, are related, compete…"""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="conflicts")
    holder = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="mentor_conflicts")
    reason = models.CharField(_("reason"), max_length=240)
    said_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["mentor", "holder"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.mentor} – {self.holder}"


class MatchWeights(Stamped):
    """How much each criterion counts when an organisation matches its cohorts: 0 (not at all) to 5."""

    DEFAULTS: ClassVar[dict[str, int]] = {"themes": 5, "sectors": 3, "near": 3, "phases": 2, "room": 1, "known": 1}
    MOST: ClassVar[int] = 5

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="match_weights")
    weights = models.JSONField(_("weights"), default=dict)

    class Meta:
        verbose_name = _("weights of the matching")
        verbose_name_plural = _("weights of the matching")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.organisation)
