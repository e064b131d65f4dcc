"""Pages: lists beside bare Flask and SQLAlchemy Core, the board of a cycle, and the first page of HR."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from admin.models import Department, Employee, Review
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.floors import listened
from tests.benchmarks.world import World

ROUNDS, PER_PAGE = 9, 25
PLAIN = """<!doctype html><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table><p>{{ count }}</p>"""
ORDERED = "_oc_EmployeeView=name&_od_EmployeeView=asc"


def pages(world: World) -> Iterator[Figure]:
    """The list of employees: first page, far page, with a filter, in another order; and the list of cases."""
    world.at("open")
    ours, bare = world.signed_in("hr"), _bare(create_engine(world.database.url)).test_client()
    far = max(1, world.scalar("SELECT count(*) FROM employees") // PER_PAGE - 1)
    wanted = {
        "first page": ("", ""),
        f"page {far}": (f"page_EmployeeView={far}", f"page={far}"),
        "with a filter": ("_flt_0_name=陳", "name=陳"),
        "in order of name": (ORDERED, "order=name"),
    }
    for name, (query, plain) in wanted.items():
        yield _page(f"employees, {name}", ours, f"/employees/list/?{query}", bare, f"/employees?{plain}")
    yield _page("cases, first page", ours, "/reviews/list/", bare, "/reviews?")


def _page(name: str, ours: FlaskClient, address: str, bare: FlaskClient, plain: str) -> Figure:
    with listened() as heard:
        assert ours.get(address).status_code == 200, address
    floor = median(_got(bare, plain), ROUNDS)
    return Figure(name, median(_got(ours, address), ROUNDS), floor, times=3, note=f"{len(heard.asked)} statements")


def _got(client: FlaskClient, address: str) -> Callable[[], TestResponse]:
    return lambda: client.get(address)


def _bare(engine: Engine) -> Flask:
    """The same rows through Flask, SQLAlchemy Core and Jinja alone."""
    app = Flask("bare")
    people, cases, places = Employee.__table__, Review.__table__, Department.__table__
    superior = people.alias("superior")
    page = app.jinja_env.from_string(PLAIN)  # once, as the portal compiles its own once
    shown = (people.c.number, people.c.name, places.c.name, people.c.post, superior.c.name, people.c.status)
    employees = (
        select(*shown).join(places, places.c.id == people.c.department_id)
        .outerjoin(superior, superior.c.id == people.c.superior_id)
    )  # fmt: skip
    reviews = select(people.c.number, people.c.name, cases.c.kind, cases.c.stage, cases.c.score).join(
        people, people.c.id == cases.c.employee_id
    )

    @app.get("/employees")
    def list_employees() -> str:
        name = request.args.get("name")
        query = employees.where(people.c.name.contains(name)) if name else employees
        return answered(query.order_by(people.c[request.args.get("order", "number")]))

    @app.get("/reviews")
    def list_reviews() -> str:
        return answered(reviews.order_by(cases.c.id))

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
