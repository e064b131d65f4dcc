"""What each act needs beside the world's record to be carried out: at which stage, by whom, with which data, on which rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select

from admin.models import (
    AgendaItem,
    Attendance,
    Ballot,
    CommitteeMember,
    ComplaintBallot,
    ComplaintParty,
    Cycle,
    Determination,
    EmployeeChange,
    Hearing,
    Motion,
    NoticeRow,
    PanelBallot,
    Recusal,
    Review,
    SelfAssessment,
)  # fmt: skip
from admin.operations import acts
from admin.operations.transaction import Operation
from admin.queries.committee.committee import seats
from admin.queries.policy.scorecards import rated_criteria, self_assessed_criteria
from tests import factories as make
from tests.domain.workflow.procedures import rows_of
from tests.factories import NOW
from tests.workflow.world import World, example

Prepare = Callable[[Operation, World], dict[str, Any] | None]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Doing:
    """One act on its success path; `prepare` puts rows down and answers what of the data depends on them."""

    process: str
    action: str
    stage: str = ""
    who: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    prepare: Prepare = lambda _op, _there: None

    def row(self) -> Any:
        """The row of the table that is taken: the first that offers it at the stage."""
        rows = [row for row in rows_of(self.process) if row.action == self.action and row.offered]
        return next(row for row in rows if not self.stage or self.stage in row.from_)

    def actor(self, there: World) -> str:
        """Who does it: as said, or the first in the world whom the row names."""
        wanted = set(self.row().who)
        return self.who or next(name for name, own in there.relations.items() if own & wanted)

    def ready(self, there: World) -> dict[str, Any]:
        """Put the record where the act begins; the data that goes with it."""
        (key,) = inspect(there.record).identity
        with make.fixture() as op:
            there.record = op.get(type(there.record), key)
            there.record.stage = self.stage or self.row().from_[0]
            op.session.flush()
            more = self.prepare(op, there) or {}
        asked = [each for each in acts.fields_of(self.process, self.action) if each.required]
        return {each.name: example(each) for each in asked} | self.data | more


DOING: dict[tuple[str, str], Doing] = {}


def every_doing(process: str) -> list[Doing]:
    """Every declared act of a process on its success path."""
    acts.load()
    return [DOING.get(name) or Doing(*name) for name in acts.ACTS if name[0] == process]


def doing(process: str, action: str, **how: Any) -> Callable[[Prepare], Prepare]:
    """Write down how an act is done, the decorated function being its preparation."""

    def keep(prepare: Prepare) -> Prepare:
        DOING[process, action] = Doing(process, action, prepare=prepare, **how)
        return prepare

    return keep


def _cycle_of(op: Operation, there: World) -> Cycle:
    return op.get(Cycle, there.record.id if there.process == "cycle" else there.record.cycle_id)


def _case_of(op: Operation, there: World) -> Review:
    if there.process == "review":
        return there.record
    return op.session.scalars(select(Review).execution_options(unscoped=True)).one()


@doing("review", "submit_self_assessment", who="subject")
def _answered(op: Operation, there: World) -> dict[str, Any]:
    """What was saved is handed in where a door cannot ask for the answers, which have a page of their own."""
    asked = self_assessed_criteria(there.record.cycle.scorecard)
    answers = {each.code: {"value": 3, "text": "…"} for each in asked}
    op.add(SelfAssessment(review_id=there.record.id, answers=answers, summary="", saved_at=NOW))
    return {"answers": answers}


@doing("review", "attach_predecessor_statement")
def _led_by_another_before(op: Operation, there: World) -> None:
    line = {"old": str(there.record.head_id), "new": str(there.record.superior_id)}
    month_ago = NOW.date() - 30 * DAY
    op.add(EmployeeChange(employee_id=there.record.employee_id, field="superior_id", effective_on=month_ago, **line))


@doing("review", "take_file_grade")
def _off_the_file(op: Operation, there: World) -> None:
    there.record.present_grade_id = make.grade("J3").id


DOING["review", "propose"] = Doing("review", "propose", data={"reason": "A steady year."})


@doing("review", "verify_result")
@doing("cycle", "verify_results")
def _determined(op: Operation, there: World) -> None:
    case = _case_of(op, there)
    case.stage = "determined"
    fixed = {"grade_id": case.determined_grade_id, "clause": "3.3.4-b", "determined_at": NOW}
    op.add(Determination(review_id=case.id, seq=1, body="committee", **fixed))


@doing("review", "score_again")
def _score_at_fault(op: Operation, there: World) -> None:
    _determined(op, there)
    there.record.score = Decimal("1.00")


@doing("review", "rate_as_peer")
def _rated_by_peers(op: Operation, there: World) -> dict[str, Any]:
    return _values(there, "peers")


@doing("review", "submit_superior_evaluation", data={"opinion": "A steady year."})
def _rated_by_superior(op: Operation, there: World) -> dict[str, Any]:
    return _values(there, "superior")


def _values(there: World, source: str) -> dict[str, Any]:
    asked = rated_criteria(there.record.cycle.scorecard, source)
    return {"values": {each.code: {"value": 3, "text": "…"} for each in asked}}


@doing("review", "close_self_assessment")
@doing("review", "close_peer_rating")
@doing("cycle", "close_stage", data={"stage": "rating"})
def _overdue(op: Operation, there: World) -> None:
    cycle = _cycle_of(op, there)
    cycle.self_assessment_due, cycle.rating_due = NOW - 2 * DAY, NOW - DAY
    if there.process == "cycle":
        _case_of(op, there).stage = "rating"


@doing("review", "return_to_proposer")
@doing("review", "state_oneself", who="subject", data={"text": "I was ill."})
@doing("review", "withdraw_application")
def _applied(op: Operation, there: World) -> None:
    there.record.target_grade_id, there.record.demotion_ground = make.grade("J3").id, "1"


@doing("review", "correct_figure", data={"month": "2026-03-01", "value": "7"})
def _frozen(op: Operation, there: World) -> None:
    there.record.cycle.metrics_frozen_at = NOW - DAY


@doing("review", "add_to_hearing", who="subject")
@doing("review", "record_hearing", data={"text": "I was ill in May."})
def _demotion_proposed(op: Operation, there: World) -> None:
    there.record.proposed_grade_id = make.grade("J1").id
    op.add(Hearing(review_id=there.record.id, form="interview", text="…", offered_at=NOW, recorded_at=NOW))


@doing("review", "close_as_left")
def _left(op: Operation, there: World) -> None:
    there.record.employee.left_on, there.record.employee.status = NOW.date(), "left"


@doing("review", "assign_to_meeting", who="hr")
def _planned(op: Operation, there: World) -> dict[str, Any]:
    return {"meeting": make.meeting(there.record.cycle, NOW + DAY).id}


@doing("cycle", "cancel")
@doing("cycle", "extend", data={"until": "+1"})
@doing("cycle", "remind")
def _begun(op: Operation, there: World) -> None:
    make.confirmed_calendar(2026, 2027)
    _case_of(op, there).stage = "self_assessment"


@doing("cycle", "close")
def _all_issued(op: Operation, there: World) -> None:
    _case_of(op, there).stage = "issued"


@doing("cycle", "end_rehearsal")
def _rehearsed(op: Operation, there: World) -> None:
    there.record.kind = "rehearsal"


@doing("cycle", "publish_notice")
def _checked(op: Operation, there: World) -> None:
    make.confirmed_calendar(2026, 2027)
    _case_of(op, there).stage = "checked"


@doing("cycle", "correct_notice")
def _on_notice(op: Operation, there: World) -> dict[str, Any]:
    make.confirmed_calendar(2026, 2027)
    case = _case_of(op, there)
    case.stage = "on_notice"
    notice = make.notice(_cycle_of(op, there), [case], ends_at=NOW + DAY)
    row = op.session.scalars(select(NoticeRow).where(NoticeRow.notice_id == notice.id)).one()
    return {"notice": notice.id, "rows": {str(row.id): {"printed_name": "甲"}}}


@doing("cycle", "issue")
def _notice_over(op: Operation, there: World) -> None:
    case = _case_of(op, there)
    case.stage = "on_notice"
    make.notice(_cycle_of(op, there), [case], ends_at=NOW - DAY, published_at=NOW - 9 * DAY)


def _on_the_agenda(op: Operation, there: World) -> AgendaItem:
    case = make.review(there.record.cycle, make.employee("Voted on"), head_id=make.employee("Their head").id)
    item = op.add(AgendaItem(meeting_id=there.record.id, review_id=case.id, position=1, consent=False))
    item.motions.append(Motion(seq=1, grade_id=make.grade("J2").id, reason=""))
    more = [make.seat(make.employee(), name) for name in ("related_departments", "hr", "centre_management")]
    here = [*more, *op.session.scalars(select(CommitteeMember).where(CommitteeMember.on_panel.is_(False)))]
    if there.record.stage != "planned":
        for seat in {each.id: each for each in here}.values():
            sits = {"member_id": seat.id, "employee_id": seat.employee_id}
            op.add(Attendance(meeting_id=there.record.id, present=True, **sits))
    return item


@doing("meeting", "open", who="chair")
def _quorate(op: Operation, there: World) -> dict[str, Any]:
    return {"present": [seat.id for seat in seats(op.session, NOW.date())]}


@doing("meeting", "declare_conflict", who="committee_member")
def _declares(op: Operation, there: World) -> dict[str, Any]:
    return {"review": _on_the_agenda(op, there).review_id}


@doing("meeting", "take_off_agenda", who="secretary")
@doing("meeting", "premark", who="committee_member")
@doing("meeting", "cast_ballot", who="committee_member")
def _of_an_item(op: Operation, there: World) -> dict[str, Any]:
    return {"item": _on_the_agenda(op, there).id}


@doing("meeting", "pull_from_consent", who="committee_member")
def _of_the_consent(op: Operation, there: World) -> dict[str, Any]:
    item = _on_the_agenda(op, there)
    item.consent = True
    return {"item": item.id}


@doing("meeting", "move_grade", who="committee_member", data={"grade": "J2"})
def _not_carried(op: Operation, there: World) -> dict[str, Any]:
    item = _on_the_agenda(op, there)
    item.motions[0].state, item.motions[0].grade_id = "rejected", make.grade("J3").id
    return {"item": item.id}


@doing("meeting", "close_complete_ballots", who="chair")
@doing("meeting", "close_ballot", who="chair")
def _voted(op: Operation, there: World) -> dict[str, Any]:
    item = _on_the_agenda(op, there)
    for seat in op.session.scalars(select(CommitteeMember).where(CommitteeMember.on_panel.is_(False))):
        who = {"member_id": seat.id, "employee_id": seat.employee_id}
        op.add(Ballot(motion_id=item.motions[0].id, in_favour=True, cast_at=NOW, **who))
    return {"item": item.id}


@doing("meeting", "override_recusal", who="secretary")
@doing("appeal", "override_recusal", who="hr")
def _recused(op: Operation, there: World) -> dict[str, Any]:
    case = there.record.review_id if there.process == "appeal" else _on_the_agenda(op, there).review_id
    seats_of_it = select(CommitteeMember).where(CommitteeMember.on_panel.is_(there.process == "appeal"))
    seat = op.session.scalars(seats_of_it).first()
    row = Recusal(review_id=case, member_id=seat.id, employee_id=seat.employee_id, ground="kin", recorded_at=NOW)
    return {"recusal": op.add(row).id}


@doing("appeal", "cast_ballot", who="panel_member")
def _panel(op: Operation, there: World) -> None:
    make.seat(make.employee(), "hr", on_panel=True)


@doing("appeal", "close_ballot", who="panel_chair")
def _panel_voted(op: Operation, there: World) -> None:
    make.seat(make.employee(), "hr", on_panel=True)
    for seat in op.session.scalars(select(CommitteeMember).where(CommitteeMember.on_panel)):
        op.add(
            PanelBallot(
                appeal_id=there.record.id, member_id=seat.id, employee_id=seat.employee_id, result="dismissed", reason="…",
                cast_at=NOW, round=1,
            )
        )  # fmt: skip
    case = op.get(Review, there.record.review_id)
    case.stage = "appealed"


@doing("appeal", "appoint_to_panel", who="management")
def _short_of_a_third(op: Operation, there: World) -> dict[str, Any]:
    return {"employee": make.employee("Third of the panel").number}


@doing("appeal", "disown", who="filer")
def _entered_for_the_filer(op: Operation, there: World) -> None:
    there.record.entered_by_proxy = True


@doing("complaint", "assign", who="chair")
@doing("complaint", "name_accused", who="officer")
@doing("complaint", "confirm_accused", who="chair")
def _somebody(op: Operation, there: World) -> dict[str, Any]:
    make.seat(make.employee(), "related_departments")  # with fewer than may adopt a finding it is management's
    number = make.employee("Somebody", roles=("employee", "complaint_officer")).number
    named = {"employee_id": make.employee().id, "role": "accused", "reason": "named_alone"}
    op.add(ComplaintParty(complaint_id=there.record.id, **named))
    return {"officer": number, "accused": number}


def _voters(op: Operation, there: World) -> list[CommitteeMember]:
    """The committee's members, of whom there are enough, named to vote on the finding."""
    make.seat(make.employee(), "related_departments")
    found = list(seats(op.session, NOW.date()))
    for seat in found:
        row = ComplaintParty(complaint_id=there.record.id, employee_id=seat.employee_id, role="voter", reason="a seat")
        op.add(row)
    return found


@doing("complaint", "cast_ballot", who="committee_member")
def _voters_named(op: Operation, there: World) -> None:
    _voters(op, there)


@doing("complaint", "appoint_voters", who="management")
def _voters_short(op: Operation, there: World) -> dict[str, Any]:
    there.record.to_management = True
    return {"people": ", ".join(make.employee().number for _ in range(3))}


def _ballots(*, in_favour: bool) -> Prepare:
    def cast(op: Operation, there: World) -> None:
        for seat in _voters(op, there):
            own = {"member_id": seat.id, "employee_id": seat.employee_id, "in_favour": in_favour}
            op.add(ComplaintBallot(complaint_id=there.record.id, round=there.record.round, cast_at=NOW, **own))

    return cast


doing("complaint", "return_finding", who="chair")(_ballots(in_favour=False))
doing("complaint", "close", who="chair")(_ballots(in_favour=True))


@doing("grade_change", "approve", who="management")
@doing("grade_change", "reject", who="management")
@doing("grade_change", "issue", who="hr")
def _proposed(op: Operation, there: World) -> None:
    held = make.holds(there.record.employee, "J2")
    there.record.from_grade_id, there.record.effective_on = held.grade_id, NOW.date() + 9 * DAY


@doing("policy_version", "promulgate", who="management")
def _submitted(op: Operation, there: World) -> None:
    there.record.submitted_by_id = None


DOING_ELSEWHERE: dict[tuple[str, str], str] = {
    ("cycle", "open"): "a centre that can be opened: tests/operations/cycles/test_cycles.py",
}
