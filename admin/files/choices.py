"""How a file is to be read, where HR says so: sheet, header row, encoding, separator. What is not said is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin.domain.refusals import N_
from admin.files.faults import FileFault

ENCODINGS = (
    "utf-8",
    "utf-16",
    "gb18030",
    "big5",
    "shift-jis",
    "euc-jp",
    "euc-kr",
    "cp1252",
    "cp1250",
    "cp1251",
)  # fmt: skip  the usual ones of the three languages first
NAMES = ("sheet", "sheets", "header_row", "encoding", "separator", "across")
SPOKEN_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True)
class HowRead:
    """The choices; None is found. `sheets` are read as one table; `across` False leaves months and years as columns."""

    sheet: str | None = None
    sheets: tuple[str, ...] | None = None
    header_row: int | None = None
    encoding: str | None = None
    separator: str | None = None
    across: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """What was chosen, as plain data."""
        plain = {name: getattr(self, name) for name in NAMES if getattr(self, name) is not None}
        return plain | ({"sheets": list(self.sheets)} if self.sheets else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> HowRead:
        """The choices as kept, or as a program gives them. Raises `FileFault` for what cannot be one."""
        if not isinstance(data, Mapping):
            raise FileFault(N_("How a file is read is set by sheet, header_row, encoding and separator"))
        given = {name: value for name, value in data.items() if value not in (None, "", [])}
        for name, value in given.items():
            if name not in NAMES or not _fits(name, value):
                raise FileFault(
                    N_("A file cannot be read with %(choice)s: %(value)s"), choice=name, value=str(value)[:40]
                )
        if "separator" in given:
            given["separator"] = SPOKEN_SEPARATORS.get(given["separator"], given["separator"])
        if "sheets" in given:
            given["sheets"] = tuple(given["sheets"])
        return cls(**given)


def _fits(name: str, value: Any) -> bool:
    if name == "header_row":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if name == "across":
        return isinstance(value, bool)
    if name == "sheets":
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if name == "separator":
        return isinstance(value, str) and (len(value) == 1 or value in SPOKEN_SEPARATORS)
    return isinstance(value, str)
