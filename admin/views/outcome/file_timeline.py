"""Everything on one person's file along the years: drawn in lanes, and as the list that says the same (3.3.6, 6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import (
    AppealKind,
    AppealStage,
    CaseKind,
    ChangeKind,
    HonourStage,
    LeaveKind,
    PanelResult,
    RecordKind,
    RecordStage,
)
from admin.domain.refusals import N_
from admin.queries.outcome.grade_file import GradeFile
from admin.queries.system.calendar import company_day
from admin.web.texts import day, label_of, name_of, stage_label

LANE, HEAD, FOOT, LEAST = 34, 12, 20, 1.2  # heights in pixels; the least width of a bar in hundredths
LANES = {
    "grades": (N_("Grades"), "accent"),
    "reviews": (N_("Reviews and scores"), "accent"),
    "documents": (N_("Documents"), "plain"),
    "appeals": (N_("Appeals"), "warn"),
    "merits": (N_("Certificates and contributions"), "good"),
    "training": (N_("Training and exams"), "good"),
    "honours": (N_("Honours"), "good"),
    "breaches": (N_("Breaches"), "bad"),
    "leaves": (N_("Leave"), "plain"),
}
_OF_RECORDS = {
    RecordKind.CONTRIBUTION: "merits", RecordKind.CERTIFICATE: "merits", RecordKind.PROJECT: "merits",
    RecordKind.BREACH: "breaches", RecordKind.TRAINING: "training", RecordKind.EXAM: "training",
    RecordKind.POST_CHANGE: "training", RecordKind.ASSESSMENT: "training",
}  # fmt: skip


@dataclass(frozen=True)
class FileEvent:
    """Something on file: in which lane, on which day (and until which), in words."""

    lane: str
    since: date
    until: date | None
    title: str
    text: str = ""
    lasts: bool = False

    def span(self, today: date) -> str:
        """When it was, is or will be."""
        if not self.lasts:
            return day(self.since)
        if self.since > today:
            return _("from %(day)s", day=day(self.since))
        return f"{day(self.since)} – {day(self.until) if self.until else _('today')}"


def file_events(file: GradeFile) -> list[FileEvent]:
    """Everything on file, the newest first."""
    found = [
        *_grades(file),
        *_reviews(file),
        *_documents(file),
        *_appeals(file),
        *_records(file),
        *_honours(file),
        *_leaves(file),
    ]
    order = list(LANES)
    return sorted(found, key=lambda each: (each.since, -order.index(each.lane)), reverse=True)


def lanes(events: Sequence[FileEvent], today: date) -> dict[str, Any] | None:
    """What `pictures.lanes` draws, places in hundredths of the width; what is to come stands right of today."""
    if not events:
        return None
    start = min(each.since for each in events)
    last = max([today, *(each.since for each in events), *(each.until for each in events if each.until)])
    days = max(1, (last - start).days)

    def across(moment: date) -> float:
        return round(1 + 97 * (min(max(moment, start), last) - start).days / days, 2)

    shown = [code for code in LANES if any(each.lane == code for each in events)]
    rows = [_lane(code, place, events, across, today) for place, code in enumerate(shown)]
    years = range(start.year + 1, last.year + 1)
    step = max(1, -(-len(years) // 8))
    return {
        "height": LANE * len(shown) + FOOT,
        "lanes": rows,
        "today": across(today),
        "years": [{"x": across(date(year, 1, 1)), "label": str(year)} for year in years[::step]],
    }


def _lane(code: str, place: int, events: Sequence[FileEvent], across: Any, today: date) -> dict[str, Any]:
    label, tone = LANES[code]
    mine = [each for each in events if each.lane == code]
    y = LANE * place + HEAD + 10
    return {
        "label": _(label),
        "tone": tone,
        "y": y,
        "marks": [
            {
                "x": across(each.since),
                "width": max(across(each.until or max(today, each.since)) - across(each.since), LEAST) if each.lasts else 0,
                "coming": each.since > today,
                "text": f"{each.span(today)} {each.title}",
            }
            for each in mine
        ],
    }  # fmt: skip


def _grades(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.intervals:
        kind = label_of(ChangeKind.labels(), row.started_by.kind)
        yield FileEvent("grades", row.valid_from, row.valid_to, name_of(row.grade), kind, lasts=True)


def _reviews(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.reviews:
        title = f"{name_of(row.cycle)} · {label_of(CaseKind.labels(), row.kind)}"
        yield FileEvent("reviews", company_day(row.stage_since), None, title, stage_label(row.stage))
        for each in file.determinations.get(row.id, ()):
            score = _("score %(score)s", score=row.score) if row.score is not None else ""
            told = " · ".join(filter(None, (name_of(each.grade), score)))
            yield FileEvent("reviews", company_day(each.determined_at), None, _("Determined grade"), told)


def _documents(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.documents:
        if row.document is None:
            continue
        said = f"{label_of(ChangeKind.labels(), row.kind)} · {name_of(row.to_grade)}"
        number = _("Document %(number)s", number=row.document.number)
        yield FileEvent("documents", company_day(row.document.issued_at), None, number, said)


def _appeals(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.appeals:
        title = f"{label_of(AppealKind.labels(), row.kind)} {row.number}"
        told = label_of(PanelResult.labels(), row.result) if row.result else label_of(AppealStage.labels(), row.stage)
        yield FileEvent("appeals", company_day(row.received_at), None, title, told)


def _records(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.records:
        told = f"{label_of(RecordKind.labels(), row.kind)} · {label_of(RecordStage.labels(), row.stage)}"
        yield FileEvent(_OF_RECORDS[RecordKind(row.kind)], row.happened_on, None, row.title, told)


def _honours(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.honours:
        told = label_of(HonourStage.labels(), row.stage)
        yield FileEvent("honours", company_day(row.recorded_at), None, f"{row.year} {row.title}", told)


def _leaves(file: GradeFile) -> Iterator[FileEvent]:
    for row in file.leaves:
        yield FileEvent("leaves", row.starts_on, row.ends_on, label_of(LeaveKind.labels(), row.kind), lasts=True)
