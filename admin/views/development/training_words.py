"""Needs and dates in words (5.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import g
from flask_babel import gettext as _

from admin.domain.codes import NeedKind
from admin.domain.training import Need
from admin.models import CourseSession, Grade, db
from admin.queries.policy.policy import grades_by_code
from admin.views.cases.case_words import number
from admin.web.clock import settings
from admin.web.texts import consequence, day, name_of


def need_title(need: Need, criteria: Mapping[str, Any]) -> str:
    """What is needed: the criterion's name, or a certificate."""
    if need.kind is NeedKind.CERTIFICATE:
        return _("A certificate related to the work")
    return name_of(criteria[need.criterion]) if need.criterion in criteria else need.criterion


def need_reason(need: Need) -> str:
    """Why it is needed, with its figures."""
    facts = dict(need.facts)
    if need.kind is NeedKind.WEAK:
        return _(
            "%(points)s of %(weight)s points in the last result, %(share)s %%: below %(limit)s %% counts as weak.",
            points=number(facts["points"]), weight=number(facts["weight"]), share=facts["share"], limit=facts["limit"],
        )  # fmt: skip
    grade = _grades().get(facts.get("grade") or "")
    if need.kind is NeedKind.MISSING_POINTS:
        return _(
            "%(missing)s points are missing for %(grade)s; %(lost)s of them can be gained here.",
            missing=number(facts["missing"]), grade=name_of(grade), lost=number(min(facts["lost"], facts["missing"])),
        )  # fmt: skip
    return _(
        "Ground (3) for promotion to %(grade)s: no approved certificate is on file that still counts.",
        grade=name_of(grade),
    )


def _grades() -> Mapping[str, Grade]:
    """The grades by their codes, read once for a page of many needs."""
    if "training_grades" not in g:
        g.training_grades = grades_by_code(db.session())
    return g.training_grades


def when(date: CourseSession) -> str:
    """From which day and hour to which."""
    if date.begins_on == date.ends_on:
        return f"{day(date.begins_on)} {date.from_hour}–{date.to_hour}"
    return f"{day(date.begins_on)} {date.from_hour} – {day(date.ends_on)} {date.to_hour}"


def moments(date: CourseSession) -> tuple[datetime, datetime]:
    """The moments at which a date begins and ends, in company time."""
    zone = settings().portal_tz
    return (
        datetime.combine(date.begins_on, time.fromisoformat(date.from_hour), zone),
        datetime.combine(date.ends_on, time.fromisoformat(date.to_hour), zone),
    )


def withdrawing() -> str | None:
    """What withdrawing an enrolment leads to."""
    return consequence("enrolment", "withdraw_enrolment")
