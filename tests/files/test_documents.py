"""The issued document: from our template or HR's, inert, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document

from admin.files.document_template import build_template
from admin.files.documents import DEFAULT_TEMPLATE, FIELDS, ROW_FIELDS, check_template, render_issued_document
from admin.files.faults import FileFault
from tests.files.making import relation, repacked, workbook

HOSTILE = ["{{7*7}}", "{% for %}", "<w:p>", "<img onerror=x>&", "𠮷野", "a\x00b", "王\u202e明", "=HYPERLINK(1)"]


def context(names: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    texts: dict[str, Any] = {name: f"[{name}]" for name in FIELDS}
    rows = [
        {**{field: f"{field} {n}" for field in ROW_FIELDS}, "name": name}
        for n, name in enumerate(names or ["甲", "乙"])
    ]
    return {
        **texts,
        "clauses": ["3.3.6 …", "4.1.2 …"],
        "grounds": ["E1: 4.2.1 …", "E2: 4.2.1 …"],
        "headings": {name: name for name in ROW_FIELDS},
        "rows": rows,
        **changes,
    }


def template(text: str) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.add_paragraph("{{ document_number }} {{ legal_basis }} {{ rows }} {{ grounds }} {{ appeal }}")
    document.save(out)
    return out.getvalue()


def test_every_field_and_row_is_in_the_document() -> None:
    document = Document(io.BytesIO(render_issued_document(context())))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for name in FIELDS - {"rows", "headings", "clauses", "grounds", "effective_on", "proof_code"}:
        assert f"[{name}]" in text
    assert "3.3.6 …\n4.1.2 …" in text
    assert "E1: 4.2.1 …\nE2: 4.2.1 …" in text
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == list(ROW_FIELDS)
    assert [row[1] for row in rows[1:]] == ["甲", "乙"]


def test_names_that_look_like_markup_or_templates_stay_names() -> None:
    document = Document(io.BytesIO(render_issued_document(context(HOSTILE))))
    assert [row.cells[1].text for row in document.tables[0].rows[1:]] == [
        name.replace("\x00", "\ufffd") for name in HOSTILE
    ]


def test_the_same_context_gives_the_same_bytes_without_author_or_clock() -> None:
    first, second = render_issued_document(context()), render_issued_document(context())
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert "python-docx" not in archive.read("docProps/core.xml").decode()


def test_the_template_that_ships_is_the_one_that_the_code_builds() -> None:
    assert DEFAULT_TEMPLATE.read_bytes() == build_template()
    check_template(DEFAULT_TEMPLATE.read_bytes())


def test_a_template_of_hr_is_filled() -> None:
    own = template("{{ company }}：{{ document_number }}")
    assert (
        "[company]：[document_number]"
        in Document(io.BytesIO(render_issued_document(context(), own))).paragraphs[0].text
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ salary }}", "salary"),
        ("{{ company.__class__.__mro__ }}", "cannot be filled"),
        ("{{ rows[0].salary }}", "cannot be filled"),
        ("{{ company", "cannot be read"),
        ("{{ company * 999999999 }}", "no place"),
        ("{% for x in range(999999999) %}x{% endfor %}", "range"),
    ],
)
def test_templates_that_ask_for_more_are_refused(text: str, message: str) -> None:
    with pytest.raises(FileFault, match=message):
        render_issued_document(context(), template(text))


def test_a_template_that_leaves_out_whom_it_names_or_how_to_appeal_is_refused() -> None:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("{{ document_number }} {{ legal_basis }} {{ grounds }}")
    document.save(out)
    with pytest.raises(FileFault, match="appeal, rows"):
        check_template(out.getvalue())


def test_templates_that_are_none_or_fetch_something_are_refused() -> None:
    for wrong in (b"PK\x03\x04", b"hello", workbook([["a"]])):
        with pytest.raises(FileFault):
            check_template(wrong)
    outside = relation("image", "http://evil/x.png")
    with pytest.raises(FileFault, match="outside itself"):
        check_template(repacked(template("x"), {"word/_rels/settings.xml.rels": outside}))


def test_a_context_with_missing_or_further_fields_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="salary"):
        render_issued_document(context(salary="1"))
