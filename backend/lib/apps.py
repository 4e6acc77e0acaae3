from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "backend.lib"
    label = "lib"

    def ready(self) -> None:
        from backend.lib import checks, jobs  # models are known only now

        checks.register_all()
        jobs.keep_the_clock_to_ourselves()
