"""Who may judge whom (3.3-c, 3.3-d, 3.3-e): nobody judges twice in different roles, nobody in their own case."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from admin.domain.codes import Conflict, JudgingAct
from admin.domain.refusals import N_, Refusal

Person = Hashable


@dataclass(frozen=True)
class CaseTies:
    """What binds people to one case. Persons are ids, of any one kind; `acts` are (person, act) pairs."""

    subject: Person
    acts: frozenset[tuple[Person, JudgingAct]] = frozenset()
    superiors: frozenset[Person] = frozenset()
    subordinates: frozenset[Person] = frozenset()
    kin: frozenset[Person] = frozenset()
    complaint_parties: frozenset[Person] = frozenset()
    declared: frozenset[Person] = frozenset()

    @property
    def bound(self) -> frozenset[Person]:
        """Everybody whom anything binds to the case."""
        people = self.superiors | self.subordinates | self.kin | self.complaint_parties | self.declared
        return people | {self.subject} | {person for person, _act in self.acts}

    def acts_of(self, person: Person) -> frozenset[JudgingAct]:
        """The kinds of judging act that a person has done on the case."""
        return frozenset(act for actor, act in self.acts if actor == person)


def may_judge(kind: JudgingAct, actor: Person, case: CaseTies, *, deputy_for: Person | None = None) -> Refusal | None:
    """Refuse a judging act on one's own case or after an act of another kind; a deputy has both persons' limits."""
    # Otherwise a deputy could judge where the person they stand for may not.
    persons = (actor,) if deputy_for is None else (actor, deputy_for)
    refusals = (_limit(kind, person, case) for person in persons)
    return next((refusal for refusal in refusals if refusal), None)


def _limit(kind: JudgingAct, person: Person, case: CaseTies) -> Refusal | None:
    if person == case.subject:
        return Refusal("3.3-d", N_("No one may judge their own case."), {"act": kind.value})
    # The same kind again is no second judging: a returned case goes back to whoever judged it (3.3-d).
    if others := sorted(case.acts_of(person) - {kind}):
        reason = N_("A person who has done “%(done)s” on a case may not also do “%(act)s” on it.")
        return Refusal("3.3-d", reason, {"act": kind.value, "done": others[0].value})
    return None


def conflicts(member: Person, case: CaseTies, kind: JudgingAct = JudgingAct.COMMITTEE_BALLOT) -> tuple[Conflict, ...]:
    """Every ground on which a member is conflicted for a ballot or an investigation of the case (3.3-e).

    A higher line manager is conflicted only by an act of their own, so `superiors` are the direct ones alone.
    """
    grounds = {
        Conflict.SELF: member == case.subject,
        Conflict.SUPERIOR: member in case.superiors,
        Conflict.SUBORDINATE: member in case.subordinates,
        Conflict.OTHER_ACT: bool(case.acts_of(member) - {kind}),
        Conflict.KIN: member in case.kin,
        Conflict.COMPLAINT_PARTY: member in case.complaint_parties,
        Conflict.DECLARED: member in case.declared,
    }
    return tuple(ground for ground, holds in grounds.items() if holds)


def check_unconflicted(
    member: Person, case: CaseTies, kind: JudgingAct = JudgingAct.COMMITTEE_BALLOT
) -> Refusal | None:
    """Refuse a conflicted member's ballot or investigation, naming the first ground."""
    found = conflicts(member, case, kind)
    if not found:
        return None
    reason = N_("A conflicted member takes no part in the case (ground: %(ground)s).")
    return Refusal("3.3-e", reason, {"ground": found[0].value})


def check_override(member: Person, proposed_by: Person, confirmed_by: Person | None, reason: str) -> Refusal | None:
    """Overriding a proposed recusal takes a reason and a second person, neither of them the member."""
    if not reason.strip():
        return Refusal("3.3-e", N_("Lifting a recusal needs a reason."))
    if confirmed_by is None or confirmed_by == proposed_by:
        return Refusal("3.3-e", N_("Lifting a recusal needs a second person."))
    if member in (proposed_by, confirmed_by):
        return Refusal("3.3-e", N_("No one may lift their own recusal."))
    return None
