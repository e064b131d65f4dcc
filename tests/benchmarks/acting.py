"""Acts on all of a centre, as HR asks for them: what the click takes, and the work behind it, each once, through one year."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import config
from admin.operations.committee import ballots, meetings
from config import ROOT
from tests.benchmarks.figures import Figure, seconds, timed
from tests.benchmarks.floors import marked, written_since
from tests.benchmarks.running import PORTAL, Asked, resident, serving, waited
from tests.benchmarks.world import World
from tests.benchmarks.year import PASSWORD, SEATS, rate
from tests.factories import NOW

CLICK, MEMORY = 0.5, 400
WHOLE = {10_000: 30, 100_000: 300}  # seconds for so many people, at most
SHORTEST = 0.001
LOOK = 0.1  # seconds between two looks at what a process holds
REASON = "measured"
SCORED_ON = NOW + timedelta(days=45)
HR = {"username": "hr", "password": PASSWORD}
OTHERS, ROUNDS = ("/", "/reviews/list/", "/employees/list/", "/cycles/1"), 25
DEPARTMENT = 3_000  # cases of one head
REFUSED = "SELECT count(*) FROM long_work_refusals WHERE work_id = (SELECT max(id) FROM long_works)"
HEAD = "SELECT e.id FROM employees e JOIN ab_user u ON u.id = e.user_id WHERE u.username = 'head'"
UNENDED = "SELECT count(*) FROM long_works WHERE ended_at IS NULL"


@dataclass(frozen=True)
class Step:
    """An act on many that HR asks for, so many days after the opening, and what has to stand before."""

    name: str
    action: str
    given: dict[str, Any]
    day: int
    before: Callable[[World, datetime], None] = lambda _world, _now: None
    on: Callable[[World], str] = lambda _world: "cycles/1"
    who: str = "hr"
    times: float | None = None  # of the driver writing the same rows, at most


@dataclass(frozen=True)
class Worked:
    """What carrying out all that waited took: seconds of computing, and the most that its process held, in MiB."""

    seconds: float
    held: float


def acts(world: World) -> Iterator[Figure]:
    """Every act on many in its order, from the opening of a cycle to the issue of its grades."""
    world.at("planned")
    starting = worked_off(world, NOW).seconds  # the worker of a portal runs already
    most = next((bar for people, bar in WHOLE.items() if world.size <= people), None)
    for step in STEPS:
        now = NOW + timedelta(days=step.day)
        with _at(world, now):
            step.before(world, now)
            floor = _Floor(world) if step.times else None
            click, told = _clicked(world, step)
            work = worked_off(world, now)
        if world.scalar(UNENDED):
            raise RuntimeError(f"{step.name}: the work did not come to its end")
        refused = told["refused"] + (world.scalar(REFUSED) if told["total"] > told["done"] + told["refused"] else 0)
        note = f"{told['total']} rows, {refused} refused"
        yield Figure(f"{step.name}: the click", click, most=CLICK, note=note)
        by_hand = floor.seconds() if floor else None
        taken = max(work.seconds - starting, SHORTEST)
        yield Figure(f"{step.name}: the work behind it", taken, by_hand, times=step.times, most=most)
        yield Figure(f"{step.name}: memory of the work", work.held, most=MEMORY, unit="MiB")


def beside(world: World) -> Iterator[Figure]:
    """What others wait for a page while every case of the cycle is scored, beside what they usually wait."""
    world.at("rated")
    with _at(world, SCORED_ON):
        worked_off(world, SCORED_ON)
        cookie = world.signed_in("hr").get_cookie("portal")
        assert cookie is not None
        given = {"stage": "rating", "reason": REASON}
        token = world.app.test_client().post("/api/v1/security/login", json=HR).json["access_token"]
    world.close()
    with serving(world, *PORTAL, PORTAL_NOW=SCORED_ON.isoformat()) as (_process, port, _taken):
        pages = [Asked("GET", path, {"Cookie": f"portal={cookie.value}"}) for path in OTHERS]
        waited(port, pages)  # caches are warm
        usual = [taken for _ in range(ROUNDS) for taken in waited(port, pages)]
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        waited(port, [Asked("POST", "/api/v1/cycles/1/actions/close_stage", head, json.dumps(given).encode())])
        meanwhile: list[float] = []
        while world.scalar(UNENDED):
            meanwhile += waited(port, pages)
    if len(meanwhile) < len(usual) // 2:
        yield Figure(
            "pages of others meanwhile", len(meanwhile), unit="answers", note="over before it could be measured"
        )
        return
    note = f"{len(meanwhile)} answers meanwhile"
    yield Figure("others' 95th percentile meanwhile", _slow(meanwhile), _slow(usual), times=2, note=note)


class _Floor:
    """The driver writing the rows of what follows, from the database as it stands now."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.close()
        self._before = marked(world.database)
        world.database.keep("before_the_act")

    def seconds(self) -> float:
        """Called when it is done; the database stands afterwards as it did."""
        world = self._world
        world.close()
        written = written_since(world.database, self._before)
        world.database.keep("after_the_act")
        world.database.restore("before_the_act")
        taken = timed(lambda: written.write(world.database.url))
        world.database.restore("after_the_act")
        return taken


def _slow(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


@contextmanager
def _at(world: World, now: datetime) -> Iterator[None]:
    before = config.current()
    settings = config.replace(world.settings, portal_now=now)
    world.app.config["PORTAL"] = settings
    config.use(settings)
    try:
        yield
    finally:
        world.app.config["PORTAL"] = before
        config.use(before)


def _clicked(world: World, step: Step) -> tuple[float, dict[str, Any]]:
    """Seconds until the act is answered, and what is told of its rows."""
    client = world.app.test_client()
    token = client.post("/api/v1/security/login", json=HR | {"username": step.who}).json["access_token"]
    address, head = f"/api/v1/{step.on(world)}/actions/{step.action}", {"Authorization": f"Bearer {token}"}
    answers = []
    taken = seconds(lambda: answers.append(client.post(address, json=step.given, headers=head)))
    answer = answers[0]
    if answer.status_code not in (200, 202):
        raise RuntimeError(f"{step.name}: {answer.status_code} {answer.text}")
    world.close()
    return taken, answer.json["rows"]


def worked_off(world: World, now: datetime) -> Worked:
    """Carry out all that is due and waits, in a process of its own as the worker is one."""
    world.close()
    held = 0.0

    def tick() -> None:
        nonlocal held
        command = [sys.executable, "-P", "-m", "admin.cli", "tick"]
        process = subprocess.Popen(command, env=world.environment(now), cwd=ROOT, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            with suppress(OSError, StopIteration):  # it ends between one look and the next
                held = max(held, resident(process.pid))
            time.sleep(LOOK)
        if process.returncode:
            raise RuntimeError("the work behind an act failed: see above")

    taken = seconds(tick)
    return Worked(taken, held)


def _rated(world: World, _now: datetime) -> None:
    with world.inside():
        rate(world)


def _saved(world: World, now: datetime) -> None:
    """All cases of a department of thousands are one head's, who has saved a proposal for each."""
    head = world.scalar(HEAD)
    waiting = f"SELECT id FROM reviews WHERE stage = 'department_review' ORDER BY id LIMIT {DEPARTMENT}"
    world.sql(f"UPDATE reviews SET head_id = ? WHERE id IN ({waiting})", head)
    world.sql(
        "INSERT INTO proposal_drafts (review_id, head_id, grade_id, reason, saved_at) SELECT id, head_id, present_grade_id, ?, ? "
        "FROM reviews WHERE stage = 'department_review' AND head_id = ? AND present_grade_id IS NOT NULL",
        REASON, *_stamps(now, -1), head,
    )  # fmt: skip


def _proposed(world: World, now: datetime) -> None:
    """Every case is proposed as it stands, and a meeting is planned."""
    world.sql(
        "UPDATE reviews SET stage = 'committee', proposed_grade_id = present_grade_id, individual_reasons = '[]', target_grade_id = NULL, "
        "self_assessment_missing = false WHERE present_grade_id IS NOT NULL AND stage IN ('department_review', 'committee')"
    )
    with world.inside():
        meetings.plan_meeting(1, now + timedelta(days=1), actor=world.actor("hr"), now=now)


def _determined(world: World, now: datetime) -> None:
    """The meeting decides all that stands on its agenda by the consent of all who sit."""
    world.sql("UPDATE agenda_items SET consent = true")
    with world.inside():
        chair = world.actor("member1")
        members = [world.actor(f"member{place}") for place in range(1, len(SEATS) + 1)]
        present = sorted(set().union(*(member.member_ids for member in members)))
        meeting = _newest_meeting(world)
        meetings.open_meeting(meeting, present, actor=chair, now=now)
        for member in members:
            ballots.cast_ballot(meeting, in_favour=True, consent=True, actor=member, now=now)
        ballots.close_ballot(meeting, consent=True, actor=chair, now=now)
        meetings.adjourn(meeting, actor=chair, now=now)


def _newest_meeting(world: World) -> int:
    return int(world.scalar("SELECT max(id) FROM meetings"))


def _meeting(world: World) -> str:
    return f"meetings/{_newest_meeting(world)}"


def _head(world: World) -> str:
    return f"employees/{world.scalar(HEAD)}"


def _live(world: World, now: datetime) -> None:
    """The lists have stood on the site for as long as they must."""
    world.sql("UPDATE notices SET stage = 'published', published_at = ?, ends_at = ?", *_stamps(now, -9, -1))


def _stamps(now: datetime, *days: int) -> list[str]:
    return [(now + timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S.%f") for day in days]


STEPS = (
    Step("opening a cycle", "open", {}, 0),
    Step("reminding all", "remind", {"stage": "self_assessment"}, 1),
    Step("closing the self-assessments", "close_stage", {"stage": "self_assessment", "reason": REASON}, 25),
    Step("closing the ratings", "close_stage", {"stage": "rating", "reason": REASON}, 45, _rated, times=4),
    Step("sending a department's proposals", "send_proposals", {"cycle": 1}, 50, _saved, _head, who="head"),
    Step("putting all on an agenda", "put_on_agenda", {}, 60, _proposed, _meeting),
    Step("confirming the results", "verify_results", {}, 70, _determined),
    Step("publishing the list", "publish_notice", {}, 71),
    Step("issuing the grades", "issue", {}, 90, _live),
)
