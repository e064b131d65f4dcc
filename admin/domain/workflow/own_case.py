"""Whoever holds an office is nobody but the subject in their own case, whatever the act and the door (3.3-d)."""

from __future__ import annotations

from admin.domain.refusals import N_, Refusal
from admin.domain.workflow.facts import Facts
from admin.domain.workflow.transitions import Transition

# Who acts on a case without being part of its line: what such a person may do on their own case, the line lets them.
OFFICES = frozenset({"hr", "management", "secretary", "chair", "panel_chair"})
# What may be done in an office on one's own case all the same, each with the reason.
LAWFUL = {("cycle", "remind"): "others are asked for their part; nothing is decided by it"}
OWN_CASE = Refusal("3.3-d", N_("No one may act in an office on their own case."))


def check_own_case(row: Transition, facts: Facts) -> Refusal | None:
    """Refuse an act on one's own case where an office alone would let one do it; as what one is to the case one may."""
    if not facts.get("own_case") or (row.process, row.action) in LAWFUL:
        return None
    # Asked of the row and not of the person: who is subject and HR hands in their own form as the subject.
    return OWN_CASE if facts.relations & set(row.who) <= OFFICES else None
