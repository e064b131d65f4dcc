"""Workbooks made to do harm."""

from __future__ import annotations

from typing import Any

from tests.files.making import repacked, workbook
from tests.files.tricks import left_out, link, part_of, refused, rels


def book(
    sheet: str = "",
    head: str = "",
    relations: str = "",
    of_sheet: str = "",
    cells: tuple[Any, ...] = ("KEPT",),
    **parts: str,
) -> bytes:
    """A workbook that says KEPT; `sheet` after its cells, `head` before its list of sheets; relations of the book and of the sheet."""
    made = workbook([list(cells)])
    first = part_of(made, "xl/worksheets/sheet1.xml").replace("</sheetData>", f"</sheetData>{sheet}")
    top = part_of(made, "xl/workbook.xml").replace("<sheets>", f"{head}<sheets>")
    links = part_of(made, "xl/_rels/workbook.xml.rels").replace("</Relationships>", f"{relations}</Relationships>")
    changes = {"xl/worksheets/sheet1.xml": first, "xl/workbook.xml": top, "xl/_rels/workbook.xml.rels": links}
    changes |= {f"xl/{name.replace('__', '/')}.xml": content for name, content in parts.items()}
    if of_sheet:
        changes["xl/worksheets/_rels/sheet1.xml.rels"] = rels(of_sheet)
    return repacked(made, {name: content.encode() for name, content in changes.items()})


def plain_formulas() -> bytes:
    return book(
        cells=("KEPT", '=SUM(1,2)&"http://a.example [1]x!"', '=IF(A1>0,VLOOKUP(A1,A1:B2,2,FALSE),TEXT(TODAY(),"yyyy"))')
    )


REMARK = (
    "<comments xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><authors><author>%s</author></authors>"
    "<commentList><comment ref='A1' authorId='0'><text><t>KEPT</t></text></comment></commentList></comments>"
)
CHECKED = '<dataValidations count="1"><dataValidation type="list" sqref="A1"><formula1>%s</formula1></dataValidation></dataValidations>'
for title, make, twin in (
    (
        "another workbook",
        lambda: book(
            "", "", link("externalLink", "externalLinks/e.xml", "Internal"), externalLinks__e="<e>PLANTED</e>"
        ),
        book,
    ),
    (
        "a connection",
        lambda: book("", "", link("connections", "connections.xml", "Internal"), connections="<c>PLANTED</c>"),
        book,
    ),
    ("where the file lay", lambda: book("", '<x:absPath xmlns:x="urn:x" url="C:\\Users\\PLANTED"/>'), book),
    ("who has it open", lambda: book("", '<fileSharing userName="PLANTED"/>'), book),
    (
        "somebody's view",
        lambda: book("", '<customWorkbookViews><customWorkbookView name="PLANTED"/></customWorkbookViews>'),
        book,
    ),
    (
        "the people of a workbook",
        lambda: book("", "", link("person", "persons/p.xml", "Internal"), persons__p="<p>PLANTED</p>"),
        book,
    ),
    (
        "a printer",
        lambda: book(
            '<pageSetup r:id="rIdX"/>', "", "", link("printerSettings", "../p.xml", "Internal"), p="<p>PLANTED</p>"
        ),
        lambda: book("<pageSetup/>"),
    ),
    (
        "the author of a cell's remark",
        lambda: book("", "", "", link("comments", "../c.xml", "Internal"), c=REMARK % "PLANTED"),
        lambda: book("", "", "", link("comments", "../c.xml", "Internal"), c=REMARK % ""),
    ),
    ("a formula that fetches", lambda: book(cells=("KEPT", '=WEBSERVICE("http://PLANTED")')), plain_formulas),
    (
        "a formula that fetches a picture",
        lambda: book(cells=("KEPT", '=_xlfn.IMAGE("http://PLANTED")')),
        plain_formulas,
    ),
    (
        "a formula that fetches among others",
        lambda: book(cells=("KEPT", '=IF(1=1,SUM(1,webservice ("http://PLANTED")),2)')),
        plain_formulas,
    ),
    ("a formula that asks a program", lambda: book(cells=("KEPT", "=cmd|'/c PLANTED'!A0")), plain_formulas),
    (
        "a formula that reads another workbook",
        lambda: book(cells=("KEPT", "='C:\\[PLANTED.xlsx]S'!A1")),
        plain_formulas,
    ),
    ("a formula that links to a share", lambda: book(cells=("KEPT", '=HYPERLINK("file://PLANTED")')), plain_formulas),
    (
        "a formula between the marks of two sheets' names",
        lambda: book(cells=("KEPT", "='a\"b'!A1&WEBSERVICE('c\"d'!A1&\"PLANTED\")")),
        plain_formulas,
    ),
    ("a formula nobody knows", lambda: book(cells=("KEPT", "=PLANTED(1)")), plain_formulas),
    (
        "a check of entries that fetches",
        lambda: book(CHECKED % 'WEBSERVICE("PLANTED")'),
        lambda: book(CHECKED % "A1:A2"),
    ),
    (
        "a name that runs",
        lambda: named('<definedName name="Auto_Open" xlm="1" function="1">PLANTED!A1</definedName>'),
        lambda: named('<definedName name="KEPT">Sheet1!$A$1</definedName>'),
    ),
    (
        "a link of a cell to a share",
        lambda: book(
            '<hyperlinks><hyperlink ref="A1" r:id="rIdX"/></hyperlinks>',
            "",
            "",
            link("hyperlink", "file://evil/PLANTED"),
        ),
        lambda: book(
            '<hyperlinks><hyperlink ref="A1" r:id="rIdX"/></hyperlinks>', "", "", link("hyperlink", "https://a.example")
        ),
    ),
):
    left_out(title, "xlsx", make, twin)


def named(names: str) -> bytes:
    """A workbook with these names."""
    made = book()
    top = part_of(made, "xl/workbook.xml").replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>")
    return repacked(made, {"xl/workbook.xml": top.encode()})


for title, relation in (
    (
        "a sheet of programs",
        link(
            "xlMacrosheet",
            "macrosheets/sheet1.xml",
            "Internal",
            space="http://schemas.microsoft.com/office/2006/relationships",
        ),
    ),
    (
        "a program in a workbook",
        link(
            "vbaProject", "vbaProject.bin", "Internal", space="http://schemas.microsoft.com/office/2006/relationships"
        ),
    ),
    ("a dialogue of programs", link("dialogsheet", "dialogsheets/sheet1.xml", "Internal")),
):
    refused(title, "xlsx", lambda relation=relation: book("", "", relation), book)  # type: ignore[misc]
refused(
    "an object in a sheet", "xlsx", lambda: book("", "", "", link("oleObject", "../embeddings/o.bin", "Internal")), book
)
refused("an object in a sheet without a relation", "xlsx", lambda: book("<oleObjects><oleObject/></oleObjects>"), book)
