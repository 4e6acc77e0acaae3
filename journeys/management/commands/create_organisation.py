"""`manage.py create_organisation NAME --lead EMAIL`: an organisation ready to work, its lead invited by letter."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.utils.text import slugify

from backend.accounts import actions as accounts
from backend.accounts.models import Membership
from backend.lib.refusal import Refused
from backend.mail import actions as mail
from journeys import actions


class Command(BaseCommand):
    help = "Create an organisation with the three programmes that come with Jalon, and invite its first lead by letter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--lead", required=True, metavar="EMAIL")
        parser.add_argument("--slug", default="", help="short name in addresses (default: from the name)")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *, name: str, lead: str, slug: str, language: str, **options: Any) -> None:
        try:
            validate_email(lead)
        except ValidationError as error:
            raise CommandError(f"“{lead}” is not an e-mail address.") from error
        try:
            with transaction.atomic():
                organisation = accounts.create_organisation(
                    name, slug=slug or slugify(name), language=language, by=None
                )
                actions.load_programmes(organisation)
                mail.invite_person(organisation, lead, Membership.Role.LEAD, by=None)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{organisation} is ready. Its lead is invited by letter: {lead}")
