"""A publication killed at twenty moments: readers have the old site or the new one, and the next run completes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from notice_site.release import hashes
from notice_site.site import publish
from tests.killing import FORKS, finished, killed, moments
from tests.notice_site.conftest import names_in, take_down

MOMENTS = 20
HEADS = ("head.json", "heads.js", "heads.jsonl")


def _published(live: Path) -> dict[str, str]:
    """The pages; the heads of the trail lie beside them and are not of the edition."""
    return {name: digest for name, digest in hashes(live).items() if name not in HEADS}


@pytest.mark.slow
@pytest.mark.filterwarnings(FORKS)
def test_a_killed_publication_leaves_the_old_or_the_new_site(snapshot: dict[str, Any], tmp_path: Path) -> None:
    down, var_dir = take_down(snapshot), tmp_path / "var"
    new = publish(down, tmp_path / "reference").files
    whole, seen = finished(lambda: publish(down, tmp_path / "timed")), set()
    old = publish(snapshot, tmp_path / "before").files
    for moment in moments(whole, MOMENTS, seed=20261123):
        shutil.rmtree(var_dir, ignore_errors=True)
        shutil.copytree(tmp_path / "before", var_dir, symlinks=True)
        killed(lambda: publish(down, var_dir), moment)
        served = _published(var_dir / "notice_site" / "live")
        assert served in (old, new)
        seen.add(served == new)
        assert publish(down, var_dir).files == new
        assert names_in(var_dir, snapshot) == set()
    assert False in seen  # else no run was killed in time and the test says nothing
