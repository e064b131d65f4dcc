"""What `check` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is fit, and what to do where it is not."""

    what: str
    fit: bool
    advice: str
