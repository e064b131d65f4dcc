"""The auditor's page says in words what was changed, and keeps back what even auditors must not read (6.3-b, 3.3.4-b)."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.models import AgendaItem, AuditEvent, Ballot, Grade, Meeting, Motion, PayBand, Premark, db
from admin.models.audit import UNAUDITED_COLUMNS
from admin.queries.system.audit_rows import audited_tables
from admin.views.system.audit import _screens, table_label
from admin.web.audit_words import COLUMNS, TABLES
from tests import factories as make
from tests.factories import NOW

RAW = re.compile(r"[a-z]+_[a-z]+|\bid\b")


def event_of(app: Flask, table: str, key: int) -> int:
    with app.app_context():
        query = select(AuditEvent.id).where(AuditEvent.record_type == table, AuditEvent.record_id == key)
        return db.session.scalars(query.execution_options(unscoped=True)).one()


@pytest.fixture
def reads(
    app: Flask, signed_in: Callable[[str], FlaskClient], bearer: Callable[[str], dict[str, str]]
) -> Callable[[str, int], tuple[str, dict[str, Any]]]:
    """What the auditor reads of a row's first event: the page, and the API's changes."""

    def read(table: str, key: int) -> tuple[str, dict[str, Any]]:
        event = event_of(app, table, key)
        page = signed_in("auditor").get(f"/audit_events/show/{event}", headers={"Accept-Language": "en"})
        program = app.test_client().get(f"/api/v1/audit_events/{event}", headers=bearer("auditor"))
        assert (page.status_code, program.status_code) == (200, 200)
        return page.text, program.json["result"]["changes"]

    return read


@pytest.fixture
def vote(app: Flask, centre: SimpleNamespace) -> SimpleNamespace:
    """An open motion with one ballot and one mark before the meeting, which has not begun."""
    with app.app_context(), make.fixture() as op:
        cycle = make.open_cycle(2026)
        case = make.review(cycle, make.employee(), stage="committee")
        member = make.seat(make.employee(account=False), constituency="hr")
        meeting = op.add(Meeting(number="M-1", cycle_id=cycle.id, scheduled_at=NOW, stage="planned"))
        item = op.add(AgendaItem(meeting_id=meeting.id, review_id=case.id, position=1))
        grade = op.session.scalars(select(Grade)).first()
        motion = op.add(Motion(item_id=item.id, seq=1, grade_id=grade.id))
        ballot = op.add(
            Ballot(
                motion_id=motion.id, member_id=member.id, employee_id=member.employee_id, in_favour=True, cast_at=NOW
            )
        )
        mark = op.add(
            Premark(item_id=item.id, member_id=member.id, employee_id=member.employee_id, agrees=False, note="doubtful")
        )
        return SimpleNamespace(motion=motion.id, ballot=ballot.id, mark=mark.id, meeting=meeting.id)


def test_a_vote_is_read_by_nobody_before_its_ballot_is_closed(app: Flask, vote: SimpleNamespace, reads: Any):
    page, changes = reads("ballots", vote.ballot)
    assert changes["in_favour"] == [] and "not shown here" in page
    with app.app_context(), make.fixture() as op:
        motion = op.get(Motion, vote.motion)
        motion.state, motion.closed_at, motion.votes_for, motion.votes_against = "carried", NOW, 1, 0
    page, changes = reads("ballots", vote.ballot)
    assert changes["in_favour"] == [None, True] and "Yes" in page


def test_a_mark_before_the_meeting_is_blind_and_its_note_stays_private(app: Flask, vote: SimpleNamespace, reads: Any):
    page, changes = reads("premarks", vote.mark)
    assert changes["agrees"] == [] and "doubtful" not in page
    with app.app_context(), make.fixture() as op:
        op.get(Meeting, vote.meeting).opened_at = NOW
    page, changes = reads("premarks", vote.mark)
    assert changes["agrees"] == [None, False] and changes["note"][1].startswith("salted:") and "doubtful" not in page


def test_an_auditor_reads_no_pay_amount_in_the_trail(app: Flask, centre: SimpleNamespace, reads: Any):
    with app.app_context(), make.fixture() as op:
        grade = op.session.scalars(select(Grade)).first()
        band = op.add(
            PayBand(
                grade_id=grade.id, valid_from=NOW.date(), amount_min=41_234_567, amount_max=51_234_567, currency="TWD"
            )
        ).id
    page, changes = reads("pay_bands", band)
    assert changes["amount_min"] == changes["amount_max"] == [] and "41234567" not in page and "51234567" not in page
    assert changes["currency"] == [None, "TWD"]


def test_a_change_is_told_by_names_and_in_no_technical_word(app: Flask, vote: SimpleNamespace, reads: Any):
    page, _changes = reads("motions", vote.motion)
    told = re.sub(r"<[^>]+>", " ", page[page.index("<table") : page.index("</table>")])
    assert "Motion" in told and not RAW.search(told), RAW.search(told)
    assert "Being voted on" in told and " open" not in told


def test_a_record_s_own_trail_names_the_department_moved_to_and_no_superior(app: Flask, signed_in: Any):
    with app.app_context(), make.fixture():
        before, after, superior = make.department("Before"), make.department("After"), make.employee("Boss")
        person = make.employee("Mover", of=before)
        person.department_id, person.superior_id = after.id, superior.id
        key = person.id
    page = signed_in("hr").get(f"/employees/show/{key}", headers={"Accept-Language": "en"}).text
    trail = page[page.index("Changed") :]
    assert "Before → After" in trail
    assert "Superior" in trail and "→ Boss" not in trail


def test_every_table_and_column_of_the_trail_has_a_name(app: Flask):
    with app.test_request_context():
        for mapper in audited_tables():
            table = mapper.local_table.name  # type: ignore[attr-defined]
            assert table_label(table) != table, table
            labelled = {name for screen in _screens(table) for name in screen.label_columns}
            known = labelled | set(COLUMNS)
            columns = {each.key for each in mapper.column_attrs} - UNAUDITED_COLUMNS - {"id"}
            unnamed = {name for name in columns if name not in known and name.removesuffix("_id") not in labelled}
            assert unnamed == set(), table


def test_no_word_is_kept_for_what_is_not_there():
    mappers = audited_tables()
    assert set(TABLES) - {mapper.local_table.name for mapper in mappers} <= {
        "activation_codes",
        "altered_files",
        "audit_events",
    }  # type: ignore[attr-defined]
    columns = {each.key for mapper in mappers for each in mapper.column_attrs}
    told = {
        "roles",
        "groups",
        "permissions",
        "steps",
        "counts",
        "count",
        "document",
        "file",
        "events",
        "root",
        "rows",
        "sealed",
        "viewed_as",
    }
    assert set(COLUMNS) - columns <= told  # what an event tells beside the columns of a row
