"""How names stand on a public notice (parameter notice_name_style)."""

from __future__ import annotations

MASK = "○"


def printed_name(name: str, style: str) -> str:
    """A name in the style full, masked (first and last character stay) or number_only (nothing)."""
    if style == "full":
        return name
    if style == "number_only":
        return ""
    if len(name) <= 1:
        return MASK
    # Of two characters the last one is the given name: with both shown nothing would be masked.
    return name[0] + MASK if len(name) == 2 else name[0] + MASK * (len(name) - 2) + name[-1]
