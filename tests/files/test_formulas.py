"""Which formulas stay in a workbook that is kept as evidence."""

from __future__ import annotations

import pytest

from admin.files.formulas import is_plain_formula


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(A1:A9)/COUNT(A1:A9)",
        '_xlfn.IFS(A1>0,"a ""b"" [1]x! | http://",TRUE,"c")',
        "'It''s a \"name\"'!A1+'三月 (2)'!$B$2",
        "SUM(Scores[Points])+Scores[[#Totals],[Points]]",
        "'一月'!A1+SUM(T[Col])+'二月'!A1",
        "{1,2;3,4}",
        "",
    ],
)
def test_what_computes_from_its_own_workbook_stays(formula: str) -> None:
    assert is_plain_formula(formula)


@pytest.mark.parametrize(
    "formula",
    [
        'WEBSERVICE("http://x")',
        'webservice ("http://x")',
        '_xlfn.IMAGE("http://x")',
        '_xlfn._xlws.NEWER("x")',
        "'a\"b'!A1&WEBSERVICE('c\"d'!A1)",
        "T['\"]&WEBSERVICE(1)&'S'!A1",
        "cmd|'/c calc'!A0",
        "[1]Sheet!A1",
        "'[1]Sheet'!A1",
        "'C:\\x\\[b.xlsx]S'!A1",
        "'\\\\evil\\[b.xlsx]S'!A1",
        "[b.xlsx]S!A1",
        "[1]!Name",
        "'file:///x'#$S.A1",
        'INDIRECT("A1")',
        'CELL("filename")',
        'SUM(1,"',
    ],
)
def test_what_fetches_or_is_not_known_goes(formula: str) -> None:
    assert not is_plain_formula(formula)
