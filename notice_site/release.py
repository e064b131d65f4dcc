"""Where releases lie on disk, and the one moment in which a new one takes the old one's place.

home/lock                       one publication at a time
home/building-…/                a release in the making; worthless once its maker is dead
home/releases/ID/site/          the pages
home/releases/ID/snapshot.json  what they were made from (below VAR_DIR alone: elsewhere a web server might give it out)
home/releases/ID/whole          nothing has been taken down from it
home/releases/ID/release.json   digest and hashes, the material of the proof of publication
home/live -> releases/ID/site   what readers see; replaced by a rename, so never torn
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHOLE, SNAPSHOT = "whole", "snapshot.json"
REGISTER = "elsewhere.json"  # in the home: where else names were written
HEADS = "heads.jsonl"  # in the home: the published heads of the audit trail

_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


class PlaceTaken(ValueError):
    """The folder to publish to holds something that is not ours to replace."""


@dataclass(frozen=True)
class Place:
    """A home for releases and the public name of the live one."""

    home: Path
    public: Path
    own: bool = True

    @classmethod
    def of(cls, var_dir: Path, out: Path | None = None) -> Place:
        """Below VAR_DIR; with `out` that very folder is the public name and the releases lie hidden beside it."""
        if out is None:
            return cls(var_dir / "notice_site", var_dir / "notice_site" / "live")
        out = Path(os.path.abspath(out))
        return cls(out.parent / f".{out.name}.releases", out, own=False)

    @property
    def releases(self) -> Path:
        """All finished releases; one, but for a moment."""
        return self.home / "releases"

    def live(self) -> Path | None:
        """Folder of the live release, None before the first."""
        if not self.public.is_symlink():
            return None
        # Read from the link itself: what it points at is live, whatever else lies in the folder.
        folder = (self.public.parent / os.readlink(self.public)).parent
        return folder if (folder / "release.json").is_file() else None


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the place for one publication; another one waits, and whoever holds it may go in again. It dies with its process."""
    if place.home in _held.get():
        yield
        return
    if not place.home.is_dir():  # a take-down must need nothing of a full disk
        place.home.mkdir(parents=True, exist_ok=True)
    with open(place.home / "lock", "w") as lock:
        # A lock of the file, not a file as the lock: a killed publication must not leave the site closed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        token = _held.set(_held.get() | {place.home})
        try:
            yield
        finally:
            _held.reset(token)


def check_free(place: Place) -> None:
    """Raise `PlaceTaken` unless the public name is free, ours, or an empty folder."""
    public = place.public
    if public.is_symlink() and not _is_ours(place):
        raise PlaceTaken(f"{public}: is a link to something else; remove it or name another folder")
    if public.exists() and not public.is_symlink() and not (public.is_dir() and not any(public.iterdir())):
        raise PlaceTaken(f"{public}: is not empty and was not published by this script; name another folder")


def _is_ours(place: Place) -> bool:
    target = (place.public.parent / os.readlink(place.public)).resolve()
    return target.is_relative_to(place.releases.resolve())


def sweep(place: Place) -> None:
    """Delete everything but the live release: old releases (their names must go) and what a killed run left."""
    live = place.live()
    for stale in [*place.home.glob("building-*"), *place.releases.glob("*")]:
        # An old release holds names that have come down, so it is not kept for going back.
        if stale != live and (live is None or stale.resolve() != live.resolve()):
            shutil.rmtree(stale)
    for link in place.public.parent.glob(f".{place.public.name}.next-*"):
        link.unlink()


def take_down(place: Place, running: Collection[str]) -> list[str]:
    """Delete from disk every list that is live and whose folder's name is not among `running`; returns those names.

    It only deletes, so it needs neither a snapshot that is fit nor a free disk. What it leaves behind is no edition any
    more (`is_whole`), so that the next publication makes a new one. Killed at any moment, the next call goes on.
    """
    sweep(place)
    live = place.live()
    if live is None:
        return []
    if any(folder.name not in running for folder in lists(live / "site")):
        for name in (WHOLE, SNAPSHOT):  # first: whoever is killed below leaves no whole edition
            (live / name).unlink(missing_ok=True)
    return strip(live / "site", running)


def strip(site: Path, running: Collection[str]) -> list[str]:
    """Delete the lists from the pages below a folder, but those whose folder's name is among `running`; returns their names."""
    over = [folder for folder in lists(site) if folder.name not in running]
    for folder in over:
        for file in (site / "data").glob(f"{folder.name}-{'?' * 16}.json"):
            file.unlink()
        for page in folder.glob("*.html"):
            page.unlink()
        shutil.rmtree(folder)  # the print page last: by it an unfinished take-down is known
        _fsync(folder.parent)
    return sorted({folder.name for folder in over})


def lists(site: Path) -> list[Path]:
    """The folders below a site in which lists lie, one for each language."""
    return [page.parent for page in site.glob("**/notices/*/print")]


def is_whole(folder: Path) -> bool:
    """Whether a release is as it was published: nothing has been taken down from it."""
    return (folder / WHOLE).is_file()


@contextmanager
def workshop(place: Place) -> Iterator[Path]:
    """A fresh folder to build in, on the same file system as the releases; what was not finished is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="building-", dir=place.home))
    try:
        yield folder
    finally:  # also where the disk has filled: half a release would keep it full, and names lie in it
        shutil.rmtree(folder, ignore_errors=True)


def hashes(site: Path) -> dict[str, str]:
    """SHA-256 of every published file, by its path below the site's root."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def put_live(place: Place, made: Path, name: str) -> Path:
    """Make a finished folder the live release and forget the others. Returns its folder."""
    _to_disk(made)
    made.chmod(0o755)  # mkdtemp makes private folders; a web server under another account must read this one
    _let_read(made / "site")
    target = place.releases / name
    while target.exists():  # the same edition, which somebody has altered or from which a list was taken down
        target = target.with_name(f"{target.name}-again")
    place.releases.mkdir(exist_ok=True)
    for folder in (place.home, place.releases):
        folder.chmod(0o755)
    # Everything is on the disk before it gets its name: after a power cut a named release is a whole one.
    os.rename(made, target)
    _fsync(place.releases)
    _point(place, target / "site")
    sweep(place)
    return target


def _point(place: Place, site: Path) -> None:
    """Rename a new link over the old one: a reader sees the old site or the new one."""
    if place.public.is_dir() and not place.public.is_symlink():
        place.public.rmdir()  # an empty folder, see check_free
    link = place.public.parent / f".{place.public.name}.next-{os.getpid()}"
    # Relative: a backup that is restored elsewhere still points at its own release.
    link.symlink_to(os.path.relpath(site, place.public.parent))
    os.replace(link, place.public)
    _fsync(place.public.parent)


def _let_read(site: Path) -> None:
    """What is published may be read by whoever serves it, however private the process' own files are."""
    for path in (site, *site.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        _fsync(path)
    _fsync(folder)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: Any) -> None:
    """Write a file beside its place and rename it there."""
    write_text(path, json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")


def write_text(path: Path, text: str) -> None:
    """The same for words."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.chmod(0o644)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def last_snapshot(home: Path) -> Path | None:
    """The snapshot of the live release below a home, None before the first."""
    live = Place(home, home / "live").live()
    return live / SNAPSHOT if live and is_whole(live) else None
