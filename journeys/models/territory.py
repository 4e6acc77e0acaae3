"""The territory: communes and priority neighbourhoods (QPV). Reference facts, loaded from files."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.lib.models import CodeField, Stamped


class Commune(models.Model):
    """One commune. Its key is the INSEE code: postcodes are shared between communes."""

    insee = CodeField(_("INSEE code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    siren = models.CharField(max_length=9, blank=True)
    postcodes = models.JSONField(default=list)
    population = models.PositiveIntegerField(_("inhabitants"), default=0)
    territory = models.CharField(_("territory"), max_length=60, default="Nantes Métropole")

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Neighbourhood(models.Model):
    """A priority neighbourhood (QPV 2024); it may lie in several communes. A population comes with its source."""

    code = models.CharField(_("QPV code"), max_length=10, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    communes = models.ManyToManyField(Commune, related_name="neighbourhoods")
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    population_source = models.CharField(_("source of the population"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("priority neighbourhood (QPV)")
        verbose_name_plural = _("priority neighbourhoods (QPV)")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QpvReference(Stamped):
    """The share of residents who live in a priority neighbourhood, as an organisation states it, with its source."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="qpv_reference")
    percent = models.DecimalField(
        _("residents living in a QPV, in %"), max_digits=4, decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year of the figure"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("share of residents in a QPV")
        verbose_name_plural = _("shares of residents in a QPV")
        ordering = ["organisation"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100), name="qpv_reference_is_a_percentage"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="qpv_reference_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}\u202f% ({self.source}, {self.year})"
