"""Ladder and process as SVG files: wide for a screen and tall for a phone, each for a light and for a dark one.

Colours are attributes: the site's Content-Security-Policy blocks a style sheet inside a picture, so that one file cannot
serve both schemes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

from notice_site.edition import Edition

FONT = "Noto Sans TC, PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Noto Sans CJK SC, system-ui, sans-serif"


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme: words, quiet words, lines, a station's ring and middle, levels from the lowest up."""

    ink: str
    muted: str
    line: str
    ring: str
    middle: str
    tones: tuple[str, str, str, str]


PALETTES = {
    "": Palette("#1b2330", "#566072", "#cfd6e1", "#1f4fc4", "#ffffff", ("#9db8f5", "#6f95ee", "#3f6ddd", "#1f4fc4")),
    "-dark": Palette(
        "#e8ebf1", "#a5aebd", "#3a4558", "#8fb0ff", "#1a2029", ("#33508f", "#4a6fbd", "#6b92e6", "#8fb0ff")
    ),
}


def pictures(edition: Edition) -> dict[str, str]:
    """File name -> SVG, below the language's root."""
    drawn = {
        "ladder": _ladder_wide,
        "ladder-tall": _ladder_tall,
        "process": _process_wide,
        "process-tall": _process_tall,
    }
    return {
        f"pictures/{name}{scheme}.svg": draw(edition, palette)
        for name, draw in drawn.items()
        for scheme, palette in PALETTES.items()
    }


def _svg(width: int, height: int, title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{FONT}"><title>{escape(title)}</title>{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, words: str, size: int, fill: str, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )


def _units(text: str) -> int:
    # Fonts differ from machine to machine; half and full widths are near enough to break lines by.
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(text: str, units: int) -> list[str]:
    """Lines of at most `units` half-widths; Chinese breaks anywhere, other scripts between words."""
    lines, line = [], ""
    pieces = text.split(" ") if " " in text else list(text)
    glue = " " if " " in text else ""
    for piece in pieces:
        longer = f"{line}{glue}{piece}" if line else piece
        if line and _units(longer) > units:
            lines.append(line)
            line = piece
        else:
            line = longer
    return [*lines, line]


def _tone(level: int, levels: int) -> int:
    return round(level * 3 / max(1, levels - 1))


def _ladder_wide(edition: Edition, palette: Palette) -> str:
    """Stairs from the lowest grade at the left to the highest at the right."""
    grades, levels = list(edition.grades.values()), edition.levels
    width, foot, low, rise = 980, 296, 44, 210 / max(1, len(grades) - 1)
    step, size = (width - 20) / len(grades), 12
    parts, place = [], 0
    for index, level in enumerate(levels):
        tone = _tone(index, len(levels))
        left = 10 + place * step
        for grade in level["grades"]:
            x, height = 10 + place * step, low + place * rise
            parts.append(
                f'<rect fill="{palette.tones[tone]}" x="{x + 2:.1f}" y="{foot - height:.1f}" '
                f'width="{step - 4:.1f}" height="{height:.1f}" rx="6"/>'
            )
            lines = wrapped(edition.pick(grade["name"]), int(2 * step / size))
            for n, line in enumerate(lines):
                y = foot - height - 8 - 16 * (len(lines) - 1 - n)
                parts.append(_text(x + step / 2, y, line, size, palette.ink, "middle"))
            place += 1
        middle = (left + 10 + place * step) / 2
        parts.append(_text(middle, foot + 26, edition.pick(level["name"]), 16, palette.ink, "middle", 700))
    return _svg(width, foot + 40, edition.t("ladder.picture"), parts)


def _ladder_tall(edition: Edition, palette: Palette) -> str:
    """Bars from the highest grade at the top, for a phone."""
    parts, y = [], 10.0
    levels = edition.levels
    longest = len(edition.grades)
    rank = longest
    for index in range(len(levels) - 1, -1, -1):
        tone = _tone(index, len(levels))
        parts.append(_text(8, y + 14, edition.pick(levels[index]["name"]), 15, palette.ink, weight=700))
        y += 24
        for grade in reversed(levels[index]["grades"]):
            bar = 60 + 110 * rank / longest
            parts.append(f'<rect fill="{palette.tones[tone]}" x="8" y="{y:g}" width="{bar:.0f}" height="22" rx="5"/>')
            parts.append(_text(bar + 18, y + 16, edition.pick(grade["name"]), 14, palette.ink))
            y += 28
            rank -= 1
        y += 8
    return _svg(350, int(y), edition.t("ladder.picture"), parts)


def _dates(step: dict[str, str | None], edition: Edition) -> list[str]:
    first, last = step["date_from"], step["date_to"]
    if first and last and first != last:
        return [edition.short_day(first), edition.t("process.until", day=edition.short_day(last))]
    return [edition.short_day(day) for day in (first or last,) if day] or [edition.t("process.open")]


def _process_wide(edition: Edition, palette: Palette) -> str:
    """Stations on lines, left to right, at most six in a row and as many in each."""
    steps, parts = edition.snapshot["process"]["steps"], []
    rows = -(-max(1, len(steps)) // 6)
    width, row = 980, -(-max(1, len(steps)) // rows)
    step, y = width / row, 24
    for first in range(0, len(steps), row):
        lowest = y
        for column, station in enumerate(steps[first : first + row]):
            x = column * step + 14
            if first + column + 1 < len(steps):
                end = x + step if column + 1 < row else width
                parts.append(f'<path d="M{x:g} {y}H{end:g}" stroke="{palette.line}" stroke-width="3"/>')
            parts.append(_dot(x, y, palette))
            lines, dates = wrapped(edition.pick(station["name"]), int(step / 8)), _dates(station, edition)
            for n, words in enumerate(lines):
                parts.append(_text(x - 10, y + 34 + 20 * n, words, 15, palette.ink, weight=700))
            for n, words in enumerate(dates):
                parts.append(_text(x - 10, y + 36 + 20 * len(lines) + 18 * n, words, 14, palette.muted))
            lowest = max(lowest, y + 36 + 20 * len(lines) + 18 * len(dates))
        y = lowest + 24
    return _svg(width, y - 24, edition.t("process.picture"), parts)


def _process_tall(edition: Edition, palette: Palette) -> str:
    """The same stations from top to bottom, for a phone."""
    steps, parts, y = edition.snapshot["process"]["steps"], [], 20
    for place, station in enumerate(steps):
        lines = wrapped(edition.pick(station["name"]), 34)
        height = 22 * len(lines) + 36
        if place + 1 < len(steps):
            parts.append(f'<path d="M18 {y}V{y + height}" stroke="{palette.line}" stroke-width="3"/>')
        parts.append(_dot(18, y, palette))
        for n, words in enumerate(lines):
            parts.append(_text(40, y + 6 + 22 * n, words, 16, palette.ink, weight=700))
        parts.append(_text(40, y + 4 + 22 * len(lines), " ".join(_dates(station, edition)), 14, palette.muted))
        y += height
    return _svg(350, max(30, y - 20), edition.t("process.picture"), parts)


def _dot(x: float, y: float, palette: Palette) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="7" fill="{palette.middle}" stroke="{palette.ring}" stroke-width="4"/>'
