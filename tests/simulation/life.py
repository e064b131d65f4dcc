"""A centre's life, driven by a seed: what happens on each day, in steps that can be told and done again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from admin.domain.workflow.transitions import TABLE
from tests.simulation.doors import RESOURCES, Outcome, Step, World
from tests.simulation.errands import ERRANDS
from tests.simulation.proceedings import open_matters
from tests.simulation.references import TABLES, reference

DAY = timedelta(days=1)
FINAL = "('issued', 'unchanged', 'outside', 'left', 'cancelled')"
ACTIONS = sorted({f"{row.process}.{row.action}" for row in TABLE if row.process in RESOURCES and row.offered})


class Temper:
    """How the people of one centre are: diligent or late, quarrelsome or not. Drawn once for each life."""

    def __init__(self, dice: Random) -> None:
        self.diligence = dice.uniform(0.25, 0.6)
        self.self_assess = dice.uniform(0.6, 1.0)
        self.decline = dice.choice((0.0, 0.03, 0.15))
        self.appeal = dice.choice((0.02, 0.1, 0.25))
        self.events = dice.choice((0.05, 0.15, 0.3))
        self.wrong = dice.choice((1, 2, 3))
        self.correct = dice.choice((0.0, 0.05, 0.2))
        self.api = dice.choice((0.0, 0.05, 0.1))


class Life:
    """Some time of a centre; iterate over it, and carry each step out before the next is asked for."""

    def __init__(self, world: World, seed: int, begin: datetime, days: int) -> None:
        self.world, self.seed = world, seed
        self.dice = Random(f"life {seed}")
        self.temper = Temper(self.dice)
        self.begin, self.until = begin, begin + timedelta(days=days)
        self.at = begin
        self.helpful = False
        self.hired = 0
        self.outcome: Outcome | None = None  # what came of the last step

    # -- time ------------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Step]:
        from tests.simulation.duties import duties
        from tests.simulation.events import events

        while self.at < self.until:
            if self.chance(0.6):  # what is due and not done is done on another day
                yield self.step("", "tick")
            if self.local.weekday() < 5:
                yield from duties(self)
                yield from events(self)
                for _ in range(self.dice.randint(0, self.temper.wrong)):
                    yield self.wrong_try()
            self._sleep()
        yield from self._ending()

    def _ending(self) -> Iterator[Step]:
        """Everybody does what is theirs, and nothing new is begun: every case comes to its end."""
        from tests.simulation.duties import duties

        self.helpful = True
        for _ in range(160):
            if not self.open_cases() and not open_matters(self.world):
                break
            yield self.step("", "tick")
            if self.local.weekday() < 5:
                yield from duties(self)
            self._sleep()

    def open_cases(self) -> list[Any]:
        """Cases that have not come to their end."""
        return self.rows(
            f"SELECT r.*, c.kind AS cycle_kind, e.number, e.status FROM reviews r JOIN cycles c ON c.id = r.cycle_id JOIN employees e "
            f"ON e.id = r.employee_id WHERE r.stage NOT IN {FINAL} AND c.stage = 'open' AND c.kind <> 'rehearsal' ORDER BY r.id"
        )

    @property
    def local(self) -> date:
        """The company's day."""
        return self.at.astimezone(self.world.ground.settings.portal_tz).date()

    def _sleep(self) -> None:
        """To the morning of the next day on which something waits; the clock jumps over quiet weeks."""
        busy = self.one(
            f"SELECT 1 FROM reviews r JOIN cycles c ON c.id = r.cycle_id WHERE r.stage NOT IN {FINAL} AND c.stage = 'open' LIMIT 1"
        )
        days = 1 if busy or (self.local.month == 12 and self.local.day < 12) else self.dice.choice((2, 4, 7))
        morning = datetime.combine(self.local + days * DAY, time(9), self.world.ground.settings.portal_tz)
        self.at = max(morning.astimezone(UTC), self.at)

    # -- steps -----------------------------------------------------------------------------------------------------

    def step(self, who: str, verb: str, *target: Any, wrong: bool = False) -> Step:
        """The next step, some minutes after the one before."""
        self.at += timedelta(seconds=self.dice.randint(20, 400))
        by_api = bool(who) and "." in verb and self.chance(self.temper.api)
        how = self.dice.choice(("killed", "at once")) if self.chance(0.01) and not by_api and not wrong else ""
        return Step(self.at, who, verb, target, self.dice.getrandbits(30), wrong, by_api, how)

    def on(self, who: str | int | None, verb: str, key: int) -> Step:
        """An action of the registry on a record."""
        number = who if isinstance(who, str) else self.world.number_of(who)
        return self.step(number, verb, *reference(self.world, verb.split(".")[0], key))

    def chance(self, probability: float) -> bool:
        """Whether it happens."""
        return self.dice.random() < probability

    def judged_elsewhere(self) -> bool:
        """Whether the last step was refused to somebody who has another part in the case (3.3-d)."""
        return self.outcome is not None and self.outcome.clause in ("3.3-d", "3.3-e")

    def willing(self, share: float = 1.0) -> bool:
        """Whether somebody does today what is theirs to do."""
        return self.helpful or self.chance(self.temper.diligence * share)

    def office(self, name: str) -> str:
        """Who holds an office; where they have left, the other of the two who hold it."""
        offices = self.world.centre.offices
        other = name.removesuffix("_second") if name.endswith("_second") else f"{name}_second"
        return offices[name] if self.here(offices[name]) else offices.get(other, offices[name])

    @property
    def hr(self) -> str:
        """One of the two of HR."""
        return self.office(self.dice.choice(("hr", "hr", "hr_second")))

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Rows of the file."""
        return self.world.ground.all(query, *values)

    def one(self, query: str, *values: Any) -> Any:
        """One value of the file."""
        return self.world.ground.one(query, *values)

    def here(self, number: str) -> bool:
        """Whether somebody has not left."""
        return self.one("SELECT status FROM employees WHERE number = ?", number) not in ("left", None)

    def anybody(self) -> str:
        """Anyone at all."""
        return self.dice.choice(sorted(self.world.centre.people))

    def agent(self) -> str:
        """One of those who hold grades and are there."""
        rows = self.rows(
            "SELECT number FROM employees WHERE queue IS NOT NULL AND is_management = 0 AND status <> 'left' ORDER BY id"
        )
        return self.dice.choice(rows)["number"] if rows else self.anybody()

    # -- what nobody should do -------------------------------------------------------------------------------------

    def wrong_try(self) -> Step:
        """Somebody tries something, offered or not, with a right input or a wrong one."""
        if self.chance(0.2):
            return self._wrong_errand()
        verb = self.dice.choice(ACTIONS)
        process = verb.split(".")[0]
        table = TABLES[process]
        recent = self.rows(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 60")
        if not recent:
            return self._wrong_errand()
        key = self.dice.choice(recent)["id"]
        who = self._near(process, key) if self.chance(0.6) else self.anybody()
        step = self.on(who, verb, key)
        return Step(step.at, step.who, verb, step.target, step.dice, self.chance(0.4), self.chance(0.1))

    def _near(self, process: str, key: int) -> str:
        """Somebody who has to do with it, or with what it is about."""
        near = [self.office(name) for name in ("hr", "chair", "secretary", "panel_chair", "management", "officer")]
        if process == "review":
            row = self.rows("SELECT employee_id, superior_id, head_id FROM reviews WHERE id = ?", key)[0]
            near += [self.world.number_of(each) for each in row if each] * 3
        return self.dice.choice(near)

    def _wrong_errand(self) -> Step:
        name = self.dice.choice(sorted(ERRANDS))
        people = [self.anybody() for _ in range(3)]
        target: tuple[Any, ...] = tuple(people[:2])
        if name in ("confirm_year", "import_ratings"):
            target = (self.dice.choice((2025, 2027, 2031)),)
        elif name == "plan_cycle":
            target = (
                self.local.year + self.dice.choice((-2, -1, 0, 1)),
                self.dice.choice(("regular", "rehearsal", "single")),
            )
        elif name == "import_metrics":
            target = (f"{self.local:%Y-%m}-01",)
        elif name in (
            "decide_record",
            "take_record_back",
            "end_term",
            "reassess",
            "plan_meeting",
            "name_head",
            "assign_all",
            "appoint_reviewer",
        ):
            target = (self.dice.randint(1, 30), *people[: {"name_head": 1, "appoint_reviewer": 2}.get(name, 0)])
            target += (self.dice.randint(1, 3),) if name == "assign_all" else ()
        elif name == "reassign":
            target = (people[0], self.dice.choice(("superior", "head")), people[1])
        elif name == "appoint_member":
            target = (people[0], self.chance(0.5))
        elif name == "give_office":
            target = (people[0], self.dice.choice(("management", "hr")))
        elif name == "seat":
            target = (people[0], "hr", self.chance(0.5))
        elif name in ("vote", "vote_by_consent", "close_consent", "close_item", "move"):
            target = (self.dice.randint(1, 4), self.dice.randint(1, 60), self.chance(0.5))
        elif name in ("record", "propose_adjustments"):
            target = (people[0],)
        elif name == "hire":
            target = ("E9000", self.agent())
        elif name == "file_moves":
            target = (self.agent(), self.agent())
        # what the files of people say is HR's to say; from others it is tried without effect
        return self.step(self.anybody(), name, *target, wrong=True)
