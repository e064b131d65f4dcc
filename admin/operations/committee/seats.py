"""Seats of the committee and the panel: appointing, changing, ending, naming the panel (6.1-b, 3.3.4-a, 3.3.5-a).

Every door comes here. A seat that has acted never changes hands and is never deleted: it ends, and another begins.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import AppealStage, BasisAct, Constituency, JudgingAct, Office
from admin.domain.refusals import N_, Invalid, Refused, refuse
from admin.domain.seats import check_end, check_hands, check_seat
from admin.domain.voting import check_panel
from admin.domain.workflow import Facts
from admin.models import Appeal, CommitteeMember, Employee, Review
from admin.models.audit import plain
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import act, declare_process
from admin.operations.committee.committee import record_recusals, require
from admin.operations.fields import Field, those_of
from admin.operations.people.here import still_here
from admin.operations.seconding import by_two
from admin.operations.system.reference import column_values, refuse_stale
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import seat_role
from admin.queries.committee.bodies import why_not_by_management
from admin.queries.committee.committee import seats
from admin.queries.committee.seat_acts import as_seat, has_acted, last_act, presides
from admin.queries.policy.rules import ByDay, rules_on

NAMES = frozenset({"hr", "secretary", "chair"})  # who names the panel; its terms are HR's to end


def _facts(op: Operation, seat: CommitteeMember, _reason: str | None) -> Facts:
    return Facts("committee_member", "", NAMES & op.actor.roles)


def _state(seat: CommitteeMember) -> dict[str, Any]:
    names = ("id", "employee_id", "office", "on_panel", "panel_chair", "term_from", "term_to")
    return {name: plain(getattr(seat, name)) for name in names}


declare_process("committee_member", CommitteeMember, _facts, state=_state)
WHOSE = ("employee_id", "term_from")  # what a seat that has acted keeps
PLACE = ("constituency", "office", "on_panel", "panel_chair")  # what another seat takes over from one that has acted


@by_two(BasisAct.APPOINT_MEMBER, "", own=False)
def appoint_member(
    employee_id: int,
    constituency: str,
    office: str = "member",
    *,
    term_from: date,
    term_to: date | None = None,
    on_panel: bool = False,
    panel_chair: bool = False,
    actor: Actor,
    now: datetime,
) -> CommitteeMember:
    """Give somebody a seat on the committee or its panel for a term; management does where the panel is short.

    Raises `Invalid` for an unknown constituency or office, somebody who has left, an impossible term; `Refused`: 6.1-b
    where the person sits already or there is a chair, 3.3.5-a for management while the panel is not short.
    """
    require(actor, "hr", "management")
    with operation("appoint_member", actor=actor, now=now, clause="6.1-b") as op:
        if not op.actor.is_system and not op.actor.has("hr"):
            refusal = why_not_by_management(op.session, op.today, on_panel=on_panel and not panel_chair)
            if refusal is not None:
                raise Refused(refusal)
        return _given(
            op,
            {
                "employee_id": employee_id,
                "constituency": constituency,
                "office": office,
                "term_from": term_from,
                "term_to": term_to,
                "on_panel": on_panel,
                "panel_chair": panel_chair,
            },
        )


@by_two(BasisAct.APPOINT_MEMBERS, "", own=False)
def appoint_members(given: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime) -> int:
    """Give several people their seats at once, all or none; each with the values of `appoint_member`. Returns how many.

    Raises as `appoint_member`; what is wrong with a seat is named at its place, from 0.
    """
    require(actor, "hr")
    with operation("appoint_members", actor=actor, now=now, clause="6.1-b") as op:
        for place, values in enumerate(given):
            try:
                _given(op, values)
            except Invalid as wrong:
                raise Invalid({f"{name}-{place}": text for name, text in wrong.fields.items()}, wrong.facts) from wrong
        return len(given)


def _given(op: Operation, values: Mapping[str, Any]) -> CommitteeMember:
    return _seated(op, CommitteeMember(**values))


def _seated(op: Operation, seat: CommitteeMember) -> CommitteeMember:
    check_place(seat)
    _check_person(op, seat)
    _check_free(op, seat)
    op.add(seat)
    if seat.on_panel:
        _recuse_from_open(op, seat)
    return seat


def _check_person(op: Operation, seat: CommitteeMember) -> None:
    """Whoever is to hold a seat is here and holds no office that it may not meet with (1.2-g, 6.1-a)."""
    still_here(op, seat.employee_id, "employee")
    refuse_apart(op, seat.employee_id, seat_role(seat))


def _reaches_further(last_day: date | None, before: date | None) -> bool:
    """Whether a term goes on longer than it did: then its person comes to the office anew, as by an appointment."""
    return before is not None and (last_day is None or last_day > before)


def _end_of_those_gone(op: Operation, seat: CommitteeMember) -> None:
    """A chair who has left keeps nobody from the place: their seat ends with the day before they left (1.2-g, 6.1-b)."""
    if not presides(seat):
        return
    gone = select(CommitteeMember).join(Employee).where(Employee.left_on <= min(seat.term_from, op.today))
    for row in op.session.scalars(gone.where(CommitteeMember.on_panel.is_(seat.on_panel)).order_by(CommitteeMember.id)):
        last_day = (row.employee.left_on or seat.term_from) - timedelta(days=1)
        if row is not seat and presides(row) and (row.term_to is None or row.term_to > last_day):
            row.term_to = max(last_day, row.term_from)


def _recuse_from_open(op: Operation, seat: CommitteeMember) -> None:
    """What the data say against a new member of the panel on the cases that are before it already (3.3-e)."""
    open_ = select(Appeal.review_id).where(Appeal.stage == AppealStage.WITH_PANEL)
    reviews = list(op.session.scalars(select(Review).where(Review.id.in_(open_)).order_by(Review.id)))
    record_recusals(op, reviews, [seat], JudgingAct.PANEL_BALLOT)


def check_place(seat: CommitteeMember) -> None:
    """Raise `Invalid` where constituency, office, panel and term do not go together."""
    faults = {}
    if seat.constituency not in Constituency.labels():
        faults["constituency"] = N_("Choose one of the committee's constituencies and offices.")
    if seat.office not in Office.labels() or (seat.on_panel and seat.office != Office.MEMBER):
        faults["office"] = N_("Members sit on the appeal panel; its chair is named as such, and it has no secretary.")
    if seat.panel_chair and not seat.on_panel:
        faults["panel_chair"] = N_("Only a member of the appeal panel can be its chair.")
    if seat.term_to is not None and seat.term_to < seat.term_from:
        faults["term_to"] = N_("The term ends before it begins.")
    if faults:
        raise Invalid(faults)


def _check_free(op: Operation, seat: CommitteeMember) -> None:
    """One person holds one seat at a time, on the committee or the panel; each body has one chair at a time (6.1-b)."""
    with op.session.no_autoflush:
        op.locked(select(CommitteeMember.id)).all()  # two who appoint at once come one by one
        _end_of_those_gone(op, seat)
        others = [as_seat(row) for row in op.session.scalars(select(CommitteeMember)) if row is not seat]
    if refusal := check_seat(as_seat(seat), others):
        raise Refused(refusal)


@by_two(BasisAct.CHANGE_SEAT, "committee_member")
def change_seat(
    member_id: int, data: Mapping[str, Any], *, seen: str | None = None, actor: Actor, now: datetime
) -> CommitteeMember:
    """Change a seat. Of one that has acted only the end of its term changes; another place is another seat from tomorrow.

    Returns the seat that stands for it from now on. `seen` is the fingerprint that the form was opened on. Raises
    `Refused` (6.1-b) for another person on a seat that has acted, `Invalid`, `Stale`, `NotFound`.
    """
    require(actor, "hr")
    with operation("change_seat", actor=actor, now=now, clause="6.1-b") as op:
        seat = op.find(CommitteeMember, member_id)
        refuse_stale(seat, seen)
        changes = {name: value for name, value in data.items() if value != getattr(seat, name)}
        if not (acted := has_acted(op.session, seat)):
            return _changed(op, seat, changes)
        if refusal := check_hands(acted=acted, changed=bool(set(changes) & set(WHOSE))):
            raise Refused(refusal)
        if set(changes) & set(PLACE):
            return _followed(op, seat, changes)
        if "term_to" in changes:
            _end(op, seat, changes["term_to"])
            _check_free(op, seat)
        return seat


def _changed(op: Operation, seat: CommitteeMember, changes: Mapping[str, Any]) -> CommitteeMember:
    with op.session.no_autoflush:
        further = "term_to" in changes and _reaches_further(changes["term_to"], seat.term_to)
        for name, value in changes.items():
            setattr(seat, name, value)
        if further or set(changes) & {"employee_id", *PLACE}:
            _check_person(op, seat)
        check_place(seat)
        _check_free(op, seat)
    op.session.flush()
    return seat


def _followed(op: Operation, seat: CommitteeMember, changes: Mapping[str, Any]) -> CommitteeMember:
    """End a seat that has acted today; the person's other seat begins tomorrow (6.1-b)."""
    values = {**column_values(seat), **changes, "term_from": op.today + timedelta(days=1)}
    if seat.term_to is not None and seat.term_to <= op.today:
        refuse("6.1-b", N_("This seat's term is over; appoint the person again."))
    _end(op, seat, op.today)
    op.session.flush()
    return _seated(op, CommitteeMember(**{name: value for name, value in values.items() if name != "id"}))


def _end(op: Operation, seat: CommitteeMember, last_day: date | None) -> None:
    if last_day is not None and last_day < seat.term_from:
        raise Invalid({"term_to": N_("The term ends before it begins.")})
    if refusal := check_end(last_day, last_act(op.session, seat)):
        raise Refused(refusal)
    if _reaches_further(last_day, seat.term_to):
        _check_person(op, seat)
    seat.term_to = last_day


@act("committee_member", "end_term", Field("last_day", N_("Term ends on"), "date"))
@by_two(BasisAct.END_TERM, "committee_member")
def end_term(member_id: int, last_day: date, *, actor: Actor, now: datetime) -> CommitteeMember:
    """End a seat's term; ballots already cast stand.

    Raises `Invalid` for a day before the term began, `Refused` (6.1-b) for one before the seat's last act.
    """
    require(actor, "hr")
    with operation("end_term", actor=actor, now=now, clause="6.1-b") as op:
        seat = op.find(CommitteeMember, member_id)
        _end(op, seat, last_day)
        _check_free(op, seat)
        return seat


@by_two(BasisAct.REMOVE_SEAT, "committee_member")
def remove_seat(member_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back a seat that was given by mistake. Raises `Refused` (6.1-b) for one that has acted."""
    require(actor, "hr")
    with operation("remove_seat", actor=actor, now=now, clause="6.1-b") as op:
        seat = op.find(CommitteeMember, member_id)
        if has_acted(op.session, seat):
            refuse("6.1-b", N_("A seat that has acted is never deleted: end its term."))
        op.session.delete(seat)


@act(
    "committee_member",
    "form_panel",
    those_of("members", N_("Members of the appeal panel"), CommitteeMember, into="member_ids"),
)
def form_panel_led_by(
    chair_id: int, member_ids: Sequence[int], *, actor: Actor, now: datetime
) -> list[CommitteeMember]:
    """Name the appeal panel with this seat as its chair; as `form_panel`."""
    return form_panel([*member_ids, chair_id], chair_id, actor=actor, now=now)


@by_two(BasisAct.FORM_PANEL, "")
def form_panel(member_ids: Sequence[int], chair_id: int, *, actor: Actor, now: datetime) -> list[CommitteeMember]:
    """Name the appeal panel out of the committee's seats; its members leave the first instance (3.3.5-a).

    A seat that has acted ends today and its person's seat on the panel begins tomorrow. Raises `Refused` for a panel
    that is too small, too narrow or led from outside, `Invalid` for the secretary.
    """
    require(actor, "hr", "secretary", "chair")
    with operation("form_panel", actor=actor, now=now, clause="3.3.5-a") as op:
        rows = [op.find(CommitteeMember, member_id) for member_id in dict.fromkeys(member_ids)]
        if any(row.office == Office.SECRETARY for row in rows):
            raise Invalid({"members": N_("The secretary has no vote and does not sit on the panel.")})
        stay = [row for row in seats(op.session, op.today, panel=True) if row not in rows]
        _check_named(op, [*rows, *stay], chair_id)
        for row in [each for each in stay if each.panel_chair]:
            _become(op, row, panel_chair=False)
        named = [
            _become(op, row, on_panel=True, office="member", panel_chair=False) for row in rows if row.id != chair_id
        ]
        leaders = [row for row in (*rows, *stay) if row.id == chair_id]
        return named + [_become(op, row, on_panel=True, office="member", panel_chair=True) for row in leaders]


def _check_named(op: Operation, panel: Sequence[CommitteeMember], chair_id: int) -> None:
    named: dict[Hashable, Constituency] = {row.employee_id: Constituency(row.constituency) for row in panel}
    first = {row.employee_id for row in seats(op.session, op.today)} - set(named)
    leader = next((row.employee_id for row in panel if row.id == chair_id), 0)
    minimum = int(rules_on(op.session, op.today, ByDay.BODY).parameters["panel_minimum"])
    if refusal := check_panel(named, leader, first, minimum=minimum):
        raise Refused(refusal)


def _become(op: Operation, seat: CommitteeMember, **place: Any) -> CommitteeMember:
    changes = {name: value for name, value in place.items() if value != getattr(seat, name)}
    if not changes:
        return seat
    return _followed(op, seat, changes) if has_acted(op.session, seat) else _changed(op, seat, changes)
