"""The public snapshot: what may leave the portal, already redacted (interfaces: Public snapshot).

This is the one door. Names stand only in rows of notices whose period runs; documents name nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from admin.domain.calendar import last_day, notice_end
from admin.domain.codes import CycleKind, CycleStage, DocumentKind, NoticeKind
from admin.domain.texts import printable
from admin.models import Cycle, IssuedDocument, Notice, NoticeRow
from admin.queries.development.honours import published_honours
from admin.queries.outcome.document_words import LANGUAGES as DOCUMENT_LANGUAGES
from admin.queries.outcome.document_words import TAKEN_BY, said
from admin.queries.outcome.site import are_served, drawn_up, nobody, on_the_site, printed_anew, totals_of
from admin.queries.outcome.withdrawals import TakenBy, taken_by
from admin.queries.policy.policy import version_on
from admin.queries.policy.public_policy import parameter_values, policy_text, words_of
from admin.queries.policy.rules import ByDay, Rules, rules_of, rules_on
from admin.queries.policy.scorecards import points_of
from admin.queries.system.calendar import company_day, working_calendar
from admin.queries.system.texts import LANGUAGES, each, names_of, same
from admin.queries.system.witness import last_published

SCHEMA = config.ROOT / "notice_site" / "snapshot.schema.json"
DIMENSIONS = {
    "performance": each("績效", "绩效", "Performance"),
    "ability": each("能力", "能力", "Ability"),
    "attitude": each("態度", "态度", "Attitude"),
    "seniority": each("年資", "年资", "Seniority"),
}
SOURCES = {
    "metric": each("績效系統數據", "绩效系统数据", "Figures of the performance system"),
    "superior": each("直屬上級評價", "直属上级评价", "The superior's rating"),
    "peers": each("同事評價", "同事评价", "Colleagues' ratings"),
    "exam": each("培訓測驗成績", "培训考试成绩", "Training exams"),
    "project": each("專案紀錄", "项目记录", "Project records"),
    "imported": each("匯入的績效分數", "导入的绩效分数", "Imported performance score"),
    "computed": each("由系統按到職日計算", "由系统按入职日期计算", "Computed from the dates on file"),
}
STEPS = (
    ("self_assessment", each("員工自評", "员工自评", "Self-assessment")),
    ("rating", each("上級與同事評價", "上级与同事评价", "Superior and colleagues")),
    ("department_review", each("部門審核", "部门审核", "Department review")),
    ("committee", each("評審委員會審定", "评审委员会审定", "Review committee")),
    ("notice", each("結果公示", "结果公示", "Public notice")),
    ("issue", each("確認發文", "确认发文", "Confirmation and issue")),
)


class SnapshotFault(ValueError):
    """The snapshot does not keep to its published schema: a fault of the program, nothing is published."""


def public_snapshot(session: Session, now: datetime) -> dict[str, Any]:
    """The whole snapshot as of a moment; raises `Refused` (6.1) where no policy is in force, `SnapshotFault`."""
    rules = rules_on(session, company_day(now), ByDay.PRINTED)
    snapshot = {
        "version": 1,
        "as_of": _moment(now),
        "company": {"name": each(*config.current().portal_company), "tz": config.current().portal_tz.key},
        "languages": list(LANGUAGES),
        "policy": policy_text(session, rules.version, now),
        "parameters": parameter_values(session, rules.version, now),
        "ladder": _ladder(rules),
        "scorecard": _scorecard(rules),
        "process": _process(session, now),
        "notices": _notices(session, now),
        "documents": _documents(session),
        "honours": published_honours(session),
        "links": _links(),
        "head": last_published(session),
    }
    # Before the check: a character stored before the rule would otherwise keep every later list from being published.
    snapshot = _printable(snapshot)
    check(snapshot)
    return snapshot


def _printable(value: Any) -> Any:
    """The same tree with every text as it can be printed: one stored before the rule stops no publication."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list) else value


def check(snapshot: dict[str, Any]) -> None:
    """Hold the snapshot to the published schema before it leaves."""
    faults = [f"{list(fault.instance_path)}: {fault.message}" for fault in _validator().iter_errors(snapshot)]
    if faults:
        raise SnapshotFault("; ".join(faults[:5]))


@cache
def _validator() -> Any:
    # Here, not above: building the validator costs a tenth of a second that a starting worker need not wait for.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(Path(SCHEMA).read_text(encoding="utf-8")))


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def _ladder(rules: Rules) -> list[dict[str, Any]]:
    """The ladder of the version in force, from its own text (2.1, 2.2)."""
    return [
        {
            "code": grade.code,
            "level": grade.level,
            "level_name": words_of(rules.book.level(grade.level).name),
            "step": grade.step,
            "order": order,
            "name": words_of(rules.book.grade(grade.code).name),
            "duties": words_of(rules.book.level(grade.level).duties),
        }
        for order, grade in enumerate(rules.ladder.grades, start=1)
    ]


def _scorecard(rules: Rules) -> dict[str, Any]:
    card = rules.scorecard_row
    dimensions = []
    for key, name in DIMENSIONS.items():
        criteria = [row for row in card.criteria if row.dimension == key]
        dimensions.append(
            {
                "key": key,
                "name": name,
                "weight": float(sum(row.weight for row in criteria)),
                "criteria": [_criterion(row) for row in criteria],
            }
        )
    scores = [{"grade": code, "score": float(score)} for code, score in rules.thresholds.items()]
    return {"version": card.code, "dimensions": dimensions, "thresholds": scores}


def _criterion(row: Any) -> dict[str, Any]:
    unit = row.texts.get("unit") or same("")
    pairs = points_of(row.points)
    scoring = {
        lang: ("; " if lang == "en" else "；").join(
            f"{_plain(value)} {unit.get(lang, '')}".strip() + f" → {_plain(points)}" for value, points in pairs
        )
        for lang in LANGUAGES
    }
    return {
        "key": row.code,
        "name": names_of(row),
        "weight": float(row.weight),
        "source": SOURCES[row.source],
        "scoring": scoring,
    }


def _plain(number: Any) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _process(session: Session, now: datetime) -> dict[str, Any]:
    query = (
        select(Cycle)
        .where(Cycle.kind == CycleKind.REGULAR, Cycle.stage.in_((CycleStage.OPEN, CycleStage.CLOSED)))
        .order_by(Cycle.year.desc())
    )
    cycle = session.scalars(query).first()
    spans = _spans(session, cycle, now) if cycle else {}
    steps = []
    for key, name in STEPS:
        start, end = spans.get(key, (None, None))
        steps.append(
            {"key": key, "name": name, "date_from": start and start.isoformat(), "date_to": end and end.isoformat()}
        )
    return {"year": cycle.year if cycle else None, "steps": steps}


def _spans(session: Session, cycle: Cycle, now: datetime) -> dict[str, Any]:
    zone = config.current().portal_tz
    assert cycle.opened_at is not None
    ends = [company_day(moment) for moment in (cycle.self_assessment_due, cycle.rating_due, cycle.department_due)]
    last = [last_day(moment, zone) for moment in (cycle.self_assessment_due, cycle.rating_due, cycle.department_due)]
    opened = company_day(cycle.opened_at)
    spans: dict[str, Any] = {
        # A deadline may fall on the day of the opening itself: no span ends before it begins.
        "self_assessment": (opened, max(opened, last[0])),
        "rating": (ends[0], max(ends[0], last[1])),
        "department_review": (ends[1], max(ends[1], last[2])),
        # A day, not a span: how long the meetings take is nobody's promise.
        "committee": (cycle.committee_on, cycle.committee_on),
    }
    notice = session.scalars(
        select(Notice).where(Notice.cycle_id == cycle.id, Notice.kind == NoticeKind.REGULAR).order_by(Notice.id.desc())
    ).first()
    if notice:
        published_at, ends_at = _period(session, notice, now)
        spans["notice"] = (company_day(published_at), last_day(ends_at, zone))
    document = session.scalars(
        select(IssuedDocument).where(IssuedDocument.cycle_id == cycle.id).order_by(IssuedDocument.id.desc())
    ).first()
    if document:
        spans["issue"] = (company_day(document.issued_at), company_day(document.issued_at))
    return spans


def _notices(session: Session, now: datetime) -> list[dict[str, Any]]:
    query = select(Notice).where(Notice.kind != NoticeKind.PERSONAL, ~drawn_up()).order_by(Notice.id.desc())
    notices = list(session.scalars(query))
    numbers = {notice.id: notice.number for notice in notices}
    current = set(session.scalars(select(Notice.id).where(on_the_site(now))))
    rows = _rows(session, sorted(current))
    moved, totals = printed_anew(session, now), totals_of(session)
    printed = []
    for notice in notices:
        counted: dict[str, int | None] = {**(totals.get(notice.id) or nobody())}
        if not counted["demotion"] and are_served(rules_of(session, notice.cycle).parameters):
            # Served personally they stand on no list; a printed 0 would say that there were none.
            counted["demotion"] = None
        shown = {"rows": rows.get(notice.id, []), "moved": moved.get(notice.id, [])} if notice.id in current else None
        printed.append(_notice(session, notice, now, numbers, shown) | {"totals": counted})
    return printed


def _rows(session: Session, keys: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    table = NoticeRow.__table__
    found: dict[int, list[dict[str, Any]]] = {}
    query = (
        select(table)
        .where(table.c.notice_id.in_(keys), table.c.superseded.is_(False))
        .order_by(table.c.notice_id, table.c.position)
    )
    for row in session.execute(query):
        found.setdefault(row.notice_id, []).append(
            {
                "id": row.id,
                "department": row.department,
                "number": row.printed_number,
                "name": row.printed_name,
                "from_grade": row.from_grade,
                "to_grade": row.to_grade,
                "remark": "",
            }
        )
    return found


def _period(session: Session, notice: Notice, now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of a notice; of one that is being published, as they are if it is published now."""
    zone = config.current().portal_tz
    return notice.published_at or now, notice.ends_at or notice_end(now, notice.days, zone, working_calendar(session))


def _notice(
    session: Session,
    notice: Notice,
    now: datetime,
    numbers: dict[int, str],
    shown: dict[str, Any] | None,
) -> dict[str, Any]:
    """One notice; `shown` (its rows) is None where it has come down."""
    zone = config.current().portal_tz
    published, ends = _period(session, notice, now)
    return {
        "number": notice.number,
        "kind": notice.kind,
        "title": _title(notice),
        "state": "past" if shown is None else "current",
        "first_day": company_day(published).isoformat(),
        "last_day": last_day(ends, zone).isoformat(),
        "ends_at": _moment(ends),
        "published_at": _moment(published),
        "corrects": numbers.get(notice.corrects_id) if notice.corrects_id else None,
        **(shown or {"rows": [], "moved": []}),
        **(_own_ladder(session, notice, now) if shown is not None else {}),
        **_printed_head(session, notice),
    }


def _printed_head(session: Session, notice: Notice) -> dict[str, Any]:
    """The head of the audit trail that the notice prints: of one that is being published, the last one that went out."""
    if notice.published_at is None and (last := last_published(session)) is not None:
        return {"head": {"sequence": last["sequence"], "sha256": last["sha256"]}}
    if notice.head_sequence is None:
        return {}
    return {"head": {"sequence": notice.head_sequence, "sha256": notice.head_sha256}}


def _own_ladder(session: Session, notice: Notice, now: datetime) -> dict[str, Any]:
    """The grades as the notice's own version names and orders them, where another version is in force by now (6.1-c)."""
    rules = rules_of(session, notice.cycle)
    if rules.version.id == version_on(session, company_day(now)).id:
        return {}
    named = [(code, rules.book.grade(code).name) for code in rules.ladder.codes]
    return {"ladder": [{"code": code, "order": at, "name": words_of(name)} for at, (code, name) in enumerate(named, 1)]}


def _title(notice: Notice) -> dict[str, str]:
    year = notice.cycle.year
    return {
        "regular": each(f"{year} 年度職級評定結果", f"{year} 年度职级评定结果", f"Results of the {year} grade review"),
        "correction": each(
            f"{year} 年度職級評定結果（更正）",
            f"{year} 年度职级评定结果（更正）",
            f"Results of the {year} grade review (correction)",
        ),
        "appeal": each(
            f"{year} 年度申訴案件評定結果",
            f"{year} 年度申诉案件评定结果",
            f"Results on appeals of the {year} grade review",
        ),
    }[notice.kind]


def _documents(session: Session) -> list[dict[str, Any]]:
    rows = session.scalars(
        # Takeovers are grades from before the system; the company has announced them already.
        select(IssuedDocument).where(IssuedDocument.kind != DocumentKind.TAKEOVER).order_by(IssuedDocument.id.desc())
    )
    issued = list(rows)
    taken = taken_by(session, [row.id for row in issued])
    return [
        {
            "number": row.number,
            "date": company_day(row.issued_at).isoformat(),
            "title": _with_what_took_it(row, taken.get(row.id, ())),
        }
        for row in issued
    ]


def _with_what_took_it(document: IssuedDocument, taken: Sequence[TakenBy]) -> dict[str, str]:
    """A document's title, and in each language by which documents it was withdrawn or corrected: it stays on the list."""
    title = same(document.title)
    for later in taken:
        by = TAKEN_BY[later.document.kind, later.whole]
        for key, language in zip(LANGUAGES, DOCUMENT_LANGUAGES, strict=True):
            title[key] += f" · {said(by, language).format(number=later.document.number)}"
    return title


def _links() -> dict[str, str]:
    """Where the site's links lead: root-relative where portal and site share an origin, so that another port or host
    changes no page; whole addresses where they do not."""
    settings = config.current()
    site, portal = urlsplit(settings.notice_site_url), urlsplit(settings.portal_url)
    # Within one origin without host and port: a restart elsewhere must not leave dead links in published pages.
    base = portal.path.rstrip("/") if _origin(site) in (_origin(portal), NOWHERE) else settings.portal_url.rstrip("/")
    return {
        "site": site.path or "/" if base == portal.path.rstrip("/") else settings.notice_site_url,
        "portal": f"{base}/",
        "appeal": f"{base}/appeal/",
        "objection": f"{base}/appeal/object",
        "report": f"{base}/report/",
        "report_follow_up": f"{base}/report/follow-up",
    }


NOWHERE = ("", None, None)


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    # Written out or not, the usual port is the same origin to a browser.
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    return address.scheme, address.hostname, port


def names_in(snapshot: dict[str, Any]) -> Iterable[str]:
    """Every printed name of the snapshot, for the check that they come down again."""
    return (row["name"] for notice in snapshot["notices"] for row in notice["rows"] if row["name"])
