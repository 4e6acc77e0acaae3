"""Projects and the people who carry them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.territory import Commune, Neighbourhood


class Phase(models.TextChoices):
    EMERGENCE = "emergence", _("emergence")
    CREATION = "creation", _("creation")
    CONSOLIDATION = "consolidation", _("consolidation")
    SCALE_UP = "scale_up", _("scaling up")


class HolderQuerySet(models.QuerySet["Holder"]):
    def visible_to(self, user: User) -> "HolderQuerySet":
        return self.filter(policies.visible_holders(user))


class Holder(Stamped):
    """A person as project holder in one organisation, with the facts that breakdowns need."""

    class Gender(models.TextChoices):
        WOMAN = "woman", _("woman")
        MAN = "man", _("man")
        OTHER = "other", _("other")
        UNKNOWN = "", _("not known")

    class Status(models.TextChoices):
        JOB_SEEKER = "job_seeker", _("job seeker")
        EMPLOYED = "employed", _("employed")
        SELF_EMPLOYED = "self_employed", _("self-employed")
        STUDENT = "student", _("student")
        RETIRED = "retired", _("retired")
        OTHER = "other", _("other")
        UNKNOWN = "", _("not known")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="holders")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holder_profiles")
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True, default="")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    status = models.CharField(_("status on entry"), max_length=14, choices=Status, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=32, blank=True)

    objects = HolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("project holder")
        verbose_name_plural = _("project holders")
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="holder_once_per_organisation")]

    def __str__(self) -> str:
        return str(self.user)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> "ProjectQuerySet":
        return self.filter(policies.visible_projects(user))


class Project(Stamped):
    """What is carried."""

    class Qpv(models.TextChoices):
        INSIDE = "inside", _("in a priority neighbourhood")
        OUTSIDE = "outside", _("outside")
        UNKNOWN = "unknown", _("not known")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(_("project name"), max_length=160)
    pitch = models.TextField(_("in a few words"), blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    phase = models.CharField(_("phase"), max_length=14, choices=Phase, default=Phase.EMERGENCE)
    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="projects", verbose_name=_("commune")
    )
    qpv = models.CharField(_("priority neighbourhood"), max_length=8, choices=Qpv, default=Qpv.UNKNOWN)
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, blank=True, on_delete=models.PROTECT, related_name="projects", verbose_name=_("QPV")
    )
    is_general_interest = models.BooleanField(_("of general interest"), default=False)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    holders = models.ManyToManyField(
        Holder, through="Carrier", related_name="projects", verbose_name=_("project holders")
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(qpv__in=["inside", "outside", "unknown"]), name="project_known_qpv"
            ),
            models.CheckConstraint(
                condition=models.Q(neighbourhood=None) | models.Q(qpv="inside"), name="project_named_qpv_is_inside"
            ),
            models.CheckConstraint(
                condition=models.Q(phase__in=["emergence", "creation", "consolidation", "scale_up"]),
                name="project_known_phase",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CarrierQuerySet(models.QuerySet["Carrier"]):
    def visible_to(self, user: User) -> "CarrierQuerySet":
        return self.filter(policies.visible_carriers(user))

    def current(self) -> "CarrierQuerySet":
        return self.filter(left_on=None)


class Carrier(Stamped):
    """One holder's part in a project, from when to when: a collective has several, of differing status."""

    class Part(models.TextChoices):
        MAIN = "main", _("carries the project")
        PARTNER = "partner", _("carries it with others")
        MEMBER = "member", _("takes part")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="carriers")
    holder = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="carried")
    part = models.CharField(_("part in the project"), max_length=8, choices=Part, default=Part.MAIN)
    joined_on = models.DateField(_("since"), default=clock.today)
    left_on = models.DateField(_("until"), null=True, blank=True)
    leave_reason = models.CharField(_("why"), max_length=240, blank=True)

    objects = CarrierQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a project")
        verbose_name_plural = _("members of projects")
        ordering = ["project", "joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "holder"], condition=models.Q(left_on=None), name="carrier_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(part__in=["main", "partner", "member"]), name="carrier_known_part"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="carrier_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.project}"
