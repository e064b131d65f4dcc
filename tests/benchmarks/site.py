"""The notice site: publishing a long list, beside plain Jinja writing the same bytes; and the list in a browser."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Template
from playwright.sync_api import Page, sync_playwright

from config import ROOT
from notice_site.site import publish
from tests.benchmarks.figures import Figure, timed
from tests.benchmarks.world import World
from tests.conftest import BROWSER_FLAGS
from tests.notice_site.conftest import load_sample, with_rows
from tests.notice_site.served import served
from tests.notice_site.test_browser import FIND, SORT

ROWS = (10_000, 50_000)
BARS = {10_000: 3.0, 50_000: 8.0}
ROUNDS = 3
PLAIN = Template("{{ text }}")
LOADED = "performance.getEntriesByType('resource').find(entry => entry.name.includes('/data/')).responseEnd"
TIMED = (
    "(act) => { const began = performance.now(); act(); document.body.offsetHeight; return performance.now() - began }"
)


def site(world: World) -> Iterator[Figure]:
    """Published cold by its own command, then once more with nothing changed."""
    for count in ROWS if world.size >= ROWS[0] else ROWS[:1]:
        place = world.folder / f"site-{count}"
        file = place / "snapshot.json"
        place.mkdir()
        file.write_text(json.dumps(with_rows(load_sample(), count)))
        cold = timed(lambda place=place, file=file: _publish(place, file))  # type: ignore[misc]
        floor = timed(lambda place=place: _plainly(place / "notice_site" / "live", place / "plain"))  # type: ignore[misc]
        yield Figure(f"notice site, {count} rows", cold, floor, most=BARS[count])
        again = timed(lambda place=place, file=file: _publish(place, file))  # type: ignore[misc]
        yield Figure(f"notice site, {count} rows, nothing changed", again, most=0.7)


def _publish(place: Path, file: Path) -> None:
    command = (sys.executable, "-P", "-m", "notice_site", "--snapshot", str(file))
    environment = {**os.environ, "VAR_DIR": str(place), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def _plainly(made: Path, plain: Path) -> None:
    for path in sorted(each for each in made.resolve().rglob("*") if each.is_file()):
        target = plain / path.relative_to(made.resolve())
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".html", ".json", ".js", ".css", ".svg", ".txt", ".xml"):
            target.write_text(PLAIN.render(text=path.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            target.write_bytes(path.read_bytes())


def browser(world: World) -> Iterator[Figure]:
    """A list of 10,000 rows in Chromium: until it is there, to find in it, to sort it; nothing where there is none."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        world.say("no Chromium: the browser's figures are left out")
        return
    live = publish(with_rows(load_sample(), ROWS[0]), world.folder / "browser")
    with served(live.path) as address, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS).new_page()
        page.goto(address)
        times = [_seconds(page, address + "notices/2026-02/") for _ in range(ROUNDS)]
    for (name, bar), taken in zip(
        (("ready", 0.3), ("look-up", 0.05), ("sort", 0.05)), zip(*times, strict=True), strict=True
    ):
        yield Figure(f"10,000 rows in a browser, {name}", statistics.median(taken), most=bar)


def _seconds(page: Page, address: str) -> tuple[float, ...]:
    """Until the list is there, to find in it, to sort it."""
    page.goto(address)
    page.wait_for_selector("#look[data-ready]")
    taken = (page.evaluate(LOADED), *(page.evaluate(f"({TIMED})({act})") for act in (FIND, SORT)))
    return tuple(milliseconds / 1000 for milliseconds in taken)
