"""What the first organisation of the demo follows: a few indicators with targets, a baseline, one defined anew."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from evaluation import actions as evaluation
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from evaluation.models import Indicator
from evaluation.queries.indicators.pages import value_all, with_versions
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.scope import Scope

PEOPLE: dict[str, Any] = {
    "title_fr": "Porteurs et porteuses accompagné·es", "title_en": "Holders accompanied", "measure": "people",
    "breakdowns": ["programme", "commune"], "iris": ["PI9327"],
    "reading_fr": "Chaque personne compte une fois dans l’année.",
    "reading_en": "Each person counts once in the year.",
}  # fmt: skip
WOMEN: dict[str, Any] = {
    "title_fr": "Part de femmes", "title_en": "Share of women", "measure": "women", "direction": "band",
    "iris": ["PI8330"],
}  # fmt: skip
HOURS: dict[str, Any] = {
    "title_fr": "Heures de mentorat par personne", "title_en": "Hours of mentoring for each person",
    "measure": "hours_mentoring", "shape": "ratio", "denominator": "people", "breakdowns": ["programme"],
}  # fmt: skip
CONFIRMED: dict[str, Any] = {
    "title_fr": "Heures confirmées, de celles reçues", "title_en": "Hours confirmed, of those received",
    "measure": "hours", "shape": "share", "denominator": "hours", "narrow": {"state": "sure"},
}  # fmt: skip

LEFT: dict[str, Any] = {
    "title_fr": "Départs avant la fin", "title_en": "Journeys left early", "measure": "left", "direction": "less",
    "breakdowns": ["programme"],
}  # fmt: skip


def worked_out(indicator: Indicator, day: date) -> Decimal:
    """What it comes to from the first day of that year to this one, in the unit people read."""
    [known] = with_versions(Indicator.objects.filter(pk=indicator.pk).order_by("pk"))
    scope = Scope(organisation=indicator.organisation_id, since=day.replace(month=1, day=1), until=day)
    [found] = value_all([known], Pool(scope), day)
    return Decimal(str(found.found.value or 0))


class Indicators:
    """Acts of its lead, each at its day before the present; targets of the year that is under way."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.house, self.year = house, replay.now.year
        today = replay.now.date()
        replay.at(moment(today - timedelta(days=150), 9), self.begin)
        replay.at(max(moment(today - timedelta(days=150), 10), moment(date(self.year, 1, 12), 10)), self.look_back)
        replay.at(moment(today - timedelta(days=20), 14), self.define_anew)

    def begin(self) -> None:
        self.people = self._followed(PEOPLE)
        self._aim(self.people, "80")
        self._aim(self._followed(WOMEN), "45", upto=Decimal(60))
        self._aim(self._followed(CONFIRMED), "70")
        self._aim(self._followed(LEFT), "4")
        self.hours = self._followed(HOURS)
        self._aim(self.hours, "10")

    def look_back(self) -> None:
        """The year before, as its report told it: what its facts say."""
        day = date(self.year - 1, 12, 31)
        value = worked_out(self.people, day)
        evaluation.set_baseline(self.people, by=self.house.lead, value=value, day=day, source="Bilan d’activité")

    def define_anew(self) -> None:
        """Priority neighbourhoods only, from now on: old and new are shown side by side."""
        draft = evaluation.draft_indicator(self.hours, by=self.house.lead)
        evaluation.update_indicator(draft, by=self.house.lead, narrow={"qpv": "inside"})
        evaluation.publish_indicator(
            draft,
            by=self.house.lead,
            is_material=True,
            reason="La convention ne suit plus que les quartiers prioritaires.",
        )

    def _followed(self, facts: dict[str, Any]) -> Indicator:
        draft = evaluation.create_indicator(self.house.organisation, by=self.house.lead, **facts)
        return evaluation.publish_indicator(draft, by=self.house.lead).indicator

    def _aim(self, indicator: Indicator, value: str, upto: Decimal | None = None) -> None:
        evaluation.set_target(
            indicator, by=self.house.lead, value=Decimal(value), upto=upto, since=date(self.year, 1, 1),
            until=date(self.year, 12, 31), decided_by="Comité de pilotage", decided_on=date(self.year - 1, 12, 15),
            why="Convention avec la métropole.",
        )  # fmt: skip
