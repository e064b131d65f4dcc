"""Puts the names on a notice's pages after MkDocs has rendered them: no index, nav or Markdown ever holds one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from notice_site.edition import Edition, Notice, row_query, slug
from notice_site.lookup import data_file

PAGE_ROWS = 250
MARK = "<!-- rows of this notice -->"  # data is escaped, so no text of the snapshot can read like this
DATA_MARK = "<rows data file>"
CHANGES = ("promotion", "demotion", "initial", "unchanged")

Row = dict[str, Any]


def change(row: Row, grades: Mapping[str, Any]) -> str:
    """What the row means for the person: one of `CHANGES`."""
    if row["from_grade"] is None:
        return "initial"
    before, after = (grades[row[key]]["order"] for key in ("from_grade", "to_grade"))
    return "unchanged" if before == after else "promotion" if after > before else "demotion"


def in_order(notice: Notice) -> list[Row]:
    """The rows as they are printed: by department, then number."""
    # Down to the number of the row: pages and links by row must come out the same in every build.
    return sorted(notice["rows"], key=lambda row: (row["department"], row["number"], str(row["id"])))


def fill(site: Path, edition: Edition, done: Callable[[str], None] = lambda _: None) -> None:
    """Fill every current notice's pages of one language below `site`; the data files too, with the first language."""
    for notice in edition.notices("current"):
        rows = in_order(notice)
        name, data = data_file(notice, rows)
        if edition.is_root:
            (site / "data").mkdir(exist_ok=True)
            (site / name).write_bytes(data)
        folder = site / edition.folder / "notices" / slug(notice["number"])
        _write_pages(folder, rows, _Printer(notice, edition), edition, name)
        done(notice["number"])


def _write_pages(folder: Path, rows: list[Row], printer: _Printer, edition: Edition, data: str) -> None:
    shell = (folder / "index.html").read_text(encoding="utf-8").replace(DATA_MARK, data)
    # Exactly one mark: a second one, or none, would be a template that prints names twice or nowhere.
    before, after = shell.split(MARK)
    total = max(1, -(-len(rows) // PAGE_ROWS))
    departments = _departments(rows)
    for number in range(1, total + 1):
        part = rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        inner = printer.table(part) + _pager(number, total, edition) + _contents(departments, edition)
        (folder / page_file(number)).write_text(before + inner + after, encoding="utf-8")
    paper = (folder / "print" / "index.html").read_text(encoding="utf-8")
    (folder / "print" / "index.html").write_text(paper.replace(MARK, printer.paper(rows)), encoding="utf-8")


def page_file(number: int) -> str:
    """File of the n-th page of a list, beside the first."""
    return "index.html" if number == 1 else f"p{number}.html"


def _address(number: int) -> str:
    return "./" if number == 1 else page_file(number)


def _departments(rows: list[Row]) -> list[tuple[str, int, str]]:
    """Each department with the page and the row at which it begins."""
    firsts: dict[str, tuple[str, int, str]] = {}
    for place, row in enumerate(rows):
        firsts.setdefault(row["department"], (row["department"], place // PAGE_ROWS + 1, str(row["id"])))
    return list(firsts.values())


def _contents(departments: list[tuple[str, int, str]], edition: Edition) -> str:
    """Links to where each department begins: the look-up for a reader without JavaScript."""
    if len(departments) < 2:
        return ""
    links = "".join(
        f'<li><a href="{_address(page)}#r-{escape(row)}"><bdi>{escape(name)}</bdi></a>'
        for name, page, row in departments
    )
    return (
        f'<details class="by-department"><summary>{edition.t("list.by_department")}</summary><ul>{links}</ul></details>'
    )


def _pager(number: int, total: int, edition: Edition) -> str:
    if total == 1:
        return ""
    near = sorted({1, total, *(n for n in range(number - 2, number + 3) if 1 <= n <= total)})
    links, last = [], 0
    for n in near:
        links.append('<li aria-hidden="true">…' if n - last > 1 else "")
        here = ' aria-current="page"' if n == number else ""
        links.append(f'<li><a href="{_address(n)}"{here} aria-label="{edition.t("list.page", n=n)}">{n}</a>')
        last = n
    return f'<nav class="pager" aria-label="{edition.t("list.pages")}"><ul>{"".join(links)}</ul></nav>'


class _Printer:
    """Writes rows as HTML; by hand, because 150,000 of them have a second or two."""

    def __init__(self, notice: Notice, edition: Edition) -> None:
        self.edition = edition
        self.notice = notice["number"]
        self.links = edition.snapshot["links"]
        self.grades = edition.grades_of(notice)
        self.names = {code: escape(edition.pick(grade["name"])) for code, grade in self.grades.items()}
        self.marks = {key: f'<span class="pill {key}">{edition.t("change." + key)}</span>' for key in CHANGES}
        self.remarks = any(row["remark"] for row in notice["rows"])

    def head(self, columns: tuple[str, ...]) -> str:
        """The table's head; the look-up script turns the first ones into buttons."""
        if not self.remarks:
            columns = tuple(name for name in columns if name != "remark")
        cells = "".join(
            f'<th scope="col" data-column="{name}">{self.edition.t("column." + name)}</th>' for name in columns
        )
        return f"<thead><tr>{cells}</tr></thead>"

    def table(self, rows: list[Row]) -> str:
        """A page's table with a link to both forms in each row."""
        columns = ("department", "number", "name", "from", "to", "remark", "act")
        return (
            f'<table class="rows" id="rows"><caption class="unseen">{self.edition.t("list.caption")}</caption>'
            f"{self.head(columns)}<tbody>{''.join(self._row(row) for row in rows)}</tbody></table>"
        )

    def paper(self, rows: list[Row]) -> str:
        """The whole list for printing, without links."""
        columns = ("department", "number", "name", "from", "to", "remark")
        body = "".join(f"<tr>{''.join(self._cells(row, marked=False))}" for row in rows)
        caption = f'<caption class="unseen">{self.edition.t("list.caption")}</caption>'
        return f'<table class="rows paper">{caption}{self.head(columns)}<tbody>{body}</tbody></table>'

    def _row(self, row: Row) -> str:
        query = escape(row_query(self.notice, row["id"]))
        who = escape(row["name"] or row["number"])
        acts = "".join(
            f'<a href="{escape(self.links[kind])}{query}">{self.edition.t("act." + kind)}'
            f'<span class="unseen"> {who}</span></a>'
            for kind in ("appeal", "objection")
        )
        return f'<tr id="r-{escape(str(row["id"]))}">{"".join(self._cells(row))}<td class="act">{acts}'

    def _cells(self, row: Row, marked: bool = True) -> Iterator[str]:
        mark = self.marks[change(row, self.grades)] if marked else ""
        yield f'<td class="department"><bdi>{escape(row["department"])}</bdi>'
        yield f'<td class="number"><bdi>{escape(row["number"])}</bdi>'
        yield f'<td class="name"><bdi>{escape(row["name"])}</bdi>'
        yield f'<td class="from">{self.names.get(row["from_grade"], "–")}'
        yield f'<td class="to">{self.names[row["to_grade"]]}{mark}'
        if self.remarks:
            yield f'<td class="remark"><bdi>{escape(row["remark"])}</bdi>'
