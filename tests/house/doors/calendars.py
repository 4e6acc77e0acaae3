"""Doors of calendars."""

from tests.house.doors import Row

ROWS: list[Row] = []
