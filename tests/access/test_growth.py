"""No page grows with the centre: at 2,000 people it sends the statements that it sends at 200, and reads no more than it shows.

Nor does what a statement names: an IN list that grows with the centre is one that a database refuses some day.

The world of the matrix is made larger in the database (`tests/benchmarks/crowd.py`), so that whatever a page lists is long.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from admin.models import db
from admin.queries.policy import cards
from admin.queries.system import kept
from tests.access.asking import Row, ask
from tests.access.conftest import put_back
from tests.access.test_matrix import ROWS
from tests.access.world import World
from tests.benchmarks.crowd import grow
from tests.conftest import close_connections
from tests.databases import Database
from tests.web.counting import Asked, readings

SIZES = {"grown_200": 8, "grown_2000": 86}  # copies of the world's two dozen people
A_PAGE = 31  # rows that a list shows at most, and the one that tells that there are more
NAMED = (
    17 * A_PAGE
)  # values that a statement names: the rows of a page in each of its parts, of which what binds people has most
LARGEST = 150_000  # bytes of a page
OVERSEEING = ("hr", "auditor", "management", "admin")
NEAR = ("superior", "head", "chair", "peer", "panel_chair")

# A pay list is one document's: whether anything differs from it by now is found by drawing all of it up again.
WHOLE = {f"{start}/{{pay_list}}{end}" for start, end in (
    ("/pay_lists/show", ""), ("/api/v1/pay_lists", "/rows"), ("/api/v1/pay_lists", "/actions"),
)}  # fmt: skip
# What taking a document back would do is reckoned for everybody whom it names: what hangs on any of them is told.
WHOLE |= {"/withdrawals/of/{document}"}
LARGE = {"/api/v1/_openapi", "/api/v1/policy_versions/{version}"}  # the whole description, a whole policy


def _opened_by(row: Row) -> list[str]:
    """Who opens a page here: one who oversees all of it and one who is near, and what people work in each whose list is another."""
    near = [name for name in NEAR if row.answers[name] == "200"]
    if "{" in row.path or row.path.startswith("/api/"):
        near = near[:1]
    return [name for name in OVERSEEING if row.answers[name] == "200"][:1] + near


def _by_person() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in ROWS:
        for name in _opened_by(row) if row.method == "GET" and not row.path.startswith("/static/") else ():
            found[name].append(row.path)
    return found


PAGES = _by_person()


@pytest.fixture(scope="module")
def grown(built: World, database: Database) -> Iterator[World]:
    """The world at both sizes, kept beside its template."""
    for name, copies in SIZES.items():
        put_back(built, database)
        with built.app.app_context(), db.engine.begin() as connection:
            grow(connection, copies)
        close_connections(built.app)
        database.keep(name)
    yield built
    close_connections(built.app)


def _restored(world: World, database: Database, name: str) -> None:
    # What a process keeps is of the other size, and would be read by nobody a second time.
    kept._KEPT.clear()
    cards._CARDS.clear()
    close_connections(world.app)
    database.restore(name)


def _read(world: World, path: str, person: str) -> tuple[list[Asked], int]:
    with readings(world.app) as sent:
        answer = ask(world, "GET", path, person)
    assert answer.status == "200", f"{path}: {answer.status}"
    return sent, len(answer.text.encode())


def _grows(path: str, small: list[Asked], large: list[Asked], size: int) -> list[str]:
    if len(small) != len(large):
        return [f"{len(small)} statements, and then {len(large)}"]
    told = [
        f"{few.rows} rows, and then {many.rows}: {many.statement[:300]}"
        for few, many in zip(small, large, strict=True)
        if many.rows > max(few.rows, A_PAGE) and path not in WHOLE
    ]
    told += [
        f"{few.named} values, and then {many.named}: {many.statement[:300]}"
        for few, many in zip(small, large, strict=True)
        if many.named > max(few.named, NAMED)
    ]
    return told + [f"{size} bytes"] * (size > LARGEST and path not in LARGE)


@pytest.mark.sqlite_enough
@pytest.mark.parametrize("person", PAGES)
def test_no_page_grows_with_the_centre(grown: World, database: Database, person: str) -> None:
    found = {}
    for name in SIZES:
        _restored(grown, database, name)
        found[name] = {path: _read(grown, path, person) for path in PAGES[person]}
    small, large = found.values()
    growing = {path: told for path in PAGES[person] if (told := _grows(path, small[path][0], *large[path]))}
    assert growing == {}


@pytest.mark.sqlite_enough
@pytest.mark.parametrize(
    ("path", "person", "entry", "count"),
    [
        ("/confirmations/", "hr", r"/confirmations/\d+", 87),
        ("/takeover-corrections/", "hr", r"/takeover-corrections/\d+", 87),
        ("/adjustments/", "hr", r"/adjustments/\d+", 87),
        ("/reassessments/", "hr", r"/reassessments/\d+", 87),
        ("/appeals/panel", "panel_chair", r"/appeals/\d+", 87),
        ("/evaluations/", "superior", r"/(?:evaluations|reviews)/\d+", 609),
    ],
)
def test_every_entry_of_a_long_list_stands_on_one_of_its_parts(
    grown: World, database: Database, path: str, person: str, entry: str, count: int
) -> None:
    _restored(grown, database, "grown_2000")
    parts = [
        set(re.findall(f'href="({entry})"', ask(grown, "GET", f"{path}?page={n}", person).text)) for n in range(1, 26)
    ]
    assert sum(len(each) for each in parts[: -(-count // 25)]) == len(set().union(*parts)) == count
    # Beyond the last part stands the last.
    assert parts[-1] == parts[-(-count // 25) - 1]
