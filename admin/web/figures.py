"""/metrics: figures for Prometheus, for whoever asks from this machine or with METRICS_TOKEN; none of them names anybody.

The complaint form is counted nowhere: a figure that rises at some hour tells when somebody complained (6.3-d).
"""

from __future__ import annotations

import hmac
import ipaddress
import shutil
import socket
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from admin.files.backup_note import last_backup
from admin.web import health
from admin.web.clock import now, settings

# Where the serving processes add their counts together. The library reads it once, when it is imported: so that is late.
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.01, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
WELL = ("ok", "none", "off")
BEGAN = "portal.began"


_folder: Path | None = None


def count_together(var_dir: Path) -> Path:
    """From now on processes made from this one count into one folder, which begins empty; `TOGETHER` has to name it.

    Each machine has its own: two that share VAR_DIR would empty each other's, and have processes of one number.
    """
    global _folder
    _folder = var_dir / "figures" / (socket.gethostname() or "here")
    shutil.rmtree(_folder, ignore_errors=True)
    _folder.mkdir(parents=True)
    return _folder


def register(app: Flask) -> None:
    """Answer /metrics for those who may ask, and time every request."""

    @app.get("/metrics")
    def metrics() -> Response:
        if not _may_ask():
            raise NotFound
        return Response(exposition(), mimetype="text/plain")

    @app.before_request
    def _begin() -> None:
        request.environ[BEGAN] = time.perf_counter()

    @app.after_request
    def _count(response: Response) -> Response:
        if BEGAN in request.environ:
            taken = time.perf_counter() - request.environ[BEGAN]
            requests().labels(f"{response.status_code // 100}xx").observe(taken)
        return response


def _may_ask() -> bool:
    """With the token where there is one, else from this machine."""
    if token := settings().metrics_token:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(said.encode(), token.encode())
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@cache
def requests() -> Any:
    """Seconds of the portal's requests, by the kind of their answer."""
    from prometheus_client import Histogram

    about = "Seconds that a request of the portal took"
    return Histogram("grades_request_seconds", about, ["answer"], buckets=SECONDS, registry=None)


def exposition() -> bytes:
    """The figures of this moment, as Prometheus reads them."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    if _folder:
        MultiProcessCollector(registry, path=str(_folder))
    else:
        registry.register(requests())
    registry.register(State())
    return generate_latest(registry)


class State:
    """How the parts are, as /health has it."""

    def collect(self) -> Iterator[Any]:
        """Asked by the library, when the figures are."""
        from prometheus_client.core import GaugeMetricFamily

        state = health.state()
        runs = GaugeMetricFamily("grades_version", "The version that runs", labels=["version"])
        runs.add_metric([str(state["version"])], 1)
        parts = GaugeMetricFamily("grades_part_well", "1 where a part is as /health wants it, else 0", labels=["part"])
        for part in health.PARTS:
            parts.add_metric([part], float(state[part] in WELL))
        yield from (runs, parts)
        if (last := last_backup(settings())) is not None:
            age = (now() - last.made_at).total_seconds()
            yield GaugeMetricFamily("grades_backup_age_seconds", "Seconds since the last backup", value=age)
