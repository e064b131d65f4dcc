"""A document that was served on one person, with a question of theirs; and what is offered to everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

from admin.models import DocumentTemplate, GradeChange, IssuedDocument, ServiceQuestion
from tests import factories as make
from tests.access.world_development import courses
from tests.factories import NOW


def served(op: Any, at: dict[str, Any], hr: int) -> None:
    """Add the document, what it changed for employee, and the question, by their names."""
    at["served"] = op.add(
        IssuedDocument(
            number="D-2", year=2026, serial=2, kind="annual", title="2026 年度客服職級評定結果", issued_by_id=hr, issued_at=NOW,
            effective_on=date(2026, 1, 1),
        )
    ).id  # fmt: skip
    told = {"employee_id": at["employee"], "document_id": at["served"]}
    at["told"] = op.add(
        GradeChange(
            kind="unchanged",
            stage="issued",
            clause="3.3.6",
            to_grade_id=make.grade("J3").id,
            effective_on=date(2026, 1, 1),
            **told,
        )
    ).id
    asked = ServiceQuestion(grade_change_id=at["told"], text="…", asked_at=NOW, **told)
    at["question"] = op.add(asked).id
    at["template"] = op.add(
        DocumentTemplate(
            version=1, name="own.docx", sha256="0" * 64, media_type="application/octet-stream", brought_by_id=hr,
            brought_at=NOW,
        )
    ).id  # fmt: skip
    courses(op, at)
