"""Doors of web."""

from tests.house.doors import Row

ROWS: list[Row] = []
