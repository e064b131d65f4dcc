"""Issuing: only what is over and undisputed, numbered without gaps, entered in the files (3.3.6, 1.2-d)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opencc import OpenCC
from sqlalchemy import select

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.calendar import LONGEST_WAY
from admin.domain.refusals import Invalid, Refused
from admin.models import Employee, Grade, GradeChange, GradeInterval, IssuedDocument, Job, Notice, db
from admin.operations.cycles.cycles import close_cycle
from admin.operations.outcome.documents import issue, record_rendering
from admin.operations.outcome.notices import publish_notice, record_publication
from admin.operations.transaction import operation
from admin.queries.outcome.documents import document_context
from tests import factories as make
from tests import reviewing
from tests.invariants import grade_file_is_the_fold_of_documents
from tests.offers import clause_against
from tests.reviewing import HR, OPENED, case, later, person

OVER = later(12)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    found.keys = reviewing.to_checked(found, 0, 1)
    publish_notice(found.cycle, actor=HR, now=OPENED)
    record_publication("r1", "0" * 64, {}, ["2026-01"], actor=system_actor(), published_at=OPENED)
    return found


def grades(employee_id: int) -> list[tuple[str, date, date | None]]:
    with acting_as(system_actor()):
        db.session.rollback()
        found = db.session.scalars(
            select(GradeInterval).where(GradeInterval.employee_id == employee_id).order_by(GradeInterval.valid_from)
        )
        return [(row.grade.code, row.valid_from, row.valid_to) for row in found]


def test_nothing_is_issued_while_the_notice_runs(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        issue(made.cycle, actor=HR, now=later(3))
    assert refused.value.refusal.clause == "3.3.5"
    assert case(made.keys[0]).stage == "on_notice"


def test_right_after_the_notice_issuing_waits_for_what_was_received_in_the_last_second(made: SimpleNamespace) -> None:
    with acting_as(system_actor()):
        ends = db.session.scalars(select(Notice.ends_at)).one()
    for moment in (ends, ends + LONGEST_WAY - timedelta(seconds=1)):
        with pytest.raises(Refused) as refused:
            issue(made.cycle, actor=HR, now=moment)
        assert (refused.value.refusal.clause, refused.value.refusal.facts["at"]) == (
            "3.3.5-c",
            (ends + LONGEST_WAY).isoformat(),
        )
    assert issue(made.cycle, actor=HR, now=ends + LONGEST_WAY).serial == 1


def test_the_document_enters_the_grades_in_the_files_from_its_effective_date(made: SimpleNamespace) -> None:
    document = issue(made.cycle, actor=HR, now=OVER)
    assert (document.year, document.serial, document.effective_on) == (2026, 1, date(2027, 1, 1))
    assert case(made.keys[0]).stage == "issued"
    assert grades(made.agents[0]) == [("M1", date(2023, 1, 1), date(2027, 1, 1)), ("M2", date(2027, 1, 1), None)]
    with acting_as(system_actor()):
        (job,) = db.session.scalars(select(Job).where(Job.kind == "render_document"))
        kinds = {
            row.kind for row in db.session.scalars(select(GradeChange).where(GradeChange.document_id == document.id))
        }
    assert job.payload == {"document_id": document.id} and kinds == {"promotion"}


def test_an_effective_date_in_the_past_is_wrong_input(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as wrong:
        issue(made.cycle, actor=HR, now=OVER, effective_on=date(2026, 12, 12))
    assert "effective_on" in wrong.value.fields


@pytest.mark.parametrize("held_from", [date(2027, 1, 1), date(2027, 3, 1)])
def test_a_document_never_overlaps_a_grade_that_was_issued_for_that_day_or_later(
    made: SimpleNamespace, held_from: date
) -> None:
    with make.fixture(OVER) as op:
        make.moved(op.get(Employee, made.agents[0]), "M1", held_from)
    document = issue(made.cycle, actor=HR, now=OVER, effective_on=date(2027, 1, 1))
    assert [(row["number"], row["clause"], row["facts"]) for row in document.left_out] == [
        ("E0", "6.3-a", {"number": "E0", "since": held_from.isoformat()})
    ]
    assert (case(made.keys[0]).stage, case(made.keys[1]).stage) == ("on_notice", "issued")
    issue(made.cycle, actor=HR, now=OVER, effective_on=date(2027, 3, 2))
    assert grades(made.agents[0])[-2:] == [("M1", held_from, date(2027, 3, 2)), ("M2", date(2027, 3, 2), None)]


def test_a_case_whose_grade_the_file_does_not_hold_is_named_and_left_out_and_the_others_are_issued(
    made: SimpleNamespace,
) -> None:
    with make.fixture(OVER) as op:
        make.moved(op.get(Employee, made.agents[0]), "M2", date(2026, 12, 5))
    document = issue(made.cycle, actor=HR, now=OVER)
    assert [(row["number"], row["clause"], row["facts"]["held"]) for row in document.left_out] == [
        ("E0", "1.2-f", "M2")
    ]
    assert (case(made.keys[0]).stage, case(made.keys[1]).stage) == ("on_notice", "issued")
    with acting_as(system_actor()):
        assert grade_file_is_the_fold_of_documents(db.session) == []
    assert clause_against("cycle", made.cycle, "issue", HR, OVER) == "1.2-f"
    with pytest.raises(Refused, match=r"1\.2-f.*holds M2; this moves from M1"):
        issue(made.cycle, actor=HR, now=OVER)


def test_issuing_twice_issues_once(made: SimpleNamespace) -> None:
    issue(made.cycle, actor=HR, now=OVER)
    with pytest.raises(Refused):
        issue(made.cycle, actor=HR, now=OVER)
    with acting_as(system_actor()):
        assert [row.serial for row in db.session.scalars(select(IssuedDocument))] == [1]


def test_whoever_leaves_before_the_effective_date_is_left_out(made: SimpleNamespace) -> None:
    with operation("leaves", actor=system_actor(), now=OVER) as op:
        op.get(Employee, made.agents[0]).left_on = date(2026, 12, 20)
    document = issue(made.cycle, actor=HR, now=OVER)
    assert [(row["number"], row["clause"]) for row in document.left_out] == [("E0", "1.2-d")]
    assert (case(made.keys[0]).stage, case(made.keys[1]).stage) == ("on_notice", "issued")
    assert [code for code, _, _ in grades(made.agents[0])] == ["M1"]


def test_a_leaver_is_issued_with_effect_before_the_last_day_and_afterwards_nothing_is_offered(
    made: SimpleNamespace,
) -> None:
    with operation("leaves", actor=system_actor(), now=OVER) as op:
        for key in made.agents[:2]:
            op.get(Employee, key).left_on = date(2026, 12, 20)
    assert clause_against("cycle", made.cycle, "issue", HR, OVER) is None
    with pytest.raises(Refused, match=r"1\.2-d.*2027-01-01"):
        issue(made.cycle, actor=HR, now=OVER)
    assert clause_against("cycle", made.cycle, "issue", HR, later(25)) == "1.2-d"
    assert len(issue(made.cycle, actor=HR, now=OVER, effective_on=date(2026, 12, 19)).left_out) == 0


def test_nobody_but_hr_issues(made: SimpleNamespace) -> None:
    for actor in (person(made.head, "head"), person(made.agents[0])):
        with pytest.raises(Refused):
            issue(made.cycle, actor=actor, now=OVER)


def test_the_file_keeps_its_bytes(made: SimpleNamespace) -> None:
    document = issue(made.cycle, actor=HR, now=OVER)
    record_rendering(document.id, "a" * 64, actor=system_actor(), now=OVER)
    record_rendering(document.id, "a" * 64, actor=system_actor(), now=OVER)
    with pytest.raises(Refused):
        record_rendering(document.id, "b" * 64, actor=system_actor(), now=OVER)


def test_the_document_prints_everyone_it_confirms(made: SimpleNamespace) -> None:
    document = issue(made.cycle, actor=HR, now=OVER)
    with acting_as(system_actor()):
        context = document_context(db.session(), document)
    assert [(row["number"], row["from_grade"], row["to_grade"]) for row in context["rows"]] == [
        ("E0", "中級客服一級", "中級客服二級"), ("E1", "中級客服一級", "中級客服二級"),
    ]  # fmt: skip


def test_the_cycle_closes_when_every_case_is_at_its_end(made: SimpleNamespace) -> None:
    issue(made.cycle, actor=HR, now=OVER)
    with pytest.raises(Refused):
        close_cycle(made.cycle, actor=HR, now=OVER)
    from admin.operations.cases.reviews import close_as_left

    for key in made.cases[2:]:
        reviewing.leaves(key)
        close_as_left(key, "離職", actor=HR, now=OVER)
    assert close_cycle(made.cycle, actor=HR, now=OVER).stage == "closed"


def test_a_document_names_grades_as_the_version_of_its_cycle_does_whatever_the_ladder_is_called_by_now(
    made: SimpleNamespace,
) -> None:
    document = issue(made.cycle, actor=HR, now=OVER)
    with make.fixture() as op:
        for grade in op.session.scalars(select(Grade)):
            grade.name_zh_hant = f"改名{grade.code}"
    with acting_as(system_actor()):
        rows = document_context(db.session(), db.session.get(IssuedDocument, document.id))["rows"]
    assert rows and not any("改名" in row[name] for row in rows for name in ("from_grade", "to_grade"))


@pytest.mark.parametrize("language", ["zh_hans", "en"])
def test_a_document_speaks_the_company_s_language_and_keeps_it(
    made: SimpleNamespace, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), portal_language=language))
    document = issue(made.cycle, actor=HR, now=OVER)
    monkeypatch.undo()
    with acting_as(system_actor()):
        context = document_context(db.session(), document)
    printed = " ".join(
        map(str, (context[name] for name in ("title", "document_number", "legal_basis", "introduction", "closing")))
    )
    printed += " ".join([*context["headings"].values(), *(row["to_grade"] for row in context["rows"])])
    if language == "en":
        assert not re.search("[\u4e00-\u9fff]", printed) and "Results of the grade review" in printed
    else:
        assert OpenCC("t2s").convert(printed) == printed and "客服职级评定结果" in printed
