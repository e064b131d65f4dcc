"""Events held against sign-ins: whether whoever an event names was signed in, by that door, at that moment (6.3.3).

Read from the trail alone, so that a row of a sign-in that is gone changes nothing: a sign-in begins with the event of its
row, and ends at its hour, or when the account's epoch is raised. What has a lawful kind of its own: the
system and whoever complains, who are no account; the command line and the demo, where nobody signs in; and what is done
while somebody signs in (`ENTRIES`).
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from admin.models import AuditEvent
from admin.models.event_form import fingerprint, sign_in_mark, tag

EVENTS = AuditEvent.__table__
SIGNED_IN = ("web", "api")
AT_THE_MACHINE = ("cli", "demo")
NOBODY = ("system", "anyone")
FROM_HERE_ON = "begin"
# What an account does before it is signed in, and to which rows.
ENTRIES = {
    "sign_in": ("account_states",),
    "begin_sign_in": ("sign_ins",),
    "prove_second_factor": ("recovery_codes",),
    "activate_account": ("ab_user", "account_states", "activation_codes"),
}
ANSWERED_WITHIN = timedelta(minutes=10)  # a request that began before the end; serving processes cut it off after two
READ = ("account_states", "confirmations", "long_works", "sign_ins")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class End:
    """From which event on something is over, and when that was written."""

    event: int
    at: datetime


@dataclass(frozen=True)
class Begun:
    """A sign-in as the event of its row tells of it."""

    number: int
    account: int
    via: str
    epoch: int
    event: int
    ends_at: datetime


@dataclass
class Work:
    """An act on many rows that an account has asked for: until its end it is done in that sign-in."""

    event: int
    mark: str
    nonce: str
    end: End | None = None


@dataclass
class SignIns:
    """All sign-ins of the trail and what ends or prolongs them. `since` is the event from which on events name theirs."""

    key: bytes
    with_demo: bool
    since: int | None = None
    at_the_machine: int = 0  # events in the name of an account, written by the command line
    begun: dict[int, list[Begun]] = field(default_factory=lambda: defaultdict(list))
    _raised: dict[int, list[tuple[int, End]]] = field(default_factory=lambda: defaultdict(list))
    _works: dict[int, dict[int, Work]] = field(default_factory=lambda: defaultdict(dict))
    _seconds: dict[tuple[int, datetime], int] = field(default_factory=dict)
    _last: dict[int, Begun] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many sign-ins there were."""
        return sum(map(len, self.begun.values()))

    def fault(self, row: Row) -> str | None:
        """What is wrong with whom an event names; None where they could have written it."""
        if self.since is None or row["id"] < self.since:
            return None
        account, via = row["actor_id"], row["via"]
        if account is None:
            return None if row["actor_name"] in NOBODY else f"acts as {row['actor_name']!r}, who is no account"
        if via in AT_THE_MACHINE:
            self.at_the_machine += via == "cli"
            if via == "demo" and not self.with_demo:
                return "was told by a demo, and this is none"
            return None if row["sign_in"] is None else f"names a sign-in, and by {via} nobody signs in"
        if via not in SIGNED_IN:
            return f"acts as account {account} by {via}, where nobody does"
        if row["sign_in"] is None:
            entry = row["record_type"] in ENTRIES.get(row["operation"], ())
            return None if entry else f"acts as account {account} and names no sign-in"
        return self._named(row, account, via)

    def _named(self, row: Row, account: int, via: str) -> str | None:
        found = self._of(row, account) or self._second(row, account)
        if found is None:
            other = next((each for each in self._all(row["id"]) if self._fits(each, row)), None)
            if other is None:
                return f"acts as account {account} and names a sign-in that never was"
            return f"acts as account {account} and names a sign-in of account {other.account}"
        if found.via != via:
            return f"came by {via} and names a sign-in by {found.via}"
        end = self._end_of(found, row)
        if end is None or self._works_on(found, row, account):
            return None
        return f"acts as account {account} in a sign-in that had ended at {end.isoformat(timespec='seconds')}"

    def _of(self, row: Row, account: int) -> Begun | None:
        """The account's own sign-in that the event names; mostly the one that its last event named."""
        last = self._last.get(account)
        if last is not None and self._fits(last, row):
            return last
        mine = self.begun.get(account, [])
        for each in reversed(mine[: bisect_left(mine, row["id"], key=attrgetter("event"))]):
            if self._fits(each, row):
                self._last[account] = each
                return each
        return None

    def _second(self, row: Row, account: int) -> Begun | None:
        """The sign-in of whoever confirmed what the account had proposed, and so carried it out in its name (6.1-a)."""
        second = self._seconds.get((account, row["business_at"]))
        return None if second is None else self._of(row, second)

    def _all(self, before: int) -> Iterator[Begun]:
        return (each for some in self.begun.values() for each in some if each.event < before)

    def _fits(self, each: Begun, row: Row) -> bool:
        return each.event < row["id"] and sign_in_mark(each.number, row["nonce"], self.key) == row["sign_in"]

    def _end_of(self, each: Begun, row: Row) -> datetime | None:
        """When the sign-in had ended before the event; None where it had not."""
        raised = next((end for epoch, end in self._raised.get(each.account, ()) if epoch > each.epoch), None)
        if raised is not None and _is_after(row, raised):
            return raised.at
        return each.ends_at if row["recorded_at"] > each.ends_at + ANSWERED_WITHIN else None

    def _works_on(self, each: Begun, row: Row, account: int) -> bool:
        asked = (work for work in self._works.get(account, {}).values() if work.event < row["id"])
        return any(
            sign_in_mark(each.number, work.nonce, self.key) == work.mark and not (work.end and _is_after(row, work.end))
            for work in asked
        )

    def read(self, rows: Iterator[Row]) -> None:
        """Take in what the events of `READ` say, oldest first."""
        states: dict[int, int] = {}
        proposers: dict[int, int] = {}
        for row in rows:
            if self._planted(row):
                continue  # named by itself
            said = {name: pair[1] for name, pair in row["changes"].items() if len(pair) == 2}
            match row["record_type"]:
                case "sign_ins":
                    self._read_sign_in(row, said)
                case "account_states":
                    account = states.setdefault(row["record_id"], said.get("user_id", 0))
                    if "epoch" in said:
                        self._raised[account].append((said["epoch"], End(row["id"], row["recorded_at"])))
                case "long_works":
                    self._read_work(row, said)
                case "confirmations":
                    proposer = proposers.setdefault(row["record_id"], said.get("recorded_by_id", 0))
                    if said.get("decided_by_id") is not None and row["actor_id"] is not None:
                        self._seconds[proposer, row["business_at"]] = row["actor_id"]

    def _planted(self, row: Row) -> bool:
        """Whether another than this portal has written it. Of a key that was given up nobody can say, and that is named too."""
        given = row["tag"]
        mine = given is None or given.startswith(fingerprint(self.key))
        return row["nonce"] is not None and mine and given != tag(row["content_hash"], self.key)

    def _read_sign_in(self, row: Row, said: Mapping[str, Any]) -> None:
        if row["act"] == FROM_HERE_ON and self.since is None:
            self.since = row["id"]
        elif row["act"] == "insert" and row["operation"] == "begin_sign_in" and row["actor_id"] == said.get("user_id"):
            ends = datetime.fromisoformat(said["ends_at"])
            begun = Begun(row["record_id"], said["user_id"], said["via"], said["epoch"], row["id"], ends)
            self.begun[begun.account].append(begun)

    def _read_work(self, row: Row, said: Mapping[str, Any]) -> None:
        if row["act"] == "insert" and row["sign_in"] is not None:
            self._works[row["actor_id"]][row["record_id"]] = Work(row["id"], row["sign_in"], row["nonce"])
        elif "ended_at" in said:
            for works in self._works.values():
                if row["record_id"] in works:
                    works[row["record_id"]].end = End(row["id"], row["recorded_at"])


def _is_after(row: Row, end: End) -> bool:
    """Whether an event came after an end, by its number and by more than the time that a request takes.

    By the number alone a request that was there before would be accused, by the time alone one before a clock was put forward.
    """
    return row["id"] > end.event and row["recorded_at"] > end.at + ANSWERED_WITHIN


def sign_ins_of(session: Session, key: bytes, *, with_demo: bool) -> SignIns:
    """The sign-ins that the trail of this database tells of."""
    found = SignIns(key, with_demo)
    columns = [cast(column, Text).label("changes") if column.name == "changes" else column for column in EVENTS.c]
    query = select(*columns).where(EVENTS.c.record_type.in_(READ)).order_by(EVENTS.c.id)
    rows = session.connection().execute(query).mappings()
    found.read({**row, "changes": json.loads(row["changes"])} for row in rows)
    return found
