"""Whom a complaint means among everybody, and who of those who may come to read one resembles it (6.3-d)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import PartyRole, Receivers
from admin.domain.recognition import OFFICE_WORDS, Named, Wording, check_not_meant, is_exactly, pieces
from admin.models import CommitteeMember, Complaint, Employee
from admin.models.accounts import Role, User, assoc_user_role
from admin.queries.complaints.voters import party_ids

RESEMBLES, CONCERNED, NAMED_IN_TEXT = "resembles", "concerned", "named"  # grounds of being kept out
NAMED_ALONE = "named_alone"  # accused by the word of one officer, which keeps members of the committee from the ballot
PANEL = "panel"


@dataclass(frozen=True)
class LookedUp:
    """What was looked up for one thing that a writer typed: how many people have exactly this name or number."""

    typed: str
    count: int


def people(session: Session, keys: Collection[int] | None = None) -> list[Named]:
    """Everybody, or these, with what they can be called by."""
    query = select(Employee.id, Employee.name, Employee.number, User.username, Employee.post)
    query = query.outerjoin(User, User.id == Employee.user_id).execution_options(unscoped=True)
    if keys is not None:
        query = query.where(Employee.id.in_(keys))
    return [
        Named(key, name, number, account or "", post) for key, name, number, account, post in session.execute(query)
    ]


def look_up(session: Session, text: str, most: int) -> list[LookedUp]:
    """How many people have exactly each name or number that was typed; who they are is told to nobody."""
    typed, everybody = pieces(text)[:most], people(session)
    return [LookedUp(each, sum(is_exactly(each, who) for who in everybody)) for each in typed]


def told_apart(accused: str, meant: Collection[str], everybody: Iterable[Named]) -> bool:
    """Whether each name or number was confirmed by its writer and is one person's alone."""
    listed, those = pieces(accused), list(everybody)
    return all(each in meant and sum(is_exactly(each, who) for who in those) == 1 for each in listed)


def offices(session: Session, today: date) -> dict[int, set[str]]:
    """The people who get complaints, or come to know of one, with the offices by which they do.

    By what they were given, and not by who acts today: an office that does nothing now may do something tomorrow, and whoever
    a complaint concerns by it is kept out before that.
    """
    held: dict[int, set[str]] = defaultdict(set)
    roles = select(Employee.id, Role.name).join(assoc_user_role, assoc_user_role.c.user_id == Employee.user_id)
    roles = roles.join(Role, Role.id == assoc_user_role.c.role_id).where(Role.name.in_(OFFICE_WORDS))
    for person, role in session.execute(roles.execution_options(unscoped=True)):
        held[person].add(role)
    seat = CommitteeMember
    terms = (seat.term_from <= today, or_(seat.term_to.is_(None), seat.term_to >= today))
    seats = select(seat.employee_id, seat.office, seat.on_panel).where(*terms).execution_options(unscoped=True)
    for person, office, on_panel in session.execute(seats):
        held[person] |= {PANEL} if on_panel else {office, Receivers.COMMITTEE}
    return held


def concerned(session: Session, offices_named: Collection[str], today: date) -> dict[int, str]:
    """Everybody of the offices that a writer says it concerns."""
    held = offices(session, today) if offices_named else {}
    return {person: CONCERNED for person, each in held.items() if each & set(offices_named)}


def resembling(
    session: Session, complaint: Complaint, words: Any, today: date, also: Sequence[int] = ()
) -> dict[int, str]:
    """Who of those who could get it may be meant, while it is not known who is; `also` are people who are to get it."""
    if complaint.told_apart or not words.get("accused"):
        return {}
    held = offices(session, today) | {person: set() for person in also}
    accused = people(session, party_ids(complaint, PartyRole.ACCUSED))
    listed = Wording(_unconfirmed(words), listed=True)
    those = (_with_office(who, held[who.key]) for who in people(session, list(held)))
    return {who.key: RESEMBLES for who in those if check_not_meant(listed, who, accused)}


def _unconfirmed(words: Any) -> str:
    """What is left of the accusation without the names that the writer has confirmed."""
    meant = words.get("meant", "").split("\n")
    return ", ".join(each for each in pieces(words["accused"]) if each not in meant)


def _with_office(who: Named, held: set[str]) -> Named:
    called = frozenset(word for office in held for word in OFFICE_WORDS.get(office, ()))
    return Named(who.key, who.name, who.number, who.account, who.post, called)
