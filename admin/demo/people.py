"""The demo centre's people, made up by a seeded generator: a department tree, names, posts, careers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

SEED = 20261123
COMPANY = "遠聲科技"
CENTRE = "客戶服務中心"
SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴"
FIRST = "雅淑怡美佳俊志家建明宗冠彥承宥柏思郁欣詩曉靜惠玉文子宜筱品睿"
SECOND = "婷芬君玲穎豪偉傑宏霖翰廷安恩涵瑄慧萍華蓉如芳琪雯雲青樺倫銘哲"
RARE = (
    "𠮷田結",
    "阮氏梅",
    "<b>陳</b>小明",
    "歐陽{{7*7}}",
)  # names that are markup or rare characters stay what they are

DIVISIONS = (
    ("電話客服一部", "電話一線", 4),
    ("電話客服二部", "電話二線", 4),
    ("線上客服部", "線上", 3),
    ("投訴處理部", "投訴", 2),
    ("品質與培訓部", "品質", 1),
)
OUTSIDE = (
    ("人力資源部", "人資專員", 8),
    ("資訊部", "系統工程師", 5),
    ("產品部", "產品經理", 5),
    ("總經理室", "主任", 3),
)
FEWEST_AGENTS = 20
LEVELS = ("J1", "J2", "J3", "M1", "M2", "M3", "S1", "S2", "S3", "E1", "E2")
PYRAMID = (10, 14, 14, 16, 14, 11, 9, 6, 4, 2, 1)


@dataclass
class Person:
    """One made-up person and what HR's files say of them."""

    number: str
    name: str
    department: str
    post: str
    hired: date
    joined: date
    superior: str = ""
    management: bool = False
    queue: str = ""
    grade: str = ""
    since: date | None = None
    skill: float = 0.0
    ratings: dict[int, str] = field(default_factory=dict)


@dataclass
class Centre:
    """Everyone, and who holds which office."""

    people: list[Person]
    heads: dict[str, str]
    director: str
    deputy: str

    def of(self, department: str) -> list[Person]:
        """The people whose department's path ends with that name."""
        return [person for person in self.people if person.department.endswith(department)]

    @property
    def agents(self) -> list[Person]:
        """Those of the centre who hold a grade or are to get one."""
        return [person for person in self.people if person.queue]


def make_centre(employees: int, opening: date) -> Centre:
    """A centre of so many employees (at least 60) as its cycle is opened, the same for the same number and day."""
    dice, year = random.Random(SEED + employees), opening.year
    names = _names(dice)
    people: list[Person] = []
    director = _add(people, names, dice, year, f"{COMPANY}/{CENTRE}", "中心總監", management=True)
    deputy = _add(people, names, dice, year, f"{COMPANY}/{CENTRE}", "副總監", superior=director.number, management=True)
    heads = {CENTRE: director.number}
    for name, post, count in OUTSIDE:
        _outside(people, names, dice, year, name, post, count, heads)
    leaders = [
        leader for division in DIVISIONS for leader in _division(people, names, dice, year, division, director, heads)
    ]
    for index in range(max(FEWEST_AGENTS, employees - len(people))):
        _agent(people, names, dice, opening, *leaders[index % len(leaders)])
    return Centre(people, heads, director.number, deputy.number)


def _names(dice: random.Random) -> Iterator[str]:
    """Names, each once; from half of all that there are on also namesakes, as a company of that size has them."""
    used: set[str] = set()
    many = len(SURNAMES) * len(FIRST) * len(SECOND) // 2
    while True:
        name = dice.choice(SURNAMES) + dice.choice(FIRST) + dice.choice(SECOND)
        if name not in used or len(used) >= many:
            used.add(name)
            yield name


def _add(
    people: list[Person], names: Iterator[str], dice: random.Random, year: int, department: str, post: str, *,
    superior: str = "", management: bool = False,
) -> Person:  # fmt: skip
    number = f"E{10001 + len(people)}"
    hired = date(year - dice.randint(6, 14), dice.randint(1, 12), dice.randint(1, 28))
    person = Person(number, next(names), department, post, hired, hired, superior=superior, management=management)
    people.append(person)
    return person


def _outside(
    people: list[Person],
    names: Iterator[str],
    dice: random.Random,
    year: int,
    name: str,
    post: str,
    count: int,
    heads: dict[str, str],
) -> None:
    path = f"{COMPANY}/{name}"
    head = _add(people, names, dice, year, path, f"{name}主管", management=True)
    heads[name] = head.number
    for _ in range(count - 1):
        _add(people, names, dice, year, path, post, superior=head.number)


def _division(
    people: list[Person],
    names: Iterator[str],
    dice: random.Random,
    year: int,
    division: tuple[str, str, int],
    director: Person,
    heads: dict[str, str],
) -> list[tuple[Person, str, str]]:
    name, queue, teams = division
    path = f"{COMPANY}/{CENTRE}/{name}"
    head = _add(people, names, dice, year, path, "部門經理", superior=director.number, management=True)
    heads[name] = head.number
    found = []
    for index in range(1, teams + 1):
        team = f"{path}/{name.removesuffix('部')}{index}組"
        leader = _add(people, names, dice, year, team, "組長", superior=head.number, management=True)
        found.append((leader, team, queue))
    return found


def _agent(
    people: list[Person],
    names: Iterator[str],
    dice: random.Random,
    opening: date,
    leader: Person,
    team: str,
    queue: str,
) -> None:
    index, year = len(people), opening.year
    order = dice.choices(range(len(LEVELS)), PYRAMID)[0]
    years = max(1, min(13, order + dice.randint(0, 3)))
    # Whoever has a grade has served long enough for one, also where the story opens early in a year.
    hired = min(date(year - years, dice.randint(1, 12), dice.randint(1, 28)), opening - timedelta(days=200))
    name = RARE[index % 7] if index % 47 == 0 and index % 7 < len(RARE) else next(names)
    person = Person(f"E{10001 + index}", name, team, "客服專員", hired, hired, superior=leader.number, queue=queue)
    person.skill = dice.gauss(0, 1)
    if dice.random() < 0.94:
        person.grade = LEVELS[order]
        person.since = max(hired + timedelta(days=30), date(year - dice.randint(1, 4), 1, 1))
    if dice.random() < 0.03:
        person.hired = person.joined = opening - timedelta(days=dice.randint(20, 40))
        person.grade, person.since = "", None
    person.ratings = {past: _rating(dice, person.skill) for past in range(year - 3, year) if person.hired.year <= past}
    people.append(person)


def _rating(dice: random.Random, skill: float) -> str:
    value = skill + dice.gauss(0, 0.45)
    for limit, word in ((0.75, "優秀"), (-0.35, "良好"), (-1.55, "合格")):
        if value > limit:
            return word
    return "不合格"
