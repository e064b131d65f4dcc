"""The rules of a case, and the rules by which the policy dates a thing by its day (1.3.1; 6.1-c).

Whatever concerns a case reads `rules_of`: the version that its cycle pinned, with the values of the day on which the
cycle opened. Whatever has no case yet reads `rules_on` and says why it may, with one of `ByDay`; there is no third way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.codes import CycleKind
from admin.domain.grades import Ladder
from admin.domain.refusals import N_, Refusal, Refused
from admin.domain.scorecard import Scorecard
from admin.models import Cycle, Grade, PolicyVersion, Review
from admin.queries.policy.cards import Card, card_of, read_card
from admin.queries.policy.policy import grades_by_code, rulebook_of, scorecard_row_of, version_on
from admin.queries.policy.scorecards import scorecard_of
from admin.queries.system.calendar import company_day
from admin.rulebook.book import Rulebook


class ByDay(Enum):
    """What the policy dates by the day itself, each with the reason: no case, and so no pinned version, is there."""

    NOT_OPEN = (
        "A cycle's rules are frozen when it opens (1.3.1): what is planned, previewed or opened reads that day's."
    )
    NO_CASE = (
        "Where somebody stands, and the duty to propose a demotion, are asked while no case is open (4.1.1, 4.2.1)."
    )
    BODY = "A panel is formed and counted for no case in particular (3.3.5-a)."
    SERVED = "An adjustment or a takeover correction has no case; it is served with the days of its day (4.3-a)."
    COMPLAINT = "A complaint may name no case; its times and its retention are those of the day (6.3.1)."
    TAKEN_OVER = "A grade that is taken over, or whose takeover is put right, has no case (1.2-c, 1.2-f)."
    DATED_ACT = "An adjustment names its own day and no case: the ladder of that day is meant (4.3)."
    PRINTED = "The policy page, its values and the public notice print what is in force on the day (6.1-c)."
    NEXT_VERSION = "A draft is compared with the version in force on the day on which it is made (6.1)."


@dataclass(frozen=True)
class Rules:
    """One version as it stands on one day: values, ladder, scorecard and texts, all of them the version's own."""

    version: PolicyVersion
    day: date
    find_card: Callable[[], Card | None] = field(compare=False)

    @cached_property
    def card(self) -> Card | None:
        """The version's scorecard; None where it has none."""
        return self.find_card()

    @cached_property
    def book(self) -> Rulebook:
        """The version's content: clauses, names of grades and levels, duties."""
        return rulebook_of(self.version)

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """Every parameter's value on the day, by id."""
        return self.book.values(self.day)

    @cached_property
    def ladder(self) -> Ladder:
        """The version's grades, the lowest first (2.1)."""
        return self.book.ladder(self.day)

    @property
    def scorecard_row(self) -> Card:
        """The scorecard as its rows have it; raises `Refused` (3.2.5) where the version has none."""
        if self.card is None:
            raise Refused(Refusal("3.2.5", N_("No scorecard is in force.")))
        return self.card

    @cached_property
    def scorecard(self) -> Scorecard:
        """The measured standard as the domain reads it (3.2.5)."""
        return scorecard_of(self.scorecard_row, self.parameters, self.thresholds)

    @cached_property
    def thresholds(self) -> Mapping[str, Decimal]:
        """The score that a promotion to each grade asks for, in the order of the ladder (3.3.3-a)."""
        scores = self.card.thresholds if self.card else {}
        return {code: scores[code] for code in self.ladder.codes if code in scores}


def grades_of(session: Session, rules: Rules) -> list[Grade]:
    """The rows of the grades on the ladder of these rules, the lowest first: what may be chosen under them."""
    rows = grades_by_code(session)
    return [rows[code] for code in rules.ladder.codes]


def rules_of(session: Session, record: Review | Cycle) -> Rules:
    """The rules that a case, or a whole cycle, stands under: those of the day on which the cycle opened (1.3.1).

    A single case that assesses a year again is opened after it and stands under that year's rules (6.3-a).
    Raises `Refused` for a cycle that has not opened: its rules are not frozen yet.
    """
    cycle = record.cycle if isinstance(record, Review) else record
    if cycle.opened_at is None:
        raise Refused(Refusal("1.3.1", N_("The cycle has not opened yet: its rules are fixed on the day it opens.")))
    day = company_day(cycle.opened_at)
    # What assesses a past year again is opened today: values that came since do not judge that year.
    on = min(day, cycle.period_to) if cycle.kind == CycleKind.SINGLE else day
    kept: dict[Any, Rules] = session.info.setdefault("rules", {})
    key = (cycle.policy_version_id, cycle.scorecard_id, on)
    # Frozen since the cycle opened, and asked for each case of a page: kept as long as the session knows its rows.
    if key not in kept or kept[key].version not in session:
        version, card = session.get_one(PolicyVersion, cycle.policy_version_id), card_of(cycle)
        kept[key] = Rules(version, on, lambda: card)
    return kept[key]


def rules_on(session: Session, day: date, why: ByDay) -> Rules:
    """The rules in force on a day, for what has no case (`why`); raises `Refused` (6.1) where no version is in force."""
    version = version_on(session, day)
    return Rules(version, day, lambda: _as_it_stands(session, version))


def _as_it_stands(session: Session, version: PolicyVersion) -> Card | None:
    # Read anew, not as it is kept: a cycle is planned and opened on what the rows say, and refused where that breaks a rule.
    row = scorecard_row_of(session, version)
    return read_card(session, row.id) if row is not None else None


def movements(session: Session, reviews: Sequence[Review]) -> list[tuple[Review, str | None]]:
    """Each case with the way that its determined grade leads by the case's own ladder; None while nothing is determined."""
    if any(each.determined_grade_id is not None for each in reviews):
        grades_by_code(session)  # known from here on: the cases' grades are not looked up one by one
    return [(each, _movement(session, each)) for each in reviews]


def _movement(session: Session, review: Review) -> str | None:
    if review.determined_grade is None:
        return None
    before = review.present_grade.code if review.present_grade else None
    return rules_of(session, review).ladder.movement(before, review.determined_grade.code)
