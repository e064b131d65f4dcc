"""Files as people have them, each of a kind that is tried elsewhere by a file of its own: headers, months, totals, units, words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from admin.files.cleaning import clean_clock, clean_email, clean_seconds
from admin.files.contacts import read_contacts
from admin.files.dates import clean_date, clean_month, clean_year
from admin.files.employees import read_employees
from admin.files.faults import FileFault, Unclean, Untold
from admin.files.grades import grade_lookup, read_grades
from admin.files.metrics import read_metrics
from admin.files.proposing import propose
from admin.files.ratings import read_ratings
from admin.files.reading import Context, Parsed
from admin.files.shapes import shaped
from admin.files.table_reading import read_table
from tests.files.making import NOBODY, TODAY, workbook

PEOPLE = Context(TODAY, {f"0010{n}": f"人{n}" for n in range(1, 7)})
READERS = {"employees": read_employees, "metrics": read_metrics, "ratings": read_ratings, "contacts": read_contacts}


def read(kind: str, data: str | bytes, context: Context = PEOPLE, **options: Any) -> Parsed[Any]:
    """A file through all that reads it, as it stands; `options` are said on the page."""
    data = data.encode() if isinstance(data, str) else data
    table = shaped(read_table(f"檔案.{'xlsx' if data[:2] == b'PK' else 'csv'}", data, kind=kind), kind)
    mapping = propose(table, kind)
    mapping.options |= options
    parsed: Parsed[Any] = READERS[kind](table, mapping, context)
    return parsed


def offered(data: str | bytes, **options: Any) -> list[tuple[date, int]]:
    """The months and values of a wide file of contacts offered, which has no fault."""
    parsed = read("metrics", data, constants={"metric": "offered", **options})
    assert [fault.text() for fault in parsed.faults] == []
    return [(row.month, int(row.value)) for row in parsed.rows]


def faults(kind: str, data: str | bytes, **options: Any) -> list[str]:
    """What is wrong, in words."""
    return [fault.text() for fault in read(kind, data, **options).faults]


JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
TWO = [(JANUARY, 400), (FEBRUARY, 350)]


@pytest.mark.parametrize(
    "data",
    [
        workbook([["員工編號", "2025年", ""], ["", "1月", "2月"], ["00101", 400, 350]], merges=("A1:A2", "B1:C1")),
        workbook([["員工編號", date(2025, 1, 1), date(2025, 2, 1)], ["00101", 400, 350]]),
        "員工編號,2025年1月,2025年2月,2025年第一季\n00101,400,350,750\n",
        "員工編號,2025年1月,2025年2月,2025年上半年,2025年\n00101,400,350,750,750\n",
        "Employee number,Jan 2025,Feb 2025,Total\n00101,400,350,750\n",
        "員工編號,114年1月,114年2月\n合計,400,350\n00101,400,350\n",
    ],
)
def test_months_as_columns_are_read_once_whatever_adds_them_up_beside_them(data: str | bytes) -> None:
    assert offered(data) == TWO


def test_quarters_alone_are_figures_of_their_own() -> None:
    assert offered("員工編號,2025Q1,2025Q2\n00101,400,350\n") == [(date(2025, 3, 1), 400), (date(2025, 6, 1), 350)]
    assert offered("員工編號,1月,上半年\n00101,400,750\n", year="2025") == [(JANUARY, 400)]


def test_a_metric_over_its_months_and_a_month_over_its_metrics_are_read_alike() -> None:
    over = [["員工編號", "來電量", "", "接聽量", ""], ["", "2025-01", "2025-02", "2025-01", "2025-02"]]
    under = [["員工編號", "2025-01", "", "2025-02", ""], ["", "來電量", "接聽量", "來電量", "接聽量"]]
    merges = ("A1:A2", "B1:C1", "D1:E1")
    one = read("metrics", workbook([*over, ["00101", 400, 350, 300, 290]], merges=merges))
    other = read("metrics", workbook([*under, ["00101", 400, 300, 350, 290]], merges=merges))
    assert {(r.metric, r.month, r.value) for r in one.rows} == {(r.metric, r.month, r.value) for r in other.rows}
    assert len(one.rows) == 4 and one.faults == other.faults == []
    years = [["員工編號", "考績", ""], ["", 2023, 2024], ["00101", "優秀", "良好"]]
    ratings = read("ratings", workbook(years, merges=("A1:A2", "B1:C1")))
    assert [(row.year, row.rating) for row in ratings.rows] == [(2023, "excellent"), (2024, "good")]


def test_two_columns_of_one_month_are_named_and_not_one_of_them_taken() -> None:
    with pytest.raises(FileFault, match="The columns 1月 and 一月 are of the same period"):
        read("metrics", "員工編號,1月,一月\n00101,400,350\n", constants={"metric": "offered", "year": "2025"})
    with pytest.raises(FileFault, match="來電量 appears 2 times"):
        read("metrics", "員工編號,月份,來電量,來電量\n00101,2025-10,400,350\n")


def test_a_header_in_two_languages_names_its_column() -> None:
    text = '"工號 Employee No.",姓名/Name,"部門\nDepartment",Hire Date 入職日期\n00201,周七,客服中心,2020-02-03\n'
    assert read("employees", text, NOBODY).rows[0].name == "周七"
    figures = read("metrics", "工號,月份,接聽量 Answered,VIP接聽量\n00101,2025-10,350,20\n")
    assert [(row.metric, row.value) for row in figures.rows] == [("answered", 350)]


def test_totals_beside_a_month_and_remarks_below_are_no_people() -> None:
    text = "月份,員工編號,來電量\n2025-10,00101,400\n2025-10,小計,400\n,合計,400\n※ 僅供內部使用,,\n"
    parsed = read("metrics", text)
    assert (len(parsed.rows), parsed.faults) == (1, [])
    people = "序號,員工編號,姓名,部門,入職日期\n1,00201,周七,客服中心,2020-02-03\n,,總人數：1,,\n共 1 人,,,,\n"
    assert (len(read("employees", people, NOBODY).rows), faults("employees", people)) == (1, [])


def test_a_share_under_a_header_in_percent_is_asked_about() -> None:
    head = "員工編號,月份,接聽量,解決率(%)\n"
    assert "reads as a share" in faults("metrics", f"{head}00101,2025-10,350,0.886\n")[0]
    rows = read("metrics", f"{head}00101,2025-10,350,88.6\n00102,2025-10,350,８８．６％\n").rows
    assert [row.value for row in rows if row.metric == "resolved"] == [310, 310]
    assert faults("metrics", f"{head}00101,2025-10,350,120\n") == ["A share lies between 0 and 100 percent"]


def test_an_average_alone_asks_for_its_count_and_an_unknown_metric_names_those_there_are_in_words() -> None:
    assert "needs its count (Satisfaction answers)" in faults("metrics", "工號,月份,滿意度\n00101,2025-10,4.7\n")[0]
    told = faults("metrics", "工號,年月,指標,數值\n00101,2025-10,不明,4\n")[0]
    assert "Contacts offered" in told and "csat" not in told
    assert faults("metrics", workbook([["工號", "月份", "來電量"], ["00101", "2025-10", True]])) == [
        "This is not a number"
    ]


def test_sheets_that_are_hidden_are_named() -> None:
    import io

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("名冊", "舊名冊"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["員工編號", "姓名", "部門", "入職日期"])
            sheet.write_row(1, 0, ["00201", "周七", "客服中心", "2020-02-03"])
        sheet.hide()
    notes = [note.text() for note in read("employees", out.getvalue(), NOBODY).notes]
    assert "Hidden sheets are not read: 舊名冊" in notes


def test_the_years_of_an_era_that_a_header_names_need_no_three_figures() -> None:
    rows = read("employees", "工號,姓名,部門,到職日(民國)\n00201,周七,客服中心,98/02/03\n", NOBODY).rows
    assert rows[0].hired == date(2009, 2, 3)


def test_a_time_with_its_day_is_the_day_too() -> None:
    text = "坐席,來電時間,接聽時間\n00101,2025-10-01 23:59:55,2025-10-02 00:00:05\n"
    row = read("contacts", text).rows[0]
    assert (row.day, row.wait_seconds_sum) == (date(2025, 10, 1), 10)
    with pytest.raises(FileFault, match="Date of the contact"):
        read("contacts", "坐席,來電時間,是否接聽\n00101,09:00:00,Y\n")
    spelt = read("contacts", "坐席,日期,是否接聽,應答時長\n00101,2025-10-01,Y,10秒\n00101,2025-10-01,Y,1分5秒\n")
    assert spelt.rows[0].wait_seconds_sum == 75


@pytest.mark.parametrize(
    ("clean", "text", "value"),
    [
        (clean_date, "February 3, 2020", date(2020, 2, 3)),
        (clean_date, "3rd February 2020", date(2020, 2, 3)),
        (clean_date, "2020.02.03.", date(2020, 2, 3)),
        (clean_month, "10/2025", date(2025, 10, 1)),
        (clean_month, "October-2025", date(2025, 10, 1)),
        (clean_month, "2025M10", date(2025, 10, 1)),
        (clean_month, "二〇二五年十月", date(2025, 10, 1)),
        (clean_year, "2025/12/31", 2025),
        (clean_year, "'2025", 2025),
        (clean_year, "西元2025年", 2025),
        (clean_seconds, "5分20秒", Decimal(320)),
        (clean_seconds, "1小時5分", Decimal(3900)),
        (clean_seconds, "320 s", Decimal(320)),
        (clean_clock, "15時05分", 54_300),
        (clean_clock, "下午3點05分10秒", 54_310),
        (clean_email, "MailTo:a@b.com", "a@b.com"),
    ],
)
def test_cells_are_read_where_they_can_mean_one_thing(clean: Any, text: str, value: object) -> None:
    assert clean(text) == value


@pytest.mark.parametrize(
    ("clean", "text"),
    [
        (clean_date, "3-Feb-20"),
        (clean_month, "Oct-25"),
        (clean_month, "13/2025"),
        (clean_year, "25"),
        (clean_seconds, "5:20"),
    ],
)
def test_cells_that_can_mean_two_things_or_nothing_are_faults(clean: Any, text: str) -> None:
    with pytest.raises(Unclean):
        clean(text)


def test_a_grade_named_twice_is_one_and_two_grades_are_none() -> None:
    ladder = grade_lookup([("M1", ["中級一級"]), ("M2", ["中級二級"])])
    context = Context(TODAY, PEOPLE.people, grades=ladder)
    table = read_table(
        "a.csv", "工號,職級,生效日期\n00101,中級二級（M2）,2024-01-01\n00102,中級二級(M1),2024-01-01\n".encode()
    )
    parsed = read_grades(table, propose(table, "grades"), context)
    assert [row.grade for row in parsed.rows] == ["M2"] and [fault.row for fault in parsed.faults] == [3]


def test_western_names_of_another_table_of_signs_are_asked_about() -> None:
    text = "Employee number,Name,Department,Hire date\n00201,José,CS,2020-02-03\n"
    assert read("employees", text.encode("latin-1"), NOBODY).rows[0].name == "José"
    with pytest.raises(Untold):
        read("employees", text.encode("mac_roman"), NOBODY)
