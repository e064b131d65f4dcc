"""Contact logs (a row per contact) become monthly counts per log name and queue (policy 3.2.1).

Counts, not rates: which denominator a rate has is said by whoever divides. What a log lacks stays None, never 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import clean_key
from admin.files.faults import FileNote
from admin.files.mapping import Mapping
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import Table

DAY = 86_400
LONGEST = Decimal(DAY)  # a contact of a day or more is a fault of the log
LEAST = Decimal("0.01")  # seconds
LONGEST_OVER_MIDNIGHT = 4 * 3600  # nobody waits longer for an answer: what looks so was answered before it came in


@dataclass(frozen=True, slots=True)
class ContactCounts:
    """One log name's month in one queue, as far as it was one employee's. None: the log has no such column.

    `wait_n` and `talk_n` are the contacts that have a wait or talk time; `csat_top2` counts the two best scores.
    """

    login: str
    month: date
    queue: str | None
    offered: int
    answered: int | None
    resolved: int | None
    csat_sum: int | None
    csat_n: int | None
    csat_top2: int | None
    wait_seconds_sum: Decimal | None
    wait_n: int | None
    talk_seconds_sum: Decimal | None
    talk_n: int | None
    complaints: int | None
    day: date  # the first of them: whose name it was then
    last: date  # the last of them

    @property
    def csat_mean(self) -> float | None:
        """Mean satisfaction of the scored contacts."""
        return _share(self.csat_sum, self.csat_n)

    @property
    def csat_top_share(self) -> float | None:
        """Share of the scored contacts with one of the two best scores."""
        return _share(self.csat_top2, self.csat_n)

    @property
    def average_speed_of_answer(self) -> float | None:
        """Mean wait in seconds."""
        return _share(self.wait_seconds_sum, self.wait_n)

    @property
    def average_talk_seconds(self) -> float | None:
        """Mean talk time in seconds."""
        return _share(self.talk_seconds_sum, self.talk_n)

    @property
    def resolved_of_offered(self) -> float | None:
        """Resolved contacts by contacts offered."""
        return _share(self.resolved, self.offered)

    @property
    def resolved_of_answered(self) -> float | None:
        """Resolved contacts by contacts answered."""
        return _share(self.resolved, self.answered)


def _share(part: Decimal | int | None, whole: int | None) -> float | None:
    return float(part) / whole if part is not None and whole else None


def add_up(counts: Sequence[ContactCounts], *, login: str, month: date, queue: str | None = None) -> ContactCounts:
    """Several counts as one (months of a year, queues of a month); None only where all are None.

    Raises ValueError for an empty sequence.
    """
    if not counts:
        raise ValueError("nothing to add up")
    names = [name for name in ContactCounts.__slots__ if name not in ("login", "month", "queue", "day", "last")]
    sums = {name: _sum([getattr(one, name) for one in counts]) for name in names}
    first, last = min(one.day for one in counts), max(one.last for one in counts)
    return ContactCounts(login=login, month=month, queue=queue, day=first, last=last, **sums)


def _sum(values: list[Any]) -> Any:
    there = [value for value in values if value is not None]
    return sum(there) if there else None


def read_contacts(table: Table, mapping: Mapping, context: Context) -> Parsed[ContactCounts]:
    """Monthly counts and every fault by row and column. Raises `FileFault` when the mapping does not fit the file.

    Answered comes from its own column, else from the time of answer; the wait likewise from its column, else from the
    two times (past midnight included), and counts for answered contacts alone.
    """
    cleaned = Cleaned(table, mapping, context)
    logins = cleaned.cells("login", lambda cell: clean_key(cell, 100))
    days = cleaned.dates("day")
    _tell_agentless(cleaned, logins)
    cleaned.required("day", days)
    for index, day in enumerate(days):
        if day and day > context.today:
            cleaned.fault(index, "day", N_("The date is in the future. Enter today or an earlier date."))
    cleaned.unique(
        "contact",
        cleaned.cells("contact", lambda cell: clean_key(cell, 100)),
        N_("This contact is already in row %(row)s"),
    )
    queues = cleaned.texts("queue", 60)
    marks = _Marks(cleaned, mapping, days)
    tallies: dict[tuple[str, date, str | None, int], list[int]] = {}
    for index, (login, day, queue) in enumerate(zip(logins, days, queues, strict=True)):
        if login and day:
            # The name may pass on within the month: its days before and after are two people's.
            owner = bisect_right(context.passed_on.get(login, ()), day)
            tallies.setdefault((login, day.replace(day=1), queue, owner), []).append(index)
    return cleaned.parsed(
        [
            marks.counted(key[:3], tallies[key], [day for index in tallies[key] if (day := days[index])])
            for key in sorted(tallies, key=lambda k: (k[0], k[1], k[2] or "", k[3]))
        ]
    )


def _tell_agentless(cleaned: Cleaned, logins: list[str | None]) -> None:
    """Contacts of no agent (given up while they waited) are nobody's figures: left out, and counted in a note."""
    count = sum(1 for index, login in enumerate(logins) if login is None and cleaned.read_on(index))
    if count:
        cleaned.notes.append(FileNote(N_("Contacts without an agent were left out: %(count)s"), {"count": count}))


class _Marks:
    """What each contact counts for; a list is None when the log does not tell it."""

    def __init__(self, cleaned: Cleaned, mapping: Mapping, days: list[date | None]) -> None:
        clocks, answers = cleaned.moments("clock"), cleaned.moments("answered_at")
        self.answered = _flags(cleaned, "answered")
        if self.answered is None and "answered_at" in cleaned.fields:
            self.answered = [answer is not None for answer in answers]
        self.resolved = _flags(cleaned, "resolved")
        self.complaints = _flags(cleaned, "complaint")
        self.waits = self._seconds(cleaned, "wait")
        if self.waits is None and {"clock", "answered_at"} <= cleaned.fields:
            self.waits = _waited(cleaned, days, clocks, answers)
        self.talks = self._seconds(cleaned, "talk")
        self.highest = mapping.options.get("satisfaction_max", 5)
        self.top = mapping.options.get("satisfaction_top", self.highest - 1)
        self.scores = self._scores(cleaned)
        self._check_unanswered(cleaned)
        self._set_abandoned_apart(cleaned)

    def _seconds(self, cleaned: Cleaned, name: str) -> list[Decimal | None] | None:
        if name not in cleaned:
            return None
        seconds = cleaned.cells(name, cleaned.seconds_under(cleaned.header(name)))
        there = [value for value in seconds if value]
        # 0.0013 is what Excel keeps of 1:53; where every value is under a second, so is each of them.
        least = 1 if there and max(there) < 1 else LEAST
        for index, value in enumerate(seconds):
            if value is not None and value >= LONGEST:
                cleaned.fault(index, name, N_("A wait or a talk cannot last a day"))
            if value and value < least:
                cleaned.fault(
                    index, name, N_("This is a part of a day, not a number of seconds; give seconds or h:mm:ss")
                )
        return seconds if any(value is not None for value in seconds) else None

    def _scores(self, cleaned: Cleaned) -> list[int | None] | None:
        if "satisfaction" not in cleaned:
            return None
        scores: list[int | None] = []
        for index, value in enumerate(cleaned.numbers("satisfaction")):
            fits = value is None or (value == int(value) and 1 <= value <= self.highest)
            if not fits:
                cleaned.fault(
                    index,
                    "satisfaction",
                    N_("A satisfaction score is a whole number from 1 to %(highest)s"),
                    highest=self.highest,
                )
            scores.append(int(value) if fits and value is not None else None)
        return scores if any(score is not None for score in scores) else None

    def _check_unanswered(self, cleaned: Cleaned) -> None:
        """A contact that nobody answered was neither resolved nor rated: such a row contradicts itself."""
        if self.answered is None:
            return
        for name, values in (("resolved", self.resolved), ("satisfaction", self.scores), ("talk", self.talks)):
            for index, value in enumerate(values or ()):
                if value and self.answered[index] is False:
                    cleaned.fault(index, name, N_("The contact was not answered and has a value here"))

    def _set_abandoned_apart(self, cleaned: Cleaned) -> None:
        """The speed of answer is that of answered contacts; how long the others waited is told beside it."""
        if self.answered is None or self.waits is None:
            return
        apart = [index for index, wait in enumerate(self.waits) if wait is not None and self.answered[index] is False]
        if apart:
            mean = sum((self.waits[index] or Decimal() for index in apart), Decimal()) / len(apart)
            text = N_(
                "%(count)s unanswered contacts waited %(mean)s seconds on average; they do not count in the speed of answer"
            )
            cleaned.notes.append(FileNote(text, {"count": len(apart), "mean": f"{mean:.1f}"}))
        for index in apart:
            self.waits[index] = None

    def counted(self, key: tuple[str, date, str | None], rows: list[int], days: list[date]) -> ContactCounts:
        """The counts of these rows."""
        scores, waits, talks = _present(self.scores, rows), _present(self.waits, rows), _present(self.talks, rows)
        return ContactCounts(
            *key,
            offered=len(rows),
            answered=_times(self.answered, rows),
            resolved=_times(self.resolved, rows),
            csat_sum=None if scores is None else sum(scores),
            csat_n=None if scores is None else len(scores),
            csat_top2=None if scores is None else sum(score >= self.top for score in scores),
            wait_seconds_sum=None if waits is None else sum(waits, Decimal()),
            wait_n=None if waits is None else len(waits),
            talk_seconds_sum=None if talks is None else sum(talks, Decimal()),
            talk_n=None if talks is None else len(talks),
            complaints=_times(self.complaints, rows),
            day=min(days),
            last=max(days),
        )


Moment = tuple[date | None, int]  # the day, where the cell has one, and the seconds since midnight


def _waited(
    cleaned: Cleaned, days: list[date | None], starts: list[Moment | None], ends: list[Moment | None]
) -> list[Decimal | None]:
    """The waits between two times. Past midnight is short; what was answered before it came in is a fault."""
    waits: list[Decimal | None] = []
    for index, (day, start, end) in enumerate(zip(days, starts, ends, strict=True)):
        if start is None or end is None:
            waits.append(None)
            continue
        seconds = end[1] - start[1]
        began = start[0] or day
        if began and end[0]:
            seconds += (end[0] - began).days * DAY
        elif seconds < 0 and seconds + DAY <= LONGEST_OVER_MIDNIGHT:
            seconds += DAY
        if seconds < 0:
            cleaned.fault(index, "answered_at", N_("The contact was answered before it came in"))
        elif seconds >= LONGEST:
            cleaned.fault(index, "answered_at", N_("A wait or a talk cannot last a day"))
        waits.append(Decimal(max(seconds, 0)))
    return waits


def _flags(cleaned: Cleaned, name: str) -> list[bool | None] | None:
    if name not in cleaned:
        return None
    choices = cleaned.choices(name)
    if name == "answered":
        cleaned.required(name, choices)  # a rate needs its denominator
    elif all(choice is None for choice in choices):
        return None  # a column without a word in it says as much as none at all
    return [None if choice is None else choice == "yes" for choice in choices]


def _times(flags: list[bool | None] | None, rows: list[int]) -> int | None:
    return None if flags is None else sum(flags[index] is True for index in rows)


def _present(values: list[Any] | None, rows: list[int]) -> list[Any] | None:
    return None if values is None else [values[index] for index in rows if values[index] is not None]
