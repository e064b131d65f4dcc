"""Appeals and objections until they are before the panel: file, answer, refer, withdraw (3.3.5-b, 3.3.5-c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.calendar import deadline
from admin.domain.codes import (
    AppealAddressee,
    AppealGround,
    AppealKind,
    AppealStage,
    BasisAct,
    CaseStage,
    JudgingAct,
    NoticeKind,
    NoticeStage,
)
from admin.domain.filings import check_ground
from admin.domain.refusals import N_, Invalid, NotFound, Refused
from admin.domain.workflow import Facts
from admin.domain.workflow.own_case import OWN_CASE
from admin.files.uploads import Upload
from admin.models import Appeal, Employee, Notice, NoticeRow, Review
from admin.operations.acts import REASON, Field, act, declare_process
from admin.operations.cases.evidence import keep_file, note_verdict
from admin.operations.cases.review_steps import reasoned
from admin.operations.committee.committee import record_recusals, require
from admin.operations.committee.determinations import review_facts
from admin.operations.fields import anyone_of, scan_field
from admin.operations.seconding import by_two
from admin.operations.system.reference import refuse_stale
from admin.operations.transaction import Operation, operation
from admin.queries.appeals.appeal_facts import appeal_facts, open_appeals, why_not_corrected
from admin.queries.appeals.filings import (
    addressees_of,
    filings_on,
    of_no_employee,
    remitted_since_notice,
    why_not_filed,
    why_not_received,
)
from admin.queries.cases.own_case import own_case
from admin.queries.committee.committee import seats
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import working_calendar
from admin.queries.system.recipients import users_told
from config import current

TEXT_LIMIT, LEAST_LETTERS = 5_000, 4


def _facts(op: Operation, appeal: Appeal, reason: str | None) -> Facts:
    return appeal_facts(op.session, appeal, op.actor, op.today, attempt=reason is not None, reason=reason or "")


declare_process(
    "appeal",
    Appeal,
    _facts,
    state=lambda row: {"id": row.id, "number": row.number, "stage": row.stage, "result": row.result},
)


@dataclass(frozen=True)
class AppealInput:
    """What the appeal form holds; `filer_id` and `scan` only where HR enters a paper form for somebody."""

    ground: str
    text: str
    addressee: str = "panel"
    filer_id: int | None = None
    scan: Upload | None = None


def _row_facts(op: Operation, row: NoticeRow, _reason: str | None) -> Facts:
    by_hr = op.actor.has("hr")  # who may enter what anybody filed on paper
    refusal = (
        why_not_received(op.session, row, op.now)
        if by_hr
        else why_not_filed(op.session, row, op.actor.employee_id, op.now)
    )
    return Facts("notice_row", "", frozenset({"hr"} if by_hr else {"filer"}), {"filing_refusal": refusal})


declare_process("notice_row", NoticeRow, _row_facts, state=lambda row: {"id": row.id, "notice_id": row.notice_id})


def _for_another(given: Mapping[str, Any], actor: Actor) -> bool:
    """What HR enters for somebody; what people file themselves is theirs alone."""
    return given["given"].filer_id not in (None, actor.employee_id)


@act(
    "notice_row",
    "file",
    Field("ground", N_("Ground"), "choice", choices=tuple(AppealGround.labels().items())),
    Field("text", N_("What is wrong with the result")),
    Field("addressee", N_("Addressed to"), "choice", required=False, choices=tuple(AppealAddressee.labels().items())),
    anyone_of("filer", N_("Filed by"), Employee, required=False),
    scan_field(),
    finds=True,
)
@by_two(BasisAct.FILE_APPEAL, "notice_row", when=_for_another)
def file_appeal(
    notice_row_id: int, given: AppealInput, *, received_at: datetime | None = None, actor: Actor, now: datetime
) -> Appeal:
    """File an appeal against one's own result, or an objection to a colleague's, while it is on notice.

    The time of receipt is the server's, `now`; of what HR entered for somebody, when it was entered: a second person's
    confirming comes later (6.1-a). The kind follows from who files. Raises `Refused`: 3.3.5 after the last second, 3.3.5-b
    for a second one on the same ground (naming the first), 3.3.5-c in an unconfirmed calendar year; `Invalid` for a missing
    text; `NotFound`.
    """
    with operation("file_appeal", actor=actor, now=now, clause="3.3.5") as op:
        filer = _filer(op, given)
        row, review = _locked(op, notice_row_id)
        # What was served on one person is not there for anybody else, not even as a refusal.
        if row.notice.kind == NoticeKind.PERSONAL and filer.id != review.employee_id:
            raise NotFound("NoticeRow")
        _check_input(given, review)
        if filer.id != actor.employee_id and given.scan is None:
            raise Invalid({"scan": N_("Attach the scan of the signed paper form.")})
        # After the input: who is in time but forgot the ground keeps the form, and is not told that it is late.
        received = received_at or now
        _check_period(op, row, received)
        _check_first(op, row, filer, given.ground)
        appeal = op.add(_appeal(op, row, review, filer, given, received))
        if review.stage not in (
            CaseStage.APPEALED,
            CaseStage.LEFT,
        ):  # a leaver's is heard and moves the case no more (1.2-d)
            op.step(review, review_facts(review), "file_appeal", reason=appeal.number, as_system=True)
        # Only now: while the superior answers, the panel has nothing before it to be recused from.
        if appeal.stage == AppealStage.WITH_PANEL:
            seat_panel(op, [review])
            tell_if_short(op, appeal)
        _acknowledge(op, appeal, filer)
        _tell_filed(op, appeal, review)
        return appeal


def _filer(op: Operation, given: AppealInput) -> Employee:
    by_proxy = given.filer_id is not None and given.filer_id != op.actor.employee_id
    if by_proxy:
        require(op.actor, "hr")
    elif op.actor.employee_id is None:
        raise Refused(of_no_employee())
    return op.get(Employee, given.filer_id if by_proxy else op.actor.employee_id)


def _locked(op: Operation, notice_row_id: int) -> tuple[NoticeRow, Review]:
    """The printed row and its case; notice and case are locked in the order in which issuing locks them."""
    row = op.session.get(NoticeRow, notice_row_id)
    # Not live yet: nobody can have read it, and its end is not known.
    if row is None or row.notice.stage == NoticeStage.PUBLISHING:
        raise NotFound("NoticeRow")
    # The notice too, though nothing in it changes: numbers are given within it, and a correction supersedes its rows.
    op.locked(select(Notice).where(Notice.id == row.notice_id)).one()
    op.session.refresh(row)  # while this one waited for the lock it may have been corrected
    return row, op.locked(select(Review).where(Review.id == row.review_id)).one()


def _check_input(given: AppealInput, review: Review) -> None:
    faults = {}
    if given.ground not in AppealGround.labels():
        faults["ground"] = N_("Choose the ground.")
    # A full stop says nothing that anybody could answer, and would use the ground up all the same.
    if sum(letter.isalnum() for letter in given.text) < LEAST_LETTERS:
        faults["text"] = N_("Describe in at least one sentence what is wrong with the result.")
    elif len(given.text) > TEXT_LIMIT:
        faults["text"] = N_("At most %(limit)s characters.")
    if given.addressee not in addressees_of(review):
        faults["addressee"] = N_("Choose the superior or the appeal panel.")
    if faults:
        raise Invalid(faults, {"limit": TEXT_LIMIT})


def _check_period(op: Operation, row: NoticeRow, now: datetime) -> None:
    if refusal := why_not_received(op.session, row, now):
        raise Refused(refusal)


def _check_first(op: Operation, row: NoticeRow, filer: Employee, ground: str) -> None:
    if refusal := check_ground(filings_on(op.session, row), filer.id, ground):
        raise Refused(refusal)


def _appeal(
    op: Operation, row: NoticeRow, review: Review, filer: Employee, given: AppealInput, received: datetime
) -> Appeal:
    days = rules_of(op.session, review).parameters
    to_superior = given.addressee == AppealAddressee.SUPERIOR
    return Appeal(
        number=_number(op, row.notice),
        review=review,
        notice_row=row,
        filer=filer,
        review_id=review.id,
        kind="appeal" if filer.id == review.employee_id else "objection",
        stage="with_superior" if to_superior else "with_panel",
        addressee=given.addressee,
        ground=given.ground,
        text=given.text.strip(),
        received_at=received,
        # Counted once, from receipt: a referral later does not give the panel another period.
        answer_due=_due(op, received, int(days["appeal_answer_days"])),
        superior_due=_due(op, received, int(days["superior_answer_days"])) if to_superior else None,
        entered_by_proxy=filer.id != op.actor.employee_id,
        **_scan_of(op, given),
    )


def _scan_of(op: Operation, given: AppealInput) -> dict[str, str]:
    if given.scan is None:
        return {}
    keep_file(given.scan)
    note_verdict(op, given.scan.sha256, True)
    scan = given.scan
    return {"scan_sha256": scan.sha256, "scan_name": scan.original_name, "scan_media_type": scan.mime}


def _number(op: Operation, notice: Notice) -> str:
    """Numbered within the notice, which is locked: two at once get two numbers."""
    query = select(func.count()).select_from(Appeal).join(NoticeRow, NoticeRow.id == Appeal.notice_row_id)
    count = op.session.scalar(query.where(NoticeRow.notice_id == notice.id)) or 0
    return f"{notice.number}-A{count + 1:02d}"


def _due(op: Operation, received: datetime, days: int) -> datetime:
    return deadline(received, days, current().portal_tz, working_calendar(op.session))


def _acknowledge(op: Operation, appeal: Appeal, filer: Employee) -> None:
    """The receipt, at once and to the filer also where the filer is the actor; what HR entered is told as such (3.3.5-e)."""
    if filer.user_id is not None and appeal.entered_by_proxy:
        op.tell([filer.user_id], "appeal", "enter_for", appeal.id, number=appeal.number)
    if filer.user_id is not None:
        facts = {"number": appeal.number, "answer_due": appeal.answer_due.isoformat()}
        kind = {"process": "appeal", "action": "acknowledge", "record_id": appeal.id}
        # Past `tell`, which leaves the actor out: a receipt is for whoever filed.
        op.post([{"user_id": filer.user_id, "facts": facts} | kind])


def _tell_filed(op: Operation, appeal: Appeal, review: Review) -> None:
    relations = ["hr", "superior" if appeal.stage == AppealStage.WITH_SUPERIOR else "panel_member"]
    if appeal.kind == AppealKind.OBJECTION:
        relations.append("subject")
    told = users_told(op.session, relations, review=review, today=op.today)
    op.tell(told, "appeal", "file_appeal", appeal.id, number=appeal.number)


def tell_if_short(op: Operation, appeal: Appeal) -> None:
    """Management learns that it has to appoint where too few of the panel may vote (3.3.5-a)."""
    # On each referral: members may have become conflicted since the last.
    if appeal_facts(op.session, appeal, op.actor, op.today).get("panel_refusal") is not None:
        told = users_told(op.session, ("management",), today=op.today)
        op.tell(told, "appeal", "panel_short", appeal.id, number=appeal.number)


def seat_panel(op: Operation, reviews: Sequence[Review]) -> set[int]:
    """Write down who of the panel is out of these cases; returns the cases on which somebody newly is."""
    found = record_recusals(op, reviews, seats(op.session, op.today, panel=True), JudgingAct.PANEL_BALLOT)
    return {row.review_id for row in found}


@act("appeal", "answer", Field("supports", N_("I support the appeal"), "boolean", required=False), REASON)
def answer(appeal_id: int, supports: bool, reason: str, *, actor: Actor, now: datetime) -> Appeal:
    """The superior supports the appeal, which takes it to the panel, or explains; never dismisses (3.3.5-b)."""
    with operation("answer", actor=actor, now=now, clause="3.3.5-b") as op:
        appeal = op.find(Appeal, appeal_id)
        facts = appeal_facts(op.session, appeal, actor, op.today, attempt=True, reason=reason)
        op.step(appeal, facts, "answer", reason=reason)
        appeal.superior_supports, appeal.superior_answer = supports, reason.strip()
        appeal.answered_by_id, appeal.in_place_of_id = actor.employee_id, appeal.review.superior_for_id
        if supports:
            _refer(op, appeal)
        return appeal


@act("appeal", "refer_to_panel")
def refer_to_panel(appeal_id: int, *, actor: Actor, now: datetime) -> Appeal:
    """The filer does not accept the explanation, or HR refers the matter: the panel decides (3.3.5-b)."""
    with operation("refer_to_panel", actor=actor, now=now, clause="3.3.5-b") as op:
        appeal = op.find(Appeal, appeal_id)
        facts = appeal_facts(op.session, appeal, actor, op.today)
        return _refer(op, appeal, facts.relations)


def _refer(op: Operation, appeal: Appeal, relations: frozenset[str] = frozenset({"system"})) -> Appeal:
    facts = appeal_facts(op.session, appeal, op.actor, op.today)
    as_system = "system" in relations
    op.step(appeal, facts, "refer_to_panel", as_system=as_system)
    seat_panel(op, [appeal.review])
    tell_if_short(op, appeal)
    return appeal


def refer_overdue(*, actor: Actor, now: datetime) -> int:
    """Refer what the superior has not answered in time, or explained and nobody withdrew; returns how many."""
    with operation("refer_overdue", actor=actor, now=now, clause="3.3.5-b") as op:
        waiting = Appeal.stage.in_((AppealStage.WITH_SUPERIOR, AppealStage.ANSWERED)) & (Appeal.superior_due <= now)
        rows = list(op.locked(select(Appeal).where(waiting)))
        for appeal in rows:
            _refer(op, appeal)
        return len(rows)


@act("appeal", "make_statement", Field("reason", N_("Your statement"), "reason", into="text"))
def make_statement(appeal_id: int, text: str, *, actor: Actor, now: datetime) -> Appeal:
    """The subject of an objection is heard: a statement for the panel (3.3.5-b)."""
    with operation("make_statement", actor=actor, now=now, clause="3.3.5-b") as op:
        appeal = op.find(Appeal, appeal_id)
        facts = appeal_facts(op.session, appeal, actor, op.today, attempt=True, reason=text)
        op.step(appeal, facts, "make_statement")
        appeal.statement = text.strip()
        return appeal


@act("appeal", "withdraw")
def withdraw(appeal_id: int, *, actor: Actor, now: datetime) -> Appeal:
    """The filer withdraws; with nothing else open the case is back on notice (3.3.5-b)."""
    with operation("withdraw", actor=actor, now=now, clause="3.3.5-b") as op:
        appeal = op.find(Appeal, appeal_id)
        op.step(appeal, appeal_facts(op.session, appeal, actor, op.today), "withdraw")
        rest(op, appeal, "settle_appeal", appeal.number)
        return appeal


@act("appeal", "disown")
def disown(appeal_id: int, *, actor: Actor, now: datetime) -> Appeal:
    """Whoever HR entered a paper form for says within the period that it is not theirs; it uses up nothing (3.3.5-e)."""
    with operation("disown", actor=actor, now=now, clause="3.3.5-e") as op:
        appeal = op.find(Appeal, appeal_id)
        op.step(appeal, appeal_facts(op.session, appeal, actor, op.today), "disown")
        rest(op, appeal, "settle_appeal", appeal.number)
        return appeal


def rest(op: Operation, appeal: Appeal, action: str, reason: str) -> None:
    """The case once nothing is open on it: on notice as before, or, since it was sent back, before a notice of its own."""
    review = op.get(Review, appeal.review_id)
    # Several may be open on one case; only the last one lets it go.
    if review.stage != CaseStage.APPEALED or open_appeals(op.session, review):
        return
    step = "conclude_remit" if remitted_since_notice(op.session, review) else action
    op.step(review, review_facts(review), step, reason=reason, as_system=True)


@by_two(BasisAct.CORRECT_ENTRY, "appeal")
def correct_entry(
    appeal_id: int, ground: str, text: str, reason: str, *, seen: str | None, actor: Actor, now: datetime
) -> Appeal:
    """HR corrects what it copied wrongly from a paper appeal; receipt, filer and deadline stand (3.3.5-b).

    `seen` is the fingerprint of the appeal that the form was filled in from. Raises `Refused` where the filer wrote it
    themselves, somebody has voted or it is decided, `Stale` where somebody else changed it, `Invalid` without a reason.
    """
    require(actor, "hr")
    with operation("correct_appeal_entry", actor=actor, now=now, clause="3.3.5-b") as op:
        appeal, why = op.find(Appeal, appeal_id), reasoned(reason)
        refuse_stale(appeal, seen)
        if refusal := why_not_corrected(op.session, appeal) or (OWN_CASE if own_case(appeal, actor) else None):
            raise Refused(refusal)
        _check_input(AppealInput(ground, text, appeal.addressee), appeal.review)
        # Held against other filings only where it changes: against itself it would be the second on its ground.
        if ground != appeal.ground:
            _check_first(op, appeal.notice_row, appeal.filer, ground)
        appeal.ground, appeal.text = ground, text.strip()
        op.remember("appeal", appeal, "correct_entry", relation="hr", reason=why)
        filer = [appeal.filer.user_id] if appeal.filer.user_id != actor.user_id else []
        op.tell(filer, "appeal", "correct_entry", appeal.id, number=appeal.number)
        return appeal
