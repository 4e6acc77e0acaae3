"""Publications: a campaign for a closing date, and the frozen snapshots that came of it."""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from evaluation import policies
from evaluation.models.reports import ReportSchedule
from journeys.models import Programme


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> "CampaignQuerySet":
        return self.filter(policies.visible_campaigns(user))


class Campaign(Stamped):
    """The figures of an organisation, or of one programme, over a period, on their way to being published.

    What is wrong with them is looked at by one lead and looked over by another, where there is one. Once published it
    can be taken up again: the next snapshot replaces the one before. `smallest_group`: that of the setting when the
    snapshot was made. `closes_on`: by when facts are to be complete. `title` and `note` are told to readers as they
    are; `revision` grows with each change, so that two leads who edit it learn of one another.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("publication", "in preparation")
        CHECKED = "checked", pgettext_lazy("publication", "checked")
        REVIEWED = "reviewed", pgettext_lazy("publication", "reviewed")
        PUBLISHED = "published", pgettext_lazy("publication", "published")

    class Audience(models.TextChoices):
        OBSERVERS = "observers", _("observers and stewards, who read it here")
        OUTSIDE = "outside", _("anybody: the files go outside")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.CHECKED},
        State.CHECKED: {State.DRAFT, State.REVIEWED, State.PUBLISHED},
        State.REVIEWED: {State.DRAFT, State.PUBLISHED},
        State.PUBLISHED: {State.DRAFT},
    }

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="campaigns")
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="campaigns",
        verbose_name=_("programme"),
    )
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"))
    closes_on = models.DateField(_("closing day"))
    audience = models.CharField(_("who reads it"), max_length=10, choices=Audience, default=Audience.OBSERVERS)
    title = models.CharField(pgettext_lazy("publication", "title"), max_length=120, blank=True)
    note = models.TextField(_("a word to readers"), max_length=2000, blank=True)
    schedule = models.ForeignKey(
        ReportSchedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaigns", editable=False
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Leads were told that its closing day had come and that it was not published."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CampaignQuerySet.as_manager()
    threshold: int | None = None
    """The smallest group of a snapshot of it that is recomputed; of no row."""

    class Meta:
        verbose_name = _("publication campaign")
        verbose_name_plural = _("publication campaigns")
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "checked", "reviewed", "published"]), name="campaign_known_state"
            ),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(since__lte=models.F("until")), name="campaign_days_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["observers", "outside"]), name="campaign_known_audience"
            ),
            models.UniqueConstraint(fields=["schedule", "until"], name="campaign_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.programme or self.organisation} · {self.until:%Y-%m-%d}"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def visible_to(self, user: User) -> "SnapshotQuerySet":
        return self.filter(policies.visible_snapshots(user))

    def current(self) -> "SnapshotQuerySet":
        """Those that no later one has replaced."""
        return self.filter(replaced_at=None)


class Snapshot(models.Model):
    """What was published, for good: canonical JSON (see `queries.publishing`) and the SHA-256 of its bytes.

    One that was withdrawn is read by leads only, who see why.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(_("number"))
    body = models.TextField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(_("day of its replacement"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("snapshot", "withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="snapshot_number_once"),
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(replaced_at=None), name="snapshot_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(replaced_at__isnull=False),
                name="snapshot_withdrawn_is_not_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.number}"

    @property
    def organisation(self) -> Organisation:
        return self.campaign.organisation

    @cached_property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Release(models.Model):
    """Who was counted in one number of a snapshot that was shown: what later ones are held against (see
    `queries.publishing.guard`). Nobody reads it.

    `part`: "" for the whole, else a group, "commune:44109". `people`: {id of a person: what they added}.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="releases")
    figure = models.CharField(_("figure"), max_length=60)
    part = models.CharField(_("part"), max_length=120, blank=True)
    people = models.JSONField(_("people"), default=dict)

    class Meta:
        verbose_name = _("released figure")
        verbose_name_plural = _("released figures")
        ordering = ["snapshot", "pk"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "figure", "part"], name="release_once")]

    def __str__(self) -> str:
        return f"{self.figure} {self.part}"
