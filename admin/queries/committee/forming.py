"""The page on which committee and panel are formed at once: who could sit, what is missing as it is picked (3.3.4-a, 3.3.5-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, ConfirmationStage, Constituency
from admin.domain.forming import Slot, filled, sounds_like_hr
from admin.domain.refusals import Refusal
from admin.domain.seats import check_seat
from admin.models import CommitteeMember, Confirmation, Department, Employee
from admin.models.accounts import Role, User
from admin.queries.committee.bodies import gaps_on, panel_minimum
from admin.queries.committee.committee import in_term
from admin.queries.committee.seat_acts import as_seat
from admin.queries.cycles.cycles import centre_departments, in_service_on

TERM_YEARS = 2
LISTED = 8  # people of a constituency who are looked at
# Who confirms, keeps accounts, looks on or takes complaints is not proposed: they could not, or would be needed elsewhere.
NEEDED_ELSEWHERE = ("admin", "auditor", "complaint_officer", "management")


@dataclass(frozen=True)
class SeatLine:
    """A line of the page: a seat, and whom it is for."""

    slot: Slot
    person: Employee | None


@dataclass(frozen=True)
class Forming:
    """The seats that are there, those to be given with who could take them, and what is missing for a lawful bench."""

    seated: Sequence[CommitteeMember]
    rows: Sequence[SeatLine]
    gaps: Sequence[Refusal]
    waits: Confirmation | None
    term_from: date
    term_to: date


def forming(session: Session, reader: Actor, today: date) -> Forming:
    """The page for one reader. Where nobody sits yet the standard seats are proposed, else the page gives further ones."""
    seated = in_term(session, today)
    waits = seats_waiting(session)
    rows = (
        [] if seated or waits else [SeatLine(slot, person) for slot, person in filled(_people(session, reader, today))]
    )
    beside = [as_picked(row.slot, row.person.id, today, None) for row in rows if row.person is not None]
    gaps = gaps_on(session, today, panel_minimum(session, today), beside=beside)
    return Forming(seated, rows, gaps, waits, today, _end_of(today))


def _end_of(day: date) -> date:
    try:
        return day.replace(year=day.year + TERM_YEARS) - timedelta(days=1)
    except ValueError:  # the 29th of February
        return date(day.year + TERM_YEARS, 2, 28)


def seats_waiting(session: Session) -> Confirmation | None:
    """What is proposed of several seats and not decided yet."""
    query = select(Confirmation).where(
        Confirmation.act == BasisAct.APPOINT_MEMBERS, Confirmation.stage == ConfirmationStage.PROPOSED
    )
    return session.scalars(query.order_by(Confirmation.id).limit(1).execution_options(unscoped=True)).first()


def proposed_for_seats(session: Session) -> set[int]:
    """Who would have a seat if what waits for a second person is confirmed."""
    acts = (BasisAct.APPOINT_MEMBER, BasisAct.APPOINT_MEMBERS)
    query = select(Confirmation.concerned).where(
        Confirmation.act.in_(acts), Confirmation.stage == ConfirmationStage.PROPOSED
    )
    return {key for some in session.scalars(query.execution_options(unscoped=True)) for key in some}


def as_picked(slot: Slot, person: int, begins: date, ends: date | None) -> CommitteeMember:
    """A seat as it would be given; no row of the table."""
    return CommitteeMember(
        employee_id=person, constituency=slot.constituency.value, office=slot.place.office.value, term_from=begins,
        term_to=ends, on_panel=slot.place.on_panel, panel_chair=slot.place.value == "panel_chair",
    )  # fmt: skip


def what_is_missing(session: Session, picked: Sequence[CommitteeMember], today: date) -> list[Refusal]:
    """What the bench lacks with these seats, and what stands against one of them (6.1-b)."""
    there = [as_seat(row) for row in session.scalars(select(CommitteeMember).execution_options(unscoped=True))]
    found = gaps_on(session, today, panel_minimum(session, today), beside=picked)
    for row in picked:
        seat = as_seat(row)
        if (refusal := check_seat(seat, there)) and refusal not in found:
            found.append(refusal)
        there.append(seat)
    return found


def _people(session: Session, reader: Actor, today: date) -> Mapping[Constituency, Sequence[Employee]]:
    places = {row.id: row for row in session.scalars(select(Department))}
    centre = set(centre_departments(session))
    hr = {key for key, row in places.items() if key not in centre and sounds_like_hr(row.name)}
    depth = {key: _depth(row, places) for key, row in places.items()}
    heads_in = sorted((key for key in centre if places[key].head_id), key=lambda key: (depth[key], key))
    heads_of = {
        Constituency.CENTRE: [places[key].head_id for key in heads_in],
        Constituency.DEPARTMENTS: [places[key].head_id for key in sorted(places) if key not in centre | hr],
    }
    elsewhere = select(User.id).where(User.roles.any(Role.name.in_(NEEDED_ELSEWHERE)))
    able = (
        *in_service_on(Employee, today),
        Employee.id != (reader.employee_id or 0),
        or_(Employee.user_id.is_(None), Employee.user_id.not_in(elsewhere)),
    )
    query = select(Employee).options(joinedload(Employee.department)).where(*able)
    found: dict[Constituency, Sequence[Employee]] = {}
    for constituency, keys in heads_of.items():
        wanted = list(dict.fromkeys(key for key in keys if key is not None))[:LISTED]
        rows = {row.id: row for row in session.scalars(query.where(Employee.id.in_(wanted)))}
        found[constituency] = [rows[key] for key in wanted if key in rows]
    own: Any = query.where(Employee.department_id.in_(hr)).order_by(Employee.is_management.desc(), Employee.number)
    found[Constituency.HR] = session.scalars(own.limit(LISTED)).all()
    return found


def _depth(row: Department, places: Mapping[int, Department]) -> int:
    seen: set[int] = set()
    node: Department | None = row
    while node is not None and node.id not in seen:
        seen.add(node.id)
        node = places.get(node.parent_id) if node.parent_id is not None else None
    return len(seen)
