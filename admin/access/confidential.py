"""Who sees a complaint, and what it orders: never whoever is accused or has a stake (6.3.1, 6.3.2); and what is not sent yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import READERS, scoped, table_of
from admin.domain.codes import VOTERS, PartyRole


@scoped(m.Complaint)
def complaints_seen(actor: Actor) -> ColumnElement[bool]:
    """Never whoever is accused or has a stake; complaint officers all, an appointed officer their own (6.3.2).

    Chair and secretary see by its number that a complaint waits for them, those who vote on its finding while it is
    before them, management when the committee is accused, auditors that it exists: what it says is
    `queries.complaints.content_for`'s.
    Erased, it is left to the auditors: nothing says any more whom it concerned.
    """
    rows = table_of(m.Complaint)
    ways = (
        (true(), ("complaint_officer", "auditor")),
        (rows.c.to_management, ("management",)),
        (~rows.c.to_management, ("chair", "secretary")),
    )
    seen = or_(
        _party(actor, PartyRole.OFFICER, *VOTERS), *(rows_seen for rows_seen, roles in ways if actor.has(*roles))
    )
    kept = or_(rows.c.erased_at.is_(None), true() if actor.has("auditor") else false())
    return and_(seen, kept, ~_party(actor, "accused", "barred"))


def _party(actor: Actor, *roles: str) -> ColumnElement[bool]:
    """The actor is a party of the complaint in one of these roles."""
    parties = table_of(m.ComplaintParty)
    own = (parties.c.complaint_id == table_of(m.Complaint).c.id, parties.c.employee_id == (actor.employee_id or 0))
    return exists(select(1).where(*own, parties.c.role.in_(roles)))


@scoped(m.ComplaintMessage, m.ComplaintFile, m.ComplaintParty, m.ComplaintCase, m.ComplaintBallot)
def complaint_parts_seen(actor: Actor) -> ColumnElement[bool]:
    """Never read directly: only through the complaint's own page."""
    return false()


@scoped(m.Reassessment)
def reassessments_seen(actor: Actor) -> ColumnElement[bool]:
    """HR's and the auditors', management's where nobody of HR could act; never whoever is at fault or has a stake (6.3.1)."""
    rows, cases, parties = table_of(m.Reassessment), table_of(m.ComplaintCase), table_of(m.ComplaintParty)
    seen = true() if actor.has(*READERS) else rows.c.to_management if actor.has("management") else false()
    mine = (
        parties.c.employee_id == (actor.employee_id or 0),
        parties.c.role.in_((PartyRole.ACCUSED, PartyRole.BARRED)),
    )
    concerned = (cases.c.complaint_id == parties.c.complaint_id, cases.c.review_id == rows.c.review_id)
    return and_(seen, not_(exists(select(1).where(*mine, *concerned).correlate(rows))))


@scoped(m.UnsentForm)
def unsent_forms_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own, and nobody else's whatever their office: what is not sent is not said."""
    return table_of(m.UnsentForm).c.user_id == (actor.user_id or 0)
