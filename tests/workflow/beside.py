"""Each act on a record without stages, on its success path: on which record, by whom, with which data, and on which page
it is asked for where no plain form can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admin.models import (
    ComingMove,
    Employee,
    IssuedDocument,
    Leave,
    LongWork,
    LongWorkRefusal,
    Notice,
    PayBand,
    PredecessorStatement,
    ProposalDraft,
)
from admin.operations.imports import imports_checking
from admin.operations.outcome.pay_lists import make_pay_list
from admin.operations.people import people
from admin.queries.people.handing_over import Going, HandingPlan
from admin.queries.people.open_work import Item
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.factories import NOW
from tests.operations.appealing import on_notice
from tests.operations.importing import HR, PEOPLE, bring, csv_of

# A page of its own: its address, and what its form sends.
OwnPage = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Beside:
    """One act as it is asked for."""

    record: int
    user: int | None
    data: dict[str, Any] = field(default_factory=dict)
    page: OwnPage | None = None
    program: OwnPage | None = None  # where programs ask for it at another address than `/actions/`


BESIDE_DONE: dict[tuple[str, str], Callable[[], Beside]] = {}


def beside(process: str, action: str) -> Callable[[Callable[[], Beside]], Callable[[], Beside]]:
    """Write down how an act is done."""

    def keep(ready: Callable[[], Beside]) -> Callable[[], Beside]:
        BESIDE_DONE[process, action] = ready
        return ready

    return keep


def _hr() -> int | None:
    return make.employee("Staff", roles=("employee", "hr")).user_id


def _of_an_employee(person: Employee, **data: Any) -> Beside:
    return Beside(person.id, _hr(), data)


@beside("committee_member", "form_panel")
def _three_seats() -> Beside:
    homes = ("hr", "centre_management", "related_departments")
    *members, chair = (make.seat(make.employee(), constituency=home).id for home in homes)
    page = ("/bodies/panel", {"member": [*members, chair], "chair": chair})
    return Beside(chair, _hr(), {"members": members}, page)


@beside("committee_member", "end_term")
def _a_seat() -> Beside:
    return Beside(make.seat(make.employee()).id, _hr(), {"last_day": "2026-12-31"})


@beside("notice_row", "file")
def _a_result_on_notice() -> Beside:
    case = on_notice()
    data = {"ground": "figures", "text": "The figures are not mine.", "addressee": "panel"}
    with make.fixture() as op:
        number = op.get(Notice, case.notice.id).number
    # An appeal is filed among the appeals: who reads notices by programs is not who may appeal.
    program = ("/api/v1/appeals/", {**data, "notice_row": case.row, "filer": case.subject.employee_id})
    return Beside(case.row, case.subject.user_id, data, (f"/appeal/?row=1&notice={number}", data), program)


@beside("department", "name_head")
def _a_department() -> Beside:
    return Beside(make.department().id, _hr(), {"head": make.employee("Head").id})


@beside("employee", "move")
def _somebody_moves() -> Beside:
    return _of_an_employee(make.employee("Anna"), post="Coach", moved_on="2026-11-20")


@beside("employee", "withdraw_move")
def _somebody_would_move() -> Beside:
    person = make.employee("Anna")
    with make.fixture() as op:
        coming = op.add(ComingMove(employee_id=person.id, moves_on=date(2026, 12, 24), post="Coach"))
    return _of_an_employee(person, move=coming.id)


@beside("employee", "mark_left")
def _somebody_leaves() -> Beside:
    return _of_an_employee(make.employee("Anna"), left_on="2026-11-20", reason="Moves abroad.")


@beside("employee", "disown_statement")
def _somebody_was_quoted() -> Beside:
    author = make.employee("Before")
    review = make.review(make.open_cycle(), make.employee("Anna"), stage="rating", present="J2")
    with make.fixture() as op:
        said = PredecessorStatement(
            review_id=review.id, author_id=author.id, form="statement", text="Did well.", recorded_at=NOW
        )
        data = {"statement": op.add(said).id, "reason": "I was never asked."}
    return Beside(author.id, author.user_id, data)


@beside("employee", "record_leave")
def _somebody_is_away() -> Beside:
    return _of_an_employee(make.employee("Anna"), kind="sick", starts_on="2026-11-20")


def _away() -> tuple[Employee, Leave]:
    person = make.employee("Anna")
    with make.fixture() as op:
        return person, people.record_leave(person.id, "sick", date(2026, 11, 2), actor=op.actor, now=NOW)


@beside("employee", "withdraw_leave")
def _somebody_was_not_away() -> Beside:
    person, leave = _away()
    return _of_an_employee(person, leave=leave.id, reason="Of somebody else.")


@beside("employee", "come_back")
def _somebody_is_back() -> Beside:
    person, _leave = _away()
    return _of_an_employee(person, back_on="2026-11-20")


@beside("employee", "hand_over")
def _somebody_led() -> Beside:
    lead, other = make.employee("Lead"), make.employee("Other")
    member = make.employee("Anna", superior=lead)
    data = {"superior": other.id, "people": [member.id], "reason": "because"}
    plan = {"people": [Going(Item(member.id, member.number, member.name, member.id), f"{other.number} {other.name}")]}
    page = (f"/people/{lead.id}/open-work/hand-over", data | {"seen": HandingPlan(plan).fingerprint})
    return Beside(lead.id, _hr(), data, page)


def _led() -> tuple[Employee, Employee]:
    lead, other = make.employee("Lead"), make.employee("Other")
    make.employee("Anna", superior=lead)
    return lead, other


@beside("employee", "appoint_deputy")
def _somebody_goes_away() -> Beside:
    lead, other = _led()
    data = {"deputy": other.id, "role": "superior", "reason": "because"}
    data |= {"first_day": company_day(NOW).isoformat(), "last_day": company_day(NOW).isoformat()}
    return Beside(lead.id, _hr(), data)


@beside("employee", "end_deputy")
def _somebody_comes_back_sooner() -> Beside:
    lead, other = _led()
    with make.fixture() as op:
        row = make.deputy(op, lead.id, other.id)
    return Beside(lead.id, _hr(), {"appointment": row.id, "reason": "because"})


@beside("employee", "send_proposals")
def _a_proposal_is_saved() -> Beside:
    head = make.employee("Head", account=True)
    case = make.review(make.open_cycle(), make.employee("Anna"), stage="department_review", head_id=head.id)
    with make.fixture() as op:
        kept = {"head_id": head.id, "grade_id": case.present_grade_id, "reason": "As before.", "saved_at": NOW}
        op.session.add(ProposalDraft(review_id=case.id, **kept))
    return Beside(head.id, head.user_id, {"cycle": case.cycle_id})


@beside("pay_list", "correct_pay_list")
def _a_band_was_wrong() -> Beside:
    person = make.employee("Anna")
    with make.fixture() as op:
        make.holds(person, "M1")
        bands = [op.add(make.band(*each)) for each in (("M1", 40_000, 50_000), ("M2", 50_000, 60_000))]
        moved = make.moved(person, "M2", date(2027, 1, 1))
        op.get(IssuedDocument, moved.document_id).sha256 = "0" * 64
    made = make_pay_list(moved.document_id or 0, actor=HR, now=NOW)
    with make.fixture() as op:
        op.get(PayBand, bands[1].id).amount_max = 61_000
    return Beside(made.id, _hr())


@beside("import", "undo_import")
def _people_came_by_a_file() -> Beside:
    _plan, row = bring("employees", PEOPLE)
    return Beside(row.id, _hr())


@beside("import", "check_import")
def _a_file_was_uploaded() -> Beside:
    return Beside(imports_checking.upload("employees", "people.csv", csv_of(PEOPLE), actor=HR, now=NOW).id, _hr())


@beside("import", "apply_import")
def _a_file_was_checked() -> Beside:
    row = imports_checking.upload("employees", "people.csv", csv_of(PEOPLE), actor=HR, now=NOW)
    imports_checking.check(row.id, actor=HR, now=NOW)
    return Beside(row.id, _hr())


def _a_long_work(**how: Any) -> Beside:
    """An act on many that HR has asked for: reminding the one person whose form is missing."""
    person = make.employee("Anna", account=True)
    cycle = make.open_cycle()
    make.review(cycle, person, stage="self_assessment")
    user = _hr()
    with make.fixture() as op:
        work = LongWork(
            process="cycle", action="remind", record_id=cycle.id, given={"stage": "self_assessment"}, via="web", total=1,
            recorded_by_id=user, asked_at=NOW, moved_at=NOW, last_key=person.user_id, job_id=op.job("long_work", {}).id, **how,
        )  # fmt: skip
        op.add(work)
        refusal = {
            "key": person.user_id,
            "named": "Anna",
            "clause": "1.3.1",
            "reason": "Someone else has changed it meanwhile.",
        }
        op.session.add(LongWorkRefusal(work_id=work.id, facts={}, **refusal))
    return Beside(work.id, user)


@beside("long_work", "stop_work")
def _a_work_runs() -> Beside:
    return _a_long_work()


@beside("long_work", "repeat_work")
def _a_work_was_refused() -> Beside:
    return _a_long_work(refused=1, ended_at=NOW)
