"""What letters about reports say: worked out while they are written, in the language of their reader."""

from dataclasses import dataclass

from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.checks import checks
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.difference import Changed, changed
from evaluation.queries.publishing.files import period_words
from evaluation.queries.publishing.pages import before, campaign_title

LISTED = 12


@dataclass(frozen=True)
class Report:
    """A snapshot, to its readers."""

    snapshot: Snapshot

    @property
    def title(self) -> str:
        return title_of(self.snapshot.content)

    @property
    def period(self) -> str:
        return period_words(self.snapshot.content)

    @property
    def note(self) -> str:
        return str(self.snapshot.content.get("note", ""))

    @property
    def is_again(self) -> bool:
        return before(self.snapshot) is not None

    @property
    def changes(self) -> list[Changed]:
        """The first few figures that differ from the snapshot before."""
        old = before(self.snapshot)
        return changed(old.content, self.snapshot.content)[:LISTED] if old else []

    @property
    def more(self) -> int:
        """How many figures differ beyond those."""
        old = before(self.snapshot)
        return max(0, len(changed(old.content, self.snapshot.content)) - LISTED) if old else 0


@dataclass(frozen=True)
class Mending:
    """A campaign, to its leads. `is_closing`: its closing day has come."""

    campaign: Campaign
    is_closing: bool

    @property
    def title(self) -> str:
        return campaign_title(self.campaign)

    @property
    def period(self) -> str:
        since = self.campaign.since
        days = {"since": since.isoformat() if since else None, "until": self.campaign.until.isoformat()}
        return period_words({"scope": days})

    @property
    def lines(self) -> list[str]:
        return [check.words for check in checks(self.campaign)]
