"""Names that were written outside VAR_DIR, so that a take-down reaches them too (3.3.5-d).

Whoever publishes into another folder, builds the site with MkDocs or writes a snapshot to a file is written down first, in
`VAR_DIR/notice_site/elsewhere.json`; the portal of that VAR_DIR then takes down there what it takes down from its own site.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from notice_site import release
from notice_site.edition import slug
from notice_site.release import REGISTER, Place

PUBLISHED, BUILT, FILE = "published", "built", "file"


def note(var_dir: Path, kind: str, path: Path) -> None:
    """Write down that names are about to be written there."""
    place = Place.of(var_dir)
    with release.locked(place):
        found = _read(var_dir)
        if (entry := [kind, str(path.absolute())]) not in found:
            release.write_json(place.home / REGISTER, [*found, entry])


def take_down(var_dir: Path, running: Collection[str]) -> list[str]:
    """Delete every list there whose folder's name is not among `running`, and snapshots that hold one; returns the names."""
    names: list[str] = []
    for kind, where in _read(var_dir):
        names += _TAKE_DOWN[kind](var_dir, Path(where), running)
    return names


def lists_on(var_dir: Path) -> Iterator[str]:
    """The folders' names of the lists that lie in those places."""
    for kind, where in _read(var_dir):
        path = Path(where)
        yield from _listed(path) if kind == FILE else (folder.name for folder in release.lists(path))


def _read(var_dir: Path) -> list[list[str]]:
    file = Place.of(var_dir).home / REGISTER
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def _published(var_dir: Path, out: Path, running: Collection[str]) -> list[str]:
    place = Place.of(var_dir, out)
    if not place.home.is_dir():
        return []
    with release.locked(place):
        return release.take_down(place, running)


def _built(var_dir: Path, site: Path, running: Collection[str]) -> list[str]:
    return release.strip(site, running)


def _file(var_dir: Path, file: Path, running: Collection[str]) -> list[str]:
    over = [name for name in _listed(file) if name not in running]
    if over:
        file.unlink()
    return over


def _listed(file: Path) -> list[str]:
    """The lists that a snapshot's file holds; none where it is no snapshot any more, and then nobody touches it."""
    try:
        snapshot: Any = json.loads(file.read_text(encoding="utf-8"))
        return [slug(notice["number"]) for notice in snapshot["notices"] if notice["state"] == "current"]
    except (OSError, ValueError, TypeError, KeyError):
        return []


_TAKE_DOWN = {PUBLISHED: _published, BUILT: _built, FILE: _file}
