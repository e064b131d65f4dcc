"""The people of a simulated centre, and the files in which HR keeps them: made by a seed, small, with every office filled."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

CENTRE = "客戶服務中心"
COMPANY = "遠聲科技"
LEVELS = ("J1", "J2", "J3", "M1", "M2", "M3", "S1", "S2", "S3", "E1", "E2")
SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高"
GIVEN = "雅婷淑芬怡君美玲佳穎志豪俊傑家宏建霖明翰宗廷彥安承恩柏涵思瑄郁慧欣萍"
RATINGS = ("優秀", "良好", "合格", "不合格")
HEADERS = [
    "工號",
    "姓名",
    "部門",
    "崗位",
    "技能組",
    "入職日期",
    "到客服中心日期",
    "直屬上級",
    "管理崗位",
    "狀態",
    "離職日期",
]


@dataclass
class Person:
    """One made-up person as HR's file has them."""

    number: str
    name: str
    department: str
    post: str = "專員"
    queue: str = ""
    hired: date = date(2018, 3, 1)
    superior: str = ""
    management: bool = False
    left: date | None = None
    grade: str = ""
    since: date = date(2022, 1, 1)
    skill: float = 0.0
    ratings: dict[int, str] = field(default_factory=dict)


@dataclass
class Centre:
    """Everyone, and who holds which office (by number)."""

    people: dict[str, Person] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)
    seats: list[tuple[str, str, str, bool]] = field(default_factory=list)

    @property
    def agents(self) -> list[Person]:
        """Those who hold a grade or are to get one."""
        return [person for person in self.people.values() if person.queue]


def make_centre(seed: int) -> Centre:
    """A centre of 30 to 50 people; the same for the same seed."""
    dice = random.Random(f"centre {seed}")
    made = Centre()
    top = f"{COMPANY}/{CENTRE}"
    director = _add(made, dice, top, post="總監", management=True)
    deputy = _add(made, dice, top, post="副總監", superior=director, management=True)
    made.heads[CENTRE] = director
    _outside(made, dice)
    for name in dice.choice((["電話部"], ["電話部", "線上部"], ["電話部", "線上部"])):
        _division(made, dice, f"{top}/{name}", name, director)
    _seat(made, deputy)
    return made


def _add(made: Centre, dice: random.Random, department: str, **given: object) -> str:
    number = f"E{1001 + len(made.people)}"
    name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN) + str(len(made.people))
    person = Person(number, name, department, **given)  # type: ignore[arg-type]
    made.people[number] = person
    return number


def _outside(made: Centre, dice: random.Random) -> None:
    for name, short, count in (
        ("人力資源部", "hr", 8),
        ("資訊部", "it", 4),
        ("產品部", "product", 3),
        ("總經理室", "office", 3),
    ):
        path = f"{COMPANY}/{name}"
        head = _add(made, dice, path, post="經理", management=True)
        made.heads[name] = made.offices[f"{short}0"] = head
        for index in range(1, count):
            made.offices[f"{short}{index}"] = _add(made, dice, path, superior=head)


def _division(made: Centre, dice: random.Random, path: str, name: str, director: str) -> None:
    head = _add(made, dice, path, post="部門經理", superior=director, management=True)
    made.heads[name] = head
    for index in range(dice.randint(1, 2)):
        team = f"{path}/{name[:-1]}{index + 1}組"
        leader = _add(made, dice, team, post="組長", superior=head, management=True)
        for _ in range(dice.randint(3, 6)):
            _agent(made, dice, team, leader, "phone" if name == "電話部" else "online")


def _agent(made: Centre, dice: random.Random, team: str, leader: str, queue: str) -> None:
    number = _add(made, dice, team, post="客服專員", superior=leader, queue=queue)
    person = made.people[number]
    person.hired = date(2014 + dice.randint(0, 8), dice.randint(1, 12), dice.randint(1, 28))
    person.skill = dice.gauss(0, 1)
    if dice.random() < 0.9:
        person.grade = LEVELS[min(10, int(dice.triangular(0, 10, 3)))]
        person.since = max(person.hired + timedelta(days=40), date(2025 - dice.randint(0, 3), 1, 1))
    person.ratings = {year: _rating(dice, person.skill) for year in (2023, 2024, 2025)}


def _rating(dice: random.Random, skill: float) -> str:
    value = skill + dice.gauss(0, 0.3)
    return RATINGS[0] if value > 0.3 else RATINGS[1] if value > -0.4 else RATINGS[2] if value > -0.8 else RATINGS[3]


def _seat(made: Centre, deputy: str) -> None:
    o = made.offices
    made.seats = [
        (o["hr0"], "hr", "chair", False), (o["hr1"], "hr", "member", False),
        (deputy, "centre_management", "member", False), (o["office1"], "centre_management", "member", False),
        (o["it0"], "related_departments", "member", False), (o["product0"], "related_departments", "member", False),
        (o["product2"], "related_departments", "alternate", False), (o["hr2"], "hr", "secretary", False),
        (o["hr3"], "hr", "member", True), (o["it1"], "related_departments", "member", True),
        (o["office2"], "centre_management", "member", True), (o["product1"], "related_departments", "member", True),
    ]  # fmt: skip
    o |= {
        "chair": o["hr0"], "secretary": o["hr2"], "panel_chair": o["hr3"], "hr": o["hr4"], "hr_second": o["hr5"],
        "officer": o["hr6"], "officer_second": o["it2"], "auditor": o["it3"], "management": o["office0"],
        "management_second": o["hr7"],
    }  # fmt: skip


ROLES = {
    "hr": "hr", "hr_second": "hr", "officer": "complaint_officer", "officer_second": "complaint_officer",
    "auditor": "auditor", "management": "management", "management_second": "management",
}  # fmt: skip


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file as HR would hand it in."""
    lines = [",".join(headers), *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def employees_file(people: Iterable[Person]) -> bytes:
    """People with department paths and superiors by number."""
    return table(
        HEADERS,
        (
            (p.number, p.name, p.department, p.post, p.queue, p.hired, p.hired, p.superior,
             "是" if p.management else "否", "離職" if p.left else "在職", p.left)
            for p in people
        ),
    )  # fmt: skip


def grades_file(people: Iterable[Person]) -> bytes:
    """Grades held before the system."""
    rows = ((p.number, p.grade, p.since, f"舊 {p.number} 號") for p in people if p.grade)
    return table(("工號", "職級", "職級生效日期", "文號"), rows)


def ratings_file(rows: Iterable[tuple[str, int, str]]) -> bytes:
    """Annual ratings: number, year, rating."""
    return table(("工號", "年度", "年度績效等次"), rows)


def metrics_file(people: Iterable[Person], months: Iterable[date], dice: random.Random) -> bytes:
    """Monthly figures, in long form."""
    rows = [row for month in months for p in people if p.hired <= month for row in _month(dice, p, month)]
    return table(("工號", "月份", "技能組", "指標", "指標值"), rows)


def _month(dice: random.Random, p: Person, month: date) -> list[tuple[object, ...]]:
    days = dice.randint(17, 22)
    answered = int(days * max(18.0, dice.gauss(52 + 8 * p.skill, 6)))
    asked = int(answered * 0.12)
    mean = min(4.9, max(2.6, dice.gauss(4.05 + 0.28 * p.skill, 0.12)))
    figures = {
        "offered": int(answered * 1.06), "answered": answered,
        "resolved": int(answered * min(0.985, max(0.5, dice.gauss(0.84 + 0.045 * p.skill, 0.02)))),
        "csat_sum": round(mean * asked), "csat_n": asked, "csat_top2": int(asked * min(0.97, max(0.2, (mean - 2.2) / 2.7))),
        "complaints": int(max(0, dice.gauss(2 - p.skill, 1))), "days_worked": days,
    }  # fmt: skip
    return [(p.number, f"{month:%Y-%m}", p.queue, code, value) for code, value in figures.items()]
