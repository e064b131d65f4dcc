"""Files are looked into apart from whoever answers requests: what they take of memory and time is not the portal's.

Whoever answers requests waits for checks of uploads no longer than a breath in one request (`within_a_breath`). What is not checked by then
is `NotYet`: the file is held, sealed and out of everybody's reach, until the worker has checked it (`operations/system/held_files`).
The worker, and a command that keeps nobody waiting, wait to the end.
"""

from __future__ import annotations

import atexit
import base64
import fcntl
import io
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import config
from admin.domain.refusals import N_
from admin.files.faults import Fault, FileFault, FileNote, Untold
from admin.files.tables import Table
from admin.files.uploads import MAX_BYTES, Upload
from admin.models.base import is_writing

MB = 1024 * 1024
PATIENCE = 3.0  # seconds that a file waits for its turn before it is refused
BREATH = 1.0  # seconds that all checks of one request may take of whoever answers it
_LEAST = 0.05  # below it no check is begun
_PAUSE = 0.02
_CHUNK = 1 * MB
_PLAIN = {("datetime", name) for name in ("date", "datetime", "time", "timedelta")}
BUSY = N_("Other files are being checked at this moment; send it again in a few seconds")
BEYOND = N_("Checking the file takes more memory or time than a document needs; save it smaller, or divide it")
BEYOND_TEMPLATE = N_(
    "Filling the template takes too much memory or time; take repetitions inside repetitions out of it"
)
BEYOND_TABLE = N_(
    "Reading the file takes too much memory or time; delete cells far outside the table, or split the file"
)


@dataclass(frozen=True)
class Limits:
    """What one check may take: bytes of memory, seconds of computing, seconds until it is ended at all, and give back."""

    memory: int
    seconds: int
    wall: float
    answer: int  # bytes that whoever asked has to hold, as they come; values in memory take some times as many


FOR_UPLOADS = Limits(512 * MB, 8, 20, MAX_BYTES + MB)
FOR_PAGES = Limits(512 * MB, 4, 6, 8 * MB)
FOR_DOCUMENTS = Limits(1024 * MB, 60, 90, 64 * MB)
FOR_TRIALS = Limits(512 * MB, 10, 15, MB)
FOR_TABLES = Limits(1024 * MB, 30, 45, 96 * MB)


class NotYet(Exception):
    """The check takes longer than whoever answers a request may wait; nothing is known of the file."""


_left: ContextVar[list[float] | None] = ContextVar("left of the breath", default=None)


@contextmanager
def within_a_breath() -> Iterator[None]:
    """Inside, all checks together take no longer than `BREATH`; what takes longer raises `NotYet`."""
    token = _left.set([BREATH])
    try:
        yield
    finally:
        _left.reset(token)


def checked_upload(name: str, data: bytes) -> Upload:
    """`upload_checks.check_upload` in the checker's process.

    Raises `FileFault`, also where the check was ended or has no room; `NotYet` where whoever asks may not wait for it.
    """
    return Upload(**_sent("upload", data, {"name": name}, FOR_UPLOADS, BEYOND))


def read_apart(name: str, data: bytes, kind: str | None = None, **chosen: Any) -> Table:
    """`table_reading.read_table` in the checker's process.

    Raises `FileFault`, also where reading was ended or has no room; `Untold` where HR has to say how it is read.
    """
    plain = _sent("table", data, {"name": name, "kind": kind, **chosen}, FOR_TABLES, BEYOND_TABLE)
    plain["notes"] = [FileNote(*each) for each in plain["notes"]]
    plain["faults"] = [Fault(*each) for each in plain["faults"]]
    return Table(**plain)


def filled_apart(template: bytes, context: Mapping[str, Any], code: bytes | None = None) -> bytes:
    """`documents.render_issued_document` in the checker's process, with a template that is not ours. Raises `FileFault`."""
    picture = base64.b64encode(code).decode() if code else None
    return bytes(_sent("document", template, {"context": context, "code": picture}, FOR_DOCUMENTS, BEYOND_TEMPLATE))


def tried_apart(template: bytes, contexts: Sequence[Mapping[str, Any]]) -> None:
    """Fill a template with each of these in the checker's process and keep nothing. Raises `FileFault` for the first that fails."""
    _sent("tried", template, {"contexts": list(contexts)}, FOR_TRIALS, BEYOND_TEMPLATE)


def pages_apart(data: bytes, kind: str) -> list[int]:
    """`page_pictures.pages_shown` in the checker's process; none where the file cannot be shown."""
    try:
        return list(_sent("pages", data, {"kind": kind}, FOR_PAGES, BEYOND))
    except FileFault:
        return []


def page_apart(data: bytes, kind: str, page: int) -> bytes:
    """`page_pictures.page_shown` in the checker's process. Raises `FileFault`."""
    return bytes(_sent("page", data, {"kind": kind, "page": page}, FOR_PAGES, BEYOND))


def sandbox_holes() -> list[str]:
    """What a check of a file could reach beside its file, tried from inside: "files", "network", "processes", "programs"."""
    found = list(_sent("holes", b"", {}, FOR_UPLOADS, BEYOND))
    try:
        return found + list(_sent("program", b"", {}, FOR_UPLOADS, BEYOND))
    except Busy:
        raise
    except FileFault:
        return [*found, "programs"]  # what it has become answers nobody


def _sent(work: str, data: bytes, given: dict[str, Any], limits: Limits, beyond: str) -> Any:
    if is_writing():
        raise RuntimeError("a transaction would wait for a file to be looked into, and others for the transaction")
    # A table is read by what has the time for it: an import is no form that could be sent once more.
    left, began = _left.get() if work == "upload" else None, time.monotonic()
    if left is not None and left[0] < _LEAST:
        raise NotYet
    try:
        with _turn(work, PATIENCE if left is None else left[0]):
            if left is not None:
                limits = replace(limits, wall=max(_LEAST, left[0] - (time.monotonic() - began)))
            within = {"memory": limits.memory, "seconds": limits.seconds, "wall": limits.wall}
            job = json.dumps({"work": work, "given": given, "limits": within}).encode()
            answer = _asked(job + b"\n" + data, limits, 5 if left is None else 0)
    except Busy as busy:
        raise (busy if left is None else NotYet) from None
    finally:
        if left is not None:
            left[0] -= time.monotonic() - began
    if not answer:
        # Ended early or by the short clock: whoever has time for it finds out which.
        raise NotYet if left is not None else FileFault(beyond)
    end, found = _Plain(io.BytesIO(answer)).load()
    if end == "undecided":
        raise Untold(found[0], found[1], found[2], **found[3])
    if end == "fault":
        raise FileFault(found[0], **found[1])
    if end != "done":
        raise FileFault(beyond)
    return found


def _asked(job: bytes, limits: Limits, longer: float) -> bytes:
    """What the checker answers; nothing where it was ended, for taking too much or by whatever the file did to it."""
    near, far = socket.socketpair()
    with near:
        near.settimeout(limits.wall + longer)  # its own clock ends it first
        try:
            with far:
                _checker().take(far)
            near.sendall(job)
            near.shutdown(socket.SHUT_WR)
            return _received(near, limits.answer)
        except OSError:
            return b""


def _received(near: socket.socket, most: int) -> bytes:
    answer = bytearray()
    while chunk := near.recv(_CHUNK):
        answer += chunk
        if len(answer) > most:
            return b""
    return bytes(answer)


class _Plain(pickle.Unpickler):
    """Texts, numbers, dates and containers: no answer of the checker makes anything else, whoever has come to speak for it."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


class Busy(FileFault):
    """No place for the check gets free: nothing is known of the file."""


@contextmanager
def _turn(work: str, patience: float) -> Iterator[None]:
    """One of the places for this work on this machine. Raises `Busy` where none gets free.

    Uploads have one fewer than there are processes that answer, tables one of their own: a long import keeps nobody from
    handing in.
    """
    settings = config.current()
    folder = settings.var_dir / "checking"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    end = time.monotonic() + patience
    while True:
        for place in range(max(1, settings.web_workers - 1) if work == "upload" else 1):
            with (folder / f"{work}-{place}.lock").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() >= end:
            raise Busy(BUSY)
        time.sleep(_PAUSE)


class _Checker:
    """The running checker of this process; it ends when its end of the line does."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._line, far = socket.socketpair(type=socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "admin.files.checker", str(far.fileno())]
        with far:
            self._process = subprocess.Popen(
                command, cwd=config.ROOT, env=_ENVIRONMENT, pass_fds=[far.fileno()], stdin=subprocess.DEVNULL
            )

    @property
    def lives(self) -> bool:
        """Whether it can be asked, by this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def take(self, job: socket.socket) -> None:
        """Hand a job's line over."""
        socket.send_fds(self._line, [b"+"], [job.fileno()])

    def end(self) -> None:
        """Let it go, and wait until it is gone where it is this process' own."""
        self._line.close()
        if self.owner == os.getpid():
            self._process.wait()


# What it needs to find the program and nothing that the portal's environment holds, such as passwords.
_ENVIRONMENT = {"PYTHONPATH": str(config.ROOT), "LANG": "C.UTF-8"}
_running: _Checker | None = None
_one = threading.Lock()


def _checker() -> _Checker:
    global _running
    with _one:
        if _running is None or not _running.lives:
            if _running is not None:
                _running.end()
            _running = _Checker()
        return _running


@atexit.register
def _end() -> None:
    if _running is not None:
        _running.end()
