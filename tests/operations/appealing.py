"""A result on notice, and what people do about it: the ground on which the tests of appeals and of the panel stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from admin.access.actor import Actor
from admin.files.uploads import Upload
from admin.models import Appeal, Complaint, ComplaintBallot, ComplaintCase, Notice, Review
from admin.operations.appeals import panel
from admin.operations.appeals.appeals import AppealInput, file_appeal
from tests import factories as make
from tests.factories import NOW
from tests.states import kept

ENDS = NOW + timedelta(days=5)
SCAN = Upload("png", "image/png", "5c.png", "form.png", b"paper", "5c" * 32)
TEXT = "The figures of May leave out the week of the outage."


@dataclass
class Case:
    """A result on notice, with everybody who may have a say in an appeal."""

    review: Review
    notice: Notice
    subject: Actor
    superior: Actor
    colleague: Actor
    hr: Actor
    panel: list[Actor]

    @property
    def row(self) -> int:
        return self.notice.rows[0].id


@kept
def on_notice(present: str = "J2", determined: str = "J2", panel_size: int = 3, **columns: object) -> Case:
    """A determined case on notice until `ENDS`, and a panel."""
    make.confirmed_calendar(2026, 2027)
    with make.fixture():
        superior = make.employee("Superior")
        subject = make.employee("Subject", superior=superior)
        review = make.review(
            make.open_cycle(),
            subject,
            stage="on_notice",
            present=present,
            proposed=determined,
            determined_grade_id=make.grade(determined).id,
            **columns,
        )
        notice = make.notice(review.cycle, [review], ends_at=ENDS)
        homes = ["hr", "centre_management", "related_departments", "hr", "hr"]
        people = [make.employee(f"Panel {n}") for n in range(panel_size)]
        for n, person in enumerate(people):
            make.seat(person, homes[n], on_panel=True, panel_chair=n == 0)
        hr = make.employee("HR", roles=("employee", "hr"))
        colleague = make.employee("Colleague")
    actors = [make.actor_of(person) for person in (subject, superior, colleague, hr)]
    return Case(review, notice, *actors, panel=[make.actor_of(person) for person in people])


def filed(
    case: Case, by: Actor | None = None, ground: str = "figures", addressee: str = "panel", now: datetime = NOW
) -> Appeal:
    return file_appeal(case.row, AppealInput(ground, TEXT, addressee), actor=by or case.subject, now=now)


def adopts_a_finding(review: Review, *people: Actor) -> None:
    """These have voted on a finding that concerns the case, while the panel has it."""
    with make.fixture() as op:
        times = dict.fromkeys(("received_at", "acknowledge_due", "answer_due"), NOW)
        sent = op.add(Complaint(number="C-1", stage="found", subject="pressure", **make.sealed("…"), **times))
        op.add(ComplaintCase(complaint_id=sent.id, review_id=review.id))
        for person in people:
            own = {"employee_id": person.employee_id, "member_id": min(person.member_ids)}
            op.add(ComplaintBallot(complaint_id=sent.id, round=1, in_favour=True, cast_at=NOW, **own))


def vote(case: Case, appeal: Appeal, *results: str | tuple[str, str], now: datetime = NOW) -> None:
    """Each panel member in turn casts a ballot: a result, or a result and a grade."""
    for member, wanted in zip(case.panel, results, strict=False):
        result, grade = wanted if isinstance(wanted, tuple) else (wanted, None)
        panel.cast_ballot(appeal.id, result, "my reason", grade, actor=member, now=now)


def promotable(**columns: object) -> Case:
    """A case that applied for J3 on a certificate and was left at J2."""
    case = on_notice(target_grade_id=make.grade("J3").id, **columns)
    make.certificate(case.review.employee, case.review.employee)
    return case
