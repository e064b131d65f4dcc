"""The files that the demo's HR department would hand in: written as spreadsheets, read back by the real import."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from admin.demo.people import SEED, Centre, Person
from admin.files.workbooks import write_workbook

EMPLOYEE_HEADERS = (
    "工號",
    "姓名",
    "部門",
    "職務",
    "技能組",
    "到職日期",
    "進入中心日期",
    "直屬上級",
    "管理職",
    "在職狀態",
)
METRIC_HEADERS = ("工號", "月份", "技能組", "指標", "指標值")


def employees_file(centre: Centre) -> bytes:
    """Everyone, with department paths and superiors by number."""
    rows = [
        [
            p.number,
            p.name,
            p.department,
            p.post,
            p.queue,
            p.hired,
            p.joined,
            p.superior,
            "是" if p.management else "否",
            "在職",
        ]
        for p in centre.people
    ]
    return write_workbook("員工", EMPLOYEE_HEADERS, rows)


def grades_file(centre: Centre) -> bytes:
    """Grades held before the system."""
    rows = [
        [p.number, p.grade, p.since, f"客服職級〔{p.since.year}〕舊 {index} 號"]
        for index, p in enumerate(centre.agents)
        if p.grade and p.since
    ]
    return write_workbook("職級", ("工號", "職級", "職級生效日期", "文號"), rows)


def ratings_file(centre: Centre) -> bytes:
    """Annual ratings of the years before."""
    rows = [[p.number, year, rating] for p in centre.agents for year, rating in p.ratings.items()]
    return write_workbook("績效等次", ("工號", "年度", "年度績效等次"), rows)


def metrics_file(centre: Centre, year: int, months: Iterable[int]) -> bytes:
    """Monthly figures of the year under review, in long form."""
    dice = random.Random(SEED + year)
    rows = [row for p in centre.agents for month in months for row in _month(dice, p, year, month)]
    return write_workbook("績效指標", METRIC_HEADERS, rows)


def _month(dice: random.Random, p: Person, year: int, month: int) -> Sequence[list[Any]]:
    if (p.hired.year, p.hired.month) > (year, month):
        return []
    days = dice.randint(17, 22)
    answered = int(days * max(18.0, dice.gauss(52 + 8 * p.skill, 6)))
    resolved = int(answered * min(0.985, max(0.5, dice.gauss(0.84 + 0.045 * p.skill, 0.02))))
    asked = int(answered * 0.12)
    mean = min(4.9, max(2.6, dice.gauss(4.05 + 0.28 * p.skill, 0.12)))
    top2 = int(asked * min(0.97, max(0.2, (mean - 2.2) / 2.7)))
    complaints = sum(dice.random() < max(0.0004, 0.0022 - 0.0008 * p.skill) for _ in range(answered))
    figures = {
        "offered": int(answered * 1.06),
        "answered": answered,
        "resolved": resolved,
        "csat_sum": round(mean * asked),
        "csat_n": asked,
        "csat_top2": top2,
        "complaints": complaints,
        "days_worked": days,
    }
    return [[p.number, f"{year}-{month:02d}", p.queue, code, value] for code, value in figures.items()]
