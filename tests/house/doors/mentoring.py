"""Doors of mentoring."""

from tests.house.doors import Row

ROWS: list[Row] = []
