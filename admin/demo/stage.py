"""What the demo's story is told with: who acts, at which moment, and where things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.demo.people import Centre, Person
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day
from config import Settings

Say = Callable[[str], None]
LAST_MONTH_FOR_LAST_YEAR = 3
STORY = timedelta(weeks=7)  # from the opening to the notice
SIGN_INS = ("admin", "hr", "hr2", "management", "auditor", "officer1", "officer2", "chair", "secretary")


@dataclass
class Stage:
    """The demo's centre in a database: `now` is the portal's clock, the story happens before it."""

    session: Session
    settings: Settings
    centre: Centre
    now: datetime
    say: Say
    usernames: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year under review."""
        return self.year_reviewed(self.opening)

    def year_reviewed(self, moment: datetime) -> int:
        """The year that a cycle opened at this moment is for: until 31 March the one that has just ended (1.2-e)."""
        day = self.day(moment)
        return day.year - 1 if day.month <= LAST_MONTH_FOR_LAST_YEAR else day.year

    def months_ended(self, year: int, moment: datetime) -> range:
        """The months of a year whose figures can be there at a moment."""
        day = self.day(moment)
        return range(1, 13 if day.year > year else day.month if day.year == year else 1)

    @property
    def opening(self) -> datetime:
        """When the cycle was opened."""
        return self.now - STORY

    def day(self, moment: datetime) -> date:
        """The day in company time."""
        return company_day(moment)

    @property
    def people(self) -> dict[str, Person]:
        """The centre's people by number."""
        return {person.number: person for person in self.centre.people}

    def numbers_by_id(self) -> dict[int, str]:
        """Employee numbers by id."""
        return {key: number for number, key in self.ids.items()}

    def actor(self, username: str) -> Actor:
        """The actor that an account is, from facts as they stand now; remembered until `forget`."""
        if username not in self._actors:
            with acting_as(self.system):
                self._actors[username] = actor_named(self.session, username, today=self.day(self.now), via="demo")
        return self._actors[username]

    def person(self, number: str) -> Actor:
        """The actor that somebody is, by employee number."""
        return self.actor(self.usernames.get(number, number))

    def forget(self) -> None:
        """Facts have changed: read them again."""
        self._actors.clear()

    @property
    def system(self) -> Actor:
        """The explicit actor of deploy steps."""
        return system_actor("demo")
