"""From the portal to the site and down again: names stand on notice, nowhere else, and afterwards nowhere at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, update

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.domain.witness import standing
from admin.files import heads
from admin.jobs import publishing
from admin.jobs.publishing import publish_site
from admin.jobs.sweep import tick
from admin.models import Cycle, GradeThreshold, Job, Notice, NoticeRow, Publication, db
from admin.operations.outcome.notices import correct_notice, publish_notice, record_publication
from admin.operations.printed import PRINTED
from admin.queries.outcome.documents import printed_heads
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.outcome.site import owed
from admin.queries.system.audit_chain import chained_events, root_at, verify
from config import settings_from
from notice_site import validate
from notice_site.release import hashes
from notice_site.site import digest_of
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.journey import Centre, check, publish, rows, small_centre, told

NAMES = "Agentname"
SYSTEM = system_actor()


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the site."""
    settings = config.current()
    monkeypatch.setattr(config, "_in_use", config.replace(settings, var_dir=tmp_path))
    return tmp_path


@pytest.fixture
def centre(app: Flask, folder: Path) -> Iterator[Centre]:
    """A cycle whose results are about to be published."""
    with app.app_context():
        yield told(small_centre(NAMES), until=publish)


def put_live(at: datetime) -> Any:
    return publish_site(actor=SYSTEM, clock=lambda: at)


def files_with(text: str, folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix() for path in found if text.encode() in path.read_bytes()}


def notice() -> Notice:
    return rows(select(Notice))[0]


def test_the_snapshot_keeps_to_the_schema_on_both_sides(centre: Centre) -> None:
    with acting_as(SYSTEM):
        snapshot = public_snapshot(db.session(), centre.now)
    validate.check(snapshot)
    assert [row["name"] for row in snapshot["notices"][0]["rows"]] == [agent.name for agent in centre.agents]


def test_thresholds_stand_in_the_ladders_order_however_their_rows_lie(session: Any) -> None:
    with acting_as(SYSTEM):
        ladder = [row["code"] for row in public_snapshot(session, NOW)["ladder"]]
        db.session.rollback()
        with make.fixture() as op:
            first = op.session.scalars(select(GradeThreshold).order_by(GradeThreshold.id)).first()
            found = GradeThreshold(scorecard_id=first.scorecard_id, grade_id=first.grade_id, score=first.score)
            op.session.delete(first)
            op.session.flush()
            op.session.add(found)
        thresholds = [row["grade"] for row in public_snapshot(session, NOW)["scorecard"]["thresholds"]]
    assert thresholds == [code for code in ladder if code in thresholds] and len(thresholds) > 5


def test_names_stand_in_the_rows_of_the_notice_and_their_data_file_and_nowhere_else(
    centre: Centre, folder: Path
) -> None:
    done = put_live(centre.now)
    named = files_with(NAMES, done.path)
    assert named
    assert all(notice().number in path for path in named), named
    assert files_with(centre.superior.number, done.path) == set()


def test_the_period_begins_when_the_site_has_the_list(centre: Centre) -> None:
    assert notice().stage == "publishing"
    put_live(centre.now)
    assert (notice().stage, notice().published_at) == ("published", centre.now)
    proof = rows(select(Publication))[-1]
    assert proof.notice_numbers == [notice().number]
    assert json.dumps(proof.files).count(":") == len(proof.files)


def test_published_twice_nothing_is_done(centre: Centre) -> None:
    first = put_live(centre.now)
    before = hashes(first.path)
    again = put_live(centre.now + timedelta(hours=1))
    assert not again.changed
    beside = dict.fromkeys(("head.json", "heads.jsonl", "heads.js"), "")
    assert {**hashes(again.path), **beside} == {**before, **beside}


def test_the_head_of_the_audit_chain_is_published_beside_the_site(centre: Centre) -> None:
    done = put_live(centre.now)
    published = json.loads((done.path / "head.json").read_text())
    assert published["sha256"] == root_at(db.session(), published["sequence"]).hex()
    assert "head.json" not in done.files


def test_a_notice_prints_the_head_that_was_in_force_when_it_was_published_and_is_held_against_it(
    centre: Centre, folder: Path
) -> None:
    put_live(centre.now)
    (first,) = standing(heads.read(folder)).heads
    put_live(centre.now + timedelta(days=1))
    found = notice()
    assert (found.head_sequence, found.head_sha256) == (first.sequence, first.sha256)
    assert len(standing(heads.read(folder)).heads) == 2  # the list goes on; what was printed stays as it was printed
    site = folder / "notice_site" / "live"
    pages = [path for path in site.rglob("*.html") if f"{first.sequence} · {first.sha256[:4]}" in path.read_text()]
    assert {path.parent.name == "print" for path in pages} == {True, False} and len(pages) >= 6
    (printed,) = printed_heads(db.session())
    assert verify(chained_events(db.session()), [printed]).faults == []
    assert verify(chained_events(db.session()), [replace(printed, sha256="0" * 64)]).faults != []


def test_the_published_head_moves_on_once_a_day_and_only_when_something_happened(centre: Centre) -> None:
    done = put_live(centre.now)
    tick(actor=SYSTEM, clock=lambda: centre.now)
    first = (done.path / "head.json").read_text()
    tick(actor=SYSTEM, clock=lambda: centre.now + timedelta(minutes=1))
    assert (done.path / "head.json").read_text() == first
    assert tick(actor=SYSTEM, clock=lambda: centre.now + timedelta(days=1))["ask_for_the_days_site"] == 1
    assert (done.path / "head.json").read_text() == first
    make.department("Something new")
    assert tick(actor=SYSTEM, clock=lambda: centre.now + timedelta(days=1, hours=1))["ask_for_the_days_site"] == 0
    assert (done.path / "head.json").read_text() == first
    tick(actor=SYSTEM, clock=lambda: centre.now + timedelta(days=2))
    second = json.loads((done.path / "head.json").read_text())
    assert second["sequence"] > json.loads(first)["sequence"]


def test_when_the_period_is_over_the_list_is_gone_from_the_site_and_from_disk(centre: Centre, folder: Path) -> None:
    put_live(centre.now)
    ends = notice().ends_at
    assert ends is not None
    tick(actor=SYSTEM, clock=lambda: ends - timedelta(seconds=1))
    assert files_with(NAMES, folder / "notice_site")
    tick(actor=SYSTEM, clock=lambda: ends)
    assert files_with(NAMES, folder / "notice_site") == set()
    assert notice().stage == "ended"


def test_a_take_down_that_was_missed_is_caught_up_days_later(centre: Centre, folder: Path) -> None:
    put_live(centre.now)
    ends = notice().ends_at
    assert ends is not None
    tick(actor=SYSTEM, clock=lambda: ends + timedelta(days=9))
    assert files_with(NAMES, folder / "notice_site") == set()
    assert notice().taken_down_at == ends + timedelta(days=9)


def test_an_unpublished_result_is_in_no_snapshot(app: Flask, folder: Path) -> None:
    with app.app_context():
        centre = told(small_centre(NAMES), until=check)
        with acting_as(SYSTEM):
            snapshot = public_snapshot(db.session(), centre.now)
    assert NAMES not in json.dumps(snapshot, ensure_ascii=False)


def test_nothing_of_a_rehearsal_is_published(app: Flask, folder: Path) -> None:
    with app.app_context():
        centre = told(small_centre(NAMES), until=check)
        assert centre.cycle is not None
        with make.fixture(centre.now) as op:
            op.get(Cycle, centre.cycle.id).kind = "rehearsal"
        with pytest.raises(Refused) as refused:
            publish_notice(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)
    assert refused.value.refusal.clause == "1.2-d"


@pytest.mark.parametrize("spoilt", ["王\x0b明", "王\x7f明"])
def test_a_correction_that_could_not_be_printed_is_refused_whoever_makes_it(centre: Centre, spoilt: str) -> None:
    put_live(centre.now)
    row = rows(select(NoticeRow))[0]
    with pytest.raises(Invalid) as refused:
        as_confirmed(
            correct_notice,
            notice().id,
            {row.id: {"printed_name": spoilt}},
            "印錯",
            actor=centre.actor(centre.hr),
            now=centre.now,
        )
    assert "cannot be stored" in str(refused.value) and rows(select(NoticeRow.superseded).distinct()) == [False]


def test_a_text_stored_before_the_rule_is_printed_with_a_mark_and_stops_nothing(centre: Centre, folder: Path) -> None:
    with make.fixture(centre.now) as op:
        op.session.execute(update(NoticeRow).values(printed_name=NAMES + "\x0b"))
    done = put_live(centre.now)
    assert files_with(f"{NAMES}\N{REPLACEMENT CHARACTER}", done.path)


def ended(centre: Centre) -> datetime:
    """The notice is live; the moment at which its period ends."""
    put_live(centre.now)
    ends = notice().ends_at
    assert ends is not None
    return ends


def unfit(*_anything: Any) -> Any:
    raise validate.UnfitSnapshot(["notices.0: a fault that nobody thought of"])


def no_space(*_anything: Any, **_more: Any) -> Any:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("broken", [unfit, no_space])
def test_names_come_down_though_no_snapshot_can_be_made_and_no_byte_written(
    centre: Centre, folder: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    ends = ended(centre)
    monkeypatch.setattr(publishing, "publish", broken)
    if broken is no_space:  # nothing can be written, neither by the site nor by the database
        monkeypatch.setattr(publishing, "end_notices", no_space)
        monkeypatch.setattr(Path, "write_text", no_space)
        monkeypatch.setattr(Path, "write_bytes", no_space)
    tick(actor=SYSTEM, clock=lambda: ends)
    assert files_with(NAMES, folder) - {"portal.sqlite3", "portal.sqlite3-wal"} == set()
    assert (folder / "notice_site" / "live" / "index.html").is_file()


def test_what_was_taken_down_is_completed_by_the_next_publication(
    centre: Centre, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = ended(centre)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", unfit)
        tick(actor=SYSTEM, clock=lambda: ends)
    assert notice().stage == "ended" and not (folder / "notice_site/live/notices/2026-01").exists()
    tick(actor=SYSTEM, clock=lambda: ends + timedelta(minutes=1))
    assert (folder / "notice_site/live/notices/2026-01/index.html").is_file()


def record(centre: Centre) -> datetime:
    """The site has the list, without a site being built; the moment at which its period ends."""
    record_publication("r1", "0" * 64, {}, [notice().number], actor=SYSTEM, published_at=centre.now)
    ends = notice().ends_at
    assert ends is not None
    return ends


def test_a_publication_that_fails_is_owed_with_its_cause(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "publish", no_space)
    asked = notice().created_at
    tick(actor=SYSTEM, clock=lambda: asked)
    assert owed(db.session(), asked + timedelta(minutes=9)) is None
    late = owed(db.session(), asked + timedelta(minutes=11))
    assert late is not None and (late.what, "No space left" in late.cause) == ("publication", True)


def test_a_take_down_that_is_not_recorded_is_the_gravest_thing_owed(centre: Centre) -> None:
    ends = record(centre)
    late = owed(db.session(), ends + timedelta(minutes=11))
    assert late is not None and (late.what, late.since) == ("take_down", ends)


def test_the_site_follows_a_change_of_anything_that_it_prints(centre: Centre) -> None:
    record(centre)
    with make.fixture() as op:
        op.session.execute(delete(Job))
    make.department("Not printed")
    assert sites_asked_for() == 0
    with make.fixture(centre.now) as op:
        op.get(Cycle, centre.cycle.id if centre.cycle else None).committee_on = centre.now.date()
    assert sites_asked_for() == 1


def sites_asked_for() -> int:
    return len(rows(select(Job).where(Job.kind == "publish_site", Job.state == "due")))


def test_every_table_that_the_snapshot_reads_is_one_that_the_site_follows(centre: Centre) -> None:
    statements: list[str] = []
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    with acting_as(SYSTEM):
        db.session.rollback()
        public_snapshot(db.session(), centre.now)
    event.remove(db.engine, "before_cursor_execute", listener)
    read = {name for text in statements for name in re.findall(r"(?:FROM|JOIN) (\w+)", text)}
    # the end of a list that is drawn up asks for the site itself
    assert read - {"published_heads", "long_works"} == PRINTED


def printed(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> dict[str, Any]:
    """The snapshot under these settings."""
    changed = settings_from({"PORTAL_ENV": "test", "VAR_DIR": str(config.current().var_dir), **settings})
    with monkeypatch.context() as patch:
        patch.setattr(config, "_in_use", changed)
        with acting_as(SYSTEM):
            return public_snapshot(db.session(), NOW)


@pytest.mark.usefixtures("session")
def test_links_are_root_relative_where_portal_and_site_share_an_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    one = printed(monkeypatch)
    assert set(one["links"].values()) == {
        "/",
        "/notice/",
        "/appeal/",
        "/appeal/object",
        "/report/",
        "/report/follow-up",
    }
    moved = printed(monkeypatch, PORTAL_URL="https://grades.example:8443")
    assert digest_of(one) == digest_of(moved)
    below = printed(monkeypatch, PORTAL_URL="https://example.com/grades")["links"]
    assert (below["site"], below["appeal"]) == ("/grades/notice/", "/grades/appeal/")
    apart = printed(monkeypatch, PORTAL_URL="https://a.example", NOTICE_SITE_URL="https://b.example/")["links"]
    assert (apart["site"], apart["appeal"]) == ("https://b.example/", "https://a.example/appeal/")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    "setting", [{"PORTAL_COMPANY": "甲"}, {"PORTAL_TZ": "Asia/Tokyo"}, {"NOTICE_SITE_URL": "https://b.example/"}]
)
def test_every_setting_that_the_snapshot_prints_is_part_of_what_nothing_changed_compares(
    monkeypatch: pytest.MonkeyPatch, setting: dict[str, str]
) -> None:
    assert digest_of(printed(monkeypatch)) != digest_of(printed(monkeypatch, **setting))


def test_a_row_printed_anew_counts_and_leads_where_it_stands_now(centre: Centre) -> None:
    record(centre)
    wrong, *others = rows(select(NoticeRow).order_by(NoticeRow.position))
    made = as_confirmed(
        correct_notice,
        notice().id,
        {wrong.id: {"printed_name": "陳更正"}},
        "印錯",
        actor=centre.actor(centre.hr),
        now=centre.now,
    )
    with acting_as(SYSTEM):
        new, old = public_snapshot(db.session(), centre.now)["notices"]
    assert [len(each["rows"]) for each in (old, new)] == [each["totals"]["people"] for each in (old, new)]
    assert (old["totals"]["people"], new["totals"]["people"]) == (len(others), 1)
    assert old["moved"] == [
        {"id": wrong.id, "number": wrong.printed_number, "notice": made.number, "row": new["rows"][0]["id"]}
    ]


def test_demotions_that_are_served_personally_are_not_counted_as_none(centre: Centre) -> None:
    with acting_as(SYSTEM):
        (list_,) = public_snapshot(db.session(), centre.now)["notices"]
    assert (list_["totals"]["demotion"], list_["totals"]["people"]) == (None, len(list_["rows"]))
