"""Writing the next version of the policy: a draft begun from any version, changed part by part (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.codes import VersionStage
from admin.domain.refusals import N_, Invalid, refuse
from admin.models import PolicyVersion
from admin.operations.people.here import require_hr
from admin.operations.policy.policy import check_day, give_word, store_draft
from admin.operations.transaction import operation
from admin.queries.policy.policy import rulebook_of
from admin.rulebook.book import Rulebook
from admin.rulebook.editing import Path, begun_on, edited, mark_of, on_day, readable, with_values


def begin_draft(version_id: int, *, effective_from: date, note: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """A draft that says what another version says, to be changed; what it is to follow decides its day alone.

    Raises `Refused` for a day before a promulgated version begins (6.1-c), `NotFound` for anyone but HR.
    """
    with operation("draft_policy_version", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        check_day(op, effective_from)
        base = op.find(PolicyVersion, version_id)
        return store_draft(op, readable(begun_on(base.content, effective_from)), note)


def write_draft(
    version_id: int,
    place: tuple[str, str],
    edits: Mapping[Path, Any],
    values: Mapping[str, int | str],
    *,
    seen: str,
    effective_from: date | None = None,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> PolicyVersion:
    """Write entries of one part of a draft and values of its parameters; it is kept with the faults that it still has.

    `place` is the part, and of clauses and criteria which one; `seen` its mark as the writer looked at it: two people write
    two parts of one draft at once. Raises `RulebookError` naming each entry that is empty or of a
    wrong kind, `Invalid` naming each value out of its range; `Refused` where it is no draft (6.1), where somebody else
    wrote meanwhile (1.3.1) and for a day that cannot be (6.1-c); `NotFound` for anyone but HR.
    """
    with operation("edit_policy_version", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        version = op.find(PolicyVersion, version_id)
        if version.stage != VersionStage.DRAFT:
            refuse("6.1", N_("Only a draft can be changed. Begin a new one from this version."))
        if mark_of(rulebook_of(version), *place) != seen:
            refuse("1.3.1", N_("Someone else changed this part meanwhile. Look at it again, then repeat your change."))
        book = _written(version, edits, values)
        if effective_from is not None and effective_from != version.effective_from:
            check_day(op, effective_from)
            book = readable(on_day(book.to_dict(), effective_from))
        version.content, version.sha256 = book.to_dict(), book.sha256
        version.effective_from = book.effective_from
        version.note = version.note if note is None else note
        for parameter, value in values.items() if actor.has("hr") else ():
            give_word(op, version, parameter, value)
    return version


def _written(version: PolicyVersion, edits: Mapping[Path, Any], values: Mapping[str, int | str]) -> Rulebook:
    book = rulebook_of(version)
    if wrong := {key: why for key, value in values.items() if (why := book.parameter(key).fault(value))}:
        raise Invalid(
            {key: why.reason for key, why in wrong.items()}, own={key: why.facts for key, why in wrong.items()}
        )
    changed = {key: value for key, value in values.items() if value != book.value(key, book.effective_from)}
    return readable(edited(with_values(book.to_dict(), changed, book.effective_from), edits))
