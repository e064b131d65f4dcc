"""Builds the issued document's default template: `python -m admin.files.document_template` writes it anew."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from admin.files.documents import DEFAULT_TEMPLATE, ROW_FIELDS, forget_author, with_fixed_times

_WIDTHS = (2.4, 2.8, 4.0, 2.6, 2.6, 2.6)  # cm, together the text width of A4


def build_template() -> bytes:
    """The template's bytes: letterhead, basis, table with a row that repeats, closing; the same every time."""
    document = Document()
    set_page(document)
    line(document, "{{ company }}", size=16, bold=True, centred=True)
    line(document, "{{ title }}", size=20, bold=True, centred=True)
    line(document, "{{ document_number }}", centred=True)
    line(document, "{{ introduction }}")
    line(document, "{{ legal_basis }}")
    line(document, "{%p for clause in clauses %}")
    line(document, "{{ clause }}", indent=0.8)
    line(document, "{%p endfor %}")
    _table(document)
    line(document, "{%p for ground in grounds %}")
    line(document, "{{ ground }}", indent=0.8)
    line(document, "{%p endfor %}")
    line(document, "{{ appeal }}")
    line(document, "{{ closing }}")
    line(document, "{{ signatory }}", right=True)
    line(document, "{{ issued_on }}", right=True)
    line(document, "{%p if head %}")
    line(document, "{{ head }}", size=8)
    line(document, "{%p endif %}")
    line(document, "{%p if proof %}")
    line(document, "{{ proof }}", size=8)
    line(document, "{{ proof_code }}")
    line(document, "{%p endif %}")
    number_pages(document)
    out = io.BytesIO()
    forget_author(document)
    document.save(out)
    return with_fixed_times(out.getvalue())


def set_page(document: Any) -> None:
    """A4 upright, the margins and the font of the company's documents."""
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK TC", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK TC")
    style.paragraph_format.space_after = Pt(6)


def line(
    document: Any,
    text: str,
    *,
    size: int = 11,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent: float = 0,
) -> None:
    """A paragraph of its own."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.left_indent = Cm(indent)


def _table(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(ROW_FIELDS))
    table.style = "Table Grid"
    table.autofit = False
    for column, name in enumerate(ROW_FIELDS):
        head = table.cell(0, column).paragraphs[0].add_run(f"{{{{ headings.{name} }}}}")
        head.bold = True
        table.cell(2, column).paragraphs[0].add_run(f"{{{{ row.{name} }}}}")
    table.cell(1, 0).paragraphs[0].add_run("{%tr for row in rows %}")
    table.cell(3, 0).paragraphs[0].add_run("{%tr endfor %}")
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    repeat_on_every_page(table.rows[0])


def repeat_on_every_page(row: Any) -> None:
    """Have a table's heading row repeated on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def number_pages(document: Any) -> None:
    """The page's number at the foot."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def main() -> None:
    """Write the template where the package keeps it."""
    DEFAULT_TEMPLATE.parent.mkdir(exist_ok=True)
    DEFAULT_TEMPLATE.write_bytes(build_template())


if __name__ == "__main__":
    main()
