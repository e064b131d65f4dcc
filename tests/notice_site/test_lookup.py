"""The look-up finds both scripts, any width and part of a name, and knows only what is printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from notice_site.lookup import data_file, folded


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("张", "張"),
        ("張", "张"),
        ("叶", "葉"),
        ("Ｅ１０００１", "e10001"),
        ("发", "發"),
        ("发", "髮"),
        ("𠮷", "𠮷"),
        ("里", "裏"),
    ],
)
def test_both_scripts_and_widths_meet(typed: str, printed: str) -> None:
    assert folded(typed) == folded(printed)


def test_the_map_is_small_and_covers_what_a_reader_may_type(snapshot: dict[str, Any]) -> None:
    notice = snapshot["notices"][0]
    _, content = data_file(notice, notice["rows"])
    one, other = json.loads(content)["fold"]
    assert len(one) == len(other) < 400
    folds = dict(zip(one, other, strict=True))
    for row in notice["rows"]:
        assert all(folds.get(character, character) == folded(character) for character in row["name"])


def test_the_file_holds_only_what_is_printed(snapshot: dict[str, Any]) -> None:
    notice = snapshot["notices"][0]
    row = notice["rows"][0]
    _, content = data_file(notice, [row])
    assert json.loads(content)["rows"] == [
        [row[key] for key in ("id", "department", "number", "name", "from_grade", "to_grade", "remark")]
    ]


def test_its_name_changes_with_its_content(snapshot: dict[str, Any]) -> None:
    notice = snapshot["notices"][0]
    assert data_file(notice, notice["rows"])[0] != data_file(notice, notice["rows"][1:])[0]
