"""Every page of the menu in a centre of this size, beside itself in one of 200 people; and what a worker holds afterwards."""

from __future__ import annotations

import http.client
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
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
PLACEHOLDER = re.compile(r"\{\w+\}")


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
        if not PLACEHOLDER.search(path) and not path.startswith("/api/") and person != "admin"
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
    size = len(client.get(path).data) / 1_000
    work: Callable[[], object] = lambda: client.get(path)  # noqa: E731
    return Opened(median(work, ROUNDS), size)


def _mixed(port: int, centre: Centre, pages: Sequence[tuple[str, str]], count: int) -> None:
    for path, person in itertools.islice(itertools.cycle(pages), count):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": f"portal={centre.sessions[person]}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 500:
            raise RuntimeError(f"{path}: {answer.status}")
