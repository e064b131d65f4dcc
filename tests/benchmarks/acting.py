"""Acts on all of a centre, as HR asks for them: what the click takes, and the work behind it, each once, through one year."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

import config
from admin.models import Review, db
from admin.operations.committee import assigning, ballots, meetings
from config import ROOT
from tests.benchmarks.figures import Figure
from tests.benchmarks.running import PORTAL, Asked, resident, serving, waited
from tests.benchmarks.world import CONSENT_CASES, PASSWORD, SEATS, World, rate
from tests.factories import NOW

CLICK, MEMORY = 0.5, 400
WHOLE = {10_000: 30, 100_000: 300}  # seconds for so many people, at most
LOOK = 0.1  # seconds between two looks at what a process holds
REASON = "measured"
SCORED_ON = NOW + timedelta(days=45)
HR = {"username": "hr", "password": PASSWORD}
OTHERS, ROUNDS = ("/", "/reviews/list/", "/employees/list/", "/cycles/1"), 25
UNENDED = "SELECT count(*) FROM long_works WHERE ended_at IS NULL"


@dataclass(frozen=True)
class Step:
    """An act on many that HR asks for, so many days after the opening, and what has to stand before."""

    name: str
    action: str
    given: dict[str, Any]
    day: int
    before: Callable[[World, datetime], None] = lambda _world, _now: None


@dataclass(frozen=True)
class Worked:
    """What carrying out all that waited took: seconds of computing, and the most that its process held, in MiB."""

    seconds: float
    held: float


def acts(world: World) -> Iterator[Figure]:
    """Every act on many in its order, from the opening of a cycle to the issue of its grades."""
    world.at("planned")
    most = next((bar for people, bar in WHOLE.items() if world.size <= people), None)
    for step in STEPS:
        now = NOW + timedelta(days=step.day)
        with _at(world, now):
            step.before(world, now)
            click, told = _clicked(world, step)
            work = worked_off(world, now)
        if world.scalar(UNENDED):
            raise RuntimeError(f"{step.name}: the work did not come to its end")
        note = f"{told['total']} rows, {told['refused']} refused"
        yield Figure(f"{step.name}: the click", click, most=CLICK, note=note)
        yield Figure(f"{step.name}: the work behind it", work.seconds, most=most)
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
    token = client.post("/api/v1/security/login", json=HR).json["access_token"]
    began = time.perf_counter()
    answer = client.post(
        f"/api/v1/cycles/1/actions/{step.action}", json=step.given, headers={"Authorization": f"Bearer {token}"}
    )
    taken = time.perf_counter() - began
    if answer.status_code not in (200, 202):
        raise RuntimeError(f"{step.name}: {answer.status_code} {answer.text}")
    world.close()
    return taken, answer.json["rows"]


def worked_off(world: World, now: datetime) -> Worked:
    """Carry out all that is due and waits, in a process of its own as the worker is one."""
    world.close()
    known = {
        "PYTHONPATH": str(ROOT), "PORTAL_ENV": "test", "VAR_DIR": str(world.folder), "DATABASE_URL": world.database.url,
        "PORTAL_NOW": now.isoformat(),
    }  # fmt: skip
    before, held = resource.getrusage(resource.RUSAGE_CHILDREN), 0.0
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "admin.cli", "tick"],
        env={**os.environ, **known}, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None:
        with suppress(OSError, StopIteration):  # it ends between one look and the next
            held = max(held, resident(process.pid))
        time.sleep(LOOK)
    if process.returncode:
        raise RuntimeError("the work behind an act failed: see above")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Worked(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, held)


def _rated(world: World, _now: datetime) -> None:
    with world.inside():
        rate(world)


def _determined(world: World, now: datetime) -> None:
    """Every case is proposed as it stands and decided by the consent of all who sit."""
    world.sql(
        "UPDATE reviews SET stage = 'committee', proposed_grade_id = present_grade_id, individual_reasons = '[]', "
        "target_grade_id = NULL, self_assessment_missing = false WHERE present_grade_id IS NOT NULL AND stage = 'department_review'"
    )
    with world.inside():
        hr, chair = world.actor("hr"), world.actor("member1")
        members = [world.actor(f"member{place}") for place in range(1, len(SEATS) + 1)]
        present = sorted(set().union(*(member.member_ids for member in members)))
        waiting = list(db.session.scalars(select(Review.id).where(Review.stage == "committee").order_by(Review.id)))
        for first in range(0, len(waiting), CONSENT_CASES):
            meeting = meetings.plan_meeting(1, now, actor=hr, now=now).id
            assigning.assign_to_meeting(waiting[first : first + CONSENT_CASES], meeting, actor=hr, now=now)
            meetings.open_meeting(meeting, present, actor=chair, now=now)
            for member in members:
                ballots.cast_ballot(meeting, in_favour=True, consent=True, actor=member, now=now)
            ballots.close_ballot(meeting, consent=True, actor=chair, now=now)
            meetings.adjourn(meeting, actor=chair, now=now)


def _live(world: World, now: datetime) -> None:
    """The lists have stood on the site for as long as they must."""
    world.sql("UPDATE notices SET stage = 'published', published_at = ?, ends_at = ?", *_stamps(now, -9, -1))


def _stamps(now: datetime, *days: int) -> list[str]:
    return [(now + timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S.%f") for day in days]


STEPS = (
    Step("opening a cycle", "open", {}, 0),
    Step("reminding all", "remind", {"stage": "self_assessment"}, 1),
    Step("closing the self-assessments", "close_stage", {"stage": "self_assessment", "reason": REASON}, 25),
    Step("closing the ratings", "close_stage", {"stage": "rating", "reason": REASON}, 45, _rated),
    Step("confirming the results", "verify_results", {}, 70, _determined),
    Step("publishing the list", "publish_notice", {}, 71),
    Step("issuing the grades", "issue", {}, 90, _live),
)
