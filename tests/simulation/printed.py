"""The notice site as it is really built, held against the rows: whose result stands on it, and nobody's that may not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from lxml import html

from admin.access.actor import acting_as
from admin.models import db
from admin.queries.outcome.public_snapshot import public_snapshot
from notice_site.site import publish
from tests.simulation.doors import Broken, World

SITE = "the site says what the rows say, and names nobody else"
RUNS = (
    "SELECT n.id, n.number FROM notices n WHERE n.kind <> 'personal' AND n.stage = 'published' AND n.ends_at > ? "
    "AND (n.published_at IS NOT NULL) ORDER BY n.id"
)


def site_says_what_the_rows_say(world: World) -> None:
    """Build the site of this moment and read its pages, in the first language."""
    folder = world.ground.database.folder / "site"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with world.ground.inside(), acting_as(world.ground.system):
            snapshot = public_snapshot(db.session(), world.ground.now)
        built = publish(snapshot, world.ground.database.folder, out=folder)
        _read(world, built.path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(world: World, site: Path) -> None:
    now = world.ground.now.replace(tzinfo=None).isoformat(sep=" ")
    running = world.ground.all(RUNS, now)
    being_published = world.ground.all("SELECT id FROM notices WHERE kind <> 'personal' AND stage = 'publishing'")
    for notice in running:
        _list_is_whole(world, site, notice)
    named = "SELECT printed_number FROM notice_rows WHERE notice_id IN ({}) AND superseded = 0"
    keys = ", ".join(str(row["id"]) for row in (*running, *being_published)) or "0"
    allowed = {row[0] for row in world.ground.all(named.format(keys))}
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html")))
    for row in world.ground.all("SELECT number, name FROM employees ORDER BY id"):
        if row["name"] in text and row["number"] not in allowed:
            raise Broken(SITE, f"{row['number']} is named on the site, and stands on no list that runs")
    for row in world.ground.all("SELECT number FROM issued_documents WHERE kind <> 'takeover'"):
        if row["number"] not in text:
            raise Broken(SITE, f"document {row['number']} is not on the site")


def _list_is_whole(world: World, site: Path, notice: Any) -> None:
    page = site / "notices" / str(notice["number"]).lower() / "index.html"
    if not page.exists():
        raise Broken(SITE, f"the list {notice['number']} runs and has no page")
    tree = html.fromstring(page.read_bytes())
    lines = {line.get("id"): line.text_content() for line in tree.xpath('//tr[starts-with(@id, "r-")]')}
    query = "SELECT * FROM notice_rows WHERE notice_id = ? AND superseded = 0"
    rows = {f"r-{row['id']}": row for row in world.ground.all(query, notice["id"])}
    if set(lines) != set(rows):
        raise Broken(SITE, f"the list {notice['number']} shows {len(lines)} rows, {len(rows)} hold")
    for key, row in rows.items():
        for name in ("printed_name", "department"):
            if str(row[name]).strip() not in lines[key]:
                raise Broken(SITE, f"the list {notice['number']} does not print {row[name]!r}")
