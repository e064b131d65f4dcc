"""The small inputs of ../shared/cases/import, each a shape that people have, with its right answer at the operation.

The choices that HR makes on the page are those of `chosen`; tests/views/imports/test_reading_choices.py makes them there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from admin.files.faults import FileFault, Untold
from admin.operations.imports import imports_checking as imports
from tests.operations.importing import HR, NOW, bring

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "cases"


@dataclass(frozen=True)
class Case:
    """A file's answer: how many rows are read, what each of its faults and notes says somewhere, or why it is refused."""

    kind: str
    rows: int | None = None
    faults: Sequence[str] = ()
    notes: Sequence[str] = ()
    refused: str = ""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    holds: Sequence[tuple[str, Any]] = ()  # attributes of the first row


def people(rows: int | None = None, *faults: str, **more: Any) -> Case:
    return Case("employees", rows, faults, **more)


def figures(rows: int | None = None, *faults: str, **more: Any) -> Case:
    return Case("metrics", rows, faults, **more)


def calls(rows: int | None = None, *faults: str, **more: Any) -> Case:
    return Case("contacts", rows, faults, **more)


def ratings(rows: int | None = None, *faults: str, **more: Any) -> Case:
    return Case("ratings", rows, faults, **more)


ROC = {"options": {"date_order": "roc"}}
SCALE = {"甲": "good", "乙": "qualified", "優": "excellent", "丙": "unqualified"}
NO_COLUMN = "No column is mapped"
ERROR, FORMULA, UNTOLD = "error value", "holds a formula", "encoding cannot be told"
# What figures cannot be, and what a file says beside the portal, is held where that stands; here: that it is read.
CASES: dict[str, Case] = {
    "00-base.csv": people(6),
    "03b-scientific-excel.csv": people(0, "scientific notation"),
    "04-yyyymmdd-number.xlsx": people(2),
    "04b-yyyymmdd-text.csv": people(1),
    "05-roc.csv": people(3),
    "05b-roc-7digits.csv": people(2),
    "05c-roc-7digits-number.xlsx": people(2, chosen=ROC),
    "05d-roc-2digit.csv": people(1, "two digits"),
    "05e-roc-text-forms.csv": people(5),
    "06-date1904.xlsx": people(1),
    "07-hidden-row.xlsx": people(3, notes=["Hidden rows are read too: 1"]),
    "08-trailing-spaces.xlsx": people(1),
    "08b-serial-only.xlsx": people(1, notes=["serial number were left out: 3", "not used: 序號"]),
    "09-header-breaks.xlsx": people(1),
    "09b-duplicate-header.csv": people(refused="部門 appears 2 times"),
    "09c-two-row-header.xlsx": people(1),
    "09d-bilingual-header.xlsx": people(1, notes=["Rows 1 and 2 together are the header"]),
    "09e-header-star.csv": people(1),
    "10-two-number-columns.csv": people(1, notes=["not used: 手機, 短號, 工號"]),
    "11-sep-line.csv": people(1),
    "12-unicode-text.txt": people(1),
    "12b-utf16-no-bom.txt": people(1),
    "12c-tab-clipboard.txt": people(1),
    "13-big5.csv": people(1),
    "13b-big5-hkscs.csv": people(1),
    "13c-gbk-simplified.csv": people(1),
    "13d-shift-jis.csv": people(refused=UNTOLD),
    "13e-shift-jis-kanji-only.csv": people(refused=NO_COLUMN),
    "13f-utf8-japanese.csv": people(refused=NO_COLUMN),
    "13g-euckr.csv": people(refused=UNTOLD),
    "13h-cp1252.csv": people(2),
    "13i-utf8-with-pua.csv": people(1),
    "13j-euckr-names.csv": people(refused=UNTOLD),
    "14-html-as.xls": people(refused="web page"),
    "14b-xml-spreadsheet-2003.xls": people(refused="web page"),
    "15-error-and-formula.xlsx": people(0, ERROR, FORMULA),
    "15b-errors-as-text.csv": people(0, ERROR, ERROR),
    "17-dates-mixed.csv": people(5, "two dates", "not a date"),
    "17b-dmy-vs-mdy-two-columns.csv": people(2),
    "17c-conflict.csv": people(0, "two dates", "two dates", "two dates"),
    "20-name-split.csv": people(1, holds=[("name", "周七")]),
    "20b-remark-name.csv": people(1, "begins like a total"),
    "20c-null-name.csv": people(2, holds=[("name", "Null")]),
    "21-status-words.csv": people(4, chosen={"options": {"status": {"約聘": "in_service"}}}),
    "22-department-two-columns.csv": people(1, holds=[("department", ("營運處", "客服中心", "一組"))]),
    "23-quote-broken.csv": people(refused="quotation marks"),
    "24-semicolon-decimal.csv": figures(1),
    "31-metrics-number-forms.csv": figures(None, "not a number"),
    "32-month-2025.10.xlsx": figures(1, "January or October"),
    "32b-month-2025.1.csv": figures(0, "January or October", "January or October"),
    "32c-month-forms.csv": figures(5, "not a date", chosen={"options": {"date_order": "roc", "constants": {"year": "2025"}}}),
    "33-pivot-months.csv": figures(6, chosen={"options": {"constants": {"year": "2025", "metric": "offered"}}}),
    "34b-duration-text.csv": figures(4),
    "35-long-form.csv": figures(None, "already in row 2"),
    "36-ratings-tw.csv": ratings(4, chosen={"options": {"rating": SCALE}}),
    "36b-ratings-no-year.csv": ratings(2, chosen={"options": {"constants": {"year": "2025"}, "rating": SCALE}}),
    "36c-ratings-sino.csv": ratings(0, *["does not say what"] * 4),
    "36d-ratings-score.csv": ratings(3, chosen={"options": {"bands": {"excellent": 90, "good": 80, "qualified": 60}}}),
    "37-grades.csv": Case("grades", faults=["no grade 4", "in the future"]),
    "40-contacts-forms.csv": calls(None, "h:mm:ss", "time of day", "negative", "from 1 to 5"),
    "40b-contacts-unanswered-filled.csv": calls(None, "was not answered"),
    "41-two-sheets-raw-and-cleaned.xlsx": calls(1, notes=["Speed of answer"], holds=[("wait_seconds_sum", 177)]),
    "50-biff8.xls": people(2),
    "50b-biff8-formula.xls": people(1, FORMULA),
    "50c-biff8-errors.xls": people(1, ERROR, ERROR),
    "51-ods.ods": people(2),
    "52-xlsx-named.csv": people(2),
    "52b-csv-named.xlsx": people(6),
    "53-password.xlsx": people(refused="protected by a password"),
    "54-xlsb.xlsb": people(refused="save it as XLSX"),
    "55-half.xlsx": people(refused="damaged"),
    "56-half.csv": people(1, "not a date"),
    "57-biff8-error-metrics.xls": figures(0, ERROR, ERROR),
    "57b-biff8-error-optional.xls": people(1, ERROR, ERROR),
    "57c-error-optional.xlsx": people(1, ERROR, ERROR),
    "58-two-rosters.xlsx": people(2, notes=["2026新名冊"], holds=[("post", "離職前主管")]),
    "60-page-headers.csv": people(2, notes=["header stands again were left out: 1"]),
    "62-merged-department.xlsx": people(3),
    "62b-blank-means-above.csv": people(1, "must not be blank"),
    "64-line-break-in-cell.csv": people(1),
    "65-cr-only.csv": people(2),
    "66-pipe.csv": people(1),
    "68-own-template-roundtrip.csv": people(2, "The login L2"),
    "69-excel-guards.csv": people(2, holds=[("number", "00201")]),
    "71-same-email.csv": people(2),
    "73-ratings-both-ends.csv": ratings(4, "does not say what A+"),
    "75-contacts-blank-agent.csv": calls(2, notes=["without an agent were left out: 1"]),
    "78-log-same-calls-again.csv": calls(1, "already in row 2"),
    "79-metrics-new-column.csv": figures(2, notes=["備註", "滿意度 (Average satisfaction?)"]),
    "80-number-is-a-username.csv": people(2),
    "81-styled-blank-at-row-1048576.xlsx": people(1),
    "83-log-without-answered-column.csv": calls(1),
    "public-shapes/cn_hr_shape.csv": people(2, "must not be blank", "does not say what 实习"),
    "public-shapes/harmos_daily.csv": people(refused=NO_COLUMN),
    "public-shapes/luchkiv_roster_shape.csv": people(refused=NO_COLUMN),
    "public-shapes/neu_backup_shape.csv": people(refused="Date hired"),
    "public-shapes/neu_roster.csv": people(refused="no rows under its header"),
    "public-shapes/sino_appraisal.csv": ratings(0, *["does not say what"] * 3),
    "public-shapes/sino_rotation.csv": people(refused=NO_COLUMN),
    "public-shapes/tw_ward_template.csv": people(1, notes=["單位代碼", "層級"]),
}  # fmt: skip
# What figures and numbers cannot be, where nothing more is asked of the portal than the base roster.
NEW_STATE: dict[str, Case] = {
    "01-zeros-eaten.csv": people(None, "only by leading zeros"),
    "02-apostrophe.csv": people(),
    "16-case-differs.csv": people(None, "only by capital letters"),
    "30-metrics-impossible.csv": figures(None, "cannot be less than 0", "has only 31 days", "More contacts answered"),
    "34-percent-and-duration.xlsx": figures(None, "percentage"),
    "67-superior-has-left.csv": people(),
    "74-contacts-midnight.csv": calls(None, "answered before it came in"),
    "76-log-week1.csv": calls(notes=["are missing"]),
    "82-wait-of-abandoned.csv": calls(notes=["do not count in the speed of answer"]),
    "86-csat-of-october.csv": figures(),
    "88-department-fault-told-once.csv": people(),
}
# Their answers are about figures that cannot be true and about what the portal holds already.
ELSEWHERE = {
    "01-zeros-eaten.csv", "02-apostrophe.csv", "16-case-differs.csv", "30-metrics-impossible.csv",
    "34-percent-and-duration.xlsx", "67-superior-has-left.csv", "72-department-typo.csv", "74-contacts-midnight.csv",
    "76-log-week1.csv", "77-log-week2.csv", "82-wait-of-abandoned.csv", "86-csat-of-october.csv", "87-leavers-undone.csv",
    "88-department-fault-told-once.csv",
}  # fmt: skip


def content(name: str) -> bytes:
    """A case's bytes; skipped with a message where the cases are not at hand."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the cases of ../shared are not here ({path.name})")
    return path.read_bytes()


def answer(name: str, case: Case) -> list[str]:
    """What is not as the case says, each in a line; nothing is kept."""
    data = content(f"import/{name}")
    try:
        read, plan = imports.preview(case.kind, Path(name).name, data, dict(case.chosen), actor=HR, now=NOW)
    except FileFault as fault:
        return [] if case.refused and case.refused in fault.text() else [f"{name}: refused: {fault.text()}"]
    # That a log's names are nobody's yet is not about how its file reads.
    faults = [each.text() for each in plan.faults if "map it, or leave it out" not in each.text()]
    rows, notes = read.parsed.rows, [each.text() for each in plan.notes]
    wrong = [f"read, and not refused ({case.refused})"] if case.refused else []
    if case.rows is not None and len(rows) != case.rows:
        wrong.append(f"{len(rows)} rows instead of {case.rows}")
    if bool(faults) != bool(case.faults) or (case.rows is not None and len(faults) != len(case.faults)):
        wrong.append(f"faults {faults}")
    wrong += [f"no fault says {said!r}: {faults}" for said in case.faults if not any(said in each for each in faults)]
    wrong += [f"no note says {said!r}: {notes}" for said in case.notes if not any(said in each for each in notes)]
    for attribute, value in case.holds:
        if getattr(rows[0], attribute) != value:
            wrong.append(f"{attribute} is {getattr(rows[0], attribute)!r}")
    return [f"{name}: {each}" for each in wrong]


def test_every_file_gives_its_right_answer(session: Any) -> None:
    bring("employees", content("import/00-base.csv"))
    assert "\n".join(line for name, case in CASES.items() for line in answer(name, case)) == ""


def test_every_file_has_an_answer() -> None:
    content("import/00-base.csv")
    root = FOLDER / "import"
    here = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name != "README.md"}
    assert here - set(CASES) == ELSEWHERE and set(NEW_STATE) < ELSEWHERE


def test_of_two_sheets_the_one_that_is_named_is_read(session: Any) -> None:
    data = content("import/58-two-rosters.xlsx")
    chosen = {"reading": {"sheet": "2026新名冊"}}
    read, _plan = imports.preview("employees", "58.xlsx", data, chosen, actor=HR, now=NOW)
    assert [row.post for row in read.parsed.rows] == ["主任", "新職稱"]
    plan, row = bring("employees", data, chosen)
    assert (plan.counts["new"], row.mapping["reading"]) == (2, {"sheet": "2026新名冊"})


def test_an_encoding_that_cannot_be_told_is_read_once_it_is_named(session: Any) -> None:
    data = content("import/13j-euckr-names.csv")
    with pytest.raises(Untold) as asked:
        imports.preview("employees", "13j.csv", data, actor=HR, now=NOW)
    shown = dict(asked.value.offers)["euc-kr"]
    read, _plan = imports.preview("employees", "13j.csv", data, {"reading": {"encoding": "euc-kr"}}, actor=HR, now=NOW)
    assert read.parsed.rows[0].name == "김민수" and "김민수" in shown


FIRST_DAY = {
    "現職職級.xlsx": Case("grades", 287),
    "績效_每月長表.xlsx": figures(3130 * 7, notes=["above the header"]),
    "績效_KPI寬表.xlsx": figures(287 * 4, notes=["2026-01 to 2026-11", "Sums were made", "申訴結案率"]),
    "考績_長表.xlsx": ratings(568, chosen={"options": {"rating": SCALE | {"丁": "unqualified"}}}),
    "考績_寬表.xlsx": ratings(
        568, chosen={"options": {"rating": SCALE | {"丁": "unqualified"}}}, notes=["2024考績, 2025考績"]
    ),
    "更正.xlsx": figures(55),
}


def test_the_files_of_a_first_day_are_read_in_the_shapes_that_they_have(session: Any) -> None:
    plan, _row = bring("employees", content("first-day/名冊.xlsx"))
    assert (plan.counts["new"], plan.faults) == (300, [])
    wrong = []
    for name, case in FIRST_DAY.items():
        data, chosen = content(f"first-day/{name}"), dict(case.chosen)
        read, plan = imports.preview(case.kind, name, data, chosen, actor=HR, now=NOW)
        notes = " ".join(note.text() for note in plan.notes)
        faults = [fault.text() for fault in plan.faults[:3]]
        if len(read.parsed.rows) != case.rows or faults or not all(said in notes for said in case.notes):
            wrong.append((name, len(read.parsed.rows), faults, notes))
    assert wrong == []
    second, _plan = imports.preview(
        "employees", "名冊_第二次.xlsx", content("first-day/名冊_第二次.xlsx"), actor=HR, now=NOW
    )
    assert second.mapping.fields["management"] == "管理職" and second.parsed.rows[0].management is True


def test_averages_by_month_are_multiplied_by_the_counts_that_came_before(session: Any) -> None:
    bring("employees", content("first-day/名冊.xlsx"))
    wide, year = content("first-day/績效_月寬表.xlsx"), {"options": {"constants": {"year": "2026"}}}
    _read, plan = imports.preview("metrics", "績效_月寬表.xlsx", wide, year, actor=HR, now=NOW)
    assert "needs its count (Satisfaction answers)" in plan.faults[0].text()
    bring("metrics", content("first-day/績效_每月長表.xlsx"))
    read, plan = imports.preview("metrics", "績效_月寬表.xlsx", wide, year, actor=HR, now=NOW)
    assert {row.metric for row in read.parsed.rows} == {"csat_sum"}
    assert len(read.parsed.rows) > 100 * len(plan.faults)  # of whom the month's count is not there
    assert read.mapping.options["constants"]["metric"] == "csat_mean"
