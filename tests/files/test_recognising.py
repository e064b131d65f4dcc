"""A dropped file is recognised for what it is by its headers, and by its name where those say little."""

from __future__ import annotations

import pytest

from admin.domain.codes import ImportKind
from admin.domain.import_order import IN_ORDER
from admin.files.recognising import recognised
from admin.files.table_reading import read_table
from config import ROOT
from tests.operations.importing import csv_of

SHARED = ROOT.parent / "shared/cases/first-day"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("export1.csv", "工號,姓名,部門,到職日\n1,林曉青,客服中心,2019-03-04", ImportKind.EMPLOYEES),
        ("export2.csv", "工號,職級,生效日,文號\n1,初級一級,2020-01-01,A1", ImportKind.GRADES),
        ("export3.csv", "工號,年度,等次\n1,2024,優秀", ImportKind.RATINGS),
        ("export4.csv", "工號,月份,進線量,接聽量\n1,2026-01,10,9", ImportKind.METRICS),
        ("績效_各月.csv", "工號,姓名,1月,2月\n1,林曉青,4.5,4.6", ImportKind.METRICS),
        ("考績.csv", "工號,姓名,2024,2025\n1,林曉青,甲,乙", ImportKind.RATINGS),
    ],
)
def test_a_file_is_recognised(name: str, text: str, kind: ImportKind) -> None:
    assert recognised(read_table(name, csv_of(text)), name) is kind


def test_people_come_before_what_names_them_and_every_kind_has_its_turn() -> None:
    assert IN_ORDER[0] is ImportKind.EMPLOYEES and set(IN_ORDER) == set(ImportKind)


@pytest.mark.skipif(not SHARED.exists(), reason=f"the files of the first day are not in {SHARED}")
def test_the_files_of_a_first_day_are_recognised() -> None:
    kinds = {"名冊": "employees", "現職": "grades", "考績": "ratings", "績效": "metrics", "更正": "metrics"}
    for path in SHARED.glob("*.xlsx"):
        found = recognised(read_table(path.name, path.read_bytes()), path.name)
        assert found.value == kinds[path.name[:2]], path.name
