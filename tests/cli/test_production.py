"""The guide to a server of one's own, carried out as it stands, with the real nginx and PostgreSQL.

It takes a minute or more, so it is carried out when it is asked for: `TEST_PRODUCTION=1 ./scripts/test tests/cli/test_production.py`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import ROOT
from tests.front import NAME, PATIENCE, Front, free_port, needs_nginx
from tests.postgresql import postgresql_server

GUIDE = (ROOT / "admin/PRODUCTION.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh(?: machine)?)\n(.*?)^```", GUIDE, re.M | re.S)
OF_THE_MACHINE = ("apt-get", "adduser", "git clone", "sudo -u postgres", "sudo -u grades git", "cp /tmp/grades-server/",
                  "rm -f /etc/nginx/", "nginx -t", "systemctl", "journalctl")  # fmt: skip
PLACES = ("/etc/grades", "/var/lib/grades", "/var/backups/grades", "/usr/local/bin/grades", "/tmp/grades-server")

asked_for = pytest.mark.skipif("TEST_PRODUCTION" not in os.environ, reason="carried out with TEST_PRODUCTION=1")


class Machine:
    """Folders that stand for a server's; what the guide names is found below them."""

    def __init__(self, front: Front, database: str) -> None:
        self.front, self.home, self.database, self.portal = front, front.home, database, free_port()
        (self.home / "usr/local/bin").mkdir(parents=True)
        for name in ("grades", "grades_drill"):
            with psycopg.connect(database.replace("+psycopg", "") % "postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")

    def run(self, block: str) -> str:
        """Carry a block out; what it printed."""
        script = self.here(
            f'export PATH="{self.home}/usr/local/bin:$PATH" ADMIN_PASSWORD=a-long-Password-1\n'
            f'curl() {{ command curl --cacert {self.front.certificate} --resolve "{NAME}:{self.front.tls}:127.0.0.1" "$@"; }}\n'
            f"{block}"
        )
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def here(self, text: str) -> str:
        """The guide's places, addresses and accounts, as they are on this machine."""
        for place in PLACES:
            text = re.sub(rf"(?<![\w/-]){place}", f"{self.home}{place}", text)
        ports = (
            f"--port {self.portal} --http-port {self.front.http} --certificate {self.front.certificate} "
            f"--key {self.front.certificate.with_suffix('.key')} --log-dir {self.home}"
        )
        for written, meant in {
            "postgresql+psycopg:///grades?host=/var/run/postgresql": self.database % "grades",
            "s|:///grades?|:///grades_drill?|": "s|@/grades?|@/grades_drill?|",
            "http://127.0.0.1:8000": f"http://127.0.0.1:{self.portal}",
            "-o grades -g grades ": "",
            "exec sudo -E -u grades ": "exec ",
            "/opt/grades": str(ROOT),
            f"https://{NAME}": f"https://{NAME}:{self.front.tls}",
            "grades server-files ": f"grades server-files {ports} ",
        }.items():
            text = text.replace(written, meant)
        return text


@contextlib.contextmanager
def started(home: Path, command: list[str]) -> Iterator[None]:
    """A process with all that it starts, ended afterwards; what it says is kept in `said`."""
    with (home / "said").open("ab") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def test_every_line_of_the_guide_is_carried_out_or_changes_the_machine_itself() -> None:
    assert sum(kind == "sh" for kind, _ in BLOCKS) >= 9
    lines = [line for kind, block in BLOCKS if kind != "sh" for line in block.splitlines() if line]
    assert [line for line in lines if not line.startswith(OF_THE_MACHINE)] == []


@needs_nginx
@asked_for
@pytest.mark.slow
@pytest.mark.sqlite_enough  # it brings its own PostgreSQL
def test_the_guide_leads_to_a_portal_that_answers_is_backed_up_restored_and_upgraded(tmp_path: Path) -> None:
    first = next(place for place, (_, block) in enumerate(BLOCKS) if "curl --fail" in block)
    with postgresql_server() as database:
        machine = Machine(Front(tmp_path, free_port(), free_port()), database.url)
        for kind, block in BLOCKS[:first]:
            if kind == "sh":
                machine.run(block)
        files = tmp_path / "tmp/grades-server"
        command = re.search(r"^ExecStart=(.*)$", (files / "grades-portal.service").read_text(), re.M)[1]
        portal = ["bash", "-c", f"set -a; . {tmp_path}/etc/grades/portal.env; exec {command}"]
        with machine.front.serving(files / "grades.nginx.conf"), started(tmp_path, portal):
            said = [machine.run(block) for kind, block in BLOCKS[first:] if kind == "sh"]
    assert '"database":"ok"' in said[0].replace(" ", "") and "ok  migrations" in said[0]
    assert 'grades_part_well{part="database"} 1.0' in said[-1]
    assert "restore: the state of" in said[2] and "everything holds" in said[2]
