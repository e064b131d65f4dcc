"""A course date as a calendar file (RFC 5545), which calendars of every maker take in (5.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event


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
    calendar = Calendar()
    calendar.add("prodid", "-//grade portal//courses//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", entry.key)
    event.add("dtstamp", made.astimezone(UTC))
    event.add("dtstart", entry.begins.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("url", entry.address)
    calendar.add_component(event)
    return calendar.to_ical()
