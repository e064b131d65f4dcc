"""Sets one page description as PDF, in a process of its own: `python -m admin.files.typesetter FOLDER TEMPLATE SECONDS FONTS`.

The compiler works in threads, which a process that was forked from one that had them waits for until it is killed; and it
keeps what it has read, which whoever serves people should not. Written to FOLDER: `out.pdf`, or `fault.txt` with its words.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path


def main(folder: str, template: str, seconds: str, fonts: str) -> None:
    """Write the PDF, or what is wrong; a warning is a fault too."""
    import typst

    place = Path(folder)
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(place / template),
            # Nothing beyond this folder can be read, whatever a template says.
            root=folder,
            font_paths=[fonts],
            ignore_system_fonts=True,
            pdf_standards=["a-2b"],  # which makes a sign without a glyph an error and no empty box
            timestamp=datetime.fromtimestamp(float(seconds), UTC),
        )
    except typst.TypstError as fault:
        (place / "fault.txt").write_text(str(fault), encoding="utf-8")
        return
    if warnings:
        (place / "fault.txt").write_text(str(warnings[0]), encoding="utf-8")
        return
    (place / "out.pdf").write_bytes(pdf)


if __name__ == "__main__":
    main(*sys.argv[1:])
