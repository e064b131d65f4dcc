"""The real serving processes around an application of a few lines, for what a socket can do to them.

`with plain_server(folder, workers=2) as server:` starts them as a process of its own; `python -m tests.plain_server PORT` is it.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import config
from admin.cli import logs
from admin.cli.server import Server
from admin.cli.site import NoticeSite
from config import MAX_REQUEST_BYTES, ROOT, settings_from
from notice_site.headers import HEADERS

PATIENCE = 60
LARGE = 4 * 1024 * 1024
READY = "ready"


@dataclass(frozen=True)
class PlainServer:
    """Where it listens, and its process."""

    port: int
    process: subprocess.Popen[str]

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """One request on a connection of its own: the answer and its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def told(self, path: str, **headers: str) -> dict[str, Any]:
        """What the application saw of a request."""
        return json.loads(self.ask(path, **headers)[1])

    def begun(self, sent: bytes, buffer: int = 0) -> socket.socket:
        """A connection on which so much was sent; with a `buffer` it takes little of an answer at a time."""
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(sent)
        return connection


@contextmanager
def plain_server(folder: Path, *, workers: int = 2) -> Iterator[PlainServer]:
    """Serving processes of their own on a free port, ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {
        "PYTHONPATH": str(ROOT), "VAR_DIR": str(folder), "PORTAL_ENV": "test", "LOG_FORMAT": "json",
        "WEB_WORKERS": str(workers), "PORTAL_URL": "https://grades.example.com",
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "tests.plain_server", str(port)]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True, env={**os.environ, **known}
        )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == READY
        yield PlainServer(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def seen(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers with what it was told, with much at `/large`, with a notice site, with a fault; says itself that a body is too large."""
    if environ["PATH_INFO"].startswith("/fault"):
        raise ValueError(environ["QUERY_STRING"])
    if environ["PATH_INFO"].startswith("/notice"):
        return site(environ, start_response)
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > MAX_REQUEST_BYTES:
        start_response("413 Content Too Large", [("Content-Type", "text/plain"), *HEADERS.items()])
        return [b"our own words"]
    start_response("200 OK", [("Content-Type", "text/plain"), *HEADERS.items()])
    if environ["PATH_INFO"] == "/large":
        return [b"x" * LARGE]
    known = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps({**known, "pid": os.getpid(), "read": len(environ["wsgi.input"].read())}).encode()]


if __name__ == "__main__":
    settings = settings_from()
    config.use(settings)
    logs.begin(settings)
    site = NoticeSite(settings.var_dir / "notice_site/live")
    server = Server(seen, "127.0.0.1", int(sys.argv[1]), settings, lambda: print(READY, flush=True), signal.pause)
    server.run()
