"""Meetings from their plan to their minutes, and the panel: who sits, who is out, who presides; a short bench is made whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.simulation.doors import Step
from tests.simulation.life import Life

Steps = Iterator[Step]
WAITS = ("self_assessment", "rating", "department_review")


def moment(text: str | None) -> datetime:
    """A moment as SQLite holds it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else datetime.max.replace(tzinfo=UTC)


def meetings(life: Life) -> Steps:
    """Meetings planned, moved, cancelled, held and signed."""
    for cycle in life.rows("SELECT * FROM cycles WHERE stage = 'open' ORDER BY id"):
        query = "SELECT count(*) FROM reviews WHERE cycle_id = ? AND stage IN ({})"
        waiting = life.one(query.format("'committee'"), cycle["id"])
        before = life.one(query.format(", ".join(f"'{stage}'" for stage in WAITS)), cycle["id"])
        planned = life.one("SELECT 1 FROM meetings WHERE cycle_id = ? AND stage IN ('planned', 'open')", cycle["id"])
        if waiting and not planned and life.willing() and (not before or life.chance(0.1)):
            yield life.step(secretary(life), "plan_meeting", cycle["id"])
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'planned' ORDER BY id"):
        yield from _planned(life, row)
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'open' ORDER BY id"):
        yield from _sitting(life, row["id"])
    for row in life.rows("SELECT * FROM meetings WHERE stage = 'closed' ORDER BY id"):
        for office, who in (("chair", chair(life)), ("secretary", secretary(life))):
            if row[f"{office}_signed_at"] is None and life.willing():
                yield life.on(who, "meeting.sign_minutes", row["id"])


def secretary(life: Life) -> str:
    """Who is secretary today; HR where nobody is, which then appoints one."""
    return _holder(life, "secretary") or life.office("hr")


def chair(life: Life) -> str:
    """Who presides today; whoever did at first where nobody does, until HR appoints somebody."""
    return _holder(life, "chair") or life.office("chair")


def _holder(life: Life, office: str) -> str:
    day = life.local.isoformat()
    found = life.one(
        "SELECT e.number FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE m.office = ? AND m.on_panel = 0 "
        "AND m.term_from <= ? AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status <> 'left' ORDER BY m.id DESC",
        office, day, day,
    )  # fmt: skip
    return str(found or "")


def members(life: Life) -> list[Any]:
    """Who has a seat on the committee with a vote today: regular members first."""
    day = life.local.isoformat()
    return life.rows(
        "SELECT m.id, m.office, m.constituency, e.id AS employee_id, e.number FROM committee_members m "
        "JOIN employees e ON e.id = m.employee_id WHERE m.on_panel = 0 AND m.office <> 'secretary' AND m.term_from <= ? "
        "AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status = 'in_service' ORDER BY m.office = 'alternate', m.id",
        day, day,
    )  # fmt: skip


def anyone(life: Life) -> str:
    """One of the members."""
    return life.dice.choice([row["number"] for row in members(life)] or [chair(life)])


def _planned(life: Life, meeting: Any) -> Steps:
    key = meeting["id"]
    if life.chance(0.5) or life.helpful:
        yield life.step(secretary(life), "assign_all", key, meeting["cycle_id"])
        # What the secretary may not read, as their own or as tied to it, HR puts there.
        if (life.outcome and life.outcome.end == "hidden") or _of_the_secretary(life, meeting["cycle_id"]):
            yield life.step(life.office("hr"), "assign_all", key, meeting["cycle_id"])
    if life.chance(0.1):
        for action in ("premark", "declare_conflict", "pull_from_consent"):
            yield life.on(anyone(life), f"meeting.{action}", key)
    if life.chance(0.1):
        for who in (secretary(life), life.office("hr")):  # one proposes that a recusal is lifted, another confirms
            yield life.on(who, "meeting.override_recusal", key)
    if life.chance(0.1):
        waiting = life.rows(
            "SELECT id FROM reviews WHERE cycle_id = ? AND stage = 'committee' ORDER BY id", meeting["cycle_id"]
        )
        for row in waiting[:2]:
            yield life.on(secretary(life), "review.assign_to_meeting", row["id"])
    if life.chance(0.06) and not life.helpful:
        action = life.dice.choice(("reschedule", "take_off_agenda", "cancel"))
        yield life.on(secretary(life), f"meeting.{action}", key)
    if moment(meeting["scheduled_at"]) <= life.at and life.willing():
        yield life.on(chair(life), "meeting.open", key)


def _of_the_secretary(life: Life, cycle: int) -> bool:
    """Whether the secretary's own case waits, which somebody else puts on the agenda."""
    query = (
        "SELECT 1 FROM reviews r JOIN employees e ON e.id = r.employee_id WHERE r.cycle_id = ? AND r.stage = 'committee' "
        "AND e.number = ?"
    )
    return bool(life.one(query, cycle, secretary(life)))


def _sitting(life: Life, key: int) -> Steps:
    """An open meeting: the consent agenda, then case by case, until nothing is left or the chair adjourns."""
    pending = "SELECT id, review_id FROM agenda_items WHERE meeting_id = ? AND state = 'pending' AND consent = ? ORDER BY position"
    consent = life.rows(pending, key, 1)
    if consent:
        for number in sorted({n for item in consent for n in _voters(life, key, item)}):
            yield life.step(number, "vote_by_consent", key)
        yield life.step(chair(life), "close_consent", key)
    for item in life.rows(pending, key, 0):
        if life.chance(0.05) and not life.helpful:
            yield life.on(anyone(life), "meeting.declare_conflict", key)
        yield from _vote(life, key, item)
    if life.willing() or not life.rows("SELECT 1 FROM agenda_items WHERE meeting_id = ? AND state = 'pending'", key):
        yield life.on(chair(life), "meeting.adjourn", key)


def _bench(life: Life, meeting: int, review: int) -> list[str]:
    """Who came and is not out of this case, as the minutes and the recusals say: regular members first."""
    rows = life.rows(
        "SELECT e.number FROM attendance a JOIN committee_members m ON m.id = a.member_id JOIN employees e ON e.id = a.employee_id "
        "WHERE a.meeting_id = ? AND a.present = 1 AND e.status = 'in_service' AND a.employee_id NOT IN "
        "(SELECT employee_id FROM recusals WHERE review_id = ? AND overridden_at IS NULL) ORDER BY m.office = 'alternate', m.id",
        meeting, review,
    )  # fmt: skip
    return [row["number"] for row in rows]


def _voters(life: Life, meeting: int, item: Any) -> list[str]:
    """Who of the bench has not voted on the open motion of a case."""
    voted = life.rows(
        "SELECT e.number FROM ballots b JOIN motions t ON t.id = b.motion_id JOIN employees e ON e.id = b.employee_id "
        "WHERE t.item_id = ? AND t.state = 'open'",
        item["id"],
    )
    done = {row["number"] for row in voted}
    return [number for number in _bench(life, meeting, item["review_id"]) if number not in done]


def _vote(life: Life, meeting: int, item: Any) -> Steps:
    tie = life.chance(0.06) and not life.helpful
    for index, number in enumerate(_voters(life, meeting, item)):
        yield life.step(number, "vote", meeting, item["id"], index % 2 == 0 if tie else life.chance(0.93))
    yield from _close(life, meeting, item)
    if life.one("SELECT 1 FROM motions WHERE item_id = ? AND state = 'open'", item["id"]):
        return  # too few have voted
    if _state(life, item) == "pending" and life.chance(0.5):
        yield life.step(life.dice.choice(_bench(life, meeting, item["review_id"]) or [""]), "move", meeting, item["id"])
        for number in _voters(life, meeting, item):
            yield life.step(number, "vote", meeting, item["id"], life.chance(0.8))
        yield from _close(life, meeting, item)
    if _state(life, item) == "pending":
        yield from _close(life, meeting, item)


def _close(life: Life, meeting: int, item: Any) -> Steps:
    """The chair closes the ballot; while the chair is out of the case, the first regular member who sits on it."""
    first, bench = chair(life), _bench(life, meeting, item["review_id"])
    yield life.step(first if first in bench or not bench else bench[0], "close_item", meeting, item["id"])


def _state(life: Life, item: Any) -> str:
    return str(life.one("SELECT state FROM agenda_items WHERE id = ?", item["id"]))


# -- a short bench -------------------------------------------------------------------------------------------------


def short_benches(life: Life) -> Steps:
    """Where a case was deferred for want of voters, or a panel is short, somebody without a part in it gets a seat."""
    for office in ("secretary", "chair"):
        if not _holder(life, office) and life.willing(0.5):
            free = life.rows(
                "SELECT number FROM employees WHERE status = 'in_service' AND user_id IS NOT NULL AND id NOT IN "
                "(SELECT employee_id FROM committee_members)"
            )
            if free:
                yield life.step(life.office("hr"), "seat", life.dice.choice(free)["number"], "hr", False, office)
    deferred = life.rows(
        "SELECT i.review_id FROM agenda_items i JOIN reviews r ON r.id = i.review_id "
        "WHERE r.stage = 'committee' AND i.state = 'deferred' GROUP BY i.review_id"
    )
    for row in deferred:
        if life.willing(0.3):
            yield from _short(life, row["review_id"])
    for row in life.rows("SELECT id, review_id FROM appeals WHERE stage = 'with_panel' GROUP BY review_id ORDER BY id"):
        if len(panel_of(life, row["review_id"])) < 3 and life.willing(0.3):
            yield life.on(life.office("management"), "appeal.appoint_to_panel", row["id"])


def _short(life: Life, review: int) -> Steps:
    query = "SELECT employee_id FROM recusals WHERE review_id = ? AND overridden_at IS NULL"
    out = {row["employee_id"] for row in life.rows(query, review)}
    for constituency in ("hr", "centre_management", "related_departments"):
        seats = [row for row in members(life) if row["constituency"] == constituency]
        regular = [row for row in seats if row["office"] != "alternate"]
        if not regular:  # an alternate sits in the place of somebody, and here is no place
            yield from _seat(life, review, constituency, "member")
        elif len([row for row in seats if row["employee_id"] not in out]) < len(regular):
            yield from _seat(life, review, constituency, "alternate")


def _seat(life: Life, case: int, constituency: str, office: str) -> Steps:
    rows = life.rows(
        "SELECT number FROM employees WHERE status = 'in_service' AND user_id IS NOT NULL AND id NOT IN (SELECT employee_id "
        "FROM committee_members) AND id NOT IN (SELECT rater_id FROM ratings WHERE review_id = ?) AND id NOT IN "
        "(SELECT head_id FROM reviews WHERE id = ? AND head_id IS NOT NULL UNION SELECT employee_id FROM reviews WHERE id = ?) "
        "ORDER BY id DESC LIMIT 14",
        case, case, case,
    )  # fmt: skip
    able, busy = [row["number"] for row in rows], (life.office("management"), life.office("hr"))
    # In a small centre nobody else may be left.
    if free := [number for number in able if number not in busy] or able:
        yield life.step(life.office("hr"), "seat", life.dice.choice(free), constituency, False, office)


# -- the panel -----------------------------------------------------------------------------------------------------


def panel_of(life: Life, review: int) -> list[Any]:
    """Who sits on the panel for a case: those with a seat today who are not out of it."""
    day = life.local.isoformat()
    return life.rows(
        "SELECT e.id, e.number, m.panel_chair FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE m.on_panel = 1 "
        "AND m.term_from <= ? AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status <> 'left' AND e.id NOT IN "
        "(SELECT employee_id FROM recusals WHERE review_id = ? AND overridden_at IS NULL) ORDER BY m.panel_chair DESC, m.id",
        day, day, review,
    )  # fmt: skip


def panel(life: Life, appeal: Any) -> Steps:
    """Each votes once in a round; the panel's chair closes, or whoever presides in their place."""
    seats = panel_of(life, appeal["review_id"])
    voted = {
        row["employee_id"]
        for row in life.rows(
            "SELECT employee_id FROM panel_ballots WHERE appeal_id = ? AND round = ?", appeal["id"], appeal["round"]
        )
    }
    for seat in seats:
        if seat["id"] not in voted and life.willing():
            yield life.on(seat["number"], "appeal.cast_ballot", appeal["id"])
    if life.chance(0.02) and seats and not life.helpful:
        yield life.on(life.dice.choice(seats)["number"], "appeal.declare_conflict", appeal["id"])
    if seats and len(voted) >= 3 and life.willing():
        yield life.on(seats[0]["number"], "appeal.close_ballot", appeal["id"])
