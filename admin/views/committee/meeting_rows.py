"""A meeting's parts in words: agenda lines, members, recusals, a case's outline (3.3.4)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.access.actor import Actor
from admin.domain.codes import Conflict, Constituency, Flag, ItemState
from admin.domain.refusals import N_
from admin.models import AgendaItem, CommitteeMember, Criterion, Meeting, Motion, Review, ReviewScore, db
from admin.queries.committee.committee import seats
from admin.queries.committee.meetings import Line, attendance_of, recusals_of
from admin.views.cases.case_words import GROUNDS_UP, conditions_shown
from admin.views.cases.score_parts import by_dimension, criteria_rows
from admin.web.clock import today
from admin.web.texts import label_of, name_of, translated

ITEM_STATES = ItemState.labels()


def member_rows(meeting: Meeting) -> list[dict[str, Any]]:
    """The committee's members with their presence."""
    present = attendance_of(db.session(), meeting)
    rows: list[CommitteeMember] = seats(db.session(), today()) if meeting.opened_at is None else []
    if meeting.opened_at is not None:
        rows = list(
            db.session.query(CommitteeMember).filter(CommitteeMember.id.in_(present)).order_by(CommitteeMember.id)
        )
    return [
        {
            "id": row.id,
            "name": row.employee.name,
            "constituency": label_of(Constituency.labels(), row.constituency),
            "office": row.office,
            "present": present.get(row.id),
        }
        for row in rows
    ]


def recusal_rows(meeting: Meeting, me: Actor) -> list[dict[str, Any]]:
    """All conflicts, for the secretary, the chair, HR and auditors; one's own cases are not among them."""
    if not me.has("secretary", "hr", "chair", "auditor"):
        return []
    return [
        {
            "id": row.id,
            "member": row.member.employee.name,
            "case": str(row.review.employee),
            "ground": label_of(Conflict.labels(), row.ground),
            "reason": row.reason,
            "overridden": row.overridden_at is not None,
            "proposed": row.override_proposed_by_id is not None,
            "fixed": row.ground in (Conflict.SELF, Conflict.OTHER_ACT),
        }
        for row in recusals_of(db.session(), meeting, me)
    ]


def agenda_row(meeting: Meeting, line: Line) -> dict[str, Any]:
    """One line of the agenda."""
    review = line.item.review
    return {
        "url": url_for("MeetingRoomView.packet", meeting_id=meeting.id, item_id=line.item.id),
        "employee": str(review.employee),
        "department": str(review.department),
        "present": name_of(review.present_grade),
        "proposed": name_of(review.proposed_grade),
        "score": review.score,
        "state": label_of(ITEM_STATES, line.item.state),
        "flags": flags_of(review),
        "line": line,
        "changed": review.present_grade_id != review.proposed_grade_id,
    }


def flags_of(review: Review) -> list[str]:
    """What its readers are to notice about a case."""
    found_ = [*review.individual_reasons, *(["missing_self_assessment"] if review.self_assessment_missing else [])]
    return [label_of(Flag.labels(), each) for each in dict.fromkeys(found_)]


def outline(review: Review) -> list[tuple[str, Any]]:
    """A case at a glance."""
    return [
        (_("Department name"), str(review.department)),
        (_("Post"), review.post or "—"),
        (_("Grade applied for"), name_of(review.target_grade)),
        (_("Suggested grade"), name_of(review.suggested_grade)),
    ]


def score_shown(review: Review) -> dict[str, Any]:
    """The score by dimension, and the grounds for promotion with their facts (3.3.4: proposals are examined)."""
    row = db.session.query(ReviewScore).filter(ReviewScore.review_id == review.id).first()
    if row is None:
        return {"dimensions": [], "promotion": []}
    card = db.session.query(Criterion).filter(Criterion.scorecard_id == review.cycle.scorecard_id)
    applied = review.target_grade_id is not None and review.application_withdrawn_at is None
    return {
        "dimensions": by_dimension(criteria_rows(row.explanation, card.all())),
        "promotion": conditions_shown(row.explanation.get("promotion", ()), GROUNDS_UP) if applied else [],
    }


def motion_row(motion: Motion) -> dict[str, Any]:
    """One motion and its count."""
    states = {
        "open": N_("Being voted on"),
        "carried": N_("Carried"),
        "rejected": N_("Not carried"),
        "withdrawn": N_("Fallen"),
    }
    return {
        "grade": name_of(motion.grade),
        "state": label_of(states, motion.state),
        "reason": motion.reason,
        "by": motion.moved_by_id is not None,
        "votes_for": motion.votes_for,
        "votes_against": motion.votes_against,
    }


def deferral(item: AgendaItem) -> dict[str, str] | None:
    """Why a case was put off."""
    if not item.deferral:
        return None
    return {"clause": item.deferral["clause"], "text": translated(item.deferral["reason"], item.deferral["facts"])}


def neighbour(meeting: Meeting, order: list[int], place: int) -> str | None:
    """The packet before or after this one."""
    if not 0 <= place < len(order):
        return None
    return url_for("MeetingRoomView.packet", meeting_id=meeting.id, item_id=order[place])


def assignable_row(review: Review) -> dict[str, Any]:
    """One line of the secretary's page."""
    return {
        "id": review.id,
        "employee": str(review.employee),
        "department": str(review.department),
        "present": name_of(review.present_grade),
        "proposed": name_of(review.proposed_grade),
        "flags": flags_of(review),
        "changed": review.present_grade_id != review.proposed_grade_id,
    }
