"""An appeal in words: what was filed, on which row of the notice, who is recused, how the panel voted (3.3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.access.actor import Actor
from admin.domain.calendar import last_day
from admin.domain.codes import (
    FIXED_GROUNDS,
    AppealAddressee,
    AppealGround,
    AppealKind,
    AppealStage,
    Conflict,
    PanelResult,
)
from admin.models import Appeal, NoticeRow, Recusal, db
from admin.queries.appeals.appeal_facts import why_not_corrected
from admin.queries.appeals.appeals import knows_filer
from admin.queries.policy.policy import grades_by_code
from admin.web.acting import actor
from admin.web.clock import now, settings
from admin.web.texts import acting, day, label_of, moment, name_of, stage_label

KINDS = AppealKind.labels()
GROUNDS, RESULTS = AppealGround.labels(), PanelResult.labels()
ADDRESSEES = AppealAddressee.labels()


def printed(row: NoticeRow) -> dict[str, Any]:
    """The row as it is printed: no more than stands on the site."""
    names = {code: name_of(grade) for code, grade in grades_by_code(db.session()).items()}
    notice = row.notice
    return {
        "id": row.id,
        "notice": notice.number,
        "department": row.department,
        "number": row.printed_number,
        "name": row.printed_name,
        "from_grade": names.get(row.from_grade or "", "—"),
        "to_grade": names.get(row.to_grade, row.to_grade),
        "last_day": day(notice.last_day),
        "url": url_for("AppealFormView.index", notice=notice.number, row=row.id),
    }


def last_day_shown(due: datetime) -> str:
    """The last day that belongs to a period, as people write deadlines."""
    return day(last_day(due, settings().portal_tz))


def appeal_listed(appeal: Appeal, me: Actor) -> dict[str, Any]:
    """An appeal as lists show it, without the filer where the reader is not to know them."""
    return {
        "number": appeal.number,
        "kind": label_of(KINDS, appeal.kind),
        "stage": stage_label(appeal.stage),
        "open": appeal.stage in (AppealStage.WITH_SUPERIOR, AppealStage.ANSWERED, AppealStage.WITH_PANEL),
        "ground": label_of(GROUNDS, appeal.ground),
        "filer": str(appeal.filer) if knows_filer(me, appeal) else _("a colleague"),
        "subject": appeal.notice_row.printed_name or appeal.notice_row.printed_number,
        "answer_due": last_day_shown(appeal.answer_due),
        "late": now() > appeal.answer_due,
        "result": label_of(RESULTS, appeal.result) if appeal.result else None,
        "url": url_for("AppealPageView.index", appeal_id=appeal.id),
    }


def appeal_shown(appeal: Appeal, me: Actor) -> dict[str, Any]:
    """An appeal in all its words."""
    known = knows_filer(me, appeal)
    return appeal_listed(appeal, me) | {
        "id": appeal.id,
        "addressee": label_of(ADDRESSEES, appeal.addressee),
        "text": appeal.text,
        "filed_by_me": appeal.filer_id == me.employee_id,
        "row": printed(appeal.notice_row),
        "received_at": moment(appeal.received_at),
        "superior_due": last_day_shown(appeal.superior_due) if appeal.superior_due else None,
        "superior_supports": appeal.superior_supports,
        "superior_answer": appeal.superior_answer,
        "answered_by": acting(appeal.answered_by, appeal.in_place_of),
        "statement": appeal.statement,
        "proxy": appeal.entered_by_proxy,
        "scan_url": url_for("AppealPageView.scan", appeal_id=appeal.id) if appeal.scan_sha256 and known else None,
        "correct_url": url_for("AppealView.edit", pk=appeal.id) if _may_correct(appeal) else None,
        "allowed": appeal.result not in (None, PanelResult.DISMISSED),
        "result_grade": name_of(appeal.result_grade) if appeal.result_grade else None,
        "result_reason": appeal.result_reason,
        "decided_at": moment(appeal.decided_at),
        "round": appeal.round,
    }


def recusal_shown(row: Recusal) -> dict[str, Any]:
    return {
        "id": row.id,
        "member": row.member.employee.name,
        "ground": label_of(Conflict.labels(), row.ground),
        "reason": row.reason,
        "overridden": row.overridden_at is not None,
        "proposed": row.override_proposed_by_id is not None,
        "fixed": row.ground in FIXED_GROUNDS,
    }


def ballot_shown(row: Any) -> dict[str, Any]:
    return {
        "result": label_of(RESULTS, row.result),
        "grade": name_of(row.grade) if row.grade else None,
        "reason": row.reason,
        "round": row.round,
    }


def _may_correct(appeal: Appeal) -> bool:
    return actor().has("hr") and why_not_corrected(db.session(), appeal) is None
