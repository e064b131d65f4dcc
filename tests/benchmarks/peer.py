"""The list of employees beside Django's admin: the same people, columns and search, two workers each, asked in turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from config import ROOT
from tests.benchmarks.figures import Figure
from tests.benchmarks.running import PORTAL, Asked, serving, waited
from tests.benchmarks.world import World

HERE = Path(__file__).parent
ROUNDS, PER_PAGE = 40, 25
ENVIRONMENT = ROOT / ".venv-peer"


def peer(world: World) -> Iterator[Figure]:
    """First page, far page, a search and another order; what a reader waits for each, beside the peer in the same minute."""
    python = _environment(world)
    file = world.file
    if python is None or file is None:
        return
    world.at("open")
    cookie = world.signed_in("hr").get_cookie("portal")
    assert cookie is not None
    far = max(1, world.scalar("SELECT count(*) FROM employees") // PER_PAGE - 1)
    world.close()
    key = _filled(world, python, file)
    ours = {
        "first page": "", f"page {far}": f"?page_EmployeeView={far}", "with a filter": "?_flt_0_name=%E9%99%B3",
        "in order of name": "?_oc_EmployeeView=name&_od_EmployeeView=asc",
    }  # fmt: skip
    theirs = ["", f"?p={far + 1}", "?q=%E9%99%B3", "?o=2"]
    command = (
        "gunicorn",
        "--workers",
        "2",
        "--log-level",
        "warning",
        "--bind",
        "127.0.0.1:PORT",
        "peer_site:application",
    )
    with (
        serving(world, *PORTAL) as (_process, port, _taken),
        serving(world, *command, python=python, **_places(world)) as (_peer, other, _taken),
    ):
        for (name, query), their in zip(ours.items(), theirs, strict=True):
            mine = Asked("GET", f"/employees/list/{query}", {"Cookie": f"portal={cookie.value}"})
            peers = Asked("GET", f"/admin/peer_site/employee/{their}", {"Cookie": f"sessionid={key}"})
            waited(port, [mine] * 4), waited(other, [peers] * 4)  # every worker has seen the page once
            turns = [(*waited(port, [mine]), *waited(other, [peers])) for _ in range(ROUNDS)]
            took, peer_took = map(statistics.median, zip(*turns, strict=True))
            yield Figure(f"beside Django's admin, {name}", took, peer_took, times=0.5, note="a reader's wait")


def _places(world: World) -> dict[str, str]:
    return {"PEER": str(world.folder), "PYTHONPATH": str(HERE)}


def _filled(world: World, python: Path, file: Path) -> str:
    environment = {**os.environ, **_places(world)}
    made = subprocess.run(
        [python, HERE / "peer_site.py", "fill", file], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return made.stdout.strip()


def _environment(world: World) -> Path | None:
    """The peer's own Python, made on first use; None where its libraries cannot be had."""
    python = ENVIRONMENT / "bin/python"
    needed = HERE / "requirements-peer.txt"
    stamp = ENVIRONMENT / needed.name
    if stamp.exists() and stamp.read_text() == needed.read_text():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", needed], check=True)
    except subprocess.CalledProcessError:
        world.say("Django cannot be had here: the peer's figures are left out")
        return None
    stamp.write_text(needed.read_text())
    return python
