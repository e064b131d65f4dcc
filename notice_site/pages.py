"""Which pages there are, and their HTML: own templates with escaping on, so that no string of a snapshot is markup."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from notice_site import rows
from notice_site.edition import Edition, row_query, slug

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Page:
    """One page: its MkDocs source name, its template, its title, and what only this page needs."""

    source: str
    template: str
    title: str
    section: str  # source of the menu's entry that the page belongs to
    listed: bool = True  # in search, sitemap and nav
    layout: str = "main.html"
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address below the language's root."""
        stem = self.source.removesuffix(".md").removesuffix("index")
        return stem if not stem or stem.endswith("/") else f"{stem}/"


# source, template and name of the title string; source of the menu's entry that it belongs to
FIXED = (
    ("index.md", "home", "index.md"),
    ("notices/index.md", "notices", "notices/index.md"),
    ("policy/index.md", "policy", "policy/index.md"),
    ("policy/versions.md", "versions", "policy/index.md"),
    ("ladder.md", "ladder", "ladder.md"),
    ("process.md", "process", "process.md"),
    ("scorecard.md", "scorecard", "scorecard.md"),
    ("appeals.md", "appeals", "appeals.md"),
    ("documents.md", "documents", "documents.md"),
    ("honours.md", "honours", "documents.md"),
    ("archive.md", "archive", "documents.md"),
    ("prove.md", "prove", "documents.md"),
)


def fixed_pages(edition: Edition) -> list[Page]:
    """The pages that every site has, in the order of the menu."""
    return [Page(source, f"{name}.html", edition.t(f"title.{name}"), section) for source, name, section in FIXED]


def menu(edition: Edition) -> list[Page]:
    """The pages in the header's menu."""
    return [page for page in fixed_pages(edition) if page.source == page.section]


def notice_pages(edition: Edition) -> list[Page]:
    """One page per notice and its print page; never in nav, search or sitemap."""
    found = []
    for notice in edition.snapshot["notices"]:
        stem, extra = f"notices/{slug(notice['number'])}", {"notice": notice}
        title = str(escape(edition.t("title.notice", number=notice["number"])))
        section = "notices/index.md"
        found.append(Page(f"{stem}/index.md", "notice.html", title, section, listed=False, extra=extra))
        if notice["state"] == "current":
            # Only while it runs: a page to print is a page of names.
            found.append(Page(f"{stem}/print.md", "print.html", title, section, False, "print.html", extra))
    return found


def all_pages(edition: Edition) -> list[Page]:
    """Every page of one language."""
    return fixed_pages(edition) + notice_pages(edition)


def render(page: Page, edition: Edition) -> str:
    """The page's HTML below the theme's frame; rows are filled in later."""
    up = "../" * page.url.count("/")

    def to(address: str) -> str:
        """An address below this language's root, seen from this page."""
        return (up + address) or "./"

    template = _environment().get_template(page.template)
    shown = edition.grades_of(page.extra.get("notice"))
    names = {code: [edition.pick(grade["name"]), grade["order"]] for code, grade in shown.items()}
    context = {
        "e": edition,
        "s": edition.snapshot,
        "t": edition.t,
        "pick": edition.pick,
        "to": to,
        "grades_json": _json(names),
    }
    return template.render(**context, site_root=up + edition.up, **page.extra)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        # A misspelt field has to stop the build; an empty cell would be published.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.globals.update(
        slug=slug,
        row_query=row_query,
        rows_mark=Markup(rows.MARK),
        data_mark=Markup(rows.DATA_MARK),
        changes=rows.CHANGES,
    )
    return environment


def _json(value: Any) -> Markup:
    """JSON inside a script element: no text can end the element."""
    # "</script>" inside a name would end the element, quoted or not.
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))


def _paragraphs(text: str) -> Markup:
    """Plain text as paragraphs: an empty line parts them, a line break stays one."""
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(Markup("<br>").join(part.split("\n"))) for part in parts)
