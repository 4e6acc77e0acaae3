"""When a questionnaire is asked, of whom, and how."""

from django.db import models
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib.models import Stamped
from evaluation import policies
from evaluation.models.questionnaires import Questionnaire
from journeys.models import Programme


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, user: User) -> "WaveQuerySet":
        return self.filter(policies.visible_waves(user))

    def running(self) -> "WaveQuerySet":
        """Those that the clock asks."""
        return self.filter(stopped_at=None)


class Wave(Stamped):
    """When a questionnaire is asked of whom, in one programme: `months` and `days` after a moment of the journey.

    `step_code`: only that module or milestone (the code of its step). `nth`: only that session of the journey; 0: each.
    `since`: what happened before that day is not asked about. `shows_previous`: what was answered last time is shown,
    to keep or to change. `correction_days`: how long what was sent can be taken up again. `is_shared`: the answers are
    put beside those of the two others of holder, mentor and tutor, as everybody is told before the first question.
    """

    class Moment(models.TextChoices):
        START = "start", _("at the start")
        MID = "mid", _("half-way")
        EXIT = "exit", _("at exit")
        SESSION = "session", _("after a session")
        MODULE = "module", _("after a module date")
        IMMERSION = "immersion", _("after an immersion")
        MILESTONE = "milestone", _("on a milestone")
        CAMPAIGN = "campaign", _("between two dates")

    class Mode(models.TextChoices):
        IDENTIFIED = "identified", _("identified")
        CONFIDENTIAL = "confidential", _("confidential")
        ANONYMOUS = "anonymous", _("anonymous")

    class Audience(models.TextChoices):
        HOLDER = "holder", pgettext_lazy("who is asked", "the holder")
        MENTOR = "mentor", pgettext_lazy("who is asked", "the mentor")
        TUTOR = "tutor", pgettext_lazy("who is asked", "the tutor")
        COMPANY = "company", pgettext_lazy("who is asked", "the company")

    VOICES = ("holder", "mentor", "tutor")
    """Whose answers to the same questions can be put side by side."""
    ONCE = ("start", "mid", "exit", "campaign")
    """Moments that a journey meets once; the others come with an occasion each."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="waves")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="waves")
    moment = models.CharField(_("moment"), max_length=10, choices=Moment)
    months = models.PositiveSmallIntegerField(_("months after"), default=0)
    days = models.PositiveSmallIntegerField(_("days after"), default=0)
    step_code = models.CharField(_("module or milestone"), max_length=40, blank=True)
    nth = models.PositiveSmallIntegerField(_("which session"), default=0)
    opens_on = models.DateField(_("first day"), null=True, blank=True)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    audience = models.CharField(_("asked of"), max_length=8, choices=Audience, default=Audience.HOLDER)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, default=Mode.IDENTIFIED)
    open_days = models.PositiveSmallIntegerField(_("open for (days)"), default=30)
    asks_leavers = models.BooleanField(_("also asks those who left"), default=False)
    since = models.DateField(_("for what happens from"), null=True, blank=True)
    shows_previous = models.BooleanField(_("shows what was answered last time"), default=False)
    correction_days = models.PositiveSmallIntegerField(_("can be corrected for (days)"), default=0)
    is_shared = models.BooleanField(_("put side by side"), default=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["programme", "moment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "questionnaire", "moment", "months", "days", "step_code", "nth", "audience"],
                condition=models.Q(stopped_at=None) & ~models.Q(moment="campaign"),
                name="wave_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    moment__in=["start", "mid", "exit", "session", "module", "immersion", "milestone", "campaign"]
                ),
                name="wave_known_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=["identified", "confidential", "anonymous"]), name="wave_known_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["holder", "mentor", "tutor", "company"]), name="wave_known_audience"
            ),
            models.CheckConstraint(
                condition=~models.Q(moment="campaign")
                | models.Q(opens_on__isnull=False, closes_on__gte=models.F("opens_on")),
                name="wave_campaign_has_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(is_shared=False)
                | models.Q(mode="identified", audience__in=["holder", "mentor", "tutor"], correction_days=0),
                name="wave_shared_is_named_and_final",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.label}"

    @property
    def is_anonymous(self) -> bool:
        return self.mode == self.Mode.ANONYMOUS

    @property
    def is_by_hand(self) -> bool:
        """Can a lead ask somebody by hand? Where a journey meets the moment once, while it is not stopped."""
        return self.moment in self.ONCE and self.stopped_at is None

    @property
    def label(self) -> str:
        """When, in a few words: “at exit”, “6 months after exit”, “2 days after a session”."""
        moment = str(self.get_moment_display())
        if not (self.months or self.days):
            return moment
        shift = (
            ngettext("%(n)d month", "%(n)d months", self.months) % {"n": self.months}
            if self.months
            else ngettext("%(n)d day", "%(n)d days", self.days) % {"n": self.days}
        )
        after = {
            self.Moment.START: gettext("%(shift)s after the start"),
            self.Moment.MID: gettext("%(shift)s after half-way"),
            self.Moment.EXIT: gettext("%(shift)s after exit"),
            self.Moment.SESSION: gettext("%(shift)s after a session"),
            self.Moment.MODULE: gettext("%(shift)s after a module date"),
            self.Moment.IMMERSION: gettext("%(shift)s after an immersion"),
            self.Moment.MILESTONE: gettext("%(shift)s after a milestone"),
        }
        return after[self.Moment(self.moment)] % {"shift": shift} if self.moment in after else moment
