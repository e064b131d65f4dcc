"""A rulebook: one policy version with everything it says, and the questions that the rest of the portal asks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from admin.domain.grades import Grade, Ladder, make_ladder
from admin.domain.refusals import N_, Refusal, Refused
from admin.rulebook.codec import encode
from admin.rulebook.content import (
    PLACEHOLDER,
    Case,
    Chapter,
    Clause,
    DimensionSpec,
    GradeSpec,
    Level,
    Parameter,
    ScaleStep,
    ScorecardSpec,
    Text,
)


class Values(dict[str, Any]):
    """Values by parameter; one that the version does not hold is refused in words, whoever asks for it (6.1)."""

    def __missing__(self, name: str) -> Any:
        raise lacking(name)


def lacking(name: str) -> Refused:
    """What is said where a version of an earlier release is asked for a value that came later."""
    text = N_(
        "The policy version that applies here is from an earlier release and lacks the value "
        "“%(parameter)s”. Draft a version that has it, and have it promulgated."
    )
    return Refused(Refusal("6.1", text, {"parameter": name}))


@dataclass(frozen=True)
class Rulebook:
    """One policy version. Compare and store it by `canonical()`; never changed, only replaced by the next version."""

    version: int
    effective_from: date
    title: Text
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]
    parameters: tuple[Parameter, ...]
    levels: tuple[Level, ...]
    grades: tuple[GradeSpec, ...]
    scale: tuple[ScaleStep, ...]
    dimensions: tuple[DimensionSpec, ...]
    cases: tuple[Case, ...] = ()

    def clause(self, clause_id: str) -> Clause:
        """The clause with that id; raises KeyError."""
        return self._clauses[clause_id]

    def parameter(self, parameter_id: str) -> Parameter:
        """The parameter with that id; raises `Refused` (6.1) where this version lacks it."""
        if parameter_id not in self._parameters:
            raise lacking(parameter_id)
        return self._parameters[parameter_id]

    def grade(self, grade_id: str) -> GradeSpec:
        """The grade with that id; raises KeyError."""
        return self._grades[grade_id]

    def level(self, level_id: str) -> Level:
        """The level with that id; raises KeyError."""
        return next(level for level in self.levels if level.id == level_id)

    @property
    def scorecard(self) -> ScorecardSpec:
        """The scorecard: scale and dimensions."""
        return ScorecardSpec(self.scale, self.dimensions)

    def value(self, parameter_id: str, on: date) -> int | str:
        """The parameter's value in force that day; Refused before its first one (7)."""
        return self.parameter(parameter_id).value(on)

    def values(self, on: date) -> Values:
        """All parameters' values that day: the `parameters` argument of the domain."""
        return Values({parameter.id: parameter.value(on) for parameter in self.parameters})

    def text(self, clause_id: str, lang: str, on: date) -> str:
        """The clause's words with every parameter filled in, with unit, as in force that day."""
        return self.fill(self.clause(clause_id).text.get(lang), lang, on)

    def fill(self, words: str, lang: str, on: date) -> str:
        """Any text of the rulebook with its placeholders filled in."""
        return PLACEHOLDER.sub(lambda found: self._printed(found[1], lang, on), words)

    def _printed(self, parameter_id: str, lang: str, on: date) -> str:
        parameter = self.parameter(parameter_id)
        return parameter.words(parameter.value(on), lang)

    def of_chapter(self, chapter_id: str) -> Iterator[Clause]:
        """The chapter's clauses as they are printed: each clause, then the rules of ours that serve it."""
        own = [clause for clause in self.clauses if clause.chapter == chapter_id]
        for clause in own:
            if clause.serves is None:
                yield clause
                yield from (rule for rule in own if rule.serves and self._homes[rule.id] == clause.id)

    @cached_property
    def _homes(self) -> dict[str, str | None]:
        return {rule.id: self._home(rule) for rule in self.clauses if rule.serves}

    def _home(self, rule: Clause) -> str | None:
        """The clause that a rule is printed under: the one it names, else the last of that section ("3.3-a": 3.3.6)."""
        served = str(rule.serves)
        plain = [clause.id for clause in self.clauses if clause.serves is None]
        if served in plain:
            return served
        inside = [clause for clause in plain if clause.startswith(served + ".")]
        around = [clause for clause in plain if served.startswith(clause + ".")]
        return next(reversed(inside or around), None)

    def ladder(self, on: date) -> Ladder:
        """The domain's ladder, steps ordered by the parameter `step_order` (2.1)."""
        ranks = {level.id: rank for rank, level in enumerate(self.levels)}
        listed = sorted(self.grades, key=lambda grade: ranks[grade.level])
        grades = (Grade(grade.id, grade.level, grade.step) for grade in listed)
        return make_ladder(grades, str(self.value("step_order", on)))

    @property
    def thresholds(self) -> dict[str, Decimal]:
        """The score that a promotion to each grade asks for; grades without one are left out."""
        return {grade.id: grade.threshold for grade in self.grades if grade.threshold is not None}

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON and YAML can hold; `from_dict` reads it back."""
        return dict(encode(self))

    def canonical(self) -> str:
        """The content as JSON, always the same for the same content."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical content: what a promulgated version keeps for ever."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def _parameters(self) -> dict[str, Parameter]:
        return {parameter.id: parameter for parameter in self.parameters}

    @cached_property
    def _grades(self) -> dict[str, GradeSpec]:
        return {grade.id: grade for grade in self.grades}
