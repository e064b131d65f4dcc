"""What an established breach does to a case that it concerns: sent back while it is open, else a new one (6.3.2, 6.3-a)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from admin.domain.codes import JudgingAct

COURSE = ("self_assessment", "rating", "department_review", "committee")
DECIDED = ("determined", "checked", "on_notice", "appealed")
SETTLED = ("issued", "unchanged")
STAGE_OF = {
    JudgingAct.PEER_RATING: "rating",
    JudgingAct.SUPERIOR_EVALUATION: "rating",
    JudgingAct.DEPARTMENT_REVIEW: "department_review",
    JudgingAct.COMMITTEE_BALLOT: "committee",
    # A panel at fault has decided over the committee's result: that result is determined anew, by the committee.
    JudgingAct.PANEL_BALLOT: "committee",
}


@dataclass(frozen=True)
class Remedy:
    """How a case is assessed again: by a new case, or the same one, and from which stage on."""

    new_case: bool
    stage: str


def remedy(stage: str, acts: Collection[JudgingAct]) -> Remedy | None:
    """What becomes of a case at `stage` in which those found at fault have done these `acts`; None where nothing can.

    After the document it is a new case from the beginning (6.3-a). While it is open it goes back to the earliest stage
    at fault, or stays where it is before that stage is over. Without a known act everything judged is judged again.
    """
    # What is issued stays on file as it was; the new case's document takes its place (6.3-a).
    if stage in SETTLED:
        return Remedy(True, COURSE[0])
    if stage not in (*COURSE, *DECIDED):
        return None
    # The earliest fault: whatever came after it rests on it.
    faults = [COURSE.index(STAGE_OF[act]) for act in acts if act in STAGE_OF]
    at_fault = COURSE[min(faults, default=COURSE.index("rating"))]
    reached = COURSE.index(stage) if stage in COURSE else len(COURSE)
    # A stage that is not over yet can be done properly where the case stands.
    return Remedy(False, at_fault if COURSE.index(at_fault) < reached else stage)
