"""Files are looked into by a process of its own: what they take is limited, and whoever answers requests opens none."""

from __future__ import annotations

import fcntl
import io
import os
import pickle
import re
import signal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import python_calamine
from PIL import Image

import config
from admin.files import apart, sandbox
from admin.files.faults import FileFault
from admin.models.base import writing
from config import ROOT, Settings
from tests.files import tricks_deep, tricks_pdf, tricks_plain, tricks_word, tricks_workbooks  # noqa: F401  they fill the list
from tests.files.making import HUGE, blank_png, delimited, far_cell, workbook
from tests.files.test_uploads import PDF, picture, refusal, word
from tests.files.tricks import TRICKS

LITTLE = apart.Limits(memory=48 * apart.MB, seconds=1, wall=5, answer=apart.MB)
OPENING = re.compile(r"^from .* import .*\b(check_upload|read_table|check_template)\b", re.MULTILINE)


@pytest.fixture(autouse=True)
def own_settings(settings: Settings) -> None:
    config.use(settings)


def refused(name: str, data: bytes) -> str:
    with pytest.raises(FileFault) as fault:
        apart.checked_upload(name, data)
    return str(fault.value)


def test_the_checker_says_what_the_check_says() -> None:
    files = {"證明.pdf": PDF, "a.png": picture(), "a.docx": word(), "a.xlsx": workbook([["a"]]), "說明.txt": b"text"}
    kinds = [apart.checked_upload(name, data).kind for name, data in files.items()]
    assert kinds == ["pdf", "png", "docx", "xlsx", "txt"]
    assert refused("a.exe", b"MZ\x90") == refusal("a.exe", b"MZ\x90")
    assert apart.read_apart("p.xlsx", workbook([["工號", "姓名"], [17, "王"]])).rows == [[17.0, "王"]]


def test_whoever_answers_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries that read files are out of reach here, and files are checked all the same."""

    def opened(*_given: Any, **_more: Any) -> None:
        raise AssertionError("opened by the process that answers")

    files = {"a.pdf": PDF, "a.png": picture(), "a.docx": word()}
    table = workbook([["工號", "姓名"], [17, "王"]])
    for place, name in ((Image, "open"), (pikepdf, "open"), (python_calamine.CalamineWorkbook, "from_object")):
        monkeypatch.setattr(place, name, opened)
    monkeypatch.setattr("zipfile.ZipFile.__init__", opened)
    assert [apart.checked_upload(name, data).kind for name, data in files.items()] == ["pdf", "png", "docx"]
    assert len(apart.read_apart("p.xlsx", table).rows) == 1


def test_no_door_looks_into_a_file_itself() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "admin").rglob("*.py")}
    assert {place for place, text in sources.items() if OPENING.search(text)} == {"admin/files/checker.py"}


def test_a_file_that_takes_more_memory_than_a_document_needs_is_refused_in_words(monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "FOR_UPLOADS", LITTLE)
    assert refused("a.png", blank_png(5000)) == apart.BEYOND
    assert apart.checked_upload("a.png", picture()).kind == "png", "the next one is checked as ever"


def test_a_workbook_of_a_kilobyte_that_fills_the_memory_is_refused_in_words(monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "FOR_TABLES", apart.Limits(256 * apart.MB, 5, 10, apart.MB))
    with pytest.raises(FileFault) as fault:
        apart.read_apart("p.xlsx", far_cell())
    assert len(far_cell()) < 6_000 and str(fault.value) == apart.BEYOND_TABLE


@pytest.mark.parametrize("claim", HUGE)
def test_a_small_workbook_that_claims_to_be_huge_is_refused_at_once(claim: str, monkeypatch: Any) -> None:
    """With so little time that whoever looked at all that it claims would be ended for it."""
    monkeypatch.setattr(apart, "FOR_TABLES", apart.Limits(256 * apart.MB, 2, 20, apart.MB))
    data = HUGE[claim]()
    with pytest.raises(FileFault):
        apart.read_apart("p.xlsx", data)
    assert len(data) < 20_000
    assert apart.read_apart("p.xlsx", workbook([["工號", "姓名"], [17, "王"]])).rows == [[17.0, "王"]]


def test_no_file_is_looked_into_inside_a_transaction() -> None:
    for look in (apart.checked_upload, apart.read_apart):
        with writing(), pytest.raises(RuntimeError):
            look("a.csv", "工號,姓名\n1,王\n".encode())


def test_a_table_that_would_fill_the_memory_of_whoever_asked_is_not_taken_over(monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "FOR_TABLES", apart.Limits(256 * apart.MB, 5, 10, 2_000))
    with pytest.raises(FileFault) as fault:
        apart.read_apart("a.csv", "工號,姓名\n".encode() + "1,王\n".encode() * 1_000)
    assert str(fault.value) == apart.BEYOND_TABLE


def test_a_check_that_takes_too_long_is_ended(monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "FOR_UPLOADS", apart.Limits(512 * apart.MB, 8, 0.05, apart.MB))
    assert refused("a.png", blank_png(7000)) == apart.BEYOND


def test_a_check_that_is_killed_refuses_its_file_and_the_next_has_a_new_checker() -> None:
    apart.checked_upload("a.pdf", PDF)
    before = apart._checker()
    os.kill(before._process.pid, signal.SIGKILL)
    before._process.wait()
    assert apart.checked_upload("a.pdf", PDF).kind == "pdf" and apart._checker() is not before


def test_where_all_places_are_taken_a_file_is_refused_and_may_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.0)
    apart.checked_upload("a.pdf", PDF)
    places = sorted((settings.var_dir / "checking").glob("upload-*"))
    assert len(places) == max(1, settings.web_workers - 1), "one process that answers is always free"
    with places[0].open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused("a.pdf", PDF) == apart.BUSY
        assert apart.read_apart("a.csv", "工號,姓名\n1,王\n".encode()).rows == [["1", "王"]], (
            "tables have a place of their own"
        )
    assert apart.checked_upload("a.pdf", PDF).kind == "pdf"


def test_the_checker_knows_no_secret_and_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    process = Path(f"/proc/{apart._checker()._process.pid}")
    if not process.exists():
        pytest.skip("the system does not show its processes")
    apart.checked_upload("a.pdf", PDF)
    names = {entry.split("=")[0] for entry in (process / "environ").read_text().split("\0") if entry}
    assert names <= {"PYTHONPATH", "LANG", "LC_CTYPE"}
    assert "psycopg" not in (process / "maps").read_text() and "sqlite" not in (process / "maps").read_text()


def test_no_answer_of_the_checker_makes_more_than_plain_values() -> None:
    assert apart._Plain(io.BytesIO(pickle.dumps([1, "a", {2}]))).load() == [1, "a", {2}]
    with pytest.raises(pickle.UnpicklingError):
        apart._Plain(io.BytesIO(pickle.dumps(os.getcwd))).load()


def test_who_looks_into_a_file_can_open_nothing_else_and_reach_nobody() -> None:
    """Tried from inside, in the process that does it; here outside all of it is open."""
    assert apart.sandbox_holes() == []
    assert set(sandbox.holes()) == {"files", "network", "processes"}


def test_every_kind_is_checked_and_read_by_a_process_that_can_open_nothing() -> None:
    """What a library would read late, such as how to unpack a kind of picture, is there before."""
    for each in TRICKS:
        if each.kind != "txt":
            assert apart.checked_upload(each.name, each.twin()).kind == each.kind
    table = [["工號", "姓名"], ["17", "王"]]
    files = {
        "p.xlsx": workbook(table),
        "p.csv": delimited(table, "big5"),
        "q.csv": delimited(table, "gb18030"),
        "r.csv": delimited(table, "utf-16"),
    }
    assert [len(apart.read_apart(name, data).rows) for name, data in files.items()] == [1] * 4
