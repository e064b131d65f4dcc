"""Bringing a policy version into the portal, confirming its parameters, promulgating it (6.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.codes import VersionStage
from admin.domain.refusals import N_, P_, Invalid, Refusal, Refused
from admin.domain.versions import check_effective, check_near, check_not_over
from admin.domain.workflow import Facts
from admin.models import ParameterConfirmation, PolicyVersion
from admin.operations.acts import REASON, act, declare_process
from admin.operations.numbering import next_after
from admin.operations.people.here import require_hr
from admin.operations.policy.tables import follow_versions, lay_out
from admin.operations.transaction import Operation, operation
from admin.queries.policy.policy import confirmations_of, promulgated, provisional_of, rulebook_of
from admin.queries.policy.rules import ByDay, rules_on
from admin.rulebook.book import Rulebook
from admin.rulebook.cases import failures
from admin.rulebook.difference import difference
from admin.rulebook.editing import with_values
from admin.rulebook.faults import RulebookError
from admin.rulebook.loader import from_dict, shipped, stored

# What differs between two versions whatever they say.
UNSUBSTANTIAL = ("version", "effective_from")


def load_shipped(*, actor: Actor, now: datetime) -> PolicyVersion:
    """Promulgate the shipped rulebook with its grades and scorecard, unless a version is there already."""
    with operation("load_rulebook", actor=actor, now=now, clause="6.1") as op:
        if found := op.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number)).first():
            follow_versions(actor=actor, now=now)
            return found
        version = _store(op, shipped(), VersionStage.PROMULGATED)
        version.promulgated_at = now
        lay_out(op, version)
    return version


def _store(op: Operation, book: Rulebook, stage: VersionStage) -> PolicyVersion:
    number = next_after(op, select(func.max(PolicyVersion.number)))
    return op.add(
        PolicyVersion(
            number=number, stage=stage, effective_from=book.effective_from, content=book.to_dict(), sha256=book.sha256
        )
    )


def confirm_parameter(
    version_id: int, parameter: str, *, actor: Actor, now: datetime, on: date
) -> ParameterConfirmation:
    """HR's word that a value is the company's own; changing one makes a new version instead.

    Raises `Invalid` for a parameter that the version does not have, `NotFound` for anyone but HR.
    """
    with operation("confirm_parameter", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        version = op.find(PolicyVersion, version_id)
        book = rulebook_of(version)
        if parameter not in {known.id for known in book.parameters}:
            raise Invalid({"parameter": N_("This version has no parameter %(parameter)s.")}, {"parameter": parameter})
        return give_word(op, version, parameter, book.value(parameter, max(on, version.effective_from)))


def give_word(op: Operation, version: PolicyVersion, parameter: str, value: int | str) -> ParameterConfirmation:
    """HR's word for a value of a version, in the actor's name; given before for the same value it stays as it is."""
    found, user = confirmations_of(op.session, version).get(parameter), op.actor.user_id or 0
    if found is None:
        return op.add(_confirmation(version, parameter, value, user, op.now))
    if found.value != value:  # the word was given for another value, which held before
        found.value, found.confirmed_by_id, found.confirmed_at = value, user, op.now
        found.carried_from_id = None
    return found


def confirm_all(version_id: int, *, actor: Actor, now: datetime, on: date) -> int:
    """Confirm every value of a version that is still provisional; returns how many there were. Raises as one does."""
    with operation("confirm_parameters", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        version = op.find(PolicyVersion, version_id)
        left = provisional_of(op.session, version, on)
        for parameter in sorted(left):
            confirm_parameter(version_id, parameter, actor=actor, now=now, on=on)
    return len(left)


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

    It changes the version in force on that day. What HR types here HR has given its word for. Raises `Invalid` with
    every value that is out of its range, and where the values contradict each other (weights that do not sum to 100);
    `Refused` for a day before a promulgated version begins (6.1-c) and where nothing would change (6.1), `NotFound` for
    anyone but HR.
    """
    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        check_day(op, effective_from)
        base = rules_on(op.session, effective_from, ByDay.NEXT_VERSION).book
        if wrong := {key: why for key, value in values.items() if (why := base.parameter(key).fault(value))}:
            raise Invalid(
                {key: why.reason for key, why in wrong.items()}, own={key: why.facts for key, why in wrong.items()}
            )
        changed = {key: value for key, value in values.items() if value != base.value(key, effective_from)}
        content = base.to_dict() | {"effective_from": effective_from.isoformat()}
        version = _draft(op, base, from_dict(with_values(content, changed, effective_from)), note)
        for key, value in values.items() if actor.has("hr") else ():
            op.add(_confirmation(version, key, value, actor.user_id or 0, now))
    return version


def draft_from(book: Rulebook, *, note: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """A whole rulebook, as read from a file, becomes the draft of the next version.

    Raises `Refused` for a day before a promulgated version begins (6.1-c), and where nothing would change (6.1);
    `NotFound` for anyone but HR.
    """
    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        check_day(op, book.effective_from)
        base = rules_on(op.session, book.effective_from, ByDay.NEXT_VERSION).book
        version = _draft(op, base, book, note)
    return version


def check_day(op: Operation, effective_from: date) -> None:
    """Raise `Refused` for a day on which no next version can begin (6.1-c)."""
    last = op.session.scalars(promulgated()).first()
    begins = last.effective_from if last else None
    if refusal := _refusal_of_day(effective_from, begins, op.today):
        raise Refused(refusal)


def _draft(op: Operation, base: Rulebook, book: Rulebook, note: str) -> PolicyVersion:
    if refusal := _nothing_differs(base, book):
        raise Refused(refusal)
    return store_draft(op, book, note)


def _nothing_differs(base: Rulebook, book: Rulebook) -> Refusal | None:
    if all(change.part in UNSUBSTANTIAL for change in difference(base, book)):
        return Refusal("6.1", N_("Nothing differs from the version in force."))
    return None


def store_draft(op: Operation, book: Rulebook, note: str) -> PolicyVersion:
    """Keep a rulebook as the draft with the next number."""
    number = next_after(op, select(func.max(PolicyVersion.number)))
    version = _store(op, replace(book, version=number), VersionStage.DRAFT)
    version.note = note
    return version


@act("policy_version", "submit")
def submit(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Hand a draft to a second person for promulgation; raises `Refused` (6.1)."""
    with operation("submit_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        op.step(version, _facts(op, version), "submit")
        version.submitted_by_id = actor.user_id
    return version


@act("policy_version", "promulgate")
def promulgate(version_id: int, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Make a submitted version law from its effective date on (6.1-c); never by the person who submitted it (6.1).

    What HR confirmed of the version before carries over, recorded as such, where the value is the same; no other value
    is confirmed by this.
    """
    with operation("promulgate_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        before = op.session.scalars(promulgated()).first()
        op.step(version, _facts(op, version), "promulgate")
        version.promulgated_by_id, version.promulgated_at = actor.user_id, now
        lay_out(op, version)
        if before is not None:
            _carry_confirmations(op, before, version)
        follow_versions(actor=actor, now=now)
    return version


@act("policy_version", "withdraw", REASON)
def withdraw_version(version_id: int, reason: str, *, actor: Actor, now: datetime) -> PolicyVersion:
    """HR takes back a version that is not promulgated; its number stays its own. Raises `Refused` without a reason."""
    with operation("withdraw_policy_version", actor=actor, now=now, clause="6.1") as op:
        version = op.find(PolicyVersion, version_id)
        op.step(version, _facts(op, version, reason), "withdraw", reason=reason.strip())
    return version


def _carry_confirmations(op: Operation, before: PolicyVersion, version: PolicyVersion) -> None:
    given, own = confirmations_of(op.session, before), confirmations_of(op.session, version)
    book, day = rulebook_of(version), version.effective_from
    for parameter in book.parameters:
        found, value = given.get(parameter.id), book.value(parameter.id, day)
        if found is None or parameter.id in own or found.value != value:
            continue
        row = op.add(_confirmation(version, parameter.id, value, found.confirmed_by_id, found.confirmed_at))
        row.carried_from_id = before.id
    op.session.flush()


def version_facts(version: PolicyVersion, actor: Actor, **known: Any) -> Facts:
    """A policy version as the workflow table sees it."""
    base = {
        "is_proposer": version.submitted_by_id is not None and version.submitted_by_id == actor.user_id,
        "another_person_clause": "6.1",
    }
    return Facts("policy_version", version.stage, actor.roles & {"hr", "management"}, base | known)


def _facts(op: Operation, version: PolicyVersion, reason: str | None = None) -> Facts:
    refusal = _content_refusal(version) or _day_refusal(op, version) or _change_refusal(op, version)
    attempt = {} if reason is None else {"attempt": True, "reason": reason}
    return version_facts(version, op.actor, version_refusal=refusal, **attempt)


def _day_refusal(op: Operation, version: PolicyVersion) -> Refusal | None:
    last = op.session.scalars(promulgated().where(PolicyVersion.id != version.id)).first()
    day = version.effective_from
    return _refusal_of_day(day, last.effective_from if last else None, op.today)


def _refusal_of_day(day: date, last: date | None, today: date) -> Refusal | None:
    return check_effective(day, last) or check_not_over(day, today) or check_near(day, today)


def _change_refusal(op: Operation, version: PolicyVersion) -> Refusal | None:
    """A draft that was begun from another version is submitted once it says something else than what it follows."""
    if version.stage != VersionStage.DRAFT:
        return None
    return _nothing_differs(rules_on(op.session, version.effective_from, ByDay.NEXT_VERSION).book, rulebook_of(version))


def _content_refusal(version: PolicyVersion) -> Refusal | None:
    """A version keeps the hash under which it was stored, holds what this release asks for, and its cases come out."""
    return _refusal_of(json.dumps(version.content, ensure_ascii=False, sort_keys=True), version.sha256)


# By the content itself and not by the hash beside it: whether the two belong together is what is asked.
@lru_cache(maxsize=8)
def _refusal_of(content: str, sha256: str) -> Refusal | None:
    data = json.loads(content)
    book = stored(data)
    if book.sha256 != sha256:
        return Refusal("6.1", N_("The content is not the one that was hashed when this version was stored."))
    try:
        from_dict(data)
    except RulebookError as error:
        fault = error.faults[0]
        return Refusal("6.1", fault.reason, fault.facts)
    wrong = failures(book)
    if wrong:
        return Refusal(
            "6.1",
            P_(
                "%(count)s worked case no longer comes out as it says.",
                "%(count)s worked cases no longer give the result they state.",
            ),
            {"count": len(wrong)},
        )
    return None


def _state(version: PolicyVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": version.number,
        "stage": version.stage,
        "effective_from": version.effective_from.isoformat(),
        "sha256": version.sha256,
    }


declare_process("policy_version", PolicyVersion, _facts, state=_state)
