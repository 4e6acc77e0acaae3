"""Published data and their results, which several tests read."""

import json
from pathlib import Path
from typing import Any

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data" / "statistics_vectors.json").read_text())

SLEEP = VECTORS["paired_t"][0]
"""Hours of sleep won with two drugs: Student (1908), Biometrika 6:1; `sleep` in R."""

JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Six people scored by four judges: Shrout & Fleiss (1979), Psychological Bulletin 86:420, table 2."""

TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
"""Weeks of remission of leukaemia under 6-MP, ended and still going on: Freireich et al. (1963), Blood 21:699."""

UNTREATED = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
"""The same under placebo: all ended."""
