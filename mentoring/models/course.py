"""The course of a pair: what it aims at, how it goes, what both say half-way and at the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from mentoring import policies
from mentoring.models.mentorships import Mentorship

LOWEST, HIGHEST = 1, 8
"""The scale of objectives: that of the posture questionnaire."""


class Side(models.TextChoices):
    """Which of the two speaks."""

    HOLDER = "holder", pgettext_lazy("side", "project holder")
    MENTOR = "mentor", pgettext_lazy("side", "mentor")


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, user: User) -> "ObjectiveQuerySet":
        return self.filter(policies.visible_courses(user))


class Objective(Stamped):
    """What a pair works towards: where the holder stands at the start, and where she wants to be, from 1 to 8."""

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="objectives")
    text = models.CharField(_("objective"), max_length=240)
    start = models.PositiveSmallIntegerField(_("where the person starts"))
    wanted = models.PositiveSmallIntegerField(_("where the person wants to be"))
    midway = models.PositiveSmallIntegerField(_("where the person is half-way"), null=True, blank=True)
    end = models.PositiveSmallIntegerField(_("where the person is at the end"), null=True, blank=True)
    set_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective of a pair")
        verbose_name_plural = _("objectives of a pair")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start__gte=1, start__lte=8, wanted__gte=1, wanted__lte=8)
                & (models.Q(midway=None) | models.Q(midway__gte=1, midway__lte=8))
                & (models.Q(end=None) | models.Q(end__gte=1, end__lte=8)),
                name="objective_from_1_to_8",
            )
        ]

    def __str__(self) -> str:
        return self.text


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        return self.filter(policies.visible_courses(user))


class Review(Stamped):
    """What one of the two says of the pair, half-way or at the end. Read by both and by the leads of the programme."""

    class Moment(models.TextChoices):
        MIDWAY = "midway", _("mid-term review")
        END = "end", _("closing")

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="reviews")
    moment = models.CharField(_("when"), max_length=8, choices=Moment)
    side = models.CharField(_("by"), max_length=8, choices=Side)
    went_well = models.TextField(_("what helps"), blank=True)
    to_change = models.TextField(_("what to change, or what is left to do"), blank=True)
    said_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(_("said"))

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a pair")
        verbose_name_plural = _("reviews of a pair")
        ordering = ["moment", "side", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "moment", "side"], name="review_once_a_side"),
            models.CheckConstraint(
                condition=models.Q(moment__in=["midway", "end"], side__in=["holder", "mentor"]),
                name="review_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} · {self.get_moment_display()}"


class FitQuerySet(models.QuerySet["Fit"]):
    def visible_to(self, user: User) -> "FitQuerySet":
        return self.filter(policies.visible_fits(user))


class Fit(Stamped):
    """How one of the two feels about the pair after its first or second session; never shown to the other."""

    class Answer(models.TextChoices):
        GOOD = "good", pgettext_lazy("fit", "good")
        DECIDING = "deciding", pgettext_lazy("fit", "still deciding")
        NOT_A_FIT = "not_a_fit", pgettext_lazy("fit", "not a good fit")

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="fits")
    nth = models.PositiveSmallIntegerField(_("after session number"))
    side = models.CharField(_("by"), max_length=8, choices=Side)
    answer = models.CharField(_("how it feels"), max_length=10, choices=Answer)
    words = models.CharField(_("in a few words"), max_length=500, blank=True)
    said_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = FitQuerySet.as_manager()

    class Meta:
        verbose_name = _("fit of a pair")
        verbose_name_plural = _("fits of pairs")
        ordering = ["nth", "side", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "nth", "side"], name="fit_once_a_side"),
            models.CheckConstraint(
                condition=models.Q(
                    nth__in=[1, 2], side__in=["holder", "mentor"], answer__in=["good", "deciding", "not_a_fit"]
                ),
                name="fit_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} · {self.nth} · {self.get_answer_display()}"
