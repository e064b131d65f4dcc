"""The picture of the house, drawn from the contracts in pyproject.toml and the folders that are there.

`python -m tests.house.architecture` writes it anew; a test compares it.
"""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

from config import ROOT

PICTURE = ROOT / ".readme" / "architecture.svg"
WIDTH, LEFT, ROW, GAP = 1040, 24, 40, 8
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#1f2937}.floor{fill:#eef2ff;stroke:#6366f1}.name{font-weight:600}"
    ".room{fill:#fff;stroke:#a5b4fc}.small{font-size:11px;fill:#4b5563}.beside{fill:#ecfdf5;stroke:#10b981}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.small{fill:#9ca3af}.floor{fill:#1e1b4b}.room{fill:#111827}"
    ".beside{fill:#064e3b}}"
)


def contracts() -> list[dict[str, object]]:
    """The contracts of import-linter as they stand in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return list(tomllib.load(file)["tool"]["importlinter"]["contracts"])


def floors() -> list[list[str]]:
    """The floors from the top down; those that stand side by side are in one list."""
    layers = next(contract["layers"] for contract in contracts() if contract["type"] == "layers")
    assert isinstance(layers, list)
    return [[name.strip() for name in str(layer).replace(":", "|").split("|")] for layer in layers]


def rooms(floor: str) -> list[str]:
    """The feature folders of a floor."""
    folder = ROOT / "admin" / floor
    return sorted(path.parent.name for path in folder.glob("*/__init__.py")) if folder.is_dir() else []


def _box(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _floor(names: list[str], y: float) -> tuple[list[str], float]:
    """The boxes of one floor and its height."""
    inside = [rooms(name) for name in names]
    height = ROW * (2 if any(inside) else 1)
    shares = [max(len(features), 1) for features in inside]
    whole, x = WIDTH - 2 * LEFT - GAP * (len(names) - 1), float(LEFT)
    parts = []
    for name, features, share in zip(names, inside, shares, strict=True):
        width = whole * share / sum(shares)
        parts += [_box("floor", x, y, width, height), _text("name", x + 12, y + 25, name)]
        each = (width - 16) / max(len(features), 8)
        for number, feature in enumerate(features):
            left = x + 8 + number * each
            parts += [_box("room", left, y + ROW, each - 4, 30), _text("small", left + 4, y + ROW + 20, feature)]
        x += width + GAP
    return parts, height


def picture() -> str:
    """The picture as SVG: floors, the features that stand alike on each, and what else is held."""
    parts, y = [_text("name", LEFT, 28, "admin: each floor imports only those below it")], 44.0
    for names in floors():
        boxes, height = _floor(names, y)
        parts += boxes
        y += height + GAP
    parts += [_box("beside", LEFT, y + GAP, WIDTH - 2 * LEFT, ROW)]
    parts += [_text("name", LEFT + 12, y + GAP + 25, "notice_site: a public snapshot in, pages out")]
    y += ROW + 4 * GAP
    for contract in contracts():
        if contract["type"] != "layers":
            parts.append(_text("small", LEFT, y + 12, f"· {contract['name']}"))
            y += 20
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 12:g}" role="img">'
    title = "<title>The floors of the house, from the contracts</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def main(path: Path = PICTURE) -> None:
    """Write the picture."""
    path.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
