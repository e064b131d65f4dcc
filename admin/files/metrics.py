"""Monthly metrics from a file (policy 3.2.1), a column per metric or a row per metric. Blank is absent, 0 is zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.metrics import COUNTS, RATES, contradictions, why_impossible
from admin.domain.refusals import N_
from admin.files.cleaning import clean_number, clean_text, describe
from admin.files.faults import FileFault, FileNote, Unclean
from admin.files.mapping import Mapping
from admin.files.metric_words import METRIC_HEADERS, RATE_HEADERS, metric_named
from admin.files.people import people_of
from admin.files.rates import Key, Ratio, counted, rate_values
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import VALUE_COLUMN, Table

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
        if VALUE_COLUMN in table.headers:
            raise FileFault(N_("These figures do not say which metric they are of: say it for all rows"))
        for header in table.duplicates:
            if metric_named(header):
                table.index(header)  # says that it stands twice
        raise FileFault(
            N_("No column is mapped to a metric: map a column per metric, or one for the metric and one for its value")
        )
    cleaned = Cleaned(table, mapping, context)
    _tell_rates(cleaned, set(wide.values()))
    _check_codes(wide, context)
    numbers = people_of(cleaned, context)
    months = _months(cleaned)
    cleaned.required("month", months)
    for index, month in enumerate(months):
        if month and month > context.today:
            cleaned.fault(index, "month", N_("The month is in the future. Enter this month or an earlier one."))
    queues = cleaned.texts("queue", 60)
    keys = list(zip(numbers, months, queues, strict=True))
    measured = _wide(cleaned, context, wide, keys) if wide else _long(cleaned, context, keys)
    if wide:
        persons = [key if key[0] and key[1] else None for key in keys]
        cleaned.unique("number", persons, N_("This employee's month is already in row %(row)s"))
    _check_possible(cleaned, wide, months, keys, measured)
    rows = []
    for index, metric, value, sample in measured:
        number, month = numbers[index], months[index]
        if cleaned.good(index) and number and month:
            rows.append(MetricRow(table.row_numbers[index], number, month, metric, value, queues[index], sample))
    return cleaned.parsed(rows)


def _months(cleaned: Cleaned) -> list[date | None]:
    months = cleaned.months("month", cleaned.years("year"))
    message = N_("The figures are those of a whole period (%(first)s to %(last)s); they are kept with its last month")
    for first, last in sorted(cleaned.spans):
        cleaned.notes.append(FileNote(message, {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}))
    return months


def _codes(context: Context) -> frozenset[str]:
    return context.metrics or frozenset(METRIC_HEADERS)


def _labels(context: Context) -> list[str]:
    return [label for code, label in COUNTS.items() if code in _codes(context)]


def _check_codes(wide: dict[str, str], context: Context) -> None:
    if unknown := [code for code in wide if code not in _codes(context) and code not in RATES]:
        raise FileFault(
            N_("There is no metric %(metric)s; the metrics are %(fields)s"),
            metric=unknown[0],
            fields=_labels(context),
        )


def _tell_rates(cleaned: Cleaned, taken: set[str]) -> None:
    for header in cleaned.table.headers:
        if header not in taken and metric_named(header) in RATE_HEADERS:
            message = N_("The column %(column)s is a rate without its counts and was left out; give the counts instead")
            cleaned.notes.append(FileNote(message, {"column": header}))


def _check_possible(
    cleaned: Cleaned, wide: dict[str, str], months: list[date | None], keys: list[tuple[Any, ...]], measured: Measured
) -> None:
    """A fault for each figure that cannot be, alone or beside the others of its employee, month and queue (3.2.1)."""
    together: dict[tuple[Any, ...], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for index, metric, value, _sample in measured:
        # Without a month that can be read, any does: only the days worked ask for it.
        whole = any(months[index] == last for _first, last in cleaned.spans)
        if (wrong := why_impossible(metric, value, months[index] or date.max)) and not (
            whole and metric == "days_worked"
        ):
            cleaned.fault_under(index, wide.get(metric) or cleaned.header("value"), wrong.message, **wrong.facts)
        elif keys[index][0] and keys[index][1]:
            together[keys[index]].setdefault(metric, (index, value))
    for figures in together.values():
        for wrong in contradictions({metric: value for metric, (_index, value) in figures.items()}):
            index = figures[wrong.code][0]
            cleaned.fault_under(index, wide.get(wrong.code) or cleaned.header("value"), wrong.message, **wrong.facts)


def _cleaner(cleaned: Cleaned, code: str, header: str) -> Callable[[Any], Decimal | None]:
    read = cleaned.seconds_under(header) if "seconds" in code else cleaned.number

    def clean(cell: Any) -> Decimal | None:
        if isinstance(cell, str) and cell.rstrip().endswith(("%", "％")):
            raise Unclean(N_("This is a percentage, which may mean 85 or 0.85; write a plain number"))
        return read(cell)

    return clean


def _wide(cleaned: Cleaned, context: Context, wide: dict[str, str], keys: list[Key]) -> Measured:
    columns = {
        code: cleaned.column(header, _cleaner(cleaned, code, header)) for code, header in wide.items() if code in COUNTS
    }
    measured = [
        (index, code, value, None)
        for index in range(cleaned.length)
        for code, values in columns.items()
        if (value := values[index]) is not None
    ]
    rates = {code: header for code, header in wide.items() if code in RATES and RATES[code].amount not in columns}
    ratios = []
    for code, header in rates.items():
        samples = columns.get(RATES[code].sample, [None] * cleaned.length)
        for index, value in enumerate(rate_values(cleaned, header, code)):
            if value is not None and cleaned.read_on(index):
                ratios.append(Ratio(index, code, value, samples[index]))
    return measured + counted(cleaned, context, ratios, keys, rates)


def _long(cleaned: Cleaned, context: Context, keys: list[Key]) -> Measured:
    metrics = cleaned.cells("metric", lambda cell: _metric(cell, context))
    samples = cleaned.cells("sample", _count)
    cleaned.required("metric", metrics)
    full = [(*key, metric) if metric and all(key[:2]) else None for key, metric in zip(keys, metrics, strict=True)]
    cleaned.unique("metric", full, N_("This employee's metric of the month is already in row %(row)s"))
    counts = _long_counts(cleaned, metrics, samples)
    in_file = {(*keys[index], code): value for index, code, value, _sample in counts}
    return counts + _long_rates(cleaned, context, metrics, samples, keys, in_file)


def _only(cells: list[Any], metrics: list[str | None], codes: Collection[str]) -> list[Any]:
    return [cell if metric in codes else "" for cell, metric in zip(cells, metrics, strict=True)]


def _long_counts(cleaned: Cleaned, metrics: list[str | None], samples: list[int | None]) -> Measured:
    header, cells = cleaned.header("value"), cleaned.raw("value")
    values: list[Decimal | None] = [None] * cleaned.length
    for codes in (
        frozenset(code for code in COUNTS if "seconds" in code),
        frozenset(c for c in COUNTS if "seconds" not in c),
    ):
        read = cleaned.cleaned(_only(cells, metrics, codes), header, _cleaner(cleaned, min(codes), header))
        values = [new if new is not None else old for new, old in zip(read, values, strict=True)]
    return list(_measured(metrics, values, samples))


def _long_rates(
    cleaned: Cleaned,
    context: Context,
    metrics: list[str | None],
    samples: list[int | None],
    keys: list[Key],
    in_file: dict[tuple[Any, ...], Decimal],
) -> Measured:
    """Averages and rates by the count beside them, or by the one that another row of the file has."""
    header, cells, ratios = cleaned.header("value"), cleaned.raw("value"), []
    beside: Measured = []
    for code in sorted({metric for metric in metrics if metric in RATES}):
        for index, value in enumerate(rate_values(cleaned, header, code, _only(cells, metrics, {code}))):
            if value is not None and cleaned.read_on(index):
                own = samples[index]
                sample = in_file.get((*keys[index], RATES[code].sample)) if own is None else Decimal(own)
                ratios.append(Ratio(index, code, value, sample))
                if own is not None and (*keys[index], RATES[code].sample) not in in_file:
                    beside.append((index, RATES[code].sample, Decimal(own), None))
    return beside + counted(cleaned, context, ratios, keys, dict.fromkeys(RATES, header))


def _measured(
    metrics: list[str | None], values: list[Decimal | None], samples: list[int | None]
) -> Iterator[tuple[int, str, Decimal, int | None]]:
    for index, (metric, value, sample) in enumerate(zip(metrics, values, samples, strict=True)):
        if metric and value is not None:
            yield index, metric, value, sample


def _metric(cell: Any, context: Context) -> str:
    text = clean_text(cell)
    code = text if text in _codes(context) else metric_named(text)
    if code not in _codes(context) and code not in RATES:
        raise Unclean(
            N_("There is no metric %(metric)s; the metrics are %(fields)s"),
            metric=describe(text),
            fields=_labels(context),
        )
    return str(code)


def _count(cell: Any) -> int | None:
    number = clean_number(cell)
    if number is not None and (number < 0 or number != int(number)):
        raise Unclean(N_("A count is a whole number, 0 or more"))
    return None if number is None else int(number)
