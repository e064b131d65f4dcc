"""A centre with a committee and complaint officers, an issued result, and a complaint that ends with a breach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import VOTERS, Constituency
from admin.domain.refusals import Refused
from admin.models import Complaint, ComplaintParty, Employee, Reassessment, Review, db
from admin.models.accounts import Role, User
from admin.operations.cases import department
from admin.operations.cases.reassessments import reassess
from admin.operations.complaints import complaint_findings, complaints
from admin.operations.complaints.complaints import ComplaintInput
from admin.operations.outcome import documents, notices
from admin.operations.transaction import operation
from admin.queries.complaints.recognised import NAMED_ALONE
from tests import factories as make
from tests import reviewing
from tests.operations.bodies import SEATS
from tests.reviewing import HR, OPENED, case, later, person
from tests.states import kept

OVER, CLOSED = later(12), later(42)  # 12 January 2027
OFFICERS = ("employee", "complaint_officer")
SECRET = "黃組長在評分前就把分數談好了"


@kept
def centre(*indexes: int, grade: str = "M2") -> SimpleNamespace:
    """The centre of `reviewing` with these agents' results checked, seats, officers and a second superior and reviewer."""
    made = reviewing.open_cycle()
    with operation("seed", actor=system_actor(), now=OPENED) as op:
        role = op.session.scalars(select(Role).where(Role.name == "hr")).first() or op.add(Role(name="hr"))
        for key in (9001, 9002):
            op.get(User, key).roles = [role]
        other = make.department("其他部門", in_centre=False)
        for key in (9001, 9002):  # an office of nobody does nothing (6.1-a)
            op.get(Employee, make.employee(f"人資{key}", of=other, account=False).id).user_id = key
        made.members = {name: make.employee(name, of=other) for name in SEATS}
        made.seats = {name: make.seat(made.members[name], *SEATS[name]) for name in SEATS}
        made.panel = [make.employee(name, of=other) for name in ("申訴甲", "申訴乙", "申訴丙")]
        for place, (person_, home) in enumerate(zip(made.panel, Constituency, strict=True)):
            make.seat(person_, home, on_panel=True, panel_chair=place == 0)
        made.boss = make.employee("總經理", of=other, roles=("employee", "management"))
        made.officer, made.second = (make.employee(name, of=other, roles=OFFICERS) for name in ("周承辦", "吳承辦"))
        made.new_superior, made.new_head = (make.employee(name, of=other) for name in ("鄭組長", "馮主管"))
    made.keys = reviewing.to_checked(made, *indexes, grade=grade) if indexes else []
    return made


def on_notice(made: SimpleNamespace, now: datetime = OPENED) -> None:
    """The checked results are on public notice."""
    notices.publish_notice(made.cycle, actor=HR, now=now)
    notices.record_publication("r1", "0" * 64, {}, ["2026-01"], actor=system_actor(), published_at=now)


@kept
def issued(*indexes: int, grade: str = "M2") -> SimpleNamespace:
    """The centre with these agents' results issued in December."""
    made = centre(*indexes or (0,), grade=grade)
    on_notice(made)
    made.document = documents.issue(made.cycle, actor=HR, now=OVER).id
    return made


def act(made: SimpleNamespace, name: str) -> Actor:
    """The actor of a member or officer."""
    return make.actor_of(made.members.get(name) or getattr(made, name), CLOSED)


def found(
    made: SimpleNamespace, cases: Sequence[int], accused: Sequence[int], *, breach: bool = True, now: datetime = CLOSED
) -> int:
    """A complaint whose finding is before the committee."""
    key = complaints.file_complaint(ComplaintInput("unfair_conduct", SECRET), now=now)[0].id
    complaints.name_accused(key, accused, actor=act(made, "officer"), now=now)
    with acting_as(system_actor()):
        filed = db.session.get_one(Complaint, key)
        asks, by_management = any(row.reason == NAMED_ALONE for row in filed.parties), filed.to_management
        db.session.rollback()
    if asks:  # a member, whose vote is gone by it
        complaints.confirm_accused(key, actor=act(made, "boss" if by_management else "Chair"), now=now)
    complaint_findings.assign(key, made.second.id, "未涉案", actor=act(made, "Chair"), now=now)
    named = [case(each) for each in cases]
    complaint_findings.find(key, "查證屬實：" + SECRET, breach, named, actor=act(made, "second"), now=now)
    return key


def closed(
    made: SimpleNamespace, cases: Sequence[int], accused: Sequence[int], *, breach: bool = True, now: datetime = CLOSED
) -> int:
    """The same, adopted by those who vote on it and closed by the chair, or by management in the chair's place."""
    key = found(made, cases, accused, breach=breach, now=now)
    for voter in voters_of(key)[:3]:
        complaint_findings.cast_ballot(key, True, actor=make.actor_of(voter, CLOSED), now=now)
    with acting_as(system_actor()):
        by_management = db.session.get_one(Complaint, key).to_management
    complaint_findings.close(key, actor=act(made, "boss" if by_management else "Chair"), now=now)
    return key


def voters_of(key: int) -> list[Employee]:
    """Those who vote on the finding of a complaint, as it records them."""
    with acting_as(system_actor()):
        query = select(ComplaintParty).where(ComplaintParty.complaint_id == key, ComplaintParty.role.in_(VOTERS))
        return [row.employee for row in db.session.scalars(query.order_by(ComplaintParty.id))]


def begun(made: SimpleNamespace, key: int, now: datetime = CLOSED, **line: Any) -> Review:
    """HR begins the re-assessment of a case with another superior and the head as they were."""
    return case(reassess(key, actor=HR, now=now, **({"superior_id": made.new_superior.id} | line)).id)


def orders() -> list[Reassessment]:
    """Every order, without scope."""
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(Reassessment).order_by(Reassessment.id)))


def carried(made: SimpleNamespace, key: int, grade: str, now: datetime, **form: Any) -> None:
    """A new case through form, ratings, evaluation, proposal, determination and check."""
    review = case(key)
    reviewing.hand_in(key, review.employee_id, now, **form)
    reviewing.rate_all(key, 3, now=now)
    assert review.superior_id is not None and review.head_id is not None
    reviewing.evaluate(key, review.superior_id, 3, now=now)
    department.propose(key, grade, "重新審視", actor=person(review.head_id, "head"), now=now)
    reviewing.determined([key], now)


def employee(key: int) -> Employee:
    """An employee without scope."""
    with acting_as(system_actor()):
        return db.session.get_one(Employee, key)


DAY = timedelta(days=1)


def rows(table: Any, *where: Any) -> list[Any]:
    """What stands in a table, read anew and past every scope."""
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(table).where(*where).order_by(table.id)))


def refusal(call: Any, *given: Any, **named: Any) -> str:
    """The clause that a call is refused by."""
    with pytest.raises(Refused) as refused:
        call(*given, **named)
    return str(refused.value.refusal.clause)
