"""A pay-change list as payroll takes it: CSV for programs, a workbook for people; the same list, the same bytes (5.1).

The CSV's columns, their order and its codes are fixed, and its hash is the list's; the workbook says the same in the list's
language, with totals and that hash. No text becomes a formula in either.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.codes import ChangeKind, Language, PayLineState
from admin.domain.pay import PayLine, PayListOut, list_totals
from admin.files.workbooks import SheetOut, safe_text, write_sheets

Texts = tuple[str, str, str]  # 繁體, 简体, English
LANGUAGES = tuple(Language)
COLUMNS: dict[str, Texts] = {
    "list": ("清單編號", "清单编号", "List"),
    "document": ("文件字號", "文件编号", "Document"),
    "state": ("狀態", "状态", "State"),
    "employee_number": ("員工編號", "员工编号", "Employee number"),
    "name": ("姓名", "姓名", "Name"),
    "kind": ("變動類別", "变动类别", "Kind of change"),
    "grade_before": ("原職級", "原职级", "Grade before"),
    "grade_after": ("新職級", "新职级", "New grade"),
    "effective_on": ("生效日", "生效日", "Effective from"),
    "currency": ("幣別", "币种", "Currency"),
    "low_before": ("原薪酬帶下限（月）", "原薪酬带下限（月）", "Band before, lowest a month"),
    "high_before": ("原薪酬帶上限（月）", "原薪酬带上限（月）", "Band before, highest a month"),
    "low_after": ("新薪酬帶下限（月）", "新薪酬带下限（月）", "New band, lowest a month"),
    "high_after": ("新薪酬帶上限（月）", "新薪酬带上限（月）", "New band, highest a month"),
}
STATES: dict[PayLineState, Texts] = {
    PayLineState.NEW: ("新增", "新增", "New"),
    PayLineState.CHANGED: ("取代先前所列", "取代先前所列", "Replaces the earlier line"),
    PayLineState.WITHDRAWN: ("不再適用", "不再适用", "No longer applies"),
}
KINDS: dict[str, Texts] = {
    ChangeKind.INITIAL: ("首次定級", "首次定级", "First grading"),
    ChangeKind.PROMOTION: ("晉升", "晋升", "Promotion"),
    ChangeKind.DEMOTION: ("降級", "降级", "Demotion"),
    ChangeKind.ADJUSTMENT: ("其他調整", "其他调整", "Other adjustment"),
    ChangeKind.REASSESSMENT: ("重新評定", "重新评定", "Re-assessment"),
    ChangeKind.WITHDRAWAL: ("文件撤銷", "文件撤销", "Withdrawal of a document"),
    ChangeKind.CORRECTION: ("文件更正", "文件更正", "Correction of a document"),
}
SHEET: Texts = ("薪酬變動", "薪酬变动", "Pay changes")
TOTALS: Texts = ("合計", "合计", "Totals")
ITEM: Texts = ("項目", "项目", "Item")
FIGURE: Texts = ("數值", "数值", "Figure")
COUNT: Texts = ("人數", "人数", "People")
FIRST_DAY: Texts = ("最早生效日", "最早生效日", "First effective date")
LAST_DAY: Texts = ("最後生效日", "最后生效日", "Last effective date")
CORRECTS: Texts = ("更正清單", "更正清单", "Corrects list")
HASH: Texts = ("CSV 檔案雜湊值（SHA-256）", "CSV 文件哈希值（SHA-256）", "Hash of the CSV file (SHA-256)")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins to calculate


def as_csv(shown: PayListOut) -> bytes:
    """The list for payroll's programs: UTF-8 with its mark, one line a person, no line of totals."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in shown.lines:
        writer.writerow([_inert(cell) for cell in _cells(shown, line)])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(shown: PayListOut, sha256: str) -> bytes:
    """The list for people, in its language, with its totals and the hash of the CSV."""
    place = LANGUAGES.index(Language(shown.language))
    rows = []
    for line in shown.lines:
        cells = dict(zip(COLUMNS, _cells(shown, line), strict=True))
        cells["state"] = STATES[line.state][place]
        cells["kind"] = KINDS[line.kind][place] if line.kind in KINDS else line.kind
        rows.append(list(cells.values()))
    lines = SheetOut(SHEET[place], [heads[place] for heads in COLUMNS.values()], rows)
    return write_sheets([lines, SheetOut(TOTALS[place], [ITEM[place], FIGURE[place]], _totals(shown, sha256, place))])


def _totals(shown: PayListOut, sha256: str, place: int) -> list[tuple[str, Any]]:
    found, days = list_totals(shown.lines), [line.effective_on for line in shown.lines]
    sums = {"low_before": found.low_before, "high_before": found.high_before}
    sums |= {"low_after": found.low_after, "high_after": found.high_after}
    head = [(COLUMNS["list"][place], shown.number), (COLUMNS["document"][place], shown.document)]
    head += [(CORRECTS[place], shown.corrects)] if shown.corrects else []
    span = [(FIRST_DAY[place], min(days)), (LAST_DAY[place], max(days))]
    money = [
        (COLUMNS["currency"][place], found.currency),
        *((COLUMNS[name][place], each) for name, each in sums.items()),
    ]
    return [*head, (COUNT[place], len(shown.lines)), *span, *money, (HASH[place], sha256)]


def _cells(shown: PayListOut, line: PayLine) -> list[Any]:
    old = line.old
    grades = [line.from_grade or "", line.to_grade, line.effective_on, line.new.currency]
    amounts = [old.low if old else None, old.high if old else None, line.new.low, line.new.high]
    return [shown.number, shown.document, line.state.value, line.number, line.name, str(line.kind), *grades, *amounts]


def _inert(cell: Any) -> str:
    """A cell's text, which no spreadsheet takes for a formula; amounts with two decimals, days as ISO dates."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    if isinstance(cell, date):
        return cell.isoformat()
    text = safe_text("" if cell is None else cell)
    return f"'{text}" if text.startswith(FORMULA) else text
