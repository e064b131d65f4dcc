"""What the grade file takes, and what a case's present grade must be (1.2-f, 4.3-b, 6.3-a)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from admin.domain.refusals import N_, Refusal

NONE = "—"
# Both enter a grade that no case and no adjustment of this system gave.
TAKEOVERS = frozenset({"takeover", "takeover_correction"})
# From the determination to its end a case's result stands on the grade that it moves from (4.3-b).
FIXED_STAGES = ("determined", "checked", "on_notice", "appealed")


@dataclass(frozen=True)
class Entry:
    """The last entry of a file: the grade's code, from when it holds, the kind of change that began it."""

    grade: str
    since: date
    kind: str = ""


def check_entry(number: str, before: str | None, last: Entry | None, effective_on: date) -> Refusal | None:
    """Refuse what would move somebody from a grade that the file does not have (1.2-f), or overlap what it holds (6.3-a).

    `before` is the grade's code from which a document moves; `last` the file's last entry, None where it is empty.
    """
    held = last.grade if last else None
    # The file before the dates: moving from a grade that is not held is wrong whatever the day.
    if before != held:
        reason = N_("The grade file of %(number)s holds %(held)s; this moves from %(before)s and cannot be entered.")
        return Refusal("1.2-f", reason, {"number": number, "held": held or NONE, "before": before or NONE})
    # The same day is refused too: two documents of one day would leave an interval of no length.
    if last is not None and last.since >= effective_on:
        reason = N_("The grade of %(number)s was issued with effect from %(since)s; choose a later effective date.")
        return Refusal("6.3-a", reason, {"number": number, "since": last.since.isoformat()})
    return None


FARTHEST = timedelta(days=366)


def check_day_of_effect(effective_on: date, today: date) -> str | None:
    """What is wrong with the day from which a document is to hold: past, or so far off that the file would be shut (3.3.6).

    Nothing is entered before what the file holds already, so a year typed wrongly would bar everything that follows.
    """
    if effective_on < today:
        return N_("A grade takes effect on the day of the document or later.")
    return N_("A grade takes effect within a year.") if effective_on > today + FARTHEST else None


def check_not_overtaken(number: str, effective_on: date, today: date) -> Refusal | None:
    """Refuse to issue what was to hold from a day that has passed: nobody's grade changes backwards (4.3, 3.3.6)."""
    if effective_on >= today:
        return None
    reason = N_(
        "The change of grade of %(number)s was to take effect on %(day)s, which has passed; withdraw it and "
        "propose it again."
    )
    return Refusal("4.3", reason, {"number": number, "day": effective_on.isoformat()})


def check_present_grade(present: str | None, held: str | None) -> Refusal | None:
    """Refuse to go on with a case whose present grade is not the grade file's, and say what to do (1.2-f)."""
    if present == held:
        return None
    reason = N_(
        "The present grade of this case is %(present)s, the grade file says %(held)s. HR takes the file's "
        "grade over into the case, and the department proposes again."
    )
    return Refusal("1.2-f", reason, {"present": present or NONE, "held": held or NONE})


def check_named_grade(named: str | None, held: str | None) -> Refusal | None:
    """Refuse a present grade that the file does not have; a wrong file is mended by an act of its own (1.2-f)."""
    if named == held:
        return None
    reason = N_(
        "The grade file says %(held)s; a case's present grade cannot be another. Correct a wrong takeover "
        "with a takeover correction, any other entry with a document."
    )
    return Refusal("1.2-f", reason, {"held": held or NONE})


def check_open_case(number: str, stage: str | None, *, again: bool = False) -> Refusal | None:
    """Refuse a change of grade outside a case from the case's determination to its end (4.3-b).

    `again`: the person is assessed again, from the grade that the file holds at the end of it (6.3-a).
    """
    # Before the determination the case can still take the new grade over; afterwards its result would move from a
    # grade that is gone.
    if not again and stage not in FIXED_STAGES:
        return None
    reason = N_(
        "The case of %(number)s has to end first: from its determination on, and during a re-assessment, no "
        "other change of grade takes effect."
    )
    return Refusal("4.3-b", reason, {"number": number, "stage": stage})


def check_correctable(number: str, entries: Iterable[str], confirmed: bool) -> Refusal | None:
    """Refuse to correct a takeover on which a document stands, or where there is none (1.2-f).

    `entries` are the kinds of change that began the file's entries; `confirmed`: a document moved or confirmed the grade.
    """
    kinds = list(entries)
    if not kinds:
        return Refusal(
            "1.2-f", N_("Nothing was taken over for %(number)s that could be corrected."), {"number": number}
        )
    if confirmed or not TAKEOVERS.issuperset(kinds):
        reason = N_("A document rests on the grade of %(number)s; only another document can change it now.")
        return Refusal("1.2-f", reason, {"number": number})
    return None
