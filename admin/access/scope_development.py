"""Which rows an actor may see of what a grade brings beside pay: places on courses, honours, nominations (5.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import true

from admin import models as m
from admin.access.scope import SCOPES, Question, person_question

SCOPES[m.Enrolment] = person_question(m.Enrolment)


def _management_too(table: type[Any]) -> Question:
    """As a person's file; management decides on it, and sees all."""
    own = person_question(table)
    return lambda actor: true() if actor.has("management") else own(actor)


SCOPES |= {table: _management_too(table) for table in (m.Honour, m.Nomination)}
