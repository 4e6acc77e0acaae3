"""Doors of the API onto journeys and the ground floor; mentoring and evaluation write theirs."""

from tests.house.doors import Row

ROWS: list[Row] = []
