"""What another version of the policy would change for the staff of today: reckoned by its own rules, kept nowhere (6.1, 6.3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import EmployeeStatus
from admin.domain.eligibility import EligibilityFacts, demotion, promotion
from admin.domain.grades import Ladder
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Department, Employee, PolicyVersion
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cycles.cycles import centre_departments
from admin.queries.policy.policy import rulebook_of
from admin.queries.policy.policy_versions import changes_of, version_numbered
from admin.rulebook.book import Rulebook

BATCH = 2_000  # people whose files are read at a time
TURNED = {"promotion_years_in_grade": range(1, 6), "promotion_excellent_years": range(1, 6)}
MOST_NAMED = 200
ELIGIBLE, DEMOTED, OFF_LADDER = "eligible", "demoted", "off_ladder"


@dataclass(frozen=True)
class Mover:
    """One person for whom the two versions differ: by the one before and by the other."""

    number: str
    name: str
    department: str
    grade: str
    before: frozenset[str]
    after: frozenset[str]


@dataclass
class Simulation:
    """People of today under two versions: how many meet what, by grade and department, and who moves.

    Counts are pairs: under the version before, and under the other one. `turned`: eligible people by a parameter's value.
    """

    people: int = 0
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    grades: list[tuple[str, int, tuple[int, int]]] = field(default_factory=list)
    departments: list[tuple[str, int, tuple[int, int]]] = field(default_factory=list)
    turned: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    movers: list[Mover] = field(default_factory=list)
    moved: int = 0


class _Law:
    """What one version says of a person."""

    def __init__(self, book: Rulebook, day: date, **turned: int) -> None:
        day = max(day, book.effective_from)
        self.parameters: Mapping[str, Any] = book.values(day) | turned
        self.ladder: Ladder = book.ladder(day)

    def says(self, facts: EligibilityFacts) -> frozenset[str]:
        """What holds for somebody with this file."""
        if facts.grade is not None and facts.grade not in self.ladder.codes:
            return frozenset({OFF_LADDER})
        up, down = promotion(facts, self.parameters, self.ladder), demotion(facts, self.parameters, self.ladder)
        held = {ELIGIBLE: up.eligible, DEMOTED: down.must_be_demoted}
        return frozenset(name for name, met in held.items() if met)

    def is_eligible(self, facts: EligibilityFacts) -> bool:
        """Whether a promotion could be asked for."""
        on_ladder = facts.grade is None or facts.grade in self.ladder.codes
        return on_ladder and promotion(facts, self.parameters, self.ladder).eligible


def simulate(session: Session, old: Rulebook, new: Rulebook, today: date) -> Simulation:
    """Everybody in service as for this year's cycle, under both versions; a few statements for each batch of people."""
    before, after = _Law(old, today), _Law(new, today)
    turned = {(name, value): _Law(new, today, **{name: value}) for name in TURNED for value in _allowed(new, name)}
    found, counted = Simulation(), Counter[tuple[str, int]]()
    of_grade, of_department, eligible = Counter[Any](), Counter[Any](), Counter[tuple[str, int]]()
    for person, facts in _files(session, today):
        one, other = before.says(facts), after.says(facts)
        counted.update((name, 0) for name in one)
        counted.update((name, 1) for name in other)
        for groups, key in ((of_grade, facts.grade or ""), (of_department, person.department)):
            groups[key, "people"] += 1
            groups[key, 0] += ELIGIBLE in one
            groups[key, 1] += ELIGIBLE in other
        eligible.update(key for key, law in turned.items() if law.is_eligible(facts))
        found.people += 1
        if one != other:
            found.moved += 1
            if len(found.movers) < MOST_NAMED:
                found.movers.append(Mover(person.number, person.name, person.department, facts.grade or "", one, other))
    found.counts = {name: (counted[name, 0], counted[name, 1]) for name in (ELIGIBLE, DEMOTED, OFF_LADDER)}
    places = {code: at for at, code in enumerate(dict.fromkeys((*before.ladder.codes, *after.ladder.codes)))}
    found.grades = _grouped(of_grade, lambda code: (places.get(code, -1), code))
    found.departments = _grouped(of_department, str)
    found.turned = {name: [(value, eligible[name, value]) for value in _allowed(new, name)] for name in TURNED}
    return found


@dataclass(frozen=True)
class _Person:
    id: int
    number: str
    name: str
    department: str


def _files(session: Session, today: date) -> Iterator[tuple[_Person, EligibilityFacts]]:
    columns = (Employee.id, Employee.number, Employee.name, Department.name)
    query = select(*columns).join(Department, Department.id == Employee.department_id)
    # The policy is the centre's, and management posts are outside the ladder (1.2, 1.2-b).
    covered = (Employee.department_id.in_(centre_departments(session)), Employee.is_management.is_(False))
    query = query.where(Employee.status != EmployeeStatus.LEFT, *covered)
    query = query.order_by(Employee.number)
    people = [_Person(*row) for row in session.execute(query)]
    for start in range(0, len(people), BATCH):
        some = people[start : start + BATCH]
        # As a cycle of this year would measure everybody: on its last day.
        day = date(today.year, 12, 31)
        facts = eligibility_facts(session, [each.id for each in some], year=today.year, as_of=day)
        yield from ((each, facts[each.id]) for each in some)


def _allowed(book: Rulebook, name: str) -> list[int]:
    parameter = next(each for each in book.parameters if each.id == name)
    return [value for value in TURNED[name] if parameter.fault(value) is None]


def _grouped(groups: Mapping[Any, int], order: Callable[[str], Any]) -> list[tuple[str, int, tuple[int, int]]]:
    keys: Sequence[str] = sorted({key for key, _ in groups}, key=order)
    return [(key, groups[key, "people"], (groups[key, 0], groups[key, 1])) for key in keys]


@dataclass(frozen=True)
class SimulationPage:
    """A version beside the one before it, for the staff of today; `movers` are named to HR alone."""

    row: PolicyVersion
    before: PolicyVersion
    day: date
    found: Simulation
    lang: str
    names: bool

    @property
    def book(self) -> Rulebook:
        """What the version says."""
        return rulebook_of(self.row)

    @property
    def old(self) -> Rulebook:
        """What the version before says."""
        return rulebook_of(self.before)


def simulation_page(session: Session, number: int, today: date, lang: str, reader: Actor) -> SimulationPage:
    """What a version would change; raises `NotFound` where there is none, `Refused` where it follows no other."""
    row = version_numbered(session, number)
    before, _ = changes_of(session, row)
    if before is None:
        raise Refused(Refusal("6.1", N_("There is no version before this one to compare it with.")))
    with acting_as(system_actor()):  # totals of all staff, whoever asks; names are HR's alone
        found = simulate(session, rulebook_of(before), rulebook_of(row), today)
    return SimulationPage(row, before, today, found, lang, reader.has("hr"))
