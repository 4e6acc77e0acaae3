"""A snapshot held against the facts it was made from, as they were known at that moment."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.history.queries import as_known_on, known_since
from backend.lib.version import software
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.content import FORMAT, canonical, digest
from evaluation.queries.publishing.difference import Changed, changed
from evaluation.queries.publishing.guard import frozen


@dataclass(frozen=True)
class Verified:
    """`is_whole`: the bytes that are kept are those whose hash was published. `is_same`: so are those recomputed.

    `why`: in sentences, where they are not; `changes`: the figures that came out otherwise.
    """

    is_whole: bool
    is_same: bool
    sha256: str
    again: str
    why: list[str] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)


def verify(snapshot: Snapshot) -> Verified:
    """Recompute it from the facts as known when it was published, under the settings that it names."""
    is_whole = digest(snapshot.body.encode()) == snapshot.sha256
    kept = snapshot.content
    campaign = _as_it_was(snapshot)
    with as_known_on(snapshot.published_at):
        body = canonical(frozen(campaign, version=kept["software"], before=snapshot).content)
    again = digest(body)
    if again == snapshot.sha256:
        return Verified(is_whole, True, snapshot.sha256, again)
    made = json.loads(body)
    changes = changed(kept, made)
    return Verified(is_whole, False, snapshot.sha256, again, _why(snapshot, kept, made, changes), changes)


def _as_it_was(snapshot: Snapshot) -> Campaign:
    """Its campaign with the words and the threshold of that day: leads may have written others since."""
    campaign = Campaign.objects.select_related("organisation", "programme").get(pk=snapshot.campaign_id)
    kept = snapshot.content
    campaign.title, campaign.note = kept.get("title", ""), kept.get("note", "")
    campaign.threshold = kept["smallest_group"]
    return campaign


def _why(snapshot: Snapshot, kept: dict[str, Any], made: dict[str, Any], changes: list[Changed]) -> list[str]:
    """The reasons that can be told, the surest first."""
    found = []
    if kept["format"] != FORMAT:
        found.append(_("This version of Jalon writes snapshots in another form; the figures below are compared."))
    if kept["software"] != software():
        told = {"then": kept["software"], "now": software()}
        found.append(_("It was made by Jalon %(then)s; this is %(now)s, which may count or word otherwise.") % told)
    if kept["scope"] != made["scope"]:
        found.append(_("The organisation or the programme has another name now."))
    if not changes:
        found.append(_("Every figure comes out the same; only words, names or tables by group differ."))
    else:
        n = len(changes)
        found.append(ngettext("%(n)s figure comes out otherwise.", "%(n)s figures come out otherwise.", n) % {"n": n})
        found.append(_past(snapshot))
    return found


def _past(snapshot: Snapshot) -> str:
    since = known_since()
    if since and snapshot.published_at < since:
        return _("The past of the facts is known only from a later day on: what they said then is not known whole.")
    return _(
        "What may have changed without keeping its past: answers, waves, programmes, communes, and what was forgotten "
        "of somebody at their request or at the end of the time that data are kept."
    )
