"""The same file sent from several windows at one moment is kept once, whole, and fails for nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from admin.files.whole import write_whole


def test_the_same_file_from_eight_windows_at_once_is_kept_whole(tmp_path: Path) -> None:
    path, data = tmp_path / "kept", b"x" * 2_000_000
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write_whole(path, data), range(64)))
    assert path.read_bytes() == data and [each.name for each in tmp_path.iterdir()] == ["kept"]
