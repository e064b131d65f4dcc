"""The members of the panel and a case before it: declaring a conflict, adding members where it is short (3.3-e, 3.3.5-a)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from admin.access.actor import Actor
from admin.domain.codes import AppealStage, BasisAct, Constituency, JudgingAct
from admin.domain.refusals import N_, Invalid, refuse
from admin.models import Appeal, CommitteeMember, Recusal, Review
from admin.operations.acts import REASON, Field, act, record_of
from admin.operations.appeals.appeals import seat_panel, tell_if_short
from admin.operations.committee.committee import declare, override, require
from admin.operations.committee.meetings import GROUNDS
from admin.operations.committee.seats import appoint_member
from admin.operations.seconding import by_two
from admin.operations.transaction import operation
from admin.queries.appeals.appeal_facts import appeal_facts
from admin.queries.committee.barred import bars_on
from admin.queries.committee.bodies import employee_numbered
from admin.queries.committee.committee import own_seat

GROUND = Field("ground", N_("Why are you conflicted?"), "choice", choices=tuple(GROUNDS.items()))


@act("appeal", "declare_conflict", GROUND, REASON)
def declare_conflict(appeal_id: int, ground: str, reason: str, *, actor: Actor, now: datetime) -> Recusal:
    """A member of the panel declares a conflict: the case disappears from their screens, a ballot cast does not count.

    Raises `Refused` without a reason, `Invalid` for an unknown ground. Management is told where the panel is short now.
    """
    if ground not in GROUNDS:
        raise Invalid({"ground": N_("Choose why you are conflicted.")})
    with operation("declare_conflict", actor=actor, now=now, clause="3.3-e") as op:
        appeal = op.find(Appeal, appeal_id)
        facts = appeal_facts(op.session, appeal, actor, op.today, attempt=True, reason=reason)
        op.step(appeal, facts, "declare_conflict")
        seat = own_seat(op.session, actor, panel=True)
        assert seat is not None  # the table lets only members declare
        row = declare(op, appeal.review, seat, ground, reason)
        tell_if_short(op, appeal)
        return row


def _of_the_panel(appeal: Appeal) -> ColumnElement[bool]:
    """Recusals from the case of an appeal, of people who sit on the panel."""
    panel = select(CommitteeMember.employee_id).where(CommitteeMember.on_panel)
    return and_(Recusal.review_id == appeal.review_id, Recusal.employee_id.in_(panel))


@act("appeal", "override_recusal", record_of("recusal", N_("Number of the recusal"), Recusal, _of_the_panel), REASON)
def override_recusal(appeal_id: int, recusal_id: int, reason: str, *, actor: Actor, now: datetime) -> Recusal:
    """Propose to lift the recusal of a member of the panel with a reason, or as a second person confirm it (3.3-e).

    Raises `Refused`: 3.3-d for one's own case or an earlier judging act, 3.3-e for the same person twice or the member.
    """
    with operation("override_recusal", actor=actor, now=now, clause="3.3-e") as op:
        appeal, row = op.find(Appeal, appeal_id), op.get(Recusal, recusal_id)
        facts = appeal_facts(op.session, appeal, actor, op.today, attempt=True, reason=reason)
        op.step(appeal, facts, "override_recusal")
        override(op, row, reason, actor.employee_id or 0)
        return row


def renew_panels(*, actor: Actor, now: datetime) -> int:
    """Timed: who sits on an appeal follows what people do elsewhere; where too few are left management learns of it.

    Whoever adopts a finding on the case, comes to lead the employee or is found at fault after the referral is out of it
    (3.3-d, 3.3-e, 3.3.5-a). Returns on how many appeals somebody newly is.
    """
    with operation("renew_panels", actor=actor, now=now, clause="3.3-e") as op:
        waiting = select(Appeal).where(Appeal.stage == AppealStage.WITH_PANEL)
        appeals = op.locked(waiting).all()
        cases = {appeal.review_id: appeal.review for appeal in appeals}
        changed = seat_panel(op, list(cases.values())) if cases else set()
        found = [appeal for appeal in appeals if appeal.review_id in changed]
        for appeal in found:
            tell_if_short(op, appeal)
        return len(found)


@act(
    "appeal",
    "appoint_to_panel",
    Field("employee", N_("Employee number")),
    Field("constituency", N_("Constituency"), "choice", choices=tuple(Constituency.labels().items())),
    finds=True,
)
@by_two(BasisAct.APPOINT_TO_PANEL, "appeal", own=False)
def appoint_to_panel(
    appeal_id: int, employee: str, constituency: str, *, actor: Actor, now: datetime
) -> CommitteeMember:
    """Management appoints a member to a panel that is short for this appeal, which it knows by its number alone.

    `employee` is a number. Raises `Refused`: 3.3.5-a while enough members may vote, and for somebody whose ballot would be
    refused; 6.1-b for somebody who has a seat; `Invalid` for an unknown number, `NotFound`.
    """
    require(actor, "management")
    with operation("appoint_to_panel", actor=actor, now=now, clause="3.3.5-a") as op:
        appeal = op.get(Appeal, appeal_id)
        op.step(appeal, appeal_facts(op.session, appeal, actor, op.today), "appoint_to_panel")
        person = employee_numbered(op.session, employee)
        if person is None:
            unknown = N_("There is no employee with the number %(number)s.")
            text = unknown if employee.strip() else N_("Name one employee by number.")
            raise Invalid({"employee": text}, {"number": employee})
        bars = bars_on(op.session, [op.get(Review, appeal.review_id)], JudgingAct.PANEL_BALLOT)
        if any(bars.of(appeal.review_id, person).values()):
            # In one sentence for every cause: management knows the appeal by its number alone.
            refuse(
                "3.3.5-a", N_("%(number)s could not vote on this appeal: name someone else."), number=employee.strip()
            )
        return appoint_member(person, constituency, term_from=op.today, on_panel=True, actor=actor, now=now)
