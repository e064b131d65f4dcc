"""build(): load the demo into the database and tell its story up to now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from admin.demo.people import make_centre
from admin.demo.rehearsal import rehearse
from admin.demo.setting import set_the_stage
from admin.demo.stage import STORY, Say, Stage
from admin.demo.story import tell
from admin.demo.training import offer_training
from admin.queries.system.calendar import company_day
from config import Settings

LEAST = 80


def build(session: Session, settings: Settings, employees: int, say: Say = lambda _: None) -> Stage:
    """A centre of so many employees (at least 80) whose results are on notice. Safe to run twice."""
    now = settings.now()
    opening = company_day(now - STORY)
    stage = Stage(session, settings, make_centre(max(LEAST, employees), opening), now, say)
    set_the_stage(stage)
    tell(stage)
    rehearse(stage)
    offer_training(stage)
    return stage
