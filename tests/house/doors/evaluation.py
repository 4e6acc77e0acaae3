"""Doors of evaluation."""

from tests.house.doors import Row

ROWS: list[Row] = []
