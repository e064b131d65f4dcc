"""The real nginx with the product's file, on free ports of this machine, for tests; and requests to it written by hand."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULE = Path("/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so")
NAME = "grades.example.com"
PATIENCE = 60

needs_nginx = pytest.mark.skipif(
    not (shutil.which("nginx") and MODULE.exists() and os.geteuid() == 0),
    reason="nginx with its headers-more module is not here (apt-get install nginx libnginx-mod-http-headers-more-filter)",
)


@dataclass(frozen=True)
class Front:
    """A folder that holds what nginx needs and writes, and the ports that it listens on."""

    home: Path
    tls: int
    http: int

    @property
    def certificate(self) -> Path:
        return self.home / "etc/grades/tls.crt"

    def connect(self, name: str = NAME) -> ssl.SSLSocket:
        """A connection over TLS that trusts this front alone."""
        raw = socket.create_connection(("127.0.0.1", self.tls), timeout=PATIENCE)
        try:
            return ssl.create_default_context(cafile=str(self.certificate)).wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def ask(self, request: str, *, plain: bool = False, body: bytes = b"") -> tuple[str, bytes]:
        """Head and body of the answer to a request written by hand; `plain`: without TLS."""
        head = "\r\n".join([*request.strip().splitlines(), "Connection: close", "", ""])
        to = socket.create_connection(("127.0.0.1", self.http), timeout=PATIENCE) if plain else self.connect()
        with to as client:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                client.sendall(head.encode() + body)  # who refuses early has closed before all was sent, and answered
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        told, _, rest = answer.partition(b"\r\n\r\n")
        return told.decode(), rest

    @contextlib.contextmanager
    def serving(self, included: Path) -> Iterator[None]:
        """Nginx with what Debian's nginx.conf says around the product's file; it listens from the first moment on."""
        file = self.home / "nginx.conf"
        temporary = "".join(f"{kind}_temp_path {self.home}/nginx-{kind};" for kind in ("client_body", "proxy"))
        file.write_text(
            f"load_module {MODULE}; user root; pid {self.home}/nginx.pid; error_log {self.home}/nginx.log;"
            f"events {{ worker_connections 1024; }} http {{ include /etc/nginx/mime.types; {temporary} include {included}; }}"
        )
        command = ["nginx", "-p", str(self.home), "-c", str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            subprocess.run([*command, "-s", "stop"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def named(head: str, name: str) -> list[str]:
    """The values of a header, however often it stands there."""
    return re.findall(rf"^{name}: *(.*?)\r?$", head, re.M | re.I)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
