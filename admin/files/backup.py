"""A backup: the database and the files under VAR_DIR in one file, which is a ZIP archive.

SQLite's copy stands before the archive, where ZIP allows anything: it is written once and read in place, so that a
backup takes little more than copying the file. PostgreSQL's tables are members of the archive.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from admin.files import databases
from admin.files.backup_note import LAST
from admin.files.databases import Contents
from admin.files.faults import FileFault
from admin.files.seal_mark import forget_mark
from admin.files.whole import whole, write_whole
from config import Settings, kept_secret

FORMAT, UNSEALED = 2, 1  # backups of the first format have no seal: a hash of the database's copy, and ZIP's own sums
SEAL = 64  # the last bytes of ZIP's comment: the SHA-256 of everything before them
TAG = (
    64  # the bytes before them: the same of what is before, under a key of VAR_DIR, so that who edits cannot seal anew
)
KEY = "backup_key"
RESTORED = "restored.json"  # what was restored, until `setup` writes it into the audit trail
MOVED = "moved.json"  # the same of a database that was moved to another
MANIFEST, FILES, KEYS = "backup.json", "files/", "keys"
# made anew from the database, or worthless without the process that wrote it; keys only where they are asked for
LEFT_OUT = (
    LAST,
    "listening",
    "figures",
    "portal.sqlite3",
    "queue.sqlite3",
    "notice_site",
    "prepared",
    "workers/",
    RESTORED,
    MOVED,
    KEYS,
    ".",
)
DAMAGED = "%(file)s: is not a whole backup (%(what)s)"


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself; `lead` is the size of SQLite's copy before the archive, 0 for PostgreSQL."""

    made_at: str
    database: str
    lead: int
    keys: bool
    contents: Contents


def write(path: Path, settings: Settings, *, keys: bool) -> Backup:
    """Back up while the portal runs; the file appears whole or not at all."""
    for stale in path.parent.glob(f".{path.name}.*.part*"):
        stale.unlink()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.touch(mode=0o600)
    try:
        kept_secret(settings.var_dir / KEYS, KEY)  # first of all: a backup with the keys has this one too
        made = _write(part, settings, keys)
        _to_disk(part)
        os.replace(part, path)
    finally:
        for left in part.parent.glob(f"{part.name}*"):  # and its journal, which a full disk leaves beside it
            left.unlink(missing_ok=True)
    note = json.dumps({"made_at": made.made_at, "keys": keys})
    with suppress(OSError):  # the backup is made, wherever it stands: a full VAR_DIR must not say that it is not
        write_whole(settings.var_dir / LAST, note)
    return made


def _write(part: Path, settings: Settings, keys: bool) -> Backup:
    held = databases.copy_sqlite(settings.sqlite_file, part) if settings.sqlite else None
    lead = part.stat().st_size
    with ZipFile(part, "a") as archive:
        archive.comment = b"0" * (TAG + SEAL)
        if held is None:
            held = databases.copy_postgresql(settings.database_url, archive)
        made = Backup(settings.now().isoformat(), _kind(settings), lead, keys, held)
        # after the database: a file is there before the row that names it
        for name in sorted([*_files(settings.var_dir), *(_keys(settings.var_dir) if keys else ())]):
            archive.write(settings.var_dir / name, FILES + name)
        facts = {**vars(made), "contents": held.to_dict(), "format": FORMAT}
        archive.writestr(MANIFEST, json.dumps(facts, sort_keys=True))
    read = _hashed(part, part.stat().st_size - SEAL - TAG)
    tag = _keyed(read.hexdigest(), settings)
    read.update(tag.encode())  # the seal is over the tag too: what stands before it is not read a second time
    _put_last(part, SEAL + TAG, tag + read.hexdigest())
    return made


def _put_last(part: Path, size: int, text: str) -> None:
    with part.open("r+b") as file:
        file.seek(-size, os.SEEK_END)
        file.write(text.encode())


def _tag(path: Path, settings: Settings) -> str:
    """What only who has this portal's key can write: the hash of everything before the tag under that key."""
    return _keyed(_sha256(path, path.stat().st_size - SEAL - TAG), settings)


def _keyed(digest: str, settings: Settings) -> str:
    key = kept_secret(settings.var_dir / KEYS, KEY).encode()
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


def vouched(path: Path, settings: Settings) -> bool | None:
    """Whether this portal sealed the file as it is; None where its key is not here, and nobody can say."""
    if not (settings.var_dir / KEYS / KEY).exists():
        return None
    given = _last(path, SEAL + TAG)[:TAG] if path.stat().st_size >= SEAL + TAG else b""
    return hmac.compare_digest(given, _tag(path, settings).encode())


def refuse_unvouched(path: Path, settings: Settings) -> None:
    """Raise `FileFault` where the file is not as this portal sealed it: a seal alone can be made anew by whoever edits it."""
    if vouched(path, settings) is False:
        raise FileFault(
            "%(file)s: was not sealed with this portal's key (%(key)s), or was changed since; with --unvouched it is "
            "restored all the same",
            file=path,
            key=settings.var_dir / KEYS / KEY,
        )


def note_restored(path: Path, found: Backup, settings: Settings, reason: str, *, finished: bool) -> None:
    """Keep what is restored for the next `setup`, which writes it into the audit trail of the state that came back.

    Kept before anything is changed, so that a restore which is killed is told of too, and once more when it is `finished`.
    """
    facts: dict[str, Any] = {"file": path.name, "made_at": found.made_at, "sha256": _sha256(path, path.stat().st_size)}
    facts |= {"reason": reason, "vouched": vouched(path, settings), "head": found.contents.head}
    facts |= {"finished": finished, "note": secrets.token_hex(8)}
    write_whole(settings.var_dir / RESTORED, json.dumps(facts))
    if finished:
        forget_mark(settings.var_dir)


def read(path: Path) -> Backup:
    """What a backup holds, every byte of it checked. Raises `FileFault`."""
    facts = _sealed(path) if _is_sealed(path) else _unsealed(path)
    if facts.pop("format") not in (FORMAT, UNSEALED):
        raise FileFault("%(file)s: was made by another version of this program", file=path)
    held = facts.pop("contents")
    head = held["head"]
    # A backup from before the tree says the hash of its last link too.
    size = head[0] if isinstance(head, list) else head
    return Backup(**facts, contents=Contents(held["revision"], held["rows"], size))


def _is_sealed(path: Path) -> bool:
    size = path.stat().st_size - SEAL
    return size >= 0 and _last(path) == _sha256(path, size).encode()


def _sealed(path: Path) -> dict[str, Any]:
    try:
        with ZipFile(path) as archive:
            return dict(json.loads(archive.read(MANIFEST)))
    except (BadZipFile, KeyError, ValueError) as fault:
        raise FileFault(DAMAGED, file=path, what=fault) from fault


def _unsealed(path: Path) -> dict[str, Any]:
    """What a backup of the first format says; any other file without its seal is damaged."""
    try:
        with ZipFile(path) as archive:
            facts = dict(json.loads(archive.read(MANIFEST)))
            whole = facts["format"] == UNSEALED and not archive.comment and archive.testzip() is None
            whole = whole and _sha256(path, facts["lead"]) == facts.pop("lead_sha256")
    except Exception as fault:  # nothing vouches for these bytes: whatever reading them does, the file is not whole
        raise FileFault(DAMAGED, file=path, what=fault) from fault
    if not whole:
        raise FileFault(DAMAGED, file=path, what="SHA-256")
    return facts


def restore(path: Path, found: Backup, settings: Settings, *, fresh: bool) -> None:
    """Bring database and files to the backup's state; the database changes at one moment, killed it is before or after.

    Files that the backup's rows need are put there before that moment, those that only the present ones need go after.
    Keys that differ are refused, but for a `fresh` place, where nothing was made with them yet.
    """
    var_dir = settings.var_dir
    with ZipFile(path) as archive:
        names = {name.removeprefix(FILES) for name in archive.namelist() if name.startswith(FILES)}
        if not fresh:
            _refuse_other_keys(archive, names, var_dir)
        for name in sorted(names):
            if not (var_dir / name).exists():
                _put(archive, name, var_dir)
        if settings.sqlite:
            databases.restore_sqlite(path, settings.sqlite_file)
        else:
            databases.restore_postgresql(settings.database_url, archive, found.contents)
        for name in sorted(names):
            if not _same(archive, name, var_dir):
                _put(archive, name, var_dir)
    for name in set(_files(var_dir)) - names:
        (var_dir / name).unlink()
    (var_dir / "prepared").unlink(missing_ok=True)  # the next start looks at everything again


def refuse_unfit(found: Backup, settings: Settings) -> None:
    """Raise `FileFault` where the backup cannot go into this database."""
    if found.database != _kind(settings):
        raise FileFault(
            "DATABASE_URL names %(here)s, the backup is of %(there)s; set DATABASE_URL to one of its kind",
            here=_kind(settings),
            there=found.database,
        )


def _refuse_other_keys(archive: ZipFile, names: set[str], var_dir: Path) -> None:
    for name in names:
        if name.startswith(f"{KEYS}/") and (var_dir / name).exists() and not _same(archive, name, var_dir):
            raise FileFault(
                "%(key)s differs from the backup's; move it away first if the backup's is the right one",
                key=var_dir / name,
            )


def _kind(settings: Settings) -> str:
    return "sqlite" if settings.sqlite else "postgresql"


def _files(var_dir: Path) -> Iterator[str]:
    """Names of files below VAR_DIR that belong into a backup."""
    for path in var_dir.rglob("*"):
        name = path.relative_to(var_dir).as_posix()
        if path.is_file() and not name.startswith(LEFT_OUT) and not path.name.endswith(".part"):
            yield name


def _keys(var_dir: Path) -> Iterator[str]:
    yield from (f"{KEYS}/{path.name}" for path in (var_dir / KEYS).glob("*") if path.is_file())


def _same(archive: ZipFile, name: str, var_dir: Path) -> bool:
    path, entry = var_dir / name, archive.getinfo(FILES + name)
    return path.stat().st_size == entry.file_size and path.read_bytes() == archive.read(entry)


def _put(archive: ZipFile, name: str, var_dir: Path) -> None:
    target = (var_dir / name).resolve()
    if not target.is_relative_to(var_dir.resolve()):
        raise FileFault("the backup names a file outside VAR_DIR (%(name)s)", name=name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with archive.open(FILES + name) as packed, whole(target, private=True) as out:
        shutil.copyfileobj(packed, out)


def _last(path: Path, size: int = SEAL) -> bytes:
    with path.open("rb") as file:
        file.seek(-size, os.SEEK_END)
        return file.read()


def _sha256(path: Path, size: int) -> str:
    return str(_hashed(path, size).hexdigest())


def _hashed(path: Path, size: int) -> Any:
    """SHA-256 over the first so many bytes, which goes on from there."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while size and (chunk := file.read(min(size, 1 << 20))):
            total.update(chunk)
            size -= len(chunk)
    return total


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
