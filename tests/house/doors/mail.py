"""Doors of mail."""

from tests.house.doors import Row

ROWS: list[Row] = []
