"""What the records say of themselves: scores come out the same, messages went to whom they concern, the trail holds."""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from random import Random
from typing import Any

from sqlalchemy import select

from admin.access.actor import acting_as
from admin.models import Review, db
from admin.models.event_form import event_key
from admin.operations.system.audit import seal
from admin.queries.cases.replay import replays
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.audit_rows import departures
from admin.queries.system.audit_sign_ins import sign_ins_of
from tests.simulation import oracle
from tests.simulation.doors import Broken, World

SCORES = "scores come out the same from the frozen figures"
TOLD = "nobody is told what is not theirs to know"
TRAIL = "the trail holds, and the rows are as it says"


def scores_come_out_the_same(world: World) -> None:
    """Every stored score, recomputed."""
    with world.ground.inside() as session, acting_as(world.ground.system):
        cases = list(session.scalars(select(Review).where(Review.score.is_not(None))))
        wrong = [key for key, same in replays(session, cases, world.today).items() if not same]
    if wrong:
        raise Broken(SCORES, f"the scores of cases {wrong[:5]} come out differently")


class Scores:
    """Looks at each score when it has been made: the rows that it was made from may be others a day later."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: set[tuple[int, str]] = set()

    def look(self) -> None:
        """Reckon every score that was made since the last look once more (`oracle`)."""
        rows = self.world.ground.all(
            "SELECT r.*, s.computed_at, s.total FROM reviews r JOIN review_scores s ON s.review_id = r.id WHERE s.computed_at = "
            "(SELECT max(computed_at) FROM review_scores) AND r.reassesses_id IS NULL AND (r.score IS NOT NULL OR s.total IS NULL)"
        )
        for row in rows:
            if (row["id"], row["computed_at"]) in self.seen:
                continue
            self.seen.add((row["id"], row["computed_at"]))
            expected, stored = oracle.score_of(self.world, row), row["score"]
            same = (
                stored is None
                if expected is None
                else stored is not None and abs(expected - Fraction(str(stored))) <= oracle.APART
            )
            if not same:
                number = self.world.number_of(row["employee_id"])
                raise Broken(
                    SCORES,
                    f"case {row['id']} of {number} has {stored}, by hand it is {expected and round(float(expected), 3)}",
                )


OFFICES = ("hr", "management", "auditor", "complaint_officer", "admin")


def messages_reach_whom_they_concern(world: World) -> None:
    """A message about a case goes to somebody with a part in it, or with an office."""
    seated = {row["employee_id"] for row in world.ground.all("SELECT employee_id FROM committee_members")}
    roles: dict[int, set[str]] = defaultdict(set)
    for row in world.ground.all("SELECT ur.user_id, r.name FROM ab_user_role ur JOIN ab_role r ON r.id = ur.role_id"):
        roles[row["user_id"]].add(row["name"])
    # Who leaves loses an office, and was told while they held it.
    held = set(world.centre.offices.values())
    given = {row["user_id"] for row in world.ground.all("SELECT user_id FROM confirmations WHERE stage = 'confirmed'")}
    parts = _parts(world)
    rows = world.ground.all(
        "SELECT n.*, e.id AS employee_id, e.number FROM notifications n JOIN employees e ON e.user_id "
        "= n.user_id WHERE n.process = 'review'"
    )
    for row in rows:
        if (
            roles[row["user_id"]] & set(OFFICES)
            or row["number"] in held
            or row["user_id"] in given
            or row["employee_id"] in seated
            or row["employee_id"] in parts[row["record_id"]]
        ):
            continue
        raise Broken(
            TOLD, f"{row['number']} was told '{row['action']}' of case {row['record_id']} and has no part in it"
        )


class Messages:
    """Looks at each message about a complaint when it has been written: whoever is out by then was not to be told (6.3.1)."""

    def __init__(self, world: World) -> None:
        self.world, self.seen = world, 0

    def look(self) -> None:
        """The messages since the last look."""
        rows = self.world.ground.all(
            "SELECT n.id, n.record_id, n.action, e.number, p.role FROM notifications n JOIN employees e ON e.user_id = n.user_id "
            "LEFT JOIN complaint_parties p ON p.complaint_id = n.record_id AND p.employee_id = e.id AND p.role IN ('accused', 'barred') "
            "WHERE n.process = 'complaint' AND n.id > ? ORDER BY n.id",
            self.seen,
        )
        for row in rows:
            self.seen = row["id"]
            if row["role"] is not None:
                raise Broken(
                    TOLD,
                    f"{row['number']} is {row['role']} in complaint {row['record_id']} and was told '{row['action']}' of it",
                )


def _parts(world: World) -> dict[int, set[int]]:
    """Who has, or had, a part in a case."""
    found: dict[int, set[int]] = defaultdict(set)
    for query in (
        "SELECT id, employee_id FROM reviews", "SELECT id, superior_id FROM reviews", "SELECT id, head_id FROM reviews",
        "SELECT review_id, rater_id FROM ratings", "SELECT review_id, head_id FROM proposals", "SELECT review_id, filer_id FROM appeals",
    ):  # fmt: skip
        for case, person in world.ground.all(query):
            found[case].add(person)
    for row in world.ground.all(
        "SELECT record_id, changes FROM audit_events WHERE record_type = 'reviews' AND act = 'update'"
    ):
        for name, values in _changes(row["changes"]).items():
            if name in ("superior_id", "head_id"):
                found[row["record_id"]] |= {value for value in values if isinstance(value, int)}
    return found


def _changes(text: Any) -> dict[str, list[Any]]:
    found = json.loads(text) if isinstance(text, str) else text
    return {name: values for name, values in (found or {}).items() if isinstance(values, list)}


def the_trail_holds(world: World) -> None:
    """Sealed, verified, and each row held against it."""
    with world.ground.inside() as session:
        while seal(actor=world.ground.system, now=world.ground.now):
            pass
        key = event_key(world.ground.settings.var_dir / "keys")
        verdict = verify(chained_events(session), (), key, sign_ins_of(session, key, with_demo=False))
        with acting_as(world.ground.system):
            faults = [*verdict.faults, *departures(db.session())]
        session.rollback()
    if faults:
        raise Broken(TRAIL, str(faults[0]))


OWN = {
    "grade_changes": "SELECT 1 FROM grade_changes WHERE id = ? AND employee_id = ?",
    "complaints": "SELECT 1 FROM complaint_parties WHERE complaint_id = ? AND employee_id = ? AND role NOT IN ('accused', 'barred')",
}
SIGHT = "nobody is shown what is not theirs to see"


def strangers_see_nothing(world: World) -> None:
    """Some people without an office ask for cases, complaints and adjustments in which they have no part."""
    dice = Random(f"strangers {world.ground.now}")
    seated = {row["employee_id"] for row in world.ground.all("SELECT employee_id FROM committee_members")}
    ordinary = world.ground.all(
        "SELECT e.id, e.number FROM employees e JOIN ab_user u ON u.id = e.user_id WHERE u.active = 1 AND e.is_management = 0 "
        "AND (SELECT count(*) FROM ab_user_role r WHERE r.user_id = u.id) = 1 AND e.id NOT IN (SELECT "
        "head_id FROM departments WHERE head_id IS NOT NULL) "
        "AND e.id NOT IN (SELECT superior_id FROM employees WHERE superior_id IS NOT NULL)"
    )
    free = [row for row in ordinary if row["id"] not in seated]
    parts = _parts(world)
    for who in dice.sample(free, min(2, len(free))):
        others = [key for key, people in parts.items() if who["id"] not in people]
        for resource, keys in (
            ("reviews", others),
            ("complaints", [1, 2]),
            ("grade_changes", [1, 2]),
            ("audit_events", [1]),
        ):
            for key in dice.sample(keys, min(2, len(keys))):
                if resource in OWN and world.ground.one(OWN[resource], key, who["id"]):
                    continue
                status, answer = world.ground.ask(who["number"], "GET", f"/api/v1/{resource}/{key}")
                if status not in (404, 401):  # 401: a newcomer who has no password yet
                    raise Broken(
                        SIGHT,
                        f"{who['number']} asked for {resource}/{key} without a part in it and was answered {status}: {str(answer)[:200]}",
                    )


def answers_come(world: World) -> None:
    """The first page of everybody who is asked, and the pages of some offices: an answer, never a fault."""
    dice = Random(f"pages {world.ground.now}")
    parts = _parts(world)
    numbers = dice.sample(sorted(world.centre.people), 2) + [
        world.centre.offices[name] for name in ("hr", "chair", "management")
    ]
    for number in numbers:
        for path in ("reviews/", "cycles/", "meetings/", "appeals/", "notices/", "documents/"):
            status, answer = world.ground.ask(number, "GET", f"/api/v1/{path}")
            if status >= 500:
                raise Broken("no answer is a fault", f"GET {path} by {number} answered {status}: {str(answer)[:300]}")
            if path == "reviews/" and status == 200:
                _only_their_cases(world, number, answer, parts)


def _only_their_cases(world: World, number: str, answer: Any, parts: dict[int, set[int]]) -> None:
    """Whoever holds no office finds the cases in which they have, or had, a part, and no others."""
    with world.ground.inside():
        actor = world.actor(number)
    if actor.roles - {"employee", "superior", "officer", "finding_voter"}:
        return
    shown = {int(row["id"]) for row in answer["result"]}
    if strange := sorted(key for key in shown if actor.employee_id not in parts[key]):
        raise Broken(SIGHT, f"{number} is shown the cases {strange[:5]} and has no part in them")
