"""A file at the three doors that it may come in by: the page, the command line, and the worker in the background.

Nothing is applied: what each door says of the file is its answer, and the import is put aside by its button.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.cli import imports as command
from admin.files import apart
from admin.files.faults import FileFault
from admin.files.tables import Table
from admin.jobs.sweep import LONG, Done, sweep
from admin.models import Import, LongWork, db
from admin.operations.imports import imports_checking, imports_reading
from admin.operations.imports.imports_plan import faults_of, notes_of
from tests.conftest import NOW

SYSTEM = system_actor()
ENGLISH = {"Accept-Language": "en"}
FOUND = ("sheet", "header_row", "rows", "encoding", "together")  # of how the file was read
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
TEXTAREA = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
MEANING = re.compile(r'<label for="f-(value-[a-z]+-\d+)"[^>]*>\s*(.*?)\s*</label>', re.DOTALL)
WARNING = re.compile(r'class="alert alert-warning" role="status">(.*?)</div>', re.DOTALL)
FLASH = re.compile(r'role="alert"[^>]*>(.*?)</(?:div|p)>', re.DOTALL)


@dataclass(frozen=True)
class Coming:
    """A file, what HR says of it, and the kind that it is imported as."""

    kind: str
    name: str
    data: bytes
    chosen: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a door says: what is found in a file that is read, or why it is refused."""

    found: Mapping[str, Any]
    faults: tuple[tuple[Any, ...], ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Answer:
        """A report as its answer."""
        faults = tuple(
            sorted((each.row or 0, each.column or "", each.value, each.text()) for each in faults_of(report))
        )
        # What a title or the file before says stands in fields on the page; elsewhere it is a note.
        notes = [each.text() for each in [*notes_of(report), *notes_of(report, "follows")]]
        notes = [each for each in notes if not each.startswith(("Taken from a title", imports_reading.AS_BEFORE))]
        return cls({**report["counts"], **{name: report["file"].get(name) for name in FOUND}}, faults, tuple(notes))

    def differs(self, other: Answer) -> list[str]:
        """In what another door's answer is another one.

        Words without a meaning are asked on the page before the file is checked; elsewhere they are its faults.
        """
        if self.refused.startswith(ASKED) and other.faults:
            asked = {word.strip() for word in self.refused.removeprefix(ASKED).split(",")}
            told = {fault[2] for fault in other.faults if "does not say what" in fault[3]}
            return [] if told == asked else [f"the page asks {asked}, and the faults are of {told}"]
        return [
            f"{name} {getattr(other, name)!r} instead of {getattr(self, name)!r}"
            for name in ("found", "faults", "notes", "refused")
            if getattr(other, name) != getattr(self, name) and not (name == "refused" and self.is_said_by(other))
        ]

    def is_said_by(self, other: Answer) -> bool:
        """Whether the other refuses for the same reason; what the worker refuses is said with its clause."""
        return bool(self.refused) and self.refused in other.refused


HEADING = "Please correct these fields; nothing has been saved yet"
ASKED = "Say first what these words mean: "


def sent_by_a_browser(page: str) -> dict[str, str]:
    """What a browser sends of the form as it stands."""
    found = {}
    for name, content in SELECT.findall(page):
        chosen = re.search(r'<option value="([^"]*)" selected', content) or re.search(
            r'<option value="([^"]*)"', content
        )
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, content in TEXTAREA.findall(page):
        found[name] = html.unescape(content).removeprefix("\n")
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'\b{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    return {name: value for name, value in found.items() if name not in ("csrf_token", "once")}


def picked_on(page: str, chosen: Mapping[str, Any]) -> dict[str, str]:
    """What HR picks on the page to say what a mapping says."""
    options = chosen.get("options") or {}
    picked = {f"constant-{name}": str(value) for name, value in options.get("constants", {}).items()}
    picked |= {name: options[name] for name in ("date_order", "decimal") if name in options}
    picked |= {f"band-{code}": str(least) for code, least in options.get("bands", {}).items()}
    meanings = {**options.get("rating", {}), **options.get("status", {})}
    for control, label in MEANING.findall(page):
        if (word := said(label)) in meanings:
            picked[control] = meanings[word]
    return picked


def said(markup: str) -> str:
    """The text of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def refusal_on(page: str) -> str:
    """The first thing that the page says went wrong, but for that something did."""
    return said(next(found for found in FLASH.findall(page))).removeprefix(HEADING).strip()


class Doors:
    """The three doors of one portal, entered by one of HR. Each file is read once for all of them."""

    def __init__(self, hr: FlaskClient, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.hr, self.patch, self.folder, self.moment = hr, patch, folder, NOW
        self.tables: dict[Any, Table | FileFault] = {}
        read_apart = apart.read_apart

        def once(name: str, data: bytes, kind: str | None = None, **chosen: Any) -> Table:
            key = (name, data, kind, json.dumps(chosen))
            if key not in self.tables:
                try:
                    self.tables[key] = read_apart(name, data, kind, **chosen)
                except FileFault as fault:
                    self.tables[key] = fault
            if isinstance(found := self.tables[key], FileFault):
                raise found
            return replace(found, rows=list(found.rows), notes=list(found.notes), faults=list(found.faults))

        patch.setattr(imports_reading, "read_apart", once)
        patch.setattr(imports_checking, "read_apart", once)
        patch.setattr("admin.app.create_app", lambda: hr.application)

    def all(self, files: Sequence[Coming]) -> list[list[Answer]]:
        """What each door answers to each file: the page first, then the command line and the background."""
        pages = [self.page(each) for each in files]
        lines = [self.command_line(each) for each in files]
        return [list(answers) for answers in zip(pages, lines, self.background(files), strict=True)]

    def _long(self, patch: pytest.MonkeyPatch, few: int) -> None:
        patch.setattr(imports_reading, "FEW_ROWS", few)
        patch.setattr(imports_reading, "FEW_BYTES", few)

    def page(self, file: Coming) -> Answer:
        """Uploaded and checked while HR waits."""
        with self.patch.context() as patch:
            self._long(patch, 10**9)
            answer = self._uploaded(file)
            if answer.status_code == 422:
                return Answer({}, refused=refusal_on(answer.text))
            place = answer.headers["Location"].removesuffix("/mapping")
            page = self.hr.get(f"{place}/mapping", headers=ENGLISH).text
            if 'id="found"' not in page:  # it is to be said first how it is read
                refused = refusal_on(page)
            else:
                form = sent_by_a_browser(page) | picked_on(page, file.chosen)
                answer = self.hr.post(f"{place}/mapping", data=form, headers=ENGLISH)
                refused = refusal_on(answer.text) if answer.status_code == 422 else ""
            found = Answer({}, refused=refused) if refused else Answer.of(self._report(place))
            self._put_aside(place)
            return found

    def background(self, files: Sequence[Coming]) -> list[Answer]:
        """Uploaded together, and read by the worker; what is to be said is said on the page when it has."""
        with self.patch.context() as patch:
            self._long(patch, 0)
            places = []
            for file in files:
                work = self._uploaded(file).headers["Location"].rpartition("/long-work/")[2]
                places.append(f"/imports/{self._asked(select(LongWork.record_id).where(LongWork.id == int(work)))}")
            self._work()
            for place, file in zip(places, files, strict=True):
                if file.chosen:
                    page = self.hr.get(f"{place}/mapping", headers=ENGLISH).text
                    form = sent_by_a_browser(page) | picked_on(page, file.chosen)
                    answer = self.hr.post(f"{place}/mapping", data=form, headers=ENGLISH)
                    assert "/long-work/" in answer.headers["Location"], answer.text
            self._work()
            found = []
            for place in places:
                report = self._report(place)
                found.append(Answer.of(report) if report.get("counts") else Answer({}, refused=self._refusal(place)))
            for place in dict.fromkeys(places):  # the same bytes under two names are one import
                self._put_aside(place)
            return found

    def command_line(self, file: Coming) -> Answer:
        """`manage import KIND FILE --dry-run`."""
        place, words = self.folder / Path(file.name).name, ["import", file.kind]
        place.write_bytes(file.data)
        if file.chosen:
            (self.folder / "mapping.json").write_text(json.dumps(file.chosen))
            words += ["--mapping", str(self.folder / "mapping.json")]
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        plans: list[Any] = []
        with self.patch.context() as patch:
            patch.setattr(command, "_say_plan", plans.append)
            try:
                command.run(parser.parse_args([*words, str(place), "--dry-run"]))
            except FileFault as fault:
                return Answer({}, refused=fault.text())
        return Answer.of(json.loads(json.dumps(plans[0].report())))

    def _uploaded(self, file: Coming) -> Any:
        sent = {"file": (io.BytesIO(file.data), file.name)}
        return self.hr.post(f"/imports/new/{file.kind}", data=sent, headers=ENGLISH)

    def _put_aside(self, place: str) -> None:
        assert self.hr.post(f"{place}/discard", headers=ENGLISH).status_code == 303

    def _work(self) -> None:
        self.moment += timedelta(minutes=1)
        with self.hr.application.app_context():
            done = Done()
            sweep(actor=SYSTEM, clock=lambda: self.moment, done=done, which=LONG)
            assert not done.failed
            db.session.remove()

    def _report(self, place: str) -> dict[str, Any]:
        return dict(self._asked(select(Import.report).where(Import.id == int(place.rpartition("/")[2]))) or {})

    def _refusal(self, place: str) -> str:
        """Why the worker could not check it, as the import's page says it."""
        return said(WARNING.findall(self.hr.get(place, headers=ENGLISH).text)[0])

    def _asked(self, query: Any) -> Any:
        with self.hr.application.app_context(), acting_as(SYSTEM):
            found = db.session.scalars(query).first()
            db.session.remove()
            return found
