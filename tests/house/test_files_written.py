"""A file is written whole or not at all, in one place; what writes otherwise says why."""

from __future__ import annotations

import re

from config import ROOT

WRITES = re.compile(r"\.write_text\(|\.write_bytes\(|open\([^)\n]*[\"'](?:w|wb|x|xb|r\+b?)[\"']|shutil\.copyfile\(")
IN_PLACE = {
    "admin/cli/alone.py": "a lock",
    "admin/files/backup.py": "the draft of a backup, which is made in place before it gets its name",
    "admin/files/document_template.py": "makes a file of the program itself",
    "admin/files/heads.py": "the list of heads: lines are added, and one that was cut off is left out when it is read",
    "admin/files/printing.py": "in a folder of its own, which is removed as a whole",
    "admin/files/typesetter.py": "the same folder",
    "admin/operations/system/workers.py": "a lock",
    "config.py": "below everything else: drafts of its own, which are removed",
    "notice_site/build.py": "in the workshop of a release, which is removed as a whole",
    "notice_site/release.py": "the same for what lies beside the pages; a lock",
    "notice_site/rows.py": "in the workshop of a release",
    "notice_site/site.py": "the register of a site that is written elsewhere",
}


def test_files_are_written_whole_in_one_place() -> None:
    places = [*(ROOT / "admin").rglob("*.py"), *(ROOT / "notice_site").rglob("*.py"), ROOT / "config.py"]
    found = {path.relative_to(ROOT).as_posix() for path in places if WRITES.search(path.read_text("utf-8"))}
    assert found == set(IN_PLACE)
