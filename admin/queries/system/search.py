"""Finding people and cases by number or name, within what the reader may see (3.3-e, 3.3-g)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.access.permissions import READ, may
from admin.access.scope import whole_case_seen
from admin.domain.codes import CycleKind, EmployeeStatus
from admin.domain.spellings import ways_to_write
from admin.models import Cycle, Employee, Review
from admin.queries.system.orders import least_first

MOST = 30
LONGEST = 100


@dataclass(frozen=True)
class Found:
    """What a search found, people and cases apart, within what the reader may see."""

    q: str
    people: Sequence[Employee]
    cases: Sequence[Review]
    most: int = MOST


def found(session: Session, text: str, reader: Actor) -> Found:
    """People and cases by number or name; nothing where nothing is asked for, people for those who read their files."""
    if not text:
        return Found(text, (), ())
    people = _people_found(session, text) if may(reader.roles, READ, "EmployeeView") else ()
    return Found(text, people, _cases_found(session, text, reader))


def _people_found(session: Session, text: str) -> Sequence[Employee]:
    """At most `MOST` employees whose number begins with the text or whose name holds it, in either script."""
    query = select(Employee).where(_matches(text)).options(joinedload(Employee.department))
    # Who is here first: a number is mostly looked for to do something, and of who has left nothing is to do.
    return session.scalars(query.order_by(Employee.status == EmployeeStatus.LEFT, Employee.number).limit(MOST)).all()


def _cases_found(session: Session, text: str, actor: Actor) -> Sequence[Review]:
    """At most `MOST` cases of such employees, the latest first, rehearsals last; not those that the reader only rates."""
    people: tuple[Any, ...] = (joinedload(Review.employee), joinedload(Review.department), joinedload(Review.cycle))
    query = (
        select(Review).join(Employee, Employee.id == Review.employee_id).outerjoin(Cycle, Cycle.id == Review.cycle_id)
    )
    query = query.where(_matches(text), whole_case_seen(actor)).options(*people)
    return session.scalars(
        query.order_by(least_first(Cycle.kind == CycleKind.REHEARSAL), Review.id.desc()).limit(MOST)
    ).all()


def wanted_text(text: str) -> str:
    """What somebody typed to look for, as a database can be asked: full-width figures, as Chinese input types them, are the same."""
    return unicodedata.normalize("NFKC", text).strip().replace("\0", "")[:LONGEST]


def _matches(text: str) -> ColumnElement[bool]:
    wanted = wanted_text(text)
    # A number is typed from its beginning; of a name one may remember any part.
    number = Employee.number.startswith(wanted.upper(), autoescape=True)
    return or_(number, *(Employee.name.contains(each, autoescape=True) for each in ways_to_write(wanted)))
