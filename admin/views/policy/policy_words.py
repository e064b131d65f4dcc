"""A policy version in words: what it is today, and what it changes (6.1, 6.1-c)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import VersionStanding
from admin.domain.refusals import N_
from admin.models import PolicyVersion
from admin.rulebook.difference import Change
from admin.web.texts import language, stage_label, translated

TONES = {
    "draft": "plain",
    "submitted": "warn",
    "coming": "warn",
    "in_force": "good",
    "superseded": "plain",
    "withdrawn": "plain",
}
PARTS = {
    "title": N_("Title of the policy"),
    "effective_from": N_("In force from"),
    "chapters": N_("Chapter"),
    "clauses": N_("Clause"),
    "parameters": N_("Parameter"),
    "levels": N_("Level"),
    "grades": N_("Grade of the ladder"),
    "scale": N_("Rating scale"),
    "dimensions": N_("Scorecard"),
    "cases": N_("Worked example"),
}
KINDS = {"added": (N_("added"), "good"), "removed": (N_("removed"), "bad"), "changed": (N_("changed"), "warn")}


def stage_of(row: PolicyVersion, known: VersionStanding | None) -> tuple[str, str]:
    """In words what a version is today, and its tone: its stage until it is promulgated, then what its day makes of it."""
    return (stage_label(row.stage), TONES[row.stage]) if known is None else (translated(known.label), TONES[known])


def described(change: Change) -> dict[str, Any]:
    """A change as the page shows it: what, which part of it, before and after in the reader's language."""
    lang = language()
    part = translated(PARTS[change.part]) if change.part in PARTS else change.part
    label, tone = KINDS[change.kind]
    return {
        "part": part,
        "name": change.name.get(lang) if change.name else "",
        "id": change.id,
        "field": _field(change),
        "kind": translated(label),
        "tone": tone,
        "before": change.words(change.before, lang),
        "after": change.words(change.after, lang),
        "clause": change.id if change.part == "clauses" else None,
    }


def _field(change: Change) -> str:
    steps = change.field.split()
    if change.part == "parameters" and steps[:1] == ["values"] and len(steps) == 3:
        return _("Value from %(day)s", day=steps[1]) if steps[2] == "value" else _("First day of that value")
    return {"text": _("Wording"), "title": _("Heading")}.get(steps[0], change.field) if steps else ""
