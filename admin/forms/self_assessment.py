"""What the application form and the rating forms post, as the operations take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from admin.operations.cases.ratings import RatingInput
from admin.operations.cases.self_assessment import SelfAssessmentInput

VALUE, TEXT = "value.", "text."


def answers_of(form: Mapping[str, str], codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Value and text of each criterion that the form knows; what it does not know is ignored."""
    return {code: {"value": form.get(VALUE + code) or None, "text": form.get(TEXT + code, "")} for code in codes}


def self_assessment_of(form: Mapping[str, str], codes: Iterable[str]) -> SelfAssessmentInput:
    """The whole application form."""
    return SelfAssessmentInput(
        answers=answers_of(form, codes),
        summary=form.get("summary", ""),
        target_grade=form.get("target_grade") or None,
        ground=form.get("ground") or None,
        version=version_of(form),
    )


def version_of(form: Mapping[str, str]) -> int | None:
    """The version that the form was loaded with; None where it says none."""
    version = form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None


def rating_of(form: Mapping[str, str], codes: Iterable[str]) -> RatingInput:
    """The ratings of a superior or a colleague."""
    return RatingInput(answers_of(form, codes), form.get("opinion", ""), version_of(form))
