"""Every page of the menu in a centre of this size, beside itself in one of 200 people; and what a worker holds afterwards."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask.testing import FlaskClient

from admin.models import db
from tests.access.test_growth import PAGES
from tests.access.world import World as Centre
from tests.access.world import build
from tests.benchmarks.crowd import grow
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.running import PATIENCE, PORTAL, children, resident, serving
from tests.benchmarks.world import World

SMALL, ROUNDS, MIXED = 200, 3, 4_000
LARGEST = 150  # kB of a page
TIMES = 1.3
SLOWEST = 12


@dataclass(frozen=True)
class Long:
    """A page that lists so many rows, who opens it, and how many of them there are in the world as it is built."""

    name: str
    path: str
    person: str
    rows: int
    most: str


def _largest(table: str, by: str) -> str:
    return f"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM {table} GROUP BY {by}) AS counted"


HEADED, LED, ON_AGENDA = (
    _largest("reviews", "head_id"),
    _largest("reviews", "superior_id"),
    _largest("agenda_items", "meeting_id"),
)
LONG = (
    Long("a department of 300", "/department/", "head", 300, HEADED),
    Long("a department of 3,000", "/department/", "head", 3_000, HEADED),
    Long("a team of 100", "/evaluations/", "superior", 100, LED),
    Long("a meeting of 2,000", "/meetings/{meeting}", "chair", 2_000, ON_AGENDA),
    Long("2,000 cases that wait for an agenda", "/meetings/{meeting_planned}/assign", "hr", 2_000, ON_AGENDA),
)


@dataclass(frozen=True)
class Opened:
    """What opening a page took, in seconds of computing, and its size in kB."""

    seconds: float
    size: float


def menu(world: World) -> Iterator[Figure]:
    """The pages that grew most, each beside itself at 200 people; the largest page; how many keep their bars."""
    centre = _built(world)
    small, large = (_all_opened(world, centre, people) for people in (SMALL, world.size))
    grown = sorted(large, key=lambda page: large[page].seconds / small[page].seconds, reverse=True)
    for page in grown[:SLOWEST]:
        yield Figure(
            " ".join(page), large[page].seconds, small[page].seconds, times=TIMES, note=f"{large[page].size:.0f} kB"
        )
    kept = sum(large[page].seconds <= TIMES * small[page].seconds for page in large)
    yield Figure("pages of the menu that keep their time", kept, unit=f"of {len(large)}")
    yield Figure("the largest page of the menu", max(each.size for each in large.values()), most=LARGEST, unit="kB")


def long_pages(world: World) -> Iterator[Figure]:
    """What a department, a team and a committee of hundreds or thousands work in, each page beside itself at 200 people."""
    centre = _built(world)
    world.restore("matrix")
    here = {each.name: max(1, world.scalar(each.most)) for each in LONG}
    people = world.scalar("SELECT count(*) FROM employees")
    _grown(world, centre, SMALL)
    small = {each.name: _opened(world.app.test_client(), centre, each.path, each.person) for each in LONG}
    for each in LONG:
        copies = -(-each.rows // here[each.name])
        _grown(world, centre, copies * people)
        opened = _opened(world.app.test_client(), centre, each.path, each.person)
        size = f"{opened.size:.0f} kB of at most {LARGEST}, {copies * people} people"
        yield Figure(each.name, opened.seconds, small[each.name].seconds, times=TIMES, note=size)


def memory(world: World) -> Iterator[Figure]:
    """What the processes hold after thousands of mixed requests on a centre of this size."""
    centre = _built(world)
    _grown(world, centre, world.size)
    world.close()
    with serving(world, *PORTAL) as (process, port, _taken):
        before = max(map(resident, children(process.pid)))
        _mixed(port, centre, [page for page in _pages() if page[0] != "/metrics"], MIXED)
        workers = [resident(each) for each in children(process.pid)]
        everything = sum(workers) + resident(process.pid)
    yield Figure(f"memory of a worker after {MIXED:,} mixed requests", max(workers), before, most=120, unit="MiB")
    yield Figure("memory of all processes", everything, most=300, unit="MiB")


def _pages() -> list[tuple[str, str]]:
    """The pages of the menu, each with who opens it."""
    return [
        (path, person)
        for person, paths in PAGES.items()
        for path in paths
        if not path.startswith("/api/") and person != "admin"
    ]


def _built(world: World) -> Centre:
    """The world of the access matrix in this folder, made once; everybody is signed in."""
    if world.matrix is None:
        world.close()
        world.database.clear()
        world.app = world.set_up()
        world.app.config["WTF_CSRF_ENABLED"] = False
        world.matrix = build(world.app)
        world.app.config["WTF_CSRF_ENABLED"] = True
        world.close()
        world.database.keep("matrix")
    return world.matrix


def _grown(world: World, centre: Centre, people: int) -> None:
    name = f"matrix_{people}"
    world.close()
    if name not in world.kept:
        world.say(f"making ready: {people} people")
        world.restore("matrix")
        with world.app.app_context(), db.engine.begin() as connection:
            here = connection.exec_driver_sql("SELECT count(*) FROM employees").scalar_one()
            grow(connection, max(1, round(people / here) - 1))
            connection.exec_driver_sql("ANALYZE")
        world.close()
        world.database.keep(name)
        world.kept.add(name)
    world.restore(name)


def _all_opened(world: World, centre: Centre, people: int) -> dict[tuple[str, str], Opened]:
    _grown(world, centre, people)
    return {(path, person): _opened(world.app.test_client(), centre, path, person) for path, person in _pages()}


def _opened(client: FlaskClient, centre: Centre, path: str, person: str) -> Opened:
    client.set_cookie("portal", centre.sessions[person])
    address = centre.address(path)
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} as {person}: {answer.status_code}")
    return Opened(median(lambda: client.get(address), ROUNDS), len(answer.data) / 1_000)


def _mixed(port: int, centre: Centre, pages: Sequence[tuple[str, str]], count: int) -> None:
    for path, person in itertools.islice(itertools.cycle(pages), count):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", centre.address(path), headers={"Cookie": f"portal={centre.sessions[person]}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 500:
            raise RuntimeError(f"{path}: {answer.status}")
