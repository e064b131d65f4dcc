"""The suggested grade, what may be proposed instead and with a reason, and what makes a case individual (3.3.3-a)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from admin.domain.codes import Flag
from admin.domain.eligibility import PROMOTION, Eligibility, check_steps
from admin.domain.grades import Ladder
from admin.domain.refusals import N_, Refusal


@dataclass(frozen=True)
class DemotionBasis:
    """The ground of 4.2.1 that a demotion rests on: met, proposed by the superior, the person heard (4.2-a).

    Heard means stated in writing, interviewed, or the offer recorded as not taken up. `years` are those whose ratings
    or assessment the ground rests on.
    """

    number: int
    met: bool
    proposed: bool
    heard: bool
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Staffing:
    """A department's optional limit for one level and how many others hold or are proposed for it (3.3.3-b)."""

    limit: int
    others: int


@dataclass(frozen=True)
class ProposalFacts:
    """What a proposal for one case is checked against.

    `applied_for` is None without an application or after its withdrawal; `thresholds` map a grade to the score that it
    takes; `staffing` maps a level's code to its limit; `not_below` is the result that an appeal cannot fall under;
    `duty_open`: ground (1) of 4.2.1 is met, and neither a demotion was proposed nor recorded why not.
    """

    present: str | None
    score: Decimal | None
    promotion: Eligibility
    applied_for: str | None = None
    demotion: DemotionBasis | None = None
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    staffing: Mapping[str, Staffing] = field(default_factory=dict)
    leave_years: frozenset[int] = frozenset()
    not_below: str | None = None
    duty_open: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A suggested grade (None where there is none) and why, as the clause and a message id with its facts."""

    grade: str | None
    clause: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def suggest(facts: ProposalFacts, ladder: Ladder, parameters: Mapping[str, Any]) -> Suggestion:
    """The present grade, unless a promotion was applied for, a ground is met and the target's threshold is reached."""
    if facts.present is None:
        return Suggestion(None, "3.3.3-a", N_("First grading: there is no present grade to start from."))
    # Missing is never zero (3.2-c): without a score nothing is suggested, and people decide.
    if facts.score is None:
        return Suggestion(None, "3.2-c", N_("A dimension has no data: there is no score and no suggestion."))
    # A grade that changed after the application may have overtaken it.
    if facts.applied_for is None or not ladder.is_above(facts.applied_for, facts.present):
        return Suggestion(facts.present, "3.3.3-a", N_("No promotion was applied for."))
    if refusal := _promotion_refusal(facts, facts.applied_for, ladder, parameters):
        return Suggestion(facts.present, refusal.clause, refusal.reason, refusal.facts)
    return _by_threshold(facts, facts.applied_for)


def _by_threshold(facts: ProposalFacts, target: str) -> Suggestion:
    shown = {"score": str(facts.score), "threshold": str(facts.thresholds.get(target, 0)), "target": target}
    if _reached(facts, target):
        reason = N_("A ground is met and the score %(score)s reaches the threshold %(threshold)s of %(target)s.")
        return Suggestion(target, "3.3.3-a", reason, shown)
    reason = N_("The score %(score)s does not reach the threshold %(threshold)s of %(target)s.")
    return Suggestion(facts.present, "3.3.3-a", reason, shown)


def _reached(facts: ProposalFacts, grade: str) -> bool:
    return facts.score is not None and facts.score >= facts.thresholds.get(grade, Decimal(0))


def check_lawful(facts: ProposalFacts, grade: str, ladder: Ladder, parameters: Mapping[str, Any]) -> Refusal | None:
    """Refuse a grade that no reason could justify, in a proposal, a moved motion or a panel's decision (3.3.3-a).

    Raises Invalid for a grade that is not on the ladder.
    """
    # Before any rule: a grade that the version's ladder does not have is a wrong input, not a refusal.
    ladder.index(grade)
    # Before the rest: no ground for demotion makes an appellant's result fall (3.3.5-b).
    if facts.not_below is not None and ladder.is_below(grade, facts.not_below):
        reason = N_("An appeal never ends worse for the appellant than %(not_below)s.")
        return Refusal("3.3.5-b", reason, {"not_below": facts.not_below, "grade": grade})
    # A first grading has no grade to rise or fall from, so no ground is asked for.
    if facts.present is None or grade == facts.present:
        return None
    if ladder.is_above(grade, facts.present):
        return _promotion_refusal(facts, grade, ladder, parameters)
    return _demotion_refusal(facts, grade)


def _promotion_refusal(
    facts: ProposalFacts, grade: str, ladder: Ladder, parameters: Mapping[str, Any]
) -> Refusal | None:
    present = facts.present
    assert present is not None  # first gradings have returned before
    if facts.applied_for is None:
        return Refusal("3.3.3-a", N_("Above the present grade without an application."), {"grade": grade})
    if ladder.is_above(grade, facts.applied_for):
        reason = N_("Above the grade %(applied_for)s that was applied for.")
        return Refusal("3.3.3-a", reason, {"grade": grade, "applied_for": facts.applied_for})
    # Blocks before grounds: they stand in the way whatever ground is met.
    if facts.promotion.blocks:
        return facts.promotion.blocks[0]
    if not facts.promotion.met:
        return Refusal(PROMOTION, N_("No ground for promotion is met."), {"grade": grade})
    return check_steps(present, grade, parameters, ladder)


def _demotion_refusal(facts: ProposalFacts, grade: str) -> Refusal | None:
    basis = facts.demotion
    if basis is None or not basis.met:
        return Refusal("4.2.1", N_("Below the present grade without a ground for demotion."), {"grade": grade})
    # In the order of the procedure (met, proposed, heard), so that people are told the next step that is due.
    if not basis.proposed:
        return Refusal("4.2.2", N_("A demotion is proposed by the superior first."), {"ground": basis.number})
    if not basis.heard:
        return Refusal("4.2-a", N_("The employee is heard before a demotion."), {"ground": basis.number})
    # Asked again here although runs skip leave years: an assessment may rest on one as well.
    if spared := sorted(basis.years & facts.leave_years):
        reason = N_("The grade cannot fall on the figures of the leave year %(year)s.")
        return Refusal("3.2-d", reason, {"year": spared[0]})
    return None


# Ground (1) is a duty (4.2.1): what a proposal meets while it is open, whatever grade it names.
DUTY_FIRST = Refusal(
    "4.2.1", N_("Ground (1) of demotion is met: the superior first proposes it, or records why not."), {"ground": 1}
)


def check_proposal(
    facts: ProposalFacts,
    proposed: str,
    *,
    reason: str,
    ladder: Ladder,
    parameters: Mapping[str, Any],
) -> Refusal | None:
    """Refuse the department's proposal when it is unlawful, or when it needs a reason and has none (3.3.3).

    Demotion on ground (1) is a duty: until the superior has proposed it or recorded why not, nothing is proposed (4.2.1).
    """
    if facts.duty_open:
        return DUTY_FIRST
    # A reason may justify what departs, never what is unlawful.
    if refusal := check_lawful(facts, proposed, ladder, parameters):
        return refusal
    if reason.strip():
        return None
    return reason_needed(facts, proposed, ladder, parameters)


def reason_needed(facts: ProposalFacts, proposed: str, ladder: Ladder, parameters: Mapping[str, Any]) -> Refusal | None:
    """Why this lawful proposal needs a reason; None when it needs none."""
    checks: tuple[Callable[[], Refusal | None], ...] = (
        # The narrowest duty first: below the threshold always departs from the suggestion too.
        lambda: _below_threshold(facts, proposed, ladder),
        lambda: _over_limit(facts, proposed, ladder),
        lambda: _departs(facts, proposed, ladder, parameters),
    )
    return next((refusal for check in checks if (refusal := check())), None)


def _below_threshold(facts: ProposalFacts, proposed: str, ladder: Ladder) -> Refusal | None:
    up = facts.present is not None and ladder.is_above(proposed, facts.present)
    if not up or _reached(facts, proposed):
        return None
    shown = {"score": _shown(facts.score), "threshold": str(facts.thresholds.get(proposed, 0)), "target": proposed}
    reason = N_("A promotion below the threshold %(threshold)s of %(target)s needs a reason (score: %(score)s).")
    return Refusal("3.3.3-a", reason, shown)


def _shown(score: Decimal | None) -> str:
    return "–" if score is None else str(score)


def _over_limit(facts: ProposalFacts, proposed: str, ladder: Ladder) -> Refusal | None:
    level = ladder.level_of(proposed)
    staffing = facts.staffing.get(level)
    # The limit asks for a reason and refuses nothing: staffing is no ground of the policy (3.3.3-b).
    if staffing is None or staffing.others < staffing.limit:
        return None
    reason = N_("The proposal exceeds the staffing limit of %(limit)s for the level; it needs a reason.")
    return Refusal("3.3.3-b", reason, {"level": level, "limit": staffing.limit, "proposed": staffing.others + 1})


def _departs(facts: ProposalFacts, proposed: str, ladder: Ladder, parameters: Mapping[str, Any]) -> Refusal | None:
    suggested = suggest(facts, ladder, parameters).grade
    if proposed == suggested:
        return None
    if suggested is None:
        return Refusal("3.3.3", N_("There is no suggested grade; the proposal needs a reason."), {"proposed": proposed})
    reason = N_("The proposal departs from the suggested grade %(suggested)s; it needs a reason.")
    return Refusal("3.3.3", reason, {"suggested": suggested, "proposed": proposed})


def check_motion(
    facts: ProposalFacts,
    grade: str,
    proposal: str | None,
    *,
    reason: str,
    ladder: Ladder,
    parameters: Mapping[str, Any],
) -> Refusal | None:
    """Refuse a motion in the committee for an unlawful grade, or for one other than the proposal without a reason."""
    if refusal := check_lawful(facts, grade, ladder, parameters):
        return refusal
    # The department has given its reason already; only another grade owes one.
    if grade == proposal or reason.strip():
        return None
    message = N_("A grade other than the proposal needs a reason.")
    return Refusal("3.3.4-b", message, {"proposal": proposal, "grade": grade})


def flags(
    *,
    present: str | None,
    proposal: str | None,
    score_reasons: tuple[Flag, ...] = (),
    outlier_rater: bool = False,
    self_assessed: bool = True,
    low_score: bool = False,
) -> tuple[Flag, ...]:
    """Everything about a case that its readers are to notice; any of them makes it individual (3.3.4-c)."""
    own = {
        # Without a proposal nobody can say that the case stays as it is.
        Flag.GRADE_CHANGE: proposal is None or proposal != present,
        Flag.OUTLIER_RATER: outlier_rater,
        Flag.MISSING_SELF_ASSESSMENT: not self_assessed,
        Flag.LOW_SCORE: low_score,
    }
    return (*score_reasons, *(flag for flag, holds in own.items() if holds))


def is_low(score: Decimal | None, present: str | None, thresholds: Mapping[str, Decimal]) -> bool:
    """Whether the score lies under the present grade's own threshold; it flags and never demotes (3.3.3-a)."""
    return score is not None and present is not None and score < thresholds.get(present, Decimal(0))
