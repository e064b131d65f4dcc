"""Monthly metrics from a file (policy 3.2.1), a column per metric or a row per metric. Blank is absent, 0 is zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.metrics import contradictions, why_impossible
from admin.domain.refusals import N_
from admin.files.cleaning import clean_month, clean_number, clean_text, describe
from admin.files.faults import FileFault, FileNote, Unclean
from admin.files.grades import check_people
from admin.files.mapping import Mapping
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import Table
from admin.files.vocabulary import METRIC_HEADERS, header_key, metric_words, rate_keys

Measured = list[tuple[int, str, Decimal, int | None]]  # place of the row, metric, value, sample


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of one employee in one month (`month` is its first day) and queue; `sample` where the file has it."""

    row: int
    number: str
    month: date
    metric: str
    value: Decimal
    queue: str | None
    sample: int | None


def read_metrics(table: Table, mapping: Mapping, context: Context) -> Parsed[MetricRow]:
    """Metrics and every fault by row and column. Raises `FileFault` when the mapping does not fit the file."""
    wide = mapping.options.get("wide", {})
    if not wide and not {"metric", "value"} <= mapping.fields.keys() | mapping.options.get("constants", {}).keys():
        raise FileFault(
            N_("No column is mapped to a metric: map a column per metric, or one for the metric and one for its value")
        )
    cleaned = Cleaned(table, mapping)
    _tell_rates(cleaned, set(wide.values()))
    _check_codes(wide, context)
    numbers = cleaned.employee_numbers()
    check_people(cleaned, context, numbers)
    months = cleaned.cells("month", clean_month)
    cleaned.required("month", months)
    for index, month in enumerate(months):
        if month and month > context.today:
            cleaned.fault(index, "month", N_("The month is in the future. Enter this month or an earlier one."))
    queues = cleaned.texts("queue", 60)
    measured = (
        _wide(cleaned, wide) if wide else _long(cleaned, context, list(zip(numbers, months, queues, strict=True)))
    )
    if wide:
        keys = [(n, m, q) if n and m else None for n, m, q in zip(numbers, months, queues, strict=True)]
        cleaned.unique("number", keys, N_("This employee's month is already in row %(row)s"))
    _check_possible(cleaned, wide, months, list(zip(numbers, months, queues, strict=True)), measured)
    rows = []
    for index, metric, value, sample in measured:
        number, month = numbers[index], months[index]
        if cleaned.good(index) and number and month:
            rows.append(MetricRow(table.row_numbers[index], number, month, metric, value, queues[index], sample))
    return cleaned.parsed(rows)


def _codes(context: Context) -> frozenset[str]:
    return context.metrics or frozenset(METRIC_HEADERS)


def _check_codes(wide: dict[str, str], context: Context) -> None:
    if unknown := [code for code in wide if code not in _codes(context)]:
        raise FileFault(
            N_("There is no metric %(metric)s; the metrics are %(known)s"),
            metric=unknown[0],
            known=", ".join(sorted(_codes(context))),
        )


def _tell_rates(cleaned: Cleaned, taken: set[str]) -> None:
    for header in cleaned.table.headers:
        if header not in taken and header_key(header) in rate_keys():
            message = N_("The column %(column)s is a rate without its counts and was left out; give the counts instead")
            cleaned.notes.append(FileNote(message, {"column": header}))


def _check_possible(
    cleaned: Cleaned, wide: dict[str, str], months: list[date | None], keys: list[tuple[Any, ...]], measured: Measured
) -> None:
    """A fault for each figure that cannot be, alone or beside the others of its employee, month and queue (3.2.1)."""
    together: dict[tuple[Any, ...], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for index, metric, value, _sample in measured:
        # Without a month that can be read, any does: only the days worked ask for it.
        if wrong := why_impossible(metric, value, months[index] or date.max):
            cleaned.fault_under(index, wide.get(metric) or cleaned.header("value"), wrong.message, **wrong.facts)
        elif keys[index][0] and keys[index][1]:
            together[keys[index]].setdefault(metric, (index, value))
    for figures in together.values():
        for wrong in contradictions({metric: value for metric, (_index, value) in figures.items()}):
            index = figures[wrong.code][0]
            cleaned.fault_under(index, wide.get(wrong.code) or cleaned.header("value"), wrong.message, **wrong.facts)


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, str) and cell.rstrip().endswith(("%", "％")):
        raise Unclean(N_("This is a percentage, which may mean 85 or 0.85; write a plain number"))
    return clean_number(cell)


def _wide(cleaned: Cleaned, wide: dict[str, str]) -> Measured:
    columns = [(code, cleaned.column(header, _number)) for code, header in wide.items()]
    return [
        (index, code, value, None)
        for index in range(cleaned.length)
        for code, values in columns
        if (value := values[index]) is not None
    ]


def _long(cleaned: Cleaned, context: Context, keys: list[tuple[Any, ...]]) -> Measured:
    metrics = cleaned.cells("metric", lambda cell: _metric(cell, context))
    values, samples = cleaned.cells("value", _number), cleaned.cells("sample", _count)
    cleaned.required("metric", metrics)
    full = [(*key, metric) if metric and all(key[:2]) else None for key, metric in zip(keys, metrics, strict=True)]
    cleaned.unique("metric", full, N_("This employee's metric of the month is already in row %(row)s"))
    return list(_measured(metrics, values, samples))


def _measured(
    metrics: list[str | None], values: list[Decimal | None], samples: list[int | None]
) -> Iterator[tuple[int, str, Decimal, int | None]]:
    for index, (metric, value, sample) in enumerate(zip(metrics, values, samples, strict=True)):
        if metric and value is not None:
            yield index, metric, value, sample


def _metric(cell: Any, context: Context) -> str:
    text = clean_text(cell)
    code = text if text in _codes(context) else metric_words().get(header_key(text))
    if code not in _codes(context):
        raise Unclean(
            N_("There is no metric %(metric)s; the metrics are %(known)s"),
            metric=describe(text),
            known=", ".join(sorted(_codes(context))),
        )
    return str(code)


def _count(cell: Any) -> int | None:
    number = clean_number(cell)
    if number is not None and (number < 0 or number != int(number)):
        raise Unclean(N_("A count is a whole number, 0 or more"))
    return None if number is None else int(number)
