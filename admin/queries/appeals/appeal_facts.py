"""What the workflow may know about an appeal or objection (3.3.5-a, 3.3.5-b)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import FIXED_GROUNDS, AppealAddressee, AppealKind, CaseKind, JudgingAct
from admin.domain.refusals import N_, Refusal
from admin.domain.suggestion import check_lawful
from admin.domain.voting import check_close, check_panel_bench, panel_bench
from admin.domain.workflow import Facts
from admin.models import Appeal, CommitteeMember, PanelBallot, Recusal, Review
from admin.queries.appeals.filings import latest_row
from admin.queries.appeals.served import check_served_grade
from admin.queries.cases.own_case import own_case
from admin.queries.cases.review_facts import OPEN_APPEAL, proposal_facts
from admin.queries.committee.barred import Bars, bars_on, holders_of
from admin.queries.committee.committee import own_seat, panel_chair_of, seats
from admin.queries.policy.rules import rules_of


def appeal_facts(
    session: Session,
    appeal: Appeal,
    actor: Actor,
    today: date,
    *,
    attempt: bool = False,
    reason: str = "",
    **known: Any,
) -> Facts:
    """An appeal as one actor may act on it."""
    panel = seats(session, today, panel=True)
    bars = bars_on(session, [appeal.review], JudgingAct.PANEL_BALLOT)
    sitting, ballots = bench_of(bars, appeal, panel), ballots_of(session, appeal, bars)
    minimum = int(rules_of(session, appeal.review).parameters["panel_minimum"])
    seat = own_seat(session, actor, panel=True)
    base: dict[str, Any] = {
        "attempt": attempt,
        "reason": reason,
        "own_case": own_case(appeal, actor),
        "panel_refusal": check_panel_bench(sitting, (), minimum=minimum),
        "recusals_to_lift": len(_to_lift(session, appeal, panel, actor)),
        "period_over": period_over(session, appeal, today),
        "votes_refusal": check_close("presiding", "presiding", len(ballots), minimum=minimum),
    }
    if seat is not None:
        base["has_voted"] = seat.employee_id in {ballot.employee_id for ballot in ballots}
        base |= bars.of(appeal.review_id, seat.employee_id)
    return Facts("appeal", appeal.stage, _relations(appeal, actor, seat, presiding_of(panel, sitting)), base | known)


def period_over(session: Session, appeal: Appeal, today: date) -> bool:
    """Whether the period in which the result may be appealed, and a filing disowned, is over (3.3.5-e)."""
    last = (latest_row(session, appeal.review_id) or appeal.notice_row).notice.last_day
    return last is not None and today > last


def _to_lift(session: Session, appeal: Appeal, panel: Collection[CommitteeMember], actor: Actor) -> list[int]:
    """The recusals of panel members that this actor may still say something on: a second person confirms (3.3-d, 3.3-e)."""
    me = actor.employee_id or 0
    query = select(Recusal.id).where(
        Recusal.review_id == appeal.review_id, Recusal.employee_id.in_({row.employee_id for row in panel}),
        Recusal.overridden_at.is_(None), Recusal.ground.not_in(FIXED_GROUNDS),
        Recusal.employee_id != me, Recusal.override_proposed_by_id.is_distinct_from(me),
    )  # fmt: skip
    return list(session.scalars(query.execution_options(unscoped=True)))


def bench_of(bars: Bars, appeal: Appeal, panel: Collection[CommitteeMember]) -> tuple[Any, ...]:
    """Who sits on an appeal: every member of the panel whose ballot on the case would not be refused."""
    return panel_bench([row.id for row in panel], bars.out(appeal.review_id, holders_of(panel)))


def presiding_of(panel: Collection[CommitteeMember], sitting: Collection[Any]) -> Any:
    """Who closes the ballot: the panel's chair, or while the chair is recused the first member who sits."""
    chair = panel_chair_of(panel)
    return chair if chair in sitting else next(iter(sitting), None)


def _relations(appeal: Appeal, actor: Actor, seat: CommitteeMember | None, presiding_seat: Any) -> frozenset[str]:
    found = {role for role in ("hr", "management") if actor.has(role)}
    people = {"filer": appeal.filer_id, "subject": appeal.review.employee_id, "superior": appeal.review.superior_id}
    found |= {name for name, key in people.items() if key == actor.employee_id and actor.employee_id is not None}
    if appeal.entered_by_proxy and "filer" in found:
        found.add("entered_for")
    if appeal.kind == AppealKind.APPEAL:
        found.discard("subject")  # the filer; only the subject of an objection is heard by a statement
    # Addressed to the panel, it is nothing for the superior to answer.
    if appeal.addressee != AppealAddressee.SUPERIOR:
        found.discard("superior")
    if seat is not None:
        found.add("panel_member")
    if seat is not None and seat.id == presiding_seat:
        found.add("panel_chair")
    return frozenset(found)


def ballots_of(session: Session, appeal: Appeal, bars: Bars) -> list[PanelBallot]:
    """The ballots of the appeal's present round that count: those of members who are not out of the case."""
    query = select(PanelBallot).where(PanelBallot.appeal_id == appeal.id, PanelBallot.round == appeal.round)
    rows = session.scalars(query.order_by(PanelBallot.id).execution_options(unscoped=True)).all()
    # Out of it since voting: the ballot stays and does not count.
    out = bars.out(appeal.review_id, {row.id: row.employee_id for row in rows})
    return [row for row in rows if row.id not in out]


def open_appeals(session: Session, review: Review) -> list[Appeal]:
    """Every appeal and objection on a case that is not decided or withdrawn."""
    query = select(Appeal).where(Appeal.review_id == review.id, Appeal.stage.in_(OPEN_APPEAL)).order_by(Appeal.id)
    return list(session.scalars(query.execution_options(unscoped=True)))


def grade_refusal(session: Session, appeal: Appeal, grade: str, today: date) -> Refusal | None:
    """Why the panel may not fix this grade: unlawful, the one on notice, or worse for an appellant (3.3.5-b)."""
    on_notice = (latest_row(session, appeal.review_id) or appeal.notice_row).to_grade
    # Leaving it as it is has a word of its own: a fixed grade equal to the present one would read as success.
    if grade == on_notice:
        return Refusal("3.3.5-a", N_("This is the grade on notice; to leave it, dismiss."), {"grade": grade})
    rules = rules_of(session, appeal.review)
    if appeal.review.kind == CaseKind.SERVED:
        return check_served_grade(rules.ladder, grade, on_notice)
    # While an appellant is heard along with an objector, the result cannot fall below what is on notice.
    appellant = any(one.kind == AppealKind.APPEAL for one in open_appeals(session, appeal.review))
    facts = proposal_facts(session, appeal.review, rules, today, not_below=on_notice if appellant else None)
    return check_lawful(facts, grade, rules.ladder, rules.parameters)


def why_not_corrected(session: Session, appeal: Appeal) -> Refusal | None:
    """Why HR may not correct what an appeal says; None where it was entered from paper and nobody has voted (3.3.5-b)."""
    if not appeal.entered_by_proxy:
        return Refusal(
            "3.3.5-b",
            N_("What a person filed themselves stays as they wrote it; on another ground they can file again."),
        )
    bars = bars_on(session, [appeal.review], JudgingAct.PANEL_BALLOT)
    if appeal.stage not in OPEN_APPEAL or ballots_of(session, appeal, bars):
        return Refusal(
            "3.3.5-b",
            N_("The panel has this appeal in its present form: a member has voted, or it is decided or withdrawn."),
        )
    return None
