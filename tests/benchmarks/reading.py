"""Pages: lists beside bare Flask and SQLAlchemy Core, the board of a cycle, and the first page of HR."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from admin.models import Cycle, Department, Employee, Grade, Review
from admin.queries.system.orders import least_first
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.floors import listened
from tests.benchmarks.world import World

ROUNDS, PER_PAGE = 9, 25
STATEMENTS, TIMES, FAR = 8, 3, 1.2
HOME = 0.015
PLAIN = """<!doctype html><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table><p>{{ count }}</p>"""
# What is asked of us, and of the floor.
EMPLOYEES = {
    "first page": ("", ""),
    "far page": ("page_EmployeeView={far}", "page={far}"),
    "filter": ("_flt_0_name=陳", "filter=陳"),
    "order": ("_oc_EmployeeView=name&_od_EmployeeView=asc", "order=name"),
    "search": ("_flt_0_number=E1004", "number=E1004"),
}
CASES = {
    "first page": ("", ""),
    "far page": ("page_ReviewView={far}", "page={far}"),
    "filter": ("_flt_0_stage=self_assessment", "filter=self_assessment"),
    "order": ("_oc_ReviewView=score&_od_ReviewView=asc", "order=score"),
    "search": ("_flt_0_employee=陳", "name=陳"),
}


def pages(world: World) -> Iterator[Figure]:
    """The lists of employees and of cases: first page, far page, with a filter, in another order, a search."""
    world.at("open")
    ours, bare = world.signed_in("hr"), _bare(create_engine(world.database.url)).test_client()
    for name, path, wanted, table in (
        ("employees", "/employees/list/", EMPLOYEES, "employees"),
        ("cases", "/reviews/list/", CASES, "reviews"),
    ):
        far = max(1, world.scalar(f"SELECT count(*) FROM {table}") // PER_PAGE - 1)
        taken, asked = {}, []
        for what, (query, plain) in wanted.items():
            address, floor = f"{path}?{query.format(far=far)}", f"/{name}?{plain.format(far=far)}"
            with listened() as heard:
                assert ours.get(address).status_code == 200, address
            asked.append(len(heard.asked))
            taken[what] = median(_got(ours, address), ROUNDS)
            yield Figure(f"{name}, {what}", taken[what], median(_got(bare, floor), ROUNDS), times=TIMES)
        yield Figure(f"{name}, far page beside the first", taken["far page"], taken["first page"], times=FAR)
        yield Figure(f"{name}, statements of a page", max(asked), most=STATEMENTS, unit="at most")


def home(world: World) -> Iterator[Figure]:
    """HR's first page while a cycle is planned, and while it is open."""
    for state in ("planned", "open"):
        world.at(state)
        hr = world.signed_in("hr")
        with listened() as heard:
            assert hr.get("/").status_code == 200
        yield Figure(
            f"home of HR, a cycle {state}",
            median(_got(hr, "/"), ROUNDS),
            most=HOME,
            note=f"{len(heard.asked)} statements",
        )


def _got(client: FlaskClient, address: str) -> Callable[[], TestResponse]:
    return lambda: client.get(address)


def _bare(engine: Engine) -> Flask:
    """The same rows through Flask, SQLAlchemy Core and Jinja alone."""
    app = Flask("bare")
    people, cases, places, grades = Employee.__table__, Review.__table__, Department.__table__, Grade.__table__
    superior, cycles = people.alias("superior"), Cycle.__table__
    page = app.jinja_env.from_string(PLAIN)  # once, as the portal compiles its own once
    shown = (people.c.number, people.c.name, places.c.name, people.c.post, superior.c.name, people.c.status)
    employees = (
        select(*shown).join(places, places.c.id == people.c.department_id)
        .outerjoin(superior, superior.c.id == people.c.superior_id)
    )  # fmt: skip
    had = (
        people.c.name,
        cycles.c.year,
        places.c.name,
        cases.c.stage,
        grades.c.code,
        cases.c.score,
        cases.c.stage_since,
    )
    reviews = (
        select(*had).select_from(cases).join(people, people.c.id == cases.c.employee_id)
        .join(cycles, cycles.c.id == cases.c.cycle_id).join(places, places.c.id == cases.c.department_id)
        .outerjoin(grades, grades.c.id == cases.c.present_grade_id)
    )  # fmt: skip

    @app.get("/employees")
    def list_employees() -> str:
        asked, query = request.args, employees
        if "filter" in asked:
            query = query.where(people.c.name.contains(asked["filter"]))
        if "number" in asked:
            query = query.where(people.c.number.contains(asked["number"]))
        return answered(query.order_by(people.c[asked.get("order", "number")]))

    @app.get("/cases")
    def list_cases() -> str:
        asked, query = request.args, reviews
        if "filter" in asked:
            query = query.where(cases.c.stage == asked["filter"])
        if "name" in asked:
            query = query.where(people.c.name.contains(asked["name"]))
        order = (least_first(cases.c.score),) if asked.get("order") else (cases.c.stage_since.desc(), cases.c.id)
        return answered(query.order_by(*order))

    def answered(query: object) -> str:
        first = (int(request.args.get("page", 1)) - 1) * PER_PAGE
        with engine.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(query.order_by(None).subquery()))  # type: ignore[attr-defined]
            rows = connection.execute(query.limit(PER_PAGE).offset(first)).all()  # type: ignore[attr-defined]
        return page.render(rows=rows, count=count)

    return app


def board(world: World) -> Iterator[Figure]:
    """The cycle's board per department and stage."""
    world.at("open")
    hr = world.signed_in("hr")
    with listened() as heard:
        assert hr.get("/cycles/1").status_code == 200
    took = median(_got(hr, "/cycles/1"), ROUNDS)
    yield Figure("board per department and stage", took, most=0.1, note=f"{len(heard.asked)} statements")
