"""What several tables share."""

from typing import TYPE_CHECKING, Any

from django.db import models

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
