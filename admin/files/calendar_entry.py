"""A course date as a calendar file (RFC 5545), which calendars of every maker take in (5.2.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75  # bytes; what is longer goes on after a line break and a space
_SPECIAL = re.compile(r"([\\;,])")


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar shows: its name, place, text and address, from when to when; `key` is the same each time."""

    key: str
    title: str
    place: str
    text: str
    address: str
    begins: datetime
    ends: datetime


def calendar_file(entry: CalendarEntry, made: datetime) -> bytes:
    """The file's bytes; texts stay texts, whatever they hold."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//grade portal//courses//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{_text(entry.key)}", f"DTSTAMP:{_moment(made)}", f"DTSTART:{_moment(entry.begins)}", f"DTEND:{_moment(entry.ends)}",
        f"SUMMARY:{_text(entry.title)}", f"LOCATION:{_text(entry.place)}", f"DESCRIPTION:{_text(entry.text)}",
        f"URL:{entry.address}", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """No line longer than the norm has it, and no sign cut in two."""
    parts, part, room = [], "", LONGEST_LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            parts.append(part)
            part, room = "", LONGEST_LINE - 1
        part, room = part + sign, room - size
    return "\r\n ".join([*parts, part])
