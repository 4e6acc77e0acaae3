"""Doors of accounts."""

from tests.house.doors import Row

ROWS: list[Row] = []
