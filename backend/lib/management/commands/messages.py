"""`manage.py messages update|compile|check [app…]`: the French catalogues."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.lib import catalogues


class Command(BaseCommand):
    help = "Extract, compile or check the French texts, without any program outside Python."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        catalogues.add_arguments(parser)

    def handle(self, *, verb: str, apps: list[str], tidy: bool, **options: Any) -> None:
        sys.exit(catalogues.run(verb, apps, tidy=tidy))
