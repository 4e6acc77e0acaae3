from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "backend.calendars"
    label = "calendars"
    verbose_name = _("Calendar invites")

    def ready(self) -> None:
        from backend.calendars import receivers  # noqa: F401 - it starts listening
