"""Averages and rates with their counts become sums and counts: 4.74 of 507 answers is a sum of 2,403 (policy 3.2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from admin.domain.metrics import COUNTS, RATES, Rate
from admin.domain.refusals import N_
from admin.files.faults import FileNote
from admin.files.headers import unit_of
from admin.files.reading import Cleaned, Context

Key = tuple[str | None, date | None, str | None]  # number, month, queue
_PERCENT, _SHARE = "percent", "share"
_NEEDS_COUNT = N_(
    "An average or a rate needs its count (%(field)s): give that column too, or import the counts of the month first"
)
_MIXED = N_("Some values of this column read as shares (0.85) and some as percentages (85); write all of them alike")
_SHARE_IN_PERCENT = N_("The column is in percent, and this reads as a share (0.85); write it like 85")


@dataclass(frozen=True)
class Ratio:
    """One average or rate: place of the row, its code, the value (a share from 0 to 1), its count where the row has it."""

    index: int
    code: str
    value: Decimal
    sample: Decimal | None


def rate_values(cleaned: Cleaned, header: str, code: str, cells: Sequence[Any] | None = None) -> list[Decimal | None]:
    """A column of averages or rates; shares as 0 to 1, whichever way the column writes them."""
    if not RATES[code].share:
        clean = cleaned.seconds_under(header) if _is_time(RATES[code]) else cleaned.number
        return cleaned.column(header, clean) if cells is None else cleaned.cleaned(list(cells), header, clean)
    column = cleaned.table.column(header) if cells is None else list(cells)
    numbers = cleaned.cleaned(column, header, cleaned.number)
    forms = [_form(cell, number, header) for cell, number in zip(column, numbers, strict=True)]
    if {_PERCENT, _SHARE} <= set(forms):
        cleaned.fault_under(forms.index(_SHARE), header, _MIXED)
    if unit_of(header) == _PERCENT:
        for index, (cell, number) in enumerate(zip(column, numbers, strict=True)):
            if number is not None and 0 < number < 1 and not _is_marked(cell):
                cleaned.fault_under(index, header, _SHARE_IN_PERCENT)
    percent = _PERCENT in forms  # then 1 stands among percentages, and is one of a hundred
    return [
        number / 100 if number is not None and percent and not _is_marked(cell) else number
        for cell, number in zip(column, numbers, strict=True)
    ]


def _form(cell: Any, number: Decimal | None, header: str) -> str:
    if number is None or number in (0, 1):
        return ""
    return _PERCENT if number > 1 or _is_marked(cell) or unit_of(header) == _PERCENT else _SHARE


def _is_marked(cell: Any) -> bool:
    """Whether the cell says by itself that it is a percentage, and was read as one."""
    return isinstance(cell, str) and cell.rstrip().endswith(("%", "％"))


def _is_time(rate: Rate) -> bool:
    return "seconds" in rate.amount


def counted(
    cleaned: Cleaned, context: Context, ratios: Sequence[Ratio], keys: Sequence[Key], header_of: Mapping[str, str]
) -> list[tuple[int, str, Decimal, int | None]]:
    """The sums and counts of averages and rates: (place of the row, metric, value, sample).

    A count that the row does not have is the one that the portal has of the month; where it has none, that is a fault.
    `header_of`: rate → the column it stands in.
    """
    lacking = {ratio.code for ratio in ratios if ratio.sample is None}
    on_file: Mapping[Any, float] = {}
    if lacking and context.on_file is not None:
        months = {month for _number, month, _queue in keys if month}
        on_file = context.on_file(months, {RATES[code].sample for code in lacking})
    found: list[tuple[int, str, Decimal, int | None]] = []
    taken = 0
    for ratio in ratios:
        rate, sample = RATES[ratio.code], ratio.sample
        number, month, queue = keys[ratio.index]
        header = header_of.get(ratio.code, "")
        if sample is None and (kept := on_file.get((number, month, queue or "", rate.sample))) is not None:
            sample, taken = Decimal(str(kept)), taken + 1
        if sample is None:
            cleaned.fault_under(ratio.index, header, _NEEDS_COUNT, field=COUNTS[rate.sample])
        elif _possible(cleaned, ratio, header, sample):
            amount = (ratio.value * sample).quantize(Decimal(1), ROUND_HALF_UP)
            found.append((ratio.index, rate.amount, amount, None))
    if taken:
        message = N_("Averages and rates were multiplied by the counts that the portal has of the month: %(count)s")
        cleaned.notes.append(FileNote(message, {"count": taken}))
    if found:
        message = N_("Sums were made of averages and rates with their counts: %(count)s")
        cleaned.notes.append(FileNote(message, {"count": len(found)}))
    return found


def _possible(cleaned: Cleaned, ratio: Ratio, header: str, sample: Decimal) -> bool:
    highest = Decimal(cleaned.mapping.options.get("satisfaction_max", 5))
    if RATES[ratio.code].share and not 0 <= ratio.value <= 1:
        cleaned.fault_under(ratio.index, header, N_("A share lies between 0 and 100 percent"))
    elif ratio.code == "csat_mean" and sample and not 1 <= ratio.value <= highest:
        message = N_("The average satisfaction must be between 1 and %(highest)s")
        cleaned.fault_under(ratio.index, header, message, highest=int(highest))
    elif ratio.value < 0:
        cleaned.fault_under(ratio.index, header, N_("This cannot be negative"))
    else:
        return True
    return False
