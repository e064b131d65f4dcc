"""Which rows an actor may see of what a grade brings beside pay: places on courses, honours, nominations (5.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.scope import SCOPES, Question, person_question, scoped, table_of

SCOPES |= {table: person_question(table) for table in (m.Enrolment, m.FollowUp)}


def _management_too(table: type[Any]) -> Question:
    """As a person's file; management decides on it, and sees all."""
    own = person_question(table)
    return lambda actor: true() if actor.has("management") else own(actor)


SCOPES |= {table: _management_too(table) for table in (m.Honour, m.Nomination)}


@scoped(m.FollowUpNote)
def notes_seen(actor: Actor) -> ColumnElement[bool]:
    """Whoever sees what was to be followed up: the person, whoever leads them, HR and auditors (6.2)."""
    asked = table_of(m.FollowUp)
    mine = select(asked.c.id).where(person_question(m.FollowUp)(actor)).correlate(None)
    return table_of(m.FollowUpNote).c.follow_up_id.in_(mine)
