"""Companies that host: their sites, what they offer, and what they answered when asked."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Step
from journeys.models.territory import Commune


class Objective(models.TextChoices):
    """What a stay is for."""

    DISCOVER = "discover", _("discover a trade or sector")
    CONFIRM = "confirm", _("confirm a project")
    MEET_PEER = "meet_peer", _("meet a peer business")
    COOPERATE = "cooperate", _("start a cooperation")


class CompanyQuerySet(models.QuerySet["Company"]):
    def visible_to(self, user: User) -> "CompanyQuerySet":
        return self.filter(policies.visible_companies(user))


class Company(Stamped):
    """A host for immersions; its contact is who answers when a stay is asked for."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(_("name"), max_length=160)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    activity = models.CharField(_("activity"), max_length=160, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="companies", verbose_name=_("commune")
    )
    accessibility = models.TextField(_("accessibility"), blank=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=32, blank=True)
    places_a_year = models.PositiveSmallIntegerField(_("places a year"), default=2)
    starts_a_month = models.PositiveSmallIntegerField(_("stays that may start in one month"), null=True, blank=True)
    is_set_aside = models.BooleanField(_("set aside"), default=False)
    set_aside_on = models.DateField(_("set aside on"), null=True, blank=True)
    set_aside_reason = models.CharField(_("why it is set aside"), max_length=240, blank=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "siret"], condition=~Q(siret=""), name="company_siret_once")
        ]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User) -> "SiteQuerySet":
        return self.filter(policies.visible_sites(user))


class Site(Stamped):
    """One place of a company, with a SIRET of its own."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=160)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="sites", verbose_name=_("commune")
    )
    is_closed = models.BooleanField(_("closed"), default=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["company", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "siret"], condition=~Q(siret=""), name="site_siret_once")
        ]

    def __str__(self) -> str:
        return self.name


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, user: User) -> "OfferQuerySet":
        return self.filter(policies.visible_offers(user))

    def open(self) -> "OfferQuerySet":
        return self.filter(is_open=True, company__is_set_aside=False)


class Offer(Stamped):
    """A kind of immersion that a company offers: what for, where, how long."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="offers")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="offers")
    title = models.CharField(_("title"), max_length=160)
    objective = models.CharField(_("objective"), max_length=10, choices=Objective, default=Objective.DISCOVER)
    description = models.TextField(_("what one sees and does there"), blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    accessibility = models.CharField(_("accessibility"), max_length=240, blank=True)
    shortest_days = models.PositiveSmallIntegerField(_("days at least"), default=1)
    longest_days = models.PositiveSmallIntegerField(_("days at most"), default=5)
    is_open = models.BooleanField(_("open"), default=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of immersion")
        verbose_name_plural = _("offers of immersion")
        ordering = ["company", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(objective__in=["discover", "confirm", "meet_peer", "cooperate"]),
                name="offer_known_objective",
            ),
            models.CheckConstraint(
                condition=Q(shortest_days__gte=1, longest_days__gte=F("shortest_days"), longest_days__lte=30),
                name="offer_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.company}"


class HostAskQuerySet(models.QuerySet["HostAsk"]):
    def visible_to(self, user: User) -> "HostAskQuerySet":
        return self.filter(policies.visible_host_asks(user))

    def live(self) -> "HostAskQuerySet":
        return self.filter(state__in=HostAsk.LIVE)


class HostAsk(Stamped):
    """One request for a stay: wished by the holder, taken to the company by her team, and what the company answered.

    The rows of one company are the history of its answers.
    """

    class State(models.TextChoices):
        WISHED = "wished", _("wished for")
        SENT = "sent", _("asked of the company")
        ACCEPTED = "accepted", pgettext_lazy("ask", "accepted")
        DECLINED = "declined", pgettext_lazy("ask", "declined")
        UNANSWERED = "unanswered", _("no answer")
        WITHDRAWN = "withdrawn", _("withdrawn")

    LIVE = (State.WISHED, State.SENT)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.WISHED: {State.SENT, State.DECLINED, State.WITHDRAWN},
        State.SENT: {State.ACCEPTED, State.DECLINED, State.UNANSWERED, State.WITHDRAWN},
        State.UNANSWERED: {State.ACCEPTED, State.DECLINED},
    }

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="asks")
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="host_asks")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WISHED)
    message = models.TextField(_("message"), blank=True)
    wished_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(_("asked"), null=True, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(_("answer given"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=240, blank=True)

    objects = HostAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a company")
        verbose_name_plural = _("requests to companies")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "company"], condition=Q(state__in=["wished", "sent"]), name="host_ask_one_live_each"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["wished", "sent", "accepted", "declined", "unanswered", "withdrawn"]),
                name="host_ask_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "accepted", "unanswered"]) | Q(sent_at__isnull=False),
                name="host_ask_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE
