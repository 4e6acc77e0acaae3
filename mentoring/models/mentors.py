"""Mentors: what they know, where and how much they can accompany."""

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys.models import Commune, Phase
from mentoring import policies
from mentoring.models.words import SpokenLanguage, Theme, words_for

LIVE_PAIRS = ("proposed", "accepted", "active")
"""A pair in one of these states takes a place of its mentor."""


def _is_here() -> models.Q:
    """She may sign in, and her role in the organisation has not ended; whoever never had one is here."""
    roles = Membership.objects.filter(
        role=Membership.Role.MENTOR, user=models.OuterRef("user"), organisation=models.OuterRef("organisation")
    )
    return models.Q(user__is_active=True) & (models.Q(models.Exists(roles.active())) | ~models.Q(models.Exists(roles)))


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: User) -> "MentorQuerySet":
        return self.filter(policies.visible_mentors(user))

    def here(self) -> "MentorQuerySet":
        """Those who have not left: they have access, and their role in the organisation has not ended."""
        return self.filter(_is_here())

    def with_presence(self) -> "MentorQuerySet":
        """Adds `is_here`: False once she has left."""
        return self.annotate(is_here=models.ExpressionWrapper(_is_here(), output_field=models.BooleanField()))

    def with_load(self) -> "MentorQuerySet":
        """Adds `load`: how many people she accompanies now."""
        return self.annotate(load=models.Count("mentorships", filter=models.Q(mentorships__state__in=LIVE_PAIRS)))


class Mentor(Stamped):
    """A person's profile as mentor in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mentors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentor_profiles")
    capacity = models.PositiveSmallIntegerField(_("people at most"), default=3)
    hours_a_month = models.PositiveSmallIntegerField(_("hours a month at most"), null=True, blank=True)
    expertise = models.JSONField(_("expertise"), default=list, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    phases = models.JSONField(_("phases of a project"), default=list, blank=True)
    languages = models.JSONField(_("languages spoken"), default=list, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="mentors", verbose_name=_("commune")
    )
    communes = models.ManyToManyField(
        Commune, blank=True, related_name="visiting_mentors", verbose_name=_("communes the mentor comes to")
    )
    meets_remotely = models.BooleanField(_("also meets at a distance"), default=True)
    headline = models.CharField(_("in one line"), max_length=160, blank=True)
    bio = models.TextField(_("presentation"), blank=True)
    video_url = models.URLField(_("own video room"), max_length=500, blank=True)
    paused_from = models.DateField(_("paused from"), null=True, blank=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    photo_digest = models.CharField(max_length=16, blank=True)
    """Of her photo, so that its address changes with it; "" for none."""
    charter_accepted_on = models.DateField(_("charter accepted"), null=True, blank=True)

    load: int  # people accompanied now, on rows read `with_load`
    is_here: bool  # on rows read `with_presence`

    objects = MentorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="mentor_once_per_organisation"),
            models.CheckConstraint(
                condition=models.Q(paused_from=None)
                | models.Q(paused_until__isnull=False, paused_from__lte=models.F("paused_until")),
                name="mentor_pause_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def expertise_words(self) -> list[str]:
        return words_for(self.expertise, Theme)

    @property
    def language_words(self) -> list[str]:
        return words_for(self.languages, SpokenLanguage)

    @property
    def phase_words(self) -> list[str]:
        return words_for(self.phases, Phase)

    @property
    def photo_url(self) -> str:
        """Where her photo is shown; "" for none."""
        return reverse("mentoring:mentor_photo", args=[self.pk, self.photo_digest]) if self.photo_digest else ""

    def is_paused(self, on: date | None = None) -> bool:
        """On this day (today), her pause included from its first to its last day."""
        day = on or clock.today()
        return self.paused_until is not None and (self.paused_from or day) <= day <= self.paused_until


class TrainingQuerySet(models.QuerySet["Training"]):
    def visible_to(self, user: User) -> "TrainingQuerySet":
        return self.filter(mentor__in=Mentor.objects.visible_to(user).order_by().values("pk"))


class Training(Stamped):
    """What a mentor has followed to accompany people."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="trainings")
    title = models.CharField(_("training followed"), max_length=160)
    followed_on = models.DateField(_("followed"), null=True, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training followed")
        verbose_name_plural = _("trainings followed")
        ordering = ["-followed_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User) -> "PhotoQuerySet":
        return self.filter(mentor__in=Mentor.objects.visible_to(user).order_by().values("pk"))


class Photo(Stamped):
    """A mentor's picture: a square of at most 512 px made here from what she sent; her own file is not kept."""

    mentor = models.OneToOneField(Mentor, on_delete=models.CASCADE, related_name="photo")
    content = models.BinaryField(_("picture"))

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a mentor")
        verbose_name_plural = _("photos of mentors")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.mentor)
