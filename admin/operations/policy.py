"""Bringing a policy version into the portal, confirming its parameters, promulgating it (policy.md 6.1)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid
from admin.domain.workflow import Facts
from admin.models import Criterion, Grade, GradeThreshold, ParameterConfirmation, PolicyVersion, Scorecard
from admin.operations.transaction import Operation, operation
from admin.queries.policy import rulebook_of, version_in_force
from admin.queries.scorecards import points_text
from admin.rulebook.book import Rulebook
from admin.rulebook.content import CriterionSpec, DimensionSpec
from admin.rulebook.loader import shipped


def load_shipped(*, actor: Actor, now: datetime) -> PolicyVersion:
    """Put the shipped rulebook in force with its grades and scorecard, unless a version is there already."""
    with operation("load_rulebook", actor=actor, now=now, clause="6.1") as op:
        if found := op.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number)).first():
            return found
        version = _store(op, shipped(), "in_force")
        version.promulgated_at = now
        _store_grades(op, shipped())
        _store_scorecard(op, shipped(), version)
    return version


def _store(op: Operation, book: Rulebook, stage: str) -> PolicyVersion:
    number = (op.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1
    return op.add(
        PolicyVersion(
            number=number, stage=stage, effective_from=book.effective_from, content=book.to_dict(), sha256=book.sha256
        )
    )


def _store_grades(op: Operation, book: Rulebook) -> None:
    ladder = book.ladder(book.effective_from)
    for order, code in enumerate(ladder.codes, start=1):
        spec = book.grade(code)
        op.session.add(
            Grade(code=code, level=spec.level, step=spec.step, order=order,
                  name_zh_hant=spec.name.zh_hant, name_zh_hans=spec.name.zh_hans, name_en=spec.name.en)
        )  # fmt: skip
    op.session.flush()


def _store_scorecard(op: Operation, book: Rulebook, version: PolicyVersion) -> Scorecard:
    card = op.add(
        Scorecard(code=f"standard-{version.number}", name_zh_hant="標準量化表", name_zh_hans="标准量化表", name_en="Standard scorecard",
                  stage="in_force", policy_version_id=version.id)
    )  # fmt: skip
    position = 0
    for dimension in book.dimensions:
        for part in (part for spec in dimension.criteria for part in spec.parts):
            position += 1
            op.session.add(_criterion(book, card, dimension, part, position))
    grades = {row.code: row.id for row in op.session.scalars(select(Grade))}
    for code, score in book.thresholds.items():
        op.session.add(GradeThreshold(scorecard_id=card.id, grade_id=grades[code], score=score))
    return card


def _criterion(
    book: Rulebook, card: Scorecard, dimension: DimensionSpec, spec: CriterionSpec, position: int
) -> Criterion:
    rated = [(Decimal(step.value), step.percent) for step in book.scale] if spec.rated else list(spec.bands)
    return Criterion(
        scorecard_id=card.id, code=spec.id, position=position, dimension=dimension.id, clause=dimension.clause,
        name_zh_hant=spec.name.zh_hant, name_zh_hans=spec.name.zh_hans, name_en=spec.name.en, weight=spec.weight,
        source=spec.source, measure=spec.measure, direction=spec.direction, per=int(spec.per), points=points_text(rated),
        minimum_sample=spec.minimum.count if spec.minimum else 1, prior_strength=spec.prior, texts=_texts(book, spec),
    )  # fmt: skip


def _texts(book: Rulebook, spec: CriterionSpec) -> dict[str, Any]:
    def words(text: Any) -> dict[str, str]:
        return {"zh_hant": text.zh_hant, "zh_hans": text.zh_hans, "en": text.en}

    texts: dict[str, Any] = {"help": words(spec.help), "anchors": {str(a.value): words(a.text) for a in spec.anchors}}
    if spec.unit:
        texts["unit"] = words(spec.unit)
    if spec.rated:
        texts["scale"] = {str(step.value): words(step.label) for step in book.scale}
    return texts


def confirm_parameter(
    version_id: int, parameter: str, *, actor: Actor, now: datetime, on: date
) -> ParameterConfirmation:
    """HR's word that a value is the company's own; changing one makes a new version instead.

    Raises `Invalid` for a parameter that the version does not have.
    """
    with operation("confirm_parameter", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        book = rulebook_of(version)
        if parameter not in {known.id for known in book.parameters}:
            raise Invalid({"parameter": N_("This version has no parameter %(parameter)s.")}, {"parameter": parameter})
        found = op.session.scalars(
            select(ParameterConfirmation).where(
                ParameterConfirmation.version_id == version.id, ParameterConfirmation.parameter == parameter
            )
        ).first()
        if found is None:
            value = book.value(parameter, on)
            found = op.add(
                ParameterConfirmation(
                    version_id=version.id,
                    parameter=parameter,
                    value=value,
                    confirmed_by_id=actor.user_id,
                    confirmed_at=now,
                )
            )
    return found


def draft_with(values: dict[str, int | str], *, effective_from: date, actor: Actor, now: datetime) -> PolicyVersion:
    """A draft of the next version in which some parameters have other values from a day on.

    Raises `Invalid` with every value that is out of its range.
    """
    from admin.rulebook.loader import from_dict

    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        base = rulebook_of(version_in_force(op.session))
        faults = {key: fault.text() for key, value in values.items() if (fault := base.parameter(key).fault(value))}
        if faults:
            raise Invalid(faults)
        content = base.to_dict()
        content["effective_from"] = effective_from.isoformat()
        for entry in content["parameters"]:
            if entry["id"] in values:
                kept = [dated for dated in entry["values"] if str(dated["from"]) < effective_from.isoformat()]
                entry["values"] = [*kept, {"from": effective_from.isoformat(), "value": values[entry["id"]]}]
        version = _store(op, from_dict(content), "draft")
    return version


def submit(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Hand a draft to a second person for promulgation; raises `Refused` (6.1)."""
    with operation("submit_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        op.step(version, version_facts(version, actor), "submit")
        version.submitted_by_id = actor.user_id
    return version


def promulgate(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Put a submitted version in force; never by the person who submitted it (6.1)."""
    with operation("promulgate_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        facts = version_facts(version, actor)
        before = op.session.scalars(select(PolicyVersion).where(PolicyVersion.stage == "in_force")).first()
        if before is not None:
            before.stage = "superseded"
            op.session.flush()
        op.step(version, facts, "promulgate")
        version.promulgated_by_id, version.promulgated_at = actor.user_id, now
        for card in op.session.scalars(select(Scorecard).where(Scorecard.stage == "in_force")):
            card.policy_version_id = version.id
    return version


def version_facts(version: PolicyVersion, actor: Actor) -> Facts:
    """A policy version as the workflow table sees it."""
    known = {
        "is_proposer": version.submitted_by_id is not None and version.submitted_by_id == actor.user_id,
        "another_person_clause": "6.1",
    }
    return Facts("policy_version", version.stage, actor.roles & {"hr", "management"}, known)
