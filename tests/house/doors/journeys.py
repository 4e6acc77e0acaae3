"""Doors of journeys."""

from tests.house.doors import Row

ROWS: list[Row] = []
