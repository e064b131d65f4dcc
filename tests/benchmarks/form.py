"""The application form: opened and its draft saved, beside the fewest statements by hand that give the same page or rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

from flask import Flask
from jinja2 import Environment
from werkzeug.test import TestResponse

from tests.benchmarks.bare import Bare
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.floor_app import application
from tests.benchmarks.floors import listened, marked, written_since
from tests.benchmarks.world import World

ROUNDS = 9
OPENED, STATEMENTS = 0.02, 12
PAGE = """<!doctype html><html lang="zh-Hant"><title>{{ case[0] }}</title><h1>{{ case[1] }} {{ case[2] }}</h1>
<p>{{ case[4] }}, {{ case[5] }}</p><form method="post"><input type="hidden" name="version" value="{{ case[8] }}">
<select name="target_grade">{% for code, name, score in grades %}
<option value="{{ code }}">{{ name }} {{ score }}</option>{% endfor %}</select>
{% for code, name, weight, source, clause, texts in criteria %}{% set answer = answers[code] or {} %}{% set figure = figures[code] %}
<section id="c-{{ code }}"><fieldset><legend>{{ name }} {{ weight }}</legend><p>{{ texts.help }}</p>
{% for value in range(1, 6) %}<label><input type="radio" name="value.{{ code }}" value="{{ value }}"
{%- if answer.value == value %} checked{% endif %}>{{ value }} {{ texts.anchors }}</label>{% endfor %}</fieldset>
<label>{{ name }}<textarea name="text.{{ code }}" rows="2">{{ answer.text }}</textarea></label>
<aside><h3>{{ source }} {{ clause }}</h3>{% if figure %}<p>{{ figure[0] }} {{ figure[1] }} {{ figure[2] }}</p>{% endif %}</aside></section>
{% endfor %}<textarea name="summary" rows="8">{{ case[7] }}</textarea>
<ul>{% for year, rating in ratings %}<li>{{ year }} {{ rating }}</li>{% endfor %}</ul>
<ul>{% for day, kind, title in records %}<li>{{ day }} {{ kind }} {{ title }}</li>{% endfor %}</ul>
<ul>{% for name, size in files %}<li>{{ name }} {{ size }}</li>{% endfor %}</ul><button>OK</button></form></html>"""
CASE = """SELECT r.id, e.number, e.name, e.id, d.name, c.self_assessment_due, s.answers, s.summary, s.version, c.scorecard_id, g.rank,
c.period_from, c.period_to FROM reviews r JOIN employees e ON e.id = r.employee_id JOIN departments d ON d.id = r.department_id
JOIN cycles c ON c.id = r.cycle_id LEFT JOIN grades g ON g.id = r.present_grade_id LEFT JOIN self_assessments s ON s.review_id = r.id
WHERE r.id = ?"""
CRITERIA = """SELECT code, name_zh_hant, weight, source, clause, texts FROM criteria
WHERE scorecard_id = ? AND source NOT IN ('peers', 'computed') ORDER BY position"""
FIGURES = """SELECT m.code, sum(m.value), max(m.month), sum(t.value) FROM metrics m
LEFT JOIN queue_totals t ON t.month = m.month AND t.queue = m.queue AND t.code = m.code
WHERE m.employee_id = ? AND m.month BETWEEN ? AND ? GROUP BY m.code"""
GRADES = """SELECT g.code, g.name_zh_hant, t.score FROM grades g LEFT JOIN grade_thresholds t ON t.grade_id = g.id AND t.scorecard_id = ?
WHERE g.rank > ? ORDER BY g.rank LIMIT 2"""
RATINGS = "SELECT year, rating FROM annual_ratings WHERE employee_id = ? ORDER BY year DESC LIMIT 4"
RECORDS = """SELECT happened_on, kind, title FROM employee_records WHERE employee_id = ? AND stage = 'approved'
ORDER BY happened_on DESC, id DESC LIMIT 12"""
WHO = "SELECT u.active, e.id FROM ab_user u JOIN employees e ON e.user_id = u.id WHERE u.id = ?"
FILES = "SELECT filename, size FROM evidence WHERE review_id = ?"


def workspace(world: World) -> Iterator[Figure]:
    """One's own form at its first stage, with a draft in it."""
    world.at("open")
    _number, key, user = _own_case(world)
    page, save = world.signed_in("agent"), draft_saver(world)
    save()
    world.close()
    before = marked(world.database)
    save()
    world.close()
    written = written_since(world.database, before)
    with closing(Bare(world.database.url)) as own:
        bare = _form_by_hand(own, user).test_client()
        opened = lambda: page.get(f"/self_assessment/{key}")  # noqa: E731
        by_hand = lambda: bare.get(f"/form/{key}")  # noqa: E731
        note = f"{_statements(opened)} statements of at most {STATEMENTS}, {len(opened().data) // 1000} kB"
        yield Figure(
            "the form, opened", median(opened, ROUNDS), median(by_hand, ROUNDS), times=3, most=OPENED, note=note
        )
    note = f"{_statements(save)} statements, {written.rows} rows"
    taken = median(save, ROUNDS)
    world.close()
    saver, words = application(world.database.url, written.changes).test_client(), map(str, count())
    floor = median(lambda: saver.post(f"/save/{key}", json={"summary": next(words)}), ROUNDS)
    yield Figure("a draft, saved", taken, floor, times=3, note=note)


def draft_saver(world: World) -> Callable[[], TestResponse]:
    """What saves the draft of one's own form once more, in other words each time."""
    number, key, user = _own_case(world)
    program, words = world.app.test_client(), map(str, count())
    with world.app.app_context():
        bearer = {"Authorization": f"Bearer {world.token(user, number)}"}
    address = f"/api/v1/reviews/{key}/actions/save_self_assessment"
    return lambda: program.post(address, json={"summary": next(words)}, headers=bearer)


def _statements(work: Callable[[], TestResponse]) -> int:
    work()
    with listened() as heard:
        answer = work()
    assert answer.status_code == 200, answer.text
    return len(heard.asked)


def _own_case(world: World) -> tuple[str, int, int]:
    query = "FROM reviews r JOIN employees e ON e.id = r.employee_id WHERE e.number = ?"
    number = world.centre.agents[0].number
    return number, world.scalar(f"SELECT r.id {query}", number), world.scalar(f"SELECT e.user_id {query}", number)


def _form_by_hand(own: Bare, user: int) -> Flask:
    app = Flask("form")
    template = Environment(autoescape=True).from_string(PAGE)

    @app.get("/form/<int:key>")
    def form(key: int) -> str:
        ((_active, employee),), (case,) = own.rows(WHO, user), own.rows(CASE, key)
        assert employee == case[3]
        criteria = [(*row[:-1], _read(row[-1])) for row in own.rows(CRITERIA, case[9])]
        figures = {code: rest for code, *rest in own.rows(FIGURES, case[3], case[11], case[12])}
        return template.render(
            case=case, criteria=criteria, figures=figures, answers=_read(case[6]) or {},
            grades=own.rows(GRADES, case[9], case[10] or 0), ratings=own.rows(RATINGS, case[3]),
            records=own.rows(RECORDS, case[3]), files=own.rows(FILES, key),
        )  # fmt: skip

    return app


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
