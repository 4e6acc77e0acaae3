"""Which version of Jalon this is."""

import tomllib
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@lru_cache(maxsize=1)
def software() -> str:
    """As the project file says, "0.1.0"."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
