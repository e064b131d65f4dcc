"""Bringing a policy version into the portal, confirming its parameters, promulgating it (policy.md 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, Refusal, refuse
from admin.domain.workflow import Facts
from admin.models import Criterion, Grade, GradeThreshold, ParameterConfirmation, PolicyVersion, Scorecard
from admin.operations.acts import act, declare_process
from admin.operations.transaction import Operation, operation
from admin.queries.policy.policy import provisional_of, rulebook_of
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.policy.scorecards import points_text
from admin.rulebook.book import Rulebook
from admin.rulebook.cases import failures
from admin.rulebook.content import CriterionSpec, DimensionSpec
from admin.rulebook.difference import difference
from admin.rulebook.loader import from_dict, shipped

# What differs between two versions whatever they say.
UNSUBSTANTIAL = ("version", "effective_from")


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
    """A row for each grade that no version named before; what it is called and where it stands, its version says."""
    known = {row.code: row.order for row in op.session.scalars(select(Grade))}
    new = [code for code in book.ladder(book.effective_from).codes if code not in known]
    for order, code in enumerate(new, start=max(known.values(), default=0) + 1):
        spec = book.grade(code)
        op.session.add(
            Grade(
                code=code,
                level=spec.level,
                step=spec.step,
                order=order,
                name_zh_hant=spec.name.zh_hant,
                name_zh_hans=spec.name.zh_hans,
                name_en=spec.name.en,
            )
        )
    op.session.flush()


def _store_scorecard(op: Operation, book: Rulebook, version: PolicyVersion) -> Scorecard:
    card = op.add(
        Scorecard(
            code=f"standard-{version.number}",
            name_zh_hant="標準量化表",
            name_zh_hans="标准量化表",
            name_en="Standard scorecard",
            stage="in_force",
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
    return card


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
        found = _confirmations(op, version).get(parameter)
        if found is None:
            found = op.add(_confirmation(version, parameter, book.value(parameter, on), actor.user_id or 0, now))
    return found


def confirm_all(version_id: int, *, actor: Actor, now: datetime, on: date) -> int:
    """Confirm every value of a version that is still provisional; returns how many there were."""
    with operation("confirm_parameters", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        left = provisional_of(op.session, version)
        for parameter in sorted(left):
            confirm_parameter(version_id, parameter, actor=actor, now=now, on=on)
    return len(left)


def _confirmations(op: Operation, version: PolicyVersion) -> dict[str, ParameterConfirmation]:
    rows = op.session.scalars(select(ParameterConfirmation).where(ParameterConfirmation.version_id == version.id))
    return {row.parameter: row for row in rows}


def _confirmation(
    version: PolicyVersion, parameter: str, value: int | str, user: int, at: datetime
) -> ParameterConfirmation:
    return ParameterConfirmation(
        version_id=version.id, parameter=parameter, value=value, confirmed_by_id=user, confirmed_at=at
    )


def draft_with(
    values: Mapping[str, int | str], *, effective_from: date, note: str = "", actor: Actor, now: datetime
) -> PolicyVersion:
    """A draft of the next version in which some parameters have other values from a day on.

    Raises `Invalid` with every value that is out of its range, for a day before the version in force begins, and where
    the values contradict each other (weights that do not sum to 100); `Refused` (6.1) where nothing would change.
    """
    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        base = rules_on(op.session, op.today, ByDay.NEXT_VERSION).book
        _check_day(base, effective_from)
        if wrong := [key for key, value in values.items() if base.parameter(key).fault(value)]:
            raise Invalid(dict.fromkeys(wrong, N_("This value is outside what is allowed here.")))
        day = effective_from.isoformat()
        content = base.to_dict() | {"effective_from": day}
        for entry in content["parameters"]:
            if entry["id"] in values and values[entry["id"]] != base.value(entry["id"], effective_from):
                kept = [dated for dated in entry["values"] if str(dated["from"]) < day]
                entry["values"] = [*kept, {"from": day, "value": values[entry["id"]]}]
        version = _draft(op, base, from_dict(content), note)
    return version


def draft_from(book: Rulebook, *, note: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """A whole rulebook, as read from a file, becomes the draft of the next version.

    Raises `Invalid` for a day before the version in force begins; `Refused` (6.1) where nothing would change.
    """
    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        base = rules_on(op.session, op.today, ByDay.NEXT_VERSION).book
        _check_day(base, book.effective_from)
        version = _draft(op, base, book, note)
    return version


def _check_day(base: Rulebook, effective_from: date) -> None:
    if effective_from < base.effective_from:
        raise Invalid(
            {"effective_from": N_("The version in force begins on %(day)s; the next one cannot begin earlier.")},
            {"day": base.effective_from.isoformat()},
        )


def _draft(op: Operation, base: Rulebook, book: Rulebook, note: str) -> PolicyVersion:
    if all(change.part in UNSUBSTANTIAL for change in difference(base, book)):
        refuse("6.1", N_("Nothing differs from the version in force."))
    number = (op.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1
    version = _store(op, replace(book, version=number), "draft")
    version.note = note
    return version


@act("policy_version", "submit")
def submit(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Hand a draft to a second person for promulgation; raises `Refused` (6.1)."""
    with operation("submit_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        op.step(version, version_facts(version, actor), "submit")
        version.submitted_by_id = actor.user_id
    return version


@act("policy_version", "promulgate")
def promulgate(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Put a submitted version in force; never by the person who submitted it (6.1).

    What HR had confirmed stays confirmed where the value is the same; a value that two people changed is confirmed by
    that.
    """
    with operation("promulgate_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        facts = version_facts(version, actor)
        before = op.session.scalars(select(PolicyVersion).where(PolicyVersion.stage == "in_force")).first()
        if before is not None:
            op.step(before, version_facts(before, actor), "supersede", reason=str(version.number), as_system=True)
        op.step(version, facts, "promulgate")
        version.promulgated_by_id, version.promulgated_at = actor.user_id, now
        _store_grades(op, rulebook_of(version))
        _store_scorecard(op, rulebook_of(version), version)
        if before is not None:
            _carry_confirmations(op, before, version)
    return version


def _carry_confirmations(op: Operation, before: PolicyVersion, version: PolicyVersion) -> None:
    known, old, new = _confirmations(op, before), rulebook_of(before), rulebook_of(version)
    had = {parameter.id for parameter in old.parameters}
    for parameter in new.parameters:
        value = new.value(parameter.id, version.effective_from)
        changed = parameter.id not in had or value != old.value(parameter.id, version.effective_from)
        if changed:
            op.session.add(_confirmation(version, parameter.id, value, version.submitted_by_id or 0, op.now))
        elif found := known.get(parameter.id):
            op.session.add(_confirmation(version, parameter.id, value, found.confirmed_by_id, found.confirmed_at))
    op.session.flush()


def version_facts(version: PolicyVersion, actor: Actor) -> Facts:
    """A policy version as the workflow table sees it."""
    known = {
        "is_proposer": version.submitted_by_id is not None and version.submitted_by_id == actor.user_id,
        "another_person_clause": "6.1",
        "version_refusal": _content_refusal(version),
    }
    return Facts("policy_version", version.stage, actor.roles & {"hr", "management"}, known)


def _content_refusal(version: PolicyVersion) -> Refusal | None:
    """A version keeps the hash under which it was stored, and its worked cases come out as they say."""
    book = from_dict(version.content)
    if book.sha256 != version.sha256:
        return Refusal("6.1", N_("The content is not the one that was hashed when this version was stored."))
    wrong = failures(book)
    if wrong:
        return Refusal("6.1", N_("%(count)s worked cases no longer come out as they say."), {"count": len(wrong)})
    return None


def _state(version: PolicyVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": version.number,
        "stage": version.stage,
        "effective_from": version.effective_from.isoformat(),
        "sha256": version.sha256,
    }


declare_process(
    "policy_version", PolicyVersion, lambda op, version, _reason: version_facts(version, op.actor), state=_state
)
