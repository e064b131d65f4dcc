"""Ladder and process as SVG files, one wide and one tall, in both colour schemes.

Colours are attributes (a strict Content-Security-Policy blocks a style sheet inside a picture opened by itself);
the style sheet only turns them for dark screens.
"""

from __future__ import annotations

from html import escape
from unicodedata import east_asian_width

from notice_site.edition import Edition

FONT = "Noto Sans TC, PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Noto Sans CJK SC, system-ui, sans-serif"
INK, MUTED, LINE, ACCENT = "#1b2330", "#566072", "#cfd6e1", "#1f4fc4"
TONES = ("#9db8f5", "#6f95ee", "#3f6ddd", "#1f4fc4")
DARK = (
    "@media (prefers-color-scheme:dark){.ink{fill:#e8ebf1}.muted{fill:#a5aebd}.line{stroke:#3a4558}"
    ".dot{fill:#1a2029;stroke:#8fb0ff}.t0{fill:#33508f}.t1{fill:#4a6fbd}.t2{fill:#6b92e6}.t3{fill:#8fb0ff}}"
)


def pictures(edition: Edition) -> dict[str, str]:
    """File name -> SVG, below the language's root."""
    return {
        "pictures/ladder.svg": _ladder_wide(edition),
        "pictures/ladder-tall.svg": _ladder_tall(edition),
        "pictures/process.svg": _process_wide(edition),
        "pictures/process-tall.svg": _process_tall(edition),
    }


def _svg(width: int, height: int, title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{FONT}"><title>{escape(title)}</title><style>{DARK}</style>{"".join(parts)}</svg>\n'
    )


def _text(
    x: float, y: float, words: str, size: int, kind: str = "ink", anchor: str = "start", weight: int = 400
) -> str:
    fill = INK if kind == "ink" else MUTED
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )


def _units(text: str) -> int:
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


def _ladder_wide(edition: Edition) -> str:
    """Stairs from the lowest grade at the left to the highest at the right."""
    grades, levels = list(edition.grades.values()), edition.levels
    width, foot, low, rise = 980, 296, 44, 210 / max(1, len(grades) - 1)
    step = (width - 20) / len(grades)
    parts, place = [], 0
    for index, level in enumerate(levels):
        tone = _tone(index, len(levels))
        left = 10 + place * step
        for grade in level["grades"]:
            x, height = 10 + place * step, low + place * rise
            parts.append(
                f'<rect class="t{tone}" fill="{TONES[tone]}" x="{x + 2:.1f}" y="{foot - height:.1f}" '
                f'width="{step - 4:.1f}" height="{height:.1f}" rx="6"/>'
            )
            lines = wrapped(edition.pick(grade["name"]), int(step / 6.6))
            for n, line in enumerate(lines):
                y = foot - height - 8 - 16 * (len(lines) - 1 - n)
                parts.append(_text(x + step / 2, y, line, 13, anchor="middle"))
            place += 1
        middle = (left + 10 + place * step) / 2
        parts.append(_text(middle, foot + 26, edition.pick(level["name"]), 16, anchor="middle", weight=700))
    return _svg(width, foot + 40, edition.t("ladder.picture"), parts)


def _ladder_tall(edition: Edition) -> str:
    """Bars from the highest grade at the top, for a phone."""
    parts, y = [], 10.0
    levels = edition.levels
    longest = len(edition.grades)
    rank = longest
    for index in range(len(levels) - 1, -1, -1):
        tone = _tone(index, len(levels))
        parts.append(_text(8, y + 14, edition.pick(levels[index]["name"]), 15, weight=700))
        y += 24
        for grade in reversed(levels[index]["grades"]):
            bar = 60 + 110 * rank / longest
            parts.append(
                f'<rect class="t{tone}" fill="{TONES[tone]}" x="8" y="{y:g}" width="{bar:.0f}" height="22" rx="5"/>'
            )
            parts.append(_text(bar + 18, y + 16, edition.pick(grade["name"]), 14))
            y += 28
            rank -= 1
        y += 8
    return _svg(350, int(y), edition.t("ladder.picture"), parts)


def _dates(step: dict[str, str | None], edition: Edition) -> list[str]:
    first, last = step["date_from"], step["date_to"]
    if first and last and first != last:
        return [edition.short_day(first), edition.t("process.until", day=edition.short_day(last))]
    return [edition.short_day(day) for day in (first or last,) if day] or [edition.t("process.open")]


def _process_wide(edition: Edition) -> str:
    """Stations on a line, left to right, at most five in a row."""
    steps, parts = edition.snapshot["process"]["steps"], []
    row, width, gap = 5, 980, 132
    step = width / row
    for place, station in enumerate(steps):
        line, column = divmod(place, row)
        x, y = column * step + 14, 24 + line * gap
        if place + 1 < len(steps):
            end = x + step if column + 1 < row else width
            parts.append(f'<path class="line" d="M{x:g} {y}H{end:g}" stroke="{LINE}" stroke-width="3"/>')
        parts.append(_dot(x, y))
        lines = wrapped(edition.pick(station["name"]), 22)
        for n, words in enumerate(lines):
            parts.append(_text(x - 10, y + 34 + 20 * n, words, 15, weight=700))
        for n, words in enumerate(_dates(station, edition)):
            parts.append(_text(x - 10, y + 36 + 20 * len(lines) + 18 * n, words, 14, "muted"))
    rows = -(-max(1, len(steps)) // row)
    return _svg(width, gap * (rows - 1) + 104, edition.t("process.picture"), parts)


def _process_tall(edition: Edition) -> str:
    """The same stations from top to bottom, for a phone."""
    steps, parts, y = edition.snapshot["process"]["steps"], [], 20
    for place, station in enumerate(steps):
        lines = wrapped(edition.pick(station["name"]), 34)
        height = 22 * len(lines) + 36
        if place + 1 < len(steps):
            parts.append(f'<path class="line" d="M18 {y}V{y + height}" stroke="{LINE}" stroke-width="3"/>')
        parts.append(_dot(18, y))
        for n, words in enumerate(lines):
            parts.append(_text(40, y + 6 + 22 * n, words, 16, weight=700))
        parts.append(_text(40, y + 4 + 22 * len(lines), " ".join(_dates(station, edition)), 14, "muted"))
        y += height
    return _svg(350, max(30, y - 20), edition.t("process.picture"), parts)


def _dot(x: float, y: float) -> str:
    return f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="7" fill="#fff" stroke="{ACCENT}" stroke-width="4"/>'
