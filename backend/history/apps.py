from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "backend.history"
    label = "history"
    verbose_name = _("History")

    def ready(self) -> None:
        from backend.history import receivers

        receivers.listen(self)
