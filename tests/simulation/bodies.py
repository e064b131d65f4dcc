"""What waits for bodies and offices: deadlines, results, appeals, complaints, what a second person confirms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.simulation import sittings
from tests.simulation.doors import Step
from tests.simulation.life import Life
from tests.simulation.sittings import moment

Steps = Iterator[Step]
OPEN = ("self_assessment", "rating", "department_review", "committee", "determined", "checked", "on_notice", "appealed")


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
        if cycle["metrics_frozen_at"] is None and not counts.get("self_assessment") and life.chance(0.2):
            yield life.on(life.hr, "cycle.freeze_figures", cycle["id"])
        if life.chance(0.02) and not life.helpful:
            yield life.on(
                life.hr, life.dice.choice(("cycle.extend", "cycle.remind", "cycle.correct_notice")), cycle["id"]
            )
        if cycle["kind"] != "rehearsal" and not any(counts.get(s) for s in OPEN) and life.willing():
            yield life.on(life.hr, "cycle.close", cycle["id"])


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
            yield from sittings.panel(life, row)


def complaints(life: Life) -> Steps:
    """Acknowledged, investigated, voted on, by those who have no stake in it."""
    for row in life.rows("SELECT id, stage, round, to_management FROM complaints WHERE stage <> 'closed' ORDER BY id"):
        if life.willing(0.7):
            yield from _lead(life, row)
            yield from COMPLAINTS[row["stage"]](life, row, _leads(life, row))


def parties(life: Life, complaint: int, *roles: str) -> list[Any]:
    """Who has a part in a complaint."""
    marks = ", ".join(f"'{role}'" for role in roles)
    return life.rows(
        "SELECT e.id, e.number, e.status FROM complaint_parties p JOIN employees e ON e.id = p.employee_id "
        f"WHERE p.complaint_id = ? AND p.role IN ({marks}) ORDER BY p.id",
        complaint,
    )


def _leads(life: Life, complaint: Any) -> str:
    """Who appoints and closes: chair or secretary, or management in the committee's place; whoever has no stake."""
    out = {row["number"] for row in parties(life, complaint["id"], "accused", "barred")}
    names = ("management", "management_second") if complaint["to_management"] else ("chair", "secretary")
    if not complaint["to_management"]:
        able = [n for n in (sittings.chair(life), sittings.secretary(life)) if n not in out]
    else:
        able = [number for number in management(life) if number not in out]
    return life.dice.choice(able or [life.office(name) for name in names])


def management(life: Life) -> list[str]:
    """Everybody in service who holds the office of management."""
    query = (
        "SELECT e.number FROM employees e JOIN ab_user_role ur ON ur.user_id = e.user_id JOIN ab_role r ON r.id = ur.role_id "
        "WHERE r.name = 'management' AND e.status <> 'left' ORDER BY e.id"
    )
    return [row["number"] for row in life.rows(query)]


def _one_more_of_management(life: Life, able: list[str]) -> Steps:
    """One of HR proposes it; the other, or one of management, confirms (6.1-a)."""
    yield life.step(life.hr, "give_office", life.dice.choice(able), "management")
    yield from _confirmed(life)


def _confirmed(life: Life) -> Steps:
    """A second person decides on what waits: whoever neither proposed it nor is concerned."""
    for row in life.rows("SELECT * FROM confirmations WHERE stage = 'proposed' ORDER BY id"):
        out = {
            life.one("SELECT number FROM employees WHERE user_id = ?", row[name])
            for name in ("user_id", "recorded_by_id")
        } | {life.world.number_of(person) for person in json.loads(row["concerned"])}
        offices = (life.office(name) for name in ("hr", "hr_second", *MANAGEMENT))
        if able := [number for number in offices if number not in out]:
            # What results rest on is another of HR's to confirm, and management's where HR has nobody else.
            second = able[0] if row["act"] else life.dice.choice(able)
            yield life.on(second, "confirmation.confirm", row["id"])


def _lead(life: Life, complaint: Any) -> Steps:
    """Where all of management has a part or a stake, somebody without either is given the office by two."""
    out = {row["number"] for row in parties(life, complaint["id"], *ANY_PART)}
    if not complaint["to_management"] or any(number not in out for number in management(life)):
        return
    free = life.rows(
        "SELECT number FROM employees WHERE status <> 'left' AND user_id IS NOT NULL AND queue IS NULL ORDER BY id"
    )
    if able := [row["number"] for row in free if row["number"] not in out]:
        yield from _one_more_of_management(life, able)


ANY_PART = ("accused", "barred", "officer", "voter", "appointed")


def _received(life: Life, complaint: Any, leads: str) -> Steps:
    out = {row["number"] for row in parties(life, complaint["id"], "accused", "barred")}
    able = [n for n in (life.office("officer"), life.office("officer_second")) if n not in out and life.here(n)]
    if able and life.chance(0.8):
        yield life.on(life.dice.choice(able), "complaint.acknowledge", complaint["id"])
    else:
        yield life.on(leads, "complaint.assign", complaint["id"])


def _acknowledged(life: Life, complaint: Any, leads: str) -> Steps:
    yield life.on(leads, "complaint.assign", complaint["id"])


def _assigned(life: Life, complaint: Any, leads: str) -> Steps:
    officer = [row["number"] for row in parties(life, complaint["id"], "officer") if row["status"] != "left"]
    if not officer or life.chance(0.05):
        yield life.on(leads, "complaint.assign", complaint["id"])
        return
    if life.chance(0.1):
        yield life.on(officer[0], life.dice.choice(("complaint.reply", "complaint.name_accused")), complaint["id"])
    if life.one("SELECT 1 FROM complaint_parties WHERE complaint_id = ? AND reason = 'named_alone'", complaint["id"]):
        yield life.on(leads, "complaint.confirm_accused", complaint["id"])
    yield life.on(officer[0], "complaint.find", complaint["id"])


def _found(life: Life, complaint: Any, leads: str) -> Steps:
    """A finding without enough voters waits for management to name them; one voted on is closed or goes back."""
    key = complaint["id"]
    query = "SELECT employee_id, in_favour FROM complaint_ballots WHERE complaint_id = ? AND round = ?"
    cast = {row["employee_id"]: row["in_favour"] for row in life.rows(query, key, complaint["round"])}
    voters = parties(life, key, "voter", "appointed")
    for voter in voters:
        if voter["id"] not in cast and life.willing():
            yield life.on(voter["number"], "complaint.cast_ballot", key)
    if len(voters) < 3:
        yield life.on(leads, "complaint.appoint_voters", key)
    elif len(cast) >= 3:
        adopted = 2 * sum(cast.values()) > len(cast)
        yield life.on(leads, f"complaint.{'close' if adopted else 'return_finding'}", key)


MANAGEMENT = ("management", "management_second")
COMPLAINTS = {"received": _received, "acknowledged": _acknowledged, "assigned": _assigned, "found": _found}


def beside(life: Life) -> Steps:
    """Records, adjustments, corrections, versions and orders that wait for a second person."""
    for row in life.rows("SELECT * FROM employee_records WHERE stage = 'recorded' ORDER BY id"):
        if life.willing(0.3):
            yield from _record(life, row)
    for row in life.rows(
        "SELECT id, kind, stage, effective_on FROM grade_changes WHERE stage IN ('proposed', 'approved', 'draft') ORDER BY id"
    ):
        if row["kind"] in CHANGES and life.willing(0.3):
            yield from _change(life, row)
    if life.willing(0.3):
        yield from _confirmed(life)
    for row in life.rows("SELECT id, stage FROM policy_versions WHERE stage IN ('draft', 'submitted') ORDER BY id"):
        if life.willing(0.3):
            verb = "policy_version.submit" if row["stage"] == "draft" else "policy_version.promulgate"
            yield life.on(life.office("hr") if row["stage"] == "draft" else life.office("hr_second"), verb, row["id"])
    for row in life.rows(ORDERS):
        if life.willing(0.3):
            heads = [
                number for number in (life.office("office0"), *life.world.centre.heads.values()) if life.here(number)
            ]
            named = life.dice.sample(heads, 2) if life.chance(0.6) and len(heads) > 1 else []
            yield from _somebody_to_begin(life, row)
            who = life.dice.choice(management(life) or [life.hr]) if row["to_management"] else life.hr
            yield life.step(who, "reassess", row["review_id"], *named)


def _somebody_to_begin(life: Life, order: Any) -> Steps:
    """Where all of management has a part or a stake, somebody without either is given the office by two."""
    query = (
        "SELECT e.number FROM complaint_parties p JOIN employees e ON e.id = p.employee_id JOIN complaint_cases c "
        "ON c.complaint_id = p.complaint_id WHERE c.review_id = ? AND p.role IN ('accused', 'barred')"
    )
    out = {row["number"] for row in life.rows(query, order["review_id"])}
    if not order["to_management"] or any(number not in out for number in management(life)):
        return
    free = life.rows(
        "SELECT number FROM employees WHERE status <> 'left' AND user_id IS NOT NULL AND queue IS NULL ORDER BY id"
    )
    if able := [row["number"] for row in free if row["number"] not in out]:
        yield from _one_more_of_management(life, able)


ORDERS = (
    "SELECT o.review_id, o.to_management FROM reassessments o JOIN reviews r ON r.id = o.review_id "
    "JOIN employees e ON e.id = r.employee_id WHERE o.case_id IS NULL "
    "AND e.status <> 'left' AND r.stage NOT IN ('left', 'cancelled', 'outside') ORDER BY o.id"
)
CHANGES = {"adjustment": "grade_change", "takeover_correction": "takeover_correction"}


def _record(life: Life, record: Any) -> Steps:
    """HR or a head decides on what somebody else has put on file; whoever did not record it and is not its subject."""
    head = "SELECT e.number FROM departments d JOIN employees e ON e.id = d.head_id JOIN employees s ON s.id = ? WHERE d.id IN "
    heads = life.rows(
        head + "(s.department_id, (SELECT parent_id FROM departments WHERE id = s.department_id))",
        record["employee_id"],
    )
    superior = life.rows(
        "SELECT p.number FROM employees e JOIN employees p ON p.id = e.superior_id WHERE e.id = ?",
        record["employee_id"],
    )
    near = [row["number"] for row in (*heads, *superior)]
    if life.helpful and life.chance(0.3):
        by = life.one("SELECT number FROM employees WHERE user_id = ?", record["recorded_by_id"])
        yield life.step(by or life.hr, "take_record_back", record["id"])
        return
    yield life.step(life.dice.choice([life.hr, *near]), "decide_record", record["id"])


def _change(life: Life, change: Any) -> Steps:
    """Management decides on what HR proposes; what is approved is issued, or taken back where it cannot be."""
    process, key = CHANGES[change["kind"]], change["id"]
    if change["stage"] == "proposed" and life.chance(0.1):
        yield life.on(life.hr, f"{process}.withdraw", key)
    elif change["stage"] == "proposed":
        verb = life.dice.choice(("approve", "approve", "reject"))
        yield life.on(life.office(life.dice.choice(MANAGEMENT)), f"{process}.{verb}", key)
    elif change["stage"] == "draft" or life.chance(0.1) or str(change["effective_on"]) < life.local.isoformat():
        yield life.on(life.hr, f"{process}.withdraw", key)
    else:
        yield life.on(life.hr, f"{process}.issue", key)
