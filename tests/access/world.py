"""The centre that the access matrix asks questions of: one record of everything, and a person for every role.

Who stands where to which record is the point of it: each person's relation is said beside the record.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from admin.jobs.rendering import document_path
from admin.models import (
    AgendaItem,
    Appeal,
    AuditEvent,
    CalendarDay,
    CalendarYear,
    ComingMove,
    CommitteeMember,
    Complaint,
    ComplaintFile,
    ComplaintParty,
    ContactLogin,
    Criterion,
    Cycle,
    Employee,
    EmployeeRecord,
    Evidence,
    GradeChange,
    GradeThreshold,
    Import,
    IssuedDocument,
    Leave,
    LongWork,
    Meeting,
    Metric,
    Motion,
    Notification,
    PolicyVersion,
    Rating,
    Reassessment,
    Recusal,
    Review,
    Scorecard,
    SecondFactorReset,
    SelfAssessment,
    StaffingLimit,
    db,
)
from admin.models.accounts import Role, User
from admin.models.committee import Attendance
from admin.models.sealing import seal
from admin.operations.cases.evidence import stored_at
from admin.operations.imports.imports_reading import store
from tests import factories as make
from tests.access.papers import served
from tests.access.world_pay import put_pay_down
from tests.factories import NOW

PASSWORD = "correct horse battery"
ROLES = ("hr", "admin", "management", "auditor", "complaint_officer")
LINE = ("employee", "peer", "superior", "head", "outsider", "officer")
BODIES: dict[str, dict[str, Any]] = {
    "member": {"constituency": "centre_management"},
    "recused": {"constituency": "related_departments"},
    "chair": {"constituency": "hr", "office": "chair"},
    "secretary": {"constituency": "hr", "office": "secretary"},
    "panel": {"constituency": "centre_management", "on_panel": True},
    "panel_recused": {"constituency": "hr", "on_panel": True},
    "panel_chair": {"constituency": "related_departments", "on_panel": True, "panel_chair": True},
}
PEOPLE = ("nobody", *LINE, *ROLES, *BODIES)
MORE_SEATS: tuple[dict[str, Any], ...] = (  # whom nobody asks about: with them there are enough to vote
    {"constituency": "hr"},
    {"constituency": "related_departments"},
    {"constituency": "hr", "on_panel": True},
)
SOON, DAY = NOW + timedelta(days=7), timedelta(days=1)


@dataclass
class World:
    """Where the records are, and how each person signs in."""

    app: Flask
    at: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def address(self, pattern: str) -> str:
        """An address with the numbers of the records that its placeholders name."""
        return pattern.format(**self.at)


def build(app: Flask) -> World:
    """Put the centre down in the database, and sign everybody in by the page and by the API."""
    world = World(app, {"absent": 999_999})
    with app.app_context():
        with make.fixture() as op:
            _people(op, world.at)
            _cycle(op, world.at)
            _meetings(op, world.at)
            _appeals(op, world.at)
            _complaint(op, world.at)
            _files(op, world.at)
            world.at["confirmation"] = make.waits_for_a_second(
                op.get(Employee, world.at["member"]), world.at["account_hr"]
            ).id
            _reference(op, world.at)
        world.at["event"] = db.session.scalars(select(AuditEvent.id).execution_options(unscoped=True)).first()
        db.session.remove()
    for name in PEOPLE[1:]:
        _sign_in(world, name)
    return world


def _sign_in(world: World, name: str) -> None:
    client = world.app.test_client()
    answer = client.post("/login/", data={"username": name, "password": PASSWORD})
    assert answer.status_code == 302, f"{name}: {answer.text}"
    world.sessions[name] = client.get_cookie("portal").value  # type: ignore[union-attr]
    token = world.app.test_client().post("/api/v1/security/login", json={"username": name, "password": PASSWORD})
    world.tokens[name] = {"Authorization": f"Bearer {token.json['access_token']}"}


def _account(op: Any, name: str, role: str) -> User:
    user = User(
        first_name=name, last_name="-", username=name, email=f"{name}@example.test", active=True,
        password=generate_password_hash(PASSWORD, "pbkdf2:sha256:1"),
    )  # fmt: skip
    user.roles = list(op.session.scalars(select(Role).where(Role.name == role)))
    return op.add(user)


def _person(op: Any, at: dict[str, Any], name: str, place: int, superior: str | None = None) -> None:
    user_id = _account(op, name, "employee").id
    row = op.add(
        Employee(
            number=f"N-{name}", name=name.title(), department_id=place, hired_on=date(2020, 1, 6), user_id=user_id,
            superior_id=at[superior] if superior else None,
        )
    )  # fmt: skip
    at[name], at[f"number_{name}"] = row.id, row.number


def _people(op: Any, at: dict[str, Any]) -> None:
    """Employee and peer are in the team of superior, in the department of head; the others are elsewhere."""
    home, away = make.department("Home"), make.department("Away")
    at["department"], at["away"] = home.id, away.id
    _person(op, at, "head", home.id)
    _person(op, at, "superior", home.id, "head")
    for name in ("employee", "peer"):
        _person(op, at, name, home.id, "superior")
        make.holds(op.get(Employee, at[name]), "J2")
    home.head_id = at["head"]
    for name in ("outsider", "officer", *BODIES):
        _person(op, at, name, away.id)
    _person(op, at, "stranger_head", away.id)
    _person(op, at, "stranger_superior", away.id)
    _person(op, at, "stranger", away.id, "stranger_superior")
    for name, seat in BODIES.items():
        at[f"seat_{name}"] = make.seat(op.get(Employee, at[name]), **seat).id
    at["more_seats"] = [make.seat(make.employee(account=False), **seat).id for seat in MORE_SEATS]
    for role in ROLES:
        at[f"account_{role}"] = make.account(role, PASSWORD, [role])
    make.confirmed_calendar(2025, 2026, 2027)
    at["deputy"] = make.deputy(op, at["stranger"], at["employee"]).id


def _review(
    op: Any, at: dict[str, Any], key: str, subject: str, stage: str, kind: str = "annual", **columns: Any
) -> int:
    line = {"stranger": ("stranger_superior", "stranger_head")}.get(subject, ("superior", "head"))
    subject_row, cycle = op.get(Employee, at[subject]), op.get(Cycle, columns.pop("cycle", at["cycle"]))
    row = make.review(
        cycle, subject_row, stage=stage, kind=kind, superior_id=at[line[0]], head_id=at[line[1]], **columns
    )
    at[key] = row.id
    return row.id


def _cycle(op: Any, at: dict[str, Any]) -> None:
    """Cases of employee, one at each stage of work; case_foreign is stranger's, which none of the others is near to."""
    at["cycle"], at["past"] = make.open_cycle(2026).id, make.open_cycle(2025).id
    at["planned"] = op.add(_planned_cycle(op, at)).id
    _review(op, at, "case", "employee", "committee")
    _review(op, at, "case_start", "employee", "self_assessment", "reassessment", proposed=None)
    _review(op, at, "case_rating", "employee", "rating", "initial", proposed=None)
    _review(op, at, "case_department", "employee", "department_review", "demotion", proposed=None)
    _review(op, at, "case_foreign", "stranger", "self_assessment", proposed=None)
    op.add(Reassessment(review_id=at["case_foreign"], ordered_at=NOW, due=NOW))
    _review(op, at, "case_result", "peer", "determined", determined_grade_id=make.grade("J2").id)
    for case in ("case", "case_rating"):
        op.add(Rating(review_id=at[case], rater_id=at["peer"], kind="peer", state="asked", values={}))
    op.add(SelfAssessment(review_id=at["case"], answers={}, saved_at=NOW, submitted_at=NOW, signature="0" * 64))
    at["evidence"] = _evidence(op, at["case"], "employee").id
    at["evidence_start"] = _evidence(op, at["case_start"], "employee").id


def _planned_cycle(op: Any, at: dict[str, Any]) -> Cycle:
    model = op.get(Cycle, at["cycle"])
    dates = {
        name: getattr(model, name)
        for name in ("period_from", "period_to", "self_assessment_due", "rating_due", "department_due", "committee_on")
    }
    return Cycle(
        year=2026,
        kind="rehearsal",
        stage="planned",
        policy_version_id=model.policy_version_id,
        scorecard_id=model.scorecard_id,
        **dates,
    )


def _evidence(op: Any, case: int, by: str) -> Evidence:
    user = op.session.scalars(select(User).where(User.username == by)).one()
    row = op.add(
        Evidence(
            review_id=case,
            uploaded_by_id=user.id,
            uploaded_at=NOW,
            filename="proof.pdf",
            media_type="application/pdf",
            size=4,
            sha256=hashlib.sha256(b"%PDF").hexdigest(),
        )
    )
    stored_at(row).parent.mkdir(parents=True, exist_ok=True)
    stored_at(row).write_bytes(b"%PDF")
    return row


def _meetings(op: Any, at: dict[str, Any]) -> None:
    """An open meeting with case as its item, from which recused is recused, and a planned one."""
    opened = op.add(
        Meeting(
            cycle_id=at["cycle"], number="M-open", stage="open", scheduled_at=NOW, opened_at=NOW, appointed=5, quorum=4
        )
    )
    at["meeting"], at["meeting_planned"] = opened.id, make.meeting(op.get(Cycle, at["cycle"])).id
    for seat in (at["seat_member"], at["seat_recused"], at["seat_chair"], *at["more_seats"][:2]):
        op.add(Attendance(meeting_id=opened.id, member_id=seat, employee_id=op.get(CommitteeMember, seat).employee_id))
    item = op.add(AgendaItem(meeting_id=opened.id, review_id=at["case"], position=1))
    op.add(Motion(item_id=item.id, seq=1, grade_id=make.grade("J2").id))
    at["item"] = item.id
    out = Recusal(
        review_id=at["case"],
        member_id=at["seat_recused"],
        employee_id=at["recused"],
        ground="declared",
        declared=True,
        recorded_at=NOW,
    )
    at["recusal"] = op.add(out).id


def _appeals(op: Any, at: dict[str, Any]) -> None:
    """Of last year: appeal is employee's own and with the superior; objection is outsider's to peer's, before the panel,
    of which panel_recused is recused."""
    fixed = {"cycle": at["past"], "determined_grade_id": make.grade("J2").id}
    _review(op, at, "case_appealed", "employee", "appealed", **fixed)
    _review(op, at, "case_objected", "peer", "appealed", **fixed)
    shown = [op.get(Review, at["case_appealed"]), op.get(Review, at["case_objected"])]
    notice = make.notice(op.get(Cycle, at["past"]), shown, ends_at=SOON)
    at["notice"], at["number_notice"], at["row"] = notice.id, notice.number, notice.rows[0].id
    common = {"text": "Not as it was.", "received_at": NOW, "answer_due": NOW + 21 * DAY}
    at["appeal"] = op.add(
        Appeal(
            number="A-1", review_id=at["case_appealed"], notice_row_id=notice.rows[0].id, filer_id=at["employee"], kind="appeal",
            stage="with_superior", addressee="superior", ground="figures", superior_due=SOON, **common,
        )
    ).id  # fmt: skip
    at["objection"] = op.add(
        Appeal(
            number="A-2", review_id=at["case_objected"], notice_row_id=notice.rows[1].id, filer_id=at["outsider"], kind="objection",
            stage="with_panel", ground="procedure", **common,
        )
    ).id  # fmt: skip
    op.add(
        Recusal(
            review_id=at["case_objected"],
            member_id=at["seat_panel_recused"],
            employee_id=at["panel_recused"],
            ground="declared",
            declared=True,
            recorded_at=NOW,
        )
    )


def _complaint(op: Any, at: dict[str, Any]) -> None:
    """Officer investigates it; recused, who is a member, is accused in it."""
    row = op.add(
        Complaint(
            number="N-complaint", stage="assigned", subject="pressure", **make.sealed("…"), received_at=NOW,
            acknowledge_due=NOW + 3 * DAY, answer_due=NOW + 30 * DAY,
        )
    )  # fmt: skip
    at["complaint"] = row.id
    name, data = (
        seal(words, row.sealed_key, row.bound_to, place) for words, place in ((b"a.txt", "name"), (b"a", "bytes"))
    )
    sent = ComplaintFile(complaint_id=row.id, sealed_name=name, sealed_bytes=data, size=1, received_at=NOW)
    at["complaint_file"] = op.add(sent).id
    op.add(ComplaintParty(complaint_id=row.id, employee_id=at["officer"], role="officer"))
    op.add(ComplaintParty(complaint_id=row.id, employee_id=at["recused"], role="accused"))


def _files(op: Any, at: dict[str, Any]) -> None:
    """What is kept about employee, and HR's papers."""
    users = dict(op.session.execute(select(User.username, User.id)).all())
    at["document"] = op.add(
        IssuedDocument(
            number="D-1", year=2026, serial=1, kind="annual", title="Results", cycle_id=at["past"], issued_by_id=users["hr"],
            issued_at=NOW, effective_on=date(2026, 1, 1), sha256=hashlib.sha256(b"PK").hexdigest(),
        )
    ).id  # fmt: skip
    document_path(at["document"]).parent.mkdir(parents=True, exist_ok=True)
    document_path(at["document"]).write_bytes(b"PK")
    served(op, at, users["hr"])
    at["record"] = op.add(
        EmployeeRecord(
            employee_id=at["employee"], kind="certificate", title="COPC", happened_on=date(2026, 5, 4), recorded_by_id=users["superior"],
            recorded_at=NOW,
        )
    ).id  # fmt: skip
    at["leave"] = op.add(Leave(employee_id=at["employee"], starts_on=date(2026, 11, 2))).id
    at["move"] = op.add(ComingMove(employee_id=at["employee"], moves_on=date(2026, 12, 24), post="Coach")).id
    at["login"] = op.add(ContactLogin(login="a1", employee_id=at["employee"], valid_from=date(2026, 1, 1))).id
    change: dict[str, Any] = {
        "to_grade_id": make.grade("J3").id,
        "stage": "proposed",
        "reason": "A new post.",
        "proposed_by_id": users["hr"],
    }
    at["change"] = op.add(
        GradeChange(employee_id=at["employee"], kind="adjustment", clause="4.3", batch="B-1", **change)
    ).id
    correction = change | {"stage": "rejected", "effective_on": date(2022, 1, 1), "clause": "1.2-f"}
    at["correction"] = op.add(GradeChange(employee_id=at["employee"], kind="takeover_correction", **correction)).id
    op.add(
        GradeChange(
            employee_id=at["stranger"],
            kind="takeover",
            clause="1.2-c",
            batch="T-1",
            effective_on=date(2022, 1, 1),
            **change,
        )
    )
    at["batch"] = "T-1"
    text = "工號,姓名\nN-employee,Employee\n".encode()
    at["import"] = op.add(
        Import(
            kind="employees",
            filename="people.csv",
            sha256=store(text),
            size=len(text),
            uploaded_by_id=users["hr"],
            uploaded_at=NOW,
        )
    ).id
    at["message"] = op.add(
        Notification(
            user_id=users["employee"], process="review", action="open", record_id=at["case_start"], created_at=NOW
        )
    ).id


def _reference(op: Any, at: dict[str, Any]) -> None:
    """Reference data: one row of each."""
    in_force = op.session.scalars(select(PolicyVersion).where(PolicyVersion.stage == "promulgated")).one()
    at["version"], at["number_version"] = in_force.id, in_force.number
    at["scorecard"] = op.session.scalars(select(Scorecard.id)).first()
    at["criterion"] = op.session.scalars(select(Criterion.id)).first()
    at["threshold"] = op.session.scalars(select(GradeThreshold.id)).first()
    at["grade"] = make.grade("J2").id
    at["role"] = op.session.scalars(select(Role.id).where(Role.name == "employee")).one()
    owner = op.get(Employee, at["peer"]).user_id
    asked = SecondFactorReset(user_id=owner, asked_by_id=at["account_admin"], asked_at=NOW, reason="both were lost")
    at["reset"] = op.add(asked).id
    at["job"] = op.job("render", {}).id
    asked = {"process": "cycle", "action": "remind", "record_id": at["cycle"], "job_id": at["job"]}
    when = {"asked_at": NOW, "moved_at": NOW, "ended_at": NOW, "via": "web"}
    by_hr = LongWork(**asked, **when, total=1, last_key=1, done=1, recorded_by_id=at["account_hr"])
    at["long_work"] = op.add(by_hr).id
    at["metric"] = op.add(Metric(employee_id=at["employee"], month=date(2026, 1, 1), code="answered", value=9)).id
    at["role_made"] = op.add(Role(name="readers")).id
    put_pay_down(op, at)
    at["limit"] = op.add(StaffingLimit(department_id=at["department"], level="junior", people=9)).id
    at["day"] = op.add(CalendarDay(day=date(2026, 12, 25), working=False)).id
    at["year"] = op.session.scalars(select(CalendarYear.id).where(CalendarYear.year == 2026)).one()
    at["year_new"] = op.add(CalendarYear(year=2030)).id
