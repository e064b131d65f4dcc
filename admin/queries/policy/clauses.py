"""Every clause of the policy with its carrier: who keeps its promise, and on which page of the portal .

PAGES is the one table from the rulebook's page names to addresses; links, refusals and each page's own footer read it.
Whether a page is there, the portal's registered views say (admin.web.clause_pages).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from admin.domain.refusals import N_
from admin.rulebook.book import Rulebook
from admin.rulebook.content import PLACEHOLDER, Case, Clause
from admin.rulebook.loader import shipped


@dataclass(frozen=True)
class ClausePage:
    """A page of the portal that carries clauses: its address and its name (message id).

    With `below` the pages under the address carry them too: the address itself leads to one of them.
    """

    address: str
    label: str
    below: bool = False

    def is_at(self, path: str) -> bool:
        """Whether a request's path is this page."""
        return path == self.address or (self.below and path.startswith(self.address))


PAGES: dict[str, ClausePage] = {
    "adjustments": ClausePage("/adjustments/", N_("Other adjustments")),
    "appeals": ClausePage("/appeals/list/", N_("Appeals and objections")),
    "audit": ClausePage("/audit_events/list/", N_("Audit trail")),
    "audit-reports": ClausePage("/audit-reports/", N_("Audit reports")),
    "bodies": ClausePage("/bodies/", N_("Committee and appeal panel")),
    "calendar": ClausePage("/calendar/", N_("Working calendar")),
    "candidates": ClausePage("/candidates/", N_("Candidates for management posts")),
    "complaints": ClausePage("/complaints/list/", N_("Complaints and reports")),
    "confirmations": ClausePage("/confirmations/", N_("Confirmations")),
    "courses": ClausePage("/courses/list/", N_("Courses")),
    "cycles": ClausePage("/cycles/", N_("Review cycles")),
    "demotions": ClausePage("/demotions/", N_("Duty to propose a demotion")),
    "departments": ClausePage("/department/", N_("Department review")),
    "deputies": ClausePage("/deputies/list/", N_("Deputies")),
    "documents": ClausePage("/documents/list/", N_("Issued documents")),
    "employees": ClausePage("/employees/list/", N_("Employees")),
    "follow-up": ClausePage("/follow-up/", N_("Follow-up notes")),
    "grade-file": ClausePage("/files/", N_("Grade file"), below=True),
    "grades": ClausePage("/grades/list/", N_("Grades")),
    "honours": ClausePage("/honours/list/", N_("Honours")),
    "imports": ClausePage("/imports/", N_("Imports")),
    "meetings": ClausePage("/meetings/list/", N_("Meetings of the committee")),
    "metrics": ClausePage("/imports/", N_("Imports")),
    "my-path": ClausePage("/my-path/", N_("My path")),
    "notices": ClausePage("/notices/list/", N_("Public notices")),
    "pay": ClausePage("/pay/", N_("Pay bands")),
    "reviewers": ClausePage("/cycles/", N_("Review cycles")),
    "reviews": ClausePage("/reviews/list/", N_("Review cases")),
    "versions": ClausePage("/policy/versions", N_("Policy versions")),
    "takeover-corrections": ClausePage("/takeover-corrections/", N_("Corrections of takeovers")),
    "scorecards": ClausePage("/scorecard_versions/list/", N_("Scorecards")),
}


@dataclass(frozen=True)
class TextRun:
    """A run of a clause's text; `parameter` names whose value it is, `provisional` that HR has not confirmed it."""

    text: str
    parameter: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class ClauseEntry:
    """A clause as the policy page shows it, in one language; `later`: a rule that this version's text does not have yet."""

    clause: Clause
    title: str
    pieces: tuple[TextRun, ...]
    page: ClausePage | None
    cases: tuple[Case, ...]
    later: bool = False

    @property
    def provisional(self) -> bool:
        """Whether a value in its text is not confirmed yet."""
        return any(piece.provisional for piece in self.pieces)


@dataclass(frozen=True)
class ChapterEntry:
    """A chapter with its clauses as they are printed."""

    id: str
    name: str
    clauses: tuple[ClauseEntry, ...]


def chapters_of(book: Rulebook, lang: str, on: date, provisional: set[str]) -> list[ChapterEntry]:
    """The whole policy in one language, values as in force on a day, with what is provisional marked.

    Rules of ours that came after the version was stored are cited all the same: they follow at the end of their chapter.
    """
    known = {clause.id for clause in book.clauses}
    later = [clause for clause in shipped().clauses if clause.id not in known]
    return [
        ChapterEntry(
            chapter.id,
            chapter.name.get(lang),
            (
                *(_entry(book, clause, lang, on, provisional) for clause in book.of_chapter(chapter.id)),
                *(
                    replace(_entry(shipped(), clause, lang, on, set()), later=True)
                    for clause in later
                    if clause.chapter == chapter.id
                ),
            ),
        )
        for chapter in book.chapters
    ]


def _entry(book: Rulebook, clause: Clause, lang: str, on: date, provisional: set[str]) -> ClauseEntry:
    pieces = tuple(_pieces(book, clause.text.get(lang), lang, on, provisional))
    cases = tuple(case for case in book.cases if case.clause == clause.id)
    return ClauseEntry(clause, clause.title.get(lang), pieces, PAGES.get(clause.page or ""), cases)


def _pieces(book: Rulebook, words: str, lang: str, on: date, provisional: set[str]) -> Iterator[TextRun]:
    done = 0
    for found in PLACEHOLDER.finditer(words):
        if words[done : found.start()]:
            yield TextRun(words[done : found.start()])
        name = found[1]
        yield TextRun(book.parameter(name).words(book.value(name, on), lang), name, name in provisional)
        done = found.end()
    if words[done:]:
        yield TextRun(words[done:])


def clauses_carried_at(path: str) -> list[str]:
    """The clauses that the page at an address carries; the code ships its pages and this list together."""
    slugs = {slug for slug, carrier in PAGES.items() if carrier.is_at(path)}
    return [clause.id for clause in shipped().clauses if clause.page in slugs] if slugs else []
