"""Bad input at every door: refused with its clause or naming the field, nothing changed row for row, what was typed is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import (
    AgendaItem,
    CommitteeMember,
    Employee,
    EmployeeRecord,
    Meeting,
    Model,
    Notice,
    PolicyVersion,
    Review,
    db,
)
from admin.operations.cases.single_cases import open_demotion
from admin.operations.committee.replanning import cancel_meeting
from admin.operations.outcome.adjustments import decide_adjustment, propose_adjustments
from admin.operations.policy import policy
from admin.operations.system.reference import fingerprint
from tests import factories as make
from tests.factories import NOW
from tests.policy_two import second_book
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}
DAY = timedelta(days=1)


def everything() -> dict[str, str]:
    """Every table with the hash of all its rows: what "nothing changed" is held against."""
    found = {}
    with acting_as(system_actor()):
        db.session.rollback()
        for table in Model.metadata.sorted_tables:
            rows = db.session.connection().execute(select(table).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        db.session.rollback()
    return found


@dataclass
class Doors:
    """The portal's form and API, for people of the test; each answer is held to what a refusal has to be."""

    app: Flask
    clients: dict[int, Any] = field(default_factory=dict)
    tokens: dict[int, dict[str, str]] = field(default_factory=dict)

    def form(self, who: Employee, path: str, data: dict[str, Any], *, says: str, kept: Iterable[str] = ()) -> str:
        """Refused by the page, which names the clause or the fault in words and still holds what was typed."""
        key = who.user_id or 0
        client = self.clients.setdefault(key, None) or client_of(self.app, key)
        self.clients[key] = client
        before = everything()
        answer = client.post(path, data=data, headers=ENGLISH)
        assert answer.status_code in (409, 422), (answer.status_code, answer.text[:500])
        assert says in answer.text and everything() == before
        assert [typed for typed in kept if typed not in answer.text] == []
        return str(answer.text)

    def api(self, who: Employee, method: str, path: str, sent: dict[str, Any], *, says: str) -> Any:
        """Refused by the API: 409 with the clause and a reason in words, or 422 with the field."""
        key = who.user_id or 0
        headers = self.tokens.setdefault(key, {}) or headers_of(self.app, key)
        self.tokens[key] = headers
        before = everything()
        answer = self.app.test_client().open(
            f"/api/v1/{path}", method=method, json=sent, headers={**headers, **ENGLISH}
        )
        assert answer.status_code in (409, 422), (answer.status_code, answer.text[:500])
        assert everything() == before
        if answer.status_code == 409:
            assert (answer.json["clause"], bool(answer.json["reason"])) == (says, True)
        else:
            assert says in answer.json["fields"]
        return answer.json


@pytest.fixture
def doors(app: Flask, no_tokens: None) -> Doors:
    return Doors(app)


@pytest.fixture
def there(session: Any) -> SimpleNamespace:
    """HR, management, a superior with two people, an open cycle with their cases."""
    make.confirmed_calendar(2026, 2027)
    with make.fixture():
        hr, boss = (make.employee(role, roles=("employee", role)) for role in ("hr", "management"))
        head = make.employee("Head")
        place = make.department("Phones", head=head)
        superior = make.employee("Superior", superior=head)
        one, two = (make.employee(name, of=place, superior=superior) for name in ("One", "Two"))
        cycle = make.open_cycle()
        cases = [
            make.review(cycle, each, stage="department_review", head_id=head.id, proposed=None) for each in (one, two)
        ]
    return SimpleNamespace(
        hr=hr, boss=boss, head=head, superior=superior, one=one, two=two, cycle=cycle, case=cases[0], other=cases[1]
    )


def puts_on_notice(there: SimpleNamespace) -> Notice:
    with make.fixture() as op:
        case = op.get(Review, there.case.id)
        case.stage, case.determined_grade_id = "on_notice", make.grade("J2").id
        op.session.flush()
        return make.notice(there.cycle, [case], ends_at=NOW + 5 * DAY)


def test_a_cycle_of_the_year_after_next(doors, there):
    given = {"year": "2028", "kind": "regular", "month_reason": "The centre moves."}
    doors.form(there.hr, "/cycles/plan", given, says="1.2-e", kept=("2028", "The centre moves."))
    doors.form(there.hr, "/cycles/plan", given | {"kind": "rehearsal"}, says="1.2-e", kept=("2028",))
    for kind in ("regular", "rehearsal"):
        doors.api(there.hr, "POST", "cycles/", given | {"kind": kind}, says="1.2-e")


def test_a_present_grade_that_the_file_does_not_have(doors, there):
    grade, address = make.grade("E2").id, f"/reviews/edit/{there.case.id}"
    with acting_as(system_actor()):
        seen = fingerprint(db.session.get_one(Review, there.case.id))
    given = {
        "superior": there.superior.id, "head": there.head.id, "department": there.one.department_id, "post": "", "queue": "",
        "present_grade": grade, "reason": "typed wrongly", "seen": seen,
    }  # fmt: skip
    doors.form(there.hr, address, given, says="1.2-f", kept=("typed wrongly", f'value="{grade}"'))
    sent = {"present_grade": grade, "reason": "typed wrongly"}
    doors.api(there.hr, "PUT", f"reviews/{there.case.id}", sent, says="1.2-f")


@pytest.mark.parametrize("extra", [{"office": "chair"}, {"office": "member"}, {"on_panel": "1"}])
def test_a_second_chair_or_a_second_seat_of_one_person(doors, there, extra):
    sitting = make.seat(there.one, "hr", "chair")
    person = there.two if extra.get("office") == "chair" else there.one
    given = {"employee": person.number, "constituency": "hr", "office": "member", "term_from": "2026-11-01"} | extra
    doors.form(there.hr, "/bodies/appoint", given, says="6.1-b")
    own = given | {"employee": str(person.id)}
    doors.form(there.hr, "/committee_members/add", own, says="6.1-b", kept=("2026-11-01",))
    doors.api(there.hr, "POST", "committee_members/", own, says="6.1-b")
    other = make.seat(there.superior, "related_departments")
    if extra.get("office") == "chair":
        doors.api(there.hr, "PUT", f"committee_members/{other.id}", {"office": "chair"}, says="6.1-b")
    else:
        doors.api(there.hr, "PUT", f"committee_members/{other.id}", {"employee": there.one.id}, says="6.1-b")
    assert db.session.get(CommitteeMember, sitting.id).office == "chair"


def test_two_adjustments_of_one_person_at_once(doors, there):
    number = there.one.number
    given = {"list": f"{number} J3\n{number} M1", "effective_on": "2027-01-01", "reason": "Merged."}
    doors.form(there.hr, "/adjustments/new", given, says="4.3-b", kept=("Merged.", f"{number} M1", "2027-01-01"))
    hr = make.actor_of(there.hr)
    propose_adjustments([row(there.one, "J3")], "Merged.", date(2027, 1, 1), actor=hr, now=NOW)
    again = {"number": number, "grade": "M1", "effective_on": "2027-01-01", "reason": "Merged."}
    doors.form(there.hr, "/adjustments/new", again, says="4.3-b", kept=("Merged.",))
    sent = {"employee": there.one.id, "to_grade": make.grade("M1").id, "effective_on": "2027-01-01"}
    doors.api(there.hr, "POST", "grade_changes/", sent, says="4.3-b")


def row(person: Employee, grade: str) -> Any:
    from admin.operations.outcome.adjustments import AdjustmentRow

    return AdjustmentRow(person.number, grade)


def test_an_adjustment_while_a_case_is_on_notice(doors, there):
    hr, boss = make.actor_of(there.hr), make.actor_of(there.boss)
    (change,) = propose_adjustments([row(there.one, "J3")], "Merged.", date(2027, 1, 1), actor=hr, now=NOW)
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    puts_on_notice(there)
    doors.form(there.hr, "/adjustments/issue", {"row": str(change.id)}, says="4.3-b")
    doors.api(there.hr, "POST", f"grade_changes/{change.id}/actions/issue", {}, says="4.3-b")
    doors.form(there.hr, f"/act/grade_change/{change.id}/issue", {}, says="4.3-b")
    given = {"number": there.one.number, "grade": "M1", "effective_on": "2027-01-01", "reason": "Merged."}
    doors.form(there.hr, "/adjustments/new", given, says="4.3-b", kept=("Merged.",))
    sent = {"employee": there.one.id, "to_grade": make.grade("M1").id, "effective_on": "2027-01-01"}
    doors.api(there.hr, "POST", "grade_changes/", sent, says="4.3-b")
    wrong = {"number": there.one.number, "grade": "M1", "since": "2022-02-01", "evidence": "Folder 7."}
    doors.form(there.hr, "/takeover-corrections/new", wrong, says="4.3-b", kept=("Folder 7.",))


@pytest.mark.parametrize("stage", ["department_review", "committee", "determined", "on_notice"])
def test_a_demotion_is_not_cancelled_by_cancelling_its_single_cycle(doors, there, stage):
    with make.fixture() as op:
        person = make.employee("Three", of=op.get(Employee, there.one.id).department, superior=there.superior)
        make.holds(person, "J3")
        op.add(
            EmployeeRecord(
                employee_id=person.id, kind="breach", stage="approved", title="A leak", happened_on=date(2026, 11, 2),
                recorded_by_id=there.hr.user_id, recorded_at=NOW, approved_by_id=there.boss.user_id,
            )
        )  # fmt: skip
    case = open_demotion(person.id, 2, "A leak of data.", actor=make.actor_of(there.superior), now=NOW)
    key = case.cycle_id
    with make.fixture() as op:
        op.get(Review, case.id).stage = stage
    doors.form(there.hr, f"/cycles/{key}/cancel", {"reason": "By mistake."}, says="1.2-d", kept=("By mistake.",))
    doors.form(there.hr, f"/act/cycle/{key}/cancel", {"reason": "By mistake."}, says="1.2-d", kept=("By mistake.",))
    doors.api(there.hr, "POST", f"cycles/{key}/actions/cancel", {"reason": "By mistake."}, says="1.2-d")


@pytest.mark.parametrize("stage", ["issued", "cancelled"])
def test_an_appeal_whose_case_has_ended(doors, there, stage):
    notice = puts_on_notice(there)
    with make.fixture() as op:
        op.get(Review, there.case.id).stage = stage
    given = {
        "notice": notice.number,
        "row": notice.rows[0].id,
        "ground": "figures",
        "text": "Mistaken.",
        "addressee": "panel",
    }
    doors.form(there.one, "/appeal/", given, says="3.3.5", kept=("Mistaken.",))
    sent = {
        "notice_row": notice.rows[0].id,
        "filer": there.one.id,
        "ground": "figures",
        "text": "Mistaken.",
        "addressee": "panel",
    }
    doors.api(there.one, "POST", "appeals/", sent, says="3.3.5")


def test_a_meeting_of_a_cancelled_cycle_or_of_none_and_its_cases(doors, there):
    meeting = make.meeting(there.cycle, NOW + 3 * DAY)
    with make.fixture() as op:
        op.get(type(there.cycle), there.cycle.id).stage = "cancelled"
        op.get(Review, there.case.id).stage = "cancelled"
    when = (NOW + 3 * DAY).strftime("%Y-%m-%dT%H:%M")
    doors.form(
        there.hr, "/meetings/add", {"cycle": there.cycle.id, "scheduled_at": when}, says="cycle", kept=(when[:10],)
    )
    doors.form(there.hr, "/meetings/add", {"cycle": "", "scheduled_at": when}, says="needed", kept=(when[:10],))
    doors.form(there.hr, f"/meetings/{meeting.id}/assign", {"review": str(there.case.id)}, says="3.3.4")
    sent = {"meeting": meeting.id}
    doors.api(there.hr, "POST", f"reviews/{there.case.id}/actions/assign_to_meeting", sent, says="3.3.4")


def test_a_version_effective_before_one_in_force(doors, there):
    hr = make.actor_of(there.hr)
    in_force = db.session.scalars(select(PolicyVersion)).one()
    draft = policy.draft_from(second_book(), actor=hr, now=NOW)
    with make.fixture() as op:
        op.get(PolicyVersion, draft.id).effective_from = in_force.effective_from - DAY
    doors.api(there.hr, "POST", f"policy_versions/{draft.id}/actions/submit", {}, says="6.1-c")
    doors.form(there.hr, f"/act/policy_version/{draft.id}/submit", {}, says="6.1-c")
    day = (in_force.effective_from - DAY).isoformat()
    given = {"notice_days": "7", "draft": "1", "effective_from": day, "note": "Earlier."}
    doors.form(there.hr, "/policy/parameters", given, says="6.1-c", kept=(day, "Earlier."))


def test_an_act_repeated_after_it_succeeded(doors, there):
    hr, boss = make.actor_of(there.hr), make.actor_of(there.boss)
    (change,) = propose_adjustments([row(there.two, "J3")], "Merged.", date(2027, 1, 1), actor=hr, now=NOW)
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    doors.form(there.boss, "/adjustments/decide", {f"decision-{change.id}": "approve"}, says="4.3")
    doors.api(there.boss, "POST", f"grade_changes/{change.id}/actions/approve", {}, says="4.3")
    doors.api(there.boss, "POST", f"grade_changes/{change.id}/actions/reject", {"reason": "No."}, says="4.3")
    meeting = make.meeting(there.cycle, NOW + 3 * DAY)
    cancel_meeting(meeting.id, "Ill.", actor=hr, now=NOW)
    doors.form(there.hr, f"/act/meeting/{meeting.id}/cancel", {"reason": "Again."}, says="3.3.4", kept=("Again.",))
    doors.api(there.hr, "POST", f"meetings/{meeting.id}/actions/cancel", {"reason": "Again."}, says="3.3.4")
    assert db.session.get(Meeting, meeting.id).stage == "cancelled"
    assert db.session.query(AgendaItem).count() == 0


def test_a_figure_corrected_between_rating_and_freeze(doors, there):
    with make.fixture() as op:
        op.get(Review, there.case.id).stage = "rating"
    given = {"month": "2026-03-01", "queue": "", "figure": "answered", "value": "7", "reason": "Typed wrongly."}
    address = f"/act/review/{there.case.id}/correct_figure"
    doors.form(there.hr, address, given, says="3.2-a", kept=("Typed wrongly.", "2026-03-01"))
    doors.api(there.hr, "POST", f"reviews/{there.case.id}/actions/correct_figure", given, says="3.2-a")
