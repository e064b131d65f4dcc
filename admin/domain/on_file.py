"""Who puts what on somebody's file, and who approves it (4.1-a)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """Who may record a kind and who may approve it, by what they are to the employee; points where it is scored."""

    recorders: frozenset[str]
    approvers: frozenset[str]
    clause: str
    scored: bool = False


def _duty(recorders: str, approvers: str, clause: str, scored: bool = False) -> Duty:
    return Duty(frozenset(recorders.split()), frozenset(approvers.split()), clause, scored)


DUTIES: dict[str, Duty] = {
    "contribution": _duty("superior hr", "head", "4.1.1"),
    "certificate": _duty("self superior hr", "hr", "4.1.1"),
    "breach": _duty("superior hr", "hr", "4.2.1"),
    "training": _duty("superior hr", "hr", "4.2.1"),
    "post_change": _duty("superior head hr", "hr", "4.2.1"),
    "assessment": _duty("superior hr", "head", "4.2.1", scored=True),
    "project": _duty("self superior hr", "head", "3.2.2", scored=True),
    "exam": _duty("hr", "hr", "3.2.2", scored=True),
}
