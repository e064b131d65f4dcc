"""Every file that a page asks for is there."""

from __future__ import annotations

import re

from config import ROOT

ADMIN = ROOT / "admin"
NAMED = re.compile(r"""url_for\(\s*'static',\s*filename=\s*'([^']+)'\s*[,)]""")


def test_every_static_file_that_a_template_names_is_there() -> None:
    named = {(path.name, name) for path in ADMIN.rglob("*.html") for name in NAMED.findall(path.read_text("utf-8"))}
    assert len(named) > 10
    assert sorted((path, name) for path, name in named if not (ADMIN / "static" / name).is_file()) == []


def test_a_style_for_narrow_screens_is_no_style_for_paper() -> None:
    """A sheet of A4 is as narrow as a tablet: without "screen" its lists would be printed as a phone's cards."""
    queries = {
        f"{path.name}: {query}"
        for path in [
            *(ROOT / "admin/static/css").glob("*.css"),
            *(ROOT / "notice_site/theme/assets").glob("notice.css"),
        ]
        for query in re.findall(r"@media ([^{]*max-width[^{]*)", path.read_text())
        if not all(part.strip().startswith("screen") for part in query.split(","))
    }
    assert queries == set()
