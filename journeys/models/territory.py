"""The territory: communes and priority neighbourhoods (QPV). Reference facts, loaded from files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.lib.models import CodeField


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
    """A priority neighbourhood (QPV 2024); it may lie in several communes."""

    code = models.CharField(_("QPV code"), max_length=10, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    communes = models.ManyToManyField(Commune, related_name="neighbourhoods")

    class Meta:
        verbose_name = _("priority neighbourhood (QPV)")
        verbose_name_plural = _("priority neighbourhoods (QPV)")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
