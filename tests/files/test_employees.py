"""Employees from files: every seeded fault is found, and none is invented."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import opencc
import pytest

from admin.files.employees import EmployeeRow, read_employees
from admin.files.faults import FileFault
from admin.files.mapping import Mapping
from admin.files.proposing import propose
from admin.files.reading import Context
from admin.files.table_reading import read_table
from admin.files.tables import Table
from tests.files.making import HEADER, NOBODY, TODAY, parse, person, places, sample, table_of, workbook


def people(count: int) -> list[list[object]]:
    """Faultless rows in a line of superiors: ten to each."""
    rows = [
        person(f"{n:05d}", 直屬上級=f"{n // 10:05d}" if n else "", 電子郵件=f"e{n}@example.org") for n in range(count)
    ]
    return [HEADER, *rows]


def test_faultless_rows_have_no_faults_and_lose_nothing() -> None:
    parsed = parse(read_employees, "employees", people(50))
    assert parsed.faults == []
    row = parsed.rows[12]
    assert (row.number, row.superior, row.department, row.status) == (
        "00012",
        "00001",
        ("客服中心", "一線"),
        "in_service",
    )
    assert (row.hired, row.left, row.email, row.row) == (date(2020, 3, 1), None, "e12@example.org", 14)


FAULTS = {
    "工號": ["", "00000", "C1- 4", "1.23E+11", "1\x00", "-"],
    "姓名": ["", "王\u202e明", "王" * 101, "王\x00明"],
    "部門": ["", "n/a", "/"],
    "入職日期": ["", "2021-02-30", "03/04/2021", "2027-01-01", "1920-01-01", "昨天", "-"],
    "離職日期": ["2019-01-01", "2020-13-01", "2025-01-01", "--"],
    "狀態": ["不明", "0", "-"],
    "直屬上級": ["99999", "沒有這個人", "-"],
    "電子郵件": ["not an address", "a@b", "無@"],
}


@pytest.mark.parametrize("seed", range(8))
def test_every_seeded_fault_is_found_at_its_row_and_column_and_none_is_invented(seed: int) -> None:
    chance, rows = random.Random(seed), people(300)
    seeded = []
    for index in chance.sample(range(20, 300), 60):
        column = chance.choice(list(FAULTS))
        value = chance.choice(FAULTS[column])
        # A word without a meaning is told once, so that each row has its own.
        rows[index + 1][HEADER.index(column)] = f"{value}{index}" if column == "狀態" and value != "-" else value
        seeded.append((index + 2, column))
    parsed = parse(read_employees, "employees", rows, status={"在職": "in_service"})
    subordinates = {row for row, cells in enumerate(rows[1:], start=2) if missing(cells, rows, seeded)}
    found = {place for place in places(parsed) if place not in {(row, "直屬上級") for row in subordinates}}
    assert sorted(found) == sorted(seeded)
    assert len(parsed.rows) == 300 - len({fault.row for fault in parsed.faults})


def missing(cells: list[object], rows: list[list[object]], seeded: list[tuple[int, str]]) -> bool:
    """Whether the row's superior lost its own number to a seeded fault: then that is rightly a fault, too."""
    lost = {f"{row - 2:05d}" for row, column in seeded if column == "工號"}
    return cells[HEADER.index("直屬上級")] in lost


def test_a_number_that_stands_twice_names_the_first_row() -> None:
    parsed = parse(read_employees, "employees", [HEADER, person("7"), person("8"), person("7")])
    assert places(parsed) == [(4, "工號")]
    assert "row 2" in parsed.faults[0].text()


def test_numbers_that_differ_by_leading_zeros_alone_are_a_fault() -> None:
    assert places(parse(read_employees, "employees", [HEADER, person("0007"), person("7")])) == [(3, "工號")]


def test_a_superior_may_be_named_when_the_name_is_unique() -> None:
    rows = [HEADER, person("1", 姓名="王一"), person("2", 姓名="李二", 直屬上級="王一")]
    assert parse(read_employees, "employees", rows).rows[1].superior == "1"


def test_an_ambiguous_superior_is_refused_with_the_candidates() -> None:
    rows = [HEADER, person("1", 姓名="王一"), person("2", 姓名="王一"), person("3", 直屬上級="王一")]
    parsed = parse(read_employees, "employees", rows)
    assert places(parsed) == [(4, "直屬上級")]
    assert "1, 2" in parsed.faults[0].text()


def test_a_superior_whom_the_portal_knows_need_not_be_in_the_file() -> None:
    context = Context(TODAY, people={"9": "趙九"})
    assert parse(read_employees, "employees", [HEADER, person("1", 直屬上級="9")], context).faults == []


def test_two_superiors_of_one_name_are_no_fault_when_both_numbers_are_known() -> None:
    header = [*HEADER, "直屬上級姓名"]
    rows = [
        header,
        [*person("1", 姓名="王一"), ""],
        [*person("2", 姓名="王一"), ""],
        [*person("3", 直屬上級="1"), "王一"],
        [*person("4", 直屬上級="2"), "王一"],
    ]
    assert parse(read_employees, "employees", rows).faults == []


def test_number_and_name_of_a_superior_must_agree() -> None:
    header = [*HEADER, "直屬上級姓名"]
    rows = [header, [*person("1", 姓名="王一"), ""], [*person("2", 直屬上級="1"), "李四"]]
    assert places(parse(read_employees, "employees", rows)) == [(3, "直屬上級姓名")]


def test_nobody_becomes_their_own_superior_through_any_number_of_steps() -> None:
    rows = [
        HEADER,
        person("1", 直屬上級="3"),
        person("2", 直屬上級="1"),
        person("3", 直屬上級="2"),
        person("4", 直屬上級="1"),
        person("5", 直屬上級="5"),
    ]
    assert places(parse(read_employees, "employees", rows)) == [(n, "直屬上級") for n in (2, 3, 4, 6)]


def test_a_cycle_that_closes_through_the_portal_is_found() -> None:
    context = Context(TODAY, people={"8": "八", "9": "九"}, superiors={"9": "8", "8": "1"})
    assert places(parse(read_employees, "employees", [HEADER, person("1", 直屬上級="9")], context)) == [(2, "直屬上級")]


def test_formulas_and_error_values_count_in_imported_columns_only() -> None:
    rows = [[*HEADER, "年資"], [*person("1", 姓名="=A1"), "=NOW()"], [*person("2", 部門="=NA()"), "=NA()"]]
    parsed = parse(read_employees, "employees", read_table("p.xlsx", workbook(rows)))
    assert {(2, "姓名"), (3, "部門")} == set(places(parsed))


def test_native_cells_of_a_workbook_are_read() -> None:
    rows = [HEADER, person(101, 入職日期=date(2020, 3, 1)), person("000102", 入職日期=43891)]
    parsed = parse(read_employees, "employees", read_table("p.xlsx", workbook(rows)))
    assert [(row.number, row.hired) for row in parsed.rows] == [("101", date(2020, 3, 1)), ("000102", date(2020, 3, 1))]


def test_the_file_itself_tells_whether_the_day_comes_first() -> None:
    rows = [HEADER, person("1", 入職日期="7/5/2011"), person("2", 入職日期="25/5/2011")]
    assert [row.hired for row in parse(read_employees, "employees", rows).rows] == [date(2011, 5, 7), date(2011, 5, 25)]
    assert places(parse(read_employees, "employees", rows[:2])) == [(2, "入職日期")]
    assert parse(read_employees, "employees", rows[:2], date_order="mdy").rows[0].hired == date(2011, 7, 5)


def test_placeholders_mean_what_the_mapping_says() -> None:
    rows = [HEADER, person("1", 電子郵件="-")]
    assert places(parse(read_employees, "employees", rows)) == [(2, "電子郵件")]
    assert parse(read_employees, "employees", rows, absent=["-"]).rows[0].email is None


def test_a_leaving_date_to_come_is_fine_for_somebody_in_service() -> None:
    assert parse(read_employees, "employees", [HEADER, person("1", 離職日期="2026-12-31")]).faults == []


def test_a_mapping_survives_json_and_refuses_what_it_does_not_know() -> None:
    mapping = propose(table_of(people(3)), "employees")
    assert Mapping.from_json("employees", mapping.to_json()) == mapping
    for wrong in (
        {"nonsense": "工號"},
        {"options": {"nonsense": 1}},
        {"options": {"date_order": "ydm"}},
        {"options": {"status": {"在": "maybe"}}},
        {"number": 3},
    ):
        with pytest.raises(FileFault):
            Mapping.from_json("employees", wrong)
    with pytest.raises(FileFault, match="no import"):
        Mapping.from_json("salaries", {})


def test_missing_columns_are_named() -> None:
    with pytest.raises(FileFault, match="Department of the employee, Date hired"):
        parse(read_employees, "employees", [["工號", "姓名"], ["1", "王"]])
    table = table_of(people(2))
    with pytest.raises(FileFault, match="no column 別的"):
        read_employees(table, Mapping("employees", {**propose(table, "employees").fields, "post": "別的"}), NOBODY)


def ten_thousand(data: bytes, encoding: str) -> None:
    """The sample's own figures: 10,000 people, 7,998 in service."""
    table = read_table("people.csv", data)
    parsed = parse(read_employees, "employees", table)
    assert (table.encoding, len(parsed.rows), parsed.faults) == (encoding, 10_000, [])
    assert Counter(row.status for row in parsed.rows) == {"in_service": 7_998, "left": 2_002}


@pytest.mark.parametrize(
    ("codec", "encoding"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_the_chinese_sample_imports_whole_in_each_encoding(codec: str, encoding: str) -> None:
    ten_thousand(sample("employees_cn_10000.csv").decode().encode(codec), encoding)


def test_the_chinese_sample_in_traditional_characters_and_big5_imports_whole() -> None:
    text = opencc.OpenCC("s2t").convert(sample("employees_cn_10000.csv").decode())
    assert "離職" in text
    ten_thousand(text.encode("big5hkscs", errors="replace"), "big5")


def damaged() -> tuple[Table, list[tuple[int | None, str | None, str]]]:
    table = read_table("hr.csv", sample("hr_dataset_v14_damaged.csv"))
    parsed = parse(read_employees, "employees", table)
    return table, [(fault.row, fault.column, fault.text()) for fault in parsed.faults]


def test_the_damaged_sample_is_refused_with_its_rows() -> None:
    _, faults = damaged()
    assert {row for row, column, _ in faults if column == "EmpID"} >= set(range(2, 7))
    assert any(row == 10 and "35 cells" in text for row, _, text in faults)
    twins = {row for row, _, text in faults if "several numbers: 22, 30" in text or "several numbers: 1, 3" in text}
    assert len(twins) == 29


def test_the_sample_without_names_is_refused_by_the_fields_it_lacks() -> None:
    with pytest.raises(FileFault, match="name, Date hired"):
        parse(read_employees, "employees", read_table("ibm.csv", sample("ibm_hr_attrition.csv")))


def test_a_date_of_birth_finds_a_slip_and_is_repeated_nowhere() -> None:
    rows = [
        [*HEADER, "出生日期"],
        [*person("1"), "1990-05-17"],
        [*person("2"), "2021-05-17"],
        [*person("3"), "2009-02-28"],
        [*person("4"), "1991-02-30"],
        [*person("5"), "2031-05-17"],
        [*person("6"), ""],
    ]
    parsed = parse(read_employees, "employees", rows)
    assert places(parsed) == [(3, "入職日期"), (4, "入職日期"), (6, None)]
    assert [row.number for row in parsed.rows] == ["1", "4", "6"] and "born" not in EmployeeRow.__slots__
    assert not any("05-17" in str(fault) or "02-30" in str(fault) for fault in parsed.faults)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1 王甲", "1"),
        ("王甲（1）", "1"),
        ("王甲（組長）", "1"),
        ("1-王甲", "1"),
        ("1 李乙", None),  # the number is another's
        ("王丙（組長）", None),
        ("同名", None),
    ],
)
def test_a_superior_is_found_by_number_and_name_in_one_cell(said: str, meant: str | None) -> None:
    rows = [
        HEADER,
        person("1", 姓名="王甲"),
        person("2", 姓名="李乙"),
        person("3", 姓名="同名"),
        person("4", 姓名="同名"),
        person("9", 直屬上級=said),
    ]
    parsed = parse(read_employees, "employees", rows)
    assert [row.superior for row in parsed.rows if row.number == "9"] == ([meant] if meant else [])
    if said == "同名":  # two of one name are both named
        assert "3, 4" in parsed.faults[0].text()
