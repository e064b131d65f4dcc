"""What a well-formed rulebook still may not say: each check yields the place, the reason and the facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from admin.domain.codes import Measure
from admin.domain.grades import STEP_ORDERS
from admin.domain.refusals import N_, Invalid
from admin.domain.scorecard import faults as scorecard_faults
from admin.rulebook.book import Rulebook
from admin.rulebook.content import LANGUAGES, LONGEST, Clause, CriterionSpec, Parameter, Text
from admin.rulebook.convert import domain_scorecard
from admin.rulebook.source import Path

Found = Iterator[tuple[Path, str, dict[str, Any]]]

CLAUSE_ID = re.compile(r"\d+(\.\d+)*(-[a-z]\d?)?")
NAME = re.compile(r"[a-z][a-z0-9_]*")
GRADE_ID = re.compile(r"[A-Z][A-Z0-9]{0,7}")
BRACE = re.compile(r"[{}]")


# Parameters that the portal reads: numbers, and choices with the values that it knows how to carry out.
NUMBERS = (
    "assessment_month",
    "notice_days",
    "promotion_years_in_grade",
    "promotion_excellent_years",
    "demotion_unqualified_years",
    "promotion_max_steps",
    "seniority_cap",
    "peer_minimum",
    "peers_proposed",
    "short_service_months",
    "predecessor_months",
    "case_minimum_members",
    "votes_minimum",
    "panel_minimum",
    "appeal_answer_days",
    "superior_answer_days",
    "statement_days",
    "watch_cycles",
    "complaint_acknowledge_days",
    "complaint_answer_days",
)
CHOICES = {
    "notice_demotions": ("served", "published"),
    "notice_name_style": ("full", "masked", "number_only"),
    "step_order": STEP_ORDERS,
}


def check(book: Rulebook) -> Found:
    """Every fault across the parts of a rulebook."""
    yield from _ids(book)
    yield from _clauses(book)
    yield from _needed(book)
    yield from _parameters(book)
    yield from _grades(book)
    yield from _criteria(book)
    yield from _cases(book)
    yield from _lengths(book)


def check_scorecard(book: Rulebook) -> Found:
    """Faults of the scorecard by the domain's own judgement, on each day on which a parameter changes."""
    seen = set()
    for day in change_days(book):
        for refusal in scorecard_faults(domain_scorecard(book, day), book.values(day)):
            if (refusal.reason, str(refusal.facts)) not in seen:
                seen.add((refusal.reason, str(refusal.facts)))
                yield ("dimensions",), refusal.reason, dict(refusal.facts)


def change_days(book: Rulebook) -> list[date]:
    """The day the version takes effect, and every later day on which a parameter changes."""
    days = {dated.since for parameter in book.parameters for dated in parameter.values}
    return [book.effective_from, *sorted(day for day in days if day > book.effective_from)]


def _ids(book: Rulebook) -> Found:
    listed: tuple[tuple[str, Sequence[Any], re.Pattern[str]], ...] = (
        ("chapters", book.chapters, CLAUSE_ID),
        ("clauses", book.clauses, CLAUSE_ID),
        ("parameters", book.parameters, NAME),
        ("levels", book.levels, NAME),
        ("grades", book.grades, GRADE_ID),
        ("dimensions", book.dimensions, NAME),
    )
    for part, entries, pattern in listed:
        yield from _unique(part, [entry.id for entry in entries], pattern)


def _unique(part: str, ids: list[str], pattern: re.Pattern[str]) -> Found:
    if not ids:
        yield (part,), N_("This part is empty."), {}
    repeated = {name for name, times in Counter(ids).items() if times > 1}
    for at, name in enumerate(ids):
        if name in repeated:
            yield (part, at, "id"), N_("The id %(id)s appears more than once."), {"id": name}
        if not pattern.fullmatch(name):
            yield (part, at, "id"), N_("%(id)s is not a possible id here."), {"id": name}


def _clauses(book: Rulebook) -> Found:
    chapters = {chapter.id for chapter in book.chapters}
    parameters = {parameter.id for parameter in book.parameters}
    for at, clause in enumerate(book.clauses):
        if clause.chapter not in chapters:
            yield ("clauses", at, "id"), N_("There is no chapter %(chapter)s."), {"chapter": clause.chapter}
        yield from _carrier(("clauses", at), clause)
        yield from _placeholders(("clauses", at, "text"), clause.text, parameters)
        yield from _placeholders(("clauses", at, "title"), clause.title, set())


def _carrier(path: Path, clause: Clause) -> Found:
    if clause.carrier == "enforced" and clause.rule is None:
        yield (*path, "rule"), N_("An enforced clause names the rule that enforces it."), {}
    if clause.carrier == "carried" and clause.page is None:
        yield (*path, "page"), N_("A carried clause names the page that carries it."), {}
    if clause.carrier == "published" and clause.rule is not None:
        yield (*path, "rule"), N_("A clause that is only published has no rule."), {}


def _placeholders(path: Path, text: Text, known: set[str]) -> Found:
    for lang in LANGUAGES:
        names = text.placeholders(lang)
        for name in sorted(names - known):
            yield (*path, lang), N_("There is no parameter {%(name)s}."), {"name": name}
        if names != text.placeholders(LANGUAGES[0]):
            yield (*path, lang), N_("The languages do not name the same parameters."), {}
        if len(BRACE.findall(text.get(lang))) != 2 * len(re.findall(r"\{[a-z_]+\}", text.get(lang))):
            yield (*path, lang), N_("Braces are for the names of parameters only."), {}


def _parameters(book: Rulebook) -> Found:
    clauses = {clause.id for clause in book.clauses}
    printed = {name for clause in book.clauses for name in clause.text.placeholders("en")}
    for at, parameter in enumerate(book.parameters):
        path: Path = ("parameters", at)
        if parameter.clause not in clauses:
            yield (*path, "clause"), N_("There is no clause %(clause)s."), {"clause": parameter.clause}
        if parameter.id not in printed:
            yield (*path, "id"), N_("No clause prints {%(name)s}."), {"name": parameter.id}
        yield from _kind(path, parameter)
        yield from _dated(path, parameter, book.effective_from)


def _needed(book: Rulebook) -> Found:
    places = {parameter.id: at for at, parameter in enumerate(book.parameters)}
    for name in (*NUMBERS, *CHOICES):
        if name not in places:
            yield ("parameters",), N_("The parameter %(name)s is missing."), {"name": name}
        else:
            yield from _usable(("parameters", places[name]), book.parameters[places[name]])


def _usable(path: Path, parameter: Parameter) -> Found:
    known = CHOICES.get(parameter.id, ())
    wanted = "choice" if known else "month" if parameter.id == "assessment_month" else "int"
    if parameter.type != wanted:
        yield (*path, "type"), N_("%(name)s must be of the type %(type)s."), {"name": parameter.id, "type": wanted}
    for value in (choice.value for choice in parameter.choices if choice.value not in known):
        yield (*path, "choices"), N_("The portal does not know how to carry out “%(value)s”."), {"value": value}


def _kind(path: Path, parameter: Parameter) -> Found:
    is_int, is_choice = parameter.type == "int", parameter.type == "choice"
    wanted = {"range": is_int, "unit": is_int, "choices": is_choice}
    for key, needed in wanted.items():
        if needed and not getattr(parameter, key):
            yield (*path, key), N_("“%(key)s” is missing."), {"key": key}
        if not needed and getattr(parameter, key):
            reason = N_("A parameter of type %(type)s has no “%(key)s”.")
            yield (*path, key), reason, {"type": parameter.type, "key": key}
    values = [choice.value for choice in parameter.choices]
    if len(set(values)) < len(values):
        yield (*path, "choices"), N_("A value appears twice."), {}


def _dated(path: Path, parameter: Parameter, effective_from: date) -> Found:
    days = [dated.since for dated in parameter.values]
    if not days or days[0] > effective_from:
        reason = N_("There is no value for %(day)s, when the version takes effect.")
        yield (*path, "values"), reason, {"day": effective_from.isoformat()}
    if days != sorted(set(days)):
        yield (*path, "values"), N_("The dated values follow each other, one a day."), {}
    for at, dated in enumerate(parameter.values):
        if refusal := parameter.fault(dated.value):
            yield (*path, "values", at), refusal.reason, dict(refusal.facts)


def _grades(book: Rulebook) -> Found:
    levels = {level.id for level in book.levels}
    for at, grade in enumerate(book.grades):
        if grade.level not in levels:
            yield ("grades", at, "level"), N_("There is no level %(level)s."), {"level": grade.level}
            return
    try:
        ladders = [book.ladder(day) for day in change_days(book)]
    except (Invalid, KeyError) as error:
        yield ("grades",), N_("The ladder is faulty: %(problem)s"), {"problem": str(error)}
        return
    thresholds = book.thresholds
    for code in (code for ladder in ladders for code in ladder.codes[1:] if code not in thresholds):
        yield ("grades", _index(book, code)), N_("%(grade)s has no threshold for promotion."), {"grade": code}


def _lengths(book: Rulebook) -> Found:
    """What the tables have no room for; SQLite takes it all the same, PostgreSQL does not."""
    ids: tuple[tuple[str, Sequence[Any], str], ...] = (
        ("levels", book.levels, "level"),
        ("clauses", book.clauses, "clause"),
        ("parameters", book.parameters, "parameter"),
    )
    for part, entries, kind in ids:
        for at, entry in enumerate(entries):
            yield from _too_long((part, at, "id"), entry.id, LONGEST[kind])
    for at, grade in enumerate(book.grades):
        for lang in LANGUAGES:
            yield from _too_long(("grades", at, lang), grade.name.get(lang), LONGEST["grade name"])
    for place, dimension in enumerate(book.dimensions):
        for at, criterion in enumerate(dimension.criteria):
            yield from _criterion_too_long(("dimensions", place, "criteria", at), criterion)


def _criterion_too_long(path: Path, criterion: CriterionSpec) -> Found:
    # Rated by superior and colleagues it has two rows, each with an addition to its id and its name.
    longest = max(criterion.parts, key=lambda part: len(part.id))
    yield from _too_long((*path, "id"), criterion.id, LONGEST["criterion"] - len(longest.id) + len(criterion.id))
    for lang in LANGUAGES:
        own, whole = criterion.name.get(lang), longest.name.get(lang)
        yield from _too_long((*path, "name", lang), own, LONGEST["criterion name"] - len(whole) + len(own))


def _too_long(path: Path, words: str, room: int) -> Found:
    if len(words) > room:
        yield path, N_("At most %(limit)s characters."), {"limit": room}


def _index(book: Rulebook, grade: str) -> int:
    return next(at for at, listed in enumerate(book.grades) if listed.id == grade)


def _criteria(book: Rulebook) -> Found:
    parameters = {parameter.id for parameter in book.parameters}
    clauses = {clause.id for clause in book.clauses}
    for at, dimension in enumerate(book.dimensions):
        if dimension.clause not in clauses:
            yield ("dimensions", at, "clause"), N_("There is no clause %(clause)s."), {"clause": dimension.clause}
        if dimension.weight not in parameters:
            yield ("dimensions", at, "weight"), N_("There is no parameter {%(name)s}."), {"name": dimension.weight}
        yield from _unique("criteria", [criterion.id for criterion in dimension.criteria], NAME)
        for place, criterion in enumerate(dimension.criteria):
            yield from _criterion(("dimensions", at, "criteria", place), criterion, len(book.scale))


_ANCHORS = N_("A criterion that people rate has one behaviour anchor for each value of the scale, any other has none.")
_BANDS = N_("A criterion that people rate is scored by the scale, any other by its bands.")
_SHARE = N_("A criterion rated by superior and peers states the peers' share, between 1 and 99; any other has none.")
_PER = N_("Only a rate is shown per 100 or per 1000.")


def _criterion(path: Path, criterion: CriterionSpec, steps: int) -> Found:
    shared = criterion.source == "superior_and_peers"
    checks: tuple[tuple[str, bool, str], ...] = (
        ("anchors", len(criterion.anchors) != (steps if criterion.rated else 0), _ANCHORS),
        ("bands", bool(criterion.bands) == criterion.rated, _BANDS),
        ("peer_share", shared != (criterion.peer_share is not None), _SHARE),
        ("peer_share", criterion.peer_share is not None and not 0 < criterion.peer_share < 100, _SHARE),
        ("per", criterion.per < 1 or (criterion.per > 1 and criterion.measure != Measure.RATE), _PER),
    )
    for key, wrong, reason in checks:
        if wrong:
            yield (*path, key), reason, {}


def _cases(book: Rulebook) -> Found:
    clauses = {clause.id for clause in book.clauses}
    for at, case in enumerate(book.cases):
        if case.clause not in clauses:
            yield ("cases", at, "clause"), N_("There is no clause %(clause)s."), {"clause": case.clause}
        for key in ("given", "expect"):
            if not isinstance(getattr(case, key), dict):
                yield ("cases", at, key), N_("Named entries are expected here."), {}
