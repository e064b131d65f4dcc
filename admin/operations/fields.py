"""What an act asks for, and how what was given at a form, the API or the command line becomes typed values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, select, true

import config
from admin.access.actor import acting
from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import N_, Invalid
from admin.domain.texts import UNPRINTABLE_TEXT, is_printable
from admin.files.faults import FileFault
from admin.files.uploads import MAX_BYTES, Upload
from admin.operations.system.held_files import BeingChecked, checked_or_held
from admin.operations.transaction import Operation
from admin.queries.system.chunks import chunks

LONGEST_REASON = 4000
Look = Callable[[Operation, Any, Any], Any]  # look(op, record acted on, value) -> what the verb gets
Within = str | Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Field:
    """One input of an act: its name, label (message id), kind, and whether it must be there.

    `into` is the verb's parameter where it has another name; `look` finds what a value names, in the act's transaction.
    """

    name: str
    label: str = ""
    kind: str = "text"
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    into: str = ""
    look: Look | None = None

    @property
    def parameter(self) -> str:
        """The name of the verb's parameter that it fills."""
        return self.into or self.name

    @property
    def blank(self) -> Any:
        """What stands for nothing given, where the verb has no default of its own."""
        return {"boolean": False, "reason": "", "text": "", "objects": {}}.get(self.kind)


REASON = Field("reason", N_("Reason"), "reason")
OPTIONAL_REASON = Field("reason", N_("Reason"), "reason", required=False)


def record_of(
    name: str, label: str, table: type[Any], within: Within, *, by: str = "id", into: str = "", required: bool = True
) -> Field:
    """A field that names another record by number, one that belongs to the record acted on.

    `within` is the column of `table` that holds the number of the record acted on, or a condition made from that record;
    `by` the column that the given number is looked up in. Another record's is as unknown as one that is not there.
    """

    def look(op: Operation, record: Any, value: int) -> int:
        owned = getattr(table, within) == record.id if isinstance(within, str) else within(record)
        query = select(getattr(table, by)).where(getattr(table, by) == value, owned)
        if op.session.scalars(query).first() is None:
            raise Invalid({name: N_("There is no such record here.")})
        return value

    return Field(name, label, "integer", required, into=into or f"{name}_id", look=look)


def anyone_of(name: str, label: str, table: type[Any], *, required: bool = True) -> Field:
    """A field that names another record by number, whosever it is; one that is not there is unknown."""
    return record_of(name, label, table, lambda _record: true(), required=required)


def those_of(name: str, label: str, table: type[Any], *, into: str) -> Field:
    """A field that names other records by their numbers, whosever they are; one that is not there is unknown."""

    def look(op: Operation, _record: Any, keys: list[int]) -> list[int]:
        parts = (select(table.id).where(table.id.in_(some)) for some in chunks(set(keys)))
        if {key for part in parts for key in op.session.scalars(part)} != set(keys):
            raise Invalid({name: N_("There is no such record here.")})
        return keys

    return Field(name, label, "numbers", into=into, look=look)


def scan_field(*, required: bool = False) -> Field:
    """The scan of a signed paper form, where HR enters it for somebody."""
    return Field("scan", N_("Scan of the signed paper form"), "file", required)


def cleaned(fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """The input of an act, typed, without what it does not ask for. Raises `Invalid` naming every wrong field.

    A missing reason is left to the guard, which refuses with its clause.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    facts: dict[str, Any] = {}
    for each in fields:
        given = data.get(each.name)
        if given is None or (isinstance(given, str) and not given.strip()):
            if each.required and each.kind not in ("boolean", "reason"):
                wrong[each.name] = N_("Choose yes or no.") if each.kind == "yes_no" else N_("This is needed.")
            values[each.name] = {"boolean": False, "reason": ""}.get(each.kind)
            continue
        if not is_printable(given):
            wrong[each.name] = UNPRINTABLE_TEXT
            continue
        try:
            values[each.name] = _typed(each, given)
        except FileFault as fault:
            wrong[each.name] = fault.message
            facts |= fault.facts
        except (ValueError, TypeError, InvalidOperation):
            wrong[each.name] = MISREAD.get(each.kind, N_("The format is wrong: see the field's description."))
    if wrong:
        raise Invalid(wrong, facts)
    return values


def with_files_checked(fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """The input with its files checked, so that no transaction waits for a check; what is wrong with one `cleaned` tells.

    Raises `BeingChecked` where the same is to be sent again a little later.
    """
    found = dict(data)
    for each in fields:
        if each.kind == "file" and isinstance(data.get(each.name), dict):
            try:
                found[each.name] = _file(data[each.name])
            except FileFault as fault:
                found[each.name] = fault
            except ValueError:
                continue
            except BeingChecked as waiting:
                raise BeingChecked(each.name, waiting.held) from None
    return found


def _typed(field: Field, given: Any) -> Any:
    if field.kind in READERS:
        return READERS[field.kind](given)
    if not isinstance(given, str) or len(given) > 10 * LONGEST_REASON:
        raise ValueError(given)
    if field.kind == "choice" and given not in [value for value, _label in field.choices]:
        raise ValueError(given)
    return given.strip()


def _integer(given: Any) -> int:
    value = int(str(given).strip())
    if isinstance(given, bool | float) or abs(value) > 2**31 - 1:
        raise ValueError(given)
    return value


def _number(given: Any) -> Decimal:
    value = Decimal(str(given).strip())
    if not value.is_finite():
        raise ValueError(given)
    return value


def _yes_no(given: Any) -> bool:
    """A choice that must be made: nothing given is no vote against."""
    word = str(given).strip().lower()
    if word not in ("true", "1", "yes", "false", "0", "no"):
        raise ValueError(given)
    return word in ("true", "1", "yes")


def day_end(day: date) -> datetime:
    """The moment after a company day: what is due on it is in time until its midnight."""
    return datetime.combine(day + timedelta(days=1), time.min, config.current().portal_tz).astimezone(UTC)


def _day(text: str) -> date:
    """A day, also where a program says it as a moment with its offset from UTC: the company's day of it."""
    moment = datetime.fromisoformat(text.strip()) if "T" in text else None
    if moment is not None and moment.tzinfo is not None:
        day_named(moment.date().isoformat())  # near the ends of what can be counted there is no other zone
        return day_named(moment.astimezone(config.current().portal_tz).date().isoformat())
    return day_named(text)


def moment_named(text: str) -> datetime:
    """The moment that people typed in company time, such as 2026-12-01T14:30; ValueError where it is none."""
    found = datetime.fromisoformat(text.strip())
    day_named(found.date().isoformat())
    return (found if found.tzinfo else found.replace(tzinfo=config.current().portal_tz)).astimezone(UTC)


def _objects(given: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise ValueError(given)
    return {str(key): dict(each) for key, each in given.items()}


def _rows(given: Any) -> dict[int, dict[str, str]]:
    """Texts by column, by the row's number as the key of a JSON object."""
    found = _objects(given)
    if not found or not all(key.isascii() and key.isdecimal() and len(key) < 10 for key in found):
        raise ValueError(given)
    return {int(key): {name: str(text) for name, text in row.items()} for key, row in found.items()}


def _numbers(given: Any) -> list[int]:
    if not isinstance(given, list) or not all(isinstance(each, int) for each in given):
        raise ValueError(given)
    return given


def _file(given: Any) -> Upload:
    """A file as programs send it: {"name": "form.pdf", "content": its bytes in Base64}.

    Raises `FileFault`, and `BeingChecked` where the same is to be sent again a little later.
    """
    if isinstance(given, Upload):
        return given
    if isinstance(given, FileFault):
        raise given
    if not isinstance(given, dict) or not isinstance(content := given.get("content"), str):
        raise ValueError(given)
    if len(content) > 4 * (MAX_BYTES // 3 + 2):
        raise FileFault(N_("The file is larger than %(limit)s MB; split it"), limit=MAX_BYTES // 1024 // 1024)
    data, asking = base64.b64decode(content, validate=True), acting()
    return checked_or_held(
        str(given.get("name") or ""), data, asking.user_id if asking is not None else None, now=config.current().now()
    )


READERS: dict[str, Callable[[Any], Any]] = {
    "boolean": lambda given: given in (True, 1, "1", "y", "yes", "true", "on"),
    "yes_no": _yes_no,
    "integer": _integer,
    "number": _number,
    "date": lambda given: _day(str(given)),
    "day_end": lambda given: day_end(_day(str(given))),
    "moment": lambda given: moment_named(str(given)),
    "objects": _objects,
    "rows": _rows,
    "numbers": _numbers,
    "file": _file,
}
MISREAD = {
    "date": NO_DAY,
    "day_end": NO_DAY,
    "file": N_("This is an object with the file's name and its content in Base64."),
    "yes_no": N_("Choose yes or no."),
    "objects": N_("This must be an object with one object for each criterion."),
    "rows": N_("Name each row by its number, with what is corrected."),
    "numbers": N_("This is a list of numbers."),
}
