"""Who meets a ground for promotion (policy 4.1.1) or demotion (4.2.1), condition by condition, with facts.

"The last N years" end with the year before the cycle's (4.1-a). A record carries a ground only when it is approved and
has not already carried an earlier change of grade (`spent`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admin.domain.codes import PerformanceRating
from admin.domain.grades import Ladder
from admin.domain.refusals import N_, Refusal

PROMOTION = "4.1.1"
DEMOTION = "4.2.1"


@dataclass(frozen=True)
class Record:
    """A contribution, certificate, breach, training or change of post: when, and whether it is approved."""

    on: date
    approved: bool
    reference: str = ""
    spent: bool = False


@dataclass(frozen=True)
class Assessment:
    """A judgement, made on that day, whether somebody is up to the present grade."""

    on: date
    approved: bool
    adequate: bool
    reference: str = ""


@dataclass(frozen=True)
class EligibilityFacts:
    """What is on file about one person.

    `year` is the cycle's; `as_of` the day on which time in grade is measured; `ratings` maps a year to its annual
    rating; `leave_years` are the years of which leave took most.
    """

    year: int
    as_of: date
    grade: str | None
    grade_since: date | None = None
    ratings: Mapping[int, PerformanceRating] = field(default_factory=dict)
    leave_years: frozenset[int] = frozenset()
    contributions: tuple[Record, ...] = ()
    certificates: tuple[Record, ...] = ()
    breaches: tuple[Record, ...] = ()
    trainings: tuple[Record, ...] = ()
    post_changes: tuple[Record, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    self_assessed: bool = True


@dataclass(frozen=True)
class Condition:
    """One condition of a ground: met or not, by which facts, and the earliest day or cycle year it could be met."""

    name: str
    met: bool
    facts: Mapping[str, Any]
    by_when: date | None = None
    by_year: int | None = None


@dataclass(frozen=True)
class Ground:
    """One of the numbered grounds of a clause; met when all its conditions are."""

    clause: str
    number: int
    conditions: tuple[Condition, ...]

    @property
    def met(self) -> bool:
        """Whether every condition is met."""
        return all(condition.met for condition in self.conditions)

    @property
    def by_year(self) -> int | None:
        """The first cycle year in which the ground could be met; None when met or when time alone does not do it."""
        open_ = [condition for condition in self.conditions if not condition.met]
        years = [condition.by_year for condition in open_ if condition.by_year is not None]
        # One open condition that time alone does not meet (a record, say) makes every year a guess.
        return max(years) if years and len(years) == len(open_) else None

    @property
    def rests_on_years(self) -> frozenset[int]:
        """The years whose ratings or assessment the ground rests on (3.2-d)."""
        return frozenset(year for condition in self.conditions for year in condition.facts.get("years", ()))


@dataclass(frozen=True)
class Eligibility:
    """The grounds of a clause for one person, and what stands in the way whatever the grounds."""

    grounds: tuple[Ground, ...]
    blocks: tuple[Refusal, ...] = ()

    @property
    def met(self) -> tuple[Ground, ...]:
        """The grounds that are met."""
        return tuple(ground for ground in self.grounds if ground.met)

    @property
    def eligible(self) -> bool:
        """Any one ground is met and nothing stands in the way."""
        return bool(self.met) and not self.blocks

    @property
    def must_be_demoted(self) -> bool:
        """Ground (1) of 4.2.1 is met and a grade can fall: whoever meets it is to be demoted, or it is written why not."""
        # The same class holds grounds of promotion, whose ground (1) binds nobody.
        return self.ground(1).clause == DEMOTION and self.ground(1).met and not self.blocks

    def ground(self, number: int) -> Ground:
        """The ground with that number (1 to 3)."""
        return self.grounds[number - 1]


def promotion(facts: EligibilityFacts, parameters: Mapping[str, Any], ladder: Ladder) -> Eligibility:
    """The three grounds of 4.1.1, and the blocks: no present grade, top of the ladder, no self-assessment (3.3-a)."""
    grounds = (
        Ground(PROMOTION, 1, (_time_in_grade(facts, parameters), _excellent_run(facts, parameters))),
        # A record counts from any time in the present grade: `spent` already bars what carried an earlier change.
        Ground(PROMOTION, 2, (_on_file("contribution", facts.contributions, facts.as_of),)),
        Ground(PROMOTION, 3, (_on_file("certificate", facts.certificates, facts.as_of),)),
    )
    return Eligibility(grounds, tuple(_promotion_blocks(facts, ladder)))


def demotion(facts: EligibilityFacts, parameters: Mapping[str, Any], ladder: Ladder) -> Eligibility:
    """The three grounds of 4.2.1, and the blocks: no present grade, bottom of the ladder."""
    grounds = (
        Ground(DEMOTION, 1, (_unqualified_run(facts, parameters),)),
        Ground(DEMOTION, 2, (_on_file("breach", facts.breaches, facts.as_of),)),
        Ground(DEMOTION, 3, _not_up_to_grade(facts)),
    )
    return Eligibility(grounds, tuple(_demotion_blocks(facts, ladder)))


def _promotion_blocks(facts: EligibilityFacts, ladder: Ladder) -> Iterable[Refusal]:
    if facts.grade is None:
        yield Refusal(PROMOTION, N_("There is no present grade to be promoted from."))
    elif ladder.next_above(facts.grade) is None:
        yield Refusal("2.1", N_("The present grade is the highest of the ladder."), {"grade": facts.grade})
    # Beside the others, not instead of them: the person is told everything that stands in the way.
    if not facts.self_assessed:
        yield Refusal("3.3-a", N_("Without a self-assessment there is no promotion."))


def _demotion_blocks(facts: EligibilityFacts, ladder: Ladder) -> Iterable[Refusal]:
    if facts.grade is None:
        yield Refusal(DEMOTION, N_("There is no present grade to be demoted from."))
    elif ladder.next_below(facts.grade) is None:
        yield Refusal("2.1", N_("The present grade is the lowest of the ladder."), {"grade": facts.grade})


def _time_in_grade(facts: EligibilityFacts, parameters: Mapping[str, Any]) -> Condition:
    needed = int(parameters["promotion_years_in_grade"])
    since = facts.grade_since
    shown = {"since": since.isoformat() if since else None, "needed_years": needed}
    if since is None:
        return Condition("time_in_grade", False, shown)
    reached = add_years(since, needed)
    if facts.as_of >= reached:
        return Condition("time_in_grade", True, shown)
    return Condition("time_in_grade", False, shown, by_when=reached, by_year=_first_cycle(reached, facts))


def _first_cycle(reached: date, facts: EligibilityFacts) -> int:
    """The first cycle whose day of measurement, the same each year, is not before the day reached."""
    years = reached.year - facts.as_of.year
    return facts.year + years + (reached > add_years(facts.as_of, years))


def add_years(day: date, years: int) -> date:
    """The same day that many years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # Not 28 February: a period of whole years is never a day short.
        return date(day.year + years, 3, 1)


def _excellent_run(facts: EligibilityFacts, parameters: Mapping[str, Any]) -> Condition:
    needed = int(parameters["promotion_excellent_years"])
    # Leave spares from falling; it does not help to rise, so an excellent year of leave counts as it was rated.
    years = _run(facts, PerformanceRating.EXCELLENT, needed, skip_leave=False)
    # An unbroken run needs one more year for each that is missing; there is no way to make it sooner.
    missing = needed - len(years)
    shown = {"years": years, "needed_years": needed}
    return Condition("excellent_ratings", missing == 0, shown, by_year=facts.year + missing if missing else None)


def _unqualified_run(facts: EligibilityFacts, parameters: Mapping[str, Any]) -> Condition:
    needed = int(parameters["demotion_unqualified_years"])
    years = _run(facts, PerformanceRating.UNQUALIFIED, needed, skip_leave=True)
    return Condition("unqualified_ratings", len(years) == needed, {"years": years, "needed_years": needed})


def _run(facts: EligibilityFacts, wanted: PerformanceRating, needed: int, *, skip_leave: bool) -> list[int]:
    """Up to `needed` years with the wanted rating, latest first, unbroken back from the year before the cycle's.

    Unrated years of leave are passed over. With `skip_leave` rated ones are too: the grade cannot fall on them (3.2-d).
    A year with no record that was no leave year breaks the run: nothing is known of it.
    """
    years: list[int] = []
    year = facts.year - 1
    while len(years) < needed:
        rating = _rating(facts, year)
        passed_over = rating is PerformanceRating.UNRATED or (skip_leave and year in facts.leave_years)
        if not passed_over:
            if rating is not wanted:
                break
            years.append(year)
        year -= 1
    return years


def _rating(facts: EligibilityFacts, year: int) -> PerformanceRating | None:
    # A leave year without a rating is known to be unrated; any other one is simply unknown and breaks the run.
    unknown = PerformanceRating.UNRATED if year in facts.leave_years else None
    return facts.ratings.get(year, unknown)


def _on_file(name: str, records: Sequence[Record], as_of: date) -> Condition:
    """Met by one approved, unspent record that is not of a later day."""
    counting = _counting(records, as_of)
    shown = {"recorded": len(records), "approved": len(counting), "references": _references(counting)}
    return Condition(name, bool(counting), shown)


def _counting(records: Sequence[Record], as_of: date, since: date | None = None) -> list[Record]:
    known = [record for record in records if record.approved and not record.spent and record.on <= as_of]
    return [record for record in known if since is None or record.on >= since]


def _references(records: Iterable[Record | Assessment]) -> list[str]:
    return [record.reference for record in records if record.reference]


def _not_up_to_grade(facts: EligibilityFacts) -> tuple[Condition, ...]:
    """Ground (3) of 4.2.1: trained and moved, in either order, within the present grade, then still not up to it."""
    trainings = _counting(facts.trainings, facts.as_of, facts.grade_since)
    changes = _counting(facts.post_changes, facts.as_of, facts.grade_since)
    return (
        _tried("training", facts.trainings, trainings),
        _tried("post_change", facts.post_changes, changes),
        _assessed_after(facts, trainings, changes),
    )


def _tried(name: str, records: Sequence[Record], counting: Sequence[Record]) -> Condition:
    shown = {"recorded": len(records), "approved": len(counting), "references": _references(counting)}
    return Condition(name, bool(counting), shown)


def _assessed_after(facts: EligibilityFacts, trainings: Sequence[Record], changes: Sequence[Record]) -> Condition:
    """The latest approved assessment after both measures decides; one of a leave year does not count (3.2-d)."""
    name = "inadequate_after_both"
    if not (trainings and changes):
        return Condition(name, False, {"years": [], "references": []})
    # The day from which both measures had been tried: the first of each is enough, the later of the two counts.
    both = max(min(record.on for record in trainings), min(record.on for record in changes))
    after = [found for found in facts.assessments if _counts(found, both, facts)]
    # The last word decides: a later adequate assessment takes an earlier inadequate one away.
    latest = max(after, key=lambda found: found.on, default=None)
    if latest is None or latest.adequate:
        return Condition(name, False, {"after": both.isoformat(), "years": [], "references": _references(after)})
    shown = {"after": both.isoformat(), "years": [latest.on.year], "references": _references([latest])}
    return Condition(name, True, shown)


def _counts(found: Assessment, both: date, facts: EligibilityFacts) -> bool:
    in_leave = found.on.year in facts.leave_years
    # Strictly after: what was judged on the day of the second measure cannot show what it achieved.
    return found.approved and both < found.on <= facts.as_of and not in_leave


def check_application(
    facts: EligibilityFacts, target: str, parameters: Mapping[str, Any], ladder: Ladder
) -> Refusal | None:
    """Refuse an application for promotion that no ground could carry: not above the present grade, or too many steps.

    Whether a ground is met is shown at once and decided with the proposal: a contribution may be approved meanwhile.
    Raises Invalid for a target that is not on the ladder.
    """
    if facts.grade is None:
        # Without a present grade the first block is that one, whatever else stands in the way.
        return next(iter(_promotion_blocks(facts, ladder)))
    if not ladder.is_above(target, facts.grade):
        reason = N_("A promotion must be to a grade above the present grade %(present)s; %(target)s is not.")
        return Refusal("4.1.2", reason, {"present": facts.grade, "target": target})
    return check_steps(facts.grade, target, parameters, ladder)


def check_steps(present: str, target: str, parameters: Mapping[str, Any], ladder: Ladder) -> Refusal | None:
    """Refuse more steps up at once than the parameter `promotion_max_steps`."""
    steps, most = ladder.steps(present, target), int(parameters["promotion_max_steps"])
    if steps <= most:
        return None
    reason = N_("%(steps)s steps up at once are too many; at most %(most)s is allowed.")
    return Refusal("4.1.1", reason, {"steps": steps, "most": most, "target": target})


def conditions_of(eligibility: Eligibility) -> list[dict[str, Any]]:
    """Every ground with its conditions as JSON can hold them: met or not, facts, and by when."""
    return [
        {
            "clause": ground.clause, "number": ground.number, "met": ground.met, "by_year": ground.by_year,
            "conditions": [
                {
                    "name": condition.name, "met": condition.met, "facts": _plain(dict(condition.facts)),
                    "by_when": _plain(condition.by_when), "by_year": condition.by_year,
                }
                for condition in ground.conditions
            ],
        }
        for ground in eligibility.grounds
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):  # nearly all are
        return value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value)
