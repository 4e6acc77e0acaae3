"""The organisation that something made over the API belongs to."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from backend.accounts.models import Organisation
from evaluation.queries.design_pages import led_organisations


def organisation_led(user: Any, pk: int | None) -> Organisation:
    """The one of that number that this person leads; without a number the only one. 400 beside `organisation` else."""
    led = led_organisations(user)
    chosen = led if pk is None else [one for one in led if one.pk == pk]
    if len(chosen) != 1:
        raise serializers.ValidationError({"organisation": [_("Choose an organisation that you lead.")]})
    return chosen[0]
