"""How far the audit trail was sealed, and how far all of it was verified: marks in `VAR_DIR/notice_site` (6.3.3).

Outside the database and under the key of events. `sealed.json` is written at each seal: who cuts the trail's newest part off
by SQL, with the rows that it tells of and before any head of it was published, leaves a tree that ends before this mark.
`verified.json` is written where everything was looked at and held: from there on a later verification may begin.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from admin.files.whole import write_whole
from admin.models.event_form import event_key

MARK, VERIFIED = "sealed.json", "verified.json"


@dataclass(frozen=True)
class SealMark:
    """The size and root of the tree at a moment, and when that was."""

    sequence: int
    sha256: str
    at: str

    def tag(self, var_dir: Path, name: str = MARK) -> str:
        """What only this portal's key of events makes of it, as the mark of that name and no other."""
        words = f"{name.removesuffix('.json')} {self.sequence} {self.sha256} {self.at}"
        return hmac.digest(event_key(var_dir / "keys"), words.encode(), "sha256").hex()


def mark_file(var_dir: Path, name: str = MARK) -> Path:
    """Where the mark of a name stands."""
    return var_dir / "notice_site" / name


def read_mark(var_dir: Path, name: str = MARK) -> SealMark | None:
    """The mark; None before there is one. Raises `ValueError` where something else than this portal has written it."""
    try:
        given = json.loads(mark_file(var_dir, name).read_text(encoding="utf-8"))
        mark = SealMark(int(given["sequence"]), str(given["sha256"]), str(given["at"]))
        fits = hmac.compare_digest(str(given["tag"]), mark.tag(var_dir, name))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError, OSError) as fault:
        raise ValueError(name) from fault
    if not fits:
        raise ValueError(name)
    return mark


def write_mark(var_dir: Path, mark: SealMark, name: str = MARK) -> None:
    """Put the mark there, whole or not at all."""
    path = mark_file(var_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(mark) | {"tag": mark.tag(var_dir, name)}).encode())


def forget_mark(var_dir: Path) -> None:
    """A state from before was brought back, and that is recorded: the next seal, and the next verification, begin anew."""
    for name in (MARK, VERIFIED):
        mark_file(var_dir, name).unlink(missing_ok=True)
