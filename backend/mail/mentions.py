"""The table of what letters told whom about: so that nobody is told twice of one date, whatever writes to her."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.mail.near import moment_of as moment_of


class Mention(models.Model):
    """One dated thing named in one letter. Whoever reads the letter was told; of a letter that stays here, nobody."""

    email = models.ForeignKey("mail.Email", on_delete=models.CASCADE, related_name="mentions")
    thing_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    thing_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("thing_type", "thing_id")
    at = models.DateTimeField(_("date told"))

    class Meta:
        app_label = "mail"
        verbose_name = _("date told in a letter")
        verbose_name_plural = _("dates told in letters")
        ordering = ["pk"]
        indexes = [models.Index(fields=["thing_type", "thing_id"], name="mention_thing")]
        constraints = [
            models.UniqueConstraint(fields=["email", "thing_type", "thing_id"], name="mention_once_in_a_letter")
        ]

    def __str__(self) -> str:
        return f"{self.thing_type} {self.thing_id} · {self.at:%Y-%m-%d %H:%M}"
