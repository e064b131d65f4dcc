"""Cases, notices, seats: who has a case, how long a notice runs, whether what belongs together agrees."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.simulation.doors import Broken, World

CASES = "everyone in service has one case, or an outcome with its reason"
NOTICE = "a notice runs for its full working days"
STATES = "what belongs together agrees"
LEFT = "who has left has no open case and no account"


class Notices:
    """Looks once at each notice, when it has begun: its end is counted from the calendar as it stands then."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: set[int] = set()

    def look(self) -> bool:
        """Count the end of each notice that has begun since the last look; whether one has."""
        rows = self.world.ground.all(
            "SELECT n.*, c.kind AS cycle_kind FROM notices n JOIN cycles c ON c.id = n.cycle_id WHERE "
            "n.published_at IS NOT NULL ORDER BY n.id DESC LIMIT 6"
        )
        begun = [row for row in rows if row["id"] not in self.seen]
        self.seen |= {row["id"] for row in begun}
        for row in begun:
            if row["cycle_kind"] == "rehearsal":
                raise Broken(NOTICE, f"notice {row['number']} belongs to a rehearsal")
            expected = notice_end(self.world, row["published_at"], row["days"])
            if str(row["ends_at"])[:19] != expected:
                raise Broken(
                    NOTICE,
                    f"notice {row['number']} published {row['published_at']} for {row['days']} days ends "
                    f"{row['ends_at']}, not {expected}",
                )
        return bool(begun)


def notice_end(world: World, published: str, days: int) -> str:
    """Midnight after so many full working days that follow the day of publication, counted here."""
    zone = world.ground.settings.portal_tz
    other = {
        date.fromisoformat(str(row["day"])[:10]): bool(row["working"])
        for row in world.ground.all("SELECT day, working FROM calendar_days")
    }
    day = datetime.fromisoformat(published).replace(tzinfo=UTC).astimezone(zone).date()
    while days:
        day += timedelta(days=1)
        days -= other.get(day, day.weekday() < 5)
    end = datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
    return end.replace(tzinfo=None).isoformat(sep=" ")


def everybody_has_a_case(world: World) -> None:
    """The cycle that has just been opened holds everyone in service of the centre, once; who is not graded has a reason."""
    cycle = world.ground.all(
        "SELECT * FROM cycles WHERE kind IN ('regular', 'rehearsal') ORDER BY opened_at DESC LIMIT 1"
    )[0]
    tree = {row["id"]: (row["parent_id"], row["in_centre"]) for row in world.ground.all("SELECT * FROM departments")}
    today = world.today.isoformat()
    here = {
        row["id"]
        for row in world.ground.all(
            "SELECT * FROM employees WHERE hired_on <= ? AND (left_on IS NULL OR left_on > ?)", today, today
        )
        if _in_centre(row["department_id"], tree)
    }
    rows = world.ground.all("SELECT * FROM reviews WHERE cycle_id = ?", cycle["id"])
    have = [row["employee_id"] for row in rows]
    if cycle["kind"] == "regular" and (set(have) != here or len(have) != len(set(have))):
        odd = sorted(world.number_of(key) for key in set(have) ^ here)
        raise Broken(
            CASES, f"cycle {cycle['year']}: {odd} are in service without a case, or have one without being there"
        )
    for row in rows:
        if row["stage"] in ("unchanged", "outside") and not row["outcome_reason"]:
            raise Broken(
                CASES, f"the case of {world.number_of(row['employee_id'])} ended {row['stage']} without a reason"
            )


def _in_centre(key: int | None, tree: dict[int, Any]) -> bool:
    while key is not None:
        parent, marked = tree[key]
        if marked:
            return True
        key = parent
    return False


ODD = {
    "an appealed case has an appeal that is open": (
        "SELECT r.id FROM reviews r WHERE r.stage = 'appealed' AND NOT EXISTS "
        "(SELECT 1 FROM appeals a WHERE a.review_id = r.id AND a.stage IN ('with_superior', 'answered', 'with_panel'))"
    ),
    "an open appeal belongs to an appealed case, or to one that its person left (1.2-d)": (
        "SELECT a.id FROM appeals a JOIN reviews r ON r.id = a.review_id WHERE a.stage IN ('with_superior', "
            "'answered', 'with_panel') AND r.stage NOT IN ('appealed', 'left')"
    ),
    "a case on notice stands on a row that holds": (
        "SELECT r.id FROM reviews r WHERE r.stage IN ('on_notice', 'appealed') AND NOT EXISTS "
        "(SELECT 1 FROM notice_rows n WHERE n.review_id = r.id AND n.superseded = 0)"
    ),
    "what is past the committee has a determined grade": (
        "SELECT id FROM reviews WHERE stage IN ('determined', 'checked', 'on_notice', 'appealed', 'issued') AND determined_grade_id IS NULL"
    ),
    "an issued case has its change": (
        "SELECT r.id FROM reviews r WHERE r.stage = 'issued' AND NOT EXISTS (SELECT 1 FROM grade_changes "
            "c WHERE c.review_id = r.id AND c.stage = 'issued')"
    ),
    "nothing of a rehearsal is issued or put on notice": (
        "SELECT r.id FROM reviews r JOIN cycles c ON c.id = r.cycle_id WHERE c.kind = 'rehearsal' AND "
            "r.stage IN ('on_notice', 'appealed', 'issued')"
    ),
    "a pending item of a meeting to come waits before the committee": (
        "SELECT i.id FROM agenda_items i JOIN meetings m ON m.id = i.meeting_id JOIN reviews r ON r.id = i.review_id "
        "WHERE i.state = 'pending' AND m.stage IN ('planned', 'open') AND r.stage <> 'committee' AND r.stage NOT IN ('left', 'cancelled')"
    ),
    "nobody has two open cases": (
        "SELECT r.employee_id FROM reviews r JOIN cycles c ON c.id = r.cycle_id WHERE c.kind <> "
            "'rehearsal' AND c.stage = 'open' AND r.stage NOT IN "
        "('issued', 'unchanged', 'outside', 'left', 'cancelled') GROUP BY r.employee_id HAVING count(*) > 1"
    ),
    "one regular cycle a year": (
        "SELECT year FROM cycles WHERE kind = 'regular' AND stage <> 'cancelled' GROUP BY year HAVING count(*) > 1"
    ),
    "documents are numbered without a gap": (
        "SELECT year FROM issued_documents GROUP BY year HAVING count(*) <> max(serial) OR min(serial) <> 1"
    ),
    "no score is made before the figures are frozen": (
        "SELECT r.id FROM reviews r JOIN review_scores s ON s.review_id = r.id JOIN cycles c ON c.id = r.cycle_id "
        "WHERE c.kind = 'regular' AND (c.metrics_frozen_at IS NULL OR s.computed_at < c.metrics_frozen_at)"
    ),
    "the present grade of a case is the file's of the opening day": (
        "SELECT r.id FROM reviews r JOIN cycles c ON c.id = r.cycle_id LEFT JOIN grade_intervals g ON g.employee_id = r.employee_id "
        "AND g.valid_from <= date(c.opened_at, '+8 hours') AND (g.valid_to IS NULL OR g.valid_to > date(c.opened_at, '+8 hours')) "
        "WHERE r.reassesses_id IS NULL AND c.opened_at IS NOT NULL AND r.present_grade_id IS NOT g.grade_id "
        "AND NOT EXISTS (SELECT 1 FROM grade_changes a WHERE a.employee_id = r.employee_id AND ((a.kind "
            "IN ('adjustment', 'takeover') AND a.effective_on > date(c.opened_at, '-400 days')) "
        "OR (a.kind = 'takeover_correction' AND a.decided_at > c.opened_at) "
        "OR (a.stage = 'issued' AND a.effective_on > date(c.opened_at, '+8 hours'))))"
    ),
}  # fmt: skip


def stages_agree(world: World) -> None:
    """States that contradict each other."""
    for law, query in ODD.items():
        if odd := world.ground.all(query):
            raise Broken(STATES, f"{law}: it does not for {[row[0] for row in odd[:5]]}")


def seats_are_single(world: World) -> None:
    """One seat a person and one chair at a time."""
    today = world.today.isoformat()
    rows = world.ground.all(
        "SELECT * FROM committee_members WHERE term_from <= ? AND (term_to IS NULL OR term_to >= ?)", today, today
    )
    people = [row["employee_id"] for row in rows]
    if len(people) != len(set(people)):
        raise Broken(STATES, f"somebody holds two seats on {today}")
    if sum(1 for row in rows if row["office"] == "chair" and not row["on_panel"]) > 1:
        raise Broken(STATES, f"two chairs on {today}")


def leavers_are_gone(world: World) -> None:
    """Whoever has left."""
    cases = world.ground.all(
        "SELECT e.number, r.stage FROM employees e JOIN reviews r ON r.employee_id = e.id JOIN cycles "
        "c ON c.id = r.cycle_id WHERE e.status = 'left' "
        "AND c.stage = 'open' AND r.stage IN ('self_assessment', 'rating', 'department_review', 'committee')"
    )
    if cases:
        raise Broken(LEFT, f"{cases[0]['number']} has left, and has a case at {cases[0]['stage']}")
    accounts = world.ground.all(
        "SELECT e.number FROM employees e JOIN ab_user u ON u.id = e.user_id WHERE e.status = 'left' AND u.active = 1"
    )
    if accounts:
        raise Broken(LEFT, f"{accounts[0]['number']} has left and can still sign in")


ENDED = "from every state there is a lawful way to an end, and what is begun ends"
OPEN = {
    "meetings": "SELECT id, number, stage FROM meetings WHERE stage IN ('planned', 'open', 'closed')",
    "appeals": "SELECT id, number, stage FROM appeals WHERE stage IN ('with_superior', 'answered', 'with_panel')",
    "complaints": "SELECT id, number, stage FROM complaints WHERE stage <> 'closed'",
    "orders to assess again": (
        "SELECT o.id, o.review_id, r.stage FROM reassessments o JOIN reviews r ON r.id = o.review_id "
        "JOIN employees e ON e.id = r.employee_id WHERE o.case_id IS NULL "
    "AND e.status <> 'left' AND r.stage NOT IN ('left', 'cancelled', 'outside')"
    ),
    "changes of grades": (
        "SELECT id, kind, stage FROM grade_changes WHERE stage IN ('draft', 'proposed') OR (stage = 'approved' AND kind <> 'takeover')"
    ),
    "records": "SELECT id, kind, stage FROM employee_records WHERE stage = 'recorded'",
}  # fmt: skip


def open_matters(world: World) -> dict[str, list[Any]]:
    """What beside the cases waits for somebody, by its kind."""
    return {name: rows for name, query in OPEN.items() if (rows := world.ground.all(query))}


def everything_has_ended(world: World, cases: list[Any]) -> None:
    """After everybody has had months to do what is theirs, nothing waits."""
    if cases:
        first = cases[0]
        words = f"{len(cases)} cases are open, the first of {first['number']} at {first['stage']} (case {first['id']})"
        raise Broken(ENDED, words)
    for name, rows in open_matters(world).items():
        raise Broken(ENDED, f"{len(rows)} {name} are open, the first is {tuple(rows[0])}")
