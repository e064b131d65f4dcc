"""The checker: looks into files for the portal, each in a process of its own with limits of memory and time.

`admin.files.apart` starts it once for each process that answers; it has read what it needs and forks for each file. It knows
neither database, settings nor keys, and whatever a file does to a child of it, the portal is told no more than that it failed.
"""

from __future__ import annotations

import base64
import codecs
import contextlib
import encodings
import importlib
import json
import logging
import os
import pickle
import pkgutil
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from admin.files.documents import BLANK, render_issued_document
from admin.files.faults import FileFault, Untold
from admin.files.page_pictures import page_shown, pages_shown
from admin.files.sandbox import holes, shut_in, start_a_program
from admin.files.table_reading import read_table
from admin.files.upload_checks import check_upload

PLUGINS = (
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)  # read before
STATM = Path("/proc/self/statm")
_CHUNK = 1024 * 1024
_LOOK = 0.2  # seconds between two looks at what the children have taken
_ROOM = 2 * 1024 * 1024  # with less of it left, Python gets no new arena for its values


def _upload(data: bytes, name: str) -> Any:
    found = check_upload(name, data)
    return {each: getattr(found, each) for each in found.__dataclass_fields__}


def _table(data: bytes, name: str, **given: Any) -> Any:
    table = read_table(name, data, **given)
    plain = {each: getattr(table, each) for each in table.__dataclass_fields__}
    plain["notes"] = [(note.message, dict(note.facts)) for note in table.notes]
    plain["faults"] = [(each.row, each.column, each.value, each.message, dict(each.facts)) for each in table.faults]
    return plain


def _document(data: bytes, context: Mapping[str, Any], code: str | None) -> Any:
    picture = base64.b64decode(code) if code else None
    return render_issued_document(context, data, picture)


def _tried(data: bytes, contexts: list[Mapping[str, Any]]) -> Any:
    for context in contexts:
        render_issued_document(context, data)
    return []


def _read_documents() -> None:
    """What fills documents is read where one is to be filled: every process that answers has a checker, and few fill any."""
    for each in ("docx.shared", "docxtpl", "docx.image.png", "lxml.etree", "jinja2.debug"):
        importlib.import_module(each)
    render_issued_document(BLANK)


def _holes(data: bytes) -> Any:
    return holes()


def _program(data: bytes) -> Any:
    with contextlib.suppress(OSError):
        start_a_program()
    return []


WORKS: Mapping[str, Callable[..., Any]] = {
    "upload": _upload, "table": _table, "holes": _holes, "program": _program, "pages": pages_shown, "page": page_shown,
    "document": _document, "tried": _tried,
}  # fmt: skip
# What is read before nothing can be opened any more.
FIRST: Mapping[str, Callable[[], None]] = {
    "document": _read_documents, "tried": _read_documents,
}  # fmt: skip


def read_what_comes_late() -> None:
    """Read now what the libraries would read when they need it: where a file is looked into nothing can be opened any more."""
    Image.preinit()
    for each in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(LookupError):  # those of other systems
            codecs.lookup(each.name)


def main(control: socket.socket) -> None:
    """Fork for every connection that comes through `control`, until whoever started this is gone."""
    read_what_comes_late()
    logging.disable()  # what libraries say about a file may be its own words
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server stops in good order
    running: dict[int, int] = {}
    while True:
        if running and not select.select([control], [], [], _LOOK)[0]:
            end_what_is_full(running)
            continue
        _word, handed, _flags, _address = socket.recv_fds(control, 1, 1)
        if not handed:
            return
        if (child := os.fork()) == 0:
            control.close()
            _answer(socket.socket(fileno=handed[0]))
            os._exit(0)
        running[child] = 0
        os.close(handed[0])


def _answer(asked: socket.socket) -> None:
    """Read one job, do it within its limits, send what came of it; a child that dies sends nothing."""
    try:
        head, _, data = b"".join(iter(lambda: asked.recv(_CHUNK), b"")).partition(b"\n")
        job = json.loads(head)
        FIRST.get(job["work"], int)()
        _limit(**job["limits"])
        shut_in(asked.fileno())
        asked.sendall(pickle.dumps(_done(WORKS[job["work"]], data, job["given"])))
    except Exception as fault:
        # Where it happened, and not what the fault says: that may be the file's own words.
        print(
            f"checker: {type(fault).__name__}\n", *traceback.format_tb(fault.__traceback__), file=sys.stderr, flush=True
        )
        os._exit(1)


def _done(work: Callable[..., Any], data: bytes, given: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        return "done", work(data, **given)
    except Untold as asked:
        return "undecided", (asked.message, asked.choice, asked.offers, asked.facts)
    except FileFault as fault:
        return "fault", (fault.message, fault.facts)
    except MemoryError:
        return "beyond", None


def end_what_is_full(running: dict[int, int]) -> None:
    """End the children that have had no memory left at two looks in a row; forget those that are gone.

    Python that is out of memory in a handler of its own can spin there until its time is over, and nothing inside can tell.
    `running`: by child the looks at which it was full.
    """
    for child in list(running):
        if os.waitpid(child, os.WNOHANG)[0]:
            del running[child]
            continue
        running[child] = running[child] + 1 if _is_full(child) else 0
        if running[child] > 1:
            os.kill(child, signal.SIGKILL)


def _is_full(child: int) -> bool:
    try:
        taken = int(Path(f"/proc/{child}/statm").read_text().split()[0]) * resource.getpagesize()
        most, _ = resource.prlimit(child, resource.RLIMIT_AS)
    except (OSError, AttributeError, IndexError):  # a system without them, or the child has just gone
        return False
    return most != resource.RLIM_INFINITY and taken > most - _ROOM


def _limit(memory: int, seconds: int, wall: float) -> None:
    """From here on: so many bytes more than now, seconds of computing, seconds at all."""
    if STATM.exists():
        most = int(STATM.read_text().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.setitimer(signal.ITIMER_REAL, wall)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
