"""Which migration is the newest that ships, without loading what carries migrations out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


@cache
def newest() -> str:
    """The newest migration; its file is called as it is."""
    return max(each.stem for each in VERSIONS.glob("[0-9]*.py"))
