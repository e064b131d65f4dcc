"""The policy in the public snapshot: its text and values as printed, and what each version changed (6.1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from admin.models import PolicyVersion
from admin.queries.policy.policy import promulgated, provisional_of, rulebook_of
from admin.queries.system.calendar import company_day
from admin.queries.system.texts import LANGUAGES, same
from admin.rulebook.content import Text


def words_of(text: Text) -> dict[str, str]:
    """The text in every language of the site."""
    return {lang: text.get(lang) for lang in LANGUAGES}


def policy_text(session: Session, version: PolicyVersion, now: datetime) -> dict[str, Any]:
    """Chapters and clauses as they are printed on a day, and how they came to be."""
    book, day = rulebook_of(version), company_day(now)
    provisional = provisional_of(session, version, day)
    clauses = [
        {
            "id": clause.id,
            "chapter": clause.chapter,
            "title": words_of(clause.title),
            "text": {lang: book.text(clause.id, lang, day) for lang in LANGUAGES},
            "provisional_parameters": sorted(clause.text.placeholders("zh_hant") & provisional),
        }
        for chapter in book.chapters
        for clause in book.of_chapter(chapter.id)
    ]
    return {
        "version": str(version.number),
        "effective_from": version.effective_from.isoformat(),
        "sha256": version.sha256,
        "chapters": [{"id": chapter.id, "title": words_of(chapter.name)} for chapter in book.chapters],
        "clauses": clauses,
        "history": _history(session, day),
    }


def _history(session: Session, today: date) -> list[dict[str, Any]]:
    """Every promulgated version, the one that begins last first, with the clauses that it changed as they are printed."""
    history: list[dict[str, Any]] = []
    before: dict[str, dict[str, str]] | None = None
    # From the first on, because each is compared with the one before it.
    for version in reversed(session.scalars(promulgated()).all()):
        after = _printed(version)
        history.insert(
            0,
            {
                "version": str(version.number),
                "effective_from": version.effective_from.isoformat(),
                "sha256": version.sha256,
                "coming": version.effective_from > today,
                "changes": [] if before is None else _changes(before, after),
            },
        )
        before = after
    return history


def _printed(version: PolicyVersion) -> dict[str, dict[str, str]]:
    """Each clause's text per language with the values of the version's first day."""
    book = rulebook_of(version)
    return {
        clause.id: {lang: book.text(clause.id, lang, version.effective_from) for lang in LANGUAGES}
        for clause in book.clauses
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    # In the new version's order, and what it dropped at the end: a clause that is gone has changed too.
    clauses = [*after, *(clause for clause in before if clause not in after)]
    return [
        {"clause": clause, "before": before.get(clause), "after": after.get(clause)}
        for clause in clauses
        if before.get(clause) != after.get(clause)
    ]


def parameter_values(session: Session, version: PolicyVersion, now: datetime) -> list[dict[str, Any]]:
    """Every parameter with its value on a day, marked where HR has not confirmed it."""
    book, day = rulebook_of(version), company_day(now)
    provisional = provisional_of(session, version, day)
    return [
        {
            "id": parameter.id,
            "clause": parameter.clause,
            "name": words_of(parameter.name),
            "value_text": {lang: parameter.words(parameter.value(day), lang) for lang in LANGUAGES},
            "unit": same(""),
            "provisional": parameter.id in provisional,
        }
        for parameter in book.parameters
    ]
