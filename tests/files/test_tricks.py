"""Files made to do harm are refused or lose what does it; their innocent twins pass and keep what they say."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from functools import cache

import pytest

from admin.files.faults import FileFault
from admin.files.upload_checks import check_upload
from tests.files import tricks_deep, tricks_pdf, tricks_plain, tricks_word, tricks_workbooks  # noqa: F401  they fill the list
from tests.files.making import packed
from tests.files.tricks import TRICKS, Trick, everything_in


@cache
def pass_whole(kind: str, twin: bytes) -> None:
    clean = check_upload(f"a.{kind}", twin).data
    if kind in ("docx", "xlsx", "png", "txt"):
        assert check_upload(f"a.{kind}", clean).data == clean, "cleaned once, it stays as it is"
    assert (b"KEPT" in everything_in(kind, clean)) == (b"KEPT" in everything_in(kind, twin)), "what it says is kept"


each_trick = pytest.mark.parametrize("trick", TRICKS, ids=[f"{each.kind}: {each.title}" for each in TRICKS])


@each_trick
def test_a_trick_is_refused_or_left_out_and_its_twin_passes(trick: Trick) -> None:
    pass_whole(trick.kind, trick.twin())
    evil = trick.evil()
    if trick.refused:
        with pytest.raises(FileFault):
            check_upload(trick.name, evil)
        return
    assert b"PLANTED" in everything_in(trick.kind, evil)
    assert b"PLANTED" not in everything_in(trick.kind, check_upload(trick.name, evil).data)


def is_whole(data: bytes) -> bool:
    """Whether a package is none that lies about itself already."""
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.testzip() is None
    return False


def damaged(kind: str, data: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed, in one of its parts where it is packed."""
    if kind in ("docx", "xlsx") and chance.random() < 0.8 and is_whole(data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(sorted(each for each in parts if parts[each]))
        return packed(parts | {name: damaged("", parts[name], chance)})
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 10))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.2 else changed)


def test_a_damaged_file_is_refused_or_taken_and_nothing_else_happens() -> None:
    chance = random.Random(11)
    files = [(each.kind, data) for each in TRICKS if len(data := each.evil()) < 100_000]
    for _ in range(150):
        kind, data = chance.choice(files)
        with contextlib.suppress(FileFault):
            check_upload(f"a.{kind}", damaged(kind, data, chance))


def test_there_are_enough_tricks_of_every_kind() -> None:
    kinds = {kind: sum(each.kind == kind for each in TRICKS) for kind in ("docx", "xlsx", "pdf", "jpg", "png", "txt")}
    assert len(TRICKS) >= 250 and min(kinds.values()) >= 10, kinds
