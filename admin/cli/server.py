"""The serving processes (gunicorn keeps them, `buffering` serves in them), and beside them the one that carries out jobs."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from admin.cli.buffering import BufferingWorker
from admin.cli.forked import Forked
from admin.cli.logs import ServerLog
from config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

JOB_WORKER = ("-m", "admin.cli", "worker")  # how the queue's library would start it anew
RESTART_AFTER_SECONDS = 2.0  # a worker that dies at once must not keep a core busy
STOP_WITHIN_SECONDS = 10.0  # after that a job is killed; its row is leased, so the next start takes it up again
REQUEST_TIMEOUT_SECONDS = 120
RECYCLED_AFTER = 20_000  # requests: whatever a process has gathered goes with it
COLLECT_EVERY = 10_000  # objects: rarely enough for requests, often enough for memory
PR_SET_PDEATHSIG = 1


class Server(BaseApplication):
    """Serves one WSGI application, made before the processes are forked so that they share its memory.

    `jobs` is carried out beside them, in a process that is forked from this one too.
    """

    def __init__(
        self,
        wsgi: WSGIApplication,
        host: str,
        port: int,
        settings: Settings,
        ready: Callable[[], object],
        jobs: Callable[[], int | None],
    ) -> None:
        self.wsgi_application = wsgi
        self.jobs = jobs
        shown_host = f"[{host}]" if ":" in host else host
        self.options: dict[str, Any] = {
            "bind": f"{shown_host}:{port}",
            "workers": settings.web_workers,
            "worker_class": BufferingWorker,
            "max_requests": RECYCLED_AFTER,
            "max_requests_jitter": RECYCLED_AFTER // 4,  # not both at once
            "preload_app": True,
            "timeout": REQUEST_TIMEOUT_SECONDS,
            "graceful_timeout": int(STOP_WITHIN_SECONDS),
            "control_socket_disable": True,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "post_fork": lambda arbiter, worker: begin_serving(),
            "when_ready": lambda arbiter: ready(),
            "on_exit": lambda arbiter: arbiter.job_worker.stop(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self.wsgi_application

    def run(self) -> None:
        Keeper(self).run()


class Keeper(Arbiter):
    """Gunicorn's own loop, which also keeps the job worker alive."""

    def __init__(self, app: Server) -> None:
        super().__init__(app)
        self.job_worker = JobWorker(lambda: Forked(self._carry_out_jobs))

    def manage_workers(self) -> None:
        super().manage_workers()
        self.job_worker.keep_alive(time.monotonic())

    def _carry_out_jobs(self) -> int | None:
        """In a new process: nothing of the port is its own, which has to be free once the server has ended."""
        for each in (*self.LISTENERS, *(worker.tmp for worker in self.WORKERS.values())):
            each.close()
        os.setsid()  # Ctrl-C reaches only the server, which then stops this process in good order
        sys.argv = [*JOB_WORKER]
        begin_serving()
        jobs: Callable[[], int | None] = self.app.jobs
        return jobs()

    def handle_hup(self) -> None:
        """A closed terminal means stop; gunicorn alone would load itself anew and stay."""
        self.handle_term()


class ChildProcess(Protocol):
    """What is asked of a process beside the server."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class JobWorker:
    """The process that carries out jobs and sends messages: started, watched, started again, stopped."""

    def __init__(self, begin: Callable[[], ChildProcess]) -> None:
        self.begin = begin
        self.process: ChildProcess | None = None
        self.not_before = 0.0

    def keep_alive(self, now: float) -> None:
        """Start the process unless it runs; `now` in seconds of a monotonic clock."""
        if (self.process and self.process.poll() is None) or now < self.not_before:
            return
        self.not_before = now + RESTART_AFTER_SECONDS
        self.process = self.begin()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_SECONDS)
        except TimeoutError:
            self.process.kill()
            self.process.wait()


def begin_serving() -> None:
    """In a new process: what it shares with the others stays as it is, what it makes itself is collected."""
    die_with_parent()
    gc.set_threshold(COLLECT_EVERY)
    gc.enable()


def die_with_parent() -> None:
    """Let the kernel stop this process when a killed server can no longer do it, so that the port is free at once."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
