"""Finding the table in a file: encodings, headers, footers, and everything that is no table at all."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from admin.files.faults import FileFault, Untold
from admin.files.table_reading import read_table
from tests.files.making import HEADER, HUGE, SHEETS, delimited, packed, person, repacked, sample, workbook

PEOPLE = [HEADER, person("0001"), person("0002")]


def fault(data: bytes, name: str = "people.xlsx", **options: object) -> str:
    """The message of the refusal."""
    with pytest.raises(FileFault) as refused:
        read_table(name, data, **options)  # type: ignore[arg-type]
    return str(refused.value)


def notes(data: bytes) -> list[str]:
    return [note.text() for note in read_table("people", data).notes]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp950"]
)
def test_every_usual_encoding_is_recognised(encoding: str) -> None:
    table = read_table("people.csv", delimited(PEOPLE, encoding))
    assert table.headers == HEADER
    assert table.rows[0][:3] == ["0001", "員工0001", "客服中心/一線"]


def test_simplified_text_in_gb18030_and_traditional_in_big5_are_told_apart() -> None:
    simplified = [["工号", "姓名", "部门"], ["1", "赵国庆", "客户服务中心"], ["2", "刘桂兰", "人力资源"]]
    traditional = [["工號", "姓名", "部門"], ["1", "趙國慶", "客戶服務中心"], ["2", "劉桂蘭", "人力資源"]]
    assert read_table("a.csv", delimited(simplified, "gb18030")).encoding == "gb18030"
    assert read_table("b.csv", delimited(traditional, "big5")).encoding == "big5"


UNTOLD = {
    "gb18030": [["甲项", "乙项"], ["赵国庆在客户服务中心", "接听热线"], ["刘桂兰负责人力资源", "组织培训"]],
    "big5": [["甲項", "乙項"], ["趙國慶在客戶服務中心", "接聽熱線"], ["劉桂蘭負責人力資源", "組織培訓"]],
    "euc-kr": [["Employee number", "Name"], ["00201", "김민수"], ["00202", "이영희"]],
    "shift-jis": [["Employee number", "Name"], ["00201", "山田太郎"], ["00202", "鈴木花子"]],
    "euc-jp": [["Employee number", "Name"], ["00201", "山田太郎"], ["00202", "鈴木花子"]],
    "cp1251": [["Employee number", "Name"], ["00201", "Иванов Пётр"], ["00202", "Кузнецова Анна"]],
}


@pytest.mark.parametrize("encoding", UNTOLD)
def test_where_no_word_is_known_the_encoding_is_asked_and_each_answer_shown_as_it_reads_then(encoding: str) -> None:
    rows = UNTOLD[encoding]
    data = delimited(rows, encoding)
    with pytest.raises(Untold) as asked:
        read_table("a.csv", data)
    assert asked.value.choice == "encoding" and rows[1][1] in dict(asked.value.offers)[encoding]
    assert read_table("a.csv", data, encoding=encoding).rows == rows[1:]


def test_one_word_that_is_known_tells_the_encoding() -> None:
    for encoding in ("gb18030", "big5", "cp932", "euc_jp"):
        table = read_table("a.csv", delimited([["甲", "姓名", "部門"], ["1", "王小明", "客服"]], encoding))
        assert table.headers == ["甲", "姓名", "部門"]
    bare = "工號\t姓名\n00201\t王小明".encode("utf-16-le")
    assert read_table("a.txt", bare).rows == read_table("a.txt", bare.decode("utf-16-le").encode("utf-16-be")).rows


def test_western_accents_in_cp1252_are_read() -> None:
    table = read_table(
        "people.csv", delimited([["EmpID", "Full name"], ["1", "José Müller"], ["2", "Zoë Ångström"]], "cp1252")
    )
    assert (table.encoding, table.rows[0][1]) == ("cp1252", "José Müller")


def test_the_named_encoding_is_used_and_refused_with_the_row_when_wrong() -> None:
    data = delimited(PEOPLE, "big5")
    assert read_table("a.csv", data, encoding="big5").headers == HEADER
    assert "Row 1 is not in the encoding utf-8" in fault(data, "a.csv", encoding="utf-8")
    assert "klingon" in fault(data, "a.csv", encoding="klingon")


def test_text_that_was_ruined_before_is_refused() -> None:
    ruined = "工號,姓名\r\n1,王\ufffd明\r\n".encode()
    assert "row 2" in fault(ruined, "a.csv")
    twice = delimited(PEOPLE).decode("cp1252", errors="ignore").encode()
    assert "converted twice" in fault(twice, "a.csv")


def test_half_an_upload_is_refused() -> None:
    whole = delimited(PEOPLE)
    assert "only a part" in fault(whole[: whole.rindex("員".encode()) + 2], "a.csv")
    assert "only half" in fault(workbook(PEOPLE)[:2000])
    assert "quotation marks" in fault('工號,姓名\r\n1,"王小明\r\n'.encode(), "a.csv")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(separator: str) -> None:
    table = read_table("a.txt", delimited(PEOPLE, separator=separator))
    assert (table.separator, table.headers) == (separator, HEADER)


def test_title_and_instruction_rows_above_the_header_are_skipped_and_told() -> None:
    data = workbook(
        [["2026 年員工名冊"], ["請填寫工號、姓名；日期格式為 2026-01-31。"], [], *PEOPLE], merges=("A1:I1", "A2:I2")
    )
    table = read_table("people.xlsx", data)
    assert (table.header_row, table.row_numbers) == (4, [5, 6])
    assert "2 rows above the header (row 4) were skipped" in notes(data)


def test_a_grouped_header_takes_the_row_with_the_names() -> None:
    data = workbook(
        [["基本資料", "", "任職", ""], ["工號", "姓名", "部門", "入職日期"], ["1", "王", "客服", "2020-01-01"]],
        merges=("A1:B1", "C1:D1"),
    )
    assert read_table("people.xlsx", data).headers == ["工號", "姓名", "部門", "入職日期"]


def test_a_header_merged_over_two_rows_keeps_its_names() -> None:
    rows = [["工號", "姓名", "日期", ""], ["", "", "入職日期", "離職日期"], ["1", "王", "2020-01-01", ""]]
    table = read_table("people.xlsx", workbook(rows, merges=("A1:A2", "B1:B2", "C1:D1")), header_row=2)
    assert table.headers == ["工號", "姓名", "入職日期", "離職日期"]


def test_a_header_in_two_languages_is_one_and_where_it_stands_again_it_is_left_out() -> None:
    bilingual = [["工號", "姓名", "部門"], ["EmpID", "Name", "Department"], ["1", "王", "客服"]]
    table = read_table("a.csv", delimited(bilingual))
    assert (table.headers, table.rows) == (bilingual[0], bilingual[2:])
    assert read_table("a.csv", delimited(bilingual), header_row=2).headers[0] == "EmpID"
    again = read_table("a.csv", delimited([*PEOPLE, HEADER, person("0003")]))
    assert [row[0] for row in again.rows] == ["0001", "0002", "0003"]
    assert any("stands again" in note.text() for note in again.notes)
    assert "Row 4 is a second header" in fault(
        delimited([*PEOPLE, ["工號", "月份", "來電量", "接聽量", "", "", "", "", ""]]), "a.csv"
    )


def test_of_a_header_in_two_lines_the_lower_one_divides_the_groups() -> None:
    lines = [["工號", "姓名", "任職資料", ""], ["", "", "部門", "入職日期"], ["1", "王", "客服", "2020-01-01"]]
    for data in (delimited(lines), workbook(lines), workbook(lines, merges=("A1:A2", "B1:B2", "C1:D1"))):
        table = read_table("a", data)
        assert (table.headers, len(table.rows)) == (["工號", "姓名", "部門", "入職日期"], 1)
    months = [["工號", "1月", "", "2月", ""], ["", "來電量", "接聽量", "來電量", "接聽量"], ["1", 5, 4, 7, 6]]
    table = read_table("a", workbook(months, merges=("A1:A2", "B1:C1", "D1:E1")))
    assert table.headers == ["工號", "1月 來電量", "1月 接聽量", "2月 來電量", "2月 接聽量"]


def test_two_headers_that_do_not_go_together_are_asked_about() -> None:
    two = [["工號", "姓名", "部門"], ["月份", "來電量", "接聽量"], ["1", "王", "客服"]]
    with pytest.raises(Untold) as asked:
        read_table("a.csv", delimited(two))
    assert asked.value.choice == "header_row" and asked.value.offers[1] == ("2", "月份 | 來電量 | 接聽量")
    assert read_table("a.csv", delimited(two), header_row=2).headers == two[1]


def test_a_file_without_header_is_refused() -> None:
    assert "No header row" in fault(delimited(PEOPLE[1:]), "a.csv")
    assert "No header row" in fault(workbook([[1, "王", date(2020, 1, 1)]]))


def test_unknown_column_names_are_still_a_header() -> None:
    assert read_table("a.csv", delimited([["甲", "乙"], ["1", "2"]])).headers == ["甲", "乙"]


def test_totals_and_remarks_at_the_end_are_left_out_and_told() -> None:
    data = delimited([*PEOPLE, ["合計", "2 人", *[""] * 7], ["製表：人力資源部", *[""] * 8]])
    table = read_table("a.csv", data)
    assert len(table.rows) == 2
    assert [note.facts["row"] for note in table.notes] == [4, 5]


def test_blank_rows_and_nameless_empty_columns_are_left_out_and_row_numbers_stay() -> None:
    table = read_table("a.csv", delimited([[*HEADER, ""], [*person("0001"), ""], [], [*person("0002"), ""]]))
    assert (table.headers, table.row_numbers) == (HEADER, [2, 4])


def test_a_nameless_column_with_content_keeps_its_letter() -> None:
    assert read_table("a.csv", delimited([[*HEADER, ""], [*person("1"), "x"]])).headers[-1] == "(J)"


def test_duplicate_headers_are_reported() -> None:
    table = read_table("a.csv", delimited([["工號", "姓名", "姓名"], ["1", "王", "李"]]))
    assert table.duplicates == ["姓名"]
    with pytest.raises(FileFault, match="appears 2 times"):
        table.column("姓名")


def test_a_row_with_a_lost_cell_or_one_too_many_is_a_fault_with_its_row() -> None:
    table = read_table("a.csv", delimited([*PEOPLE, person("0003")[:-1], [*person("0004"), "extra"]]))
    assert [f.row for f in table.faults] == [4, 5]


def test_a_text_of_more_rows_than_can_be_read_is_refused_before_it_is_read() -> None:
    assert "divide it" in fault("工號,姓名\n".encode() + b"\n" * 2_000_000, "a.csv")


def test_areas_merged_over_one_another_are_refused() -> None:
    assert "overlap" in fault(HUGE["areas over one another"]())


def test_a_value_merged_downwards_is_filled_and_one_merged_across_is_a_fault() -> None:
    rows = [HEADER, person("1"), person("2"), person("3")]
    rows[2][2] = ""
    table = read_table("p.xlsx", workbook(rows, merges=("C2:C3",)))
    assert table.rows[1][2] == "客服中心/一線"
    across = read_table("p.xlsx", workbook(rows, merges=("B4:C4",)))
    assert [f.row for f in across.faults] == [4]


def test_the_sheet_with_the_table_is_chosen_and_its_likes_are_told() -> None:
    data = workbook([["說明"], ["請看下一頁"]], sheets={"員工": PEOPLE, "備份": PEOPLE})
    table = read_table("p.xlsx", data)
    assert (table.sheet, table.sheets) == ("員工", ["Sheet1", "員工", "備份"])
    assert any("備份" in note for note in notes(data))
    assert read_table("p.xlsx", data, sheet="備份").sheet == "備份"
    assert "no visible sheet" in fault(data, sheet="沒有")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"<html><table><tr><td>1</td></tr></table>", "web page"),
        (b"%PDF-1.7\n%%EOF", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a spreadsheet"),
        (packed({"word/document.xml": "<w/>"}), "Word document"),
        (packed({"readme.txt": "hello"}), "packed file"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(data: bytes, message: str) -> None:
    assert message in fault(data)


def test_a_header_without_rows_is_refused() -> None:
    assert "no rows" in fault(sample("cn_hr_export_header_only.csv"), "export.csv")
    assert "no rows" in fault(workbook([HEADER]))
    assert "no rows" in fault(delimited([HEADER, ["合計", *[""] * 8]]), "a.csv")


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = b"<worksheet>" + b" " * (300 * 1024 * 1024)
    assert "zip bomb" in fault(repacked(workbook(PEOPLE), {"xl/worksheets/sheet1.xml": bomb}))
    assert "zip bomb" in fault(repacked(workbook(PEOPLE), {"xl/media/x.bin": bomb}))


def test_a_bomb_that_lies_about_its_size_is_not_opened() -> None:
    data = bytearray(repacked(workbook(PEOPLE), {"xl/media/x.bin": bytes(60 * 1024 * 1024)}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/media/x.bin").file_size.to_bytes(4, "little")
    honest = data.rindex(b"PK\x01\x02", 0, data.index(b"xl/media/x.bin", data.index(b"PK\x01\x02")))
    assert data[honest + 24 : honest + 28] == size
    data[honest + 24 : honest + 28] = (10).to_bytes(4, "little")
    assert "zip bomb" in fault(bytes(data))


def test_a_million_blank_rows_are_skipped_and_told() -> None:
    data = delimited(PEOPLE) + b",,,,,,,,\r\n" * 1_000_000
    table = read_table("a.csv", data)
    assert len(table.rows) == 2
    assert any("1000000 blank rows" in note.text() for note in table.notes)


def test_a_cell_at_the_end_of_the_sheet_does_not_fill_the_memory() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "far outside" in fault(repacked(workbook(PEOPLE), {"xl/worksheets/sheet1.xml": sheet}))


@pytest.mark.parametrize(
    "spelt",
    [
        lambda sheet: sheet.replace('"', "'"),
        lambda sheet: sheet.replace('t="e"', 't = "e"').replace(' r="', '\nr = "'),
        lambda sheet: sheet.replace("<c ", "<c\n").replace("<f>", "<!-- x --><f\n>"),
        lambda sheet: sheet.replace("<f>", f"<x:f xmlns:x='{SHEETS}'>").replace("</f>", "</x:f>"),
    ],
)
def test_formulas_and_error_values_are_found_however_they_are_spelt(spelt: Callable[[str], str]) -> None:
    made = workbook([["工號", "姓名"], [1, "=NA()"], [2, "=SUM(1,2)"]])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        sheet = spelt(archive.read("xl/worksheets/sheet1.xml").decode())
    table = read_table("a.xlsx", repacked(made, {"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert (table.formulas, table.rows[0][1]) == ({(1, 1)}, "#N/A")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_list_of_sheets_are_refused_in_any_encoding(encoding: str) -> None:
    book = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE w [<!ENTITY e SYSTEM 'file:///x'>]><workbook>&e;</workbook>"
    assert "entities" in fault(repacked(workbook(PEOPLE), {"xl/workbook.xml": book.encode(encoding)}))


def test_ten_megabytes_in_one_cell_are_refused() -> None:
    assert "row 2" in fault(delimited([HEADER, person("1", 姓名="王" * 3_500_000)]), "a.csv")


def test_random_bytes_are_refused_or_read_and_never_crash() -> None:
    chance = random.Random(7)
    for size in (1, 10, 500, 5_000):
        for start in (b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "工號,姓名\n".encode()):
            try:
                read_table("x", start + chance.randbytes(size))
            except FileFault:
                continue


def test_a_damaged_workbook_is_refused_wherever_the_damage_is() -> None:
    whole, chance = workbook(PEOPLE), random.Random(3)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(8):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_table("x.xlsx", bytes(data))
        except FileFault:
            continue
