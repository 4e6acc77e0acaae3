"""What several tables share."""

from django.db import models

from backend.lib import clock


class Stamped(models.Model):
    """A row that knows when it was recorded (as against when the thing happened)."""

    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)

    class Meta:
        abstract = True
