"""Mentors, the pairs they form with holders, and their sessions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MentoringConfig(AppConfig):
    name = "mentoring"
    verbose_name = _("Mentoring")

    def ready(self) -> None:
        from mentoring import receivers  # noqa: F401 - it starts listening
