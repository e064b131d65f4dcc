"""Who could head each department, and which posts manage: proposed from the reporting line and the posts' names (3.3.3, 1.2-b)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, and_, func, select
from sqlalchemy.orm import Session, aliased

from admin.domain.heads import manages_by_post, sounds_like_the_centre
from admin.models import Department, Employee
from admin.models.base import again
from admin.queries.cycles.cycles import in_service_on
from admin.queries.imports.imports import department_paths
from admin.queries.system.chunks import chunks
from admin.queries.system.paging import Paged, Part, paged, part_of

MANY = 3  # candidates of a department that are looked at: the post's name decides between those who lead as many


class Why(StrEnum):
    """Why somebody is proposed as head."""

    LEADS = "leads"
    POST = "post"
    ABOVE = "above"


@dataclass(frozen=True)
class Candidate:
    """Somebody who could head a department: how many of its people they lead, and whether they belong to it."""

    id: int
    number: str
    name: str
    post: str
    leads: int
    inside: bool

    @property
    def why(self) -> Why:
        """Why they are proposed."""
        if not self.inside:
            return Why.ABOVE
        return Why.LEADS if self.leads else Why.POST

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True)
class DepartmentLine:
    """A department with people in service: whether it is of the centre, who heads it, or who could.

    `with_above`: it belongs to the centre because one above it does, or is proposed to.
    """

    id: int
    path: str
    people: int
    in_centre: bool
    proposed_in: bool
    with_above: bool
    head: Employee | None
    proposed: Candidate | None

    @property
    def shown(self) -> Candidate | Employee | None:
        """Whom the table names first: the head on file, else the proposal."""
        return self.head or self.proposed


@dataclass(frozen=True)
class PostLine:
    """A post in service: how many hold it, how many of them are marked as management, and whether its name says so."""

    post: str
    people: int
    marked: int
    proposed: bool

    @property
    def mixed(self) -> bool:
        """Whether some who hold it are marked and some are not: that is said of each person."""
        return 0 < self.marked < self.people


@dataclass(frozen=True)
class CentrePage:
    """The departments with their heads, and the posts, as HR settles them in two tables."""

    lines: Sequence[DepartmentLine]
    part: Part
    posts: Paged[PostLine]


def centre_page(session: Session, today: date, wanted: int, wanted_posts: int) -> CentrePage:
    """A part of the departments with people in service or anything below them, by path, and of the posts."""
    rows = {row.id: row for row in session.scalars(select(Department))}
    paths = {key: "/".join(path) for key, path in department_paths(session).items()}
    counted = _people(session, today)
    shown = sorted(_with_people(rows, counted), key=lambda key: paths[key])
    part = part_of(len(shown), wanted)
    keys = shown[part.start : part.end]
    candidates, marked = _candidates(session, keys, today), any(row.in_centre for row in rows.values())
    heads = _heads(session, [rows[key] for key in keys])
    lines = [
        DepartmentLine(
            key,
            paths[key],
            counted.get(key, 0),
            rows[key].in_centre,
            not marked and sounds_like_the_centre(rows[key].name),
            _below_the_centre(rows[key], rows, marked),
            heads.get(rows[key].head_id or 0),
            _best(candidates.get(key, ()), counted.get(key, 0)),
        )
        for key in keys
    ]
    return CentrePage(lines, part, _posts(session, today, wanted_posts))


def _people(session: Session, today: date) -> dict[int, int]:
    query = select(Employee.department_id, func.count()).where(*in_service_on(Employee, today))
    return dict(session.execute(query.group_by(Employee.department_id)).all())


def _with_people(rows: Mapping[int, Department], counted: Mapping[int, int]) -> set[int]:
    found: set[int] = set()
    for key in counted:
        node: int | None = key
        while node is not None and node in rows and node not in found:
            found.add(node)
            node = rows[node].parent_id
    return found


def _below_the_centre(row: Department, rows: Mapping[int, Department], marked: bool) -> bool:
    seen, key = {row.id}, row.parent_id
    while key is not None and key in rows and key not in seen:
        if rows[key].in_centre or (not marked and sounds_like_the_centre(rows[key].name)):
            return True
        seen.add(key)
        key = rows[key].parent_id
    return False


def _heads(session: Session, rows: Sequence[Department]) -> dict[int, Employee]:
    wanted = {row.head_id for row in rows} - {None}
    return {row.id: row for row in session.scalars(select(Employee).where(Employee.id.in_(wanted)))} if wanted else {}


def _candidates(session: Session, departments: Collection[int], today: date) -> dict[int, list[Candidate]]:
    """Of each department those who lead most of it, its own people first."""
    led, e = _led(departments, today), aliased(Employee)
    own = select(e.department_id.label("department"), e.id.label("id"), func.coalesce(led.c.people, 0).label("leads"))
    own = own.outerjoin(led, and_(led.c.department == e.department_id, led.c.above == e.id))
    above = select(led.c.department, led.c.above.label("id"), led.c.people.label("leads")).join(e, e.id == led.c.above)
    pairs = own.where(e.department_id.in_(departments)).union_all(above.where(e.department_id != led.c.department))
    pairs_, person, below = pairs.subquery(), aliased(Employee), aliased(Employee)
    anybody = select(func.count()).where(below.superior_id == person.id).correlate(person).scalar_subquery()
    inside = person.department_id == pairs_.c.department
    order = [inside.desc(), pairs_.c.leads.desc(), anybody.desc(), person.number]
    ranked = (
        select(
            pairs_.c.department,
            person.id,
            person.number,
            person.name,
            person.post,
            pairs_.c.leads,
            inside.label("inside"),
            func.row_number().over(partition_by=pairs_.c.department, order_by=order).label("place"),
        )
        .join(person, person.id == pairs_.c.id)
        .where(*in_service_on(person, today))
        .subquery()
    )
    found: dict[int, list[Candidate]] = defaultdict(list)
    for row in session.execute(select(ranked).where(ranked.c.place <= MANY).order_by(ranked.c.place)):
        found[row.department].append(Candidate(row.id, row.number, row.name, row.post, row.leads, bool(row.inside)))
    return found


def _led(departments: Collection[int], today: date) -> CTE:
    """How many of each department's people stand below each superior, directly or not."""
    table, higher = Employee.__table__, again(Employee, "higher", "id", "superior_id")
    first = select(table.c.id, table.c.department_id, table.c.superior_id.label("above")).where(
        table.c.department_id.in_(departments), table.c.superior_id.is_not(None), *in_service_on(table.c, today)
    )
    line = first.cte("led", recursive=True)
    # A union, and not all of it: a circle in the reporting line ends here.
    line = line.union(
        select(line.c.id, line.c.department_id, higher.c.superior_id)
        .join(higher, higher.c.id == line.c.above)
        .where(higher.c.superior_id.is_not(None))
    )
    query = select(line.c.department_id.label("department"), line.c.above, func.count().label("people"))
    return query.where(line.c.id != line.c.above).group_by(line.c.department_id, line.c.above).cte("leading")


def _best(candidates: Sequence[Candidate], people: int) -> Candidate | None:
    inside = [each for each in candidates if each.inside]
    most = max((each.leads for each in inside), default=0)
    leading = [each for each in inside if each.leads == most and (most or manages_by_post(each.post))]
    if leading:
        return next((each for each in leading if manages_by_post(each.post)), leading[0])
    # Nobody of its own leads it: whoever leads more than half of it from outside.
    return next((each for each in candidates if not each.inside and each.leads * 2 > people), None)


def _posts(session: Session, today: date, wanted: int) -> Paged[PostLine]:
    marked = func.count().filter(Employee.is_management.is_(True))
    grouped = (
        select(Employee.post.label("post"), func.count().label("people"), marked.label("marked"))
        .where(*in_service_on(Employee, today), Employee.post != "")
        .group_by(Employee.post)
        .subquery()
    )
    query = select(grouped.c.post, grouped.c.people, grouped.c.marked).order_by(grouped.c.people, grouped.c.post)
    found = paged(session, query, wanted)
    anybody = session.scalar(select(Employee.id).where(Employee.is_management.is_(True)).limit(1)) is not None
    return Paged([_post(row, anybody) for row in found.rows], found.part)


def _post(row: Any, anybody: bool) -> PostLine:
    # Where a file has said who manages, the posts' names propose nothing beside it.
    return PostLine(row.post, row.people, row.marked, not anybody and manages_by_post(row.post))


def of_posts(posts: Collection[str], today: date) -> list[Any]:
    """The statements that find who is in service in these posts."""
    return [select(Employee).where(Employee.post.in_(some), *in_service_on(Employee, today)) for some in chunks(posts)]
