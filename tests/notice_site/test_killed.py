"""SIGKILL at twenty moments of a publication: readers have the old site or the new one, and the next run completes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from notice_site.release import hashes
from notice_site.site import publish
from tests.notice_site.conftest import names_in, take_down

MOMENTS = 20


def _run(file: Path, var_dir: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "notice_site", "--snapshot", str(file)],
        cwd=ROOT,
        env={"VAR_DIR": str(var_dir), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )


def _published(live: Path) -> dict[str, str]:
    return {name: digest for name, digest in hashes(live).items() if name != "head.json"}


@pytest.mark.slow
def test_a_killed_publication_leaves_the_old_or_the_new_site(snapshot: dict[str, Any], tmp_path: Path) -> None:
    down, file = take_down(snapshot), tmp_path / "down.json"
    file.write_text(json.dumps(down, ensure_ascii=False), encoding="utf-8")
    var_dir = tmp_path / "var"
    new = publish(down, tmp_path / "reference").files
    began = time.monotonic()
    _run(file, tmp_path / "timed").wait()
    whole = time.monotonic() - began
    chance, seen = random.Random(20261123), set()
    for moment in range(MOMENTS):
        old = publish(snapshot, var_dir).files
        run = _run(file, var_dir)
        # the second half lies round the end, where files are moved
        low, high = ((0.1, 0.8), (0.8, 1.1))[moment % 2]
        try:
            run.wait(timeout=whole * chance.uniform(low, high))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
        served = _published(var_dir / "notice_site" / "live")
        assert served in (old, new)
        seen.add(served == new)
        assert publish(down, var_dir).files == new
        assert names_in(var_dir, snapshot) == set()
    assert False in seen  # else no run was killed in time and the test says nothing
