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
