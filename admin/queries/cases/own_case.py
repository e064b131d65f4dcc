"""Whose case a record is: the fact by which nobody acts in an office on their own (3.3-d)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from admin.access.actor import Actor
from admin.domain.refusals import Refusal
from admin.domain.workflow import Facts
from admin.domain.workflow.own_case import OWN_CASE
from admin.models import AgendaItem, Appeal, Cycle, Enrolment, GradeChange, Honour, Nomination, Review


def persons_of(record: Any) -> frozenset[int | None]:
    """Whose case a record is about; nobody's where it is about many, such as a cycle or a meeting."""
    match record:
        case Review() | GradeChange() | Enrolment() | Honour() | Nomination():
            return frozenset({record.employee_id})
        case AgendaItem():
            return frozenset({record.review.employee_id})
        case Appeal():
            return frozenset({record.review.employee_id, record.filer_id})
        case Cycle():
            return frozenset({record.subject_id})  # of a cycle with one case its person, of the others None
    return frozenset()


def own_case(record: Any, actor: Actor) -> bool:
    """Whether a record is about the actor."""
    return actor.employee_id is not None and actor.employee_id in persons_of(record)


def with_own_case(facts: Facts, record: Any, actor: Actor) -> Facts:
    """The facts with whether the record is about the actor, where they do not say so already."""
    if "own_case" in facts.known:
        return facts
    return replace(facts, known={**facts.known, "own_case": own_case(record, actor)})


def why_not_ones_own(employee_id: int | None, actor: Actor) -> Refusal | None:
    """The same of an act that stands in no table, on somebody's case or on what decides about it."""
    return OWN_CASE if employee_id is not None and employee_id == actor.employee_id else None
