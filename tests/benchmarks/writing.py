"""What changes many rows at once, beside the driver alone writing the same rows: history, audit, outbox and all."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from admin.models import Review, db
from admin.operations.cases.scoring import score_reviews
from admin.operations.committee import ballots
from admin.operations.outcome import documents
from tests.benchmarks.figures import Figure, timed
from tests.benchmarks.world import World
from tests.benchmarks.year import import_employees, open_cycle
from tests.factories import NOW, fixture


def importing(world: World) -> Iterator[Figure]:
    """Employees from XLSX, checked and applied, beside reading the file with calamine and writing the rows."""
    data = world.all_xlsx
    ours, floor, written = world.against_the_rows("empty", lambda: import_employees(world))
    read = timed(lambda: CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python())
    yield Figure("import of employees", ours, read + floor, times=3.5, note=f"{written.rows} rows")


def opening(world: World) -> Iterator[Figure]:
    """A cycle is opened: a case with its snapshot for everybody, colleagues proposed."""
    ours, floor, written = world.against_the_rows("planned", lambda: open_cycle(world))
    yield Figure("opening a cycle", ours, floor, times=3, note=f"{written.rows} rows")


def scoring(world: World) -> Iterator[Figure]:
    """Every case of a cycle is scored, scores and explanations stored."""
    ours, floor, written = world.against_the_rows("rated", _score)
    yield Figure("scoring a cycle", ours, floor, times=4, note=f"{written.rows} rows")


def _score() -> None:
    with fixture() as op:
        score_reviews(op, db.session.scalars(select(Review).order_by(Review.id)).all())


def ballot(world: World) -> Iterator[Figure]:
    """The consent ballot of the whole agenda is closed: everything on it is determined."""
    chair = "member1"
    ours, floor, written = world.against_the_rows(
        "sitting", lambda: ballots.close_ballot(1, consent=True, actor=world.actor(chair), now=NOW)
    )
    yield Figure("closing a consent ballot", ours, floor, most=5, note=f"{written.rows} rows")


def issuing(world: World) -> Iterator[Figure]:
    """HR issues every grade of a notice that is over."""
    ours, floor, written = world.against_the_rows(
        "noticed", lambda: documents.issue(1, actor=world.actor("hr"), now=NOW)
    )
    yield Figure("issuing the grades", ours, floor, most=60, note=f"{written.rows} rows")
