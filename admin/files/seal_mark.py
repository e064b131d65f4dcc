"""How far the audit trail was sealed, beside the list of heads: `VAR_DIR/notice_site/sealed.json` (6.3.3).

Written at each seal, outside the database and under the key of events: who cuts the trail's newest part off by SQL, with the
rows that it tells of and before any head of it was published, leaves a tree that ends before this mark.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from admin.files.whole import write_whole
from admin.models.event_form import event_key

MARK = "sealed.json"


@dataclass(frozen=True)
class SealMark:
    """The size and root of the tree when it was sealed last, and when that was."""

    sequence: int
    sha256: str
    at: str

    def tag(self, var_dir: Path) -> str:
        """What only this portal's key of events makes of it."""
        words = f"sealed {self.sequence} {self.sha256} {self.at}"
        return hmac.digest(event_key(var_dir / "keys"), words.encode(), "sha256").hex()


def mark_file(var_dir: Path) -> Path:
    """Where the mark stands."""
    return var_dir / "notice_site" / MARK


def read_mark(var_dir: Path) -> SealMark | None:
    """The mark; None before the first seal. Raises `ValueError` where something else than this portal has written it."""
    try:
        given = json.loads(mark_file(var_dir).read_text(encoding="utf-8"))
        mark = SealMark(int(given["sequence"]), str(given["sha256"]), str(given["at"]))
        fits = hmac.compare_digest(str(given["tag"]), mark.tag(var_dir))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError, OSError) as fault:
        raise ValueError(MARK) from fault
    if not fits:
        raise ValueError(MARK)
    return mark


def write_mark(var_dir: Path, mark: SealMark) -> None:
    """Put the mark there, whole or not at all."""
    path = mark_file(var_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(mark) | {"tag": mark.tag(var_dir)}).encode())


def forget_mark(var_dir: Path) -> None:
    """A state from before was brought back, and that is recorded: the next seal begins a new mark."""
    mark_file(var_dir).unlink(missing_ok=True)
