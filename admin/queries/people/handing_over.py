"""What of somebody's work goes to whom, and what stays by which clause: the plan that is shown, and held to (1.2-g, 3.3-f)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from admin.domain.refusals import Refusal
from admin.models import Employee
from admin.queries.people.open_work import Item


@dataclass(frozen=True)
class Going:
    """One thing and who gets it; with a refusal it stays where it is."""

    item: Item
    to: str = ""
    taker_id: int | None = None
    refusal: Refusal | None = None


@dataclass
class HandingPlan:
    """Everything that was chosen, by its kind; how many ratings others are drawn for, and which cases need a statement."""

    found: dict[str, list[Going]] = field(default_factory=dict)
    ratings: int = 0
    statements: list[Item] = field(default_factory=list)

    def add(self, kind: str, rows: Sequence[Going]) -> None:
        """What becomes of the chosen things of a kind."""
        if rows:
            self.found[kind] = list(rows)

    def going(self) -> Iterator[tuple[str, Going]]:
        """What goes, with its kind."""
        return ((kind, row) for kind, rows in self.found.items() for row in rows if row.refusal is None)

    def staying(self) -> Iterator[tuple[str, Going]]:
        """What was chosen and stays, with its kind."""
        return ((kind, row) for kind, rows in self.found.items() for row in rows if row.refusal is not None)

    def by_taker(self) -> dict[tuple[str, str], list[Going]]:
        """What goes, by kind and by who gets it."""
        found: dict[tuple[str, str], list[Going]] = {}
        for kind, row in self.going():
            found.setdefault((kind, row.to), []).append(row)
        return found

    @property
    def count(self) -> int:
        """How many things go; a rating counts, though nobody is told whose case it is (6.3-d)."""
        return sum(1 for _each in self.going()) + self.ratings

    @property
    def count_staying(self) -> int:
        """How many of the chosen things stay."""
        return sum(1 for _each in self.staying())

    @property
    def first_refusal(self) -> Refusal | None:
        """Why the first of those stays that stay."""
        return next((row.refusal for _kind, row in self.staying()), None)

    @property
    def fingerprint(self) -> str:
        """The same plan has the same one: what was looked at is what is done.

        Ratings are left out: their raters go on rating while a second person reads the plan.
        """
        lines = [
            f"{kind}\0{row.item.key}\0{row.item.number}\0{row.to}\0{row.refusal.clause if row.refusal else ''}"
            for kind, rows in sorted(self.found.items())
            for row in rows
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class HandingPreview:
    """Whose work it is, what would become of it, and what the form sent: its fields, and its reason."""

    person: Employee
    plan: HandingPlan
    sent: Sequence[tuple[str, str]]
    reason: str
