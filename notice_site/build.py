"""Builds the site into a folder: MkDocs once per language, in this process, then the rows."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notice_site import rows
from notice_site.edition import Edition

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "mkdocs.yml"
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])")

Progress = Callable[[str], None]


def build(snapshot: dict[str, Any], site: Path, progress: Progress = lambda _: None) -> None:
    """Build every language below `site`. Raises `mkdocs.exceptions.Abort` on any warning."""
    with _settled(snapshot):
        _language(Edition(snapshot, snapshot["languages"][0]), site, progress)
        other_languages(snapshot, site, progress)


def other_languages(snapshot: dict[str, Any], site: Path, progress: Progress = lambda _: None) -> None:
    """Build all but the first language into their folders."""
    for key in snapshot["languages"][1:]:
        _language(Edition(snapshot, key), site, progress)


def _language(edition: Edition, site: Path, progress: Progress) -> None:
    from mkdocs.commands.build import build as mkdocs_build  # heavy, and of no use where nothing has changed
    from mkdocs.config import load_config

    folder = site / edition.folder
    config = load_config(config_file=str(CONFIG), site_dir=str(folder), strict=True)
    prepare(config, edition)
    progress(edition.language.name)
    mkdocs_build(config)
    finish(site, edition, progress)


def prepare(config: Any, edition: Edition) -> None:
    """Set the language of theme and site."""
    from notice_site.theme_loading import quick  # MkDocs is heavy

    config.extra["edition"] = edition
    config.site_name = edition.t("site.name")
    config.theme = quick(config.theme)
    config.theme["language"] = edition.language.tag
    link = edition.snapshot["links"]["site"]
    # Without an origin of its own the site must not print one: it would be wrong after a restart elsewhere.
    config.site_url = f"{link.rstrip('/')}/{edition.folder}" if link.startswith("http") else None


def finish(site: Path, edition: Edition, progress: Progress = lambda _: None) -> None:
    """What MkDocs does not do: labels for narrow tables, Chinese words for the search, rows."""
    labels = "".join(f'--label-{name}:"{edition.t("column." + name)}";' for name in ("from", "to", "remark"))
    (site / edition.folder / "assets" / "labels.css").write_text(f":root{{{labels}}}\n", encoding="utf-8")
    _part_characters(site / edition.folder / "search" / "search_index.json")
    rows.fill(site, edition, progress)
    if edition.is_root:
        # By hand: MkDocs takes no program for a part of a site.
        shutil.copyfile(Path(__file__).with_name("verify.py"), site / "verify.py")


def _part_characters(index: Path) -> None:
    """Make every Chinese character a word of the search: any part of a word is then found, without a dictionary."""
    content = json.loads(index.read_text(encoding="utf-8"))
    for entry in content["docs"]:
        for field in ("title", "text"):
            # A zero-width space parts words for the search and is seen by nobody in its excerpts.
            entry[field] = BETWEEN_HAN.sub("\u200b", entry[field])
    index.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


@contextmanager
def _settled(snapshot: dict[str, Any]) -> Iterator[None]:
    """The same snapshot gives the same bytes: MkDocs' clock stands still, and its talk is kept low."""
    # Any fixed moment would do that follows from the snapshot: the same snapshot has to give the same bytes.
    day = datetime.fromisoformat(snapshot["policy"]["effective_from"]).replace(tzinfo=UTC)
    before, log = os.environ.get("SOURCE_DATE_EPOCH"), logging.getLogger("mkdocs")
    level, propagate = log.level, log.propagate
    os.environ["SOURCE_DATE_EPOCH"] = str(int(day.timestamp()))
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)
        log.propagate = propagate
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before
