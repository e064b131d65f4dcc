"""The serving processes: from start to the first answer, what a worker holds, and the day on which everybody hands in."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from admin.models import Employee, Review, db
from admin.queries.policy.scorecards import self_assessed_criteria
from config import ROOT
from tests.benchmarks.figures import Figure
from tests.benchmarks.floor_app import kept
from tests.benchmarks.floors import marked, written_since
from tests.benchmarks.world import World

CLIENTS, MOST_SUBMISSIONS, PATIENCE = 8, 10_000, 300
RATE = 0.3  # of the floor's, at least
KIB = 1024


@dataclass(frozen=True)
class Submission:
    """One employee's self-assessment, ready to be sent."""

    review_id: int
    token: str
    body: bytes


class Asked(NamedTuple):
    """A request, ready to be sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Day:
    """How it went: submissions a second, seconds for each, answers by status."""

    rate: float
    taken: list[float]
    statuses: list[int]


@contextmanager
def serving(
    world: World, *command: str, python: Path | str = sys.executable, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """A server of its own on a free port: its process, the port, and the seconds until it answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        [python, "-P", "-m", *(word.replace("PORT", str(port)) for word in command)],
        env=world.environment(world.settings.now()) | environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process, port, _answered(process, port, began)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _answered(process: subprocess.Popen[bytes], port: int, began: float) -> float:
    while time.perf_counter() - began < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/health")
            connection.getresponse().read()
            return time.perf_counter() - began
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def waited(port: int, asked: Sequence[Asked]) -> list[float]:
    """Send requests one after the other; seconds until each was answered. Raises where one was refused."""
    found = []
    for each in asked:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request(each.method, each.path, each.body, each.headers)
        answer = connection.getresponse()
        said = answer.read()
        found.append(time.perf_counter() - began)
        if answer.status not in (200, 202):
            raise RuntimeError(f"{each.path}: {answer.status} {said[:500]!r}")
    return found


PORTAL = ("admin.cli", "start", "--empty", "--port", "PORT")


def start(world: World) -> Iterator[Figure]:
    """The second start to its first answer, and what a serving process holds in memory."""
    world.at("open")
    world.close()
    with serving(world, *PORTAL):
        pass
    with serving(world, *PORTAL) as (process, _port, taken):
        held = max(map(resident, children(process.pid)))
    yield Figure("start to the first answer", taken, most=1.2)
    yield Figure("memory of a worker, its own", held, most=120, unit="MiB")


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def resident(pid: int) -> float:
    """MiB that a process holds, pages that it shares with others counted by their share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / KIB


def deadline_day(world: World) -> Iterator[Figure]:
    """Eight clients hand in different self-assessments; beside a bare Flask route that writes the same rows."""
    world.at("open")
    with world.inside():
        submissions = _submissions(world)
    with serving(world, *PORTAL) as (_process, port, _taken):
        ours = _hand_in(port, submissions, "/api/v1/reviews/{}/actions/submit_self_assessment")
    done = world.scalar("SELECT count(*) FROM reviews WHERE stage = 'rating'")
    doubled = world.scalar("SELECT count(*) - count(DISTINCT review_id) FROM self_assessments")
    floor = _floor(world, submissions)
    faults = sum(status >= 500 for status in ours.statuses)
    ok = ours.statuses.count(200)
    note = f"{len(submissions)} sent, {len(submissions) - done} lost, {doubled} doubled, {faults} faults, {ok} accepted"
    note += f"; {ours.rate:.0f}/s of {floor.rate:.0f}/s"
    yield Figure("deadline day, seconds a submission", 1 / ours.rate, 1 / floor.rate, times=1 / RATE, note=note)
    lost = len(submissions) - done + doubled + faults
    yield Figure("deadline day, lost or doubled or faults", lost, most=0, unit="of them")
    yield Figure("deadline day, 95th percentile", statistics.quantiles(ours.taken, n=20)[-1], most=0.3)


def _submissions(world: World) -> list[Submission]:
    query = (
        select(Review, Employee.user_id, Employee.number).join(Employee, Employee.id == Review.employee_id)
        .where(Review.stage == "self_assessment", Employee.user_id.is_not(None)).order_by(Review.id)
        .limit(MOST_SUBMISSIONS)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    codes = [row.code for row in self_assessed_criteria(rows[0][0].cycle.scorecard)]
    answers = {code: {"value": 4, "text": "本年度依規定完成。"} for code in codes}
    body = json.dumps({"answers": answers, "summary": "本年度工作總結。" * 20}).encode()
    return [Submission(case.id, world.token(user, number), body) for case, user, number in rows]


def _hand_in(port: int, submissions: Sequence[Submission], path: str) -> Day:
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        shares = [submissions[place::CLIENTS] for place in range(CLIENTS)]
        found = [each for share in clients.map(lambda mine: _one_client(port, mine, path), shares) for each in share]
    rate = len(submissions) / (time.perf_counter() - began)
    return Day(rate, [taken for taken, _ in found], [status for _, status in found])


def _one_client(port: int, submissions: Sequence[Submission], path: str) -> list[tuple[float, int]]:
    found = []
    for each in submissions:
        headers = {"Authorization": f"Bearer {each.token}", "Content-Type": "application/json"}
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("POST", path.format(each.review_id), each.body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - began, answer.status))
    return found


def _floor(world: World, submissions: Sequence[Submission]) -> Day:
    """The rows that one submission wrote, written for each by a bare route on the same server."""
    world.at("open")
    before = marked(world.database)
    with serving(world, *PORTAL) as (_process, port, _taken):
        _hand_in(port, submissions[:1], "/api/v1/reviews/{}/actions/submit_self_assessment")
    kept(world.folder, written_since(world.database, before))
    world.at("open")
    command = (
        "gunicorn", "--workers", "2", "--worker-class", "admin.cli.buffering.BufferingWorker", "--bind", "127.0.0.1:PORT",
        "tests.benchmarks.floor_app:make()",
    )  # fmt: skip
    places = {"FLOOR": str(world.folder), "FLOOR_URL": world.database.url}
    with serving(world, *command, **places) as (_process, port, _taken):
        day = _hand_in(port, submissions, "/submit/{}")
    if set(day.statuses) != {200}:
        raise RuntimeError(f"the floor of the deadline day answers {set(day.statuses)}")
    return day
