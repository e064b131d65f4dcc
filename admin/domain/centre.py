"""What the centre does with grades: who may handle which work, and how a change of grade is followed up (6.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admin.domain.codes import ChangeKind, FollowUpOutcome
from admin.domain.refusals import N_, Invalid, Refusal

CLAUSE = "6.2"
AFTER = ("follow_up_first_days", "follow_up_second_days", "follow_up_third_days")
# What brings no change that somebody has to find their feet after: what was held before the portal, and what stays.
NOT_FOLLOWED = (ChangeKind.TAKEOVER, ChangeKind.TAKEOVER_CORRECTION, ChangeKind.UNCHANGED, ChangeKind.INITIAL)
PATIENCE = timedelta(days=60)  # what became due longer ago is history, also where the portal has been off for months
LONGEST = 4000


@dataclass(frozen=True)
class WorkRule:
    """A kind of work on one day: from and to which rung of the ladder it may be handled."""

    lowest: int | None = None
    highest: int | None = None


def why_not_handled(rule: WorkRule, rung: int | None) -> Refusal | None:
    """Why somebody on this rung may not handle this work, or None. Without a grade only what is open to everybody."""
    if rule.lowest is None and rule.highest is None:
        return None
    if rung is None:
        return Refusal(CLAUSE, N_("No grade is on file, and this work asks for one."))
    if rule.lowest is not None and rung < rule.lowest:
        return Refusal(CLAUSE, N_("This work asks for a higher grade."))
    if rule.highest is not None and rung > rule.highest:
        return Refusal(CLAUSE, N_("This work is meant for lower grades."))
    return None


@dataclass(frozen=True)
class RosterLine:
    """A line of a roster: whom by number, which work by code or name, on which day; None: on the day of the check."""

    row: int
    number: str
    task: str
    day: date | None = None


@dataclass(frozen=True)
class HeldDays:
    """From which day to which a row of the table of work holds; None: until another day is entered."""

    since: date
    until: date | None

    def meets(self, other: HeldDays) -> bool:
        """Whether both hold on some day."""
        return (other.until is None or self.since <= other.until) and (self.until is None or other.since <= self.until)


def why_not_held(new: HeldDays, others: Iterable[HeldDays]) -> dict[str, str]:
    """What is wrong with the days of a row beside the other rows of the same work, by field."""
    if new.until is not None and new.until < new.since:
        return {"valid_to": N_("The last day is before the first one.")}
    if any(new.meets(each) for each in others):
        return {"valid_from": N_("Another row of this work holds on some of these days. Enter its last day first.")}
    return {}


def days_after(values: Mapping[str, int]) -> tuple[int, ...]:
    """After how many days a change of grade is followed up, the first first; two that are the same are one."""
    return tuple(sorted({int(values[name]) for name in AFTER}))


def quarter_of(day: date) -> tuple[int, int]:
    """The year and the quarter of a day."""
    return day.year, (day.month + 2) // 3


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    ends = date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)
    return date(year, quarter * 3 - 2, 1), ends


def why_not_written(by: Collection[str], led: bool, left: bool) -> Refusal | None:
    """The superior writes the note; where there is none the head does; of a leaver none is written any more."""
    if left:
        return Refusal(CLAUSE, N_("This employee has left; no follow-up note is due any more."))
    if "superior" in by or ("head" in by and not led):
        return None
    return Refusal(
        CLAUSE, N_("The superior writes the follow-up note, or the department head where there is no superior.")
    )


def check_note(outcome: str, text: str, reason: str, earlier: Sequence[object]) -> None:
    """Raises `Invalid` for a note without its outcome or text, and for a correction without its reason."""
    wrong: dict[str, str] = {}
    facts = {"most": LONGEST}
    if outcome not in FollowUpOutcome.labels():
        wrong["outcome"] = N_("Choose how the employee is doing.")
    if not text.strip():
        wrong["text"] = N_("This is needed.")
    if earlier and not reason.strip():
        wrong["reason"] = N_("Give the reason for the correction.")
    for name, words in (("text", text), ("reason", reason)):
        if len(words) > LONGEST:
            wrong[name] = N_("At most %(most)s characters.")
    if wrong:
        raise Invalid(wrong, facts)
