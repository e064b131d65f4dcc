"""How the committee and the panel are composed and how their ballots are counted (3.3.4-a to 3.3.5-a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from admin.domain.codes import Constituency
from admin.domain.refusals import N_, Refusal

FEWEST_PANEL_CONSTITUENCIES = 2
NO_MEMBER = N_("The committee has no member of the constituency %(constituency)s.")
NEEDS_AN_ALTERNATE = N_("No member of the constituency %(constituency)s may vote on this case; an alternate is needed.")

Person = Hashable
Case = Hashable


class Outcome(StrEnum):
    """What a closed ballot says about its motion."""

    CARRIED = "carried"
    REJECTED = "rejected"
    TOO_FEW = "too_few"


class PanelOutcome(StrEnum):
    """What a closed ballot of the appeal panel says; a tie dismisses."""

    ALLOWED = "allowed"
    DISMISSED = "dismissed"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Member:
    """An appointed member; an alternate fills a seat of its constituency that is empty."""

    id: Person
    constituency: Constituency
    alternate: bool = False


@dataclass(frozen=True)
class Result:
    """A counted ballot."""

    outcome: Outcome
    votes_for: int
    votes_against: int

    @property
    def cast(self) -> int:
        """Ballots cast."""
        return self.votes_for + self.votes_against


@dataclass(frozen=True)
class Settlement:
    """What the committee's motions on a case come to: a grade, or the case is deferred."""

    grade: str | None
    deferred: bool = False


def quorum(appointed: int) -> int:
    """Members who must be present at opening: two thirds of the appointed, rounded up."""
    # In whole numbers: rounding up must not hang on a float's last digit.
    return -(-2 * appointed // 3)


def _seated(members: Sequence[Member], available: Collection[Person]) -> list[Member]:
    """The available regular members, and alternates on the seats of their constituency that stay empty."""
    seated: list[Member] = []
    for constituency in Constituency:
        own = [member for member in members if member.constituency is constituency]
        seats = sum(not member.alternate for member in own)
        # Regular members first: an alternate takes a seat only while its holder is absent or conflicted.
        here = sorted((member for member in own if member.id in available), key=lambda member: member.alternate)
        seated += here[:seats]
    return seated


def check_quorum(members: Sequence[Member], present: Collection[Person]) -> Refusal | None:
    """Refuse to open a meeting without two thirds of the appointed seats filled (3.3.4-a)."""
    appointed = sum(not member.alternate for member in members)
    here = len(_seated(members, present))
    # Two thirds of nobody is nobody: an empty committee must not be able to open.
    if appointed and here >= quorum(appointed):
        return None
    reason = N_("No quorum: %(present)s of %(appointed)s members are present, %(needed)s are needed.")
    return Refusal("3.3.4-a", reason, {"present": here, "appointed": appointed, "needed": quorum(appointed)})


def check_committee(members: Sequence[Member], chair: Person) -> Refusal | None:
    """Refuse a committee in which a constituency has no member, or whose chair is not a regular member of it."""
    return next(iter(committee_gaps(members, chair)), None)


def committee_gaps(members: Sequence[Member], chair: Person) -> list[Refusal]:
    """Everything that is missing for a lawful committee (3.3.4-a)."""
    regular = [member for member in members if not member.alternate]
    gaps = [Refusal("3.3.4-a", NO_MEMBER, {"constituency": each.value}) for each in _missing(regular)]
    if chair not in {member.id for member in regular}:
        gaps.append(Refusal("3.3.4-a", N_("The chair is one of the committee's members.")))
    return gaps


def _missing(members: Iterable[Member]) -> list[Constituency]:
    there = {member.constituency for member in members}
    return [constituency for constituency in Constituency if constituency not in there]


def bench(members: Sequence[Member], present: Collection[Person], conflicted: Collection[Person]) -> tuple[Person, ...]:
    """Who votes on a case: those present and unconflicted, alternates on the seats that are empty for it."""
    available = [member.id for member in members if member.id in present and member.id not in conflicted]
    return tuple(member.id for member in _seated(members, available))


@dataclass(frozen=True)
class Vacancy:
    """A seat with whose holder a case could be voted on: an alternate's, or a member's where no regular seat is empty."""

    constituency: Constituency
    alternate: bool


def vacancy(
    members: Sequence[Member], present: Collection[Person], conflicted: Collection[Person], *, minimum: int
) -> Vacancy | None:
    """The seat that a case lacks first; None where it can be voted on (3.3.4-a)."""
    voters = bench(members, present, conflicted)
    sitting = [member for member in members if member.id in voters]
    # Before the number: with a constituency missing, more voters of the others do not help.
    if missing := _missing(sitting):
        return Vacancy(missing[0], alternate=missing[0] in _unfilled(members, sitting))
    if len(voters) >= minimum:
        return None
    unfilled = _unfilled(members, sitting)
    return Vacancy(unfilled[0], alternate=True) if unfilled else Vacancy(next(iter(Constituency)), alternate=False)


def _unfilled(members: Sequence[Member], sitting: Sequence[Member]) -> list[Constituency]:
    """The constituencies with a regular seat that nobody fills: there an alternate would sit, elsewhere one never does."""
    seats = Counter(member.constituency for member in members if not member.alternate)
    filled = Counter(member.constituency for member in sitting)
    return [each for each in Constituency if seats[each] > filled[each]]


def check_bench(
    members: Sequence[Member], present: Collection[Person], conflicted: Collection[Person], *, minimum: int
) -> Refusal | None:
    """Refuse a ballot on a case with too few voters or a constituency missing: the case is deferred (3.3.4-a).

    `minimum` is the parameter `case_minimum_members`.
    """
    voters, lacking = bench(members, present, conflicted), vacancy(members, present, conflicted, minimum=minimum)
    if lacking is None:
        return None
    if lacking.constituency in _missing(member for member in members if member.id in voters):
        reason = NEEDS_AN_ALTERNATE if lacking.alternate else NO_MEMBER
        return Refusal("3.3.4-a", reason, {"constituency": lacking.constituency.value})
    reason = N_("Only %(voters)s unconflicted members may vote; %(needed)s are needed.")
    return Refusal("3.3.4-a", reason, {"voters": len(voters), "needed": minimum})


def check_ballot(
    voter: Person, actor: Person, *, voters: Collection[Person], cast: Collection[Person], open_: bool
) -> Refusal | None:
    """Refuse a ballot for someone else, by someone who has no vote on the case, a second one, or one after closing."""
    if actor != voter:
        return Refusal("3.3.4-b", N_("Everyone casts their own ballot."))
    if voter not in voters:
        return Refusal("3.3.4-a", N_("Only a member who sits on the case votes on it."))
    if not open_:
        return Refusal("3.3.4-b", N_("The ballot is not open."))
    if voter in cast:
        return Refusal("3.3.4-b", N_("You have voted on this motion; a ballot is never changed."))
    return None


def tally(ballots: Iterable[bool], *, minimum: int) -> Result:
    """Count the ballots (True is for): enough cast, and more for than against, carries (3.3.4-b).

    `minimum` is the parameter `votes_minimum`.
    """
    votes = list(ballots)
    for_ = sum(votes)
    against = len(votes) - for_
    if len(votes) < minimum:
        return Result(Outcome.TOO_FEW, for_, against)
    # More for than against, so a tie carries nothing and the present grade stays.
    return Result(Outcome.CARRIED if for_ > against else Outcome.REJECTED, for_, against)


def panel_tally(ballots: Iterable[bool], *, minimum: int) -> PanelOutcome:
    """Count the panel's ballots (True allows the appeal): a tie dismisses, too few decide nothing (3.3.5-a)."""
    counted = {
        Outcome.CARRIED: PanelOutcome.ALLOWED,
        Outcome.REJECTED: PanelOutcome.DISMISSED,
        Outcome.TOO_FEW: PanelOutcome.TOO_FEW,
    }
    return counted[tally(ballots, minimum=minimum).outcome]


@dataclass(frozen=True)
class PanelDecision:
    """What the panel's ballots come to: a result, and the grade where the panel fixes one."""

    result: str
    grade: str | None = None


DISMISSED = PanelDecision("dismissed")


def panel_decision(ballots: Sequence[PanelDecision], *, minimum: int) -> PanelDecision | None:
    """The decision of a closed panel ballot (3.3.5-a); None when the members vote again or too few have voted.

    `minimum` is the parameter `panel_minimum`. A tie between allowing and dismissing dismisses. Where more allow than
    dismiss, more than half of those who allow must want the same relief; while they are split the appeal is neither
    dismissed nor decided by a minority.
    """
    allowing = [ballot for ballot in ballots if ballot != DISMISSED]
    counted = panel_tally((ballot != DISMISSED for ballot in ballots), minimum=minimum)
    if counted is not PanelOutcome.ALLOWED:
        return DISMISSED if counted is PanelOutcome.DISMISSED else None
    # Which of two equal camps comes first does not matter: neither has more than half, and they vote again.
    leading = max(allowing, key=allowing.count)
    return leading if 2 * allowing.count(leading) > len(allowing) else None


def presiding(chair: Person, members: Sequence[Member], sitting: Collection[Person]) -> Person | None:
    """Who presides over a case: the chair, or while the chair is recused the first sitting regular member.

    Where alternates alone sit, the first of them does: a ballot that nobody could close would hold the meeting for good.
    """
    if chair in sitting:
        return chair
    # By order of appointment, so that nobody chooses who presides.
    seated = [member for member in members if member.id in sitting]
    return next((member.id for member in sorted(seated, key=lambda member: member.alternate)), None)


def tally_visible(voters: Collection[Person], cast: Collection[Person], *, closed: bool) -> bool:
    """Whether the count may be seen: all have voted, or the chair has closed the ballot."""
    # A running count would tell the last voters how to vote.
    return closed or set(voters) <= set(cast)


def check_close(actor: Person, chair: Person, cast: int, *, minimum: int) -> Refusal | None:
    """Refuse to close a ballot by anyone but the chair, or with fewer ballots cast than `votes_minimum`."""
    if actor != chair:
        return Refusal("3.3.4-b", N_("The chair closes the ballot."))
    if cast < minimum:
        reason = N_("Only %(cast)s ballots are cast; %(needed)s are needed.")
        return Refusal("3.3.4-b", reason, {"cast": cast, "needed": minimum})
    return None


def settle(present: str | None, motions: Sequence[tuple[str, Result]]) -> Settlement:
    """The carried motion's grade; with none carried the present grade stays, without a present grade: deferred."""
    carried = [grade for grade, result in motions if result.outcome is Outcome.CARRIED]
    if carried:
        return Settlement(carried[0])
    # A first grading has no grade to stay at, and none may be invented for it.
    return Settlement(present, deferred=present is None)


def check_consent(present: str | None, proposal: str | None, flags: Collection[str]) -> Refusal | None:
    """Refuse the consent agenda to a case that changes the grade or that carries any flag (3.3.4-c)."""
    if present is None or proposal != present:
        return Refusal("3.3.4-c", N_("Only a case that keeps its grade may go by consent."))
    if flags:
        reason = N_("This case is flagged (%(flags)s) and is voted on individually.")
        return Refusal("3.3.4-c", reason, {"flags": ", ".join(sorted(str(flag) for flag in flags))})
    return None


def consent_ballots(
    voters: Sequence[Person],
    cases: Sequence[Case],
    conflicted: Mapping[Case, Collection[Person]],
    pulled: Collection[Case] = (),
) -> list[tuple[Person, Case]]:
    """The rows of one consent ballot: each member and case, without pulled cases and without recused members."""
    kept = [case for case in cases if case not in pulled]
    return [(voter, case) for case in kept for voter in voters if voter not in conflicted.get(case, ())]


def check_panel(
    members: Mapping[Person, Constituency], chair: Person, first_instance: Collection[Person], *, minimum: int
) -> Refusal | None:
    """Refuse to form an appeal panel that is too small, too narrow, led from outside or not apart (3.3.5-a).

    `minimum` is the parameter `panel_minimum`.
    """
    gaps = panel_gaps(members, chair, minimum=minimum)
    # Last: what a panel lacks altogether is told before who may not be on it.
    if not gaps and set(members) & set(first_instance):
        return Refusal("3.3.5-a", N_("A member of the panel does not vote in the first instance."))
    return next(iter(gaps), None)


def panel_gaps(members: Mapping[Person, Constituency], chair: Person, *, minimum: int) -> list[Refusal]:
    """Everything that is missing for a lawful panel (3.3.5-a); `minimum` is the parameter `panel_minimum`."""
    gaps = []
    if len(members) < minimum:
        gaps.append(Refusal("3.3.5-a", N_("The panel has at least %(needed)s members."), {"needed": minimum}))
    if len(set(members.values())) < FEWEST_PANEL_CONSTITUENCIES:
        gaps.append(Refusal("3.3.5-a", N_("The panel's members come from two constituencies or more.")))
    if chair not in members:
        gaps.append(Refusal("3.3.5-a", N_("The panel's chair is one of its members.")))
    return gaps


def check_finding(voters: int, cast: int, *, minimum: int) -> Refusal | None:
    """Refuse to adopt a finding with too few people without a part in it, or too few ballots (6.3.2, 6.3-c).

    `minimum` is the parameter `votes_minimum`; management appoints where both bodies are short.
    """
    if voters < minimum:
        reason = N_("Too few members are free of involvement; management appoints at least %(needed)s people who vote.")
        return Refusal("6.3-c", reason, {"needed": minimum})
    if cast < minimum:
        reason = N_("Only %(cast)s ballots are cast; %(needed)s are needed.")
        return Refusal("6.3.2", reason, {"cast": cast, "needed": minimum})
    return None


def panel_bench(members: Sequence[Person], conflicted: Collection[Person]) -> tuple[Person, ...]:
    """Who sits on an appeal: all unconflicted members of the panel."""
    return tuple(member for member in members if member not in conflicted)


def check_panel_bench(members: Sequence[Person], conflicted: Collection[Person], *, minimum: int) -> Refusal | None:
    """Refuse an appeal's ballot with too few unconflicted members: management appoints more (3.3.5-a)."""
    sitting = panel_bench(members, conflicted)
    if len(sitting) >= minimum:
        return None
    reason = N_("Only %(sitting)s unconflicted members of the panel are left; management appoints more.")
    return Refusal("3.3.5-a", reason, {"sitting": len(sitting)})
