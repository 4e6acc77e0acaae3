"""Where people come from: every commune and priority neighbourhood, the empty first, beside what is offered."""

from evaluation.queries.territory.places import SORTS, Place, sorted_places
from evaluation.queries.territory.reference import Reference, stated_by
from evaluation.queries.territory.whole import WholeTerritory, whole_territory

__all__ = ["SORTS", "Place", "Reference", "WholeTerritory", "sorted_places", "stated_by", "whole_territory"]
