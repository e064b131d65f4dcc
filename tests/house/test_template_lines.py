"""A template can be read beside its page: no line runs past the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ROOT

WIDEST = 140
TEMPLATES = sorted(file for folder in ("admin", "notice_site") for file in (ROOT / folder).rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_line_of_a_template_is_wider_than_a_screen(template: Path) -> None:
    lines = enumerate(template.read_text(encoding="utf-8").splitlines(), start=1)
    wide = {number: len(line) for number, line in lines if len(line) > WIDEST}
    assert not wide, "break it inside a tag or an expression, where white space means nothing (or with {%- and -%})"
