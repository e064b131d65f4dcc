"""A snapshot to change, and the published sample."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import notice_site
from notice_site.site import Publication, publish

SAMPLE = Path(notice_site.__file__).with_name("sample.json")


def load_sample() -> dict[str, Any]:
    snapshot: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return snapshot


def with_rows(snapshot: dict[str, Any], count: int) -> dict[str, Any]:
    """The snapshot with so many made-up rows on its first notice."""
    chance, grades = random.Random(1), [grade["code"] for grade in snapshot["ladder"]]
    snapshot["notices"][0]["rows"] = [
        {
            "id": n,
            "department": f"客服{chance.randrange(40):02}部",
            "number": f"E{n:06}",
            "name": chance.choice("王李張劉陳") + chance.choice("怡雅志明俊") + chance.choice("君婷偉傑芬"),
            "from_grade": chance.choice(grades),
            "to_grade": chance.choice(grades),
            "remark": "",
        }
        for n in range(count)
    ]
    return snapshot


def take_down(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The same snapshot after the period: every current notice is past, without rows."""
    down: dict[str, Any] = json.loads(json.dumps(snapshot))
    for notice in down["notices"]:
        notice.update(state="past", rows=[], moved=[])
    return down


def names_in(folder: Path, snapshot: dict[str, Any]) -> set[str]:
    """Files anywhere below a folder whose bytes hold a name or number of a current notice."""
    wanted = [
        word.encode()
        for notice in snapshot["notices"]
        for row in notice["rows"]
        for word in (row["name"], row["number"])
        if word
    ]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(folder)) for path in files if any(word in path.read_bytes() for word in wanted)}


@pytest.fixture
def snapshot() -> dict[str, Any]:
    """The sample, a copy for each test."""
    return load_sample()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The sample, published once."""
    return publish(load_sample(), tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def html(live: Publication) -> Callable[[str], str]:
    """The text of a published file."""
    return lambda name: (live.path / name).read_text(encoding="utf-8")
