"""What asks for a fresh signature: what is issued, put in force or counted cannot be taken back (6.3-b)."""

from __future__ import annotations

SIGNED = frozenset(
    {
        ("cycle", "issue"),
        ("grade_change", "issue"),
        ("takeover_correction", "approve"),
        ("document_withdrawal", "approve"),
        ("policy_version", "promulgate"),
        ("meeting", "close_ballot"),
        ("meeting", "close_complete_ballots"),
        ("appeal", "close_ballot"),
        ("complaint", "close"),
    }
)
