"""The grade file against the documents: each interval ordered by an act, each act by as many people as the policy asks for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.simulation.doors import Broken, World

FILE = "the grade file is the fold of the documents"
ASKED = "nobody's grade changes by fewer people than the policy asks for"
LAWFUL = "each issued result was lawfully determined, checked, put on notice and printed"
WORSE = "an appellant never ends worse"


class Changes:
    """Looks at the file as soon as something in it has moved, and once at each change that was issued."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = int(
            world.ground.one(
                "SELECT coalesce(max(id), 0) FROM grade_changes WHERE stage = 'issued' OR kind = 'takeover'"
            )
            or 0
        )
        self.issued = {
            row["id"]
            for row in world.ground.all("SELECT id FROM grade_changes WHERE stage = 'issued' OR kind = 'takeover'")
        }
        self.state: tuple[Any, ...] = ()

    def look(self) -> None:
        """Hold the file against the changes where either has moved."""
        one = self.world.ground.rows.execute(
            "SELECT (SELECT count(*) FROM grade_intervals), (SELECT count(valid_to) FROM grade_intervals), "
            "(SELECT count(*) FROM grade_changes WHERE stage IN ('issued', 'approved')), (SELECT total(grade_id) FROM grade_intervals)"
        ).fetchone()
        if tuple(one) == self.state:
            return
        self.state = tuple(one)
        file_is_the_fold(self.world)
        for row in self.world.ground.all("SELECT * FROM grade_changes WHERE stage = 'issued' ORDER BY id"):
            if row["id"] not in self.issued:
                self.issued.add(row["id"])
                was_asked_for(self.world, row)


def file_is_the_fold(world: World) -> None:
    """Everyone's intervals are what the changes that count order, without gap or overlap."""
    changes = world.ground.all(
        "SELECT c.*, e.number FROM grade_changes c JOIN employees e ON e.id = c.employee_id WHERE "
        "(c.stage = 'issued' OR (c.kind = 'takeover' "
        "AND c.stage = 'approved')) AND c.kind <> 'unchanged' ORDER BY c.employee_id, c.kind NOT IN ('takeover', 'takeover_correction'), "
        "CASE WHEN c.kind IN ('takeover', 'takeover_correction') THEN c.id END, c.effective_on, c.id"
    )
    held: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    numbers = {row["employee_id"]: row["number"] for row in changes}
    for row in changes:
        mine = held[row["employee_id"]]
        before = mine[-1][0] if mine else None
        if row["from_grade_id"] != before:
            raise Broken(
                FILE,
                f"a document moves {row['number']} from grade {row['from_grade_id']}, but the file has "
                f"{before} before {row['effective_on']}",
            )
        if row["reverses_id"] is not None and row["from_grade_id"] == row["to_grade_id"]:
            continue
        if row["kind"] == "takeover_correction":
            mine.clear()
        elif mine and row["reverses_id"] is not None and mine[-1][1] == row["effective_on"]:
            mine.pop()  # it never took effect; the entry before it ended by the document that is taken back
        elif mine:
            mine[-1] = (*mine[-1][:2], row["effective_on"], mine[-1][3], row["id"])
        mine.append((row["to_grade_id"], row["effective_on"], None, row["id"], None))
    for row in world.ground.all("SELECT * FROM grade_intervals ORDER BY employee_id, valid_from"):
        ordered = held.get(row["employee_id"], [])
        stands = (row["grade_id"], row["valid_from"], row["valid_to"], row["started_by_id"], row["ended_by_id"])
        if not ordered or ordered.pop(0) != stands:
            number = numbers.get(row["employee_id"], row["employee_id"])
            raise Broken(FILE, f"the file of {number} has an interval {stands} that no document orders so")
    if rest := {numbers[key]: rows for key, rows in held.items() if rows}:
        raise Broken(FILE, f"documents order what no file has: {rest}")


def was_asked_for(world: World, change: Any) -> None:
    """A change that has just been issued: who decided it, and whether that suffices."""
    if change["document_id"] is None:
        raise Broken(FILE, f"change {change['id']} is issued without a document")
    if change["kind"] in ("adjustment", "takeover_correction", "withdrawal", "correction"):
        _two_people(world, change)
    elif change["review_id"] is None:
        raise Broken(ASKED, f"change {change['id']} of kind {change['kind']} rests on no case")
    else:
        _determined(world, change)


def _two_people(world: World, change: Any) -> None:
    if change["proposed_by_id"] is None or change["decided_by_id"] in (None, change["proposed_by_id"]):
        raise Broken(ASKED, f"{change['kind']} {change['id']} was proposed and decided by one account")
    subject = world.ground.one("SELECT user_id FROM employees WHERE id = ?", change["employee_id"])
    if subject is not None and change["decided_by_id"] == subject:
        raise Broken(ASKED, f"{change['kind']} {change['id']} was approved by the one concerned")


def _determined(world: World, change: Any) -> None:
    review = world.ground.all(
        "SELECT r.*, e.number FROM reviews r JOIN employees e ON e.id = r.employee_id WHERE r.id = ?",
        change["review_id"],
    )[0]
    found = world.ground.all("SELECT * FROM determinations WHERE review_id = ? ORDER BY seq DESC LIMIT 1", review["id"])
    who = f"case {review['id']} of {review['number']}"
    if not found or found[0]["grade_id"] != change["to_grade_id"]:
        raise Broken(
            LAWFUL,
            f"{who} was issued with grade {change['to_grade_id']}, determined was {found[0]['grade_id'] if found else 'nothing'}",
        )
    last = found[0]
    if last["body"] == "committee":
        _by_committee(world, review, last, who)
        if last["checked_at"] is None:
            raise Broken(LAWFUL, f"{who} was issued unchecked")
    else:
        _by_panel(world, review, last, who)
    _on_notice(world, review, change, who)
    _not_worse(world, review, change, who)


def _by_committee(world: World, review: Any, last: Any, who: str) -> None:
    motion = world.ground.all("SELECT * FROM motions WHERE id = ?", last["motion_id"])
    if not motion:
        raise Broken(LAWFUL, f"{who} was determined without a motion")
    voters = world.ground.all(
        "SELECT b.in_favour, b.employee_id, r.overridden_at, r.id AS recusal FROM ballots b "
        "LEFT JOIN recusals r ON r.employee_id = b.employee_id AND r.review_id = ? WHERE b.motion_id = ?",
        review["id"], motion[0]["id"],
    )  # fmt: skip
    counted = [row for row in voters if row["recusal"] is None or row["overridden_at"] is not None]
    in_favour = sum(1 for row in counted if row["in_favour"])
    if len({row["employee_id"] for row in counted}) < 3:
        raise Broken(ASKED, f"{who} was determined by {len(counted)} ballots")
    carried = motion[0]["grade_id"] == last["grade_id"] and 2 * in_favour > len(counted)
    stays = last["grade_id"] == review["present_grade_id"] and not 2 * in_favour > len(counted)
    if not carried and not stays:
        raise Broken(
            LAWFUL,
            f"{who}: {in_favour} of {len(counted)} for the grade {motion[0]['grade_id']}, determined {last['grade_id']}",
        )
    _without_another_part(world, review, {row["employee_id"] for row in counted}, who, "the committee")


def _by_panel(world: World, review: Any, last: Any, who: str) -> None:
    voters = world.ground.all(
        "SELECT b.employee_id, b.result, b.grade_id FROM panel_ballots b "
        "JOIN appeals a ON a.id = b.appeal_id WHERE b.appeal_id = ? AND b.round = a.round",
        last["appeal_id"],
    )
    people = {row["employee_id"] for row in voters}
    if len(people) < 3:
        raise Broken(ASKED, f"{who} was determined by {len(people)} members of the panel")
    if not any(row["grade_id"] == last["grade_id"] for row in voters):
        raise Broken(LAWFUL, f"{who}: nobody of the panel voted for the grade {last['grade_id']}")
    _without_another_part(world, review, people, who, "the panel")


def _without_another_part(world: World, review: Any, people: set[int], who: str, body: str) -> None:
    """3.3-d: nobody who voted is the subject, has rated, evaluated, proposed, or voted in the other body."""
    raters = {
        row["rater_id"]
        for row in world.ground.all(
            "SELECT rater_id FROM ratings WHERE review_id = ? AND signed_at IS NOT NULL", review["id"]
        )
    }
    heads = {
        row["head_id"] for row in world.ground.all("SELECT head_id FROM proposals WHERE review_id = ?", review["id"])
    }
    other = (
        "SELECT b.employee_id FROM panel_ballots b JOIN appeals a ON a.id = b.appeal_id WHERE a.review_id = ?"
        if body == "the committee"
        else "SELECT b.employee_id FROM ballots b JOIN motions t ON t.id = b.motion_id JOIN agenda_items i ON i.id = t.item_id "
        "WHERE i.review_id = ?"
    )
    elsewhere = {row["employee_id"] for row in world.ground.all(other, review["id"])}
    for part, those in (
        ("is the subject", {review["employee_id"]}),
        ("has rated it", raters),
        ("has proposed it", heads),
        ("has voted in the other body", elsewhere),
    ):
        if both := people & those:
            raise Broken(LAWFUL, f"{who}: {world.number_of(min(both))} voted in {body} and {part}")


def _on_notice(world: World, review: Any, change: Any, who: str) -> None:
    rows = world.ground.all(
        "SELECT n.*, r.to_grade, r.from_grade, r.superseded FROM notice_rows r JOIN notices n ON n.id "
        "= r.notice_id WHERE r.review_id = ? ORDER BY r.id",
        review["id"],
    )
    codes = {row["id"]: row["code"] for row in world.ground.all("SELECT id, code FROM grades")}
    if not rows:
        raise Broken(LAWFUL, f"{who} was issued without a notice")
    last = rows[-1]
    printed = (last["from_grade"], last["to_grade"])
    ordered = (codes.get(change["from_grade_id"]), codes[change["to_grade_id"]])
    if printed != ordered:
        raise Broken(LAWFUL, f"{who} was printed as {printed} and issued as {ordered}")
    determined = world.ground.one("SELECT max(determined_at) FROM determinations WHERE review_id = ?", review["id"])
    if last["published_at"] is None or determined > last["published_at"]:
        raise Broken(LAWFUL, f"{who} was determined at {determined} and issued on the notice of {last['published_at']}")
    issued = world.ground.one("SELECT issued_at FROM issued_documents WHERE id = ?", change["document_id"])
    if last["ends_at"] is None or issued < last["ends_at"]:
        raise Broken(LAWFUL, f"{who} was issued at {issued}, its notice runs until {last['ends_at']}")


def _not_worse(world: World, review: Any, change: Any, who: str) -> None:
    appeals = world.ground.all(
        "SELECT a.*, r.to_grade FROM appeals a JOIN notice_rows r ON r.id = a.notice_row_id WHERE a.review_id = ? ORDER BY a.id",
        review["id"],
    )
    if any(row["kind"] == "objection" for row in appeals) or review["reassesses_id"] is not None:
        return
    if world.ground.one("SELECT 1 FROM reassessments WHERE case_id = ?", review["id"]):
        return
    order = {row["code"]: row["rank"] for row in world.ground.all("SELECT code, rank FROM grades")}
    now = world.ground.one("SELECT rank FROM grades WHERE id = ?", change["to_grade_id"])
    for row in appeals:
        if order[row["to_grade"]] > now and row["stage"] == "decided":
            raise Broken(WORSE, f"{who} appealed against {row['to_grade']} and was issued a lower grade")
