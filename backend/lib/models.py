"""What several tables share."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.lib import clock


class Stamped(models.Model):
    """A row that knows when it was recorded (as against when the thing happened)."""

    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)

    class Meta:
        abstract = True


if TYPE_CHECKING:
    Text = models.CharField[str, str]
else:
    Text = models.CharField


class Pulse(models.Model):
    """The latest sign of life of what runs beside the pages; a row, since whatever is cached may be thrown out."""

    name = models.CharField(max_length=50, unique=True)
    beat_at = models.DateTimeField(default=clock.now)
    # Machine and process, where only one may be.
    owner = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.beat_at}"


class Stumble(models.Model):
    """A duty on the clock that could not do all its rows when it last rang; gone once it could."""

    name = models.CharField(max_length=100, unique=True)
    rows = models.PositiveIntegerField()
    since = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("duty that fails")
        verbose_name_plural = _("duties that fail")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.rows}"


class CodeField(Text):
    """A key in letters and digits that people may name in an address, a form or a program.

    A NUL, which PostgreSQL can't even be asked about, is nobody's code: whoever looks one up says so as for any other
    that does not exist.
    """

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("no code has a NUL in it")
        return super().get_prep_value(value)

    def deconstruct(self) -> Any:
        """An ordinary column of text, for migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
