"""What waits for bodies and offices: deadlines, meetings and their ballots, results, appeals, complaints, "
"what a second person confirms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.simulation.doors import Step
from tests.simulation.life import Life

Steps = Iterator[Step]
OPEN = ("self_assessment", "rating", "department_review", "committee", "determined", "checked", "on_notice", "appealed")


def moment(text: str | None) -> datetime:
    """A moment as SQLite holds it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else datetime.max.replace(tzinfo=UTC)


# -- cycles, meetings, results -------------------------------------------------------------------------------------


def _open_cycles(life: Life) -> list[Any]:
    return life.rows("SELECT * FROM cycles WHERE stage = 'open' ORDER BY id")


def stages(life: Life) -> Steps:
    """Deadlines that are over, and cycles that are done."""
    for cycle in _open_cycles(life):
        counts = {
            r["stage"]: r["n"]
            for r in life.rows(
                "SELECT stage, count(*) AS n FROM reviews WHERE cycle_id = ? GROUP BY stage", cycle["id"]
            )
        }
        for stage, due in (("self_assessment", "self_assessment_due"), ("rating", "rating_due")):
            if counts.get(stage) and moment(cycle[due]) <= life.at and life.willing():
                yield life.on(life.hr, "cycle.close_stage", cycle["id"])
        if life.chance(0.02) and not life.helpful:
            yield life.on(
                life.hr, life.dice.choice(("cycle.extend", "cycle.remind", "cycle.correct_notice")), cycle["id"]
            )
        if cycle["kind"] != "rehearsal" and not any(counts.get(s) for s in OPEN) and life.willing():
            yield life.on(life.hr, "cycle.close", cycle["id"])


def meetings(life: Life) -> Steps:
    """Meetings planned, held and signed."""
    for cycle in _open_cycles(life):
        waiting = life.one("SELECT count(*) FROM reviews WHERE cycle_id = ? AND stage = 'committee'", cycle["id"])
        before = life.one(
            "SELECT count(*) FROM reviews WHERE cycle_id = ? AND stage IN ('self_assessment', 'rating', 'department_review')",
            cycle["id"],
        )
        planned = life.rows("SELECT id FROM meetings WHERE cycle_id = ? AND stage IN ('planned', 'open')", cycle["id"])
        if waiting and not planned and life.willing() and (not before or life.chance(0.1)):
            yield life.step(life.office("secretary"), "plan_meeting", cycle["id"])
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'planned' ORDER BY id"):
        yield from _planned(life, row)
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'open' ORDER BY id"):
        yield from _sitting(life, row)
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'closed' ORDER BY id"):
        for office in ("chair", "secretary"):
            if row[f"{office}_signed_at"] is None and life.willing():
                yield life.on(life.office(office), "meeting.sign_minutes", row["id"])


def short_benches(life: Life) -> Steps:
    """Where a case was deferred twice for want of voters, or a panel is short, somebody without a part in it gets a seat."""
    deferred = life.rows(
        "SELECT i.review_id, max(i.deferral) AS deferral FROM agenda_items i JOIN reviews r ON r.id = i.review_id "
        "WHERE r.stage = 'committee' AND i.state = 'deferred' GROUP BY i.review_id HAVING count(*) > 1"
    )
    for row in deferred:
        if life.willing(0.3):
            for constituency in ("hr", "centre_management", "related_departments"):
                yield from _seat(life, row["review_id"], constituency, False)
    for row in life.rows("SELECT DISTINCT review_id FROM appeals WHERE stage = 'with_panel'"):
        out = life.one(
            "SELECT count(*) FROM recusals r JOIN committee_members m ON m.id = r.member_id WHERE r.review_id = ? AND m.on_panel = 1",
            row[0],
        )
        there = life.one(
            "SELECT count(*) FROM committee_members WHERE on_panel = 1 AND (term_to IS NULL OR term_to >= ?)",
            life.local.isoformat(),
        )
        if there - out < 3 and life.willing(0.3):
            yield from _seat(life, row["review_id"], "related_departments", True)


def _seat(life: Life, case: int, constituency: str, panel: bool) -> Steps:
    free = life.rows(
        "SELECT number FROM employees WHERE status = 'in_service' AND id NOT IN (SELECT employee_id "
            "FROM committee_members) AND id NOT IN "
        "(SELECT rater_id FROM ratings WHERE review_id = ?) AND id NOT IN (SELECT head_id FROM reviews "
            "WHERE id = ? UNION SELECT employee_id "
        "FROM reviews WHERE id = ?) AND number NOT IN (?, ?) ORDER BY id DESC LIMIT 12",
        case, case, case, life.office("management"), life.office("hr"),
    )  # fmt: skip
    if free:
        who = life.office("management") if panel else life.office("hr")
        yield life.step(who, "seat", life.dice.choice(free)["number"], constituency, panel)


def _planned(life: Life, meeting: Any) -> Steps:
    yield life.step(life.office("secretary"), "assign_all", meeting["id"], meeting["cycle_id"])
    if life.chance(0.1):
        yield life.on(life.dice.choice(_members(life)), "meeting.premark", meeting["id"])
        yield life.on(life.dice.choice(_members(life)), "meeting.declare_conflict", meeting["id"])
        yield life.on(life.dice.choice(_members(life)), "meeting.pull_from_consent", meeting["id"])
    if moment(meeting["scheduled_at"]) <= life.at and life.willing():
        yield life.on(life.office("chair"), "meeting.open", meeting["id"])


def _members(life: Life) -> list[str]:
    day = life.local.isoformat()
    rows = life.rows(
        "SELECT e.number FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE "
            "m.on_panel = 0 AND m.office <> 'secretary' "
        "AND m.term_from <= ? AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status <> 'left' ORDER BY m.id",
        day, day,
    )  # fmt: skip
    return [row["number"] for row in rows]


def _sitting(life: Life, meeting: Any) -> Steps:
    """An open meeting: the consent agenda, then case by case, until nothing is left or the chair adjourns."""
    key = meeting["id"]
    for number in _members(life):
        yield life.step(number, "vote_by_consent", key)
    yield life.step(life.office("chair"), "close_consent", key)
    items = life.rows(
        "SELECT id, review_id FROM agenda_items WHERE meeting_id = ? AND state = 'pending' ORDER BY position", key
    )
    for item in items:
        if life.chance(0.05) and not life.helpful:
            yield life.on(life.dice.choice(_members(life)), "meeting.declare_conflict", key)
        yield from _vote(life, key, item["id"])
    if life.willing() or not items:
        yield life.on(life.office("chair"), "meeting.adjourn", key)


def _vote(life: Life, meeting: int, item: int) -> Steps:
    tie = life.chance(0.06) and not life.helpful
    for index, number in enumerate(_members(life)):
        yield life.step(number, "vote", meeting, item, index % 2 == 0 if tie else life.chance(0.93))
    yield life.step(life.office("chair"), "close_item", meeting, item)
    if life.one("SELECT state FROM agenda_items WHERE id = ?", item) == "pending":
        if life.chance(0.5):
            yield life.step(life.dice.choice(_members(life)), "move", meeting, item)
            for number in _members(life):
                yield life.step(number, "vote", meeting, item, life.chance(0.8))
            yield life.step(life.office("chair"), "close_item", meeting, item)
        yield life.step(life.office("chair"), "close_item", meeting, item)


def results(life: Life) -> Steps:
    """Checked, put on notice, issued."""
    for cycle in _open_cycles(life):
        counts = {
            r["stage"]: r["n"]
            for r in life.rows(
                "SELECT stage, count(*) AS n FROM reviews WHERE cycle_id = ? GROUP BY stage", cycle["id"]
            )
        }
        if counts.get("determined") and life.willing():
            yield life.on(life.hr, "cycle.verify_results", cycle["id"])
        if cycle["kind"] != "rehearsal" and counts.get("checked") and not counts.get("determined") and life.willing():
            yield life.on(life.hr, "cycle.publish_notice", cycle["id"])
        if life.chance(life.temper.correct) and counts.get("on_notice") and not life.helpful:
            yield life.on(life.hr, "cycle.correct_notice", cycle["id"])
        if counts.get("on_notice") and life.willing(0.5):
            yield life.on(life.hr, "cycle.issue", cycle["id"])


# -- appeals, complaints and what stands beside --------------------------------------------------------------------


def appeals(life: Life) -> Steps:
    """Answered, referred, voted on."""
    query = (
        "SELECT a.*, r.superior_id, e.number AS filer FROM appeals a JOIN reviews r ON r.id = "
        "a.review_id JOIN employees e ON e.id = a.filer_id "
    )
    for row in life.rows(query + "WHERE a.stage IN ('with_superior', 'answered', 'with_panel') ORDER BY a.id"):
        if life.chance(0.04) and not life.helpful:
            yield life.on(row["filer"], "appeal.withdraw", row["id"])
        if life.chance(0.1) and row["kind"] == "objection":
            yield life.on(
                life.one("SELECT employee_id FROM reviews WHERE id = ?", row["review_id"]),
                "appeal.make_statement",
                row["id"],
            )
        if row["stage"] == "with_superior" and life.willing(0.5):
            yield life.on(row["superior_id"], "appeal.answer", row["id"])
        if row["stage"] == "answered" and life.willing(0.5):
            yield life.on(row["filer"] if life.chance(0.7) else life.hr, "appeal.refer_to_panel", row["id"])
        if row["stage"] == "with_panel":
            yield from _panel(life, row["id"])


def _panel(life: Life, appeal: int) -> Steps:
    seats = life.rows(
        "SELECT e.number, m.panel_chair FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE m.on_panel = 1 "
        "AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status <> 'left' ORDER BY m.id",
        life.local.isoformat(),
    )
    for seat in seats:
        if life.willing():
            yield life.on(seat["number"], "appeal.cast_ballot", appeal)
    for seat in seats:
        if seat["panel_chair"] and life.willing():
            yield life.on(seat["number"], "appeal.close_ballot", appeal)


def complaints(life: Life) -> Steps:
    """Acknowledged, investigated, voted on."""
    for row in life.rows("SELECT id, stage, to_management FROM complaints WHERE stage <> 'closed' ORDER BY id"):
        key, officers = row["id"], [life.office("officer"), life.office("officer_second")]
        leads = (
            life.office("management")
            if row["to_management"]
            else life.dice.choice((life.office("chair"), life.office("secretary")))
        )
        if not life.willing():
            continue
        if row["stage"] == "received":
            yield life.on(life.dice.choice(officers), "complaint.acknowledge", key)
        elif row["stage"] == "acknowledged":
            yield life.on(leads, "complaint.assign", key)
        elif row["stage"] == "assigned":
            named = life.one(
                "SELECT employee_id FROM complaint_parties WHERE complaint_id = ? AND role = 'officer'", key
            )
            yield life.on(named or life.dice.choice(officers), "complaint.find", key)
            yield life.on(leads, "complaint.assign", key)
        else:
            for number in _members(life):
                yield life.on(number, "complaint.cast_ballot", key)
            yield life.on(leads, "complaint.close", key)
            yield life.on(leads, "complaint.return_finding", key)


def beside(life: Life) -> Steps:
    """Records, adjustments, versions and orders that wait for a second person."""
    for row in life.rows("SELECT id FROM employee_records WHERE stage = 'recorded' ORDER BY id DESC LIMIT 4"):
        if life.willing(0.5):
            yield life.step(life.dice.choice((life.hr, *life.world.centre.heads.values())), "decide_record", row["id"])
    for row in life.rows(
        "SELECT id, stage FROM grade_changes WHERE kind = 'adjustment' AND stage IN ('proposed', 'approved', 'draft') ORDER BY id"
    ):
        if not life.willing(0.3):
            continue
        if row["stage"] == "proposed":
            yield life.on(
                life.office("management"),
                f"grade_change.{life.dice.choice(('approve', 'approve', 'reject'))}",
                row["id"],
            )
        elif row["stage"] == "approved":
            yield life.on(life.hr, "grade_change.issue", row["id"])
    for row in life.rows("SELECT id, stage FROM policy_versions WHERE stage IN ('draft', 'submitted') ORDER BY id"):
        if life.willing(0.3):
            verb = "policy_version.submit" if row["stage"] == "draft" else "policy_version.promulgate"
            yield life.on(life.office("hr") if row["stage"] == "draft" else life.office("hr_second"), verb, row["id"])
    for row in life.rows("SELECT review_id FROM reassessments WHERE case_id IS NULL ORDER BY id"):
        if life.willing(0.3):
            heads = [life.office("office0"), *life.world.centre.heads.values()]
            named = life.dice.sample(heads, 2) if life.chance(0.6) else []
            yield life.step(
                life.hr if life.chance(0.8) else life.office("management"), "reassess", row["review_id"], *named
            )
