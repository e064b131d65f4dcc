"""What the demo's grades bring beside pay: a table of work by grade, courses with dates, and who is enrolled (5.2.1, 6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from admin.access.actor import acting_as
from admin.demo.stage import Stage
from admin.operations.development.courses import add_course, add_course_date
from admin.operations.development.enrolments import enrol
from admin.operations.development.work_tasks import add_work_task
from admin.queries.cycles.roll import courses_there, grades_by_name
from admin.queries.development.work_tasks import tasks_on

# Code, title, about, what it is about on the scorecard, from which grade, what it brings; then days ahead, places and enrolled.
COURSES: tuple[tuple[dict[str, Any], int, int, int], ...] = (
    (
        {"code": "T-01", "title": "一次解決來電", "about": "提問、查證與收尾，減少重複來電。", "criterion": "resolution", "hours": 6},
        12, 12, 7,
    ),
    (
        {"code": "T-02", "title": "情緒安撫與溝通", "about": "面對不滿的客戶如何傾聽與回應。", "criterion": "communication", "hours": 7},
        19, 6, 9,
    ),
    ({"code": "T-03", "title": "產品知識更新", "about": "本季新產品與常見問題。", "criterion": "knowledge", "hours": 3}, 26, 30, 14),
    (
        {"code": "T-04", "title": "客戶服務管理師認證班", "about": "考取與工作相關的證照。", "dimension": "ability", "hours": 16,
         "brings": "certificate", "lowest": "J3"},
        40, 10, 0,
    ),
)  # fmt: skip
WORK = (
    ("W-1", "一般諮詢", "依標準話術回答。", None),
    ("W-2", "複雜來電", "需要查證或個別處理的來電。", "M1"),
    ("W-3", "客訴處理", "不滿意或要求主管處理的來電。", "S1"),
)


def offer_training(stage: Stage) -> None:
    """HR keeps the table of work and announces courses; agents are enrolled. What is there already is left alone."""
    with acting_as(stage.system):
        there, grades = courses_there(stage.session), grades_by_name(stage.session)
        listed = {each.code for each in tasks_on(stage.session, stage.day(stage.opening))}
    stage.say("courses: a catalogue, dates, enrolments")
    hr, at = stage.actor("hr"), stage.now - timedelta(days=2)
    for code, title, about, lowest in (each for each in WORK if each[0] not in listed):
        row = {"code": code, "title": title, "about": about, "valid_from": stage.day(stage.opening)}
        add_work_task(row | {"lowest_grade_id": grades.get(lowest or "")}, actor=hr, now=at)
    for course, ahead, places, enrolled in (each for each in COURSES if each[0]["code"] not in there):
        data = {name: value for name, value in course.items() if name != "lowest"}
        kept = add_course(data | {"lowest_grade_id": grades.get(course.get("lowest", ""))}, actor=hr, now=at)
        on = stage.day(stage.now) + timedelta(days=ahead)
        date = {"code": f"{kept.code}-1", "course_id": kept.id, "begins_on": on, "ends_on": on, "place": "三樓訓練教室"}
        hours = {"from_hour": "09:00", "to_hour": "17:00", "places": places}
        key = add_course_date(date | hours, actor=hr, now=at).id
        for person in stage.centre.agents[places : places + enrolled]:
            enrol(key, stage.ids[person.number], actor=hr, now=at)
