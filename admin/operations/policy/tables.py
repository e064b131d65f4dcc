"""What a version's content puts into tables: its grades by code, its scorecard; and the ladder that screens show (6.1-c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.models import Criterion, Grade, GradeThreshold, PolicyVersion, Scorecard
from admin.operations.transaction import Operation, operation
from admin.queries.policy.policy import promulgated, rulebook_of
from admin.queries.policy.scorecards import points_text
from admin.rulebook.book import Rulebook
from admin.rulebook.content import CriterionSpec, DimensionSpec


def lay_out(op: Operation, version: PolicyVersion) -> None:
    """Give a promulgated version its rows: a grade for each new code, its own scorecard with criteria and thresholds."""
    book = rulebook_of(version)
    _add_grades(op, book)
    _add_scorecard(op, book, version)


def follow_versions(*, actor: Actor, now: datetime) -> int:
    """Timed: show the ladder of the version in force today; give a version that has no scorecard of its own one.

    Nothing that is enforced waits for this: rules are read from the version by its effective date. Returns what changed.
    """
    with operation("follow_versions", actor=actor, now=now, clause="6.1-c") as op:
        bare = select(PolicyVersion).where(
            PolicyVersion.id.in_(promulgated().with_only_columns(PolicyVersion.id).order_by(None)),
            PolicyVersion.id.not_in(select(Scorecard.policy_version_id)),
        )
        without = list(op.session.scalars(bare.order_by(PolicyVersion.number)))
        for version in without:
            lay_out(op, version)
        now_law = op.session.scalars(promulgated().where(PolicyVersion.effective_from <= op.today)).first()
        return len(without) + (show_ladder(op, rulebook_of(now_law)) if now_law is not None else 0)


def show_ladder(op: Operation, book: Rulebook) -> int:
    """Bring level, step, order and names of the grades in line with a version; returns how many grades differed."""
    rows = {row.code: row for row in op.session.scalars(select(Grade).order_by(Grade.order))}
    codes = [*book.ladder(max(op.today, book.effective_from)).codes]
    left = [code for code in rows if code not in codes]  # still held by some, and of no place on the ladder
    wanted = {code: _shown(book, code, order) for order, code in enumerate(codes, start=1) if code in rows}
    wanted |= {code: {"order": order} for order, code in enumerate(left, start=len(codes) + 1)}
    differing = [code for code, values in wanted.items() if any(getattr(rows[code], k) != v for k, v in values.items())]
    _renumber(op, [rows[code] for code in differing])
    for code in differing:
        for name, value in wanted[code].items():
            setattr(rows[code], name, value)
    op.session.flush()
    return len(differing)


def _renumber(op: Operation, rows: Sequence[Grade]) -> None:
    """Places are unique: those that move first leave theirs."""
    for row in rows:
        row.order = -row.order
    op.session.flush()


def _shown(book: Rulebook, code: str, order: int) -> dict[str, Any]:
    spec = book.grade(code)
    names = {"name_zh_hant": spec.name.zh_hant, "name_zh_hans": spec.name.zh_hans, "name_en": spec.name.en}
    return {"level": spec.level, "step": spec.step, "order": order} | names


def _add_grades(op: Operation, book: Rulebook) -> None:
    """A row for each code that no version had before; what is known already is shown as before until the day comes."""
    known = {row.code: row.order for row in op.session.scalars(select(Grade))}
    new = [code for code in book.ladder(book.effective_from).codes if code not in known]
    for order, code in enumerate(new, start=max(known.values(), default=0) + 1):
        op.session.add(Grade(code=code, **_shown(book, code, order)))
    op.session.flush()


def _add_scorecard(op: Operation, book: Rulebook, version: PolicyVersion) -> None:
    card = op.add(
        Scorecard(
            code=f"standard-{version.number}",
            name_zh_hant="標準量化表",
            name_zh_hans="标准量化表",
            name_en="Standard scorecard",
            policy_version_id=version.id,
        )
    )
    position = 0
    for dimension in book.dimensions:
        for part in (part for spec in dimension.criteria for part in spec.parts):
            position += 1
            op.session.add(_criterion(book, card, dimension, part, position))
    grades = {row.code: row.id for row in op.session.scalars(select(Grade))}
    for code, score in book.thresholds.items():
        op.session.add(GradeThreshold(scorecard_id=card.id, grade_id=grades[code], score=score))
    op.session.flush()


def _criterion(
    book: Rulebook, card: Scorecard, dimension: DimensionSpec, spec: CriterionSpec, position: int
) -> Criterion:
    rated = [(Decimal(step.value), step.percent) for step in book.scale] if spec.rated else list(spec.bands)
    return Criterion(
        scorecard_id=card.id,
        code=spec.id,
        position=position,
        dimension=dimension.id,
        clause=dimension.clause,
        name_zh_hant=spec.name.zh_hant,
        name_zh_hans=spec.name.zh_hans,
        name_en=spec.name.en,
        weight=spec.weight,
        source=spec.source,
        measure=spec.measure,
        direction=spec.direction,
        per=int(spec.per),
        points=points_text(rated),
        minimum_sample=spec.minimum.count if spec.minimum else 1,
        prior_strength=spec.prior,
        texts=_texts(book, spec),
    )


def _texts(book: Rulebook, spec: CriterionSpec) -> dict[str, Any]:
    def words(text: Any) -> dict[str, str]:
        return {"zh_hant": text.zh_hant, "zh_hans": text.zh_hans, "en": text.en}

    texts: dict[str, Any] = {"help": words(spec.help), "anchors": {str(a.value): words(a.text) for a in spec.anchors}}
    if spec.unit:
        texts["unit"] = words(spec.unit)
    if spec.rated:
        texts["scale"] = {str(step.value): words(step.label) for step in book.scale}
    return texts
