"""Who sees a complaint, what it orders and the trail of both: never whoever is accused (6.3.1, 6.3.2); and what is not sent yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import READERS, cases_about, scoped, table_of
from admin.domain.codes import VOTERS, PartyRole, RaterKind
from admin.models.history import steps_of

BY_PEERS = ("rate_as_peer", "decline_rating", "save_rating")


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


@scoped(m.HeldFile, m.FileVerdict)
def held_files_seen(actor: Actor) -> ColumnElement[bool]:
    """Nobody's: until its check has passed nobody opens a file, and what was said of one that is kept is asked for it alone."""
    return false()


@scoped(m.AuditEvent)
def audit_seen(actor: Actor) -> ColumnElement[bool]:
    """The list is the auditor's; a record's own trail is shown, redacted, on the record's page (6.3-b).

    An auditor who is accused in a complaint, or has a stake in one, finds no event of any: from those that are there
    and those that are not they would learn of it (6.3.1).
    """
    if not actor.has("auditor"):
        return false()
    parties = table_of(m.ComplaintParty)
    mine = (
        parties.c.employee_id == (actor.employee_id or 0),
        parties.c.role.in_((PartyRole.ACCUSED, PartyRole.BARRED)),
    )
    about_complaints = table_of(m.AuditEvent).c.record_type.startswith("complaint")
    return and_(not_(and_(about_complaints, exists(select(1).where(*mine)))), not_(_of_my_raters(actor)))


def _of_my_raters(actor: Actor) -> ColumnElement[bool]:
    """What the trail tells of those who rate the actor's own case: which they were, and what they did (6.3-d)."""
    events, ratings = table_of(m.AuditEvent), table_of(m.Rating)
    about = cases_about(actor)
    raters = select(ratings.c.id).where(ratings.c.kind == RaterKind.PEER, ratings.c.review_id.in_(about))
    rated = and_(events.c.record_type == "ratings", events.c.record_id.in_(raters.correlate(None)))
    # What a rating brought about names its giver too, on the case and beside it.
    of_case = events.c.record_type.in_(("reviews", steps_of("review")))
    brought = and_(events.c.operation.in_(BY_PEERS), of_case, events.c.record_id.in_(about))
    scores = table_of(m.ReviewScore)
    scored = select(scores.c.id).where(scores.c.review_id.in_(about)).correlate(None)
    kept = and_(
        events.c.operation.in_(BY_PEERS), events.c.record_type == "review_scores", events.c.record_id.in_(scored)
    )
    return or_(rated, brought, kept)
