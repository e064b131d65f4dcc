"""What the portal says to whoever runs it: a line for each event, which nobody can forge and which names nobody.

A message is one line whatever it quotes; addresses of networks and of mail are taken out; of a fault stand its kind and its
places in the code, not its words, which may quote what somebody typed (`PORTAL_DEBUG=1` leaves them in).
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from gunicorn.glogging import Logger

from config import ROOT, Settings, current

LONGEST = 2000  # characters of a message
QUOTING = {"waitress": "a request or its connection ended by a fault"}  # instead of words that quote the path asked for
INNERMOST = 12  # places in the code
MAIL = re.compile(r"[^\s<>@\"']+@[^\s<>@\"',;]+")
NETWORK = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![\w:])")
log = logging.getLogger("admin")


class LogLine(logging.Formatter):
    """One line for each event, in words or as JSON."""

    def __init__(self, *, as_json: bool, debug: bool = False) -> None:
        super().__init__()
        self.as_json, self.debug = as_json, debug

    def format(self, record: logging.LogRecord) -> str:
        """The event as its line."""
        facts: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "process": record.process,
            "message": QUOTING.get(record.name) or harmless(record.getMessage()),
        }  # fmt: skip
        if record.exc_info and record.exc_info[1]:
            facts["fault"] = " from ".join(self._kinds(record.exc_info[1]))
            facts["where"] = places(record.exc_info[1])
        if self.as_json:
            return json.dumps(facts, ensure_ascii=False)
        after = f": {facts['fault']} at {' < '.join(facts['where'])}" if "fault" in facts else ""
        return "{at} {level} {logger} [{process}] {message}".format(**facts) + after

    def _kinds(self, fault: BaseException | None) -> Iterator[str]:
        while fault is not None:
            yield type(fault).__name__ + (f" ({harmless(str(fault))})" if self.debug else "")
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def harmless(text: str) -> str:
    """The text in one line without what could steer a terminal, and without addresses."""
    text = "".join(
        each if each.isprintable() else each.encode("unicode_escape", "backslashreplace").decode()
        for each in text[:LONGEST]
    )
    return NETWORK.sub(_masked, MAIL.sub("[mail]", text))


def _masked(found: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(found[0])
    except ValueError:
        return found[0]
    return "[address]"


def places(fault: BaseException) -> list[str]:
    """Where in the code it happened, the innermost first."""
    frames = traceback.extract_tb(fault.__traceback__)[-INNERMOST:]
    return [f"{_short(each.filename)}:{each.lineno} {each.name}" for each in reversed(frames)]


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:])


class StandardError(logging.StreamHandler[Any]):
    """Standard error, as it is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class ServerLog(Logger):
    """Gunicorn's own messages, in the same lines."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(line_of(current()))


def line_of(settings: Settings) -> LogLine:
    """How these settings want a line."""
    return LogLine(as_json=settings.log_format == "json", debug=settings.portal_debug)


def begin(settings: Settings) -> None:
    """From now on say everything in such lines, the fault that ends the process or a thread too."""
    handler = StandardError()
    handler.setFormatter(line_of(settings))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    sys.excepthook = _ended
    threading.excepthook = lambda args: _ended(args.exc_type, args.exc_value, args.exc_traceback)


def _ended(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    if fault is not None and not issubclass(kind, KeyboardInterrupt):
        log.critical("ended by a fault", exc_info=(kind, fault, trace))
