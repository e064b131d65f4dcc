"""publish(): a public snapshot becomes the live site, or nothing happens because it already is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notice_site import build, elsewhere, release, validate
from notice_site.edition import slug
from notice_site.release import Place

OUTSIDE_DIGEST = ("as_of", "head")  # they change daily while the site stays the same
LIBRARIES = ("mkdocs", "mkdocs-material", "opencc", "babel", "jinja2")


@dataclass(frozen=True)
class Publication:
    """What is live: `files` maps each path to its SHA-256; `changed` says whether this call put it there."""

    changed: bool
    release: str
    digest: str
    files: dict[str, str]
    path: Path


def publish(
    snapshot: dict[str, Any],
    var_dir: Path,
    *,
    out: Path | None = None,
    heads: Sequence[str] = (),
    progress: build.Progress = lambda _: None,
) -> Publication:
    """Publish a snapshot atomically below `var_dir` (or as the folder `out`).

    Names of earlier lists are gone from disk when this returns (3.3.5-d); killed at any moment it leaves the
    old site or the new one, and the next call completes it. `heads` are all published heads of the audit trail, a line
    each; they lie beside the pages as `heads.jsonl`, the last one as `head.json`. Raises `validate.UnfitSnapshot`, `release.PlaceTaken`.
    """
    validate.check(snapshot)
    place, digest = Place.of(var_dir, out), digest_of(snapshot)
    release.check_free(place)
    if out is not None:
        elsewhere.note(var_dir, elsewhere.PUBLISHED, out)
    with release.locked(place):
        release.sweep(place)
        live = _read(place)
        changed = live is None or live.digest != digest or not release.is_whole(live.path.parent)
        if changed:
            _make(snapshot, heads, place, digest, progress)
        publication = _read(place, changed=changed)
        assert publication is not None
        _put_heads(snapshot, heads, publication.path)
        return publication


def take_down(numbers: Iterable[str], var_dir: Path) -> list[str]:
    """Delete every list but those with these numbers from the live site, and wherever else names were written from here;
    returns the folders that are gone.

    Names of an ended notice go at once and in any case, whatever becomes of the edition after it (3.3.5-d).
    """
    place, running = Place.of(var_dir), {slug(number) for number in numbers}
    if not place.home.is_dir():
        return []
    with release.locked(place):
        gone = release.take_down(place, running)
    return gone + elsewhere.take_down(var_dir, running)


def lists_on(var_dir: Path) -> set[str]:
    """The folders of the lists that lie on disk, in the live site or wherever else names were written from here."""
    live = Place.of(var_dir).live()
    here = {folder.name for folder in release.lists(live / "site")} if live is not None else set()
    return here | set(elsewhere.lists_on(var_dir))


def current_release(var_dir: Path, *, out: Path | None = None) -> Publication | None:
    """What is live, None before the first publication."""
    return _read(Place.of(var_dir, out))


def digest_of(snapshot: dict[str, Any]) -> str:
    """SHA-256 over what the pages depend on: the snapshot without `as_of` and `head`, and the code of the site."""
    content = {key: value for key, value in snapshot.items() if key not in OUTSIDE_DIGEST}
    content["has_head"] = snapshot["head"] is not None  # the pages link to it, or do not
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{_code_hash()}\n{text}".encode()).hexdigest()


@cache
def _code_hash() -> str:
    """SHA-256 over the site's own files and the versions of the libraries that shape its bytes."""
    own = Path(__file__).parent
    files = sorted(path for path in own.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    total = hashlib.sha256(" ".join(f"{name}={version(name)}" for name in LIBRARIES).encode())
    for path in [*files, build.CONFIG]:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _make(snapshot: dict[str, Any], heads: Sequence[str], place: Place, digest: str, progress: build.Progress) -> None:
    with release.workshop(place) as folder:
        site = folder / "site"
        build.build(snapshot, site, progress)
        name = digest[:16]
        facts = {"release": name, "digest": digest, "files": release.hashes(site)}
        release.write_json(folder / "release.json", facts)
        if place.own:
            release.write_json(folder / release.SNAPSHOT, snapshot)
        (folder / release.WHOLE).touch()
        _put_heads(snapshot, heads, site)
        release.put_live(place, folder, name)


def _put_heads(snapshot: dict[str, Any], heads: Sequence[str], site: Path) -> None:
    """The heads of the audit trail lie beside the pages, outside their hashes."""
    published = [each for each in map(json.loads, heads) if each["kind"] == "head"]
    # A program and no data file: a page that was opened from a folder may fetch nothing.
    shown = json.dumps([[each["sequence"], each["sha256"]] for each in published], separators=(",", ":"))
    release.write_text(site / "heads.js", f"window.HEADS = {shown};\n")
    if published:
        release.write_text(site / "heads.jsonl", "".join(f"{line}\n" for line in heads))
        release.write_json(site / "head.json", published[-1])
    elif snapshot["head"] is None:
        (site / "head.json").unlink(missing_ok=True)
    else:
        release.write_json(site / "head.json", snapshot["head"])


def _read(place: Place, changed: bool = False) -> Publication | None:
    folder = place.live()
    if folder is None:
        return None
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    return Publication(changed, facts["release"], facts["digest"], facts["files"], folder / "site")
