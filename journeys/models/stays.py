"""What a stay teaches: questions taken along, observations, how it goes, how it went, what follows."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.immersions import Immersion
from journeys.models.journeys import Commitment, Step
from journeys.models.milestones import MilestoneProposal


class Seen(models.TextChoices):
    """From which side a stay is told."""

    HOLDER = "holder", _("project holder")
    TUTOR = "tutor", _("tutor")


class StayQuestion(Stamped):
    """One of at most three questions that the holder takes into the company, and what she found."""

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(_("question"), max_length=240)
    answer = models.TextField(_("what was found"), blank=True)

    class Meta:
        verbose_name = _("question for a stay")
        verbose_name_plural = _("questions for stays")
        ordering = ["immersion", "position"]
        constraints = [
            models.UniqueConstraint(fields=["immersion", "position"], name="stay_question_place_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=3), name="stay_question_three_at_most"),
        ]

    def __str__(self) -> str:
        return self.text


class Observation(Stamped):
    """A note of the holder during the stay. Its key is made on the phone: sent twice, it is kept once."""

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="observations")
    key = models.UUIDField(editable=False)
    noted_at = models.DateTimeField(_("noted"))
    text = models.TextField(_("observation"))
    noted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    question = models.ForeignKey(
        StayQuestion, null=True, blank=True, on_delete=models.SET_NULL, related_name="observations"
    )

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["immersion", "noted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["immersion", "key"], name="observation_kept_once")]

    def __str__(self) -> str:
        return self.text[:60]


class CheckIn(Stamped):
    """Half-way through, each side says in one tap how it goes."""

    Side = Seen

    class Mood(models.TextChoices):
        GOOD = "good", _("it goes well")
        MIXED = "mixed", _("something could be better")
        WRONG = "wrong", _("something is wrong")

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="check_ins")
    side = models.CharField(_("side"), max_length=6, choices=Seen)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answer given"), null=True, blank=True)
    mood = models.CharField(_("how it goes"), max_length=5, choices=Mood, blank=True)
    words = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["immersion", "side"]
        constraints = [
            models.UniqueConstraint(fields=["immersion", "side"], name="check_in_once_each"),
            models.CheckConstraint(condition=Q(side__in=["holder", "tutor"]), name="check_in_known_side"),
            models.CheckConstraint(condition=Q(mood__in=["", "good", "mixed", "wrong"]), name="check_in_known_mood"),
            models.CheckConstraint(
                condition=Q(mood="", answered_at=None) | (~Q(mood="") & Q(answered_at__isnull=False)),
                name="check_in_answered_has_mood",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.immersion} · {self.get_side_display()}"


class Assessment(Stamped):
    """How one side says the stay went, against its objective; the other's view opens only after one's own."""

    Side = Seen

    class Followed(models.TextChoices):
        NOTHING = "nothing", _("nothing for now")
        COMMITMENT = "commitment", _("a commitment")
        COOPERATION = "cooperation", _("a cooperation")
        CUSTOMER = "customer", _("a customer or supplier")
        HIRING = "hiring", _("a hiring")

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="assessments")
    side = models.CharField(_("side"), max_length=6, choices=Seen)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answer given"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Immersion.Outcome, blank=True)
    last_day_on = models.DateField(_("last day"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("real minutes"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=240, blank=True)
    whose = models.CharField(_("on whose side"), max_length=12, choices=Immersion.Side, blank=True)
    reached = models.PositiveSmallIntegerField(_("objective reached (1 to 4)"), null=True, blank=True)
    learned = models.TextField(_("what was learned, what was shown"), blank=True)
    words = models.TextField(_("in words"), blank=True)
    followed = models.CharField(_("what follows"), max_length=12, choices=Followed, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["immersion", "side"]
        constraints = [
            models.UniqueConstraint(fields=["immersion", "side"], name="assessment_once_each"),
            models.CheckConstraint(condition=Q(side__in=["holder", "tutor"]), name="assessment_known_side"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(outcome=""), name="assessment_answered_has_outcome"
            ),
            models.CheckConstraint(
                condition=Q(reached=None) | Q(reached__gte=1, reached__lte=4), name="assessment_reached_one_to_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.immersion} · {self.get_side_display()}"

    @property
    def last_letter_at(self) -> datetime | None:
        """When this side was last written to."""
        return self.reminded_at or self.asked_at


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, user: User) -> "LessonQuerySet":
        return self.filter(policies.visible_lessons(user))


class Lesson(Stamped):
    """What the holder learned, what she decides from it, and the milestone it is evidence for."""

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="lessons")
    text = models.TextField(_("lesson"))
    decision = models.TextField(_("decision"), blank=True)
    commitment = models.ForeignKey(Commitment, null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons")
    milestone = models.ForeignKey(Step, null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons")
    proposal = models.ForeignKey(
        MilestoneProposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons"
    )
    noted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["immersion", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
