"""Putting results on public notice, correcting a notice, ending it (3.3.5, 3.3.5-c, d; 4.2-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, insert, select

import config
from admin.access.actor import Actor
from admin.domain.calendar import last_day
from admin.domain.codes import BasisAct, Body, CaseKind, CaseStage, JobState, NoticeKind, NoticeStage
from admin.domain.redaction import printed_name
from admin.domain.refusals import N_, P_, Invalid, Refusal, Refused, refuse
from admin.domain.workflow import Facts
from admin.domain.workflow.facts import effect
from admin.models import Cycle, Determination, Grade, Job, Notice, NoticeRow, Publication, Review
from admin.operations.acts import REASON, Field, act, effect_on_many, follow, record_of
from admin.operations.cases.ratings import reviews_by_key
from admin.operations.many import Many, Turn, whole
from admin.operations.numbering import next_after
from admin.operations.printed import PRINTED, SITE_JOB
from admin.operations.printed import follow as follow_on_site
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.cases.reassessments import grades_before
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.outcome.publishing import ends_at, waiting_for_notice
from admin.queries.outcome.site import are_served
from admin.queries.policy.rules import rules_of
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks
from admin.queries.system.long_work import cases_named

CORRECTABLE = ("department", "printed_name")


def _begin_publishing(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now), "publish_notice")
    turn.kept["notices"] = {}


def _to_print(turn: Turn) -> Select[Any]:
    return waiting_for_notice(turn.record.id).where(Review.stage_since <= turn.since).with_only_columns(Review.id)


def _print(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, cycle = turn.op, turn.record
    cases = reviews_by_key(op, keys)
    off = off_the_file(op.session, cases)
    # One row that cannot be printed waits alone; it does not hold back the hundred and fifty beside it.
    fit = sorted((case for case in cases if case.id not in off), key=lambda case: turn.memory["places"][case.id])
    parameters = rules_of(op.session, cycle).parameters
    for kind, group in _grouped(op, fit, parameters).items():
        if group:
            _list_rows(turn, _notice_of(turn, kind, int(parameters["notice_days"])), group, parameters)
    return off


def _find_places(turn: Turn) -> None:
    """Where each case of the cycle stands on a list: by department and person, whichever batch comes to it."""
    order = (Review.department_id, Review.employee_id, Review.id)
    query = select(Review.id).where(Review.cycle_id == turn.record.id).order_by(*order)
    turn.memory["places"] = {key: place for place, key in enumerate(turn.op.session.scalars(query), start=1)}


def _notice_of(turn: Turn, kind: str, days: int) -> int:
    """The list of a kind that is being drawn up, begun with its first row."""
    made, op = turn.kept["notices"], turn.op
    if kind not in made:
        number = next_number(op, turn.record.year)
        notice = Notice(number=number, cycle_id=turn.record.id, kind=kind, days=days, created_at=op.now)
        made[kind] = op.add(notice).id
    return int(made[kind])


def _end_publishing(turn: Turn) -> None:
    """What is served personally is printed at once: there is no site to wait for."""
    made = turn.kept["notices"]
    turn.found += [turn.op.get(Notice, made[kind]) for kind in ("regular", "appeal", "personal") if kind in made]
    for notice in turn.found:
        if notice.kind == NoticeKind.PERSONAL:
            _start(turn.op, notice, turn.op.now)
    # A publication that ran between the last row and this left the list out, because it was still being drawn up.
    follow_on_site(turn.op.session, PRINTED, turn.op.now)


PUBLISH = Many(
    "publish_notice",
    "3.3.5",
    _to_print,
    _print,
    cases_named,
    P_(
        "%(count)s result is put on the list, which goes to the notice site, and the period begins then.",
        "%(count)s results are put on the list; it goes to the notice site when its last row is there, and the period begins then.",
    ),
    begin=_begin_publishing,
    prepare=_find_places,
    end=_end_publishing,
    stoppable=False,
)


@act("cycle", "publish_notice", many=PUBLISH)
def publish_notice(cycle_id: int, *, actor: Actor, now: datetime) -> list[Notice]:
    """Put every checked result of a cycle on notice: one list, a second for results of appeals, a personal one for
    demotions where they are served personally.

    The period begins when the site has the list. Raises `Refused`: results not checked yet (6.1.2-a), nothing to
    publish (3.3.5), a calendar year that nobody confirmed (3.3.5-c).
    """
    return whole(PUBLISH, cycle_id, Cycle, {}, actor=actor, now=now).found


def _grouped(op: Operation, cases: Sequence[Review], parameters: Mapping[str, Any]) -> dict[str, list[Review]]:
    by_panel = set(
        op.session.scalars(
            select(Determination.review_id).where(
                Determination.body == Body.PANEL, Determination.review_id.in_([c.id for c in cases])
            )
        )
    )
    served, before = are_served(parameters), grades_before(op.session, cases)
    groups: dict[str, list[Review]] = {"regular": [], "appeal": [], "personal": []}
    for case in cases:
        # Before appeal or regular: on no public list stands a demotion that is served (4.2-a), nor what a document served (4.3-a).
        if case.kind == CaseKind.SERVED or (served and _demoted(op, case, before[case.id])):
            groups["personal"].append(case)
        else:
            groups["appeal" if case.id in by_panel or case.remitted else "regular"].append(case)
    return groups


def _demoted(op: Operation, case: Review, present: Grade | None) -> bool:
    """Whether what was fixed is a demotion; a ground that the committee did not follow leaves nothing to serve."""
    fixed, ladder = case.determined_grade, rules_of(op.session, case).ladder
    return ladder.is_demotion(present.code if present else None, fixed.code if fixed else None)


def _list_rows(turn: Turn, notice_id: int, cases: Sequence[Review], parameters: Mapping[str, Any]) -> None:
    op = turn.op
    style, before = str(parameters["notice_name_style"]), grades_before(op.session, cases)
    rows = [_row(notice_id, turn.memory["places"][case.id], case, before[case.id], style) for case in cases]
    op.session.execute(insert(NoticeRow), rows)
    table = NoticeRow.__table__.c
    op.note_inserted(NoticeRow, table.notice_id == notice_id, table.review_id.in_([case.id for case in cases]))


def next_number(op: Operation, year: int) -> str:
    """The next number of a notice in a year; notices are never deleted, so counting them gives it."""
    prefix = f"{year}-"
    return f"{prefix}{next_after(op, select(func.count()).where(Notice.number.startswith(prefix))):02d}"


def _row(notice_id: int, position: int, case: Review, present: Grade | None, style: str) -> dict[str, Any]:
    assert case.determined_grade is not None
    return {
        "notice_id": notice_id,
        "review_id": case.id,
        "position": position,
        "department": case.department.name,
        "printed_number": case.employee.number,
        "printed_name": printed_name(case.employee.name, style),
        "from_grade": present.code if present else None,
        "to_grade": case.determined_grade.code,
        "superseded": False,
    }


def _start(op: Operation, notice: Notice, at: datetime, head: Mapping[str, Any] | None = None) -> None:
    """The notice runs from this moment, with the head that its list prints; its cases are on notice."""
    zone = config.current().portal_tz
    ends = ends_at(op.session, at, notice.days)
    op.step(notice, _facts(notice, at), "start", as_system=True)
    notice.published_at, notice.first_day = at, company_day(at)
    notice.ends_at, notice.last_day = ends, last_day(ends, zone)
    if head is not None:
        notice.head_sequence, notice.head_sha256 = head["sequence"], head["sha256"]
    op.session.flush()
    follow(ON_NOTICE, op, op.get(Cycle, notice.cycle_id), {"notice": notice.id})


def _printed(turn: Turn) -> Select[Any]:
    """The cases on a list that has begun to run, and that do not stand at the notice yet."""
    rows = select(NoticeRow.review_id).where(NoticeRow.notice_id == turn.values["notice"])
    return select(Review.id).where(Review.id.in_(rows), Review.stage == CaseStage.CHECKED)


def _put_on_notice(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op, notice = turn.op, turn.op.get(Notice, turn.values["notice"])
    cases = reviews_by_key(op, keys)
    # Asked again: minutes may lie between asking for the list and the moment it is live.
    off = off_the_file(op.session, cases)
    message = {"notice": notice.number, "until": notice.last_day.isoformat() if notice.last_day else ""}
    steps = [
        (case, effect("review", case.stage, file_refusal=off.get(case.id))) for case in cases if case.id not in off
    ]
    op.step_many(steps, "put_on_notice", reason=notice.number, as_system=True, message=message)
    return off


ON_NOTICE = effect_on_many(
    "cycle",
    "put_on_notice",
    Many(
        "put_on_notice",
        "3.3.5-c",
        _printed,
        _put_on_notice,
        cases_named,
        N_("People told that their result is on notice, and until when they may appeal: %(count)s."),
        stoppable=False,
    ),
    Field("notice", N_("Number of the notice's record"), "integer"),
)


def _facts(notice: Notice, at: datetime) -> Facts:
    over = notice.ends_at is not None and notice.ends_at <= at
    until = notice.last_day.isoformat() if notice.last_day else "–"
    return effect("notice", notice.stage, notice_over=over, notice_until=until)


def _take_down(op: Operation, notice: Notice, at: datetime) -> None:
    op.step(notice, _facts(notice, at), "take_down", as_system=True)
    notice.taken_down_at = at


def record_publication(
    release: str,
    snapshot_sha256: str,
    files: Mapping[str, str],
    numbers: Sequence[str],
    *,
    actor: Actor,
    published_at: datetime,
    printed_at: datetime | None = None,
    head: Mapping[str, Any] | None = None,
) -> Publication:
    """The site has these bytes since `published_at`: notices on it begin to run.

    A list says that it is published at `printed_at`, when its snapshot was made: seconds before, on the same day; it prints
    the `head` of the audit trail that was published last by then.
    Called once the site is live; called again for the same release it changes nothing (3.3.5-c, d).
    """
    with operation("record_publication", actor=actor, now=published_at, clause="3.3.5-c") as op:
        for notice in op.session.scalars(
            select(Notice).where(Notice.stage == NoticeStage.PUBLISHING, Notice.number.in_(numbers)).order_by(Notice.id)
        ):
            # The moment that the list itself prints: page and database must not name two days.
            _start(op, notice, printed_at or published_at, head)
        last = op.session.scalars(select(Publication).order_by(Publication.id.desc())).first()
        # The job may be carried out twice (its worker was killed after this): the release itself says it is recorded.
        if last is not None and last.release == release:
            return last
        row = Publication(
            release=release,
            snapshot_sha256=snapshot_sha256,
            published_at=published_at,
            files=dict(files),
            notice_numbers=list(numbers),
        )
        return op.add(row)


def end_notices(*, actor: Actor, now: datetime) -> int:
    """Timed, once the lists are off the disk: notices whose period is over have come down (due and not done)."""
    with operation("end_notices", actor=actor, now=now, clause="3.3.5-c") as op:
        query = select(Notice).where(Notice.stage == NoticeStage.PUBLISHED, Notice.ends_at <= now)
        over = list(op.session.scalars(query.order_by(Notice.id)))
        for notice in over:
            _take_down(op, notice, now)
    return len(over)


def ask_for_the_days_site(*, actor: Actor, now: datetime) -> int:
    """Timed: once a day the site is published anew, for what begins on a day (a version, a value) and for the head of
    the audit chain; a site that was never published is left alone. Returns how many publications it asked for."""
    with operation("ask_for_site", actor=actor, now=now, clause="6.1") as op:
        asked = select(func.max(Job.created_at)).where(Job.kind == SITE_JOB).scalar_subquery()
        last, live = op.session.execute(
            select(asked, select(func.max(Publication.published_at)).scalar_subquery())
        ).one()
        # Asked or done: a publication that waits counts, else each tick would ask for one more.
        latest = max((moment for moment in (last, live) if moment is not None), default=None)
        if live is None or latest is None or company_day(latest) >= op.today:
            return 0
        op.job(SITE_JOB, {})
    return 1


def ask_for_site(*, actor: Actor, now: datetime) -> int:
    """Ask for the site to be made again, unless somebody has asked already; returns how many publications it asked for."""
    with operation("ask_for_site", actor=actor, now=now, clause="3.3.5-c") as op:
        waits = exists().where(Job.kind == SITE_JOB, Job.state.in_((JobState.DUE, JobState.RUNNING, JobState.FAILED)))
        if op.session.scalar(select(waits)):
            return 0
        op.job(SITE_JOB, {})
    return 1


@act(
    "cycle",
    "correct_notice",
    record_of("notice", N_("Number of the notice's record"), Notice, "cycle_id"),
    Field("rows", N_("Corrected rows"), "rows", into="corrections"),
    REASON,
)
@by_two(BasisAct.CORRECT_NOTICE, "notice")
def correct_notice(
    notice_id: int, corrections: Mapping[int, Mapping[str, str]], reason: str, *, actor: Actor, now: datetime
) -> Notice:
    """Print rows anew, corrected: the period starts anew for those concerned, both versions are kept (3.3.5-c).

    `corrections` maps a row's id to its corrected `department` or `printed_name`. A wrong grade is no printing error:
    it goes by appeal. Raises `Refused` where the notice no longer runs.
    """
    with operation("correct_notice", actor=actor, now=now, clause="3.3.5-c") as op:
        notice = op.find(Notice, notice_id)
        cycle = op.get(Cycle, notice.cycle_id)
        op.step(
            cycle,
            cycle_facts(op.session, cycle, actor, now, attempt=True, reason=reason),
            "correct_notice",
            reason=reason,
        )
        if notice.stage != NoticeStage.PUBLISHED or notice.ends_at is None or notice.ends_at <= now:
            raise Refused(Refusal("3.3.5-c", N_("Only a notice whose period runs can be corrected.")))
        named = select(NoticeRow).where(NoticeRow.notice_id == notice.id)
        rows = [row for some in chunks(corrections) for row in op.session.scalars(named.where(NoticeRow.id.in_(some)))]
        _check_corrections(rows, corrections)
        if not rows:
            refuse("3.3.5-c", N_("Choose at least one row of this notice to correct."))
        ends_at(op.session, now, notice.days)  # as with the first list: an unconfirmed calendar year is refused now
        personal = (
            notice.kind == NoticeKind.PERSONAL
        )  # what was served on one person is printed nowhere, corrected or not
        made = op.add(
            Notice(
                number=next_number(op, cycle.year),
                cycle_id=cycle.id,
                kind=NoticeKind.PERSONAL if personal else NoticeKind.CORRECTION,
                days=notice.days,
                created_at=now,
                corrects_id=notice.id,
                reason=reason,
            )
        )
        for position, row in enumerate(rows, start=1):
            row.superseded = True
            op.session.add(_corrected(row, made.id, position, corrections[row.id]))
        if personal:
            op.session.flush()
            _start(op, made, op.now)  # service is the printing of a personal notice
    return made


def _check_corrections(rows: Sequence[NoticeRow], corrections: Mapping[int, Mapping[str, str]]) -> None:
    # A row of another notice is a wrong input even where HR may see it: the act names this notice.
    if set(corrections) - {row.id for row in rows}:
        raise Invalid({"rows": N_("One of the rows named is not on this notice.")})
    if any(row.superseded for row in rows):
        refuse("3.3.5-c", N_("A row that was published again is corrected in the notice that has it now."))
    for row in rows:
        given = corrections[row.id]
        if unknown := set(given) - set(CORRECTABLE):
            raise Invalid(
                {
                    name: N_("Only the printed department and name can be corrected; appeal against a wrong grade.")
                    for name in unknown
                }
            )
        if any(not str(value).strip() or len(str(value)) > 100 for value in given.values()):
            raise Invalid({"rows": N_("A corrected text has between 1 and 100 characters.")})
        if all(str(value).strip() == getattr(row, name) for name, value in given.items()):
            raise Invalid({"rows": N_("A corrected row says something other than before.")})


def _corrected(row: NoticeRow, notice_id: int, position: int, given: Mapping[str, str]) -> NoticeRow:
    return NoticeRow(
        notice_id=notice_id,
        review_id=row.review_id,
        position=position,
        department=given.get("department", row.department).strip(),
        printed_number=row.printed_number,
        printed_name=given.get("printed_name", row.printed_name).strip(),
        from_grade=row.from_grade,
        to_grade=row.to_grade,
    )


def first_of_next_month(day: date) -> date:
    """The usual effective date of what is issued on a day."""
    # December's integer division carries the year; January to November leave it.
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
